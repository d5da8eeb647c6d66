"""Slices of one to six elements under a mask."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from minloc import _core
from minloc.reference import argbest
from support.arrays import DTYPES


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_slices_of_few_elements_under_a_mask(isa: str, dtype: Any) -> None:
    """One to six elements a slice, whatever the worst value is and whatever the mask leaves."""
    rng = np.random.default_rng(5)
    for length, slices in itertools.product((1, 2, 3, 4, 5, 6), (1, 3, 64, 65, 300)):
        for name in "ties", "worst":
            shape = (length, slices)
            a = rng.integers(0, 2, shape).astype(dtype)
            if name == "worst" and a.dtype.kind in "fc":
                a = np.where(rng.random(shape) < 0.5, rng.choice([np.inf, -np.inf], shape), a)
                a[rng.random(shape) < 0.1] = nan
                a = a.astype(dtype)
            where = rng.random(shape) < 0.5
            for policy, largest in itertools.product(("propagate", "omit"), (False, True)):
                words: dict[str, Any] = {"nan_policy": policy, "default": -1}
                want = argbest(a, 0, largest=largest, where=where, **words)
                function = minloc.argmax if largest else minloc.argmin
                for b, axis, w in (a, 0, where), (a.T, 1, where.T):
                    assert np.array_equal(function(b, axis, where=w, **words), want), (isa, shape)
                got = function(a[:, ::-1], 0, where=where[:, ::-1], **words)
                assert np.array_equal(got, want[::-1]), (isa, shape)


def test_slices_of_one_element_are_taken_many_at_once() -> None:
    """Under a mask, too, where the elements lie side by side."""
    for a, axis in (np.zeros((1, 1000)), 0), (np.zeros((1000, 1)), 1):
        assert _core.plan_of(a, axis, a != 0)["leaf"] == "columns"


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "f2", "bfloat16"])
@pytest.mark.parametrize("length", [31, 32, 33, 34, 100, 256, 257, 384, 385])
def test_narrow_elements_around_the_lengths_where_loops_change(
    isa: str, dtype: Any, length: int
) -> None:
    """Many ties and the worst and the best values, in both directions, one or several answers."""
    rng = np.random.default_rng(length)
    d = np.dtype(dtype)
    ends = [np.iinfo(d).min, np.iinfo(d).max] if d.kind in "iu" else [-np.inf, np.inf, -0.0, nan]
    few = rng.integers(0, 3, (2, 2, length)).astype(d)
    for values in few, np.where(rng.random(few.shape) < 0.9, np.array(ends[-1], d), few):
        a = values.copy()
        a[rng.random(a.shape) < 0.02] = ends[0]
        for b, axis, largest, policy, ties in itertools.product(
            (a, a[..., ::-1]), (-1, (0, 2)), (False, True), ("propagate", "omit"), ("first", "last")
        ):
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "default": -1}
            want = argbest(b, axis, largest=largest, **words)
            function = minloc.argmax if largest else minloc.argmin
            assert np.array_equal(function(b, axis, **words), want), (isa, axis, largest, words)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("gap", [0, 3])
def test_short_slices_that_run_down(isa: str, dtype: Any, gap: int) -> None:
    """The last of equals, and reversed views, of slices next to each other and with gaps."""
    rng = np.random.default_rng(gap)
    for length in 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 65:
        a = rng.integers(0, 3, (70, length + gap)).astype(dtype)[:, :length]
        for largest, function in (False, minloc.argmin), (True, minloc.argmax):
            first = np.argmax(a[:, ::-1], 1) if largest else np.argmin(a[:, ::-1], 1)
            assert np.array_equal(function(a[:, ::-1], 1), first), (isa, length)
            assert np.array_equal(function(a, 1, ties="last"), length - 1 - first), (isa, length)


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "f2", "bfloat16"])
@pytest.mark.parametrize("length", [20, 33, 65, 129, 256, 257, 512, 513, 768, 769])
def test_narrow_elements_of_more_slices_than_are_folded_together(
    isa: str, dtype: Any, length: int
) -> None:
    """Equal elements in all parts of a slice; in some slices the best one is in the last part."""
    rng = np.random.default_rng(length)
    d = np.dtype(dtype)
    ends = [np.iinfo(d).min, np.iinfo(d).max] if d.kind in "iu" else [-np.inf, nan]
    a = np.where(rng.random((19, length)) < 0.9, np.array(ends[1], d), ends[0]).astype(d)
    a[::3] = ends[1]
    a[1::3, : length - 5] = 1
    for b, largest, policy, ties in itertools.product(
        (a, a[:, ::-1]), (False, True), ("propagate", "omit"), ("first", "last")
    ):
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "default": -1}
        want = argbest(b, 1, largest=largest, **words)
        function = minloc.argmax if largest else minloc.argmin
        assert np.array_equal(function(b, 1, **words), want), (isa, largest, words)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_answers_of_many_slices_are_handed_over_several_times(isa: str, dtype: Any) -> None:
    """Each slice keeps its own, also where some have no candidate."""
    rng = np.random.default_rng(0)
    for slices, length in (256, 5), (257, 3), (600, 5), (600, 8), (517, 9):
        a = rng.integers(0, 3, (slices, length)).astype(dtype)
        if a.dtype.kind in "fc":
            a[rng.random(a.shape) < 0.6] = nan
        for largest, function in (False, minloc.argmin), (True, minloc.argmax):
            words: dict[str, Any] = {"nan_policy": "omit", "default": -1}
            want = argbest(a, 1, largest=largest, **words)
            assert np.array_equal(function(a, 1, **words), want), (isa, slices, length)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_few_slices_of_less_than_a_vector(isa: str, dtype: Any) -> None:
    """One slice, or a few, packed or with gaps: ties, the worst of all values, NaN."""
    rng = np.random.default_rng(9)
    for length, slices in itertools.product((2, 3, 7, 10, 15, 31), (1, 3)):
        a = rng.integers(0, 2, (slices, length + 3)).astype(dtype)
        if a.dtype.kind in "fc":
            a[rng.random(a.shape) < 0.3] = rng.choice([np.inf, -np.inf, nan])
            a[0] = rng.choice([a[0, 0], np.inf, nan])
        for b, axis in (a[:, :length].copy(), 1), (a[:, :length], 1), (a[:, :length].T.copy(), 0):
            for policy, largest in itertools.product(("propagate", "omit"), (False, True)):
                words: dict[str, Any] = {"nan_policy": policy, "default": -1}
                want = argbest(b, axis, largest=largest, **words)
                function = minloc.argmax if largest else minloc.argmin
                assert np.array_equal(function(b, axis, **words), want), (isa, b, words)


def test_a_small_array_along_each_axis(isa: str) -> None:
    """Of two axes and three, also into an `out` that lies otherwise, and with the axis kept."""
    for shape in (8, 10), (3, 4, 5), (6, 1, 7), (1, 9), (9, 1), (2, 2, 2, 2), (5000, 2):
        a = np.random.default_rng(1).integers(-3, 3, shape).astype("i1")
        for axis in range(a.ndim):
            want = np.argmin(a, axis)
            out = np.empty(want.shape[::-1], np.intp).T
            for b in a, np.asfortranarray(a):
                assert np.array_equal(minloc.argmin(b, axis), want), (isa, shape, axis)
            assert minloc.argmin(a, axis, out=out) is out
            assert np.array_equal(out, want), (isa, shape, axis)
            kept = minloc.argmin(a, axis, keepdims=True)
            assert np.array_equal(kept, np.argmin(a, axis, keepdims=True))


@pytest.mark.parametrize(
    ("dtype", "length"),
    [("u1", 5), ("u1", 10), ("u1", 100), ("u1", 360), ("i2", 10), ("i2", 500), ("f4", 7)],
)
def test_short_slices_out_of_cache(isa: str, dtype: str, length: int) -> None:
    """What follows is prefetched, up to the end of the array and of the answers and behind them."""
    a = np.random.default_rng(length).integers(0, 100, (18 << 20) // np.dtype(dtype).itemsize)
    a = a[: a.size // length * length].reshape(-1, length).astype(dtype)
    for b in a, a[:, ::-1]:
        want = np.argmax(b, 1)
        for threads in 1, 2:
            with minloc.threads(threads):
                assert np.array_equal(minloc.argmax(b, 1), want), isa
