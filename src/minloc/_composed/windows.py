"""Windows by a library's own operations: the best of ever longer windows, twice as long each time.

    best of windows of 2 * length = better of (the best at i, the best at i + length)
    best of windows of any length = better of two that overlap, as long as a power of 2

1. *A window is a pair of shifted slices*, so a step is a few operations on whole arrays, and their
   number grows with the logarithm of the window. Memory does not grow with it.
2. *An element is a rank, keys and an index*: NaN where it is the answer, a number, or no candidate.
   Windows that are clipped are whole windows of an array with no candidates at its ends.
3. *Ties need no indices*: of equal elements the left one is the first, also where both are the same
   element.
4. *Several axes are one pass each*, the last one first: the first row with the best element has, in
   itself, the first one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._composed.best import numbers
from minloc._composed.window_line import Line
from minloc._results import FindResult
from minloc._window_blocks import Asked

if TYPE_CHECKING:
    from minloc._composed.operations import Operations

#: How elements rank: those of the same rank are compared by their keys, if they are numbers.
NAN, NUMBER, NOTHING = 0, 1, 2


def answer(name: str, a: Any, keywords: dict[str, Any], ops: Operations, where: Any) -> Any:
    """Return the answer of a function about windows as arrays of the library.

    Parameters
    ----------
    name : str
        The function.
    a : array
        The array.
    keywords : dict
        What else was given, without the mask.
    ops : Operations
        Those of the library.
    where : array of bool or None
        The mask.

    Returns
    -------
    array or FindResult
        What the function returns.

    Raises
    ------
    TypeError
        If an error would depend on elements that have no values yet.
    """
    shape = tuple([int(n) for n in a.shape])
    if where is not None:
        try:
            where = ops.xp.broadcast_to(where, shape)
        except (ValueError, RuntimeError, TypeError):
            raise ValueError(
                f"where of shape {tuple(where.shape)} cannot be broadcast to the shape {shape} of a"
            ) from None
    if "axis" in keywords and keywords["axis"] is None:
        a = ops.xp.reshape(a, (-1,))
        where = None if where is None else ops.xp.reshape(where, (-1,))
        keywords = {**keywords, "axis": 0}
    asked = Asked(name, keywords, tuple([int(n) for n in a.shape]), ops.numpy_dtype(a.dtype))
    return _Windows(a, ops, asked, keywords).of(where)


class _Windows:
    """An array, and the windows that move along some of its axes."""

    def __init__(self, a: Any, ops: Operations, asked: Asked, keywords: dict[str, Any]) -> None:
        self.a, self.ops, self.asked = a, ops, asked
        self.lines = [Line.of(axis, asked.shape[axis.number]) for axis in asked.axes]
        self.clips = any(axis.partial for axis in asked.axes)
        self.dtype = ops.result_dtype(asked.dtype, "dtype" in keywords)
        self.policy = keywords.get("nan_policy", "propagate")
        self.largest, self.last = asked.name.endswith("max"), keywords.get("ties") == "last"

    def of(self, where: Any) -> Any:
        """Return the answer, of the elements that a mask leaves."""
        ops, asked, xp = self.ops, self.asked, self.ops.xp
        floats = ops.kind(self.a) in "fc"
        self._check_range()
        if 0 in asked.result_shape:
            return self._result(ops.full(asked.result_shape, 0, ops.index_dtype), None)
        raises, omits = (floats and self.policy == policy for policy in ("raise", "omit"))
        if raises:
            ops.check_can_raise(
                asked.name, "nan_policy='raise' depends on the elements; pass 'omit'"
            )
        lacks = where is not None or omits or (self.clips and asked.min_count > 1)
        if lacks and asked.default is None:
            ops.check_can_raise(asked.name, "a window may have too few candidates; pass default=-1")
        parts = self._elements(where, omits)
        there = count = None
        if lacks and asked.min_count > 1:
            count = self._counts(parts[0])
        for line in reversed(self.lines):
            values = [NOTHING, *[0] * (len(parts) - 1)]  # beside ranks, and beside what they rank
            padded = [line.padded(ops, *one) for one in zip(parts, values, strict=True)]
            parts = self._slid(padded, line)
        rank, index, *_ = parts
        if raises:
            self._raise_nan(rank == NAN)
        if lacks:
            there = rank < NOTHING if count is None else count >= asked.min_count
            self._check_there(there, count)
            index = xp.where(there, index, ops.full((), 0, ops.index_dtype))
        return self._result(index, there)

    def _elements(self, where: Any, omits: bool) -> list[Any]:
        """Return the ranks, indices and keys of the elements."""
        ops, xp = self.ops, self.ops.xp
        keys = ops.keys(self.a)
        number, nan = numbers(ops, keys, where)
        shape = keys[0].shape
        ranks = [ops.full((), rank, xp.uint8) for rank in (NAN, NUMBER, NOTHING)]
        if number is None:
            rank = ops.full(shape, NUMBER, xp.uint8)
        else:
            rank = xp.where(number, ranks[NUMBER], ranks[NOTHING])
            keys = [xp.where(number, key, xp.zeros_like(key)) for key in keys]
        if nan is not None and not omits:
            rank = xp.where(nan if where is None else nan & where, ranks[NAN], rank)
        index, below = ops.full((), 0, ops.index_dtype), 1
        for line in reversed(self.lines):
            index = index + self._along(ops.iota(line.n) * below, line)
            below *= line.n
        return [rank, xp.broadcast_to(index, shape), *keys]

    def _slid(self, parts: list[Any], line: Line) -> list[Any]:
        """Return the best of each window along one axis, from each element."""
        done = 1
        while done < line.length:
            shift = min(done, line.length - done)
            n = parts[0].shape[line.axis]
            left = [line.cut(part, slice(0, n - shift)) for part in parts]
            right = [line.cut(part, slice(shift, n)) for part in parts]
            beats = self._beats(right, left) if not self.last else ~self._beats(left, right)
            parts = [
                self.ops.xp.where(beats, new, old) for new, old in zip(right, left, strict=True)
            ]
            done += shift
        return [line.stepped(part) for part in parts]

    def _beats(self, ones: list[Any], others: list[Any]) -> Any:
        """Return which elements are better than others, not as good."""
        (rank, _, *keys), (other, _, *other_keys) = ones, others
        better = None
        for key, than in reversed(list(zip(keys, other_keys, strict=True))):
            beats = key > than if self.largest else key < than
            better = beats if better is None else beats | ((key == than) & better)
        return (rank < other) | ((rank == other) & better)  # keys of what is no number are equal

    def _counts(self, rank: Any) -> Any:
        """Return how many candidates each window has."""
        ops, xp = self.ops, self.ops.xp
        count = xp.astype(rank < NOTHING, ops.index_dtype)
        for line in self.lines:
            count = line.padded(ops, count, 0)
            zero = line.cut(xp.zeros_like(count), slice(0, 1))
            total = xp.concat([zero, xp.cumulative_sum(count, axis=line.axis)], axis=line.axis)
            n = total.shape[line.axis]
            upto = line.cut(total, slice(line.length, n))
            count = line.stepped(upto - line.cut(total, slice(0, n - line.length)))
        return count

    def _along(self, integers: Any, line: Line) -> Any:
        """Return integers along an axis."""
        shape = [1] * len(self.asked.shape)
        shape[line.axis] = -1
        return self.ops.xp.reshape(integers, tuple(shape))

    def _relative(self, index: Any) -> Any:
        """Return indices into the flattened axes as indices into windows, clipped as they are."""
        ops, xp = self.ops, self.ops.xp
        relative, below = xp.zeros_like(index), ops.full((), 1, ops.index_dtype)
        for line in reversed(self.lines):
            at, index = index % max(line.n, 1), index // max(line.n, 1)
            begin = ops.iota(index.shape[line.axis]) * line.step - line.before
            end = begin + line.length
            begin = xp.where(begin < 0, xp.zeros_like(begin), begin)
            end = xp.where(end > line.n, ops.full((), line.n, ops.index_dtype), end)
            relative = relative + (at - self._along(begin, line)) * below
            below = below * self._along(end - begin, line)
        return relative

    def _values(self, index: Any) -> Any:
        """Return the elements at indices into the flattened axes."""
        ops, xp, axes = self.ops, self.ops.xp, [line.axis for line in self.lines]
        if len(axes) == 1:
            return ops.take(self.a, index, axes[0])
        order = (*[i for i in range(len(self.asked.shape)) if i not in axes], *axes)
        kept = len(order) - len(axes)
        last, at = (xp.permute_dims(x, order) for x in (self.a, index))
        shapes = [tuple(map(int, x.shape)) for x in (last, at)]
        flat = [
            xp.reshape(x, (*shape[:kept], math.prod(shape[kept:])))
            for x, shape in zip((last, at), shapes, strict=True)
        ]
        found = xp.reshape(ops.take(*flat), shapes[1])
        return xp.permute_dims(found, tuple([order.index(i) for i in range(len(order))]))

    def _result(self, index: Any, there: Any) -> Any:
        """Return what the function does: indices, with the elements that they find."""
        ops, asked, xp = self.ops, self.asked, self.ops.xp
        given = xp.astype(self._relative(index) if asked.relative else index, self.dtype)
        if there is not None and asked.default is not None:
            given = xp.where(there, given, ops.full((), asked.default, self.dtype))
        if not isinstance(asked.nothing, FindResult):
            return given
        if 0 in asked.result_shape:
            values = ops.full(asked.result_shape, 0, self.a.dtype)
        else:
            values = self._values(index)
        if there is not None and asked.default is not None and ops.kind(self.a) in "fc":
            values = xp.where(there, values, ops.full((), np.nan, values.dtype))
        return FindResult(values, given)

    def _check_range(self) -> None:
        """Raise if the library's integers cannot count the elements along the axes."""
        dtype = self.ops.index_dtype
        most = int(self.ops.xp.iinfo(dtype).max)
        n = math.prod([line.n for line in self.lines])
        longest = max(line.n + line.before + line.behind for line in self.lines)
        if max(n, longest, self.asked.default or 0) > most:
            raise ValueError(
                f"windows along {n} elements, or the default {self.asked.default}, do not fit "
                f"{dtype}, the integers that {self.ops.xp.__name__} counts with here; ask for "
                f"fewer elements at a time"
            )

    def _check_there(self, there: Any, count: Any) -> None:
        """Have the core raise what it raises about a window with too few candidates, if any."""
        ops, asked = self.ops, self.asked
        finds = isinstance(asked.nothing, FindResult) and ops.kind(self.a) not in "fc"
        if asked.default is not None and not finds:
            return
        ops.check_can_raise(asked.name, "a window without a candidate has no value of an integer")
        if ops.is_true(ops.xp.all(there)):
            return
        place = tuple([int(i) for i in np.argwhere(~ops.read(there))[0]])
        few = 0 if count is None else int(ops.read(count)[place])
        words: dict[str, Any] = {"nan_policy": self.policy, "default": asked.default}
        needed = asked.min_count
        if "running" not in asked.name:
            words |= {"window": needed, "min_count": needed}
        try:
            zeros = np.zeros(needed, ops.numpy_dtype(self.a.dtype))
            getattr(_core, asked.name)(zeros, where=np.arange(needed) < few, **words)
        except (ValueError, TypeError) as error:
            _core.set_place(error, place)
            raise

    def _raise_nan(self, nan: Any) -> None:
        if self.ops.is_true(self.ops.xp.any(nan)):
            place = np.argwhere(self.ops.read(nan))[0]
            _core.raise_nan(self.asked.name, tuple([int(i) for i in place]))
