"""From the best candidates to the function's own answer for the whole array.

The question is asked once more, of an array of the winners, in which every slice has one element.
So keepdims, types, defaults, and the error for a slice that has nothing, which names its place, are
the function's own; all that is changed in its answer are the indices, which come from the places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from minloc import _core
from minloc._candidates import Candidates
from minloc._question import Question
from minloc._results import ArgMinMax, FindResult, TopK

if TYPE_CHECKING:
    from numpy.typing import NDArray


def answer(
    question: Question,
    shape: tuple[int, ...],
    ends: Sequence[Candidates],
    masked: bool,
    nan_at: tuple[int, ...] | None,
) -> Any:
    """Return what the function answers for an array.

    Parameters
    ----------
    question : Question
        What is asked.
    shape : tuple of int
        The shape of the array.
    ends : sequence of Candidates
        The best of all its slices, for each end.
    masked : bool
        Whether it was asked with a mask.
    nan_at : tuple of int or None
        Where along the kept axes the first slice is that has a NaN, if that is an error though it
        is no candidate.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    ValueError, TypeError
        What the function raises.
    """
    best = ends[0]
    if 0 in shape:
        empty = np.empty(shape, best.values.dtype)
        axes: Any = question.axes if question.rank_axis < 0 else question.rank_axis
        return question.ask(empty, axes, **question.dtype_word)
    lengths = [shape[i] for i in question.axes]
    check_index(question, shape, lengths)
    if nan_at is not None and question.k <= math.prod(lengths):
        _raise_nan(question, nan_at)
    if question.name == "top_k":
        return _ranked(question, shape, lengths, best)
    ones = tuple([1 if i in question.axes else n for i, n in enumerate(shape)])
    values = best.values
    where: dict[str, Any] = {}
    if masked:
        where["where"] = np.True_ if best.found is None else best.found.reshape(ones)
    elif best.found is not None:  # then it was NaN that left nothing, and is said to be
        values = values.copy()
        values[~best.found] = _core.nan_of(values.dtype)
    first = question.ask(values.reshape(ones), **where)
    if question.name in ("minloc", "maxloc"):
        return tuple([_boxed(question, places, best.found, shape) for places in best.places])
    indices = [_boxed(question, end.index(lengths), end.found, shape) for end in ends]
    if question.name == "argminmax":
        return ArgMinMax(*indices)
    if question.name in ("findmin", "findmax"):
        return FindResult(first.values, indices[0])
    return indices[0]


def check_index(question: Question, shape: tuple[int, ...], lengths: list[int]) -> None:
    """Raise if the largest possible index does not fit the dtype asked for."""
    if math.prod(lengths) - 1 > np.iinfo(np.intp).max:
        if question.name in ("minloc", "maxloc"):
            return
        raise ValueError(
            f"the largest possible index, {math.prod(lengths) - 1}, into an array of shape {shape} "
            f"does not fit {np.dtype(np.intp)}; minloc() and maxloc() give coordinates, which do"
        )
    if question.dtype_word:  # asked of no slice, but of one that long
        default = question.words.get("default")
        none = np.broadcast_to(np.False_, (0, math.prod(lengths)))
        _core.argmin(none, axis=1, default=default, **question.dtype_word)


def _raise_nan(question: Question, nan_at: tuple[int, ...]) -> NoReturn:
    """Raise what the function does for a NaN in the slice that is there along the kept axes."""
    place = dict(zip(question.kept, nan_at, strict=True))
    in_result = range(question.ndim) if question.keepdims else question.kept
    try:
        question.ask(np.array([np.nan], object), k=1, axes=(0,))
    except ValueError as error:
        _core.set_place(error, tuple([place.get(i, 0) for i in in_result]))
        raise
    raise AssertionError("NaN was no error")


def _ranked(
    question: Question, shape: tuple[int, ...], lengths: list[int], best: Candidates
) -> TopK:
    """Return the answer of top_k."""
    width = best.values.shape[1]
    kept = tuple([shape[i] for i in question.kept])
    words: dict[str, Any] = {}
    if best.found is not None:
        words["where"] = best.found.reshape(*kept, width)
    if question.k > math.prod(lengths) and question.policy == "raise":
        words["nan_policy"] = "omit"  # too large a k is the first thing to say
    top = question.ask(best.values.reshape(*kept, width), axes=(len(kept),), **words)
    index = best.index(lengths)
    index = np.take_along_axis(index, top.indices.reshape(len(index), question.k), 1)
    index = index.astype(np.intp, copy=False).reshape(top.indices.shape)
    # As in memory as the core's: the ranks in their place, and the array in C order.
    values, index = (
        np.ascontiguousarray(np.moveaxis(x, -1, question.rank_axis)) for x in (top.values, index)
    )
    return TopK(values, index)


def _boxed(question: Question, index: NDArray[np.int64], found: Any, shape: tuple[int, ...]) -> Any:
    """Return indices, one for each slice, as the result of a reduction: an array or a scalar."""
    if found is not None:
        index = np.where(found, index, question.words["default"])
    keepdims = question.keepdims
    sizes = [1 if i in question.axes else n for i, n in enumerate(shape)]
    box = tuple([n for i, n in enumerate(sizes) if keepdims or i in question.kept])
    if not box:
        return question.dtype.type(index[0, 0])
    return index.reshape(box).astype(question.dtype, copy=False)
