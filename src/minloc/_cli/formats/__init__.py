"""The formats that the command reads, one module each.

A file holds either arrays (named variables, each a store that is read box by box) or a table
(columns, read in batches of rows). Its first bytes say which format it has; its suffix decides only
if they do not.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Spelling, Table

File = Arrays | Table

#: The first bytes of files, and the format that they mean.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x93NUMPY", "npy"),
    (b"PK\x03\x04", "npz"),
    (b"PK\x05\x06", "npz"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"CDF\x01", "classic"),
    (b"CDF\x02", "classic"),
    (b"CDF\x05", "classic"),
    (b"\x1f\x8b", "csv"),
    (b"BZh", "csv"),
    (b"\xfd7zXZ\0", "csv"),
    (b"\x28\xb5\x2f\xfd", "csv"),
    (b"\x04\x22\x4d\x18", "csv"),
)
#: The first bytes of files that cannot be read, and what would work.
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x80", "looks like a pickle, which could run code when it is loaded, so it is not read"),
    (b"FEA1", "is Feather version 1: write it again as Feather version 2 (Arrow)"),
    (b"PARE", "is encrypted Parquet, which cannot be read"),
    (b"GRIB", "is GRIB: make it NetCDF-4 or Zarr"),
    (b"SQLite format 3", "is an SQLite database: export the table as CSV"),
)
#: The suffixes of files, and the format that they mean; help and pages list them.
SUFFIXES: dict[str, str] = {
    ".npy": "npy",
    ".npz": "npz",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".zarr": "zarr",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".he5": "hdf5",
    ".hdf": "hdf5",
    ".nc": "hdf5",
    ".nc4": "hdf5",
}
#: Further suffixes of compressed CSV files.
COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".lz4")
KNOWN = " ".join(SUFFIXES)


def find(path: str, memory: int, spelling: Spelling) -> File:
    """Open a file.

    Parameters
    ----------
    path : str
        A file, a folder that is a Zarr store, or ``-`` for CSV on standard input.
    memory : int
        About how many bytes may be held at once.
    spelling : Spelling
        How a CSV file is written.

    Raises
    ------
    UnreadableError
        If it cannot be read.
    """
    return _opener(path)(path, memory, spelling)


def _opener(path: str) -> Callable[[str, int, Spelling], File]:
    form = _format(path)
    if form == "npy":
        from minloc._cli.formats import npy

        return lambda path, memory, spelling: npy.read(path)
    if form == "npz":
        from minloc._cli.formats import npz

        return lambda path, memory, spelling: npz.read(path, memory)
    if form == "zarr":
        from minloc._cli.formats import zarr

        return lambda path, memory, spelling: zarr.read(path)
    if form == "hdf5":
        from minloc._cli.formats import hdf5

        return lambda path, memory, spelling: hdf5.read(path, memory)
    if form == "classic":
        from minloc._cli.formats import classic

        return lambda path, memory, spelling: classic.read(path)
    if form == "parquet":
        from minloc._cli.formats import parquet

        return lambda path, memory, spelling: parquet.Parquet(path, memory)
    if form == "arrow":
        from minloc._cli.formats import arrow

        return lambda path, memory, spelling: arrow.Arrow(path, memory)
    from minloc._cli.formats import csv

    return csv.Csv


def _format(path: str) -> str:
    """Return the name of a file's format."""
    if path == "-":
        return "csv"
    suffix = _suffix(path)
    if os.path.isdir(path):
        if suffix == ".zarr" or any(
            os.path.exists(os.path.join(path, name))
            for name in ("zarr.json", ".zarray", ".zgroup", ".zmetadata")
        ):
            return "zarr"
        raise UnreadableError(
            path, "is a folder but not a Zarr store; name the files in it, as in FOLDER/*.parquet"
        )
    with reading(path):
        if not stat.S_ISREG(os.stat(path).st_mode):
            return "csv"  # a pipe can be read only once, so only a table can come out of it
        with open(path, "rb") as file:
            start = file.read(16)
    if not start:
        raise UnreadableError(path, "is empty (0 bytes)")
    for magic, form in MAGIC:
        if start.startswith(magic):
            return form
    for magic, reason in FOREIGN:
        if start.startswith(magic):
            raise UnreadableError(path, reason)
    if suffix not in SUFFIXES:
        raise UnreadableError(path, f"has an unknown format; these can be read: {KNOWN}")
    form = SUFFIXES[suffix]
    if form == "zarr":
        raise UnreadableError(path, "is a file, but a Zarr store is a folder")
    if form not in ("csv", "hdf5"):  # an HDF5 file may start with a block of the user's
        raise UnreadableError(path, f"is not a {suffix} file: it starts with {start[:8]!r}")
    return form


def _suffix(path: str) -> str:
    stem = path.rstrip("/").lower()
    for compressed in COMPRESSED:
        stem = stem.removesuffix(compressed)
    return os.path.splitext(stem)[1]
