"""Files that are compressed or in an archive: the same answers, one line if unclear."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.orc as pa_orc
import pyarrow.parquet as pa_parquet
import pytest
import zarr

from support.command import CUBE, Run, write_zarr

TABLE = pa.table({"x": [3.5, -1.25, 9.0], "s": ["a", "b", "c"]})
JSON = '{"x": 3.5, "s": "a"}\n{"x": -1.25, "s": "b"}\n{"x": 9.0, "s": "c"}\n'


def write_npy(path: str) -> None:
    """Write an array."""
    with Path(path).open("wb") as file:
        np.save(file, CUBE)


def write_hdf5(path: str) -> None:
    """Write a data set."""
    with h5py.File(path, "w") as file:
        file["v"] = CUBE


TABLES: dict[str, Callable[[str], object]] = {
    ".csv": lambda path: Path(path).write_text("x,s\n3.5,a\n-1.25,b\n9.0,c\n"),
    ".jsonl": lambda path: Path(path).write_text(JSON),
    ".parquet": lambda path: pa_parquet.write_table(TABLE, path),
    ".arrow": lambda path: pa_feather.write_feather(TABLE, path, compression="uncompressed"),
    ".orc": lambda path: pa_orc.write_table(TABLE, path),
}
ARRAYS: dict[str, Callable[[str], object]] = {".npy": write_npy, ".h5": write_hdf5}


def arrow_compress(kind: str) -> Callable[[bytes], bytes]:
    """Return what compresses bytes as Arrow does."""

    def call(data: bytes) -> bytes:
        sink = pa.BufferOutputStream()
        with pa.CompressedOutputStream(sink, kind) as stream:
            stream.write(data)
        return bytes(sink.getvalue())

    return call


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress,
    ".zst": arrow_compress("zstd"), ".lz4": arrow_compress("lz4"),
}  # fmt: skip


def zipped(name: str, *files: str) -> None:
    """Put files into a zip file."""
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file)


@pytest.mark.parametrize("suffix", [*TABLES, *ARRAYS])
def test_every_format_is_read_packed(run: Run, suffix: str) -> None:
    """Compressed by any means, and as the only member of a zip file or a named one."""
    plain = f"a{suffix}"
    ({**TABLES, **ARRAYS}[suffix])(plain)
    words = ["--column", "x"] if suffix in TABLES else []
    [expected] = run(plain, *words, "--json").answers
    for packer, compress in PACKERS.items():
        path = f"b{suffix}{packer}"
        Path(path).write_bytes(compress(Path(plain).read_bytes()))
        [found] = run(path, *words, "--json").answers
        assert found == expected | {"file": path}
    Path("other.txt").write_text("no table")
    zipped("one.zip", plain)
    zipped("two.zip", "other.txt", plain, f"b{suffix}.gz")
    for path in "one.zip", f"two.zip::{plain}", f"two.zip::b{suffix}.gz":
        [found] = run(path, *words, "--json").answers
        name = {"variable": "a"} if (path, suffix) == ("one.zip", ".npy") else {}  # it is a .npz
        assert found == expected | {"file": path} | name


def test_nothing_is_left_behind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Temporary files are deleted, where the answer is found and where it is refused."""
    Path("temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", "temporary")
    write_npy("a.npy")
    Path("a.npy.gz").write_bytes(gzip.compress(Path("a.npy").read_bytes()))
    made = []
    make = tempfile.mkstemp

    def counted(prefix: str) -> tuple[int, str]:
        made.append(prefix)
        return make(prefix=prefix)

    monkeypatch.setattr(tempfile, "mkstemp", counted)
    assert run("a.npy.gz").status == 0
    Path("b.npy.gz").write_bytes(gzip.compress(Path("a.npy").read_bytes()[:-9]))
    assert "b.npy.gz: is cut off" in run("b.npy.gz").err
    np.save("c.npy", np.random.default_rng(1).integers(0, 256, 3 << 20, "u1"))
    Path("c.npy.gz").write_bytes(gzip.compress(Path("c.npy").read_bytes(), 0)[:-9])
    assert "c.npy.gz: cannot be unpacked" in run("c.npy.gz").err
    assert len(made) == 3
    assert list(Path("temporary").iterdir()) == []


def test_members_have_to_be_named(run: Run) -> None:
    """If there are several; those that are listed can be."""
    for name in "a.csv", "b.csv":
        TABLES[".csv"](name)
    zipped("a.zip", "a.csv", "b.csv")
    err = run("a.zip", "-c", "x").err
    assert err == (
        "minloc: a.zip: has 2 members: name one of them, as in 'a.zip::a.csv'; there are: a.csv, "
        "b.csv\n"
    )
    assert run("a.zip::c.csv").err == (
        "minloc: a.zip: has no member 'c.csv'; there are: a.csv, b.csv\n"
    )
    assert "a.csv: is not a zip file" in run("a.csv::b.csv").err
    assert "No such file" in run("none.zip::b.csv").err
    Path("odd::name.csv").write_text("x\n1\n")
    assert run("odd::name.csv", "-c", "x").status == 0
    zipped("none.zip")
    assert "is a zip file with nothing in it" in run("none.zip").err
    found = run("a.zip::a.csv", "a.zip::b.csv", "-c", "x", "--json").answers
    assert [one["file"] for one in found] == ["a.zip::a.csv"]


def test_damaged_members(run: Run) -> None:
    """Check sums are compared, and what is encrypted is not read."""
    rows = "".join(f"{i},text {i}\n" for i in range(2000))
    Path("a.csv").write_text(f"x,s\n{rows}")
    with zipfile.ZipFile("a.zip", "w") as archive:  # stored, so that every byte stands for itself
        archive.write("a.csv")
    data = bytearray(Path("a.zip").read_bytes())
    data[len(data) // 2] ^= 1
    Path("a.zip").write_bytes(data)
    assert "Bad CRC" in run("a.zip", "-c", "x").err
    Path("b.zip").write_bytes(data[: len(data) // 2])
    assert "b.zip: is a damaged zip file" in run("b.zip", "-c", "x").err
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    Path("c.zip").write_bytes(data)
    assert "c.zip: has 'a.csv' encrypted" in run("c.zip", "-c", "x").err
    Path("d.csv.gz").write_bytes(gzip.compress(gzip.compress(b"x\n1\n")))
    assert "is compressed twice" in run("d.csv.gz", "-c", "x").err


def test_zipped_zarr(run: Run) -> None:
    """At the top of the zip file, or in a folder of it."""
    for version in 2, 3:
        write_zarr("a.zarr", version, CUBE, {"units": "K"})
        [expected] = run("a.zarr", "--json").answers
        for path, inside in ("a.zarr.zip", ""), ("b.zip", "a.zarr"):
            with zipfile.ZipFile(path, "w") as archive:
                for file in sorted(Path("a.zarr").rglob("*")):
                    if file.is_file():
                        archive.write(file, Path(inside) / file.relative_to("a.zarr"))
            assert run(path, "--json").answers == [expected | {"file": path}]
    with zipfile.ZipFile("b.zip", "a") as archive:
        archive.writestr("other.txt", "x")
    assert "holds more than one Zarr store" in run("b.zip").err
    store = zarr.storage.ZipStore("c.zip", mode="w")
    zarr.open_group(store, mode="w")
    store.close()
    assert "c.zip: is a Zarr group without an array in it" in run("c.zip").err
