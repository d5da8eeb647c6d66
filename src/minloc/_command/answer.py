"""What the command found: one place, in the words of the file that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from minloc import top_k
from minloc._partial import Partial, part_of

OTHER = {"min": "max", "max": "min"}


@dataclass(frozen=True)
class Answer:
    """One place.

    Attributes
    ----------
    extreme : {"min", "max"}
        Which end it is.
    rank : int
        0 for the best, 1 for the next, …
    file : str
        The file it is in, as the user named it.
    name : str
        The column or the variable.
    found : bool
        Whether there is one; else only what is asked for is known.
    value : object
        The element, unpacked.
    row : int or None
        In a table, the row's number in its file, from 0.
    fields : mapping or None
        In a table, the whole row.
    start : int
        How many rows, or indices along the first axis, the files before have.
    index : mapping
        In an array, the index along each axis, None along axes in which nothing was found.
    labels : mapping
        In an array, what the file calls that place along the axes for which it says so.
    """

    extreme: str
    rank: int
    file: str
    name: str
    found: bool
    value: Any
    start: int = 0
    row: int | None = None
    fields: Mapping[str, Any] | None = None
    index: Mapping[str, int | None] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is asked of the files.

    Attributes
    ----------
    ends : tuple of {"min", "max"}
        The smallest, the largest, or both.
    k : int or None
        How many, None for one.
    ties, nan : str
        The words of `minloc.argmin`.
    """

    ends: tuple[str, ...]
    k: int | None
    ties: str
    nan: str

    def of_negatives(self) -> Question:
        """Return the question to ask where a smaller stored element means a larger one."""
        ends = tuple(OTHER[end] for end in self.ends) if len(self.ends) == 1 else self.ends
        return replace(self, ends=ends)

    def function(self) -> tuple[str, dict[str, Any]]:
        """Return the function that answers it, and its words."""
        words: dict[str, Any] = {"nan_policy": self.nan}
        if self.k is not None:
            mode = "smallest" if self.ends == ("min",) else "largest"
            return "top_k", {**words, "k": self.k, "mode": mode}
        name = "argminmax" if len(self.ends) == 2 else f"arg{self.ends[0]}"
        return name, {**words, "ties": self.ties, "default": -1}


def ranked(part: Partial, question: Question) -> Iterator[tuple[str, int, int, Any, Any]]:
    """Give the candidates that a partial answer has, best first.

    Yields
    ------
    tuple
        The end, the number of the slice, the rank, the element, and its coordinates along the
        reduced axes; the rank is -1 where a slice has no candidate.
    """
    mode: Literal["smallest", "largest"] = "smallest" if question.ends == ("min",) else "largest"
    for end, best in zip(question.ends, part_of(part).ends, strict=True):
        for number, values in enumerate(best.values):
            found = np.ones(len(values), bool) if best.found is None else best.found[number]
            if question.k is None or len(values) < 2:
                order = np.flatnonzero(found)
            else:
                order = top_k(values, int(found.sum()), mode=mode, where=found).indices
            for rank, column in enumerate(order):
                yield end, number, rank, values[column], best.places[:, number, column]
            if len(order) == 0:
                yield end, number, -1, None, ()
