"""The labels of an array that is met in chunks: laid out as its axes, and how many groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from minloc._partial.question import Question


def count_groups(by: Any, given: Any) -> int:
    """Return how many groups labels are of, which are checked if they are in memory.

    Parameters
    ----------
    by : ndarray or array of another library
        Labels; None if they are not known yet.
    given : int or None
        `num_groups`, or else the largest label tells.

    Raises
    ------
    TypeError
        If the number is not given, and cannot be told because the labels are not in memory; or if
        it or the labels are not integers.
    ValueError
        If a label is too large, or the number is.
    """
    if isinstance(by, np.ndarray):
        return _core.count_groups(by, given)
    if given is None:
        raise TypeError(
            "num_groups is needed with a by that is not in memory, whose largest label is not "
            "known yet"
        )
    return _core.count_groups(None, given)


def with_num_groups(by: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call with `num_groups`, if there are labels.

    Raises
    ------
    TypeError, ValueError
        As of `count_groups`; or if `num_groups` is given without labels.
    """
    named = dict(keywords)
    given = named.pop("num_groups", None)
    if by is not None:
        return named | {"num_groups": count_groups(by, given)}
    if given is not None:
        raise TypeError("num_groups is given without by, the labels of the groups")
    return named


def laid_out(by: Any, question: Question, shape: tuple[int | float, ...]) -> Any:
    """Return labels with the axes of the array, of size 1 where they do not vary.

    Parameters
    ----------
    by : ndarray or array of another library
        As the caller gave it.
    question : Question
        What is asked.
    shape : tuple of int
        Of the whole array; a length that is not known is NaN.

    Returns
    -------
    ndarray or array of the same library
        A view.

    Raises
    ------
    ValueError
        If they do not fit the array.
    TypeError
        If they are not integers.
    """
    _core.count_groups(np.empty(0, by.dtype), 0)
    sizes: list[Any] = [tuple([-1 if n != n else n for n in of]) for of in (by.shape, shape)]
    along = _core.label_axes(sizes[0], sizes[1], question.axes, question.group_axis)
    laid = by.transpose(sorted(range(by.ndim), key=along.__getitem__))
    return laid[tuple([slice(None) if i in along else None for i in range(len(shape))])]
