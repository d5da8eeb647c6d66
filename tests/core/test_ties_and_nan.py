"""Which of equal elements is the answer, which NaN, and when a NaN is none or an error."""

from typing import Any

import numpy as np
import pytest
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from support.arrays import DTYPES, LAYOUTS
from support.keywords import LONG_SLICES
from support.quick_oracle import axes_of, slices_of

# --- ties -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_of_equals_is_found_everywhere(isa: str, dtype: str) -> None:
    """Two equal minima far apart: "first" is the one, "last" the other, on every path."""
    for shape, axis in LONG_SLICES:
        count = len(axes_of(len(shape), axis))
        n = slices_of(np.empty(shape), axis).shape[-1]
        for early, late in (0, n - 1), (1, n - 2), (n // 3, n // 3 + 1):
            ones = np.ones(shape, dtype)
            slices = np.moveaxis(ones, axes_of(len(shape), axis), range(-count, 0))
            for at in early, late:
                slices[(..., *np.unravel_index(at, slices.shape[-count:]))] = 0
            for change in LAYOUTS.values():
                a = change(ones)
                assert np.all(minloc.argmin(a, axis) == early)
                assert np.all(minloc.argmin(a, axis, ties="last") == late)
                zeros = a != np.ones((), dtype)
                assert np.all(minloc.argmax(a, axis, ties="last", where=zeros) == late)


def test_zeros_of_either_sign_are_equal(isa: str) -> None:
    """0.0 and -0.0 tie, so the tie rule decides; the value keeps its sign."""
    for dtype in "efdg":
        a = np.full(1000, 5, dtype)
        a[[100, 900]] = -0.0, 0.0
        words: list[dict[str, Any]] = [{"ties": "first"}, {"ties": "last"}]
        for word, at in zip(words, (100, 900), strict=True):
            values, indices = minloc.findmin(a, **word)
            assert indices == at
            assert np.signbit(values) == (at == 100)
            values, indices = minloc.findmax(-a, **word)
            assert indices == at
            assert np.signbit(values) == (at == 900)


# --- NaN ------------------------------------------------------------------------------------------


def test_the_first_or_the_last_nan_wins(isa: str) -> None:
    """Under "propagate" a NaN beats every number, and the tie rule says which one."""
    for dtype in "efdgFDG":
        for n in 3, 50, 5000:
            a = np.zeros(n, dtype)
            a[[1, n - 1]] = nan
            a[0] = -np.inf
            for function in minloc.argmin, minloc.argmax:
                assert function(a) == 1
                assert function(a, ties="last") == n - 1
                assert function(a, ties="last", where=np.arange(n) < n - 1) == 1
    dates = np.array([5, 3, "NaT", 4, "NaT", 9], "M8[D]")
    assert minloc.argmax(dates, ties="last") == minloc.argmin(dates, ties="last") == 4
    assert minloc.argmin(dates, nan_policy="omit", ties="last") == 1


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "G", "M8[s]", "bfloat16"])
def test_raise_sees_every_nan_that_counts(isa: str, dtype: str) -> None:
    """One NaN anywhere is an error, unless it is masked; `out` stays as it was."""
    a = np.ones((50, 60), dtype)
    missing = np.array("NaT", a.dtype) if a.dtype.kind == "M" else nan
    for place in (0, 0), (20, 31), (49, 59):
        b = a.copy()
        b[place] = missing
        for axis in None, 0, 1, (1, 0):
            out = np.full(np.shape(minloc.argmin(a, axis)), -7)
            words = {"nan_policy": "raise", "where": b == b}
            for function in minloc.argmin, minloc.argmax:
                assert np.all(function(a, axis, nan_policy="raise") == 0)
                for layout in b, np.asfortranarray(b), b[::-1, ::-1].copy()[::-1, ::-1]:
                    with pytest.raises(ValueError, match="NaN"):
                        function(layout, axis, out, nan_policy="raise", default=-1)
                    got = function(layout, axis, **words)
                    assert np.array_equal(got, function(a, axis, where=b == b))
            assert np.all(out == -7)


def test_a_null_string_is_no_candidate_under_omit() -> None:
    """A null of StringDType is NaN: omitted, or an error."""
    a = np.array(["b", nan, "a", nan, "a", nan], StringDType(na_object=nan))
    assert minloc.argmin(a, nan_policy="omit", ties="last") == 4
    assert minloc.argmax(a, nan_policy="omit") == 0
    assert minloc.argmin(a[1::2], nan_policy="omit", default=-1) == -1
    with pytest.raises(ValueError, match="NaN"):
        minloc.argmin(a, nan_policy="raise")
