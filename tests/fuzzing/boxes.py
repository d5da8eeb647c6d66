"""Boxes of a size that is drawn: how a small array is read as a large one is, in many."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from fuzzing.calls import Rng
from support.boxes import boxes_of


@contextlib.contextmanager
def small_boxes(nbytes: int, itemsize: int, rng: Rng) -> Iterator[str]:
    """Read between an element and all `nbytes` of an array at once; yields how much, in words."""
    limit = max(nbytes // int(rng.integers(1, 60)), itemsize)
    with boxes_of(limit):
        yield f"{limit} bytes at once"
