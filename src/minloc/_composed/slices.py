"""Where the least or greatest element of each slice is, by whole-array operations.

The least element of a slice is a value that any library computes at the speed of memory. Where it
is, is the first element that equals it, and that is not looked for everywhere: slices are cut into
blocks, the first block whose minimum is that of the slice is gathered, and the first equal element
in it is the answer.

    least of each block -> first block that has the least of all -> first element of it that does

1. *One pass.* Only the minimum of each block reads the whole array. What follows reads the minima,
   and one block of each slice.
2. *NaN for nothing.* The standard's `min` propagates NaN, so a block with a NaN is one whose
   minimum is NaN, and no pass is spent on looking for them.
3. *Axes stay where they are*, because libraries read an array fastest in the order of its memory.
4. *Keys that are computed*, such as elements with a filler for those that a mask excludes, are
   computed piece by piece where a processor has caches, and never stored as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minloc._composed.operations import Operations

#: A block is at least so long, because libraries reduce shorter ones slowly.
BLOCK = 64


class Slices:
    """Slices along an axis, and which of equal elements is wanted."""

    def __init__(self, ops: Operations, axis: int, last: bool) -> None:
        self.ops, self.axis, self.last = ops, axis, last

    def extreme(
        self, arrays: list[Any], key_of: Callable[..., Any] | None, largest: bool
    ) -> tuple[Any, Any]:
        """Return where the least, or greatest, key is, and that key; a NaN is both.

        Parameters
        ----------
        arrays : list of array
            What the keys are made of, in one shape.
        key_of : callable or None
            Makes keys of parts of the arrays; None if there is one array, of the keys.
        largest : bool
            The greatest.
        """
        ops, axis = self.ops, self.axis
        reduce = ops.xp.max if largest else ops.xp.min
        made = key_of or (lambda key: key)

        def equal(key: Any, extreme: Any) -> Any:
            hit = key == extreme
            # Where the extreme is NaN it equals nothing; where it is a number there is no NaN.
            return hit | (key != key) if ops.kind(key) == "f" else hit

        if arrays[0].shape[axis] <= BLOCK:
            key = made(*arrays)
            extreme = reduce(key, axis=axis, keepdims=True)
            return self.first(equal(key, extreme)), extreme
        of_blocks, size = self._by_blocks(arrays, key_of, reduce)
        extreme = reduce(of_blocks, axis=axis, keepdims=True)
        block = self.first(equal(of_blocks, extreme))
        return self._within(arrays, block, size, lambda *x: equal(made(*x), extreme)), extreme

    def true(self, hit: Any) -> Any:
        """Return where the first, or last, true element is; any index if none is."""
        n = hit.shape[self.axis]
        if n <= BLOCK:
            index = self.first(hit)
        else:
            of_blocks, size = self._by_blocks([hit], None, self.ops.xp.any)
            block = self.ops.xp.clip(self.first(of_blocks), 0, of_blocks.shape[self.axis] - 1)
            index = self._within([hit], block, size, lambda part: part)
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

    def _by_blocks(
        self, arrays: list[Any], key_of: Callable[..., Any] | None, reduce: Callable[..., Any]
    ) -> tuple[Any, int]:
        """Return the reduction of each block, the last of which may be shorter, and their size."""
        shape = arrays[0].shape
        axis = self.axis % len(shape)
        n = shape[axis]
        size = max(BLOCK, math.isqrt(n))
        count = n // size
        before = (slice(None),) * axis
        cut = (*shape[:axis], count, size, *shape[axis + 1 :])
        whole = [x if count * size == n else x[(*before, slice(count * size), ...)] for x in arrays]
        blocks = [self.ops.xp.reshape(x, cut) for x in whole]
        of_blocks = self._reduced(blocks, key_of, reduce, axis + 1)
        if count * size == n:
            return of_blocks, size
        ends = [x[(*before, slice(count * size, n), ...)] for x in arrays]
        rest = reduce(key_of(*ends) if key_of else ends[0], axis=axis, keepdims=True)
        return self.ops.xp.concat([of_blocks, rest], axis=axis), size

    def _reduced(
        self,
        arrays: list[Any],
        key_of: Callable[..., Any] | None,
        reduce: Callable[..., Any],
        axis: int,
    ) -> Any:
        """Return the reduction of keys along an axis, in pieces if that is quicker."""
        if key_of is None:
            return reduce(arrays[0], axis=axis)
        shape, most = arrays[0].shape, self.ops.elements_at_once
        along = next((i for i, n in enumerate(shape) if n > 1 and i != axis), axis)
        if most is None or along == axis:
            return reduce(key_of(*arrays), axis=axis)
        step = max(1, most * shape[along] // math.prod(shape))
        before = (slice(None),) * along
        parts = [
            reduce(key_of(*[x[(*before, slice(i, i + step), ...)] for x in arrays]), axis=axis)
            for i in range(0, shape[along], step)
        ]
        return self.ops.xp.concat(parts, axis=along - (along > axis))

    def _within(self, arrays: list[Any], block: Any, size: int, equal: Callable[..., Any]) -> Any:
        """Return where the first, or last, element of a block is for which `equal` is true.

        A shorter last block is gathered with elements before it. None of them is a hit, or the
        block before, which has them, would have been the first.
        """
        ops, [x, *_] = self.ops, arrays
        start = ops.xp.clip(block * size, 0, x.shape[self.axis] - size)
        places = start + self._along(size, ops.index_dtype, x.ndim)
        return start + self.first(equal(*[ops.take(x, places, self.axis) for x in arrays]))
