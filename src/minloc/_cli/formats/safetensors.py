"""``.safetensors``: tensors of a model, mapped into memory.

A header of JSON says of each tensor where it lies, its shape and its dtype. The dtypes that NumPy
lacks are widened to float32 when they are read, which has all of their values.
"""

from __future__ import annotations

import json
import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import OrderlessError, UnreadableError, reading
from minloc._cli.formats.arrays import Arrays, Variable, nameless
from minloc._cli.formats.mapped import mapped
from minloc._cli.formats.table import Spelling
from minloc._cli.sources.source import Source

DTYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "U32": "<u4", "I32": "<i4",
    "U64": "<u8", "I64": "<i8", "F16": "<f2", "F32": "<f4", "F64": "<f8", "C64": "<c8",
}  # fmt: skip
#: Of a dtype that NumPy lacks, that of its bits.
NARROW = {"BF16": "<u2", "F8_E4M3": "u1", "F8_E5M2": "u1", "F8_E8M0": "u1"}
#: No header is longer, by the rules of the format.
LONGEST = 100_000_000


def read(source: Source, memory: int, spelling: Spelling) -> Arrays:
    """Return the tensors of a file."""
    path, place = source.path, source.place()
    size = os.path.getsize(place)
    with reading(path, "is damaged, or not a .safetensors file"), open(place, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(LONGEST, size - 8):
            raise ValueError(f"its header would have {length} bytes")
        header = json.loads(file.read(length))
        about = header.pop("__metadata__", None) or {}
        tensors = {str(name): _Entry(entry, 8 + length, size) for name, entry in header.items()}
    if not tensors:
        raise UnreadableError(path, "is a .safetensors file without a tensor in it")

    def open_one(name: str) -> Variable:
        with reading(path, f"has a damaged tensor '{name}'"):
            store = _store(path, place, name, tensors[name])
        return Variable(name, store, nameless(len(store.shape)))

    return Arrays(path, tuple(tensors), open_one, source.close, (), source.check, dict(about))


class _Entry:
    """A tensor, as the header describes it."""

    def __init__(self, entry: dict[str, Any], data: int, size: int) -> None:
        self.dtype, self.shape = str(entry["dtype"]), tuple(map(int, entry["shape"]))
        start, stop = map(int, entry["data_offsets"])
        if min((0, *self.shape)) < 0 or not 0 <= start <= stop:
            raise ValueError(f"shape {self.shape}, from byte {start} to {stop}")
        self.start, self.bytes = data + start, stop - start
        if data + stop > size:
            raise ValueError(f"it is cut off: it has {size} bytes, and a tensor ends at byte "
                             f"{data + stop}")  # fmt: skip


def _store(path: str, place: str, name: str, entry: _Entry) -> Any:
    code = DTYPES.get(entry.dtype) or NARROW.get(entry.dtype)
    if code is None:
        raise OrderlessError(path, f"has '{name}' of dtype {entry.dtype}, which cannot be read")
    dtype, shape = np.dtype(code), entry.shape
    if math.prod(shape) * dtype.itemsize != entry.bytes:
        raise ValueError(f"shape {shape} of {entry.dtype} does not have {entry.bytes} bytes")
    if entry.bytes == 0:
        stored: NDArray[Any] = np.empty(shape, dtype)
    else:
        stored = mapped(path, place, dtype, entry.start, shape, "C")
    return stored if entry.dtype in DTYPES else Widened(stored, entry.dtype)


class Widened:
    """A tensor of a narrow dtype as a store of float32.

    Parameters
    ----------
    bits : ndarray
        The bits of its elements.
    name : str
        Its dtype.
    """

    dtype = np.dtype("f4")

    def __init__(self, bits: NDArray[Any], name: str) -> None:
        self._bits, self.shape = bits, bits.shape
        self._table = None if name == "BF16" else _of_bytes(name)

    def __getitem__(self, key: Any) -> NDArray[np.float32]:
        bits = np.asarray(self._bits[key])
        if self._table is not None:
            found: NDArray[np.float32] = self._table[bits]
            return found
        return (bits.astype("u4") << 16).view("f4")  # bfloat16 is the first half of float32


def _of_bytes(name: str) -> NDArray[np.float32]:
    """Return the value of each of the 256 elements of a dtype of one byte."""
    bits = np.arange(256, dtype="u2")
    if name == "F8_E5M2":  # the first half of float16
        return (bits << 8).view("f2").astype("f4")
    if name == "F8_E8M0":  # a power of two, without a sign
        return np.where(bits == 255, np.nan, np.ldexp(1.0, bits.astype(int) - 127)).astype("f4")
    sign, exponent, fraction = bits >> 7, (bits >> 3 & 15).astype(int), bits & 7
    scaled = np.where(exponent == 0, fraction * 2.0, fraction + 8.0)
    values = np.ldexp(scaled, exponent - 10)
    values = np.where(bits & 127 == 127, np.nan, values)  # there are no infinities
    return np.where(sign == 1, -values, values).astype("f4")
