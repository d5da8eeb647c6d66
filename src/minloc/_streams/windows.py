"""Windows of an array that is read box after box: overlapping boxes, and an answer in memory.

Each box is read together with as much of its neighbours as its windows cover. A box is at least as
long as a window, so no element is read more than a few times. Running answers need no overlap: the
best of each line is carried from box to box.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._results import FindResult
from minloc._streams.ahead import each_box
from minloc._streams.beside import BesideBoxes, mask_in_boxes
from minloc._streams.progress import reported
from minloc._window_axes import RUNNING
from minloc._window_blocks import Asked, Best, running

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._streams.grid import Box
    from minloc._streams.source import Source


def stream_windows(
    name: str,
    source: Source,
    keywords: Mapping[str, Any],
    progress: Any = None,
    elements: NDArray[Any] | None = None,
) -> Any:
    """Return the answers for the windows of a whole array that is read in boxes.

    Parameters
    ----------
    name : str
        A function about windows.
    source : Source
        The array. It is asked for boxes that overlap, and cut chunks.
    keywords : mapping
        What the function is given besides the array, `where` included.
    progress : bool, callable or None
        True for a bar by tqdm, or a function, which is called with the bytes done and the total.
    elements : ndarray, optional
        Into which the elements are written, beside the indices along one axis. Where a window has
        no candidate, they are any.

    Returns
    -------
    ndarray or FindResult
        What the function returns.

    Raises
    ------
    ValueError, TypeError
        What the function raises. An error while reading comes out unchanged.
    ImportError
        If there is no tqdm for the bar.
    """
    keywords = dict(keywords)
    where = keywords.pop("where", True)
    if "axis" in keywords and keywords["axis"] is None:
        if len(source.shape) != 1:
            raise TypeError(
                f"{name}() of an array that is read in pieces needs an axis; for one line of all "
                f"elements pass them as an array"
            )
        keywords["axis"] = 0
    asked = Asked(name, keywords, source.shape, source.dtype)
    beside = BesideBoxes(mask_in_boxes(where, source.shape), None, None)
    size = math.prod(source.shape) * source.dtype.itemsize
    with reported(progress, name, size) as tell:
        if name in RUNNING:
            return _running(asked, source, beside, tell)
        return _moving(asked, source, beside, tell, elements)


def _moving(
    asked: Asked,
    source: Source,
    beside: BesideBoxes,
    tell: Callable[[int], Any],
    elements: NDArray[Any] | None,
) -> Any:
    """Return the answers of windows that move."""
    index = np.empty(asked.result_shape, asked.dtype)
    of_both = isinstance(asked.nothing, FindResult)
    values = np.empty(asked.result_shape, source.dtype) if of_both else None
    overlapping = Overlapping(source, asked)

    def work(box: Box) -> tuple[Box, Any, int]:
        part, spans, into = overlapping.around(box)
        size = math.prod([s.stop - s.start for s in box]) * source.dtype.itemsize
        if any(span.windows == 0 for span in spans):
            return into, None, size
        chunk, around = beside.of(part, source.read(part))
        found = asked.of_block(chunk, around.where, spans, [s.start for s in into])
        if elements is not None:
            axis = asked.axes[0].number
            at = np.maximum(found - spans[0].start, 0)
            elements[into] = np.take_along_axis(chunk, at, axis)
        source.release(part)
        return into, found, size

    def use(box: Box, done: tuple[Box, Any, int]) -> None:
        into, found, size = done
        if found is not None:
            index[into] = found.indices if of_both else found
            if values is not None:
                values[into] = found.values
        tell(size)

    if math.prod(source.shape):
        each_box(overlapping, overlapping.kept, False, work, use)
    return index if values is None else FindResult(values, index)


def _running(
    asked: Asked, source: Source, beside: BesideBoxes, tell: Callable[[int], Any]
) -> NDArray[Any]:
    """Return running answers."""
    index = np.empty(source.shape, asked.dtype)
    axis = asked.axes[0].number
    of_lines = [1 if i == axis else n for i, n in enumerate(source.shape)]
    best = Best(np.empty(of_lines, source.dtype), np.empty(of_lines, np.intp))

    def work(box: Box) -> Any:
        return beside.of(box, source.read(box))

    def use(box: Box, read: Any) -> None:
        values, around = read
        start, lines = box[axis].start, (*box[:axis], slice(0, 1), *box[axis + 1 :])
        so_far = None if start == 0 else Best(best.values[lines], best.indices[lines])
        found, ends = running(asked, values, around.where, so_far, start, [s.start for s in box])
        index[box], best.values[lines], best.indices[lines] = found, ends.values, ends.indices
        tell(values.nbytes)
        source.release(box)

    if math.prod(source.shape):
        kept = tuple([i for i in range(len(source.shape)) if i != axis])
        each_box(source, kept, False, work, use)
    return index


class Overlapping:
    """A source whose boxes are as long as windows at least, with what windows need around them."""

    def __init__(self, source: Source, asked: Asked) -> None:
        self.source, self.asked = source, asked
        self.shape, self.dtype, self.one_thread = source.shape, source.dtype, source.one_thread
        moves = [axis.number for axis in asked.axes]
        self.kept = tuple([i for i in range(len(source.shape)) if i not in moves])

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of a box: a multiple of what the source would be read in."""
        shape = list(self.source.box(kept, whole))
        for axis in self.asked.axes:
            times = math.ceil(axis.window / max(shape[axis.number], 1))
            n = self.shape[axis.number]
            shape[axis.number] = max(min(shape[axis.number] * times, n), 1)
        return tuple(shape)

    def order(self, kept: tuple[int, ...]) -> Any:
        """Return the axes from the outermost loop over the boxes to the innermost."""
        return self.source.order(kept)

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a box."""
        return self.source.read(box)

    def release(self, box: Box) -> None:
        """Free the memory of a box."""
        self.source.release(box)

    def around(self, box: Box) -> tuple[Box, list[Any], Box]:
        """Return what windows that stand in a box cover, the windows, and their place."""
        part, into, spans = list(box), list(box), []
        for axis in self.asked.axes:
            span = self.asked.span(axis, box[axis.number].start, box[axis.number].stop)
            part[axis.number] = slice(span.start, span.stop)
            into[axis.number] = slice(span.first, span.first + span.windows)
            spans.append(span)
        return tuple(part), spans, tuple(into)
