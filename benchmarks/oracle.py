"""The right answer, by other means than any contender's, and whether an answer is right."""

from typing import Any

import numpy as np

from benchmarks.fills import Array


def expected(a: Array, axis: int | None, function: str) -> Array:
    """Return what `function`, ``"argmin"`` or ``"nanargmin"``, should answer.

    It is the rule of `minloc.reference`, in whole-array operations: the first NaN, or else the
    first element that equals the minimum; nanargmin has no first clause.
    """
    lanes = np.ascontiguousarray(a.reshape(-1) if axis is None else np.moveaxis(a, axis, -1))
    if function == "nanargmin":
        best = lanes == np.fmin.reduce(lanes, axis=-1, keepdims=True)
    else:
        best = (lanes == lanes.min(axis=-1, keepdims=True)) | (lanes != lanes)
    return np.asarray(best.argmax(axis=-1))


def is_right(answer: Any, want: Array) -> bool:
    """Whether the answer is the expected one."""
    return np.array_equal(np.asarray(answer), want)


def is_as_good(answer: Any, want: Array, a: Array, axis: int | None) -> bool:
    """Whether the element at the answer is that at the expected one, or both are NaN.

    This is as much as can be asked of a contender that does not say which of equal elements it
    answers.
    """
    got = np.asarray(answer)
    if got.shape != want.shape:
        return False
    if axis is None:
        x, y = (a[np.unravel_index(i, a.shape)] for i in (got, want))
    else:
        x, y = (np.take_along_axis(a, np.expand_dims(i, axis), axis) for i in (got, want))
    return bool(np.all((x == y) | ((x != x) & (y != y))))
