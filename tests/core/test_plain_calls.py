"""Calls about small arrays with but an axis and a NaN policy, which take a way of their own.

They answer what the oracle answers, however they are spelled, and what they have no answer for goes
the way of all other calls.
"""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import minloc
from minloc.reference import argbest
from support.arrays import DTYPES, LAYOUTS, Array, fill

VIEWS: dict[str, Callable[[Array], Array]] = {
    **LAYOUTS,
    "down": lambda a: a[::-1],
    "broadcast": lambda a: np.broadcast_to(a, (3, *a.shape)),
    "alike": lambda a: np.broadcast_to(a[..., :1], a.shape),
}
SHAPES = [(1,), (7,), (65,), (8, 10), (1, 9), (9, 1), (3, 4, 5), (40, 3), (3, 40)]


def spelled(function: Any, a: Array, axis: int) -> list[Any]:
    """Return the answers to one question, asked in every way."""
    return [
        function(a, axis),
        function(a, axis=axis),
        function(a, axis - a.ndim),
        function(a, np.int64(axis)),
        function(a, (axis,)),
        function(a, axis, keepdims=False),
    ]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_spelling_gives_the_oracles_answer(isa: str, dtype: Any, view: str) -> None:
    """Of few different numbers, and of NaN with numbers between."""
    for shape, filling in itertools.product(SHAPES, ("few values", "mostly nan")):
        a = VIEWS[view](fill(filling, dtype, shape))
        for axis, largest in itertools.product(range(a.ndim), (False, True)):
            function = minloc.argmax if largest else minloc.argmin
            want = argbest(a, axis, largest=largest)
            for got in spelled(function, a, axis):
                assert type(got) is (np.intp if a.ndim == 1 else np.ndarray), (isa, shape)
                assert np.array_equal(got, want), (isa, shape, axis)
            want = argbest(a, axis, largest=largest, nan_policy="omit", default=-1)
            omitting = minloc.nanargmax if largest else minloc.nanargmin
            for call in (
                partial(omitting, a, axis),
                partial(function, a, axis, nan_policy="omit"),
                partial(function, a, nan_policy="omit", axis=axis),
            ):
                if (want == -1).any():
                    with pytest.raises(ValueError, match="All-NaN slice"):
                        call()
                else:
                    assert np.array_equal(call(), want), (isa, shape, axis)
