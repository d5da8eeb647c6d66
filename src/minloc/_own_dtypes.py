"""Dtypes whose elements are more than their bytes: object, strings and those of users.

The core finds their indices by the dtype's own comparison. What else is asked of them, NumPy does,
slower: it takes the elements, and it sorts them for `top_k`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:  # at run time it would take longer than the rest of the import
    from numpy.typing import NDArray


def elements_at(name: str, a: NDArray[Any], indices: Any, axes: tuple[int, ...]) -> Any:
    """Return the elements of `a` that answers of its core point at.

    Parameters
    ----------
    name : str
        The function that is being answered.
    a : ndarray
        An array of objects, strings or a dtype of a user's: their bytes are not all there is.
    indices : ndarray or numpy.intp
        One for each slice, -1 where a slice has no candidate.
    axes : tuple of int
        The axes that were reduced, in the order in which they make up the index.

    Returns
    -------
    ndarray or scalar
        Of the shape of `indices`.

    Raises
    ------
    TypeError
        If an element is missing and the dtype has no NaN to stand for it.
    """
    shape = np.shape(indices)
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    flat = np.asarray(indices).reshape([a.shape[axis] for axis in kept])
    missing = flat < 0
    if missing.any() and a.dtype != object:
        raise TypeError(
            f"{name}() has no value for a slice without a candidate: dtype {a.dtype} has neither "
            f"NaN nor NaT; arg{name[-3:]}() gives the indices alone"
        )
    if a.size == 0:
        return np.full(shape, np.nan, a.dtype)
    places: list[Any] = list(np.ix_(*(np.arange(a.shape[axis]) for axis in kept)))
    key: dict[int, Any] = dict(zip(kept, places, strict=True))
    index = np.where(missing, 0, flat)
    for axis in reversed(axes):
        index, key[axis] = np.divmod(index, a.shape[axis])
    values = np.empty(flat.shape, a.dtype)
    values[() if flat.ndim == 0 else ...] = a[tuple(key[axis] for axis in range(a.ndim))]
    if missing.any():
        values[missing] = np.nan
    return values.reshape(shape) if shape else values[()]


def top_k(
    a: NDArray[Any],
    k: int,
    axes: tuple[int, ...],
    largest: bool,
    nan_policy: str,
    mask: NDArray[np.bool] | None,
    masked_value: bool,
    in_place: bool,
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the values and the indices that `minloc.top_k` answers with.

    Parameters
    ----------
    a : ndarray
        An array of such a dtype.
    k : int
        How many are wanted.
    axes : tuple of int
        The reduced axes, in the order in which they make up the index.
    largest : bool
        The largest, or else the smallest.
    nan_policy : str
        As of the public function.
    mask : ndarray of bool or None
        Elements where it is `masked_value` are no candidates.
    masked_value : bool
        See `mask`.
    in_place : bool
        Whether the ranks take the place of the one reduced axis; else they come last.

    Returns
    -------
    tuple of ndarray
        Values and indices.

    Raises
    ------
    ValueError
        If a slice has fewer candidates, or a NaN under ``nan_policy="raise"``.
    """
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    chosen = np.broadcast_to(True if mask is None else mask != masked_value, a.shape)
    lanes, choices = a.transpose([*kept, *axes]), chosen.transpose([*kept, *axes])
    shape = lanes.shape[: len(kept)]
    # Where k is too large there is no room for it, and none is needed: it is an error.
    room = min(k, math.prod(a.shape[axis] for axis in axes)) if math.prod(shape) else k
    values, indices = np.empty((*shape, room), a.dtype), np.empty((*shape, room), np.intp)
    for place in np.ndindex(shape):
        lane, choice = lanes[(*place, ...)].reshape(-1), choices[(*place, ...)].reshape(-1)
        nan = ~np.asarray(lane == lane, bool)  # to a null of a StringDType, != is as false as ==
        if nan_policy == "raise" and (nan & choice).any():
            raise ValueError("top_k() met a NaN, and nan_policy is 'raise'; 'omit' leaves NaN out")
        candidates = np.flatnonzero(choice & ~nan)
        numbers = lane[candidates]
        if largest:  # sorted from behind, so that equal ones stay in their order
            order = len(numbers) - 1 - np.argsort(numbers[::-1], kind="stable")[::-1]
        else:
            order = np.argsort(numbers, kind="stable")
        ranked = candidates[order]
        if nan_policy == "propagate":
            ranked = np.concatenate([ranked, np.flatnonzero(choice & nan)])
        if len(ranked) < k:
            at = f", at index {place} of the result" if place else ""
            raise ValueError(
                f"top_k() cannot give k={k} elements of a slice with {len(ranked)} candidates{at}"
            )
        indices[place] = ranked[:k]
        values[place] = lane[ranked[:k]]
    if in_place:
        return np.moveaxis(values, -1, axes[0]), np.moveaxis(indices, -1, axes[0])
    return values, indices
