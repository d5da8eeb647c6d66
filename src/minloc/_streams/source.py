"""Source: an array that is read box by box, as `stream` sees it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from minloc._streams.grid import Box


class Source(Protocol):
    """An array that is read in boxes."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    #: Whether only the calling thread may read.
    one_thread: bool

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of all boxes but those at the ends; the axes `kept` are not reduced.

        If `whole`, a box should have whole slices where that costs no more to read.
        """

    def order(self, kept: tuple[int, ...]) -> Sequence[int]:
        """Return the axes from the outermost loop over the boxes to the innermost."""

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a box; called by several threads."""

    def release(self, box: Box) -> None:
        """Free the memory of a box that has been read."""
