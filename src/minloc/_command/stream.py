"""The partial answer for an array of any size: piece by piece, here or on a cluster."""

from __future__ import annotations

import math

from minloc._command.answer import Question
from minloc._command.cluster import of_piece, partial_on
from minloc._command.joined import Joined, Mask
from minloc._command.pieces import pieces
from minloc._command.progress import bar
from minloc._partial import Partial

#: Partial answers that are merged at once.
TOGETHER = 16


def partial_of(
    joined: Joined,
    mask: Mask,
    axes: tuple[int, ...],
    question: Question,
    memory: int,
    scheduler: str | None,
) -> Partial | None:
    """Return the partial answer for all of it, or None if there is nothing in it."""
    if scheduler is not None:
        return partial_on(scheduler, joined, mask, axes, question, memory)
    parts: list[Partial] = []
    size = joined.dtype.itemsize
    shown = bar(size * math.prod(joined.shape))
    try:
        for piece in pieces(joined.shape, size, memory // 16, joined.chunks, joined.columns):
            parts.append(of_piece(joined, mask, piece, axes, question))
            if len(parts) == TOGETHER:
                parts = [parts[0].merge(*parts[1:])]
            if shown is not None:
                shown.update(size * math.prod(s.stop - s.start for s in piece))
    finally:
        if shown is not None:
            shown.close()
    return parts[0].merge(*parts[1:]) if parts else None
