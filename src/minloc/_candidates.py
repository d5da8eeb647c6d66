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
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._question import Question

#: What `choose` returns.
_Chosen: TypeAlias = "tuple[NDArray[np.intp], NDArray[Any], NDArray[np.bool] | None]"
#: Dtypes with a NaN or NaT that the core knows, and so has a value for where there is none.
_WITH_NAN = "fcmM"


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
    axes = question.axes
    if chunk.ndim == 0:
        chunk = chunk.reshape(1)
    if len(question.ends) == 2:
        answers = _choose_both(question, chunk, where)
    else:
        answers = [choose(question, question.ends[0], chunk, axes, where)]
    lengths = [chunk.shape[i] for i in axes]
    every = []
    for index, values, found in answers:
        places = np.empty((len(axes), *index.shape), np.int64)
        for i, coordinate in enumerate(_unravelled(index, lengths)):
            np.add(coordinate, start[axes[i]], out=places[i])
        every.append(Candidates(values, places, found))
    return every


def meets_nan(question: Question, chunk: NDArray[Any], where: Any) -> bool:
    """Whether the policy is "raise", and a NaN of the chunk would not show among its best.

    A NaN of most dtypes is the best of its slice; but `top_k` ranks it last, and dtypes that bring
    their own comparison may not rank it at all.
    """
    ranks_nan = chunk.dtype.kind not in "OTV" or chunk.dtype.name == "bfloat16"
    if question.policy != "raise" or (ranks_nan and question.name != "top_k"):
        return False
    mask = {} if where is None else {"where": where}
    try:
        _core.top_k(chunk, 0, axis=question.axes, nan_policy="raise", **mask)
    except ValueError:
        return True
    return False


def choose(
    question: Question, end: str, a: NDArray[Any], axes: tuple[int, ...], where: Any
) -> _Chosen:
    """Return indices, elements and what is found of the best of each slice, (slices, m).

    Parameters
    ----------
    question : Question
        What is asked.
    end : {"min", "max"}
        Of which end.
    a : ndarray
        The array, which has elements: a chunk, or candidates side by side.
    axes : tuple of int
        The reduced axes of it.
    where : array_like of bool or None
        Which elements are candidates; None for all.

    Returns
    -------
    tuple of ndarray
        The indices count over the reduced axes; they are 0 where nothing is found. The last is
        None if everything is found.
    """
    if question.name == "top_k":
        return _choose_k(question, end, a, axes, where)
    words = _words(question, where)
    if a.dtype.kind in _WITH_NAN or not _may_miss(question, a, where):
        find = _core.findmin if end == "min" else _core.findmax
        values, index = find(a, axes, keepdims=True, **words)
    else:  # there is no value for what is not found
        arg = _core.argmin if end == "min" else _core.argmax
        values, index = None, arg(a, axes, keepdims=True, **words)
    return _as_columns(question, a, axes, where, index, values)


def _choose_both(question: Question, a: NDArray[Any], where: Any) -> list[_Chosen]:
    """Return what `choose` does for the smallest and for the largest, in one pass."""
    axes = question.axes
    both = _core.argminmax(a, axes, keepdims=True, **_words(question, where))
    return [_as_columns(question, a, axes, where, index, None) for index in both]


def _choose_k(
    question: Question, end: str, a: NDArray[Any], axes: tuple[int, ...], where: Any
) -> _Chosen:
    """Return what `choose` does, of up to k.

    NaN rank after all numbers, so which of them are no candidates is told afterwards. A slice with
    fewer candidates than k leaves nothing to choose: it keeps them all.
    """
    length = math.prod(a.shape[i] for i in axes)
    k = min(question.k, length)
    words: dict[str, Any] = {"axis": axes, "mode": "smallest" if end == "min" else "largest"}
    poor = mask = None
    if where is not None:
        mask = words["where"] = np.broadcast_to(where, a.shape)
        poor = np.count_nonzero(mask, axis=axes, keepdims=True) < k
        if poor.any():
            words["where"] = mask | poor
    values, index = _core.top_k(a, k, **words)
    slices = math.prod(values.shape[:-1])
    values, index = values.reshape(slices, k), index.reshape(slices, k)
    found = None
    if poor is not None and mask is not None and poor.any():
        kept = [i for i in range(a.ndim) if i not in axes]
        few = np.flatnonzero(poor)
        rows, at = np.nonzero(mask.transpose(*kept, *axes).reshape(slices, length)[few])
        columns = np.arange(len(rows)) - np.searchsorted(rows, rows)
        found = np.ones(index.shape, bool)
        found[few] = False
        index[few] = 0
        found[few[rows], columns] = True
        index[few[rows], columns] = at
        values[few[rows], columns] = _elements(a, axes, few[rows], at)
    if question.policy == "omit":
        is_number = np.asarray(values == values, bool)
        found = is_number if found is None else found & is_number
    return index, values, found


def _words(question: Question, where: Any) -> dict[str, Any]:
    policy = "omit" if question.policy == "omit" else "propagate"
    words: dict[str, Any] = {"nan_policy": policy, "ties": question.ties, "default": -1}
    if where is not None:
        words["where"] = where
    return words


def _may_miss(question: Question, a: NDArray[Any], where: Any) -> bool:
    """Whether a slice of `a` may be without a candidate."""
    return where is not None or (question.policy == "omit" and a.dtype.kind not in "biuSU")


def _as_columns(
    question: Question, a: NDArray[Any], axes: tuple[int, ...], where: Any, index: Any, values: Any
) -> _Chosen:
    index = index.reshape(-1, 1)
    found = None
    if _may_miss(question, a, where):
        found = index >= 0
        index = np.maximum(index, 0)
    if values is None:
        values = _elements(a, axes, np.arange(len(index)), index[:, 0])
    return index, values.reshape(-1, 1), found


def _elements(
    a: NDArray[Any], axes: tuple[int, ...], slices: NDArray[np.intp], index: NDArray[np.intp]
) -> NDArray[Any]:
    """Return the elements at these indices of these slices."""
    kept = [i for i in range(a.ndim) if i not in axes]
    key: dict[int, Any] = {}
    for among, numbers in (kept, slices), (axes, index):
        key.update(zip(among, _unravelled(numbers, [a.shape[i] for i in among]), strict=True))
    elements: NDArray[Any] = a[tuple(key[i] for i in range(a.ndim))]
    return elements


def _unravelled(index: Any, lengths: Sequence[int]) -> list[Any]:
    """Return the coordinates, along axes of these lengths, of indices in C order."""
    coordinates = []
    for length in reversed(lengths[1:]):
        index, coordinate = np.divmod(index, length)
        coordinates.append(coordinate)
    return [index, *reversed(coordinates)] if lengths else []
