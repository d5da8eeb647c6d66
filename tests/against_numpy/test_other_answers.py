"""Answers that differ from NumPy's on purpose, with both side by side.

Every test shows NumPy's answer too, so one fails when a new NumPy answers otherwise: then the
difference is smaller than docs/differences-from-numpy.md says, and the page changes with it.
"""

from typing import Any

import numpy as np
import pytest
from ml_dtypes import bfloat16
from numpy import inf, nan

from support.arrays import Array
from support.objects import strings
from support.side_by_side import cases, ours, theirs


def masked(values: Any, mask: Any, dtype: Any = None) -> Any:
    """Make a masked array."""
    return np.ma.array(values, mask=np.array(mask, bool), dtype=dtype)


# --- a different answer ---------------------------------------------------------------------------


MOST = np.iinfo(np.int64).max
DATES = np.array(["2020", "NaT", "2019", "2021"], "M8[Y]")
TIMES = np.array([3, -(2**63), 1, 5]).view("m8[s]")
BFLOATS = np.array([2, nan, 1, 3], bfloat16)
WORDS = strings("b", nan, "a", nan, "c")

# Why, the function, its arguments, NumPy's answer, and minloc's.
ANSWERS = cases(
    # NumPy puts an infinity in the place of NaN, and the first infinity is then the NaN itself.
    ("NaN, inf", "nanargmin", ([nan, inf],), 0, 1),
    ("NaN, -inf", "nanargmax", ([nan, -inf],), 0, 1),
    ("NaN, inf in float16", "nanargmin", (np.array([nan, inf], "e"),), 0, 1),
    ("NaN, inf in long double", "nanargmin", (np.array([nan, inf], "g"),), 0, 1),
    ("NaNs, infs", "nanargmin", ([nan, nan, inf, nan, inf],), 0, 2),
    ("NaN, inf in rows", "nanargmin", ([[nan, inf], [inf, nan]], 1), [0, 0], [1, 0]),
    ("NaN, -inf in columns", "nanargmax", ([[nan, -inf], [-inf, nan]], 0), [0, 0], [1, 0]),
    ("complex NaN, inf", "nanargmin", ([nan + 0j, complex(inf, 1)],), 0, 1),
    ("complex NaN, -inf", "nanargmax", ([nan + 0j, complex(-inf, -1)],), 0, 1),
    ("imaginary NaN, inf", "nanargmin", ([complex(0, nan), inf + 0j],), 0, 1),
    ("object NaN, inf", "nanargmin", (np.array([nan, inf], object),), 0, 1),
    # NumPy's nanargmin knows only the NaN of its own floats.
    ("NaT among dates, min", "nanargmin", (DATES,), 1, 2),
    ("NaT among dates, max", "nanargmax", (DATES,), 1, 3),
    ("NaT among durations, min", "nanargmin", (TIMES,), 1, 2),
    ("NaT among durations, max", "nanargmax", (TIMES,), 1, 3),
    ("NaT in rows", "nanargmin", (DATES.reshape(2, 2), 1), [1, 0], [0, 0]),
    ("NaT in big-endian dates", "nanargmax", (DATES.astype(">M8[Y]")[::-1],), 2, 0),
    ("NaN of bfloat16, min", "nanargmin", (BFLOATS,), 1, 2),
    ("NaN of bfloat16, max", "nanargmax", (BFLOATS,), 1, 3),
    ("NaN of bfloat16 in columns", "nanargmin", (BFLOATS.reshape(2, 2), 0), [1, 0], [1, 1]),
    # In NumPy's argmax a null that is NaN beats the best so far, so the last one wins.
    ("the first null wins", "argmax", (WORDS,), 3, 1),
    ("the first of nulls wins", "argmax", (strings(nan, nan),), 1, 0),
    ("the first null in a row", "argmax", (WORDS[np.newaxis], 1), [3], [1]),
    ("the first null in a column", "argmax", (WORDS[1::2, np.newaxis], 0), [1], [0]),
    ("nulls are passed over", "nanargmax", (WORDS,), 3, 4),
    ("a null is passed over", "nanargmax", (strings(nan, "a", "b"),), 0, 2),
    # NumPy puts a fill value in the place of what is masked, which may tie with what is not.
    ("masked, inf", "argmin", (masked([5, inf], [1, 0]),), 0, 1),
    ("masked, -inf", "argmax", (masked([5, -inf], [1, 0]),), 0, 1),
    ("masked, greatest", "argmin", (masked([5, MOST], [1, 0]),), 0, 1),
    ("masked in a row", "argmin", (masked([[5, MOST]], [[1, 0]]), 1), [0], [1]),
    ("masked in a column", "nanargmin", (masked([[5.0], [inf]], [[1], [0]]), 0), [0], [1]),
    ("NaN, masked, inf", "nanargmin", (masked([nan, 5, inf], [0, 1, 0]),), 0, 2),
    # NumPy ignores the mask of what has no fill value.
    ("masked object", "argmin", (masked([2, 1], [0, 1], object),), 1, 0),
    ("masked text", "argmin", (masked(["b", "a"], [0, 1]),), 1, 0),
)


@pytest.mark.parametrize(("name", "args", "numpys", "minlocs"), ANSWERS)
def test_another_answer(name: str, args: Any, numpys: Any, minlocs: Any) -> None:
    """The answer is another than NumPy's, in every way to ask for it."""
    assert numpys != minlocs
    assert theirs(name)(*args).tolist() == numpys
    found = ours(name)(*args)
    assert found.tolist() == minlocs
    assert type(found) is (np.intp if len(args) == 1 else np.ndarray)
    out = np.zeros(np.shape(minlocs), np.intp)
    assert ours(name)(*args, out=out) is out
    assert out.tolist() == minlocs
    assert ours(name)(*args, keepdims=True).ravel().tolist() == np.ravel(minlocs).tolist()


