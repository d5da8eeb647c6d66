"""The arrays of several files as one, joined along the first axis, and which elements count.

It is a store: it has a shape, a dtype and chunks, and is read piece by piece. Elements stay as they
are stored, since packing them keeps their order; only where files were packed differently are they
unpacked to be compared.
"""

from __future__ import annotations

import mmap
import threading
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError, UnreadableError, reading
from minloc._cli.expression import Expression
from minloc._cli.formats.arrays import Arrays, Variable
from minloc._cli.formats.conventions import fills, packing, present, unpacked
from minloc._cli.truth import Known, holds

Key = tuple[slice, ...]


class Joined:
    """One variable of several files as a store.

    Parameters
    ----------
    sources : sequence of Arrays
        The files.
    parts : sequence of Variable
        The variable in each of them.
    """

    def __init__(self, sources: Sequence[Arrays], parts: Sequence[Variable]) -> None:
        self.sources, self.parts = sources, parts
        first = parts[0]
        for source, part in zip(sources, parts, strict=True):
            one, other = first.store.shape, part.store.shape
            if len(parts) > 1 and (len(one) != len(other) or one[1:] != other[1:] or not one):
                raise UnreadableError(
                    source.path,
                    f"has an array of shape {other}, which cannot follow one of shape {one} along "
                    "the first axis",
                )
            if (part.store.dtype.kind in "biufc") != (first.store.dtype.kind in "biufc"):
                raise UnreadableError(
                    source.path,
                    f"has elements of dtype {part.store.dtype}, which cannot be compared with "
                    f"those of {sources[0].path}, {first.store.dtype}",
                )
            units = [str(p.attributes.get("units", "")) for p in (first, part)]
            if all(units) and units[0] != units[1] and "since" not in units[0]:
                raise UnreadableError(
                    source.path,
                    f"has '{part.name}' in {units[1]}, which cannot be compared with {units[0]}",
                )
        packings = {packing(part.attributes) for part in parts}
        self.packing = packings.pop() if len(packings) == 1 else None
        self.unpacks = bool(packings) or (self.packing is not None and self.packing[0] == 0)
        self.dims = first.dims
        self.starts = (
            [0, *accumulate(part.store.shape[0] for part in parts)] if self.dims else [0, 1]
        )
        self.shape = (self.starts[-1], *first.store.shape[1:]) if self.dims else ()
        self.ndim = len(self.shape)
        stored = [_stored_dtype(part) for part in parts]
        self.dtype = np.dtype(float) if self.unpacks else np.result_type(*stored)
        #: A shard is read as a whole, as a chunk is.
        self.chunks = getattr(first.store, "shards", None) or getattr(first.store, "chunks", None)
        flags = getattr(first.store, "flags", None)
        self.columns = flags is not None and bool(flags.f_contiguous and not flags.c_contiguous)
        self._last = threading.local()

    @property
    def mapped(self) -> np.memmap[Any, Any] | None:
        """The memory map that this is, if it is one without gaps, compared as it is stored."""
        store: Any = self.parts[0].store
        if len(self.parts) > 1 or self.unpacks or type(store) is not np.memmap:
            return None
        whole = store.flags.c_contiguous or store.flags.f_contiguous
        return store if whole and store.dtype == self.dtype else None

    @property
    def descends(self) -> bool:
        """Whether the largest stored element means the smallest."""
        return not self.unpacks and self.packing is not None and self.packing[0] < 0

    def __getitem__(self, key: Any) -> NDArray[Any]:
        return self.pieces(key, self.part)

    def pieces(self, key: Any, read: Callable[[int, Key], NDArray[Any]]) -> NDArray[Any]:
        """Return what `read` gives of each file in a region, put together."""
        slices = _slices(key, self.shape)
        if not slices:
            return read(0, ())
        first, rest = slices[0], slices[1:]
        read_parts = []
        for i, (start, stop) in enumerate(pairwise(self.starts)):
            low, high = max(first.start, start), min(first.stop, stop)
            if low < high or (i == 0 and first.start >= first.stop):
                read_parts.append(read(i, (slice(low - start, max(high, low) - start), *rest)))
        result = read_parts[0] if len(read_parts) == 1 else np.concatenate(read_parts)
        drop = tuple(
            0 if isinstance(k, int | np.integer) else slice(None) for k in _full(key, slices)
        )
        return result[drop]

    def part(self, i: int, key: Key) -> NDArray[Any]:
        """Return a region of one file's array, as it is compared."""
        values = self.read(self.sources[i], self.parts[i], key)
        if self.unpacks:
            values = np.asarray(unpacked(values, self.parts[i].attributes), float)
        return values.astype(self.dtype, copy=False)

    def read(self, source: Arrays, variable: Variable, key: Key) -> NDArray[Any]:
        """Read a region; the values and their mask ask for the same one after the other."""
        last = self._last
        asked = tuple((s.start, s.stop) for s in key)
        # The store is held and compared, not its address, which another may have by now.
        if getattr(last, "store", None) is variable.store and last.asked == asked:
            kept: NDArray[Any] = last.values
            return kept
        with reading(source.path, f"cannot be read in '{variable.name}'"):
            values = np.asarray(variable.store[key])
        unsigned = _stored_dtype(variable)
        if unsigned != values.dtype and values.dtype.kind == "i":
            values = values.view(unsigned)
        map_ = getattr(variable.store, "_mmap", None)
        if isinstance(map_, mmap.mmap) and hasattr(map_, "madvise"):
            # What was read before goes; pages that are still asked for come back from the file.
            map_.madvise(mmap.MADV_DONTNEED)
        elif not isinstance(variable.store, np.ndarray):
            last.store, last.asked, last.values = variable.store, asked, values
        return values

    def file_of(self, index: int) -> tuple[int, int]:
        """Return which file an index along the first axis is in, and where in it."""
        i = bisect_right(self.starts, index) - 1
        return i, index - self.starts[i]

    def meaning(self, i: int, value: Any) -> Any:
        """Return what an element stands for, which was found in this file."""
        attributes = dict(self.parts[i].attributes)
        if self.unpacks:
            attributes.pop("scale_factor", None)
            attributes.pop("add_offset", None)
        meant = unpacked(value, attributes)
        if packing(attributes) is not None and isinstance(meant, float):
            return float(f"{meant:.13g}")  # 271.92, not 271.91999999999996
        return meant


