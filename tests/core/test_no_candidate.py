"""A slice without a candidate gets `default`, or is an error, and hides no other."""

from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from support.arrays import LAYOUTS
from support.bits import same_elements
from support.keywords import POLICIES

# --- slices without a candidate -------------------------------------------------------------------


@pytest.mark.parametrize("default", [-1, 0, 2, 10**6, np.int8(-3), -(2**63)])
def test_a_bad_slice_gets_the_default_and_hides_no_other(isa: str, default: Any) -> None:
    """Only the slices without a candidate get it, whatever int it is."""
    a = np.array([[nan, nan, nan], [3.0, 1.0, nan], [nan, 2.0, 2.0]])
    for layout in LAYOUTS.values():
        b = layout(a)
        got = minloc.nanargmin(b, 1, default=default, ties="last")
        assert got.tolist() == [default, 1, 2]
        got = minloc.argmin(b, 1, where=~np.isnan(b), default=default)
        assert got.tolist() == [default, 1, 1]
        got = minloc.argmin(b, where=b > 5, default=default)
        assert got == default
        assert type(got) is np.intp
    assert minloc.argmin(np.zeros((0, 3)), default=default) == default
    assert minloc.argmin(np.zeros((3, 0)), 1, default=default).tolist() == [default] * 3
    assert minloc.argmin(np.zeros((3, 0)), 0, default=default).tolist() == []
    assert minloc.argmin(np.zeros((2, 0, 3, 0)), (3, 1), default=default).tolist() == (
        [[default] * 3] * 2
    )


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "G", "m8[s]", "bfloat16"])
def test_the_value_of_nothing_is_nan(isa: str, dtype: str) -> None:
    """With `default`, a slice without a candidate has NaN or NaT as its value."""
    a = np.arange(12).reshape(3, 4).astype(dtype)
    where = np.arange(3)[:, np.newaxis] != 1
    for function, column in (minloc.findmin, 0), (minloc.findmax, 3):
        for b, axis, rows in (a, 1, where), (a.T, 0, where.T), (np.asfortranarray(a), -1, where):
            values, indices = function(b, axis, where=rows, default=-1)
            assert values.dtype == a.dtype
            assert indices.tolist() == [column, -1, column]
            assert same_elements(values[::2], a[::2, column])
            assert values[1] != values[1]
    value, index = minloc.findmin(a, where=np.False_, default=-5)
    assert value != value
    assert index == -5
    with pytest.raises(ValueError, match="empty sequence"):
        minloc.findmin(a, 1, where=where)


@pytest.mark.parametrize("dtype", ["?", "i4", "u8", "S3", "U3"])
def test_a_dtype_without_nan_has_no_value_for_nothing(dtype: str) -> None:
    """A dtype that has neither NaN nor NaT is a TypeError that says so."""
    a = np.ones((3, 4), dtype)
    where = np.arange(3)[:, np.newaxis] != 1
    for function in minloc.findmin, minloc.findmax:
        with pytest.raises(TypeError, match=r"(?s)NaN.*NaT"):
            function(a, 1, where=where, default=-1)
        assert function(a, 1).indices.tolist() == [0, 0, 0]
    assert minloc.argmin(a, 1, where=where, default=-1).tolist() == [0, -1, 0]
    assert minloc.argminmax(a, 1, where=where, default=-1).argmax.tolist() == [0, -1, 0]


def test_masked_arrays_take_the_keywords_too() -> None:
    """The mask of a masked array is `where=`, beside one that is given."""
    hidden = np.array([[0, 0, 0, 1], [1, 1, 1, 1]], bool)
    a = np.ma.array([[5, 1, 1, 7], [2, 3, 4, 5]], mask=hidden)
    assert minloc.argmin(a, 1, ties="last", default=-1).tolist() == [2, -1]
    assert minloc.argmin(a, (0, 1), ties="last") == 2
    where = [[True, False, False, True], [True] * 4]
    assert minloc.argmin(a, 1, where=where, default=-1).tolist() == [0, -1]
    assert minloc.argmin(a, 1, default=-1, dtype=np.int8).dtype == np.int8
    assert minloc.argminmax(a, 1, default=-1).argmax.tolist() == [0, -1]
    assert [i.tolist() for i in minloc.minloc(a)] == [0, 1]
    values, indices = minloc.findmin(a.astype(float), 1, default=-1)
    assert indices.tolist() == [1, -1]
    assert values[0] == 1
    assert np.isnan(values[1])


# --- objects --------------------------------------------------------------------------------------


class Untouchable:
    """A thing that must not be looked at."""

    def __lt__(self, other: object) -> bool:
        raise AssertionError("a masked element was compared")

    __gt__ = __le__ = __ge__ = __lt__

    def __eq__(self, other: object) -> bool:
        return self < other


def test_a_masked_object_is_never_compared() -> None:
    """What is no candidate is not asked anything, so it may be of any class."""
    taboo = Untouchable()
    a = np.array([[taboo, 3, 1, 1], [4, taboo, 2, taboo], [taboo] * 4], object)
    where = np.array([[x is not taboo for x in row] for row in a])
    for layout in a, np.asfortranarray(a), a[:, ::-1].copy()[:, ::-1]:
        for policy in POLICIES:
            words: dict[str, Any] = {"where": where, "nan_policy": policy, "default": -1}
            assert minloc.argmin(layout, 1, **words).tolist() == [2, 2, -1]
            assert minloc.argmin(layout, 1, **words, ties="last").tolist() == [3, 2, -1]
            assert minloc.argmax(layout, 1, **words).tolist() == [1, 0, -1]
            assert minloc.argmin(layout, (1, 0), **words) == 6
    values, indices = minloc.findmin(a[:2], 1, where=where[:2], ties="last")
    assert values.tolist() == [1, 2]
    assert indices.tolist() == [3, 2]
