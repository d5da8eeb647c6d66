"""What the command reads from a `Partial`: its candidates, ranked, and whether a NaN was met."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from minloc import Partial, top_k
from minloc._cli.extremes import OPPOSITE, Extremes
from minloc._partial import part_of
from minloc._partial.candidates import Candidates

#: So many slices are converted to Python's types at once.
BLOCK = 4096


class Candidate(NamedTuple):
    """A candidate of a slice, or a slice that has none.

    Attributes
    ----------
    extreme : {"min", "max"}
        Which extreme it is.
    slice : int
        The number of the slice, in C order of the kept axes.
    rank : int
        0 for the best of the slice, 1 for the next, …
    found : bool
        Whether the slice has a candidate.
    element : object
        The element, None if there is none.
    place : sequence of int
        Its coordinates along the reduced axes, in their order; empty if there is none.
    """

    extreme: str
    slice: int
    rank: int
    found: bool
    element: Any
    place: Sequence[int]


def ranked(part: Partial, extremes: Extremes, descends: bool = False) -> Iterable[Candidate]:
    """Return the candidates slice by slice, the smallest before the largest, the best first.

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
    found = [
        _each(OPPOSITE[end] if descends else end, best, stored)
        for end, best in zip(stored.which, part_of(part).ends, strict=True)
    ]
    return heapq.merge(*found, key=lambda one: (one.slice, one.extreme == "max"))


def _each(extreme: str, best: Candidates, stored: Extremes) -> Iterator[Candidate]:
    """Yield the candidates for one end, slice by slice."""
    for start in range(0, len(best.values), BLOCK):
        some = slice(start, start + BLOCK)
        every = best.values[some]
        there = np.ones(every.shape, bool) if best.found is None else best.found[some]
        places = best.places[:, some]
        if every.shape[1] == 1:
            rows = zip(every[:, 0], there[:, 0].tolist(), places[:, :, 0].T.tolist(), strict=True)
            for number, (element, found, place) in enumerate(rows, start):
                if found:
                    yield Candidate(extreme, number, 0, True, element, place)
                else:
                    yield Candidate(extreme, number, 0, False, None, ())
            continue
        for number, (values, found) in enumerate(zip(every, there, strict=True)):
            order = top_k(values, int(found.sum()), mode=stored.mode, where=found).indices
            for rank, column in enumerate(order):
                place = places[:, number, column].tolist()
                yield Candidate(extreme, start + number, rank, True, values[column], place)
            if len(order) == 0:
                yield Candidate(extreme, start + number, 0, False, None, ())


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


def dtype_of(part: Partial) -> np.dtype[Any]:
    """Return the dtype of the elements."""
    return part_of(part).ends[0].values.dtype
