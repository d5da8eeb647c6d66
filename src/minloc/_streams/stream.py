"""An array larger than memory, box after box: read ahead, and added to the answer so far.

Threads read boxes ahead. The core adds each box to the running answer, on its own threads, and the
box is freed; so the answer and a few boxes are in memory. Dtypes and functions for which the core
has no running answer are asked box by box, in the reading threads, and the parts are merged.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _partial
from minloc._streams.ahead import each_box
from minloc._streams.beside import beside_boxes
from minloc._streams.progress import reported

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._streams.beside import BesideBoxes
    from minloc._streams.grid import Box
    from minloc._streams.source import Source

#: As many parts of the same slices are merged at once, or as many as hold so many bytes.
MERGED_AT_ONCE, MERGED_BYTES = 32, 32 << 20


def stream(
    name: str, source: Source, keywords: Mapping[str, Any], progress: Any = None
) -> _partial.Partial:
    """Return the partial answer for a whole array that is read in boxes.

    Parameters
    ----------
    name : str
        A public function.
    source : Source
        The array.
    keywords : mapping
        What the function is given besides the array, `k` and `where` included.
    progress : bool, callable or None
        True for a bar by tqdm, or a function, which is called with the bytes done and the total.

    Returns
    -------
    Partial
        `finish` returns the function's answer.

    Raises
    ------
    ValueError, TypeError
        What the function raises. An error while reading comes out unchanged.
    ImportError
        If there is no tqdm for the bar.
    """
    asked = dict(keywords)
    where, target = asked.pop("where", True), asked.pop("distance_to", None)
    by = asked.pop("by", None)
    if by is not None:
        by = np.asarray(by)
    asked = _partial.with_num_groups(by, asked)
    question = _partial.question(name, len(source.shape), asked)
    # An empty chunk says at once what is wrong with the dtype.
    empty = np.empty((0,) * question.ndim, source.dtype)
    nothing = _partial.ask(question, empty, _partial.Beside(), (0,) * question.ndim, source.shape)
    beside = beside_boxes(question, source, where, by, target)
    size = math.prod(source.shape) * source.dtype.itemsize
    with reported(progress, name, size) as tell:
        if size and _partial.can_run(question, source.shape, source.dtype):
            part = _partial.complete(_run(question, source, beside, tell), beside.distance_to)
        else:
            part = _partial.merge([nothing, *_parts(question, source, beside, tell)])
    return _partial.partial_of(part)


def _run(
    question: _partial.Question, source: Source, beside: BesideBoxes, tell: Callable[[int], Any]
) -> _partial.Running:
    """Return the running answer for all boxes."""
    running = _partial.Running(question, source.shape, source.dtype)

    def read(box: Box) -> tuple[NDArray[Any], _partial.Beside]:
        return beside.of(box, source.read(box))

    def add(box: Box, values: tuple[NDArray[Any], _partial.Beside]) -> None:
        a, beside_a = values
        running.add(a, beside_a, [s.start for s in box])
        tell(a.nbytes)
        source.release(box)

    each_box(source, question.kept, False, read, add)
    return running


def _parts(
    question: _partial.Question, source: Source, beside: BesideBoxes, tell: Callable[[int], Any]
) -> list[_partial.Part]:
    """Return parts that together are all boxes, few of the same slices."""
    parts: dict[Any, list[_partial.Part]] = collections.defaultdict(list)

    def ask(box: Box) -> tuple[int, _partial.Part]:
        a = source.read(box)
        part = _partial.ask(question, *beside.of(box, a), [s.start for s in box], source.shape)
        source.release(box)
        return a.nbytes, part

    def keep(box: Box, answer: tuple[int, _partial.Part]) -> None:
        size, part = answer
        same_slices = parts[tuple([box[i].start for i in question.kept])]
        same_slices.append(part)
        several = len(same_slices) > 1
        if len(same_slices) == MERGED_AT_ONCE or (several and part.__sizeof__() >= MERGED_BYTES):
            same_slices[:] = [_partial.merge(same_slices)]
        tell(size)

    each_box(source, question.kept, True, ask, keep)
    return [part for same in parts.values() for part in same]
