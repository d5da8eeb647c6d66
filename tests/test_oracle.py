"""The quick oracle answers as the plain one, and the plain one as NumPy where NumPy can."""

import itertools
from typing import Any

import numpy as np
import pytest

from minloc.reference import argbest, top
from support.arrays import DTYPES, FILLS, fill
from support.quick_oracle import quick, quick_top

AXES: list[tuple[tuple[int, ...], Any]] = [
    ((40,), None),
    ((6, 5), 0),
    ((6, 5), 1),
    ((2, 3, 4), (2, 0)),
    ((2, 3, 4), (0, -1)),
    ((3, 4), ()),
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_quick_oracle_is_the_oracle(dtype: str) -> None:
    """The vectorised oracle answers as the plain one does, mask and keywords included."""
    for kind, (shape, axis) in itertools.product(FILLS, AXES):
        a = fill(kind, dtype, shape)
        some = np.random.default_rng(len(kind)).random(shape) < 0.6
        for where, largest, policy in itertools.product(
            (True, some, some[0]), (False, True), ("propagate", "omit")
        ):
            words: dict[str, Any] = {"largest": largest, "nan_policy": policy, "where": where}
            for ties in "first", "last":
                want = argbest(a, axis, **words, ties=ties, default=-1)
                assert np.array_equal(quick(a, axis, **words, ties=ties), want), (kind, shape)
            for k in 1, 2:
                try:
                    want = top(a, k, axis, **words)
                except ValueError:
                    assert (quick_top(a, k, axis, **words) < 0).any()
                else:
                    assert np.array_equal(quick_top(a, k, axis, **words), want), (kind, shape)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_the_oracle_answers_as_numpy(axis: int | None) -> None:
    """What NumPy can be asked the oracle answers alike: ties, NaN, keepdims, a stable sort."""
    a = np.random.default_rng(0).integers(0, 9, (6, 8)).astype(float)
    for _ in range(2):
        for keepdims in False, True:
            for largest, function in (False, np.argmin), (True, np.argmax):
                want = function(a, axis, keepdims=keepdims)
                got = argbest(a, axis, largest=largest, keepdims=keepdims)
                assert np.array_equal(got, want)
                assert got.shape == np.shape(want)
        want = np.argsort(a, axis, kind="stable").take([0, 1, 2], -1 if axis is None else axis)
        assert np.array_equal(top(a, 3, axis, largest=False), want)
        a[2, 3] = a[4, 3] = a[4, 4] = np.nan


def test_the_oracle_by_hand() -> None:
    """A few answers that one can see."""
    nan = np.nan
    a: list[float] = [3, nan, 1, nan, 1, 4]
    assert argbest(a) == 1
    assert argbest(a, ties="last") == 3
    assert argbest(a, nan_policy="omit") == 2
    assert argbest(a, nan_policy="omit", ties="last") == 4
    assert argbest(a, largest=True, where=[True, False, True, False, True, False]) == 0
    assert argbest([], default=-1) == -1
    assert argbest([[5, 0], [0, 5]], (1, 0)) == 1
    assert argbest([[nan, nan], [2.0, 1.0]], 1, nan_policy="omit", default=7).tolist() == [7, 1]
    assert argbest(np.zeros((2, 3, 4)), (2, 0), keepdims=True).shape == (1, 3, 1)
    assert top(a, 4).tolist() == [5, 0, 2, 4]
    assert top(a, 5, largest=False).tolist() == [2, 4, 0, 5, 1]
    assert top(np.zeros((2, 3, 4)), 2, (0, 2)).shape == (3, 2)
    refusals: list[dict[str, Any]] = [{"nan_policy": "raise"}, {"where": False}]
    for refused in refusals:
        with pytest.raises(ValueError, match="candidate"):
            argbest(a, **refused)
        with pytest.raises(ValueError, match="candidate"):
            top(a, 1, **refused)
    with pytest.raises(ValueError, match="has 4 candidates, fewer than 5"):
        top(a, 5, nan_policy="omit")