class Mask:
    """Which elements count: those that are not missing, and for which an expression holds."""

    def __init__(self, joined: Joined, condition: Expression | None) -> None:
        self.joined, self.condition = joined, condition
        self.shape, self.ndim, self.dtype = joined.shape, joined.ndim, np.dtype(bool)
        self.chunks = joined.chunks
        self._missing = [fills(part.attributes, _stored_dtype(part)) for part in joined.parts]
        self._names: list[dict[str, tuple[Variable | None, tuple[int, ...]]]] = [
            _names(condition, source, part)
            for source, part in zip(joined.sources, joined.parts, strict=True)
        ]

    @property
    def needed(self) -> bool:
        """Whether there is anything that does not count, as far as can be known."""
        return self.condition is not None or any(self._missing)

    def __getitem__(self, key: Any) -> NDArray[np.bool]:
        return self.joined.pieces(key, self._part)

    def _part(self, i: int, key: Key) -> NDArray[np.bool]:
        source, part = self.joined.sources[i], self.joined.parts[i]
        shape = tuple(s.stop - s.start for s in key)
        there = None
        if self._missing[i]:
            there = present(self.joined.read(source, part, key), self._missing[i])
        if self.condition is not None:
            known: dict[str, Known] = {}
            for name, (variable, axes) in self._names[i].items():
                known[name] = _along(self.joined, source, variable, axes, key)
            chosen = np.broadcast_to(holds(self.condition, known), shape)
            there = chosen if there is None else there & chosen
        return np.ones(shape, bool) if there is None else np.asarray(there)


def _names(
    condition: Expression | None, source: Arrays, part: Variable
) -> dict[str, tuple[Variable | None, tuple[int, ...]]]:
    """Return for each name the variable, None for an axis's own index, and its axes."""
    found: dict[str, tuple[Variable | None, tuple[int, ...]]] = {}
    lengths = dict(zip(part.dims, part.store.shape, strict=True))
    for name in () if condition is None else condition.names:
        assert condition is not None
        if name in (part.name, "value"):
            found[name] = part, tuple(range(len(part.dims)))
            continue
        if name in part.dims:
            found[name] = source.coordinate(part, name), (part.dims.index(name),)
            continue
        if name not in source.names:
            there = ", ".join(dict.fromkeys([part.name, *part.dims, *source.names]))
            raise condition.error(f"{source.path} has no '{name}'; there are: {there}", name)
        other = source[name]
        if other.store.shape == part.store.shape:
            found[name] = other, tuple(range(len(part.dims)))
        elif all(
            lengths.get(dim) == length
            for dim, length in zip(other.dims, other.store.shape, strict=True)
        ):
            found[name] = other, tuple(part.dims.index(dim) for dim in other.dims)
        else:
            raise condition.error(
                f"'{name}' has the shape {other.store.shape}, and '{part.name}' {part.store.shape}",
                name,
            )
    return found


def _along(
    joined: Joined, source: Arrays, variable: Variable | None, axes: tuple[int, ...], key: Key
) -> Known:
    """Return the meaning of a variable in a region, so that it broadcasts along its axes."""
    if variable is None:
        values = np.arange(key[axes[0]].start, key[axes[0]].stop)
        there = None
    else:
        stored = joined.read(source, variable, tuple(key[axis] for axis in axes))
        there = present(stored, fills(variable.attributes, stored.dtype))
        values = np.asarray(unpacked(stored, variable.attributes))
    order = np.argsort(axes)
    full = [1] * len(key)
    for axis in axes:
        full[axis] = key[axis].stop - key[axis].start
    values = values.transpose(order).reshape(full)
    return values, None if there is None else there.transpose(order).reshape(full)


def _stored_dtype(variable: Variable) -> np.dtype[Any]:
    dtype = variable.store.dtype
    if dtype.kind == "i" and str(variable.attributes.get("_Unsigned", "")).lower() == "true":
        return np.dtype(dtype.str.replace("i", "u"))
    return dtype


def _full(key: Any, slices: Key) -> tuple[Any, ...]:
    given = key if isinstance(key, tuple) else (key,)
    if Ellipsis in given:
        at = given.index(Ellipsis)
        fill = (slice(None),) * (len(slices) - len(given) + 1)
        given = (*given[:at], *fill, *given[at + 1 :])
    return (*given, *(slice(None),) * (len(slices) - len(given)))


def _slices(key: Any, shape: tuple[int, ...]) -> Key:
    """Return a key as slices with starts and stops, an integer as a slice of length one."""
    plain = (slice(None),) * len(shape)
    result = []
    for one, length in zip(_full(key, plain), shape, strict=True):
        if isinstance(one, slice):
            start, stop, step = one.indices(length)
            if step != 1:
                raise RefusalError("pieces are read without gaps")
            result.append(slice(start, max(start, stop)))
        else:
            place = int(one) + (length if one < 0 else 0)
            result.append(slice(place, place + 1))
    return tuple(result)
