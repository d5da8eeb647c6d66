"""The answer so far for an array that is met box by box: one element and one index for each slice.

The core adds each box in place, so a box costs one pass over it, however many slices there are, and
nothing is held but the answer itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._partial.beside import Beside
from minloc._partial.indexed import Indexed, function_of
from minloc._partial.part import Part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.candidates import Candidates
    from minloc._partial.question import Question


def can_run(question: Question, shape: Sequence[int], dtype: np.dtype[Any]) -> bool:
    """Whether the core can add boxes of an array of this shape and dtype to an answer in place."""
    return (
        question.name != "top_k"
        and question.num_groups is None
        and _core.has_kernels(dtype)
        and math.prod(shape[i] for i in question.axes) <= np.iinfo(np.intp).max
    )


class Running:
    """The answer so far.

    Parameters
    ----------
    question : Question
        What is asked.
    shape : sequence of int
        Of the whole array.
    dtype : dtype
        Of its elements.
    """

    def __init__(self, question: Question, shape: Sequence[int], dtype: np.dtype[Any]) -> None:
        self.question, self.shape = question, tuple(shape)
        self.lengths = tuple([shape[i] for i in question.axes])
        #: Whether a box came with a mask.
        self.masked = False
        slices = [shape[i] for i in question.kept]
        self.so_far: list[NDArray[Any]] = []
        for _ in question.ends:
            self.so_far += [np.zeros(slices, dtype), np.full(slices, -1, np.intp)]

    def add(self, box: NDArray[Any], beside: Beside, start: Sequence[int]) -> None:
        """Add a box that begins at `start`."""
        asked = self.question
        self.masked |= beside.where is not None
        key: list[Any] = [slice(start[i], start[i] + box.shape[i]) for i in asked.kept]
        key.append(...)  # so that the answer for one slice stays an array
        _core.add_part(
            function_of(asked.ends),
            tuple([array[tuple(key)] for array in self.so_far]),
            tuple([start[i] for i in asked.axes]),
            self.lengths,
            box,
            asked.axes,
            nan_policy=asked.policy,
            ties=asked.ties,
            **beside.keywords(asked),
        )

    def ends(self) -> tuple[Candidates, ...]:
        """Return the candidates for each end; they share the memory of the answer."""
        pairs = zip(self.so_far[::2], self.so_far[1::2], strict=True)
        start = (0,) * len(self.lengths)
        return tuple([Indexed(*pair, start, self.lengths, True) for pair in pairs])


def complete(running: Running, distance_to: NDArray[Any] | None = None) -> Part:
    """Return the part that is the whole array, once all boxes have been added.

    `distance_to` is what distances are from, for the whole array; None if elements were compared.
    """
    shape = running.shape
    region = tuple([(0, n) for n in shape])
    ends, size = running.ends(), math.prod(shape)
    target = Beside(distance_to=distance_to).target(running.question, region)
    return Part(running.question, shape, region, ends, size, running.masked, target=target)
