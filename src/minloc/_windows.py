"""What the core leaves to NumPy about windows: several axes, own dtypes, counted candidates.

The core finds the best of each window along one axis, of an array whose dtype has kernels. Windows
over several axes are as good as one pass along each axis, the last one first: a pass chooses among
the best of the pass before, and of equal ones the first row has the first element in C order. The
elements of dtypes that bring their own comparison are replaced by their ranks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._window_axes import Axis

if TYPE_CHECKING:  # at run time it would take longer than the rest of the import
    from numpy.typing import NDArray


def flattened(a: NDArray[Any], mask: Any, name: str) -> tuple[Any, Any]:
    """Return an array and its mask, which may be None, flattened in C order."""
    if mask is not None:
        mask = np.asarray(mask)
        if mask.dtype == bool:  # of what is none the core says so
            try:
                mask = np.broadcast_to(mask, a.shape).reshape(-1)
            except ValueError:
                text = f"{name} of shape {mask.shape} cannot be broadcast to the shape {a.shape}"
                raise ValueError(f"{text} of a") from None
    return a.reshape(-1), mask


def indices(
    a: NDArray[Any],
    has_kernels: bool,
    largest: bool,
    axes: tuple[int, ...],
    windows: tuple[int, ...],
    steps: tuple[int, ...],
    partial: bool,
    center: bool,
    min_count: int,
    nan_policy: str,
    ties: str,
    mask: NDArray[np.bool] | None,
    masked_value: bool,
    relative: bool,
) -> tuple[Any, Any, Any]:
    """Return the indices of the best of each window.

    Parameters
    ----------
    a : ndarray
        The array.
    has_kernels : bool
        Whether the core compares its elements.
    largest : bool
        The largest, or else the smallest.
    axes, windows, steps : tuple of int
        The axes along which windows move, and what goes with each.
    partial, center, min_count, nan_policy, ties
        As of the public functions.
    mask : ndarray of bool or None
        Elements where it is `masked_value` are not candidates.
    masked_value : bool
        See `mask`.
    relative : bool
        Whether the indices within the windows are wanted, too.

    Returns
    -------
    tuple
        The indices into the flattened axes, -1 where there are too few candidates; those within
        the windows, or None; the place of the first window with a NaN that is an error, or None.
    """
    along = [Axis(*one, partial, center) for one in zip(axes, windows, steps, strict=True)]
    where = None if mask is None else np.broadcast_to(mask != masked_value, a.shape)
    keys, nan = (a, _is_nan(a, nan_policy)) if has_kernels else _ranked(a, where)
    if nan is not None and not nan.any():
        nan = None
    if nan is not None and nan_policy == "raise":
        some = _counts(nan if where is None else nan & where, along) > 0
        if some.any():
            place = np.unravel_index(some.argmax(), some.shape)
            return None, None, tuple(int(i) for i in place)
    candidates = where
    if nan is not None and nan_policy == "omit":
        candidates = ~nan if where is None else where & ~nan
    # NumPy's comparison of objects and strings has no place for a NaN.
    one_by_one = nan is not None and a.dtype.kind in "OT" and nan_policy == "propagate"
    found = _best(a if one_by_one else keys, along, largest, ties, candidates, one_by_one)
    if min_count > 1:
        every = np.broadcast_to(np.True_, a.shape) if candidates is None else candidates
        found[_counts(every, along) < min_count] = -1
    return found, _relative(found, along, a.shape) if relative else None, None


def values_at(a: NDArray[Any], found: NDArray[np.intp], axes: tuple[int, ...], nan: Any) -> Any:
    """Return the elements at indices into the flattened axes, and `nan` where they are -1."""
    missing = found < 0
    key: list[Any] = [
        np.arange(n).reshape(-1, *[1] * (found.ndim - 1 - axis)) for axis, n in enumerate(a.shape)
    ]
    index = np.where(missing, 0, found)
    for axis in reversed(axes):
        index, key[axis] = np.divmod(index, max(a.shape[axis], 1))
    values = a[tuple(key)] if found.size else np.empty(found.shape, a.dtype)
    if missing.any():
        values[missing] = nan
    return values


def _best(
    a: NDArray[Any],
    along: list[Axis],
    largest: bool,
    ties: str,
    where: NDArray[np.bool] | None,
    one_by_one: bool,
) -> NDArray[np.intp]:
    """Return the indices of the best candidates, -1 where there is none."""
    moving: Any = _core.moving_argmax if largest else _core.moving_argmin
    index: Any = None
    below = 1
    for axis in reversed(along):
        n = a.shape[axis.number]
        if one_by_one:
            there = _one_by_one(a, axis, largest, ties, where)
        else:
            there = moving(
                a,
                axis.window,
                axis.number,
                step=axis.step,
                partial=axis.partial,
                center=axis.center,
                min_count=1,
                where=True if where is None else where,
                ties=ties,
                default=-1,
            )
        missing = there < 0
        where = ~missing if missing.any() else None
        at = np.where(missing, 0, there)
        index = at if index is None else np.take_along_axis(index, at, axis.number) + at * below
        a = np.take_along_axis(a, at, axis.number)
        below *= n
    return np.where(False if where is None else ~where, -1, index)


def _one_by_one(
    a: NDArray[Any], axis: Axis, largest: bool, ties: Any, where: NDArray[np.bool] | None
) -> NDArray[np.intp]:
    """Return the index along an axis of the best of each window, reduced by itself."""
    argbest = _core.argmax if largest else _core.argmin
    begin, end = axis.bounds(a.shape[axis.number])
    lines = np.moveaxis(a, axis.number, -1)
    chosen = None if where is None else np.moveaxis(where, axis.number, -1)
    there = np.empty((*lines.shape[:-1], len(begin)), np.intp)
    for i, (one, other) in enumerate(zip(begin, end, strict=True)):
        part = slice(one, other)
        keep: Any = True if chosen is None else chosen[..., part]
        best = argbest(lines[..., part], axis=-1, where=keep, ties=ties, default=-1)
        there[..., i] = np.where(best < 0, -1, best + one)
    return np.moveaxis(there, -1, axis.number)


def _counts(chosen: NDArray[np.bool], along: list[Axis]) -> NDArray[np.intp]:
    """Return how many of the chosen elements each window has."""
    counts = chosen.astype(np.intp)
    for axis in along:
        lines = np.moveaxis(counts, axis.number, -1)
        sums = np.zeros((*lines.shape[:-1], lines.shape[-1] + 1), np.intp)
        np.cumsum(lines, axis=-1, out=sums[..., 1:])
        begin, end = axis.bounds(lines.shape[-1])
        counts = np.moveaxis(sums[..., end] - sums[..., begin], -1, axis.number)
    return np.ascontiguousarray(counts)


def _relative(
    found: NDArray[np.intp], along: list[Axis], shape: tuple[int, ...]
) -> NDArray[np.intp]:
    """Return indices into the flattened axes as indices into the windows, as far as they exist."""
    relative = np.zeros_like(found)
    below: Any = 1
    rest = found
    for axis in reversed(along):
        rest, at = np.divmod(rest, max(shape[axis.number], 1))
        across = [1] * found.ndim
        across[axis.number] = -1
        begin, end = (bound.reshape(across) for bound in axis.bounds(shape[axis.number]))
        relative += (at - begin) * below
        below = below * (end - begin)
    return np.where(found < 0, -1, relative)


def _is_nan(a: NDArray[Any], nan_policy: str) -> NDArray[np.bool] | None:
    """Return which elements are NaN, where it matters; None if none can be."""
    if nan_policy == "propagate" or a.dtype.kind in "biu":
        return None
    return np.asarray(a != a)


def _ranked(
    a: NDArray[Any], where: NDArray[np.bool] | None
) -> tuple[NDArray[np.float64], NDArray[np.bool]]:
    """Return the ranks of the candidates among each other, and which of them are NaN."""
    ranks = np.zeros(a.shape)
    nan = np.zeros(a.shape, bool)
    if _core.nan_of(a.dtype) is not None:
        candidates = a if where is None else a[where]
        # Not by !=, which is False for the nulls of a StringDType, as == is.
        nan[... if where is None else where] = ~np.asarray(candidates == candidates, bool)
    chosen = ~nan if where is None else where & ~nan
    numbers = a[chosen]
    order = np.argsort(numbers, kind="stable")
    ranked = numbers[order]
    rises = np.asarray(ranked[:-1] < ranked[1:], bool)
    places = np.empty(len(order))
    places[order] = np.concatenate([np.zeros(min(len(order), 1)), np.cumsum(rises)])
    ranks[chosen] = places
    ranks[nan] = math.nan
    return ranks, nan
