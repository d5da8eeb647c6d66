"""top_k on any number of threads, and with any keywords on any array."""

import itertools
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy import nan

import minloc
from minloc.reference import top
from support.answers import agree, outcome
from support.arrays import Array
from support.bits import same_elements
from support.drawn import axes, broadcast_masks, things
from support.elements import elements
from support.keywords import MODES, POLICIES
from support.quick_oracle import Axis, quick_top, slices_of

# --- threads --------------------------------------------------------------------------------------


#: Arrays that are shared among threads, and how many are asked for.
SHARED: list[tuple[tuple[int, ...], Axis, int]] = [
    ((700_003,), -1, 3),
    ((700_003,), None, 1000),
    ((3, 233_401), 1, 10),
    ((233_401, 3), 1, 2),
    ((116_703, 6), 0, 10),
    ((97, 37, 195), (2, 0), 10),
]


@pytest.mark.parametrize(("shape", "axis", "k"), SHARED)
@pytest.mark.parametrize("spread", [3, 2**40])
def test_every_number_of_threads_gives_one_answer(
    shape: tuple[int, ...], axis: Axis, k: int, spread: int
) -> None:
    """One, two and seven threads agree, with ties and NaN across the cuts."""
    rng = np.random.default_rng(len(shape))
    a = rng.integers(0, spread, shape).astype(float)
    a[rng.random(shape) < 1e-5] = nan
    where = rng.random(shape) < 0.9
    if shape[-1] == 3:
        where[:, 1:] = True  # so that each slice has two
    for b, words in itertools.product(
        (a, np.asfortranarray(a)),
        [{"mode": "largest"}, {"mode": "smallest", "where": where}],
    ):
        asked: dict[str, Any] = {"axis": axis, "nan_policy": "propagate", **words}
        with minloc.threads(1):
            want = minloc.top_k(b, k, **asked)
        for n in 2, 7:
            with minloc.threads(n):
                got = minloc.top_k(b, k, **asked)
            assert np.array_equal(got.indices, want.indices)
            assert same_elements(got.values, want.values)
        if shape[-1] != 3:
            largest = words["mode"] == "largest"
            mask = words.get("where", True)
            assert np.array_equal(want.indices, quick_top(b, k, axis, largest=largest, where=mask))


# --- properties -----------------------------------------------------------------------------------


@st.composite
def calls(draw: st.DrawFn) -> tuple[Array, int, Axis, dict[str, Any]]:
    """Draw an array, k, axes and keywords."""
    a = draw(things())
    over = draw(axes(a.ndim))
    n = slices_of(np.empty(a.shape), over).shape[-1]
    words: dict[str, Any] = {"axis": over, "mode": draw(st.sampled_from(MODES))}
    if draw(st.booleans()):
        words["where"] = draw(broadcast_masks(a.shape))
    nans = a.dtype == object and (a != a).any()
    words["nan_policy"] = draw(st.sampled_from(POLICIES[1:] if nans else POLICIES))
    return a, draw(st.integers(0, min(n + 1, 12))), over, words


@given(calls())
@settings(max_examples=400, deadline=None)
def test_any_keywords_on_any_array_answer_as_the_oracle(
    call: tuple[Array, int, Axis, dict[str, Any]],
) -> None:
    """Indices are the oracle's or its refusal, and values are the elements there."""
    a, k, axis, words = call
    asked = {name: word for name, word in words.items() if name != "mode"}
    want = outcome(top, a, k, **asked, largest=words["mode"] == "largest")
    got = outcome(minloc.top_k, a, k, **words)
    assert agree(got if got is ValueError else got.indices, want)
    if got is ValueError:
        return
    assert got.values.dtype.kind == a.dtype.kind
    there = elements(a, axis, want)
    if a.dtype.kind in "OTSU":
        assert got.values.tolist() == there.tolist()
    else:
        assert same_elements(got.values, there)


@given(things(), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_the_best_is_argmax(a: Array, k: int) -> None:
    """The first of the k largest is argmax, of the k smallest argmin, where there is no NaN."""
    if a.dtype.kind in "fcmMO" and (a != a).any():
        return
    for axis in range(a.ndim):
        if a.shape[axis] >= k and a.size:
            first = minloc.top_k(a, k, axis=axis).indices.take(0, axis)
            assert np.array_equal(first, minloc.argmax(a, axis))
            first = minloc.top_k(a, k, axis=axis, mode="smallest").indices.take(0, axis)
            assert np.array_equal(first, minloc.argmin(a, axis))
