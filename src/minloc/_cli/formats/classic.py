"""``.nc`` of the classic formats of NetCDF: 32-bit and 64-bit offsets, and 64-bit data.

A header names the dimensions, attributes and variables, and where each variable begins. All
elements are big-endian. Variables without the unlimited dimension lie one after the other; those
with it take turns, record by record. So each variable is a memory map with strides.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.formats.arrays import Arrays, Variable, unique
from minloc._cli.formats.mapped import mapped
from minloc._cli.formats.missing import with_default_fill
from minloc._cli.formats.table import Spelling
from minloc._cli.sources.source import Source

#: The types of elements by their numbers in the file.
TYPES = {1: "i1", 2: "S1", 3: ">i2", 4: ">i4", 5: ">f4", 6: ">f8",
         7: "u1", 8: ">u2", 9: ">u4", 10: ">i8", 11: ">u8"}  # fmt: skip
DIMENSIONS, VARIABLES, ATTRIBUTES = 10, 11, 12
#: Names and lists in a header are refused if they claim to be longer.
LONGEST = 1 << 24


@dataclass(frozen=True)
class Entry:
    """A variable, as the header describes it."""

    name: str
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    attributes: dict[str, Any]
    begin: int
    by_record: bool

    @property
    def bytes(self) -> int:
        """Of the variable; of one record of it if it has the unlimited dimension."""
        return math.prod(self.shape[self.by_record :]) * self.dtype.itemsize


def read(source: Source, memory: int, spelling: Spelling) -> Arrays:
    """Return the variables of a file."""
    path, place = source.path, source.place()
    size = os.path.getsize(place)
    with open(place, "rb") as file, reading(path, "is a damaged NetCDF file"):
        header = _Header(file, size)
        entries = {entry.name: entry for entry in header.variables()}
    if not entries:
        raise UnreadableError(path, "is a NetCDF file without a variable in it")
    step = header.step
    for entry in entries.values():
        last = step * (entry.shape[0] - 1) if entry.by_record else 0
        if math.prod(entry.shape) and entry.begin + last + entry.bytes > size:
            raise UnreadableError(
                path,
                f"is cut off: '{entry.name}' ends at byte {entry.begin + last + entry.bytes}, and "
                f"the file has {size}",
            )

    def open_one(name: str) -> Variable:
        entry = entries[name]
        with reading(path, f"cannot be read in '{name}'"):
            return _variable(path, place, entry, step)

    return Arrays(
        path,
        tuple(entries),
        open_one,
        source.close,
        check=source.check,
        attributes=header.attributes,
    )


def _variable(path: str, place: str, entry: Entry, step: int) -> Variable:
    dims, shape, dtype = entry.dims, entry.shape, entry.dtype
    if dtype.kind == "S" and len(shape) > entry.by_record and shape[-1]:
        # A text is a row of characters.
        dims, shape, dtype = dims[:-1], shape[:-1], np.dtype(f"S{shape[-1]}")
    store: Any
    if not math.prod(shape) or not dtype.itemsize:
        store = np.empty(shape, dtype)
    elif entry.by_record:
        record = np.dtype(
            {"names": ["v"], "formats": [(dtype, shape[1:])], "offsets": [0], "itemsize": step}
        )
        whole = min(shape[0], (os.path.getsize(place) - entry.begin) // step)
        if whole == shape[0]:
            store = mapped(path, place, record, entry.begin, shape[:1], "C")["v"]
        else:  # the last record is not padded, so it is no whole element of the map
            rest = (os.path.getsize(place) - entry.begin,)
            bytes_ = mapped(path, place, np.dtype("u1"), entry.begin, rest, "C")
            strides = (step, *np.empty(shape[1:], dtype).strides)
            store = np.ndarray(shape, dtype, bytes_, strides=strides)
    else:
        store = mapped(path, place, dtype, entry.begin, shape, "C")
    attributes = with_default_fill(entry.attributes, dtype)
    return Variable(entry.name, store, unique(dims), attributes)


class _Header:
    """The header of a file, read from start to end."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size = file, size
        version = file.read(4)[3]
        self._count = 8 if version == 5 else 4  # bytes of a length
        self._offset = 4 if version == 1 else 8
        self._records = self._number(self._count)
        self._streaming = self._records == (1 << (8 * self._count)) - 1
        self._dims = [(self._name(), self._number(self._count)) for _ in self._list(DIMENSIONS)]
        self.attributes = self._attributes()
        self.step = 0

    def variables(self) -> list[Entry]:
        """Return the variables; `step` is the number of bytes from record to record then."""
        entries = [self._variable() for _ in self._list(VARIABLES)]
        by_record = [entry for entry in entries if entry.by_record]
        self.step = sum(-(-entry.bytes // 4) * 4 for entry in by_record)
        if len(by_record) == 1:  # the only one is not padded
            self.step = by_record[0].bytes
        if self._streaming and by_record:
            first = min(entry.begin for entry in by_record)
            self._records = max(self._size - first, 0) // max(self.step, 1)
            entries = [
                Entry(e.name, e.dims, (self._records, *e.shape[1:]), e.dtype, e.attributes,
                      e.begin, True) if e.by_record else e
                for e in entries
            ]  # fmt: skip
        return entries

    def _variable(self) -> Entry:
        name = self._name()
        numbers = [self._number(self._count) for _ in range(self._length())]
        attributes = self._attributes()
        dtype = np.dtype(TYPES[self._number(4)])
        self._number(self._count)  # the size, which is wrong for large variables
        begin = self._number(self._offset)
        dims = [self._dims[number] for number in numbers]
        by_record = bool(dims) and dims[0][1] == 0
        shape = tuple(length for _, length in dims)
        if by_record:
            shape = (0 if self._streaming else self._records, *shape[1:])
        return Entry(
            name, tuple(dim for dim, _ in dims), shape, dtype, attributes, begin, by_record
        )

    def _attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for _ in self._list(ATTRIBUTES):
            name = self._name()
            dtype = np.dtype(TYPES[self._number(4)])
            count = self._length()
            data = self._bytes(count * dtype.itemsize)
            if dtype.kind == "S":
                found[name] = data.rstrip(b"\0").decode(errors="replace")
            else:
                values = np.frombuffer(data, dtype).astype(dtype.newbyteorder("="))
                found[name] = values[0] if count == 1 else values
        return found

    def _list(self, tag: int) -> Iterator[int]:
        found, count = self._number(4), self._length()
        if found != tag and (found or count):
            raise ValueError(f"its header has {found} where {tag} is expected")
        return iter(range(count))

    def _name(self) -> str:
        return self._bytes(self._length()).decode()

    def _length(self) -> int:
        length = self._number(self._count)
        if length > min(LONGEST, self._size):
            raise ValueError(f"its header has a list of {length} elements")
        return length

    def _bytes(self, count: int) -> bytes:
        padded = -(-count // 4) * 4
        data = self._file.read(padded)
        if len(data) < count:
            raise ValueError("it is cut off in its header")
        return data[:count]

    def _number(self, size: int) -> int:
        data = self._file.read(size)
        if len(data) < size:
            raise ValueError("it is cut off in its header")
        return int.from_bytes(data, "big")
