"""What the command reads from a `Partial`: its candidates, ranked, and whether a NaN was met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minloc import Partial, top_k
from minloc._cli.extremes import Extremes
from minloc._partial import part_of
from minloc._partial.candidates import Candidates

#: So many candidates are looked at at once, if no slice has more.
BLOCK = 4096


class Ranked(NamedTuple):
    """Candidates, and slices that have none, as columns.

    Attributes
    ----------
    largest : ndarray of bool
        Whether it is the largest that was asked for, and not the smallest.
    slice : ndarray of int
        The number of the slice, in C order of the kept axes.
    rank : ndarray of int
        0 for the best of the slice, 1 for the next, …
    found : ndarray of bool
        Whether the slice has a candidate.
    elements : ndarray
        The element, any if there is none.
    places : ndarray of int, (reduced axes, candidates)
        Its coordinates along the reduced axes, in their order; any if there is none.
    """

    largest: NDArray[np.bool]
    slice: NDArray[np.intp]
    rank: NDArray[np.intp]
    found: NDArray[np.bool]
    elements: NDArray[Any]
    places: NDArray[np.int64]

    def take(self, order: NDArray[np.intp]) -> Ranked:
        """Return those at these positions."""
        columns: list[Any] = [column[..., order] for column in self]
        return Ranked(*columns)


def ranked(part: Partial, extremes: Extremes, descends: bool = False) -> Iterator[Ranked]:
    """Yield the candidates slice by slice, the smallest before the largest, the best first.

    Parameters
    ----------
    part : Partial
        The answer to ``extremes.call()``, or to that of ``extremes.reversed()`` if `descends`.
    extremes : Extremes
        What the user asks for.
    descends : bool
        Whether a larger element means a smaller value.
    """
    stored = extremes.reversed() if descends else extremes
    ends = part_of(part).ends
    slices, most = ends[0].values.shape
    step = max(BLOCK // max(most, 1), 1)
    for start in range(0, slices, step):
        found = [
            _some(best, slice(start, start + step), (end == "max") != descends, stored)
            for end, best in zip(stored.which, ends, strict=True)
        ]
        if len(found) == 1:
            yield found[0]
            continue
        both = Ranked(*(np.concatenate(columns, axis=-1) for columns in zip(*found, strict=True)))
        yield both.take(np.lexsort((both.largest, both.slice)))


def _some(best: Candidates, some: slice, largest: bool, stored: Extremes) -> Ranked:
    """Return the candidates for one end of some slices."""
    values, places = best.values[some], best.places[:, some]
    there = np.ones(values.shape, bool) if best.found is None else best.found[some]
    counts = there.sum(axis=1)
    pieces = []
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        columns = np.zeros((len(rows), 1), np.intp)
        if count and values.shape[1] > 1:
            mode, where = stored.mode, there[rows]
            columns = top_k(
                values[rows], count, axis=1, mode=mode, where=where,
                distance_to=stored.distance_to,
            ).indices  # fmt: skip
        pieces.append([each.ravel() for each in np.broadcast_arrays(
            rows[:, np.newaxis], np.arange(columns.shape[1]), columns)])  # fmt: skip
    row, rank, column = (np.concatenate(each) for each in zip(*pieces, strict=True))
    found = Ranked(
        np.full(len(row), largest), row + some.start, rank, counts[row] > 0, values[row, column],
        places[:, row, column],
    )  # fmt: skip
    return found if len(pieces) == 1 else found.take(np.argsort(found.slice, kind="stable"))


def slices_of(part: Partial, shape: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the axes along which there is an answer each, and their lengths.

    That of groups has the number of axes of the array.
    """
    question = part_of(part).question
    axes, lengths = question.answered, (*shape, question.num_groups or 0)
    return axes, tuple(lengths[axis] for axis in axes)


def has_nan(part: Partial) -> bool:
    """Whether a NaN was met; asked of a partial under ``nan_policy="raise"``."""
    inside = part_of(part)
    if inside.nan is not None:
        return True
    for end in inside.ends:
        nan = np.asarray(end.values != end.values, bool)
        if (nan if end.found is None else nan & end.found).any():
            return True
    return False


def count_of(part: Partial) -> int:
    """Return how many candidates a slice may have."""
    count: int = part_of(part).ends[0].values.shape[1]
    return count
