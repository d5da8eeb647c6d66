"""One candidate a slice, kept small: an element, and an index of as few bytes as it needs.

Partials are moved and merged more than they are computed, and each byte of a slice counts. So the
index does not count in the whole array but in the box of the reduced axes that has been seen: one
byte is enough for 128 elements a slice. The core writes and merges these. A merge gives the parts
new bases in the box round them, without a look at their indices, unless boxes of several axes do
not lie one behind the other.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._candidates import Candidates
from minloc._choose import has_changed, may_miss, unravelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._boxes import Box
    from minloc._question import Question


class Indexed(Candidates):
    """Candidates, one of each slice, whose places are indices into a box.

    Parameters
    ----------
    values : ndarray
        The elements.
    indices : ndarray of signed integers
        Their indices, in C order of the box; -1 where there is none.
    start, lengths : sequence of int
        Of the box, along each reduced axis: where it begins in the whole array, and its lengths.
    may_miss : bool
        Whether there may be slices without a candidate.
    """

    __slots__ = ("_indices", "_lengths", "_may_miss", "_start")

    def __init__(
        self,
        values: NDArray[Any],
        indices: NDArray[Any],
        start: Sequence[int],
        lengths: Sequence[int],
        may_miss: bool,
    ) -> None:
        self.values = values.reshape(-1, 1)
        self._indices = indices.reshape(-1, 1)
        self._start, self._lengths = tuple(start), tuple(lengths)
        self._may_miss = may_miss

    @property
    def places(self) -> NDArray[np.int64]:
        """The coordinates, made anew each time."""
        places = np.empty((len(self._start), *self.values.shape), np.int64)
        unraveled = unravelled(self._indices.astype(np.int64), self._lengths)
        for into, coordinate, start in zip(places, unraveled, self._start, strict=True):
            np.add(coordinate, start, out=into)
        return places

    @property
    def found(self) -> NDArray[np.bool] | None:
        """Which there are, None if all."""
        if not self._may_miss:
            return None
        found = self._indices >= 0
        return None if found.all() else found

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickled, (
            self.values, self.values.dtype, self._indices, self._start, self._lengths,
            self._may_miss,
        )  # fmt: skip

    @property
    def nbytes(self) -> int:
        """The bytes that the arrays hold."""
        return self.values.nbytes + self._indices.nbytes

    def index(self, lengths: Sequence[int]) -> NDArray[np.intp]:
        """Return the indices into an array of these lengths, in the shape of the elements."""
        indices, base = self.in_box(tuple([(0, n) for n in lengths]), np.dtype(np.intp))
        index: NDArray[np.intp] = np.add(indices, base, dtype=np.intp)
        return index

    def in_box(self, box: Box, dtype: np.dtype[Any]) -> tuple[NDArray[Any], int]:
        """Return the indices into a box round this one, less a base, and the base.

        Parameters
        ----------
        box : Box
            Along each reduced axis the first coordinate, and the one past the last.
        dtype : dtype
            One that holds indices into that box.

        Returns
        -------
        tuple of ndarray and int
            They are the indices that there are already, unless the boxes differ along more than the
            first axis.
        """
        base, step, step_there = 0, 1, 1  # from one element along an axis to the next
        carries = []
        for i in reversed(range(len(box))):
            start, stop = box[i]
            base += (self._start[i] - start) * step_there
            if i > 0:
                # Where the coordinate before this one grows, more elements lie between there.
                between = (stop - start - self._lengths[i]) * step_there
                step, step_there = step * self._lengths[i], step_there * (stop - start)
                if between:
                    carries.append((step, between))
        if not carries:
            return self._indices, base
        indices = self._indices.astype(dtype)
        moved = indices.copy()
        for step, between in carries:
            moved += indices // step * between
        if self._may_miss:
            moved[indices < 0] = -1
        return moved, base


def _unpickled(values: Any, dtype: np.dtype[Any], *rest: Any) -> Indexed:
    # An array is unpickled in the machine's order of bytes.
    return Indexed(values.astype(dtype, copy=False), *rest)


def indices_of(lengths: Sequence[int]) -> np.dtype[Any]:
    """Return the smallest dtype that holds -1 and the indices into a box of these lengths."""
    return np.min_scalar_type(-max(math.prod(lengths), 1))


def part_of(
    question: Question, chunk: NDArray[Any], where: Any, start: Sequence[int]
) -> list[Candidates]:
    """Return what `of_chunk` does, of a dtype that the core compares itself."""
    slices = [chunk.shape[i] for i in question.kept]
    lengths = [chunk.shape[i] for i in question.axes]
    dtype = indices_of(lengths)
    answers: list[NDArray[Any]] = []
    for _ in question.ends:
        answers += [np.empty(slices, chunk.dtype), np.empty(slices, dtype)]
    _core.first_part(
        function_of(question.ends),
        tuple(answers),
        chunk,
        question.axes,
        where=True if where is None else where,
        nan_policy=question.policy,
        ties=question.ties,
    )
    missing = may_miss(question, chunk, where)
    origin = [start[i] for i in question.axes]
    pairs = zip(answers[::2], answers[1::2], strict=True)
    ends = [Indexed(*pair, origin, lengths, missing) for pair in pairs]
    if any(has_changed(question, end.values, end.found) for end in ends):
        return part_of(question, chunk.copy(), where, start)
    return list(ends)


def merge(
    question: Question,
    end: str,
    several: Sequence[Candidates],
    dtype: np.dtype[Any],
    box: Box,
    in_order: bool,
) -> Indexed | None:
    """Return what `best_of` does, of a dtype that the core compares itself.

    It is None if the box has more elements than an index counts.
    """
    start, lengths = [first for first, _ in box], [stop - first for first, stop in box]
    if math.prod(lengths) > np.iinfo(np.intp).max:
        return None
    parts = [one if type(one) is Indexed else _indexed(one, start, lengths) for one in several]
    into = indices_of(lengths)
    based = [one.in_box(box, into) for one in parts]
    widest = max([indices.dtype for indices, _ in based], key=operator.attrgetter("itemsize"))
    merged = np.empty(len(parts[0].values), dtype), np.empty(len(parts[0].values), into)
    _core.merge_parts(
        f"arg{end}",
        merged,
        tuple(
            [
                (_lying(one.values, dtype), _lying(indices, widest), base)
                for one, (indices, base) in zip(parts, based, strict=True)
            ]
        ),
        in_order,
        nan_policy=question.policy,
        ties=question.ties,
    )
    return Indexed(*merged, start, lengths, any(one._may_miss for one in parts))


def _indexed(some: Candidates, start: Sequence[int], lengths: Sequence[int]) -> Indexed:
    """Return candidates, one of each slice, whose places lie in a box."""
    indices = np.zeros(some.values.shape, np.int64)
    for coordinate, first, length in zip(some.places, start, lengths, strict=True):
        indices = indices * length + (coordinate - first)
    if some.found is not None:
        indices[~some.found] = -1
    return Indexed(some.values, indices, start, lengths, some.found is not None)


def _lying(a: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a run of aligned elements; what came from another process may lie anywhere."""
    if a.dtype == dtype and a.flags.carray:
        return a
    return np.require(a, dtype, ["C", "A"])


def function_of(ends: Sequence[str]) -> str:
    """Return the name of the function of indices that asks about these ends."""
    return "argminmax" if len(ends) == 2 else f"arg{ends[0]}"
