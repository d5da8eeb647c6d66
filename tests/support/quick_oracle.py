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


def slices_of(a: Array, axis: Axis) -> Array:
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
    slices = slices_of(a, axis)
    chosen = slices_of(np.broadcast_to(where, a.shape), axis)
    nan = chosen & (slices != slices)
    hit = chosen & ~nan
    for part in parts_of(slices):
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
    slices = slices_of(a, axis)
    chosen = slices_of(np.broadcast_to(where, a.shape), axis)
    nan = slices != slices
    group = np.where(chosen, np.where(nan, 2 if nan_policy == "omit" else 1, 0), 2).astype("i1")
    keys = [np.where(group == 0, part, part.dtype.type(0)) for part in reversed(parts_of(slices))]
    if slices.dtype.kind not in "biufcmM":  # a user's dtype, which lexsort does not know
        keys = [key.astype("f4") for key in keys]
    if largest:  # a sort of the mirror image, read backwards: equal elements stay in their order
        mirrored = [key[..., ::-1] for key in (*keys, -group)]
        order = (slices.shape[-1] - 1 - np.lexsort(mirrored, -1))[..., ::-1]
    else:
        order = np.lexsort((*keys, group), -1)
    order = order[..., :k]
    result = np.full((*slices.shape[:-1], k), -1)
    result[..., : order.shape[-1]] = np.where(np.take_along_axis(group, order, -1) < 2, order, -1)
    return result if isinstance(axis, tuple) else np.moveaxis(result, -1, axes_of(a.ndim, axis)[0])


def parts_of(a: Array) -> list[Array]:
    """Return the numbers that an element is compared by, in that order."""
    if a.dtype.kind == "c":
        return [a.real, a.imag]
    return [a.view("i8") if a.dtype.kind in "mM" else a]


def values_at(a: Array, axis: Axis, indices: Any) -> Array:
    """Return the elements at the indices of a reduction over `axis`."""
    where = np.asarray(indices)[..., np.newaxis]
    return np.take_along_axis(slices_of(a, axis), where, -1)[..., 0]
