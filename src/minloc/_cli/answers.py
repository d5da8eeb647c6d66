"""Answers as columns: what `Location` is for one, for as many as are printed or written at once.

A block of answers is a list of these, one for each file that they are in: answers in one file have
the same labels. Each says at which positions in the block its answers are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeVar

from minloc._cli.column import Column
from minloc._cli.location import Location


@dataclass(frozen=True)
class Answers:
    """Some answers in one file, all of them found, or all of them slices without a candidate.

    Attributes
    ----------
    at : sequence of int
        Their positions in the block.
    extreme, rank, value, row : sequence
        As in `Location`, for each of them; `row` is None in an array.
    file, name, found, as_text, start, units
        As in `Location`, for all of them.
    fields, index, labels, groups : mapping
        As in `Location`, a column by each name; None for null in all of them.
    window, window_label : Column or None
        With ``--window``, the row or the index where the window of each stands, and its label.
    """

    at: Sequence[int]
    extreme: Sequence[str]
    rank: Sequence[int]
    file: str
    name: str
    found: bool
    value: Column
    start: int = 0
    row: Sequence[int] | None = None
    fields: Mapping[str, Column] = field(default_factory=dict)
    as_text: bool = False
    index: Mapping[str, Column | None] = field(default_factory=dict)
    labels: Mapping[str, Column | None] = field(default_factory=dict)
    units: str = ""
    window: Column | None = None
    window_label: Column | None = None
    groups: Mapping[str, Column] = field(default_factory=dict)

    def location(self, i: int) -> Location:
        """Return one of them."""
        return Location(
            self.extreme[i], self.rank[i], self.file, self.name, self.found, self.value[i],
            self.start, None if self.row is None else self.row[i],
            None if self.row is None else _of(self.fields, i),
            self.as_text, _of(self.index, i), _of(self.labels, i), self.units,
            _of(self.groups, i),
        )  # fmt: skip


Block = Sequence[Answers]
T = TypeVar("T")


def from_first(blocks: Iterable[Block]) -> Iterable[Block] | None:
    """Return the blocks once one of them has an answer that was found; None if there is none."""
    stream = iter(blocks)
    start = []
    for block in stream:
        start.append(block)
        if any(one.found for one in block):
            return chain(start, stream)
    return None


def locations(blocks: Iterable[Block]) -> Iterator[Location]:
    """Yield the answers one by one, in their order."""
    for block in blocks:
        yield from in_order(block, (map(one.location, range(len(one.at))) for one in block))


def in_order(block: Block, of_each: Iterable[Iterable[T]]) -> Iterable[T]:
    """Put what belongs to the answers of each part of a block in the order of the block."""
    if len(block) == 1:
        return next(iter(of_each))
    found: dict[int, T] = {}
    for one, made in zip(block, of_each, strict=True):
        found.update(zip(one.at, made, strict=True))
    return map(found.__getitem__, range(len(found)))


def _of(columns: Mapping[str, Column | None], i: int) -> dict[str, Any]:
    return {name: None if column is None else column[i] for name, column in columns.items()}
