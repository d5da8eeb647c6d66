"""The best of each slice, by whole-array operations: min, then find.

The least element of each slice is a value that any library computes at the speed of memory. Where
it is, is the first element that equals it, and that need not be looked for everywhere: slices are
cut into about sqrt(n) blocks, the first block whose minimum is that of the slice is gathered, and
the first equal element in it is the answer.

    least of each block -> first block that has the least of all -> first element of it that does

1. *One pass.* Only the minimum of each block reads the whole array; what follows reads two arrays
   of sqrt(n) elements a slice.
2. *NaN for nothing.* The standard's `min` propagates NaN, so a block with a NaN is one whose minimum
   is NaN, and no pass is spent on looking for them.
3. *Masks by candidates.* With a mask, or NaN left out, a filler takes the place of what is no
   candidate. An element that equals the filler is told from one by the mask, so a slice of
   infinities has an answer.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from minloc._composed.operations import Operations

#: Shorter slices are not cut into blocks.
SHORT = 64


class Found(NamedTuple):
    """The best of each slice.

    Attributes
    ----------
    index : array
        Where it is along the last axis; 0 where there is none.
    there : array of bool or None
        Which slices have a candidate; None if all have.
    """

    index: Any
    there: Any


def best(ops: Operations, x: Any, chosen: Any, question: Any, largest: bool) -> Found:
    """Return the best of each slice.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    x : array
        Slices along the last axis, of at least one element.
    chosen : array of bool or None
        Which elements are candidates, in the shape of `x`.
    question : Question
        Its policy and ties hold.
    largest : bool
        The largest, or else the smallest.

    Returns
    -------
    Found
        Where it is.
    """
    last, omit = question.ties == "last", question.policy == "omit"
    keys = ops.keys(x)
    if chosen is None and len(keys) == 1 and not (omit and ops.kind(keys[0]) == "f"):
        return Found(_first_extreme(ops, keys[0], largest, last), None)
    hit = _candidates_that_win(ops, keys, chosen, omit, largest)
    there = ops.xp.any(hit, axis=-1)
    index = _first_true(ops, hit, last)
    if chosen is None and not omit:
        return Found(index, None)
    return Found(ops.xp.where(there, index, ops.full((), 0, ops.index_dtype)), there)


def first_of(ops: Operations, hit: Any, last: bool) -> Any:
    """Return where the first, or last, true element of each short slice is; any index if none."""
    n = hit.shape[-1]
    beyond = ops.full((), -1 if last else n, ops.index_dtype)
    at = ops.xp.where(hit, ops.iota(n), beyond)
    return (ops.xp.max if last else ops.xp.min)(at, axis=-1, keepdims=True)


def _first_extreme(ops: Operations, key: Any, largest: bool, last: bool) -> Any:
    """Return where the least, or greatest, element is that comes first, or last; a NaN is both."""
    xp, n = ops.xp, key.shape[-1]
    reduce = xp.max if largest else xp.min

    def equal(elements: Any, extreme: Any) -> Any:
        hit = elements == extreme
        # Where the extreme is NaN it equals nothing; where it is a number there is no NaN.
        return hit | (elements != elements) if ops.kind(elements) == "f" else hit

    if n <= SHORT:
        return first_of(ops, equal(key, reduce(key, axis=-1, keepdims=True)), last)[..., 0]
    size = math.isqrt(n)
    of_blocks = _by_blocks(ops, key, size, reduce)
    extreme = reduce(of_blocks, axis=-1, keepdims=True)
    block = first_of(ops, equal(of_blocks, extreme), last)
    return _within(ops, key, block, size, lambda part: equal(part, extreme), last)


def _first_true(ops: Operations, hit: Any, last: bool) -> Any:
    """Return where the first, or last, true element is; any index if none is."""
    n = hit.shape[-1]
    if n <= SHORT:
        index = first_of(ops, hit, last)[..., 0]
    else:
        size = math.isqrt(n)
        of_blocks = _by_blocks(ops, hit, size, ops.xp.any)
        block = first_of(ops, of_blocks, last)
        block = ops.xp.clip(block, 0, of_blocks.shape[-1] - 1)
        index = _within(ops, hit, block, size, lambda part: part, last)
    return ops.xp.clip(index, 0, n - 1)


def _by_blocks(ops: Operations, x: Any, size: int, reduce: Any) -> Any:
    """Return the reduction of each block; the last may be shorter. Cutting an axis is a view."""
    n = x.shape[-1]
    count = n // size
    whole = x if count * size == n else x[..., : count * size]
    of_blocks = reduce(ops.xp.reshape(whole, (*x.shape[:-1], count, size)), axis=-1)
    if count * size == n:
        return of_blocks
    rest = reduce(x[..., count * size :], axis=-1, keepdims=True)
    return ops.xp.concat([of_blocks, rest], axis=-1)


def _within(ops: Operations, x: Any, block: Any, size: int, equal: Any, last: bool) -> Any:
    """Return where the first, or last, element of a block is for which `equal` is true.

    A shorter last block is gathered with elements before it; none of them is a hit, or the block
    before, which has them, would have been the first.
    """
    start = ops.xp.clip(block * size, 0, x.shape[-1] - size)
    part = ops.take(x, start + ops.iota(size))
    return (start + first_of(ops, equal(part), last))[..., 0]


def _candidates_that_win(
    ops: Operations, keys: list[Any], chosen: Any, omit: bool, largest: bool
) -> Any:
    """Return which candidates equal the best, or are NaN where a NaN is."""
    xp = ops.xp
    hit, nan = numbers(ops, keys, chosen)
    for key in keys:
        worst = ops.worst(key, largest)
        candidates = key if hit is None else xp.where(hit, key, worst)
        extreme = (xp.max if largest else xp.min)(candidates, axis=-1, keepdims=True)
        equal = key == extreme
        hit = equal if hit is None else hit & equal
    if nan is None or omit:
        return hit
    nan = nan if chosen is None else nan & chosen
    return xp.where(xp.any(nan, axis=-1, keepdims=True), nan, hit)


def numbers(ops: Operations, keys: list[Any], chosen: Any) -> tuple[Any, Any]:
    """Return which elements are candidates and not NaN, None for all, and which are NaN."""
    nan = None
    for key in keys:
        if ops.kind(key) == "f":
            of_key = key != key
            nan = of_key if nan is None else nan | of_key
    if nan is None:
        return chosen, None
    return ~nan if chosen is None else chosen & ~nan, nan
