"""The oracle: what the functions of minloc answer, in the fewest lines that can be believed.

It is slow, and public for the tests of those who build on minloc. It visits every element as a
Python object in C order of the logical array and keeps the first best.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def _is_nan(x: Any) -> bool:
    return bool(x != x)  # so NaT too, and a complex number with a NaN part


def argbest(
    a: ArrayLike,
    axis: int | None = None,
    *,
    largest: bool = False,
    omit_nan: bool = False,
    keepdims: bool = False,
    where: ArrayLike = True,
) -> Any:
    """Return what `argmin`, or with the flags its three relatives, answers.

    Parameters
    ----------
    a : array_like
        The array.
    axis : int, optional
        The axis to reduce, or None for the whole array.
    largest : bool
        Argmax instead of argmin.
    omit_nan : bool
        The "nan" form of either.
    keepdims : bool
        Keep the reduced axes with size 1.
    where : array_like of bool
        Which elements are candidates.

    Returns
    -------
    ndarray of numpy.intp
        The indices; 0-d for a scalar answer.

    Raises
    ------
    ValueError
        If a slice has no candidate.

    Notes
    -----
    Of equal elements the first is the answer; the first NaN beats all numbers, or is left out.

    Examples
    --------
    >>> from minloc.reference import argbest
    >>> argbest([[6, 3, 8], [5, 2, 9]], axis=0)
    array([1, 1, 0])
    """
    array, mask = np.broadcast_arrays(np.asarray(a), np.asarray(where))
    kept = (1,) * array.ndim
    if axis is None or array.ndim == 0:
        array, mask, axis = array.reshape(-1), mask.reshape(-1), 0
    else:
        kept = (*array.shape[:axis], 1, *array.shape[axis % array.ndim + 1 :])
    lanes, masks = np.moveaxis(array, axis, -1), np.moveaxis(mask, axis, -1)
    result = np.empty(lanes.shape[:-1], np.intp)
    for place in np.ndindex(result.shape):
        result[place] = _best_of_lane(lanes[place], masks[place], largest, omit_nan)
    return result.reshape(kept) if keepdims else result


def _best_of_lane(lane: Any, chosen: Any, largest: bool, omit_nan: bool) -> int:
    best = -1
    for i, x in enumerate(lane):
        if not chosen[i] or (omit_nan and _is_nan(x)):
            continue
        if best < 0 or _better(x, lane[best], largest):
            best = i
    if best < 0:
        raise ValueError("a slice has no candidate")
    return best


def _better(x: Any, y: Any, largest: bool) -> bool:
    if _is_nan(x) or _is_nan(y):
        return not _is_nan(y)
    return bool(x > y) if largest else bool(x < y)
