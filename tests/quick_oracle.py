"""The oracle in whole-array operations: in time for long arrays, and itself held to the plain one.

Of the dtypes of `arrays.DTYPES` it answers as `minloc.reference` does, except that the answer for
a slice without a candidate is -1.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None


def axes_of(ndim: int, axis: Axis) -> tuple[int, ...]:
    """Return the reduced axes in the order in which they count."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(i % ndim for i in (axis if isinstance(axis, tuple) else (axis,)))


def lanes_of(a: Array, axis: Axis) -> Array:
    """Return the slices that are reduced, each along the last axis."""
    axes = axes_of(a.ndim, axis)
    kept = [n for i, n in enumerate(a.shape) if i not in axes]
    moved = np.moveaxis(a, axes, range(-len(axes), 0))
    return moved.reshape(*kept, prod(a.shape[i] for i in axes))


def quick(
    a: Array,
    axis: Axis,
    *,
    largest: bool = False,
    nan_policy: str = "propagate",
    ties: str = "first",
    where: Any = True,
) -> NDArray[np.intp]:
    """Return what `argbest` does: the first NaN, or else the first that equals the extreme."""
    lanes = lanes_of(a, axis)
    chosen = lanes_of(np.broadcast_to(where, a.shape), axis)
    nan = chosen & (lanes != lanes)
    hit = chosen & ~nan
    for part in parts_of(lanes):
        info = np.iinfo(part.dtype) if part.dtype.kind in "iu" else None
        low, high = (info.min, info.max) if info else (-np.inf, np.inf)
        if part.dtype.kind == "b":
            low, high = False, True
        candidates = np.where(hit, part, low if largest else high)
        hit = hit & (part == (np.max if largest else np.min)(candidates, -1, keepdims=True))
    if nan_policy != "omit":
        hit = np.where(nan.any(-1, keepdims=True), nan, hit)
    if ties == "last":
        found = hit.shape[-1] - 1 - np.argmax(hit[..., ::-1], -1)
    else:
        found = np.argmax(hit, -1)
    return np.where(hit.any(-1), found, -1)


def quick_top(
    a: Array,
    k: int,
    axis: Axis = -1,
    *,
    largest: bool = True,
    nan_policy: str = "propagate",
    where: Any = True,
) -> NDArray[np.intp]:
    """Return what `top` does: a stable sort of each slice's candidates."""
    lanes = lanes_of(a, axis)
    chosen = lanes_of(np.broadcast_to(where, a.shape), axis)
    result = np.full((*lanes.shape[:-1], k), -1)
    for place in np.ndindex(lanes.shape[:-1]):
        lane = lanes[place]
        nan = lane != lane
        order = np.flatnonzero(chosen[place] & ~nan)
        for part in reversed(parts_of(lane)):
            if largest:  # backwards, so that equal elements are in the order of their indices
                order = order[::-1][np.argsort(part[order[::-1]], kind="stable")][::-1]
            else:
                order = order[np.argsort(part[order], kind="stable")]
        if nan_policy != "omit":
            order = np.concatenate([order, np.flatnonzero(chosen[place] & nan)])
        result[place][: len(order)] = order[:k]
    return result if isinstance(axis, tuple) else np.moveaxis(result, -1, axes_of(a.ndim, axis)[0])


def parts_of(a: Array) -> list[Array]:
    """Return the numbers that an element is compared by, in that order."""
    if a.dtype.kind == "c":
        return [a.real, a.imag]
    return [a.view("i8") if a.dtype.kind in "mM" else a]


def values_at(a: Array, axis: Axis, indices: Any) -> Array:
    """Return the elements at the indices of a reduction over `axis`."""
    where = np.asarray(indices)[..., np.newaxis]
    return np.take_along_axis(lanes_of(a, axis), where, -1)[..., 0]
