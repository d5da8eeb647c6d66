"""The partial answer for a store of any size, piece by piece."""

from __future__ import annotations

from minloc._command.answer import Question
from minloc._command.joined import Joined, Mask
from minloc._command.pieces import pieces
from minloc._command.progress import bar
from minloc._partial import Partial


def partial_of(
    joined: Joined,
    mask: Mask,
    axes: tuple[int, ...],
    question: Question,
    memory: int,
    scheduler: str | None,
) -> Partial | None:
    """Return the partial answer for all of it, or None if there is nothing in it."""
    asked = question.of_negatives() if joined.descends else question
    name, words = asked.function()
    words["axis"] = axes
    total: Partial | None = None
    shown = bar(joined.dtype.itemsize * _count(joined.shape))
    for piece in pieces(
        joined.shape, joined.dtype.itemsize, memory // 16, joined.chunks, joined.columns
    ):
        values = joined[piece]
        where = {"where": mask[piece]} if mask.needed else {}
        part = Partial.of(
            name, values, offset=tuple(s.start for s in piece), shape=joined.shape, **where, **words
        )
        total = part if total is None else total.merge(part)
        if shown is not None:
            shown.update(values.nbytes)
    if shown is not None:
        shown.close()
    return total


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for length in shape:
        count *= length
    return count
