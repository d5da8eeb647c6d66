"""One candidate for each slice, kept small: an element, and an index of as few bytes as it needs.

Parts are moved and merged more often than they are computed, so each byte of a slice counts. The
index therefore counts not in the whole array but in the region of the reduced axes that has been
seen: one byte is enough for slices of 128 elements. The core writes and merges these. A merge only
gives each part a new base in the region round them; their indices stay, unless regions of several
axes do not lie one behind the other.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._partial.beside import Beside
from minloc._partial.candidates import Candidates, unravelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.question import Question
    from minloc._partial.regions import Region


class Indexed(Candidates):
    """Candidates, one of each slice, whose places are indices into a region.

    Parameters
    ----------
    values : ndarray
        The elements.
    indices : ndarray of signed integers
        Their indices, in C order of the region; -1 where there is none.
    start, lengths : sequence of int
        Of the region, along each reduced axis: where it begins in the whole array, and its lengths.
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
        """The coordinates, computed from the indices at each access."""
        places = np.empty((len(self._start), *self.values.shape), np.int64)
        unraveled = unravelled(self._indices.astype(np.int64), self._lengths)
        for into, coordinate, start in zip(places, unraveled, self._start, strict=True):
            np.add(coordinate, start, out=into)
        return places

    @property
    def found(self) -> NDArray[np.bool] | None:
        """Which of them exist, None if all do."""
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
        indices, base = self.in_region(tuple([(0, n) for n in lengths]), np.dtype(np.intp))
        index: NDArray[np.intp] = np.add(indices, base, dtype=np.intp)
        return index

    def in_region(self, region: Region, dtype: np.dtype[Any]) -> tuple[NDArray[Any], int]:
        """Return the indices into a region round this one, less a base, and the base.

        Parameters
        ----------
        region : Region
            Along each reduced axis the first coordinate, and the one past the last.
        dtype : dtype
            One that holds indices into that region.

        Returns
        -------
        tuple of ndarray and int
            The indices as they are, unless the regions differ along more than the first axis.
        """
        base, step, step_there = 0, 1, 1  # from one element along an axis to the next
        carries = []
        for i in reversed(range(len(region))):
            start, stop = region[i]
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
    # Arrays are unpickled in native byte order.
    return Indexed(values.astype(dtype, copy=False), *rest)


def indices_of(lengths: Sequence[int]) -> np.dtype[Any]:
    """Return the smallest dtype that holds -1 and the indices into a region of these lengths."""
    return np.min_scalar_type(-max(math.prod(lengths), 1))


def of_chunk(
    question: Question, chunk: NDArray[Any], beside: Beside, start: Sequence[int]
) -> list[Candidates]:
    """Return what `best.of_chunk` does, for a dtype with kernels and without groups."""
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
        nan_policy=question.policy,
        ties=question.ties,
        **beside.keywords(question),
    )
    missing = beside.where is not None or omits(question, chunk.dtype)
    origin = [start[i] for i in question.axes]
    pairs = zip(answers[::2], answers[1::2], strict=True)
    ends = [Indexed(*pair, origin, lengths, missing) for pair in pairs]
    if any(has_changed(question, end.values, end.found) for end in ends):
        return of_chunk(question, chunk.copy(), beside, start)
    return list(ends)


def of_groups(
    index: NDArray[np.intp],
    values: NDArray[Any],
    found: NDArray[np.bool] | None,
    start: Sequence[int],
    lengths: Sequence[int],
) -> Indexed:
    """Return candidates of the groups of a chunk, whose reduced axes have these lengths."""
    small = index.astype(indices_of(lengths))
    if found is not None:
        small[~found] = -1
    return Indexed(values, small, start, lengths, True)


def merge(
    question: Question,
    end: str,
    several: Sequence[Candidates],
    dtype: np.dtype[Any],
    region: Region,
    in_order: bool,
    target: NDArray[Any] | None,
) -> Indexed | None:
    """Return what `best_of` does, for a dtype with kernels.

    It is None if the region has more elements than an index counts.
    """
    start, lengths = [first for first, _ in region], [stop - first for first, stop in region]
    if math.prod(lengths) > np.iinfo(np.intp).max:
        return None
    parts = [one if isinstance(one, Indexed) else _indexed(one, start, lengths) for one in several]
    into = indices_of(lengths)
    based = [one.in_region(region, into) for one in parts]
    widest = max([indices.dtype for indices, _ in based], key=operator.attrgetter("itemsize"))
    merged = np.empty(len(parts[0].values), dtype), np.empty(len(parts[0].values), into)
    _core.merge_parts(
        f"arg{end}",
        merged,
        tuple(
            [
                (_aligned(one.values, dtype), _aligned(indices, widest), base)
                for one, (indices, base) in zip(parts, based, strict=True)
            ]
        ),
        in_order,
        nan_policy=question.policy,
        ties=question.ties,
        **Beside(distance_to=None if target is None else target.reshape(-1)).keywords(question),
    )
    return Indexed(*merged, start, lengths, any(one._may_miss for one in parts))


def _indexed(some: Candidates, start: Sequence[int], lengths: Sequence[int]) -> Indexed:
    """Return candidates, one of each slice, whose places lie in a region."""
    indices = np.zeros(some.values.shape, np.int64)
    for coordinate, first, length in zip(some.places, start, lengths, strict=True):
        indices = indices * length + (coordinate - first)
    if some.found is not None:
        indices[~some.found] = -1
    return Indexed(some.values, indices, start, lengths, some.found is not None)


def _aligned(a: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a contiguous, aligned array: one from another process may be neither."""
    if a.dtype == dtype and a.flags.carray:
        return a
    return np.require(a, dtype, ["C", "A"])


def function_of(ends: Sequence[str]) -> str:
    """Return the name of the function of indices that asks about these ends."""
    return "argminmax" if len(ends) == 2 else f"arg{ends[0]}"


def omits(question: Question, dtype: np.dtype[Any]) -> bool:
    """Whether a NaN is not a candidate, and the dtype has NaN."""
    return question.policy == "omit" and _core.nan_of(dtype) is not None


def has_changed(question: Question, values: NDArray[Any], found: NDArray[np.bool] | None) -> bool:
    """Whether an answer under "omit" is NaN: another thread or process wrote it meanwhile.

    As a NaN it would not be a candidate, though its slice may have others; a copy cannot change.
    """
    if not omits(question, values.dtype):
        return False
    nan = values != values
    return bool(np.any(nan if found is None else nan & found))
