"""The oracle of windows: what `moving_argmin` and `running_argmin` answer, window after window.

It cuts every window out of the array and asks the oracle of the whole, `minloc.reference.argbest`.
"""

from math import prod
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike

from minloc.reference import argbest


def moving(
    a: ArrayLike,
    window: int | tuple[int, ...],
    axis: int | tuple[int, ...] | None = -1,
    *,
    largest: bool = False,
    step: int | tuple[int, ...] = 1,
    partial: bool = False,
    center: bool = False,
    min_count: int | None = None,
    relative: bool = False,
    where: ArrayLike = True,
    nan_policy: str = "propagate",
    ties: str = "first",
    default: int | None = None,
) -> Any:
    """Return what `moving_argmin`, or with the words its relatives, answers.

    Parameters
    ----------
    a : array_like
        The array.
    window, axis, step : int or tuple of int
        How long windows are, along which axes they move, and which of them are answered.
    largest : bool
        Argmax instead of argmin.
    partial, center, min_count, relative, where, nan_policy, ties, default
        As of `moving_argmin`.

    Returns
    -------
    ndarray of numpy.intp
        An index for each window.

    Raises
    ------
    ValueError
        If a window has too few candidates and there is no `default`, or a candidate is NaN under
        "raise"; its attribute `index` is the place of that window in the result.

    Examples
    --------
    >>> from minloc.reference_windows import moving
    >>> moving([5, 3, 4, 6, 1, 2], 3)
    array([1, 1, 4, 4])
    """
    array = np.asarray(a)
    chosen = np.broadcast_to(where, array.shape)
    if axis is None:
        array, chosen, axis = array.ravel(), chosen.ravel(), 0
    axes = normalize_axis_tuple(axis, array.ndim)
    windows = window if isinstance(window, tuple) else (window,)
    steps = step if isinstance(step, tuple) else (step,) * len(axes)
    needed = min_count if min_count is not None else prod(windows) if partial else 1
    bounds = [
        _bounds(array.shape[number], length, every, partial, center)
        for number, length, every in zip(axes, windows, steps, strict=True)
    ]
    shape = list(array.shape)
    for number, pairs in zip(axes, bounds, strict=True):
        shape[number] = len(pairs)
    result = np.empty(shape, np.intp)
    for place in np.ndindex(*shape):
        begins = [pairs[place[number]][0] for number, pairs in zip(axes, bounds, strict=True)]
        part: list[Any] = list(place)
        for number, pairs in zip(axes, bounds, strict=True):
            part[number] = slice(*pairs[place[number]])
        cut, keep = (
            np.moveaxis(x[tuple(part)], np.argsort(np.argsort(axes)), range(len(axes)))
            for x in (array, chosen)
        )
        try:
            best = int(
                argbest(
                    cut,
                    largest=largest,
                    nan_policy=nan_policy,
                    ties=ties,
                    where=keep,
                    default=-1,
                )
            )
        except ValueError as error:
            error.index = place  # type: ignore[attr-defined]
            raise
        candidates = keep & (cut == cut) if nan_policy == "omit" else keep
        if np.count_nonzero(candidates) < needed:
            best = -1
        if best < 0 and default is None:
            few = ValueError(f"a window has fewer than {needed} candidates")
            few.index = place  # type: ignore[attr-defined]
            raise few
        if best >= 0 and not relative:
            at = np.add(np.unravel_index(best, cut.shape), begins)
            best = int(np.ravel_multi_index(tuple(at), [array.shape[number] for number in axes]))
        result[place] = best if best >= 0 or default is None else default
    return result


def running(a: ArrayLike, axis: int | None = -1, **words: Any) -> Any:
    """Return what `running_argmin` answers, or with ``largest=True`` `running_argmax`.

    Parameters
    ----------
    a : array_like
        The array.
    axis : int or None
        The axis.
    **words
        As of `moving`.

    Returns
    -------
    ndarray of numpy.intp
        An index for each element.

    Examples
    --------
    >>> from minloc.reference_windows import running
    >>> running([5, 3, 4, 3, 1, 2], ties="last")
    array([0, 1, 1, 3, 4, 4])
    """
    array = np.asarray(a)
    length = array.size if axis is None else array.shape[axis]
    return moving(array, max(length, 1), axis, partial=True, min_count=1, **words)


def _bounds(n: int, window: int, step: int, partial: bool, center: bool) -> list[tuple[int, int]]:
    """Return where each window begins and ends."""
    if not partial:
        return [(i, i + window) for i in range(0, n - window + 1, step)]
    before = window // 2 if center else window - 1
    return [(max(i - before, 0), min(i - before + window, n)) for i in range(0, n, step)]
