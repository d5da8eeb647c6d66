"""The formats that the command reads, one module each.

A file holds either arrays (named variables, each a store that is read box by box) or a table
(columns, read in batches of rows). Its first bytes say which format it has; its suffix decides only
if they do not.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.formats import zarr
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Spelling, Table
from minloc._cli.sources import archives, compressed, source_of
from minloc._cli.sources.compressed import Compressed, without_suffix
from minloc._cli.sources.remote import is_address
from minloc._cli.sources.source import Source

File = Arrays | Table

#: The first bytes of files, and the format that they mean.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x93NUMPY", "npy"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"\xff\xff\xff\xff", "arrow"),
    (b"ORC", "orc"),
    (b"\x89HDF\r\n\x1a\n", "hdf5"),
    (b"CDF\x01", "classic"),
    (b"CDF\x02", "classic"),
    (b"CDF\x05", "classic"),
    (b"GRIB", "grib"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
)
#: The first bytes of files that cannot be read, and what would work.
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x80", "looks like a pickle, which could run code when it is loaded, so it is not read"),
    (b"FEA1", "is Feather version 1: write it again as Feather version 2 (Arrow)"),
    (b"PARE", "is encrypted Parquet, which cannot be read"),
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
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".orc": "orc",
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
    ".safetensors": "safetensors",
    ".grib": "grib",
    ".grib2": "grib",
    ".grb": "grib",
    ".grb2": "grib",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".zip": "zip",
}
#: Formats without first bytes of their own. An HDF5 file may start with a block of the user's, and
#: GRIB with the heading of a bulletin.
STARTS_ANYHOW = ("csv", "json", "hdf5", "safetensors", "grib")
#: Further suffixes of compressed files.
COMPRESSED = compressed.SUFFIXES
KNOWN = " ".join(SUFFIXES)
#: Of each format, the function that reads it, by module and name; it takes a source, how many bytes
#: may be held at once, and how a CSV file is written.
READERS: dict[str, tuple[str, str]] = {
    "npy": ("npy", "read"),
    "npz": ("npz", "read"),
    "csv": ("csv", "Csv"),
    "json": ("json_lines", "JsonLines"),
    "parquet": ("parquet", "Parquet"),
    "orc": ("orc", "Orc"),
    "arrow": ("arrow", "Arrow"),
    "hdf5": ("hdf5", "read"),
    "classic": ("classic", "read"),
    "safetensors": ("safetensors", "read"),
    "grib": ("of_xarray", "read_grib"),
    "tiff": ("of_xarray", "read_tiff"),
}


def find(path: str, memory: int, spelling: Spelling) -> File:
    """Open a file.

    Parameters
    ----------
    path : str
        A file, a folder that is a Zarr store, a member of a zip file as in ``a.zip::b.csv``, or
        ``-`` for CSV on standard input.
    memory : int
        About how many bytes may be held at once.
    spelling : Spelling
        How a CSV file is written.

    Raises
    ------
    UnreadableError
        If it cannot be read.
    """
    if is_zarr(path):
        return zarr.read(path)
    if os.path.isdir(path):
        raise UnreadableError(path, "is a folder, but not a Zarr store")
    source = source_of(path)
    try:
        return _read(source, memory, spelling)
    except BaseException:
        source.close()
        raise


def is_zarr(folder: str) -> bool:
    """Whether this is a folder, or an address, that is a Zarr store."""
    named = folder.rstrip("/").lower().endswith(".zarr")
    if is_address(folder):
        return named
    files = (os.path.join(folder, name) for name in zarr.METADATA)
    return os.path.isdir(folder) and (named or any(map(os.path.exists, files)))


def unpacked_suffix(name: str) -> str:
    """Return the suffix that a file has once it is decompressed.

    Examples
    --------
    >>> unpacked_suffix("data.CSV.gz")
    '.csv'
    """
    return os.path.splitext(without_suffix(name.rstrip("/").lower()))[1]


def _read(source: Source, memory: int, spelling: Spelling) -> File:
    """Return what is in a source."""
    if not source.again:  # a pipe can be read only once, so only a table of lines can come from it
        form = SUFFIXES.get(unpacked_suffix(source.name), "")
        return _reader("json" if form == "json" else "csv")(source, memory, spelling)
    start = _start(source)
    if not start:
        raise UnreadableError(source.path, "is empty (0 bytes)")
    if start[8:9] == b"{" and unpacked_suffix(source.name) == ".safetensors":
        return _reader("safetensors")(source, memory, spelling)  # it starts with any number
    packed = source
    if start.startswith(compressed.MAGIC):
        source = Compressed(packed)
        start = _start(source)
        if start.startswith(compressed.MAGIC):
            raise UnreadableError(source.path, "is compressed twice: unpack it first")
    if start.startswith(archives.MAGIC):
        return _of_zip(source, memory, spelling)
    form = _format(source, start, packed is not source)
    # Text is decompressed as it is read, everything else into a temporary file.
    return _reader(form)(packed if form in ("csv", "json") else source, memory, spelling)


def _start(source: Source) -> bytes:
    """Return the first bytes of a source."""
    with reading(source.path, "is damaged"), source.open() as stream:
        start = stream.read(16)
        return start + stream.read(16 - len(start))


def _reader(form: str) -> Callable[[Source, int, Spelling], File]:
    module, name = READERS[form]
    read = getattr(import_module(f"minloc._cli.formats.{module}"), name)
    found: Callable[[Source, int, Spelling], File] = read
    return found


def _of_zip(source: Source, memory: int, spelling: Spelling) -> File:
    """Return what is in a zip file: a Zarr store, arrays of NumPy, or its only member."""
    found = archives.members(source)
    names = [info.filename for info in found]
    suffix = unpacked_suffix(source.name)
    if any(name.rpartition("/")[2] in zarr.METADATA for name in names):
        return zarr.of_zip(source, names)
    if suffix == ".npz" or (names and all(name.endswith(".npy") for name in names)):
        return _reader("npz")(source, memory, spelling)
    return _read(archives.only(source, found), memory, spelling)


def _format(source: Source, start: bytes, packed: bool) -> str:
    """Return the format of a source that begins with these bytes."""
    path, suffix = source.path, unpacked_suffix(source.name)
    text = SUFFIXES.get(suffix) in ("csv", "json")
    for magic, form in MAGIC:
        if start.startswith(magic) and not (text and magic.isalpha()):  # such as ORCID,name
            return form
    for magic, reason in FOREIGN:
        if start.startswith(magic):
            raise UnreadableError(path, reason)
    if suffix not in SUFFIXES:
        if packed:
            return "csv"  # such as log.gz
        raise UnreadableError(path, f"has an unknown format; these can be read: {KNOWN}")
    form = SUFFIXES[suffix]
    if form == "zarr":
        raise UnreadableError(path, "is a file, but a Zarr store is a folder")
    if form not in STARTS_ANYHOW:
        raise UnreadableError(path, f"is not a {suffix} file: it starts with {start[:8]!r}")
    return form
