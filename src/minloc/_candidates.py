"""The best elements so far, slice by slice, with their places: what a partial answer is made of.

The slices of a region are numbered in C order of the kept axes, and each has the same number of
candidates side by side, one, or up to k. So candidates are arrays of the shape (slices, m), and to
choose among those of several partials is to ask the core about the rows of one array: there is no
other rule for NaN, ties, masks or any dtype than the core's own. Elements are moved and never
computed, so they keep their bits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._choose import choose, choose_both, may_miss, unravelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._question import Question


class Candidates:
    """Elements, their coordinates, and which of them there are.

    Attributes
    ----------
    values : ndarray, (slices, m)
        The elements.
    places : ndarray of int64, (reduced axes, slices, m)
        Where they are in the whole array, along each reduced axis in the order given. The C order
        of the reduced axes is the lexicographic order of these.
    found : ndarray of bool, (slices, m), or None
        Whether there is such a candidate; None if they all are. Among those that are found, equal
        elements of a slice stand in the order of their places.
    """

    __slots__ = ("found", "places", "values")

    def __init__(self, values: NDArray[Any], places: NDArray[np.int64], found: Any) -> None:
        self.values, self.places = values, places
        self.found: NDArray[np.bool] | None = None if found is None or found.all() else found

    def __reduce__(self) -> tuple[Any, ...]:
        # The dtype, too: an array is unpickled in the machine's order of bytes.
        return _unpickled, (self.values, self.values.dtype, self.places, self.found)

    @property
    def nbytes(self) -> int:
        """The bytes that the arrays hold."""
        found = 0 if self.found is None else self.found.nbytes
        return self.values.nbytes + self.places.nbytes + found

    def index(self, lengths: Sequence[int]) -> NDArray[np.intp]:
        """Return where each slice's one candidate is, in a box of these lengths; -1 for none."""
        if len(lengths) == 1:
            index = self.places[0, :, 0]
        else:
            index = np.zeros(len(self.values), np.int64)
            for coordinates, length in zip(self.places, lengths, strict=True):
                index = index * length + coordinates[:, 0]
        if self.found is not None:
            index = np.where(self.found[:, 0], index, -1)
        return np.ascontiguousarray(index, np.intp)

    def take(self, columns: NDArray[np.intp]) -> Candidates:
        """Return those at `columns`, (slices, m), of each slice."""
        rows = np.arange(len(columns))[:, np.newaxis]
        found = None if self.found is None else self.found[rows, columns]
        return Candidates(self.values[rows, columns], self.places[:, rows, columns], found)

    def moved(self, axis: int, virtual: NDArray[np.int64], real: NDArray[np.int64]) -> Candidates:
        """Return the same with chunks at other offsets along one of the reduced axes."""
        places = self.places.copy()
        chunk = np.searchsorted(virtual, places[axis], "right") - 1
        places[axis] += real[chunk] - virtual[chunk]
        return Candidates(self.values, places, self.found)

    def paste(self, into: Candidates, region: tuple[slice, ...], box: tuple[int, ...]) -> None:
        """Put them in their region of the box of slices that `into` is."""
        shape = tuple(s.stop - s.start for s in region)
        width = self.values.shape[1]
        inside = (*region, slice(width))
        room = into.values.shape[1]
        into.values.reshape(*box, room)[inside] = self.values.reshape(*shape, width)
        for to, places in zip(into.places, self.places, strict=True):
            to.reshape(*box, room)[inside] = places.reshape(*shape, width)
        if into.found is not None:
            found = True if self.found is None else self.found.reshape(*shape, width)
            into.found.reshape(*box, room)[inside] = found


def _unpickled(values: Any, dtype: np.dtype[Any], places: Any, found: Any) -> Candidates:
    return Candidates(values.astype(dtype, copy=False), places, found)


def none_of(slices: int, width: int, axes: int, dtype: np.dtype[Any]) -> Candidates:
    """Return room for candidates, none of which is found."""
    nothing = Candidates(
        np.zeros((slices, width), dtype), np.zeros((axes, slices, width), np.int64), None
    )
    nothing.found = np.zeros((slices, width), bool)
    return nothing


def best_of(
    question: Question,
    end: str,
    several: Sequence[Candidates],
    dtype: np.dtype[Any],
    in_order: bool,
) -> Candidates:
    """Return the best among several candidates of the same slices.

    Parameters
    ----------
    question : Question
        What is asked.
    end : {"min", "max"}
        Of which end.
    several : sequence of Candidates
        They have the same slices.
    dtype : dtype
        Of the result.
    in_order : bool
        Whether all places of each come before all places of the next.

    Returns
    -------
    Candidates
        Up to `k` of each slice.
    """
    if len(several) == 1 and several[0].values.dtype == dtype:
        return several[0]
    if question.name != "top_k" and _core.has_kernels(dtype):
        added = _added(question, end, several, dtype)
        if added is not None:
            return added
    found = None
    if any(one.found is not None for one in several):
        found = np.concatenate(
            [
                np.ones(one.values.shape, bool) if one.found is None else one.found
                for one in several
            ],
            axis=1,
        )
    every = Candidates(
        np.concatenate([one.values for one in several], axis=1, dtype=dtype),
        np.concatenate([one.places for one in several], axis=2),
        found,
    )
    if not in_order and len(every.places):
        every = every.take(np.lexsort(every.places[::-1], axis=-1))
    if every.values.shape[1] <= max(question.k, 1):
        return every
    columns, values, found = choose(question, end, every.values, (1,), every.found)
    return Candidates(
        values, every.places[:, np.arange(len(columns))[:, np.newaxis], columns], found
    )


