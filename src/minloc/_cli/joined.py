"""The arrays of several files as one array, joined along the first axis: a source of boxes.

Elements are compared as they are stored, since packing keeps their order, or reverses all of it.
Only files that are packed differently are unpacked to be compared.
"""

from __future__ import annotations

import mmap
import threading
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError, UnreadableError, reading
from minloc._cli.formats.arrays import Arrays, Variable
from minloc._cli.formats.conventions import packing, scaled, stored_dtype
from minloc._streams.grid import Box, grouped


class Joined:
    """One variable of several files as one array.

    Parameters
    ----------
    files : sequence of Arrays
        The files.
    parts : sequence of Variable
        The variable in each of them.
    limit : int
        About how many bytes a box may have.

    Raises
    ------
    UnreadableError
        If the arrays do not fit together.
    """

    #: Any thread may read.
    one_thread = False

    def __init__(self, files: Sequence[Arrays], parts: Sequence[Variable], limit: int) -> None:
        self.files, self.parts, self.limit = files, parts, limit
        first = parts[0]
        for file, part in zip(files, parts, strict=True):
            one, other = first.store.shape, part.store.shape
            if len(parts) > 1 and (len(one) != len(other) or one[1:] != other[1:] or not one):
                raise UnreadableError(
                    file.path,
                    f"has an array of shape {other}, which cannot follow one of shape {one} along "
                    "the first axis",
                )
            if (part.store.dtype.kind in "biufc") != (first.store.dtype.kind in "biufc"):
                raise UnreadableError(
                    file.path,
                    f"has elements of dtype {part.store.dtype}, which cannot be compared with "
                    f"those of {files[0].path}, {first.store.dtype}",
                )
            if part.store.dtype.kind == "V":
                raise UnreadableError(
                    file.path,
                    f"has elements in '{part.name}' that have no order: dtype {part.store.dtype}",
                )
            if part.dims != first.dims:
                raise UnreadableError(
                    file.path,
                    f"has '{part.name}' with the axes {', '.join(part.dims)}, which cannot follow "
                    f"{', '.join(first.dims)}",
                )
            units = [_units(p) for p in (first, part)]
            if all(units) and units[0] != units[1]:
                raise UnreadableError(
                    file.path,
                    f"has '{part.name}' in {units[1]}, which cannot be compared with {units[0]}",
                )
        packings = {_packing(file, part) for file, part in zip(files, parts, strict=True)}
        self.packing = packings.pop() if len(packings) == 1 else None
        self.unpacks = bool(packings) or (self.packing is not None and self.packing[0] == 0)
        self.dims = first.dims
        self.starts = (
            [0, *accumulate(part.store.shape[0] for part in parts)] if self.dims else [0, 1]
        )
        self.shape = (self.starts[-1], *first.store.shape[1:]) if self.dims else ()
        self.ndim = len(self.shape)
        #: Whether a larger stored element means a smaller value.
        self.descends = not self.unpacks and self.packing is not None and self.packing[0] < 0
        stored = [stored_dtype(part.store.dtype, part.attributes) for part in parts]
        self.dtype = np.dtype(float) if self.unpacks else np.result_type(*stored)
        #: A shard is read as a whole, as a chunk is.
        self.chunks = getattr(first.store, "shards", None) or getattr(first.store, "chunks", None)
        flags = getattr(first.store, "flags", None)
        self.columns = flags is not None and bool(flags.f_contiguous and not flags.c_contiguous)
        #: The memory map that holds the elements as they are compared, if there is one.
        self.mapped = None
        if len(parts) == 1 and not self.unpacks:
            self.mapped = _map_of(first.store, self.dtype)
        self._last = threading.local()

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of a box: some whole chunks, of about `limit` bytes."""
        return grouped(self.shape, self.chunks, self.dtype.itemsize, self.order(kept), self.limit)

    def order(self, kept: tuple[int, ...]) -> tuple[int, ...]:
        """Return the axes from the slowest to the fastest in the files."""
        axes = tuple(range(self.ndim))
        return axes[::-1] if self.columns else axes

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a box, as they are compared."""
        return self.gather(box, self._compared)

    def release(self, box: Box) -> None:
        """Do nothing: `stored` lets go of what was read before."""

    def gather(self, box: Box, read: Callable[[int, Box], NDArray[Any]]) -> NDArray[Any]:
        """Return what `read` gives for each file's part of a box, put together."""
        if not box:
            return read(0, ())
        first, rest = box[0], box[1:]
        parts = []
        for i, (start, stop) in enumerate(pairwise(self.starts)):
            low, high = max(first.start, start), min(first.stop, stop)
            if low < high or (i == 0 and first.start >= first.stop):
                parts.append(read(i, (slice(low - start, max(high, low) - start), *rest)))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _compared(self, i: int, box: Box) -> NDArray[Any]:
        values = self.stored(i, self.parts[i], box)
        if self.unpacks:
            values = np.asarray(scaled(values, self.parts[i].attributes), float)
        return values.astype(self.dtype, copy=False)

    def stored(self, i: int, variable: Variable, box: Box) -> NDArray[Any]:
        """Return the elements of a variable of a file as they are stored.

        What was read last is kept, for each thread: an array and its mask ask for the same box one
        after the other.
        """
        last = self._last
        asked = tuple((s.start, s.stop) for s in box)
        # The store itself is kept and compared: another object may get the address of one that is
        # gone.
        if getattr(last, "store", None) is variable.store and last.asked == asked:
            kept: NDArray[Any] = last.values
            return kept
        with reading(self.files[i].path, f"cannot be read in '{variable.name}'"):
            values = np.asarray(variable.store[box])
        signed = stored_dtype(values.dtype, variable.attributes)
        if signed != values.dtype:
            values = values.view(signed)
        pages = getattr(variable.store, "_mmap", None)
        if isinstance(pages, mmap.mmap) and hasattr(pages, "madvise"):
            # Give back the pages read so far; those still in use are read from the file again.
            pages.madvise(mmap.MADV_DONTNEED)
        elif not isinstance(variable.store, np.ndarray):
            last.store, last.asked, last.values = variable.store, asked, values
        return values


def _units(part: Variable) -> str:
    units = str(part.attributes.get("units", ""))
    calendar = str(part.attributes.get("calendar", "")) if " since " in units else ""
    return f"{units} ({calendar})" if calendar else units


def _packing(file: Arrays, part: Variable) -> tuple[float, float] | None:
    try:
        return packing(part.attributes)
    except RefusalError as error:
        raise UnreadableError(file.path, f"'{part.name}': {error}") from None


def _map_of(store: Any, dtype: np.dtype[Any]) -> np.memmap[Any, Any] | None:
    """Return a store that is a memory map of this dtype without gaps, None if it is not."""
    if type(store) is not np.memmap or store.dtype != dtype:
        return None
    return store if store.flags.c_contiguous or store.flags.f_contiguous else None
