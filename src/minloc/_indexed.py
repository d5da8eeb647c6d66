"""One candidate a slice, kept small: an element, and an index of as few bytes as it needs.

Partials are moved and merged more than they are computed, and each byte of a slice counts. So the
index does not count in the whole array but in the box of the reduced axes that has been seen: one
byte is enough for 128 elements a slice. The core writes and merges these. A merge gives the parts
new bases in the box round them, without a look at their indices, unless boxes of several axes do
not lie one behind the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._candidates import Candidates
from minloc._choose import has_changed, may_miss, unravelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        base = self._base((0,) * len(lengths), lengths)
        if base is None:
            return super().index(lengths)
        index: NDArray[np.intp] = np.add(self._indices, base, dtype=np.intp)
        return index

    def _base(self, start: Sequence[int], lengths: Sequence[int]) -> int | None:
        """Return what the indices into a larger box are more than these; None if that varies."""
        if self._lengths[1:] != tuple(lengths[1:]) or self._start[1:] != tuple(start[1:]):
            return None
        return sum(s - t for s, t in zip(self._start[:1], start, strict=False)) * math.prod(
            lengths[1:]
        )

    def _in_box(
        self, start: Sequence[int], lengths: Sequence[int], dtype: np.dtype[Any]
    ) -> tuple[NDArray[Any], int]:
        """Return indices into a larger box, and what has to be added to them."""
        base = self._base(start, lengths)
        if base is not None:
            return self._indices, base
        index = np.zeros(self.values.shape, np.int64)
        for coordinate, first, length in zip(self.places, start, lengths, strict=True):
            index = index * length + (coordinate - first)
        if self._may_miss:
            index[self._indices < 0] = -1
        return index.astype(dtype), 0


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
    in_order: bool,
) -> Indexed | None:
    """Return what `best_of` does, of a dtype that the core compares itself.

    It is None if the box round all places is larger than indices are.
    """
    parts = [one if isinstance(one, Indexed) else _indexed(one) for one in several]
    ranges = [
        (min(starts), max(map(sum, zip(starts, lengths, strict=True))))
        for starts, lengths in zip(
            zip(*[one._start for one in parts], strict=True),
            zip(*[one._lengths for one in parts], strict=True),
            strict=True,
        )
    ]
    start, lengths = [first for first, _ in ranges], [stop - first for first, stop in ranges]
    if math.prod(lengths) > np.iinfo(np.intp).max:
        return None
    into = indices_of(lengths)
    moved = [one._in_box(start, lengths, into) for one in parts]
    widest = max([indices.dtype for indices, _ in moved], key=lambda dtype: dtype.itemsize)
    values, indices = np.empty(len(parts[0].values), dtype), np.empty(len(parts[0].values), into)
    _core.merge_parts(
        f"arg{end}",
        (values, indices),
        tuple(
            [
                (_lying(one.values, dtype), _lying(indices, widest), base)
                for one, (indices, base) in zip(parts, moved, strict=True)
            ]
        ),
        in_order,
        nan_policy=question.policy,
        ties=question.ties,
    )
    return Indexed(values, indices, start, lengths, any(one._may_miss for one in parts))


def _indexed(some: Candidates) -> Indexed:
    """Return the same, whose box begins where the whole array does."""
    lengths = [1 + int(along.max(initial=0)) for along in some.places]
    if math.prod(lengths) > np.iinfo(np.intp).max:  # there is no index; `merge` will see it
        return Indexed(some.values, some.places, (0,) * len(lengths), lengths, True)
    index = some.index(lengths)
    if some.found is not None:
        index[~some.found] = -1
    return Indexed(some.values, index, (0,) * len(lengths), lengths, some.found is not None)


def _lying(a: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a run of aligned elements; what came from another process may lie anywhere."""
    if a.dtype == dtype and a.flags.carray:
        return a
    return np.require(a, dtype, ["C", "A"])


def function_of(ends: Sequence[str]) -> str:
    """Return the name of the function of indices that asks about these ends."""
    return "argminmax" if len(ends) == 2 else f"arg{ends[0]}"