@pytest.mark.parametrize(
    ("name", "a", "answer"),
    cases(
        ("NaN after inf", "nanargmin", [inf, nan], 0),
        ("complex inf below inf+0j", "nanargmin", [nan + 0j, complex(inf, -1)], 1),
        ("argmin passes over nulls", "argmin", WORDS, 2),
        ("argmin of nulls", "argmin", strings(nan, nan), 0),
        ("nanargmin passes over nulls", "nanargmin", WORDS, 2),
        ("a string that is called null", "argmax", strings("b", "z", "a", "z", null="z"), 1),
    ),
)
def test_where_the_difference_ends(name: str, a: Any, answer: int) -> None:
    """Close to the differences there are inputs for which the answer is NumPy's."""
    assert theirs(name)(a) == ours(name)(a) == answer


@pytest.mark.parametrize(
    ("a", "axis", "numpys"),
    cases(
        ("dates", np.full(3, "NaT", "M8[D]"), None, 0),
        ("durations", np.full(3, "NaT", "m8[s]"), None, 0),
        ("a row of dates", np.array([["2020", "2019"], ["NaT", "NaT"]], "M8[Y]"), 1, [1, 0]),
        ("a column of dates", np.array([["2020", "NaT"], ["2019", "NaT"]], "M8[Y]"), 0, [1, 0]),
        ("bfloat16", np.full(3, nan, bfloat16), None, 0),
        ("a row of bfloat16", np.array([[2, 1], [nan, nan]], bfloat16), 1, [1, 0]),
        ("null strings", strings(nan, nan), None, 0),
        ("a row of null strings", strings("b", "a", nan, nan).reshape(2, 2), 1, [1, 0]),
    ),
)
def test_nothing_but_nan(a: Array, axis: int | None, numpys: Any) -> None:
    """A slice of nothing but NaT or NaN is an error for every dtype that has them."""
    assert theirs("nanargmin")(a, axis).tolist() == numpys
    out = np.full(np.shape(numpys), -7)
    for name in ("nanargmin", "nanargmax"):
        with pytest.raises(ValueError, match=r"^All-NaN slice encountered"):
            ours(name)(a, axis)
        with pytest.raises(ValueError, match=r"^All-NaN slice encountered"):
            ours(name)(a, axis, out)
    assert (out == -7).all()


# --- masked arrays --------------------------------------------------------------------------------


NO_CANDIDATE = "mask|candidate|NaN"


@pytest.mark.parametrize("name", ["argmin", "argmax", "nanargmin", "nanargmax"])
def test_a_masked_array_gives_a_plain_array(name: str) -> None:
    """The result is a plain array for object arrays too, for which NumPy's is masked."""
    mask = [[True, False, False], [False, False, True]]
    a = masked([[1, 2, 3], [6, 5, 4]], mask, object)
    assert type(theirs(name)(a, axis=1)) is np.ma.MaskedArray
    expected = [1, 1] if name.endswith("min") else [2, 0]
    for view in (a, a.copy("F"), a[::-1][::-1]):
        found = ours(name)(view, axis=1)
        assert type(found) is np.ndarray
        assert found.tolist() == expected
    assert ours(name)(a[:, ::-1].T, axis=0).tolist() == [2 - place for place in expected]


@pytest.mark.parametrize("dtype", ["f8", "i4", "?", "M8[s]", "D"])
@pytest.mark.parametrize("name", ["argmin", "argmax"])
def test_a_slice_with_no_unmasked_value(name: str, dtype: str) -> None:
    """A slice that is masked throughout is an error that says which, where NumPy answers 0."""
    data = np.zeros((3, 2), "i8").astype(dtype)
    a = masked(data, [[0, 0], [1, 1], [0, 1]])
    assert theirs(name)(a, axis=1)[1] == 0
    out = np.full(3, -7)
    calls: list[tuple[Any, ...]] = [(a, 1), (a, 1, out), (a.T, 0), (a.copy("F"), -1)]
    for args in calls:
        with pytest.raises(ValueError, match=r"\b1\b"):
            ours(name)(*args)
    assert (out == -7).all()
    assert ours(name)(a, 0).tolist() == [0, 0]
    nothing = masked(data, np.ones((3, 2)))
    assert theirs(name)(nothing) == 0
    for keepdims in (False, True):
        with pytest.raises(ValueError, match=NO_CANDIDATE):
            ours(name)(nothing, keepdims=keepdims)


def test_an_unmasked_nan_is_nan() -> None:
    """An unmasked NaN wins in argmin and is skipped by nanargmin, a masked one is nothing."""
    a = masked([3.0, nan, 1.0, nan, 0.0], [0, 1, 0, 0, 1])
    for name in ("argmin", "argmax"):
        assert ours(name)(a) == theirs(name)(a) == 3
    assert ours("nanargmin")(a) == theirs("nanargmin")(a) == 2
    assert ours("nanargmax")(a) == theirs("nanargmax")(a) == 0
    for function in (theirs("nanargmin"), ours("nanargmin")):
        with pytest.raises(ValueError, match=NO_CANDIDATE):
            function(masked([1.0, nan], [1, 0]))
