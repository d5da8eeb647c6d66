"""The oracle: what the functions of minloc answer, in the fewest lines that can be believed.

It is slow, and public for the tests of those who build on minloc. It visits every element as a
Python object in C order of the logical array: `argbest` keeps the first best, or backwards the
last, and `top` sorts.
"""

from functools import cmp_to_key
from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike

from minloc.reference_distances import distances


def argbest(
    a: ArrayLike,
    axis: int | tuple[int, ...] | None = None,
    *,
    largest: bool = False,
    nan_policy: str = "propagate",
    ties: str = "first",
    keepdims: bool = False,
    where: ArrayLike = True,
    default: int | None = None,
    by: ArrayLike | None = None,
    num_groups: int | None = None,
    distance_to: Any = None,
) -> Any:
    """Return what `argmin`, or with the words its relatives, answers.

    Parameters
    ----------
    a : array_like
        The array.
    axis : int or tuple of int, optional
        The axes to reduce, or None for the whole array. The index counts in C order over the
        reduced axes in the order in which they are given.
    largest : bool
        Argmax instead of argmin.
    nan_policy : {"propagate", "omit", "raise"}
        Whether a NaN beats every number, is no candidate, or is an error.
    ties : {"first", "last"}
        Which of equal elements is the answer, and which NaN.
    keepdims : bool
        Keep the reduced axes with size 1.
    where : array_like of bool
        Which elements are candidates.
    default : int, optional
        The index of a slice that has no candidate.
    by : array_like of int, optional
        The group of each element, or of each place along the one reduced axis; a negative one is
        none. There is then an answer for each group.
    num_groups : int, optional
        How many groups there are; by default the largest number + 1.
    distance_to : scalar or array_like, optional
        Compare the distances of the elements to this instead of the elements.

    Returns
    -------
    ndarray of numpy.intp
        The indices; 0-d for a scalar answer.

    Raises
    ------
    ValueError
        If a slice has no candidate and there is no `default`, or a candidate is NaN under "raise";
        its attribute `index` is the place of that slice in the result.

    Examples
    --------
    >>> from minloc.reference import argbest
    >>> argbest([[6, 3, 8], [5, 3, 9]], axis=0, ties="last")
    array([1, 1, 0])
    """
    if by is not None:
        at = _place_of(axis, np.ndim(a))

        def ask(of_group: Any) -> Any:
            return argbest(
                a, axis, largest=largest, nan_policy=nan_policy, ties=ties,
                keepdims=keepdims and at is None, where=of_group, default=default,
                distance_to=distance_to,
            )  # fmt: skip

        last = -1 if at is None else at
        return _in_groups(ask, np.asarray(a), axis, by, num_groups, where, last)
    lanes, masks, axes = _lanes(_compared(np.asarray(a), distance_to), axis, where)
    result = np.empty(lanes.shape[:-1], np.intp)
    for place in np.ndindex(result.shape):
        lane = lanes[place]
        gone = axes if keepdims else ()
        candidates = _candidates(lane, masks[place], nan_policy, place, gone)
        best = None
        for i in candidates if ties == "first" else reversed(candidates):
            if best is None or _better(lane[i], lane[best], largest):
                best = i
        if best is None and default is None:
            text = f"attempt to get arg{'max' if largest else 'min'} of an empty sequence"
            omits = nan_policy == "omit" and len(lane)
            error = _about_slice("All-NaN slice encountered" if omits else text, place, gone)
            error.add_note("it has no candidate")
            raise error
        result[place] = default if best is None else best
    return np.expand_dims(result, axes) if keepdims else result


def top(
    a: ArrayLike,
    k: int,
    axis: int | tuple[int, ...] | None = -1,
    *,
    largest: bool = True,
    nan_policy: str = "propagate",
    where: ArrayLike = True,
    by: ArrayLike | None = None,
    num_groups: int | None = None,
    distance_to: Any = None,
) -> Any:
    """Return the indices of what `top_k` answers: the `k` best of each slice, best first.

    Parameters
    ----------
    a : array_like
        The array.
    k : int
        How many of each slice.
    axis : int or tuple of int, optional
        The axes to reduce, or None for the whole array; the index counts as that of `argbest`.
    largest : bool
        Whether the largest are the best, or the smallest.
    nan_policy : {"propagate", "omit", "raise"}
        Whether a NaN ranks after every number, is no candidate, or is an error.
    where : array_like of bool
        Which elements are candidates.
    by, num_groups : array_like of int, int, optional
    distance_to : scalar or array_like, optional
        As of `argbest`.

    Returns
    -------
    ndarray of numpy.intp
        The indices, equal elements in the order of their indices, and so NaN among themselves.
        The axis of size `k` is in the place of the reduced one, and last for a tuple of axes; that
        of groups comes before it.

    Raises
    ------
    ValueError
        If a slice has fewer than `k` candidates, or a candidate is NaN under "raise".

    Examples
    --------
    >>> from minloc.reference import top
    >>> top([[6, 3, 8, 3], [5, 2, 9, 9]], 2)
    array([[2, 0],
           [2, 3]])
    """
    if by is not None:
        at = _place_of(axis, np.ndim(a))

        def ask(of_group: Any) -> Any:
            return top(
                a, k, axis, largest=largest, nan_policy=nan_policy, where=of_group,
                distance_to=distance_to,
            )  # fmt: skip

        before = -2 if at is None else at
        return _in_groups(ask, np.asarray(a), axis, by, num_groups, where, before)
    lanes, masks, axes = _lanes(_compared(np.asarray(a), distance_to), axis, where)
    result = np.empty((*lanes.shape[:-1], k), np.intp)
    for place in np.ndindex(lanes.shape[:-1]):
        lane = lanes[place]

        def order(i: int, j: int, lane: Any = lane) -> int:
            return _better(lane[j], lane[i], largest) - _better(lane[i], lane[j], largest)

        candidates = _candidates(lane, masks[place], nan_policy, place)
        if len(candidates) < k:
            text = f"a slice has {len(candidates)} candidates, fewer than {k}"
            raise _about_slice(text, place)
        numbers = [i for i in candidates if not _is_nan(lane[i])]
        nans = [i for i in candidates if _is_nan(lane[i])]
        result[place] = (sorted(numbers, key=cmp_to_key(order)) + nans)[:k]  # sorted is stable
    return result if isinstance(axis, tuple) or not axes else np.moveaxis(result, -1, axes[0])


