"""An answer for each group of elements, in a library's own operations.

What is asked is told as of slices, of which every group is one more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._composed.answers import Answer
from minloc._composed.distances import distances
from minloc._composed.groups import Runs, best_of_groups, runs
from minloc._composed.labels import laid_out, leave_enough
from minloc._partial.finish import answer_to_nothing, check_index
from minloc._results import TopK

if TYPE_CHECKING:
    from minloc._composed.operations import Operations
    from minloc._partial.question import Question


class GroupedAnswer(Answer):
    """An array, the labels of its elements, and what is asked of the groups."""

    def __init__(
        self, a: Any, ops: Operations, asked: Question, dtype_is_given: bool, by: Any
    ) -> None:
        super().__init__(a, ops, asked, dtype_is_given)
        self.axis, self.by, self.groups = -1, by, asked.num_groups or 0
        #: The lengths of the axes, and that of the groups.
        self.whole = (*self.shape, self.groups)

    def of(self, where: Any, target: Any) -> Any:
        """Return the answer, of the elements that a mask leaves, or of their distances."""
        ops, asked, xp = self.ops, self.asked, self.ops.xp
        if where is not None:
            where = self._broadcast(where)
        labels = laid_out(ops, self.by, self.a, asked)
        if 0 in self.whole:
            found = answer_to_nothing(asked, self.whole, ops.numpy_dtype(self.a.dtype))
            return self._converted(found)
        check_index(asked, self.whole)
        self._check_range()
        x = self._slices(self.a)
        keys = ops.keys(x) if target is None else distances(ops, x, self._slices(target))
        labels = self._slices(labels)
        if where is not None:
            labels = xp.where(self._slices(where), labels, ops.full((), -1, ops.index_dtype))
        omits = asked.policy == "omit" and ops.kind(x) in "fc"
        raises = asked.policy == "raise" and ops.kind(x) in "fc"
        if raises:
            ops.check_can_raise(
                asked.name, "nan_policy='raise' depends on the elements; pass 'omit'"
            )
        is_full = where is None and not omits and leave_enough(self.by, asked)
        if not is_full and asked.name == "top_k":
            ops.check_can_raise(
                asked.name, "a group may have fewer than k candidates, which has no default"
            )
        elif not is_full and asked.default is None:
            ops.check_can_raise(asked.name, "a group may have no candidate; pass default=-1")
        rule: dict[str, Any] = {"last": asked.ties == "last"}
        if asked.name == "top_k":
            rule |= {"nan": "omit" if omits else "first" if raises else "last"}
            largest = asked.ends == ("max",)
            found = runs(ops, keys, labels, self.groups, largest=largest, **rule)
            return self._ranks(x, keys, found, raises)
        ends = [
            best_of_groups(ops, keys, labels, self.groups, largest=end == "max", omit=omits, **rule)
            for end in asked.ends
        ]
        indices = [self._in_slice(number) for number, _ in ends]
        there = None if is_full else ends[0][1]
        if there is not None:
            self._check_there(self._in_place(there), True)
        if raises:
            self.raise_about_nan(self._in_place(self._is_nan(keys, indices[0], there)))
        return self._finished(x, indices, there)

    def _ranks(self, x: Any, keys: list[Any], found: Runs, raises: bool) -> TopK:
        """Return the k best of each group."""
        ops, k = self.ops, self.asked.k
        index = self._in_slice(found.at(ops, ops.full((), 0, ops.index_dtype)))
        if raises:
            self.raise_about_nan(self._in_place(self._is_nan(keys, index, found.count > 0)))
        if ops.concrete and not ops.is_true(ops.xp.all(found.count >= k)):
            some = ops.read(self._in_place(found.count))[..., np.newaxis] > np.arange(max(k, 1))
            # A slice that has too few elements for any k has none, for the core.
            self.asked.ask(np.zeros(some.shape), (some.ndim - 1,), where=some)
        ranked = [self._in_slice(found.at(ops, rank)) for rank in range(k)]
        shape = (*index.shape, k)
        if k:
            index = ops.xp.stack(ranked, axis=-1)
        else:
            index = ops.xp.zeros(shape, dtype=ops.index_dtype, device=ops.device)
        flat = ops.xp.reshape(index, (*index.shape[:-2], self.groups * k))
        values = ops.xp.reshape(ops.take(x, flat), shape)
        return TopK(*[self._in_place(part, 1) for part in (values, self._as_result(index))])

    def _in_slice(self, number: Any) -> Any:
        """Return the index in its slice of an element that is numbered slice after slice."""
        return number % self.length

    def _as_result(self, index: Any) -> Any:
        return self.ops.xp.astype(index, self.dtype)

    def _in_place(self, part: Any, ranks: int = 0) -> Any:
        """Return an array with the groups, and ranks behind them, where the result has them.

        They are last in `part`, behind the kept axes.
        """
        place = self.asked.group_axis
        if place < 0:
            return part
        kept = list(range(part.ndim - 1 - ranks))
        moved = list(range(part.ndim - 1 - ranks, part.ndim))
        return self.ops.xp.permute_dims(part, (*kept[:place], *moved, *kept[place:]))

    def _boxed(self, part: Any) -> Any:
        """Return an array of the answer in the shape of the result."""
        return self.ops.xp.reshape(self._in_place(part), self.asked.box(self.whole))

    def _ones(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the shape of an array with one element for each answer, and its reduced axes."""
        asked = self.asked
        if asked.group_axis >= 0:
            return (*[self.whole[i] for i in asked.answered], 1), (len(asked.answered),)
        return tuple([1 if i in asked.axes else n for i, n in enumerate(self.whole)]), asked.axes

    def _check_range(self) -> None:
        """Raise if the library's integers cannot count the elements, and the groups of slices."""
        super()._check_range()
        size = math.prod(self.shape)
        most = max(size, 2 * (size // self.length) * (self.groups + 1) + 2)
        if most > int(self.ops.xp.iinfo(self.ops.index_dtype).max):
            raise ValueError(
                f"{self.groups} groups of {size} elements do not fit {self.ops.index_dtype}, the "
                f"integers that {self.ops.xp.__name__} counts with here; ask for fewer elements at "
                f"a time"
            )
