"""The best of each slice by a library's operations, where a mask or NaN may exclude elements.

    what is no candidate = what no element is worse than -> least of each slice
    slices whose least is that filler -> their first candidate

A slice whose best equals the filler has nothing better among its candidates. So all of them equal
it, and the first of them is the answer; or there is none. That is looked for only where it happens,
unless an array has no values yet. No slice is searched twice for its least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minloc._composed.slices import Slices

if TYPE_CHECKING:
    from minloc._composed.operations import Operations


class Found(NamedTuple):
    """The best of each slice.

    Attributes
    ----------
    index : array
        Where it is along the axis, which has size 1; 0 where there is none.
    there : array of bool or None
        Which slices have a candidate; None if all have.
    """

    index: Any
    there: Any


def best(
    ops: Operations,
    keys: list[Any],
    axis: int,
    chosen: Any,
    *,
    largest: bool,
    last: bool,
    omit: bool,
) -> Found:
    """Return the best of each slice.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    keys : list of array
        What elements are compared by, one after the other; each of at least one element.
    axis : int
        The axis along which slices lie.
    chosen : array of bool or None
        Which elements are candidates, in the shape of the keys.
    largest, last : bool
        The largest, or else the smallest; the last of equal ones, or else the first.
    omit : bool
        Whether a NaN is no candidate; else it beats every number.

    Returns
    -------
    Found
        Where it is.
    """
    slices = Slices(ops, axis, last)
    omit = omit and ops.kind(keys[0]) == "f"
    if len(keys) > 1:
        return _by_several(slices, keys, chosen, largest, omit)
    if chosen is None:
        if not omit or ops.concrete:
            index, value = slices.extreme(keys, None, largest)
            if not omit or not ops.is_true(ops.xp.any(value != value)):
                return Found(index, None)
        return _by_filler(slices, keys, largest, omit)
    return _by_filler(slices, [*keys, chosen], largest, omit)


def _by_filler(slices: Slices, arrays: list[Any], largest: bool, omit: bool) -> Found:
    """Return the best by one key, of the candidates."""
    ops, axis = slices.ops, slices.axis
    worst = ops.worst(arrays[0], largest)

    def filled(key: Any, chosen: Any = None) -> Any:
        number = ops.without_nan(key, worst) if omit else key
        return number if chosen is None else ops.filled(number, chosen, worst)

    index, value = slices.extreme(arrays, filled, largest)
    is_filler = value == worst
    if ops.concrete and not ops.is_true(ops.xp.any(is_filler)):
        return Found(index, None)
    key, chosen = (*arrays, None)[:2]
    every = numbers(ops, [key], chosen)[0] if omit else chosen
    index = ops.xp.where(is_filler, slices.true(every), index)
    there = ops.take(every, index, axis)
    return Found(ops.xp.where(there, index, ops.full((), 0, ops.index_dtype)), there)


def _by_several(slices: Slices, keys: list[Any], chosen: Any, largest: bool, omit: bool) -> Found:
    """Return the best by several keys, each of which settles the ties of those before it."""
    ops, axis = slices.ops, slices.axis
    hit, nan = numbers(ops, keys, chosen)
    for key in keys:
        candidates = key if hit is None else ops.xp.where(hit, key, ops.worst(key, largest))
        reduce = ops.xp.max if largest else ops.xp.min
        equal = key == reduce(candidates, axis=axis, keepdims=True)
        hit = equal if hit is None else hit & equal
    if nan is not None and not omit:
        nan = nan if chosen is None else nan & chosen
        hit = ops.xp.where(ops.xp.any(nan, axis=axis, keepdims=True), nan, hit)
    index = slices.true(hit)
    if chosen is None and not omit:
        return Found(index, None)
    there = ops.xp.any(hit, axis=axis, keepdims=True)
    return Found(ops.xp.where(there, index, ops.full((), 0, ops.index_dtype)), there)


def numbers(ops: Operations, keys: list[Any], chosen: Any) -> tuple[Any, Any]:
    """Return which elements are candidates and not NaN, None for all, and which are NaN."""
    number = None
    for key in keys:
        if ops.kind(key) == "f":
            of_key = key == key
            number = of_key if number is None else number & of_key
    if number is None:
        return chosen, None
    return number if chosen is None else chosen & number, ~number
