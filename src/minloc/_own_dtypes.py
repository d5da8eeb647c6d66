"""Dtypes whose elements are more than their bytes: object, strings and user dtypes.

The core finds their indices by the dtype's own comparison. The rest is done by NumPy, which is
slower: it takes the elements, and sorts them for `top_k`, many slices at a time.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core

if TYPE_CHECKING:  # at run time it would take longer than the rest of the import
    from numpy.typing import NDArray

#: This many elements are sorted at a time, because sorting needs several index arrays of that size.
SORTED_AT_ONCE = 1 << 20
#: The classes of elements, in the order in which `top_k` ranks them.
NUMBER, NAN, NO_CANDIDATE = 0, 1, 2


def elements_at(
    a: NDArray[Any], indices: Any, axes: tuple[int, ...], nan: Any, group_at: int
) -> Any:
    """Return the elements of `a` at the indices that the core has found.

    Parameters
    ----------
    a : ndarray
        An array of objects, strings or a user dtype.
    indices : ndarray or numpy.intp
        One for each slice, -1 where a slice has no candidate.
    axes : tuple of int
        The axes that were reduced, in the order in which they make up the index.
    nan : object
        The element for slices without a candidate.
    group_at : int
        Which axis of `indices`, those of size 1 for reduced axes not counted, is that of groups;
        -1: none.

    Returns
    -------
    ndarray or scalar
        Of the shape of `indices`.
    """
    shape = np.shape(indices)
    if a.size == 0:
        values = np.empty(shape, a.dtype)
        if values.size:
            values[...] = nan
        return values if shape else values[()]
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    sizes = [a.shape[axis] for axis in kept]
    if group_at >= 0:
        sizes.insert(group_at, np.size(indices) // max(math.prod(sizes), 1))
    flat = np.asarray(indices).reshape(sizes)
    missing = flat < 0
    places: list[Any] = list(np.ix_(*map(np.arange, sizes)))
    if group_at >= 0:
        del places[group_at]
    key: dict[int, Any] = dict(zip(kept, places, strict=True))
    index = np.where(missing, 0, flat)
    for axis in reversed(axes):
        index, key[axis] = np.divmod(index, a.shape[axis])
    values = np.empty(flat.shape, a.dtype)
    values[() if flat.ndim == 0 else ...] = a[tuple(key[axis] for axis in range(a.ndim))]
    if missing.any():
        values[missing] = nan
    return values.reshape(shape) if shape else values[()]


def top_k(
    a: NDArray[Any],
    k: int,
    takes_fewer: bool,
    axes: tuple[int, ...],
    largest: bool,
    nan_policy: str,
    mask: NDArray[np.bool] | None,
    masked_value: bool,
    in_place: bool,
) -> tuple[Any, Any]:
    """Return the values and the indices that `minloc.top_k` answers with.

    Parameters
    ----------
    a : ndarray
        An array of such a dtype.
    k : int
        How many are wanted.
    takes_fewer : bool
        Whether a slice may have fewer candidates; the index of the rest is then -1.
    axes : tuple of int
        The reduced axes, in the order in which they make up the index.
    largest : bool
        The largest, or else the smallest.
    nan_policy : str
        As of the public function.
    mask : ndarray of bool or None
        Elements where it is `masked_value` are not candidates.
    masked_value : bool
        See `mask`.
    in_place : bool
        Whether the ranks take the place of the one reduced axis; else they come last.

    Returns
    -------
    tuple
        Values and indices. If there is an error to raise: the number of its first slice, and
        how many candidates that slice has, or -1 if one of them is NaN under "raise".
    """
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    shape = [a.shape[axis] for axis in kept]
    slices, length = math.prod(shape), math.prod(a.shape[axis] for axis in axes)
    rows = a.transpose([*kept, *axes]).reshape(slices, length)
    choice = None
    if mask is not None:
        everywhere = np.broadcast_to(mask != masked_value, a.shape)
        choice = everywhere.transpose([*kept, *axes]).reshape(slices, length)
    if a.dtype.itemsize == 1 and a.dtype.kind not in "SU":
        keys = _byte_ranks(a.dtype)[rows.view(np.uint8)].reshape(*shape, length)
        where = True if choice is None else choice.reshape(keys.shape)
        choose: Any = _core.up_to_k if takes_fewer else _core.top_k
        mode = "largest" if largest else "smallest"
        answer = choose(keys, k, mode=mode, where=where, nan_policy=nan_policy)
        index = answer.indices.reshape(slices, answer.indices.shape[-1])
    else:
        classes = _classes(rows, choice, nan_policy)
        wrong = None if takes_fewer else _first_error(classes, rows, k, nan_policy)
        if wrong is not None:
            return wrong
        # Where k is too large and no slice is an error, there are no slices.
        index = np.empty((slices, min(k, length) if slices else k), np.intp)
        step = max(SORTED_AT_ONCE // max(length, 1), 1)
        for start in range(0, slices if index.size else 0, step):
            some = slice(start, start + step)
            ranked = _ranked(rows[some], None if classes is None else classes[some], largest)
            index[some] = ranked[:, : index.shape[1]]
    missing = index < 0
    values = rows[np.arange(slices)[:, np.newaxis], index]
    if missing.any():
        values[missing] = np.zeros((), a.dtype)[()]
    box = (*shape, index.shape[1])
    values, index = values.reshape(box), index.reshape(box)
    if in_place:
        return np.moveaxis(values, -1, axes[0]), np.moveaxis(index, -1, axes[0])
    return values, index


def _classes(
    rows: NDArray[Any], choice: NDArray[np.bool] | None, nan_policy: str
) -> NDArray[np.uint8] | None:
    """Return the class of each element, None if all are numbers. Only candidates are compared."""
    if choice is None and _core.nan_of(rows.dtype) is None:
        return None
    classes = np.zeros(rows.shape, np.uint8)
    if choice is not None:
        np.multiply(~choice, np.uint8(NO_CANDIDATE), out=classes)
    if _core.nan_of(rows.dtype) is not None:
        candidates = rows if choice is None else rows[choice]
        # Not by !=, which is False for the nulls of a StringDType, as == is.
        nan = ~np.asarray(candidates == candidates, bool)
        of_nan = NO_CANDIDATE if nan_policy == "omit" else NAN
        if choice is None:
            classes[nan] = of_nan
        else:
            classes[choice] = np.where(nan, of_nan, NUMBER)
    return classes if classes.any() else None


def _first_error(
    classes: NDArray[np.uint8] | None, rows: NDArray[Any], k: int, nan_policy: str
) -> tuple[int, int] | None:
    """Return what `top_k` returns for an error, None if there is none."""
    slices, length = rows.shape
    if classes is not None and nan_policy == "raise" and k <= length:
        nan = (classes == NAN).any(axis=1)
        if nan.any():
            return int(nan.argmax()), -1
    found = np.full(slices, length)
    if classes is not None:
        last = NAN if nan_policy == "propagate" else NUMBER
        found = np.count_nonzero(classes <= last, axis=1)
    few = found < k
    return (int(few.argmax()), int(found[few.argmax()])) if few.any() else None


def _ranked(
    rows: NDArray[Any], classes: NDArray[np.uint8] | None, largest: bool
) -> NDArray[np.intp]:
    """Return the indices of each slice, best first, and -1 for what is not a candidate."""
    if classes is not None:
        # A NaN may have no order, so a number of the same slice is sorted in its place.
        number = classes == NUMBER
        stand_in = rows[np.arange(len(rows)), number.argmax(axis=1)]
        stand_in[~number.any(axis=1)] = np.zeros((), rows.dtype)[()]
        rows = rows.copy()
        np.copyto(rows, stand_in[:, np.newaxis], where=~number)
    order: NDArray[np.intp]
    if largest:  # sorted from the end, so that equal elements keep their order
        behind = np.argsort(rows[:, ::-1], axis=1, kind="stable")
        order = rows.shape[1] - 1 - behind[:, ::-1]
    else:
        order = np.argsort(rows, axis=1, kind="stable")
    if classes is None:
        return order
    # A stable sort by class keeps the order within each class. Bytes are sorted in linear time.
    by_class = np.argsort(np.take_along_axis(classes, order, 1), axis=1, kind="stable")
    order = np.take_along_axis(order, by_class, 1)
    order[np.take_along_axis(classes, order, 1) == NO_CANDIDATE] = -1
    return order


@functools.lru_cache
def _byte_ranks(dtype: np.dtype[Any]) -> NDArray[np.float16]:
    """Return the rank of each value that a byte can have in a user dtype; NaN for NaN."""
    every = np.arange(256, dtype=np.uint8).view(dtype)
    numbers = np.flatnonzero(np.asarray(every == every, bool))
    numbers = numbers[np.argsort(every[numbers], kind="stable")]
    rises = np.asarray(every[numbers[:-1]] < every[numbers[1:]], bool)
    ranks = np.full(256, np.nan, np.float16)
    ranks[numbers] = np.concatenate([[0], np.cumsum(rises)])
    return ranks
