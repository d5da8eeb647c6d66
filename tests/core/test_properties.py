"""Random arrays against NumPy: what nobody thought of listing as a case."""

import warnings
from collections.abc import Callable
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings
from numpy.typing import NDArray

import minloc
from minloc.reference import argbest
from support.drawn import arrays


@st.composite
def calls(draw: st.DrawFn) -> tuple[NDArray[Any], int | None, bool]:
    """Draw an array, an axis of it and keepdims."""
    a = draw(arrays())
    axis = draw(st.one_of(st.none(), st.integers(-a.ndim, a.ndim - 1)))
    return a, axis, draw(st.booleans())


@given(calls())
@settings(max_examples=600, deadline=None)
def test_argmin_and_argmax_answer_as_numpy(call: tuple[NDArray[Any], int | None, bool]) -> None:
    """Value, type, dtype and shape are NumPy's."""
    a, axis, keepdims = call
    for ours, numpys in (minloc.argmin, np.argmin), (minloc.argmax, np.argmax):
        got, want = ours(a, axis, keepdims=keepdims), numpys(a, axis, keepdims=keepdims)
        assert type(got) is type(want)
        assert np.array_equal(got, want)
        assert np.shape(got) == np.shape(want)


@given(calls(), st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_where_and_nan_answer_as_the_oracle(
    call: tuple[NDArray[Any], int | None, bool], random: Any
) -> None:
    """With a mask, and with NaN left out, the answer or the refusal is the oracle's."""
    a, axis, keepdims = call
    where = np.array([random.random() < 0.7 for _ in range(a.size)], bool).reshape(a.shape)
    functions: dict[tuple[bool, str], Callable[..., Any]] = {
        (False, "propagate"): minloc.argmin,
        (True, "propagate"): minloc.argmax,
        (False, "omit"): minloc.nanargmin,
        (True, "omit"): minloc.nanargmax,
    }
    for (largest, nan_policy), function in functions.items():
        for mask in True, where:
            try:
                want = argbest(
                    a, axis, largest=largest, nan_policy=nan_policy, keepdims=keepdims, where=mask
                )
            except ValueError:
                want = None
            try:
                got = function(a, axis, keepdims=keepdims, where=mask)
            except ValueError:
                got = None
            assert np.array_equal(got, want)
            assert np.shape(got) == np.shape(want)


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6)))
@settings(max_examples=200, deadline=None)
def test_nanargmin_finds_nanmin(a: NDArray[np.float64]) -> None:
    """The element at the answer is NumPy's nanmin, for every slice that has one."""
    for axis in range(a.ndim):
        if np.isnan(a).all(axis).any():
            continue
        with warnings.catch_warnings():
            index = minloc.nanargmin(a, axis, keepdims=True)
            value = np.take_along_axis(a, index, axis)
            assert np.array_equal(value, np.nanmin(a, axis, keepdims=True))
