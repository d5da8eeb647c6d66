"""Any keywords on any array, as Hypothesis draws them, give the oracle's answer."""

from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

import minloc
from minloc.reference import argbest
from support.answers import agree, outcome
from support.arrays import Array
from support.bits import same_elements
from support.drawn import axes, broadcast_masks, things
from support.keywords import POLICIES, TIES
from support.quick_oracle import Axis, axes_of, slices_of, values_at


@st.composite
def calls(draw: st.DrawFn) -> tuple[Array, Axis, dict[str, Any]]:
    """Draw an array, its axes, and keywords."""
    a = draw(things())
    words: dict[str, Any] = {}
    if draw(st.booleans()):
        words["where"] = draw(broadcast_masks(a.shape))
    if draw(st.booleans()):
        words["ties"] = draw(st.sampled_from(TIES))
    nans = a.dtype == object and (a != a).any()  # those have no order, and NumPy's rule is none
    if nans or draw(st.booleans()):
        words["nan_policy"] = draw(st.sampled_from(POLICIES[1:] if nans else POLICIES))
    if draw(st.booleans()):
        words["keepdims"] = draw(st.booleans())
    if draw(st.booleans()):
        words["default"] = draw(st.integers(-3, 3))
    return a, draw(axes(a.ndim)), words


@given(calls(), st.sampled_from([None, "i4", "u2", ">i8"]))
@settings(max_examples=600, deadline=None)
def test_any_keywords_on_any_array_answer_as_the_oracle(
    call: tuple[Array, Axis, dict[str, Any]], dtype: Any
) -> None:
    """The index functions with any keywords give the oracle's answer or its refusal."""
    a, axis, words = call
    least = outcome(argbest, a, axis, **words)
    most = outcome(argbest, a, axis, largest=True, **words)
    assert agree(outcome(minloc.argmin, a, axis, **words), least)
    assert agree(outcome(minloc.argmax, a, axis, **words), most)
    both = outcome(minloc.argminmax, a, axis, **words)
    assert agree(both if both is ValueError else both.argmin, least)
    assert agree(both if both is ValueError else both.argmax, most)
    if words.get("nan_policy") == "omit":
        rest = {name: word for name, word in words.items() if name != "nan_policy"}
        assert agree(outcome(minloc.nanargmin, a, axis, **rest), least)
        assert agree(outcome(minloc.nanargmax, a, axis, **rest), most)
    if dtype is not None and words.get("default", 0) >= 0:
        got = outcome(minloc.argmin, a, axis, dtype=dtype, **words)
        assert agree(got, least)
        assert got is ValueError or got.dtype.str[1:] == np.dtype(dtype).str[1:]
    if least is not ValueError:
        out = np.empty(least.shape, np.intp)
        assert minloc.argmin(a, axis, out, **words) is out
        assert np.array_equal(out, least)


@given(calls())
@settings(max_examples=400, deadline=None)
def test_any_keywords_find_the_value_and_the_place(
    call: tuple[Array, Axis, dict[str, Any]],
) -> None:
    """The value and the place are those of the oracle's index, with any keywords."""
    a, axis, words = call
    keepdims = words.pop("keepdims", False)
    over = axes_of(a.ndim, axis)
    missing = outcome(argbest, a, axis, **{**words, "default": -9})
    bad = missing is not ValueError and bool((missing < 0).any())
    for find, locate, largest in (
        (minloc.findmin, minloc.minloc, False),
        (minloc.findmax, minloc.maxloc, True),
    ):
        want = outcome(argbest, a, axis, largest=largest, **words)
        places = outcome(locate, a, axis, keepdims=keepdims, **words)
        if want is ValueError:
            assert places is ValueError
            assert outcome(find, a, axis, keepdims=keepdims, **words) is ValueError
            continue
        wide = np.expand_dims(want, over) if keepdims else want
        gone = np.expand_dims(missing, over) if keepdims else missing
        shape = tuple(a.shape[i] for i in over)
        if shape and not bad:
            for place, along in zip(places, np.unravel_index(wide, shape), strict=True):
                assert agree(place, along)
        if bad and (a.dtype.kind not in "fcmM"):
            continue  # what is said then has its own tests
        values, indices = find(a, axis, keepdims=keepdims, **words)
        assert agree(indices, wide)
        assert np.shape(values) == wide.shape
        nothing = gone < 0
        assert all(x != x for x in np.asarray(values)[nothing])
        if slices_of(a, axis).shape[-1]:
            there = values_at(a, axis, np.where(missing < 0, 0, want))
            found = np.asarray(values)[~nothing]
            there = np.asarray(there).reshape(wide.shape)[~nothing]
            if a.dtype.kind in "OTSU":
                assert list(found) == list(there)
            else:
                assert same_elements(found, there)


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6)))
@settings(max_examples=200, deadline=None)
def test_first_and_last_are_each_others_mirror(a: Array) -> None:
    """The last of a slice is the first of its mirror image."""
    for axis in range(a.ndim):
        n = a.shape[axis]
        for function in minloc.argmin, minloc.argmax:
            mirrored = function(np.flip(a, axis), axis)
            assert np.array_equal(function(a, axis, ties="last"), n - 1 - mirrored)
