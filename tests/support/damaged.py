"""Writers of damaged and hostile files, one for each way to be wrong."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.parquet as pa_parquet
import zarr

NUMBERS = np.random.default_rng(3).normal(size=30_000)
TABLE = pa.table({"x": NUMBERS, "s": [f"text {i}" for i in range(len(NUMBERS))]})
CSV = "x\n" + "\n".join(map(str, NUMBERS[:5000])) + "\n"


def npy_header(**changes: Any) -> bytes:
    """Return the header of an array that is described as given."""
    file = io.BytesIO()
    description = {"descr": "<f8", "fortran_order": False, "shape": (3,)} | changes
    np.lib.format.write_array_header_1_0(file, description)
    return file.getvalue()


def npy_text(text: bytes) -> bytes:
    """Return a header with this text."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def bytes_of(write: Callable[[str], object], path: str) -> bytes:
    """Return what is in a file that is written so."""
    write(path)
    return Path(path).read_bytes()


def cut(write: Callable[[str], object], part: float) -> Callable[[str], object]:
    """Return a writer of the first part of a file."""

    def written(path: str) -> None:
        data = bytes_of(write, path)
        Path(path).write_bytes(data[: int(len(data) * part)])

    return written


def flipped(write: Callable[[str], object], start: float, stop: float) -> Callable[[str], object]:
    """Return a writer of a file in which some bits are not as they were."""

    def written(path: str) -> None:
        data = bytearray(bytes_of(write, path))
        for at in np.linspace(start * len(data), stop * len(data) - 1, 20).astype(int):
            data[at] ^= 0x10
        Path(path).write_bytes(data)

    return written


def content(*parts: bytes) -> Callable[[str], object]:
    """Return a writer of these bytes."""
    return lambda path: Path(path).write_bytes(b"".join(parts))


def npy(path: str) -> None:
    """Write an array."""
    np.save(path, NUMBERS)


def npz(path: str) -> None:
    """Write a compressed array."""
    np.savez_compressed(path, NUMBERS)


def npz_bomb(path: str) -> None:
    """Write an archive that promises much more than it holds, and as much as is allowed."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.npy", npy_header(shape=(9_000_000,)) + bytes(72_000_000))


def csv_gz(path: str) -> None:
    """Write a compressed table."""
    Path(path).write_bytes(gzip.compress(CSV.encode(), 1))


def csv_bz2(path: str) -> None:
    """Write a compressed table."""
    Path(path).write_bytes(bz2.compress(CSV.encode()))


def gz_bomb(start: bytes) -> Callable[[str], object]:
    """Return a writer of a text with 10 GB of zero bytes behind it, in 10 MB."""

    def written(path: str) -> None:
        member = gzip.compress(bytes(20_000_000), 6)
        Path(path).write_bytes(gzip.compress(start) + member * 500)

    return written


def parquet(path: str) -> None:
    """Write row groups, compressed."""
    pa_parquet.write_table(TABLE, path, row_group_size=7000, compression="zstd")


def parquet_footer(path: str) -> None:
    """Write a file whose footer says that it is two gigabytes."""
    data = bytes_of(parquet, path)
    Path(path).write_bytes(data[:-8] + struct.pack("<i", 2**31 - 1) + b"PAR1")


def arrow(path: str) -> None:
    """Write batches."""
    pa_feather.write_feather(TABLE, path, compression="uncompressed", chunksize=7000)


def feather(path: str) -> None:
    """Write compressed batches."""
    pa_feather.write_feather(TABLE, path, compression="lz4", chunksize=7000)


def stream(path: str) -> None:
    """Write a stream."""
    with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=7000)


def zarr_store(version: int, damage: Callable[[Path], object]) -> Callable[[str], object]:
    """Return a writer of a store, to which something is done."""

    def written(path: str) -> None:
        shutil.rmtree(path, ignore_errors=True)
        made = zarr.create_array(
            path, shape=NUMBERS.shape, chunks=(5000,), dtype="f8", zarr_format=version
        )
        made[:] = NUMBERS
        damage(Path(path))

    return written


def describes(name: str, **changes: Any) -> Callable[[Path], object]:
    """Return a change of the description of a store."""

    def change(path: Path) -> None:
        description = json.loads((path / name).read_text())
        (path / name).write_text(json.dumps(description | changes))

    return change


def cut_chunk(name: str) -> Callable[[Path], object]:
    """Return a change of a store: a chunk is cut off."""
    return lambda path: os.truncate(path / name, 99)


def flip_chunk(name: str) -> Callable[[Path], object]:
    """Return a change of a store: some bits of a chunk are not as they were."""
    return lambda path: flipped(lambda at: None, 0, 1)(str(path / name))


def nest(path: Path) -> None:
    """Describe a store by a million brackets."""
    (path / "zarr.json").write_text("[" * 10**6)


LARGE_CHUNKS = describes(".zarray", shape=[2**28], chunks=[2**28])


def hdf5(path: str) -> None:
    """Write chunks with check sums."""
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=NUMBERS, chunks=(500,), compression="gzip", fletcher32=True)


def hdf5_huge(path: str) -> None:
    """Write nothing, and say that it is much."""
    with h5py.File(path, "w") as file:
        file.create_dataset("x", shape=(2**60,), chunks=(2**20,), dtype="f8", fillvalue=1)


def hdf5_chunk(path: str) -> None:
    """Write a chunk that is larger than the memory that is allowed."""
    with h5py.File(path, "w") as file:
        made = file.create_dataset("x", shape=(2**28,), chunks=(2**28,), dtype="f8", fillvalue=1)
        made.attrs["units"] = "K"


def secret(path: str) -> None:
    """Write a file that may not be read."""
    Path(path).write_text(CSV)
    os.chmod(path, 0)
    os.chmod(".", 0o755)
