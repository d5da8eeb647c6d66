"""The best of each slice, by whole-array operations: min, then find.

The least element of each slice is a value that any library computes at the speed of memory. Where
it is, is the first element that equals it, and that is not looked for everywhere: slices are cut
into blocks, the first block whose minimum is that of the slice is gathered, and the first equal
element in it is the answer.

    least of each block -> first block that has the least of all -> first element of it that does

1. *One pass.* Only the minimum of each block reads the whole array. What follows reads the minima,
   and one block of each slice.
2. *NaN for nothing.* The standard's `min` propagates NaN, so a block with a NaN is one whose
   minimum is NaN, and no pass is spent on looking for them.
3. *Axes stay where they are*, because libraries read an array fastest in the order of its memory.
4. *Masks by a filler, and by candidates only where that is not enough.* What is no candidate is
   replaced by what no element is worse than. Where the best equals the filler, all of it is done
   again with the candidates marked: a slice of infinities has an answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from minloc._composed.operations import Operations

#: A block is at least so long, because libraries reduce shorter ones slowly.
BLOCK = 64


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
    ops: Operations, x: Any, axis: int, chosen: Any, *, largest: bool, last: bool, omit: bool
) -> Found:
    """Return the best of each slice.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    x : array
        Of at least one element.
    axis : int
        The axis along which slices lie.
    chosen : array of bool or None
        Which elements are candidates, in the shape of `x`.
    largest, last : bool
        The largest, or else the smallest; the last of equal ones, or else the first.
    omit : bool
        Whether a NaN is no candidate; else it beats every number.

    Returns
    -------
    Found
        Where it is.
    """
    slices, keys = Slices(ops, axis, last), ops.keys(x)
    omit = omit and ops.kind(keys[0]) == "f"
    if len(keys) == 1:
        key = keys[0]
        if chosen is None and not omit:
            return Found(slices.extreme(key, largest), None)
        if ops.concrete:
            index = _by_filler(slices, key, chosen, largest, omit)
            if index is not None:
                return Found(index, None)
    hit = _winners(ops, keys, axis, chosen, largest, omit)
    index = slices.true(hit)
    if chosen is None and not omit:
        return Found(index, None)
    there = ops.xp.any(hit, axis=axis, keepdims=True)
    return Found(ops.xp.where(there, index, ops.full((), 0, ops.index_dtype)), there)


class Slices:
    """Slices along an axis, and which of equal elements is wanted."""

    def __init__(self, ops: Operations, axis: int, last: bool) -> None:
        self.ops, self.axis, self.last = ops, axis, last

    def extreme(self, key: Any, largest: bool) -> Any:
        """Return where the least, or greatest, element is; a NaN is both."""
        ops, axis = self.ops, self.axis
        reduce = ops.xp.max if largest else ops.xp.min

        def equal(elements: Any, extreme: Any) -> Any:
            hit = elements == extreme
            # Where the extreme is NaN it equals nothing; where it is a number there is no NaN.
            return hit | (elements != elements) if ops.kind(elements) == "f" else hit

        if key.shape[axis] <= BLOCK:
            return self.first(equal(key, reduce(key, axis=axis, keepdims=True)))
        of_blocks, size = self._by_blocks(key, reduce)
        extreme = reduce(of_blocks, axis=axis, keepdims=True)
        block = self.first(equal(of_blocks, extreme))
        return self._within(key, block, size, lambda part: equal(part, extreme))

    def true(self, hit: Any) -> Any:
        """Return where the first, or last, true element is; any index if none is."""
        n = hit.shape[self.axis]
        if n <= BLOCK:
            index = self.first(hit)
        else:
            of_blocks, size = self._by_blocks(hit, self.ops.xp.any)
            block = self.ops.xp.clip(self.first(of_blocks), 0, of_blocks.shape[self.axis] - 1)
            index = self._within(hit, block, size, lambda part: part)
        return self.ops.xp.clip(index, 0, n - 1)

    def first(self, hit: Any) -> Any:
        """Return the same for short slices; beyond either end if none is."""
        ops, n = self.ops, hit.shape[self.axis]
        dtype = ops.xp.int16 if n < 1 << 15 else ops.index_dtype
        beyond = ops.full((), -1 if self.last else n, dtype)
        at = ops.xp.where(hit, self._along(n, dtype, hit.ndim), beyond)
        reduce = ops.xp.max if self.last else ops.xp.min
        return ops.integers(reduce(at, axis=self.axis, keepdims=True))

    def _along(self, n: int, dtype: Any, ndim: int) -> Any:
        """Return the integers below `n`, along the axis of an array with `ndim` axes."""
        shape = [1] * ndim
        shape[self.axis] = n
        return self.ops.xp.reshape(self.ops.xp.astype(self.ops.iota(n), dtype), tuple(shape))

    def _by_blocks(self, x: Any, reduce: Callable[..., Any]) -> tuple[Any, int]:
        """Return the reduction of each block, the last of which may be shorter, and their size."""
        axis, n = self.axis % x.ndim, x.shape[self.axis]
        size = max(BLOCK, math.isqrt(n))
        count = n // size
        before = (slice(None),) * axis
        whole = x if count * size == n else x[(*before, slice(count * size), ...)]
        cut = (*x.shape[:axis], count, size, *x.shape[axis + 1 :])
        of_blocks = reduce(self.ops.xp.reshape(whole, cut), axis=axis + 1)
        if count * size == n:
            return of_blocks, size
        rest = reduce(x[(*before, slice(count * size, n), ...)], axis=axis, keepdims=True)
        return self.ops.xp.concat([of_blocks, rest], axis=axis), size

    def _within(self, x: Any, block: Any, size: int, equal: Callable[[Any], Any]) -> Any:
        """Return where the first, or last, element of a block is for which `equal` is true.

        A shorter last block is gathered with elements before it. None of them is a hit, or the
        block before, which has them, would have been the first.
        """
        start = self.ops.xp.clip(block * size, 0, x.shape[self.axis] - size)
        places = start + self._along(size, self.ops.index_dtype, x.ndim)
        return start + self.first(equal(self.ops.take(x, places, self.axis)))


def _by_filler(slices: Slices, key: Any, chosen: Any, largest: bool, omit: bool) -> Any:
    """Return where the best is, or None if a filler does not tell."""
    ops, axis = slices.ops, slices.axis
    if chosen is None:
        index = slices.extreme(key, largest)
        value = ops.take(key, index, axis)
        if not ops.is_true(ops.xp.any(value != value)):
            return index
    number = numbers(ops, [key], chosen)[0] if omit else chosen
    worst = ops.worst(key, largest)
    filled = ops.xp.where(number, key, worst)
    index = slices.extreme(filled, largest)
    return None if ops.is_true(ops.xp.any(ops.take(filled, index, axis) == worst)) else index


def _winners(
    ops: Operations, keys: list[Any], axis: int, chosen: Any, largest: bool, omit: bool
) -> Any:
    """Return which candidates equal the best, or are NaN where a NaN is."""
    xp = ops.xp
    hit, nan = numbers(ops, keys, chosen)
    for key in keys:
        candidates = key if hit is None else xp.where(hit, key, ops.worst(key, largest))
        extreme = (xp.max if largest else xp.min)(candidates, axis=axis, keepdims=True)
        equal = key == extreme
        hit = equal if hit is None else hit & equal
    if nan is None or omit:
        return hit
    nan = nan if chosen is None else nan & chosen
    return xp.where(xp.any(nan, axis=axis, keepdims=True), nan, hit)


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
