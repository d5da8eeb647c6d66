"""``.npz``: arrays in a zip file.

An array that is not compressed is mapped from its place in the archive; a compressed one has to be
unpacked as a whole, if --memory allows it.
"""

from __future__ import annotations

import math
import zipfile
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.formats import npy
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.mapped import mapped
from minloc._cli.formats.table import Spelling
from minloc._cli.sources.source import Source

#: Bytes of a member's local header before its name, and where it has two lengths.
LOCAL_HEADER = 30


def read(source: Source, memory: int, spelling: Spelling) -> Arrays:
    """Return the arrays of an archive."""
    path, place = source.path, source.place()
    with reading(path, "is a damaged .npz file"):
        archive = zipfile.ZipFile(place)
    with archive:
        members = {
            info.filename.removesuffix(".npy"): info
            for info in archive.infolist()
            if info.filename.endswith(".npy")
        }
    if not members:
        raise UnreadableError(path, "is a zip file without an array (.npy), so not a .npz file")

    def load(name: str) -> NDArray[Any]:
        with reading(path, f"has a damaged array '{name}'"), zipfile.ZipFile(place) as archive:
            return _load(path, place, archive, members[name], memory)

    names = tuple(members)
    if len(names) == 1:
        return npy.of_array(source, {names[0]: load(names[0])})
    return Arrays(
        path, names, lambda name: npy.of_array(source, {name: load(name)})[name], source.close,
        check=source.check,
    )  # fmt: skip


def _load(
    path: str, place: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, memory: int
) -> NDArray[Any]:
    with archive.open(info) as member:
        shape, fortran, dtype = npy.header(member, path)
        if dtype.names is not None and len(archive.namelist()) > 1:
            raise UnreadableError(
                path, f"holds records in '{info.filename}': save its fields apart"
            )
        start = member.tell()
        size = math.prod(shape) * dtype.itemsize
        if info.file_size - start < size:
            raise UnreadableError(path, f"is cut off within '{info.filename}'")
        if info.compress_type == zipfile.ZIP_STORED and size and not info.flag_bits & 1:
            with open(place, "rb") as file:
                file.seek(info.header_offset)
                local = file.read(LOCAL_HEADER)
            lengths = int.from_bytes(local[26:28], "little") + int.from_bytes(
                local[28:30], "little"
            )
            start += info.header_offset + LOCAL_HEADER + lengths
            return mapped(path, place, dtype, start, shape, "F" if fortran else "C")
        if size > memory:
            raise UnreadableError(
                path,
                f"has '{info.filename}' compressed, {size} bytes that have to be held at once: "
                f"allow it by --memory, or unpack it by: unzip {path} {info.filename}",
            )
        flat = np.empty(math.prod(shape), dtype)
        view = memoryview(cast(Any, flat.view(np.uint8))) if size else memoryview(b"")
        done = 0
        while done < size:
            got = member.read(min(1 << 20, size - done))
            if not got:
                raise UnreadableError(path, f"is cut off within '{info.filename}'")
            view[done : done + len(got)] = got
            done += len(got)
        member.read(1)  # the check sum is compared at the end
        return flat.reshape(shape, order="F" if fortran else "C")
