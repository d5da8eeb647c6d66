"""Where parts lie in the whole array: their regions, and what is known of its shape and dtype.

A *region* is a rectangular part of an array: for each axis the first coordinate, and the one past
the last.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

from minloc._partial.candidates import Candidates, none_of

#: For each axis the first coordinate, and the one past the last.
Region: TypeAlias = tuple[tuple[int, int], ...]
#: The length of the whole array along each axis, None where it is not known.
Shape: TypeAlias = tuple[int | None, ...]
#: For each axis with virtual offsets, the length of the chunk at each offset.
Blocks: TypeAlias = dict[int, dict[int, int]]


def offset_of(offset: Any, ndim: int) -> tuple[int, ...]:
    """Return where a chunk with `ndim` axes begins, given the caller's `offset`."""
    given = offset if isinstance(offset, Iterable) else (offset,)
    start = tuple([operator.index(at) for at in given])
    if len(start) != ndim or any(at < 0 for at in start):
        raise ValueError(
            f"offset must say where the chunk begins along each of its {ndim} axes, from 0 on, "
            f"got {offset!r}"
        )
    return start


def lengths_of(shape: Any, ndim: int) -> Shape:
    """Return the lengths of the whole array, given the caller's `shape`."""
    given = shape if isinstance(shape, Iterable) else (shape,)
    lengths = tuple([None if n is None else operator.index(n) for n in given])
    if len(lengths) != ndim:
        raise ValueError(
            f"shape must have a length, or None, for each of the chunk's {ndim} axes, got {shape!r}"
        )
    return lengths


def region_of(start: Sequence[int], lengths: tuple[int, ...], whole: Shape) -> Region:
    """Return the region of a chunk.

    Raises
    ------
    ValueError
        If it does not lie within the whole array.
    """
    region = tuple([(at, at + n) for at, n in zip(start, lengths, strict=True)])
    for (_, stop), length in zip(region, whole, strict=True):
        if length is not None and stop > length:
            raise ValueError(
                f"a chunk of shape {lengths} at offset {tuple(start)} does not lie within an array "
                f"of shape {shown(whole)}"
            )
    return region


def shown(shape: Shape) -> str:
    """Return a shape as messages show it, with ``?`` for unknown lengths."""
    return str(shape).replace("None", "?")


def bounding(regions: Sequence[Region]) -> Region:
    """Return the smallest region that holds all of some regions."""
    if len(regions) == 1:
        return regions[0]
    return tuple(
        [(min([s for s, _ in a]), max([s for _, s in a])) for a in zip(*regions, strict=True)]
    )


def place_in(region: Region, part: Region) -> tuple[slice, ...]:
    """Return where a part of a region lies in an array that has the elements of the region."""
    return tuple(
        [
            slice(start - origin, stop - origin)
            for (start, stop), (origin, _) in zip(part, region, strict=True)
        ]
    )


def precedes(one: Region, other: Region) -> bool:
    """Whether all of one region comes before all of the other, in C order of the axes."""
    for (start, stop), (other_start, other_stop) in zip(one, other, strict=True):
        if stop <= other_start:
            return True
        if stop - start != 1 or other_stop - other_start != 1 or start != other_start:
            return False
    return False


def paste(
    parts: Sequence[tuple[Region, Candidates]], region: Region, axes: int, dtype: np.dtype[Any]
) -> list[Candidates]:
    """Return candidates of several regions of slices as candidates of all slices of one region.

    Parameters
    ----------
    parts : sequence of (Region, Candidates)
        Regions within `region`, and the candidates of their slices.
    region : Region
        The kept axes of the result.
    axes : int
        How many axes are reduced.
    dtype : dtype
        Of the result.

    Returns
    -------
    list of Candidates
        As few as possible are made of those that do not overlap, usually one.
    """
    shape = tuple(stop - start for start, stop in region)
    slices = int(np.prod(shape))
    width = max(candidates.values.shape[1] for _, candidates in parts)
    pasted: list[tuple[np.ndarray[Any, np.dtype[np.bool]], Candidates]] = []
    for part, candidates in parts:
        key = place_in(region, part)
        layer = next((layer for layer in pasted if not layer[0][key].any()), None)
        if layer is None:
            layer = np.zeros(shape, bool), none_of(slices, width, axes, dtype)
            pasted.append(layer)
        layer[0][key] = True
        candidates.paste(layer[1], key, shape)
    return [Candidates(into.values, into.places, into.found) for _, into in pasted]


def common_shape(one: Shape, other: Shape) -> Shape:
    """Return what two parts together know of the shape, or raise if they differ in it."""
    if one == other:
        return one
    for n, m in zip(one, other, strict=True):
        if n is not None and m is not None and n != m:
            raise ValueError(
                f"these are parts of arrays of different shapes, {shown(one)} and {shown(other)}"
            )
    return tuple([m if n is None else n for n, m in zip(one, other, strict=True)])


def common_dtype(one: np.dtype[Any], other: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype that holds the elements of two parts unchanged, or raise."""
    if one == other:
        return one
    if one.kind == other.kind and one.kind in "SU":  # the longer holds the shorter unchanged
        return max(one, other, key=lambda dtype: dtype.itemsize)
    raise ValueError(
        f"these are parts of arrays of different dtypes, {one} and {other}; cast the chunks to one"
    )
