"""What parts know of the whole array, and how far several parts must agree about it."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

import numpy as np


def offset_of(offset: Any, ndim: int) -> tuple[int, ...]:
    """Return where a chunk of `ndim` axes begins, as the caller said it."""
    given = offset if isinstance(offset, Iterable) else (offset,)
    start = tuple([operator.index(at) for at in given])
    if len(start) != ndim or any(at < 0 for at in start):
        raise ValueError(
            f"offset must say where the chunk begins along each of its {ndim} axes, from 0 on, "
            f"got {offset!r}"
        )
    return start


def lengths_of(shape: Any, ndim: int) -> tuple[int | None, ...]:
    """Return the lengths of the whole array, as the caller said them."""
    given = shape if isinstance(shape, Iterable) else (shape,)
    lengths = tuple([None if n is None else operator.index(n) for n in given])
    if len(lengths) != ndim:
        raise ValueError(
            f"shape must have a length, or None, for each of the chunk's {ndim} axes, got {shape!r}"
        )
    return lengths


def in_words(shape: tuple[int | None, ...]) -> str:
    """Return a shape as messages have it."""
    return str(shape).replace("None", "?")


def common_shape(
    one: tuple[int | None, ...], other: tuple[int | None, ...]
) -> tuple[int | None, ...]:
    """Return what two parts together know of the shape, or raise if they differ in it."""
    if one == other:
        return one
    for n, m in zip(one, other, strict=True):
        if n is not None and m is not None and n != m:
            raise ValueError(
                f"these are parts of arrays of different shapes, {in_words(one)} and "
                f"{in_words(other)}"
            )
    return tuple([m if n is None else n for n, m in zip(one, other, strict=True)])


def common_dtype(one: np.dtype[Any], other: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype that holds the elements of two parts as they are, or raise."""
    if one == other:
        return one
    if one.kind == other.kind and one.kind in "SU":  # the longer holds the shorter as it is
        return max(one, other, key=lambda dtype: dtype.itemsize)
    raise ValueError(
        f"these are parts of arrays of different dtypes, {one} and {other}; cast the chunks to one"
    )


def common_blocks(parts: Iterable[dict[int, dict[int, int]]]) -> dict[int, dict[int, int]]:
    """Return the lengths of all chunks with virtual offsets, by axis and offset."""
    blocks: dict[int, dict[int, int]] = {}
    for part in parts:
        for axis, lengths in part.items():
            known = blocks.setdefault(axis, {})
            for start, length in lengths.items():
                if known.setdefault(start, length) != length:
                    raise ValueError(
                        f"chunks at the same offset along axis {axis} have lengths "
                        f"{known[start]} and {length}"
                    )
    return blocks
