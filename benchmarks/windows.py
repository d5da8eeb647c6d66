"""Windows: what is right, and how others are asked for the place of the minimum of each window."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.fills import Array

#: How many elements windows have: compared as they lie, common ones, and in no near cache.
LENGTHS = (3, 30, 1_000, 10_000)
#: What NumPy reads as often as a window is long is asked of windows up to here.
SHORT = 30


def moving(a: Array, axis: int | None, window: int) -> Array:
    """Return the index of the first of the smallest elements of each window, without NaN.

    Two overlapping windows of half the length or more make one; so it takes a few whole-array
    operations, whatever the length.
    """
    lines = a.reshape(-1) if axis is None else np.moveaxis(a, axis, -1)
    index = np.broadcast_to(np.arange(lines.shape[-1]), lines.shape)
    fits = window <= lines.shape[-1]
    if not fits:
        index = index[..., :0]
    length = 1
    while fits and length < window:
        further = min(length, window - length)
        stop = lines.shape[-1] - further
        first, later = lines[..., :stop], lines[..., further:]
        index = np.where(first <= later, index[..., :stop], index[..., further:])
        lines = np.minimum(first, later)
        length += further
    return index if axis is None else np.moveaxis(index, -1, axis)


def running(a: Array, axis: int | None) -> Array:
    """Return the index of the first of the smallest elements so far, without NaN."""
    lines = a.reshape(-1) if axis is None else np.moveaxis(a, axis, -1)
    so_far = np.minimum.accumulate(lines, axis=-1)
    is_new = np.ones(lines.shape, bool)
    is_new[..., 1:] = lines[..., 1:] < so_far[..., :-1]
    index = np.maximum.accumulate(np.where(is_new, np.arange(lines.shape[-1]), 0), axis=-1)
    return index if axis is None else np.moveaxis(index, -1, axis)


def by_numpy(window: int) -> Callable[..., Array]:
    """Return a function that finds the minimum in views of all windows."""

    def slid(a: Array, axis: int = -1) -> Array:
        views = np.lib.stride_tricks.sliding_window_view(a, window, axis)
        return np.asarray(views.argmin(axis=-1))

    return slid


def of_numpy(answer: Any) -> tuple[Array]:
    """Return indices in windows along the first axis as those of the array."""
    return (answer + _places(len(answer), answer.ndim),)


def of_bottleneck(window: int) -> Callable[[Any], tuple[Array]]:
    """Return what makes indices of the array from floats that count from the end of windows."""
    return partial(_from_end, window=window)


def _from_end(answer: Any, window: int) -> tuple[Array]:
    found = answer[window - 1 :]
    return (_places(len(found), found.ndim) + (window - 1) - found.astype(np.intp),)


def _places(n: int, ndim: int) -> Array:
    return np.arange(n).reshape(-1, *[1] * (ndim - 1))