def _compared(array: Any, distance_to: Any) -> Any:
    return array if distance_to is None else distances(array, distance_to)


def _lanes(array: Any, axis: Any, where: ArrayLike) -> tuple[Any, Any, tuple[int, ...]]:
    """Return the slices along a new last axis, which of their elements count, and the axes."""
    every = axis is None or array.ndim == 0  # NumPy takes a 0-d array for one of one axis
    axes = normalize_axis_tuple(range(array.ndim) if every else axis, array.ndim)
    kept = [n for i, n in enumerate(array.shape) if i not in axes]
    reduced = prod(array.shape[i] for i in axes)
    both = [
        np.moveaxis(x, axes, range(-len(axes), 0)).reshape(*kept, reduced)
        for x in (array, np.broadcast_to(where, array.shape))
    ]
    return both[0], both[1], axes


def _place_of(axis: int | tuple[int, ...] | None, ndim: int) -> int | None:
    """Return the one axis whose place groups take, or None if they come last."""
    return None if axis is None or isinstance(axis, tuple) or ndim == 0 else axis % ndim


def _in_groups(
    ask: Any, array: Any, axis: Any, by: Any, num_groups: int | None, where: Any, at: Any
) -> Any:
    """Return what a function answers of the elements of each group, along a new axis at `at`."""
    labels = np.asarray(by)
    every = axis is None or array.ndim == 0
    axes = normalize_axis_tuple(range(array.ndim) if every else axis, array.ndim)
    if (labels.ndim == 1 and at >= 0) or (0 < labels.ndim < array.ndim and isinstance(axis, tuple)):
        sizes = [array.shape[i] for i in axes]
        others = [1] * (array.ndim - len(axes))
        along = np.broadcast_to(labels, sizes).reshape(*sizes, *others)
        labels = np.moveaxis(along, range(len(axes)), axes)
    labels = np.broadcast_to(labels, array.shape)
    groups = max(np.max(by, initial=-1) + 1, 0) if num_groups is None else num_groups
    answers, errors = [], list[tuple[tuple[int, ...], ValueError]]()
    for group in range(groups):
        try:
            answers.append(ask(np.logical_and(where, labels == group)))
        except ValueError as error:
            place = list(error.index)  # type: ignore[attr-defined]
            place.insert(axes[0] if at >= 0 else len(place), group)
            error.index = tuple(place)  # type: ignore[attr-defined]
            errors.append((tuple(place), error))
    if errors:
        raise min(errors, key=lambda one: one[0])[1]
    return np.stack(answers, at) if answers else np.empty(0, np.intp)


def _candidates(
    lane: Any, chosen: Any, nan_policy: str, place: tuple[int, ...], gone: tuple[int, ...] = ()
) -> list[int]:
    candidates = [i for i in range(len(lane)) if chosen[i]]
    numbers = [i for i in candidates if not _is_nan(lane[i])]
    if nan_policy == "raise" and numbers != candidates:
        raise _about_slice("a candidate is NaN", place, gone)
    return numbers if nan_policy == "omit" else candidates


def _about_slice(text: str, place: tuple[int, ...], gone: tuple[int, ...] = ()) -> ValueError:
    """Return the error about a slice of a result in which reduced axes may stay with size 1."""
    index = list(place)
    for axis in sorted(gone):
        index.insert(axis, 0)
    error = ValueError(text)
    error.index = tuple(index)  # type: ignore[attr-defined]
    if index:
        error.add_note(f"for the slice at index {tuple(index)} of the result")
    return error


def _is_nan(x: Any) -> bool:
    return bool(x != x)  # so NaT too, and a complex number with a NaN part


def _better(x: Any, y: Any, largest: bool) -> bool:
    if _is_nan(x) or _is_nan(y):
        return not _is_nan(y)
    return bool(x > y) if largest else bool(x < y)
