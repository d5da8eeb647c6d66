"""Answers of every function, and errors: how they are had, and whether two are the same."""

from collections.abc import Callable
from typing import Any

import numpy as np

import minloc
from support.bits import same_bits
from support.quick_oracle import quick


def outcome(function: Callable[..., Any], *args: Any, **words: Any) -> Any:
    """Return the answer, or ValueError if it is that."""
    try:
        return function(*args, **words)
    except ValueError:
        return ValueError


def agree(got: Any, want: Any) -> bool:
    """Whether both are the same indices, or both an error."""
    if got is ValueError or want is ValueError:
        return got is want
    return np.shape(got) == np.shape(want) and np.array_equal(got, want)


def check_both_ends(a: Any, axis: Any, words: dict[str, Any], isa: str, same_as: Any) -> None:
    """Assert that each end, alone and together, is the oracle's for the same elements, `same_as`.

    They may lie otherwise than in `a`. A slice without a candidate has the index -1.
    """
    smallest, largest = (quick(same_as, axis, largest=end, **words) for end in (False, True))
    assert np.array_equal(minloc.argmin(a, axis, **words, default=-1), smallest), (isa, words)
    assert np.array_equal(minloc.argmax(a, axis, **words, default=-1), largest), (isa, words)
    both = minloc.argminmax(a, axis, **words, default=-1)
    assert np.array_equal(both.argmin, smallest), (isa, words)
    assert np.array_equal(both.argmax, largest), (isa, words)


FUNCTIONS = [
    "argmin", "argmax", "nanargmin", "nanargmax", "findmin", "findmax", "argminmax", "minloc",
    "maxloc", "top_k",
]  # fmt: skip


#: Functions that take no `nan_policy`, and functions that take no `dtype`.
NAN_FORMS, FINDS = ("nanargmin", "nanargmax"), ("findmin", "findmax", "top_k")


def called(function: Callable[[], Any]) -> Any:
    """Return what a call returns, or the error that it raises."""
    try:
        return function()
    except (ValueError, TypeError, IndexError) as error:
        return error


def same(got: Any, want: Any) -> bool:
    """Whether two answers, or errors, are the same: types, dtypes, shapes, and every bit."""
    if isinstance(want, Exception):
        return type(got) is type(want) and str(got) == str(want)
    if type(got) is not type(want):
        return False
    if isinstance(want, tuple):
        return len(got) == len(want) and all(same(x, y) for x, y in zip(got, want, strict=True))
    if not isinstance(want, (np.ndarray, np.generic)):
        return got is want or bool(got == want) or (got != got and want != want)
    if got.dtype.str != want.dtype.str or got.dtype != want.dtype or got.shape != want.shape:
        return False
    return same_bits(got, want)
