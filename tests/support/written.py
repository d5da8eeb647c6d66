"""A file of numbers in each format that the command reads."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.feather as pa_feather
import pyarrow.orc as pa_orc
import pyarrow.parquet as pa_parquet
import safetensors.numpy
import zarr

RNG = np.random.default_rng(3)
NUMBERS = RNG.normal(size=3000)
TABLE = pa.table({"x": NUMBERS, "s": [f"text {i}" for i in range(3000)]})


def write_npy(path: Path) -> None:
    """Write an array."""
    with path.open("wb") as file:
        np.save(file, NUMBERS)


def write_npz(path: Path) -> None:
    """Write a compressed array."""
    with path.open("wb") as file:
        np.savez_compressed(file, NUMBERS)


def write_gzip(path: Path) -> None:
    """Write a compressed table."""
    text = io.BytesIO()
    pa_csv.write_csv(TABLE, text)
    path.write_bytes(gzip.compress(text.getvalue(), 1))


def write_hdf5(path: Path) -> None:
    """Write chunks with a check sum."""
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=NUMBERS, chunks=(500,), compression="gzip", fletcher32=True)


def write_zarr(path: Path) -> None:
    """Write chunks."""
    array = zarr.create_array(path, shape=NUMBERS.shape, chunks=(500,), dtype="f8")
    array[:] = NUMBERS


def write_arrow(path: Path) -> None:
    """Write batches, not compressed, so that every byte stands for itself."""
    pa_feather.write_feather(TABLE, path, compression="uncompressed", chunksize=700)


def write_parquet(path: Path) -> None:
    """Write row groups."""
    pa_parquet.write_table(TABLE, path, row_group_size=700)


def write_orc(path: Path) -> None:
    """Write stripes."""
    pa_orc.write_table(TABLE, str(path), stripe_size=16_384)


def write_json(path: Path) -> None:
    """Write lines."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in TABLE.to_pylist()[:-1]))


def write_safetensors(path: Path) -> None:
    """Write a tensor."""
    safetensors.numpy.save_file({"x": NUMBERS}, str(path))


WRITERS: dict[str, Callable[[Path], None]] = {
    ".npy": write_npy,
    ".npz": write_npz,
    ".csv.gz": write_gzip,
    ".parquet": write_parquet,
    ".arrow": write_arrow,
    ".h5": write_hdf5,
    ".orc": write_orc,
    ".jsonl": write_json,
    ".safetensors": write_safetensors,
}
