"""From a chunk to its part: the chunk is read once, asked once, and not kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._masks import boolean, excluded, is_given
from minloc._partial.beside import Beside
from minloc._partial.best import of_chunk
from minloc._partial.candidates import Candidates, none_of
from minloc._partial.part import Part
from minloc._partial.regions import region_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.question import Question
    from minloc._partial.regions import Shape


def read(chunk: Any, where: Any) -> tuple[NDArray[Any], NDArray[np.bool] | None]:
    """Return a chunk of any library as a plain array, and its mask.

    Parameters
    ----------
    chunk : array_like
        What it calls missing is not a candidate.
    where : array_like of bool
        The caller's mask, True for none.

    Returns
    -------
    tuple of ndarray and (ndarray of bool or None)
        The mask is True where an element is a candidate, and broadcasts to the array.
    """
    given = is_given(where) and where is not None
    if type(chunk) is np.ndarray:
        return chunk, boolean(where) if given else None
    from minloc._containers.labels import laid_as  # which few calls need
    from minloc._containers.values import values_of

    values, missing = values_of("Partial", chunk)
    mask = boolean(laid_as(chunk, where)) if given else None
    if missing is None:
        return values, mask
    return values, ~(missing if mask is None else excluded(missing, mask))


def laid(chunk: Any, by: Any, target: Any, axes: Sequence[int]) -> tuple[Any, Any]:
    """Return labels of groups as an array, and what distances are from, laid as a chunk lies."""
    if type(chunk) is not np.ndarray and (by is not None or target is not None):
        from minloc._containers import labels  # which few calls need

        by = labels.groups_laid_as(chunk, by, axes)
        target = labels.target_laid_as(chunk, target, axes)
    return None if by is None else np.asarray(by), target


def ask(
    question: Question,
    chunk: NDArray[Any],
    beside: Beside,
    start: Sequence[int],
    shape: Shape,
) -> Part:
    """Return what a chunk contributes to the answer for the whole array.

    Parameters
    ----------
    question : Question
        What is asked.
    chunk : ndarray
        What it is asked of.
    beside : Beside
        The chunk's own mask, labels, and what distances are from.
    start : sequence of int
        Where the chunk begins in the whole array, along each axis.
    shape : tuple of int or None
        Of the whole array, None for lengths that are not known.

    Returns
    -------
    Part
        It shares no memory with the chunk.

    Raises
    ------
    ValueError
        If the chunk does not lie within `shape`, or the mask does not broadcast to it.
    """
    region, seen = region_of(start, chunk.shape, shape), chunk.size
    if question.num_groups is not None:
        region += ((0, question.num_groups),)
        start, shape = (*start, 0), (*shape, question.num_groups)
        seen *= question.num_groups
    ends: Sequence[Candidates]
    nan = target = None
    if seen:
        ends = of_chunk(question, chunk, beside, start)
        target = beside.target(question, region)
        nan = _first_nan(question, chunk, beside)
        if nan is not None:
            nan = tuple([start[i] + at for i, at in zip(question.answered, nan, strict=True)])
    else:
        # Raises what is wrong with the dtype, or with what lies beside.
        _core.argmin(chunk, question.axes, default=-1, **beside.keywords(question))
        ends = [none_of(0, 0, len(question.axes), chunk.dtype) for _ in question.ends]
    masked = beside.where is not None or beside.by is not None
    return Part(question, shape, region, tuple(ends), seen, masked, nan, target=target)


def _first_nan(question: Question, chunk: NDArray[Any], beside: Beside) -> tuple[int, ...] | None:
    """Return where, along the axes answered, the first NaN lies, if `finish` cannot tell.

    Under "raise" a NaN of most dtypes is the best of its slice, and `finish` meets it there. But
    `top_k` ranks NaN last, and a dtype with a comparison of its own may not rank it at all.
    """
    if question.policy != "raise":
        return None
    if question.name != "top_k" and _core.has_kernels(chunk.dtype):
        return None
    if beside.by is None:
        return _core.first_nan(chunk, question.axes, beside.where)
    along: Any = question.axes if question.group_axis < 0 else question.group_axis
    return _core.first_nan(chunk, along, beside.where, beside.by, question.num_groups)
