"""A store as a source of boxes, each of them a few whole chunks.

A chunk is what a store reads and decodes at once, so a box never cuts one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._containers.stores import as_array
from minloc._streams.grid import BYTES_AT_ONCE, Box, grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray


class WholeChunks:
    """Boxes of whole chunks; of whole shards, unless those are larger than a box should be."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.shape = tuple([int(n) for n in store.shape])
        self.dtype = np.dtype(store.dtype)
        self.one_thread: bool = getattr(store, "one_thread", False)
        self.unit: tuple[int, ...] | None = store.chunks
        shards = getattr(store, "shards", None)
        if shards is not None and math.prod(shards) * self.dtype.itemsize <= BYTES_AT_ONCE:
            self.unit = shards

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of as many chunks as are read at once."""
        return grouped(self.shape, self.unit, self.dtype.itemsize, self.order(kept))

    def order(self, kept: tuple[int, ...]) -> tuple[int, ...]:
        """Return the kept axes first, so that chunks of the same slices are read together.

        A box then spans much of the reduced axes, and few answers are read and written for it.
        """
        axes = tuple(range(len(self.shape)))
        if self.unit is None:
            return axes
        return (*kept, *[i for i in axes if i not in kept])

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a box."""
        return as_array(self.store[box])

    def release(self, box: Box) -> None:
        """Do nothing: what was read is freed with its array."""
