"""From the part that has seen everything to the function's own answer for the whole array.

The question is asked once more, of an array of the winners, in which every slice has one element.
So keepdims, types, defaults, and the error for a slice without a candidate are the function's own;
only the indices in its answer are replaced, by those that the places give.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from minloc import _core
from minloc._partial.virtual import without_gaps
from minloc._results import ArgMinMax, FindResult, TopK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.candidates import Candidates
    from minloc._partial.part import Part
    from minloc._partial.question import Question


def finish(part: Part) -> Any:
    """Return what the function returns for the whole array.

    Parameters
    ----------
    part : Part
        Of all its elements.

    Returns
    -------
    object
        Plain arrays and scalars of NumPy.

    Raises
    ------
    ValueError
        If a part of the array was not seen, or one was seen twice.
    ValueError, TypeError
        What the function raises.
    """
    if part.blocks:
        part = without_gaps(part)
    question, shape, best = part.question, _whole_shape(part), part.ends[0]
    if 0 in shape:
        return answer_to_nothing(question, shape, best.values.dtype)
    lengths = [shape[i] for i in question.axes]
    check_index(question, shape)
    if part.nan is not None and question.k <= math.prod(lengths):
        _raise_nan(question, part.nan)
    if question.name == "top_k":
        return _ranked(question, shape, lengths, best, part.target)
    box = [1 if i in question.axes else n for i, n in enumerate(shape)]
    axes = question.axes
    if question.group_axis >= 0:  # in the place of the reduced axis, which is now last
        box = [*[shape[i] for i in question.answered], 1]
        axes = (len(question.answered),)
    values = best.values
    where: dict[str, Any] = {}
    if part.masked:
        where["where"] = np.True_ if best.found is None else best.found.reshape(box)
    elif best.found is not None:  # without a mask only NaN leaves a slice without a candidate
        values = values.copy()
        values[~best.found] = _core.nan_of(values.dtype)
    if part.target is not None:
        where["distance_to"] = part.target.reshape(box) if part.target.ndim else part.target
    first = question.ask(values.reshape(box), axes, **where)
    if question.name in ("minloc", "maxloc"):
        return tuple([_result(question, places, best.found, shape) for places in best.places])
    indices = [_result(question, end.index(lengths), end.found, shape) for end in part.ends]
    if question.name == "argminmax":
        return ArgMinMax(*indices)
    if question.name in ("findmin", "findmax"):
        return FindResult(first.values, indices[0])
    return indices[0]


def answer_to_nothing(question: Question, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    """Return what the function returns, or raise what it raises, for an array without elements."""
    if question.num_groups == 0:  # without groups no slice is empty, whatever is reduced
        enough = max(question.k, 1)
        shape = tuple([enough if i in question.axes else n for i, n in enumerate(shape)])
    if question.group_axis >= 0:  # groups in the place of the reduced axis, which follows them
        box = [shape[i] for i in question.answered]
        box.insert(question.group_axis + 1, shape[question.group_axis])
        return question.ask(np.empty(box, dtype), question.group_axis + 1)
    in_place = question.rank_axis >= 0
    return question.ask(np.empty(shape, dtype), question.rank_axis if in_place else question.axes)


def check_index(question: Question, shape: tuple[int, ...]) -> None:
    """Raise if the largest possible index does not fit an index, or the dtype asked for."""
    largest = math.prod([shape[i] for i in question.axes]) - 1
    if question.name in ("minloc", "maxloc") and largest > np.iinfo(np.intp).max:
        return  # coordinates fit
    _core.check_index(largest, shape, question.dtype, question.default)


def _whole_shape(part: Part) -> tuple[int, ...]:
    """Return the shape of the whole array, all of which must have been seen."""
    known = zip(part.shape, part.region, strict=True)
    shape = tuple([n if n is not None else stop for n, (_, stop) in known])
    size = math.prod(shape)
    kept = [i for i in part.question.answered if part.region[i] != (0, shape[i])]
    if part.seen != size or (size and kept):
        what = "one was seen twice" if part.seen > size else "a chunk is missing"
        seen, groups = part.seen, part.question.num_groups or 1
        if part.question.num_groups is not None:
            seen, size, shape = seen // groups, size // groups, shape[:-1]
        raise ValueError(
            f"{seen} elements were seen of an array of shape {shape}, which has {size}: "
            f"{what if seen != size else 'one chunk was seen twice, another is missing'}"
        )
    return shape


def _raise_nan(question: Question, at: tuple[int, ...]) -> NoReturn:
    """Raise what the function raises for a NaN in the slice at this place among the answers."""
    place = dict(zip(question.answered, at, strict=True))
    _core.raise_nan(question.name, tuple([place.get(i, 0) for i in question.in_result]))


def _ranked(
    question: Question,
    shape: tuple[int, ...],
    lengths: Sequence[int],
    best: Candidates,
    target: NDArray[Any] | None,
) -> TopK:
    """Return the answer of top_k."""
    width = best.values.shape[1]
    kept = tuple([shape[i] for i in question.answered])
    keywords: dict[str, Any] = {}
    if best.found is not None:
        keywords["where"] = best.found.reshape(*kept, width)
    if target is not None:
        keywords["distance_to"] = target[..., np.newaxis] if target.ndim else target
    if question.k > math.prod(lengths) and question.policy == "raise":
        keywords["nan_policy"] = "omit"  # the error about k comes before the one about NaN
    top = question.ask(best.values.reshape(*kept, width), (len(kept),), **keywords)
    index = best.index(lengths)
    index = np.take_along_axis(index, top.indices.reshape(len(index), question.k), 1)
    index = index.astype(np.intp, copy=False).reshape(top.indices.shape)
    # Laid out in memory as the core's answer: the ranks in their place, and in C order.
    values, index = (
        np.ascontiguousarray(np.moveaxis(x, -1, question.rank_axis)) for x in (top.values, index)
    )
    return TopK(values, index)


def _result(
    question: Question, index: NDArray[np.int64], found: Any, shape: tuple[int, ...]
) -> Any:
    """Return indices, one for each slice, as the result of a reduction: an array or a scalar."""
    if found is not None:
        assert question.default is not None  # without one the function has raised
        index = np.where(found, index, question.default)
    box = question.box(shape)
    if not box:
        return question.dtype.type(index[0, 0])
    return index.reshape(box).astype(question.dtype, copy=False)
