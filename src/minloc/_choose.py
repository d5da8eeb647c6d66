"""The best of each slice of an array, with their elements: one question to the core.

The array is a chunk, or candidates of several chunks side by side; the rule is the same. A slice
without a candidate is no error here: another chunk may have one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._question import Question

#: What `choose` returns.
_Chosen: TypeAlias = "tuple[NDArray[np.intp], NDArray[Any], NDArray[np.bool] | None]"


def first_nan(question: Question, chunk: NDArray[Any], where: Any) -> tuple[int, ...] | None:
    """Return where along the kept axes the first slice with a NaN is, if nothing else shows it.

    It is None unless the policy is "raise". A NaN of most dtypes is the best of its slice; but
    `top_k` ranks it last, and objects and nulls of StringDType have no rank.
    """
    ranks_nan = chunk.dtype.kind not in "OT" and question.name != "top_k"
    if question.policy != "raise" or ranks_nan:
        return None
    mask = {} if where is None else {"where": where}
    try:
        _core.top_k(chunk, 0, axis=question.axes, nan_policy="raise", **mask)
    except ValueError as error:
        place: tuple[int, ...] = error.index  # type: ignore[attr-defined]
        return place
    return None


def choose(
    question: Question, end: str, a: NDArray[Any], axes: tuple[int, ...], where: Any
) -> _Chosen:
    """Return indices, elements and what is found of the best of each slice, (slices, m).

    Parameters
    ----------
    question : Question
        What is asked.
    end : {"min", "max"}
        Of which end.
    a : ndarray
        The array, which has elements: a chunk, or candidates side by side.
    axes : tuple of int
        The reduced axes of it.
    where : array_like of bool or None
        Which elements are candidates; None for all.

    Returns
    -------
    tuple of ndarray
        The indices count over the reduced axes; they are 0 where nothing is found. The last is
        None if everything is found.
    """
    if question.name == "top_k":
        return _choose_k(question, end, a, axes, where)
    words = _words(question, where)
    if not may_miss(question, a, where) or _core.nan_of(a.dtype) is not None:
        find = _core.findmin if end == "min" else _core.findmax
        values, index = find(a, axes, keepdims=True, **words)
    else:  # findmin has no value for what is not found
        arg = _core.argmin if end == "min" else _core.argmax
        values, index = None, arg(a, axes, keepdims=True, **words)
    chosen = _as_columns(question, a, axes, where, index, values)
    return (
        choose(question, end, a.copy(), axes, where)
        if has_changed(question, *chosen[1:])
        else chosen
    )


def choose_both(question: Question, a: NDArray[Any], where: Any) -> list[_Chosen]:
    """Return what `choose` does for the smallest and for the largest, in one pass."""
    axes = question.axes
    both = _core.argminmax(a, axes, keepdims=True, **_words(question, where))
    chosen = [_as_columns(question, a, axes, where, index, None) for index in both]
    if any(has_changed(question, *end[1:]) for end in chosen):
        return choose_both(question, a.copy(), where)
    return chosen


def has_changed(question: Question, values: NDArray[Any], found: Any) -> bool:
    """Whether what was found was no NaN but is one now: another thread or process wrote it.

    As a NaN it would be no candidate, though its slice may have others; a copy cannot change.
    """
    if question.policy != "omit" or _core.nan_of(values.dtype) is None:
        return False
    return bool(np.any((values != values) & (True if found is None else found)))


def _choose_k(
    question: Question, end: str, a: NDArray[Any], axes: tuple[int, ...], where: Any
) -> _Chosen:
    """Return what `choose` does, of up to k: a slice with fewer candidates keeps them all."""
    words = {} if where is None else {"where": where}
    policy = "omit" if question.policy == "omit" else "propagate"
    mode = "smallest" if end == "min" else "largest"
    values, index = _core.up_to_k(a, question.k, axis=axes, mode=mode, nan_policy=policy, **words)
    box = math.prod(values.shape[:-1]), values.shape[-1]
    values, index = values.reshape(box), index.reshape(box)
    if not may_miss(question, a, where):
        return index, values, None
    return np.maximum(index, 0), values, index >= 0


def _words(question: Question, where: Any) -> dict[str, Any]:
    policy = "omit" if question.policy == "omit" else "propagate"
    words: dict[str, Any] = {"nan_policy": policy, "ties": question.ties, "default": -1}
    if where is not None:
        words["where"] = where
    return words


def may_miss(question: Question, a: NDArray[Any], where: Any) -> bool:
    """Whether a slice of `a` may be without a candidate."""
    return where is not None or (question.policy == "omit" and a.dtype.kind not in "biuSU")


def _as_columns(
    question: Question, a: NDArray[Any], axes: tuple[int, ...], where: Any, index: Any, values: Any
) -> _Chosen:
    index = index.reshape(-1, 1)
    found = None
    if may_miss(question, a, where):
        found = index >= 0
        index = np.maximum(index, 0)
    if values is None:
        values = _elements(a, axes, np.arange(len(index)), index[:, 0])
    return index, values.reshape(-1, 1), found


def _elements(
    a: NDArray[Any], axes: tuple[int, ...], slices: NDArray[np.intp], index: NDArray[np.intp]
) -> NDArray[Any]:
    """Return the elements at these indices of these slices."""
    kept = [i for i in range(a.ndim) if i not in axes]
    key: dict[int, Any] = {}
    for among, numbers in (kept, slices), (axes, index):
        key.update(zip(among, unravelled(numbers, [a.shape[i] for i in among]), strict=True))
    elements: NDArray[Any] = a[tuple(key[i] for i in range(a.ndim))]
    return elements


def unravelled(index: Any, lengths: Sequence[int]) -> list[Any]:
    """Return the coordinates, along axes of these lengths, of indices in C order."""
    coordinates = []
    for length in reversed(lengths[1:]):
        index, coordinate = np.divmod(index, length)
        coordinates.append(coordinate)
    return [index, *reversed(coordinates)] if lengths else []