def _added(
    question: Question, end: str, several: Sequence[Candidates], dtype: np.dtype[Any]
) -> Candidates | None:
    """Return the best, one of each slice, added up in place by the core; None if it cannot.

    Places become indices into a box that holds them all, which must not be larger than indices are.
    """
    lengths = [1] * several[0].places.shape[0]
    if len(lengths) > 1:
        for axis in range(len(lengths)):
            lengths[axis] += max(int(one.places[axis].max(initial=0)) for one in several)
        if math.prod(lengths) > np.iinfo(np.intp).max:
            return None
    so_far = None
    for one in several:
        index = one.index(lengths)
        if so_far is None:
            values = one.values.reshape(-1).astype(dtype)
            so_far = values, index.copy()
            continue
        others = _aligned(one.values.reshape(-1), dtype), _aligned(index, np.intp)
        _core.add_answers(
            f"arg{end}", so_far, others, nan_policy=question.policy, ties=question.ties
        )
    assert so_far is not None
    values, index = so_far
    return indexed(values, index, lengths, any(one.found is not None for one in several))


def _aligned(a: NDArray[Any], dtype: Any) -> NDArray[Any]:
    """Return a run of aligned elements; what came from another process may lie anywhere."""
    return np.require(a, dtype, ["C", "A"])


def indexed(
    values: NDArray[Any],
    index: NDArray[np.intp],
    lengths: Sequence[int],
    may_miss: bool,
    start: Sequence[int] | None = None,
) -> Candidates:
    """Return the candidates, one of each slice, at indices into a box; -1 where there is none.

    Parameters
    ----------
    values : ndarray
        The elements.
    index : ndarray of intp
        Their indices, in C order of the box.
    lengths : sequence of int
        Of the box.
    may_miss : bool
        Whether there may be slices without a candidate.
    start : sequence of int, optional
        Where the box begins in the whole array, if not at its beginning.

    Returns
    -------
    Candidates
        They share the memory of `values`, and that of `index` if there is one axis.
    """
    column = index.reshape(-1, 1)
    if len(lengths) == 1 and start is None:
        places = column[np.newaxis]
    else:
        places = np.empty((len(lengths), *column.shape), np.int64)
        for i, coordinate in enumerate(unravelled(column, lengths)):
            np.add(coordinate, 0 if start is None else start[i], out=places[i])
    return Candidates(values.reshape(-1, 1), places, column >= 0 if may_miss else None)


def of_chunk(
    question: Question, chunk: NDArray[Any], where: Any, start: Sequence[int]
) -> list[Candidates]:
    """Return the candidates of a chunk that has elements, for each end asked about.

    Parameters
    ----------
    question : Question
        What is asked.
    chunk : ndarray
        What it is asked of.
    where : array_like of bool or None
        Which elements are candidates; None for all.
    start : sequence of int
        Where the chunk begins in the whole array, along each axis.

    Returns
    -------
    list of Candidates
        One for each end. They share no memory with the chunk.
    """
    if question.name != "top_k" and _core.has_kernels(chunk.dtype):
        return _first(question, chunk, where, start)
    axes = question.axes
    if chunk.ndim == 0:
        chunk = chunk.reshape(1)
    if len(question.ends) == 2:
        answers = choose_both(question, chunk, where)
    else:
        answers = [choose(question, question.ends[0], chunk, axes, where)]
    lengths = [chunk.shape[i] for i in axes]
    every = []
    for index, values, found in answers:
        places = np.empty((len(axes), *index.shape), np.int64)
        for i, coordinate in enumerate(unravelled(index, lengths)):
            np.add(coordinate, start[axes[i]], out=places[i])
        every.append(Candidates(values, places, found))
    return every


def _first(
    question: Question, chunk: NDArray[Any], where: Any, start: Sequence[int]
) -> list[Candidates]:
    """Return what `of_chunk` does, of a dtype that the core compares itself, in one pass."""
    axes = question.axes
    slices = [chunk.shape[i] for i in question.kept]
    missing = may_miss(question, chunk, where)
    make = np.zeros if missing else np.empty
    so_far: list[NDArray[Any]] = []
    for _ in question.ends:
        so_far += [make(slices, chunk.dtype), np.empty(slices, np.intp)]
    lengths = tuple([chunk.shape[i] for i in axes])
    starts: tuple[int, ...] = (0,) * len(axes)
    if len(axes) == 1:  # then the index is the coordinate
        starts = (start[axes[0]],)
        lengths = (starts[0] + lengths[0],)
    _core.first_part(
        function_of(question.ends),
        tuple(so_far),
        starts,
        lengths,
        chunk,
        axes,
        where=True if where is None else where,
        nan_policy=question.policy,
        ties=question.ties,
    )
    origin = None if len(axes) == 1 else [start[i] for i in axes]
    pairs = zip(so_far[::2], so_far[1::2], strict=True)
    return [indexed(values, index, lengths, missing, origin) for values, index in pairs]


def function_of(ends: Sequence[str]) -> str:
    """Return the name of the function of indices that asks about these ends."""
    return "argminmax" if len(ends) == 2 else f"arg{ends[0]}"
