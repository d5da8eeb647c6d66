"""Exceptions have NumPy's texts to the letter, and travel."""

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from support.raised import slice_of
from support.side_by_side import ours, theirs

# --- NumPy's texts --------------------------------------------------------------------------------


BAD_CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "nothing": (([],), {}),
    "nothing along an axis": ((np.ones((3, 0)), 1), {}),
    "no slices of nothing": ((np.ones((0, 0)), 0), {}),
    "an axis too far": ((np.ones((2, 3)), 2), {}),
    "an axis too low": ((np.ones((2, 3)), -3), {}),
    "an axis of 0-d": ((5, 1), {}),
    "no array": ((), {}),
    "too many arguments": (([1, 2], 0, None, True), {}),
    "an axis twice": (([1, 2], 0), {"axis": 0}),
    "a bool axis": (([1, 2], True), {}),
    "a float axis": (([1, 2], 1.0), {}),
    "a list of axes": (([1, 2], [0]), {}),
    "an array of axes": (([1, 2], np.array([0])), {}),
    "a text axis": (([1, 2], "0"), {}),
    "an axis too large for C": (([1, 2], 2**40), {}),
    "an axis too large for all": (([1, 2], 2**70), {}),
    "no order": ((np.zeros(3, "V2"),), {}),
    "a record": ((np.zeros(3, [("x", "i4")]),), {}),
    "an out of another shape": ((np.ones((2, 3)), 1, np.zeros(3, int)), {}),
    "an out of too many axes": ((np.ones(3), 0, np.zeros(1, int)), {}),
    "an out of floats": ((np.ones((2, 3)), 1, np.zeros(2)), {}),
    "an out of unsigned integers": ((np.ones((2, 3)), 1, np.zeros(2, "u8")), {}),
    "an out that is a list": ((np.ones((2, 3)), 1, [0, 0]), {}),
    "an ambiguous keepdims": (([1, 2],), {"keepdims": np.array([1, 2])}),
    "no such keyword": (([1, 2],), {"foo": 1}),
    "objects without an order": ((np.array([1, None], object),), {}),
    "nulls without an order": ((np.array(["a", None], StringDType(na_object=None)),), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", ["argmin", "argmax", "nanargmin", "nanargmax"])
@pytest.mark.parametrize("call", BAD_CALLS.values(), ids=BAD_CALLS.keys())
def test_a_text_is_numpys_to_the_letter(name: str, call: tuple[Any, Any]) -> None:
    """Programs compare `str(error)` with it."""
    args, words = call
    errors = []
    for function in theirs(name), ours(name):
        with pytest.raises(Exception, match=r".") as raised:
            function(*args, **words)
        errors.append((raised.type, str(raised.value)))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("name", ["nanargmin", "nanargmax"])
def test_the_text_of_a_slice_of_nan_is_numpys(name: str) -> None:
    """Whatever else is known is not in it."""
    for a, axis in (([nan, nan], None), ([[1, 2], [nan, nan]], 1), (np.full((2, 3, 2), nan), 0)):
        errors = []
        for function in theirs(name), ours(name):
            with pytest.raises(ValueError, match="NaN") as raised:
                function(a, axis)
            errors.append(str(raised.value))
        assert errors == ["All-NaN slice encountered"] * 2


def test_the_shape_of_out_is_in_a_note() -> None:
    """The text is NumPy's; which shapes there are is said beside it."""
    with pytest.raises(ValueError, match="out") as raised:
        minloc.argmax(np.ones((2, 3)), 1, np.zeros(3, int))
    assert str(raised.value) == "output array does not match result of np.argmax."
    assert raised.value.__notes__ == ["out has the shape (3,), the result (2,)"]


# --- on the way -----------------------------------------------------------------------------------


def fails(axis: int) -> Any:
    """Raise an error about a slice."""
    return minloc.nanargmin(np.array([[1.0, 2.0], [nan, nan]]), axis, where=np.True_)


def test_an_error_travels() -> None:
    """Pickled, copied, and out of another process: text, notes and place."""
    with pytest.raises(ValueError, match="All-NaN") as raised:
        fails(1)
    for again in pickle.loads(pickle.dumps(raised.value)), copy.copy(raised.value):
        assert type(again) is ValueError
        assert str(again) == "All-NaN slice encountered"
        assert getattr(again, "index", None) == (1,)
        assert again.__notes__ == raised.value.__notes__
    with ProcessPoolExecutor(1) as pool, pytest.raises(ValueError, match="All-NaN") as far:
        pool.submit(fails, 1).result()
    assert slice_of(far) == (1,)


def test_a_call_that_succeeds_after_an_error_is_not_touched_by_it() -> None:
    """Errors are made anew: what one says of its slice is not said of the next."""
    for place in 1, 0:
        a = np.ones((2, 2))
        a[place] = nan
        with pytest.raises(ValueError, match="All-NaN") as raised:
            minloc.nanargmax(a, 1)
        assert slice_of(raised) == (place,)
        assert len(raised.value.__notes__) == 1
