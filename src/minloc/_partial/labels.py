"""The labels of an array that is met in chunks: laid out as its axes, and how many groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from minloc._partial.question import Question


def with_num_groups(by: Any, keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call with `num_groups`, if there are labels.

    Raises
    ------
    TypeError
        If it is not given, and cannot be told because the labels are not in memory; or if it is
        given without labels.
    """
    named = dict(keywords)
    given = named.pop("num_groups", None)
    if by is None:
        if given is not None:
            raise TypeError("num_groups is given without by, the labels of the groups")
        return named
    if given is None:
        if not isinstance(by, np.ndarray):
            raise TypeError(
                "num_groups is needed with a by that is not in memory, whose largest label is not "
                "known yet"
            )
        if by.dtype.kind in "iu":  # or else the core says what is wrong
            given = max(int(by.max()) + 1, 0) if by.size else 0
    return named | {"num_groups": given}


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
    _core.argmin(np.zeros(0, np.int8), by=np.empty(0, by.dtype), num_groups=0, default=-1)
    sizes: list[Any] = [tuple([-1 if n != n else n for n in of]) for of in (by.shape, shape)]
    along = _core.label_axes(sizes[0], sizes[1], question.axes, question.group_axis)
    laid = by.transpose(sorted(range(by.ndim), key=along.__getitem__))
    return laid[tuple([slice(None) if i in along else None for i in range(len(shape))])]
