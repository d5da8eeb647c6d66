"""The best of each group by a library's operations: two scattered minima, or one stable sort.

Elements are numbered slice after slice, so a group of a slice is a number too, and every group of
every slice is found by the same few operations on one long array. Where a library has a minimum
that is scattered to places:

    least key of each group -> first element that has it: the least number of those

Otherwise, for the k best, and for what is compared by several keys:

    sort by value, then stably by (slice, group) -> each group is one run, its best first
    where each run begins, by a binary search    -> the number of the best

1. *What is no candidate* is in a group of its own, behind the others of its slice.
2. *Keys that are scattered are integers*: the bits of floats, in the order of the numbers, and the
   least of all for NaN. Libraries differ in what they make of NaN and -0.0.
3. *NaN in a sort* is settled by the number of the group, as its lowest bit: before the numbers
   where a NaN is the answer, behind them where it ranks last.
4. *Ties in a sort* are settled by the order before the first one, because all are stable.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from minloc._composed.best import numbers

if TYPE_CHECKING:
    from minloc._composed.operations import Operations


class Runs(NamedTuple):
    """The elements of each group of each slice, best first.

    Attributes
    ----------
    order : array
        The numbers of all elements, with those of a group side by side.
    start, count : array
        Where each group begins in it, and how many candidates it has; of the shape of the slices
        and, last, the number of groups.
    """

    order: Any
    start: Any
    count: Any

    def at(self, ops: Operations, rank: Any) -> Any:
        """Return the number of the element of a rank; any element's if there is none."""
        place = ops.xp.clip(self.start + rank, 0, self.order.shape[0] - 1)
        return ops.xp.reshape(ops.take(self.order, ops.xp.reshape(place, (-1,))), place.shape)


def best_of_groups(
    ops: Operations,
    keys: list[Any],
    labels: Any,
    groups: int,
    *,
    largest: bool,
    last: bool,
    omit: bool,
) -> tuple[Any, Any]:
    """Return the number of the best element of each group, and which groups have a candidate.

    Parameters
    ----------
    ops, keys, labels, groups, largest, last
        As of `runs`.
    omit : bool
        Whether a NaN is no candidate; else it beats every number.

    Returns
    -------
    tuple of two arrays
        Of the shape of the slices and, last, the number of groups; 0 where there is no candidate.
    """
    zero = ops.full((), 0, ops.index_dtype)
    if len(keys) > 1 or not ops.scatters:
        nan = "omit" if omit else "first"
        found = runs(ops, keys, labels, groups, largest=largest, last=last, nan=nan)
        there = found.count > 0
        return ops.xp.where(there, found.at(ops, 0), zero), there
    xp, shape = ops.xp, keys[0].shape
    size, n = math.prod(shape), shape[-1]
    key, labels = xp.reshape(keys[0], (size,)), xp.reshape(labels, (size,))
    number = ops.iota(size)
    none = ops.full((), groups, ops.index_dtype)
    labels = xp.where(labels < 0, none, labels)
    if omit and ops.kind(key) == "f":
        labels = xp.where(key == key, labels, none)
    key = _ordered(ops, key, largest)
    place = _of_slices(ops, size, n, groups) + labels
    places = size // n * (groups + 1)
    least = ops.least_at(key, place, places)
    rank = size - 1 - number if last else number
    nothing = ops.full((), int(xp.iinfo(ops.index_dtype).max), ops.index_dtype)
    rank = ops.least_at(xp.where(key == ops.take(least, place), rank, nothing), place, places)
    rank = xp.reshape(rank, (*shape[:-1], groups + 1))[..., :groups]
    there = rank != nothing
    return xp.where(there, size - 1 - rank if last else rank, zero), there


def _of_slices(ops: Operations, size: int, n: int, groups: int) -> Any:
    """Return, for each element, the number of the first group of its slice of `n` elements."""
    first = ops.iota(size // n)[:, None] * (groups + 1)
    return ops.xp.reshape(ops.xp.broadcast_to(first, (size // n, n)), (size,))


def _ordered(ops: Operations, key: Any, largest: bool) -> Any:
    """Return integers the least of which is the best, that of a NaN less than all others."""
    if ops.kind(key) != "f":
        return ~key if largest else key
    xp, bits = ops.xp, ops.bits(key)
    info = xp.iinfo(bits.dtype)
    zero, least = ops.full((), 0, bits.dtype), ops.full((), int(info.min), bits.dtype)
    bits = xp.where(bits == least, zero, bits)  # -0.0 is 0.0
    numbers_in_order = bits ^ ((bits >> (info.bits - 1)) & int(info.max))
    ordered = ~numbers_in_order if largest else numbers_in_order
    return xp.where(key == key, ordered, least)


def runs(
    ops: Operations,
    keys: list[Any],
    labels: Any,
    groups: int,
    *,
    largest: bool,
    last: bool,
    nan: str,
) -> Runs:
    """Return the elements of each group, sorted.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    keys : list of array
        What elements are compared by, one after the other, in slices along the last axis.
    labels : array of int
        The group of each element, in the shape of the keys; -1 for none.
    groups : int
        How many there are, at least 1; the labels are less.
    largest, last : bool
        The largest, or else the smallest, first; the last of equal ones, or else the first.
    nan : {"first", "last", "omit"}
        Where a NaN ranks, or that it is no candidate.
    """
    xp, shape = ops.xp, keys[0].shape
    size, n = math.prod(shape), shape[-1]
    keys = [xp.reshape(key, (size,)) for key in keys]
    labels = xp.reshape(labels, (size,))
    none = ops.full((), groups, ops.index_dtype)
    labels = xp.where(labels < 0, none, labels)
    number = numbers(ops, keys, None)[0]
    low = ops.full((), 0, ops.index_dtype)
    if number is not None:
        keys = [xp.where(number, key, xp.zeros_like(key)) for key in keys]
        if nan == "omit":
            labels = xp.where(number, labels, none)
        else:
            low = ops.integers(number if nan == "first" else ~number)
    group = (_of_slices(ops, size, n, groups) + labels) * 2 + low
    order = size - 1 - ops.iota(size) if last else ops.iota(size)
    for key in reversed(keys):
        if ops.kind(key) == "f":
            key = xp.where(key == 0, xp.zeros_like(key), key)  # some sorts put -0.0 before 0.0
        order = _by(ops, order, key, largest)
    order = _by(ops, order, group, False)
    of_each = ops.iota(size // n)[:, None] * (groups + 1) + ops.iota(groups)[None, :]
    bounds = xp.reshape(xp.stack([of_each * 2, of_each * 2 + 2]), (-1,))
    found = ops.integers(xp.searchsorted(ops.take(group, order), bounds))
    found = xp.reshape(found, (2, *shape[:-1], groups))
    return Runs(order, found[0, ...], found[1, ...] - found[0, ...])


def _by(ops: Operations, order: Any, key: Any, falls: bool) -> Any:
    """Return an order of elements, sorted by a key; equal ones stay in the order that they have."""
    by_key = ops.xp.argsort(ops.take(key, order), axis=-1, descending=falls, stable=True)
    return ops.take(order, ops.integers(by_key))
