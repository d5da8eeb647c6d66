"""Whether an answer is right."""

import numpy as np

from benchmarks.fills import Array
from benchmarks.questions import Answer


def is_right(answer: Answer, want: Answer) -> bool:
    """Whether the parts of the answer are the expected ones."""
    return len(answer) == len(want) and all(
        np.array_equal(np.asarray(part), wanted, equal_nan=wanted.dtype.kind in "fcmM")
        for part, wanted in zip(answer, want, strict=True)
    )


def is_as_good(answer: Answer, want: Answer, a: Array, axis: int | None) -> bool:
    """Whether the elements at the indices are those at the expected ones, or are NaN, too.

    This is as much as can be asked of a contender that does not say which of equal elements it
    answers. The indices are the first part of the answer; only they are looked at.
    """
    return _is_as_good(np.asarray(answer[0]), want[0], a, axis)


def _is_as_good(got: Array, want: Array, a: Array, axis: int | None) -> bool:
    if got.shape != want.shape:
        return False
    if axis is None:
        x, y = (a[np.unravel_index(i, a.shape)] for i in (got, want))
    else:
        ranks = got.ndim == a.ndim  # of top_k
        x, y = (
            np.take_along_axis(a, i if ranks else np.expand_dims(i, axis), axis)
            for i in (got, want)
        )
    return bool(np.all((x == y) | ((x != x) & (y != y))))
