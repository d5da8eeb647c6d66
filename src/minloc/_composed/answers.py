"""The answer of a function in a library's own operations, from its question to its result.

`best` and `ranked` find where the answers are. The core raises the errors about slices; only which
slices are affected comes from the device, and only for an error.
"""

from __future__ import annotations

import functools
import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._composed.best import best
from minloc._composed.distances import distances
from minloc._composed.ranked import candidates, ranked
from minloc._partial.finish import answer_to_nothing, check_index
from minloc._results import ArgMinMax, FindResult, TopK

if TYPE_CHECKING:
    from minloc._composed.operations import Operations
    from minloc._partial.question import Question


class Answer:
    """An array and what is asked of it."""

    def __init__(self, a: Any, ops: Operations, asked: Question, dtype_is_given: bool) -> None:
        self.a, self.ops, self.asked = a, ops, asked
        self.shape = tuple([int(n) for n in a.shape])
        self.lengths = [self.shape[i] for i in asked.axes]
        self.length = math.prod(self.lengths)
        self.dtype = ops.result_dtype(asked.dtype, dtype_is_given)
        stays = len(asked.axes) == 1 and asked.name != "top_k"
        #: The axis of the slices: where it was if there is one, or else the last.
        self.axis = asked.axes[0] if stays else -1

    def of(self, where: Any, target: Any) -> Any:
        """Return the answer, of the elements that a mask leaves, or of their distances."""
        ops, asked = self.ops, self.asked
        if where is not None:
            where = self._broadcast(where)
        if 0 in self.shape:
            found = answer_to_nothing(asked, self.shape, ops.numpy_dtype(self.a.dtype))
            return self._converted(found)
        check_index(asked, self.shape)
        self._check_range()
        x = self._slices(self.a)
        chosen = None if where is None else self._slices(where)
        keys = ops.keys(x) if target is None else distances(ops, x, self._slices(target))
        if asked.name == "top_k":
            return self._top_k(x, keys, chosen)
        omits = asked.policy == "omit" and ops.kind(x) in "fc"
        if asked.default is None and (omits or chosen is not None):
            ops.check_can_raise(asked.name, "a slice may have no candidate; pass default=-1")
        if asked.policy == "raise" and ops.kind(x) in "fc":
            ops.check_can_raise(
                asked.name, "nan_policy='raise' depends on the elements; pass 'omit'"
            )
        rule = {"last": asked.ties == "last", "omit": asked.policy == "omit"}
        every = [
            best(ops, keys, self.axis, chosen, largest=end == "max", **rule) for end in asked.ends
        ]
        there = every[0].there
        if there is not None:
            self._check_there(there, chosen is not None)
        if asked.policy == "raise" and ops.kind(x) in "fc":
            self._check_nan(keys, every[0])
        return self._finished(x, [found.index for found in every], there)

    def _finished(self, x: Any, indices: list[Any], there: Any) -> Any:
        asked, ops = self.asked, self.ops
        if asked.name in ("minloc", "maxloc"):
            places, left = [], indices[0]
            for n in reversed(self.lengths):
                places.append(self._result(left % n, there))
                left = left // n
            return tuple(places[::-1])
        results = [self._result(index, there) for index in indices]
        if asked.name == "argminmax":
            return ArgMinMax(*results)
        if asked.name not in ("findmin", "findmax"):
            return results[0]
        values = ops.take(x, indices[0], self.axis)
        if there is not None and asked.default is not None and ops.kind(x) in "fc":
            values = ops.xp.where(there, values, ops.full((), math.nan, values.dtype))
        return FindResult(self._boxed(values), results[0])

    def _top_k(self, x: Any, keys: list[Any], chosen: Any) -> TopK:
        asked, ops = self.asked, self.ops
        k, floats = asked.k, ops.kind(x) in "fc"
        omit = asked.policy == "omit" and floats
        if k > self.length:
            ones = [1 if i in asked.kept else n for i, n in enumerate(self.shape)]
            omits = floats and asked.policy != "propagate"
            self._check_enough(candidates(ops, keys, chosen, omits))
            asked.ask(np.zeros(ones))
        if omit or chosen is not None:
            ops.check_can_raise(
                asked.name,
                "a slice may have fewer than k candidates; replace what is none by the worst value",
            )
        if asked.policy == "raise" and floats:
            ops.check_can_raise(
                asked.name, "nan_policy='raise' depends on the elements; pass 'omit'"
            )
            nan = functools.reduce(operator.or_, [key != key for key in keys])
            nan = nan if chosen is None else nan & chosen
            self.raise_about_nan(ops.xp.any(nan, axis=-1))
        if k == 0:
            index = ops.xp.zeros((*x.shape[:-1], 0), dtype=ops.index_dtype, device=ops.device)
        else:
            index, count = ranked(ops, keys, chosen, k, largest=asked.ends == ("max",), omit=omit)
            self._check_enough(count)
        values = ops.take(x, index)
        index = ops.xp.astype(index, self.dtype)
        if asked.rank_axis in (-1, index.ndim - 1):
            return TopK(values, index)
        order = list(range(index.ndim - 1))
        order.insert(asked.rank_axis, index.ndim - 1)
        return TopK(*[ops.xp.permute_dims(part, tuple(order)) for part in (values, index)])

    def _check_enough(self, count: Any) -> None:
        """Have the core raise what it raises about slices with fewer than k candidates, if any."""
        k, ops = self.asked.k, self.ops
        if count is None or not ops.concrete or ops.is_true(ops.xp.all(count >= k)):
            return
        some = ops.read(count)[..., np.newaxis] > np.arange(k)
        self.asked.ask(np.zeros(some.shape), (some.ndim - 1,), where=some)

    def _broadcast(self, where: Any) -> Any:
        try:
            return self.ops.xp.broadcast_to(where, self.shape)
        except (ValueError, RuntimeError, TypeError):
            raise ValueError(
                f"where of shape {tuple(where.shape)} cannot be broadcast to the shape "
                f"{self.shape} of a"
            ) from None

    def _slices(self, x: Any) -> Any:
        """Return an array with the slices along `axis`: a view for one axis, or all in C order."""
        if self.axis >= 0:
            return x
        order = (*self.asked.kept, *self.asked.axes)
        if order != tuple(range(len(order))):
            x = self.ops.xp.permute_dims(x, order)
        if len(self.asked.axes) == 1:
            return x
        kept = [int(n) for n in x.shape[: len(self.asked.kept)]]
        reduced = [int(n) for n in x.shape[len(kept) :]]
        return self.ops.xp.reshape(x, (*kept, math.prod(reduced)))

    def _result(self, index: Any, there: Any) -> Any:
        """Return indices as the function does, with the default where there is no candidate."""
        xp = self.ops.xp
        index = xp.astype(index, self.dtype)
        if there is not None and self.asked.default is not None:
            index = xp.where(there, index, self.ops.full((), self.asked.default, self.dtype))
        return self._boxed(index)

    def _boxed(self, part: Any) -> Any:
        """Return an array of the answer in the shape of the result."""
        return self.ops.xp.reshape(part, self.asked.box(self.shape))

    def _ones(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the shape of an array with one element for each answer, and its reduced axes."""
        axes = self.asked.axes
        return tuple([1 if i in axes else n for i, n in enumerate(self.shape)]), axes

    def _converted(self, found: Any) -> Any:
        """Return an answer about no elements in arrays of the library."""
        if isinstance(found, tuple):
            parts = [self._converted(part) for part in found]
            return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)
        found = np.asarray(found)
        is_index = found.dtype == self.asked.dtype and found.dtype.kind in "iu"
        dtype = self.dtype if is_index else self.a.dtype
        return self.ops.full(found.shape, found.ravel()[0].item() if found.size else 0, dtype)

    def _check_range(self) -> None:
        """Raise if the library's integers cannot count the elements of a slice."""
        for dtype in (self.ops.index_dtype, self.dtype):
            most = int(self.ops.xp.iinfo(dtype).max)
            if self.length - 1 > most or (self.asked.default or 0) > most:
                raise ValueError(
                    f"an index into {self.length} elements does not fit {dtype}, the integers that "
                    f"{self.ops.xp.__name__} counts with here; ask for fewer elements at a time"
                )

    def _check_there(self, there: Any, masked: bool) -> None:
        """Have the core raise what it raises about the slices without a candidate, if any."""
        asked, ops = self.asked, self.ops
        finds = asked.name in ("findmin", "findmax") and ops.kind(self.a) not in "fc"
        if asked.default is not None and not finds:
            return
        if not ops.concrete or ops.is_true(ops.xp.all(there)):
            if finds:
                ops.check_can_raise(
                    asked.name, "a slice without a candidate has no value of an integer"
                )
            return
        ones, axes = self._ones()
        some = ops.read(there).reshape(ones)
        values = np.zeros(ones, ops.numpy_dtype(self.a.dtype))
        if masked:
            asked.ask(values, axes, where=some)
        else:
            values[~some] = np.nan
            asked.ask(values, axes)

    def _check_nan(self, keys: list[Any], found: Any) -> None:
        """Raise about the first slice whose answer is NaN."""
        self.raise_about_nan(self.ops.xp.any(self._is_nan(keys, *found), axis=self.axis))

    def _is_nan(self, keys: list[Any], index: Any, there: Any) -> Any:
        """Return which answers are NaN."""
        values = [self.ops.take(key, index, self.axis) for key in keys]
        nan = functools.reduce(operator.or_, [value != value for value in values])
        return nan if there is None else nan & there

    def raise_about_nan(self, nan: Any) -> None:
        if not self.ops.is_true(self.ops.xp.any(nan)):
            return
        asked = self.asked
        first = np.argwhere(self.ops.read(nan))[0]
        place = dict(zip(asked.answered, [int(i) for i in first], strict=True))
        _core.raise_nan(asked.name, tuple([place.get(i, 0) for i in asked.in_result]))
