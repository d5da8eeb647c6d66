"""The partial answer for an array of any size: streamed in boxes, here or on a cluster."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

from minloc._adapters.memmap import Map
from minloc._command.answer import Question
from minloc._command.cluster import partial_on
from minloc._command.joined import Joined, Mask
from minloc._command.pieces import stored_order
from minloc._command.progress import bar
from minloc._partial import Partial
from minloc._streams import Box, Source, grouped, stream
from minloc._streams.ahead import BYTES_IN_FLIGHT


class Boxes:
    """The array of several files as what `minloc._streams` reads."""

    one_thread = False

    def __init__(self, joined: Joined, limit: int) -> None:
        self._joined, self._limit = joined, limit
        self.shape, self.dtype = joined.shape, joined.dtype

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of some whole chunks."""
        chunks, size = self._joined.chunks, self.dtype.itemsize
        return grouped(self.shape, chunks, size, self.order(kept), self._limit)

    def order(self, kept: tuple[int, ...]) -> tuple[int, ...]:
        """Return the axes in the order in which they are stored."""
        return stored_order(self.shape, self._joined.columns)

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements as they are compared."""
        return self._joined[box]

    def release(self, box: Box) -> None:
        """Do nothing: what was read before is let go of by the next reading."""


def partial_of(
    joined: Joined,
    mask: Mask,
    axes: tuple[int, ...],
    question: Question,
    memory: int,
    scheduler: str | None,
) -> Partial:
    """Return the partial answer for all of it."""
    # What is under way at once are some boxes, the values and masks of each.
    limit = memory // 32
    if scheduler is not None:
        return partial_on(scheduler, joined, mask, axes, question, memory, limit)
    name, words = (question.of_negatives() if joined.descends else question).function()
    words["axis"] = axes
    if mask.needed:
        words["where"] = mask
    if joined.ndim == 0:  # nothing to be cut
        return Partial.of(name, joined[()], **words | ({"where": mask[()]} if mask.needed else {}))
    source: Source = Boxes(joined, limit)
    if not mask.needed and memory >= BYTES_IN_FLIGHT and joined.mapped is not None:
        source = Map(joined.mapped)  # the quickest, with windows of a size of their own
    shown = bar(joined.dtype.itemsize * math.prod(joined.shape))

    def tell(done: int, of: int) -> None:
        shown.update(done - shown.n)

    try:
        return stream(name, source, words, None if shown is None else tell)
    finally:
        if shown is not None:
            shown.close()
