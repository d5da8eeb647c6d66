"""`top_k` with groups: a few are found one after the other, more by ranking all elements.

    ranks: rank all candidates of a slice, by a top_k of as many as there are;
           sort their ranks by group, in one integer: the group above, the rank below;
           the first k of each group are its answers
    rounds, for a small k: argmin of all groups, k times, each without what was found before

So ties, NaN, masks, distances and every dtype are the core's, and no step is done for each group.
Slices are ranked some at a time, since ranks are larger than elements.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Up to so many are found one after the other.
ROUNDS = 8
#: About so many elements are ranked at once.
ELEMENTS = 1 << 22


def top_k(
    a: NDArray[Any],
    k: int,
    takes_fewer: bool,
    axes: tuple[int, ...],
    one_axis: int,
    largest: bool,
    nan_policy: str,
    where: NDArray[np.bool] | None,
    labels: NDArray[Any],
    groups: int,
    target: NDArray[Any] | None,
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the values and the indices that `minloc.top_k` answers with.

    Parameters
    ----------
    a : ndarray
        The array.
    k : int
        How many of each group of each slice.
    takes_fewer : bool
        Whether a group may have fewer candidates; the index of the rest is then -1.
    axes : tuple of int
        The reduced axes, in the order in which they make up the index.
    one_axis : int
        The axis whose place groups and ranks take; -1: they come last.
    largest : bool
        The largest, or else the smallest.
    nan_policy : str
        As of the public function.
    where : ndarray of bool or None
        Which elements are candidates, in the shape of `a`.
    labels : ndarray of int
        The group of each element, in the shape of `a`; less than `groups`.
    groups : int
        How many groups there are.
    target : ndarray or None
        What distances are from, in the shape of `a`; None if elements are compared.

    Returns
    -------
    tuple of ndarray
        Values and indices.

    Raises
    ------
    ValueError
        As the public function.
    """
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    shape = [a.shape[axis] for axis in kept]
    lengths = [a.shape[axis] for axis in axes]
    slices, length = math.prod(shape), math.prod(lengths)
    before = len(kept) if one_axis < 0 else sum(axis < one_axis for axis in kept)
    # If there are fewer elements than k, it is an error, unless there are no slices.
    indices = np.full((slices * groups, min(k, length) if slices * groups else k), -1)
    asked = _Asked(a, kept, axes, largest, nan_policy, where, labels, groups, target)
    if indices.size == 0 and nan_policy != "raise":
        found, has_nan = np.zeros(len(indices), np.intp), np.zeros(len(indices), bool)
    elif k <= ROUNDS and _core.has_kernels(a.dtype) and nan_policy != "raise":
        found, has_nan = _by_rounds(asked, indices)
    else:
        found, has_nan = _by_ranks(asked, indices)
    fails = has_nan if takes_fewer else has_nan | (found < k)
    if fails.any():
        in_order = np.moveaxis(fails.reshape(*shape, groups), -1, before)
        place = tuple(map(int, np.unravel_index(in_order.argmax(), in_order.shape)))
        of_first = np.ravel_multi_index(
            (*place[:before], *place[before + 1 :], place[before]), (*shape, groups)
        )
        _refuse(k, place, None if has_nan[of_first] else int(found[of_first]))
    values = np.zeros(indices.shape, a.dtype)
    slot, rank = np.nonzero(indices >= 0)
    if len(slot):
        numbers = (shape, slot // groups), (lengths, indices[slot, rank])
        at = [np.unravel_index(flat, sizes) for sizes, flat in numbers if sizes]
        values[slot, rank] = a.transpose([*kept, *axes])[sum(at, ())]
    box = (*shape, groups, indices.shape[1])
    return tuple(  # type: ignore[return-value]
        np.moveaxis(x.reshape(box), (-2, -1), (before, before + 1)) for x in (values, indices)
    )


class _Asked(NamedTuple):
    """What is asked, as of `top_k`; the kept axes are those that are not reduced."""

    a: NDArray[Any]
    kept: list[int]
    axes: tuple[int, ...]
    largest: bool
    nan_policy: str
    where: NDArray[np.bool] | None
    labels: NDArray[Any]
    groups: int
    target: NDArray[Any] | None

    def lanes(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return an array of the shape of `a` with a row for each slice."""
        moved = x.transpose([*self.kept, *self.axes])
        shape = math.prod(moved.shape[: len(self.kept)]), math.prod(moved.shape[len(self.kept) :])
        if shape[0] and not any(moved.strides[: len(self.kept)]):  # all slices have the same
            return np.broadcast_to(moved[(0,) * len(self.kept)].reshape(shape[1]), shape)
        return moved.reshape(shape)


def _by_rounds(
    asked: _Asked, indices: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.bool]]:
    """Write indices rank by rank; return how many each group has, and which are refused: none."""
    a, axes, groups = asked.a, asked.axes, asked.groups
    slices = len(indices) // groups
    shape = [a.shape[axis] for axis in (*asked.kept, *axes)]
    left = np.empty(shape, bool)
    left[...] = True if asked.where is None else asked.lanes(asked.where).reshape(shape)
    lanes = left.reshape(slices, -1)
    function: Any = _core.argmax if asked.largest else _core.argmin
    words: dict[str, Any] = {"by": asked.labels, "num_groups": groups, "default": -1}
    if asked.target is not None:
        values_at = tuple(slice(None) if i in asked.kept else slice(0, 1) for i in range(a.ndim))
        words["distance_to"] = asked.target[values_at]
    where = left.transpose(np.argsort([*asked.kept, *axes]))
    for rank in range(indices.shape[1]):
        found = function(a, axis=axes, where=where, nan_policy="omit", **words)
        if asked.nan_policy == "propagate" and (found < 0).any():
            nans = function(a, axis=axes, where=where, **words)
            found = np.where(found < 0, nans, found)
        indices[:, rank] = found.ravel()
        slot = np.flatnonzero(indices[:, rank] >= 0)
        if len(slot) == 0:
            break
        lanes[slot // groups, indices[slot, rank]] = False
    return (indices >= 0).sum(axis=1), np.zeros(len(indices), bool)


def _by_ranks(
    asked: _Asked, indices: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.bool]]:
    """Write indices; return how many candidates each group has, and which a NaN refuses."""
    groups, k = asked.groups, indices.shape[1]
    rows, lanes = asked.lanes(asked.a), asked.lanes(asked.labels)
    choice = None if asked.where is None else asked.lanes(asked.where)
    # One value for each slice, because it does not vary along the reduced axes.
    values_at = None if asked.target is None else asked.lanes(asked.target)[:, :1]
    found, has_nan = np.zeros(len(indices), np.intp), np.zeros(len(indices), bool)
    words: dict[str, Any] = {
        "mode": "largest" if asked.largest else "smallest",
        "nan_policy": "propagate" if asked.nan_policy == "propagate" else "omit",
    }
    length = rows.shape[1]
    step = max(ELEMENTS // max(length, 1), 1)
    for start in range(0, len(rows) if length and groups else 0, step):
        some = slice(start, start + step)
        if values_at is not None:
            words["distance_to"] = values_at[some]
        if choice is not None:
            words["where"] = choice[some]
        ranked = _core.up_to_k(rows[some], length, **words).indices
        slots = _slots(lanes[some], groups)
        answers = slice(start * groups, min(start + step, len(rows)) * groups)
        places, slot, rank, found[answers] = first_of_groups(ranked, slots, groups, k)
        indices[answers.start + slot, rank] = places
        if asked.nan_policy == "raise":
            candidates = slots if choice is None else slots[choice[some]]
            counts = np.bincount(candidates[candidates >= 0], minlength=len(found[answers]))
            has_nan[answers] = counts > found[answers]
    return found, has_nan


def first_of_groups(
    ranked: NDArray[np.intp], slots: NDArray[np.intp], groups: int, k: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return the first k elements of each group of some slices.

    Parameters
    ----------
    ranked : ndarray of int, (slices, elements)
        The places of each slice's candidates, the best first, and -1 behind them.
    slots : ndarray of int, (slices, elements)
        For each element the number of its group among those of all slices, -1 for none.
    groups : int
        How many groups each slice has.
    k : int
        How many elements are wanted.

    Returns
    -------
    places, slot, rank : ndarray of int
        For each of the elements, group by group, the best first.
    sizes : ndarray of int
        How many candidates each group has.
    """
    length = ranked.shape[1]
    bits = length.bit_length()
    slot = np.take_along_axis(slots, ranked, 1)
    slot[ranked < 0] = -1
    keys = ((slot << bits) | np.arange(length))[slot >= 0]
    sizes = np.bincount(slot[slot >= 0], minlength=len(ranked) * groups)
    keys.sort()
    slot = keys >> bits
    rank = np.arange(len(keys)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    first = rank < k
    slot = slot[first]
    places = ranked[slot // groups, keys[first] & ((1 << bits) - 1)]
    return places, slot, rank[first], sizes


def _slots(labels: NDArray[Any], groups: int) -> NDArray[np.intp]:
    """Return the numbers of groups of some slices, -1 for elements of none.

    Labels may change meanwhile; those that are no longer less than `groups` are of none, too.
    """
    labels = np.array(labels)
    slots = labels.astype(np.intp)
    slots += groups * np.arange(len(labels))[:, np.newaxis]
    slots[(labels < 0) | (labels >= groups)] = -1
    return slots


def _refuse(k: int, place: tuple[int, ...], candidates: int | None) -> None:
    """Raise what `top_k` says of a group with so few candidates; None: with a NaN."""
    if candidates is None:
        _core.raise_nan("top_k", place)
    try:
        _core.top_k(np.zeros(candidates, bool), k)
    except ValueError as error:
        _core.set_place(error, place)
        raise
