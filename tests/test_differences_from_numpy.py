"""Where minloc differs from NumPy on purpose, with both answers side by side.

Every test shows NumPy's answer too, so one fails when a NumPy comes that answers otherwise: then
the difference is smaller than docs/differences-from-numpy.md says, and the page changes with it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ml_dtypes import bfloat16
from numpy import inf, nan
from numpy.dtypes import StringDType
from numpy.typing import NDArray
from pairs import ours, theirs

Array = NDArray[Any]

#: NumPy 2.5 raises what a comparison raises; before, it went on with that pending.
KEEPS_ERRORS = np.lib.NumpyVersion(np.__version__) >= "2.5.0"


def cases(*rows: tuple[Any, ...]) -> Any:
    """Turn rows of (reason, value, ...) into cases that bear the reason as their name."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def strings(*values: Any, null: Any = nan) -> Array:
    """Make an array of strings some of which are null."""
    return np.array(values, StringDType(na_object=null))


def masked(values: Any, mask: Any, dtype: Any = None) -> Any:
    """Make a masked array."""
    return np.ma.array(values, mask=np.array(mask, bool), dtype=dtype)


# --- a different answer -------------------------------------------------------------------------

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


# --- masked arrays ------------------------------------------------------------------------------

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


# --- out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "fits", "wrapped"),
    [("?", 2, 1), ("b", 2**7, -128), ("B", 2**8, 0), ("h", 2**15, -(2**15)), ("H", 2**16, 0)],
)
def test_out_must_hold_the_largest_index(dtype: str, fits: int, wrapped: int) -> None:
    """An `out` is refused when an index could be too large for it, and NumPy wraps the index."""
    enough = np.arange(fits)[::-1]
    out = np.zeros((), dtype)
    assert ours("argmin")(enough, out=out) is out
    assert out == fits - 1
    one_more = np.arange(fits + 1)[::-1]
    assert theirs("argmin")(one_more, out=out) == wrapped
    for name, a in (("argmin", one_more), ("argmax", one_more), ("nanargmin", one_more * 1.0)):
        for args in ((a, None), (a, 0), (a[:, np.newaxis], None)):
            out[...] = 1
            with pytest.raises(ValueError, match="out"):
                ours(name)(*args, out)
            assert out == 1


def test_int8_out_for_300_elements() -> None:
    """An index of 299 in an int8 is 43 in NumPy, and a ValueError that names the dtype here."""
    falling = np.arange(300)[::-1]
    assert theirs("argmin")(falling, out=np.zeros((), np.int8)) == 43
    out = np.full((2, 1), 7, np.int8)
    with pytest.raises(ValueError, match="int8"):
        ours("argmin")(np.stack([falling, falling]), 1, out, keepdims=True)
    assert (out == 7).all()


def test_out_counts_only_the_reduced_axis() -> None:
    """An axis that is kept may be longer than `out` can count."""
    out = np.zeros(300, np.int8)
    assert ours("argmin")(np.zeros((128, 300)), 0, out) is out
    with pytest.raises(ValueError, match="out"):
        ours("argmin")(np.zeros((129, 300)), 0, out)


def test_out_may_be_a_row_of_the_input() -> None:
    """The answer is right when `out` is part of the input, which NumPy reads as it writes."""
    rows = [[9, 8, 7], [0, 1, 5], [1, 5, 0]]
    a = np.array(rows)
    assert theirs("argmin")(a, axis=1, out=a[1]).tolist() == [2, 1, 2]
    a = np.array(rows)
    assert ours("argmin")(a, axis=1, out=a[1]).tolist() == [2, 0, 2]
    assert a.tolist() == [[9, 8, 7], [2, 0, 2], [1, 5, 0]]


@pytest.mark.parametrize("name", ["argmin", "argmax", "nanargmin", "nanargmax"])
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    "part",
    cases(
        ("first row", lambda a: a[0]),
        ("last row", lambda a: a[-1]),
        ("first column", lambda a: a[:, 0]),
        ("last column backwards", lambda a: a[::-1, -1]),
        ("diagonal", lambda a: np.lib.stride_tricks.as_strided(a, a.shape[:1], (sum(a.strides),))),
        ("half of a row as int32", lambda a: a.reshape(-1)[: len(a)].view("i4")[1::2]),
        ("between two elements", lambda a: np.ndarray(a.shape[:1], np.intp, a, 4)),
    ),
)
def test_out_may_overlap_the_input(name: str, axis: int, part: Callable[[Array], Array]) -> None:
    """The answer is that of a copy of the input, whatever part of it `out` is."""
    for seed in range(5):
        a = np.random.default_rng(seed).integers(-4, 4, (30, 30))
        expected = theirs(name)(a.copy(), axis).tolist()
        out = part(a)
        assert ours(name)(a, axis, out) is out
        assert out.tolist() == expected


@pytest.mark.parametrize("dtype", [np.intp, np.int16, np.dtype(np.intp).newbyteorder()], ids=str)
def test_a_read_only_out_says_so(dtype: Any) -> None:
    """A read-only `out` is a ValueError in the user's words, not in those of NumPy's innards."""
    a = np.array([[3, 1], [0, 5]])
    fixed = np.zeros(2, dtype)
    fixed.flags.writeable = False
    for out in (fixed, np.broadcast_to(np.zeros((), dtype), (2,))):
        with pytest.raises(ValueError, match="WRITEBACKIFCOPY base is read-only"):
            theirs("argmin")(a, 1, out)
        with pytest.raises(ValueError, match=r"out.* read-only") as found:
            ours("argmin")(a, 1, out)
        assert "WRITEBACKIFCOPY" not in str(found.value)
        assert (out == 0).all()


# --- errors in a comparison ---------------------------------------------------------------------


class Fragile:
    """A number that writes down its comparisons, and raises when it is None."""

    def __init__(self, value: int | None, error: Exception, log: list[Any]) -> None:
        self.value, self.error, self.log = value, error, log

    def __lt__(self, other: "Fragile") -> bool:
        self.log.append((self.value, other.value))
        if self.value is None or other.value is None:
            raise self.error
        return self.value < other.value

    def __gt__(self, other: "Fragile") -> bool:
        return other < self


def fragile(error: Exception, log: list[Any]) -> Array:
    """Make three rows, the second of which cannot be compared."""
    rows: list[list[int | None]] = [[2, 1], [1, None], [4, 3]]
    return np.array([[Fragile(value, error, log) for value in row] for row in rows], object)


def test_a_comparison_that_fails_ends_the_call() -> None:
    """The first exception is raised at once; NumPy once compared the next rows with it pending."""
    log: list[Any] = []
    a = fragile(ZeroDivisionError("mine"), log)
    with pytest.raises(ZeroDivisionError if KEEPS_ERRORS else SystemError):
        theirs("argmin")(a, axis=1)
    assert log == [(1, 2), (None, 1), (3, 4)][: 2 if KEEPS_ERRORS else 3]
    log.clear()
    with pytest.raises(ZeroDivisionError, match="mine") as found:
        ours("argmin")(a, axis=1)
    assert found.value.__context__ is None
    assert log == [(1, 2), (None, 1)]
    log.clear()
    with pytest.raises(ZeroDivisionError, match="mine"):
        ours("argmax")(a.T, axis=0)
    assert len(log) == 2


def test_a_comparison_that_fails_leaves_out_alone() -> None:
    """With `out` too it is the exception itself, and nothing is written; NumPy has written."""
    a = fragile(ZeroDivisionError("mine"), [])
    out = np.full(3, -7)
    with pytest.raises(ZeroDivisionError if KEEPS_ERRORS else SystemError):
        theirs("argmin")(a, axis=1, out=out)
    assert (out != -7).any()
    for dtype in ("i8", "i2", ">i8"):
        out = np.full(3, -7, dtype)
        with pytest.raises(ZeroDivisionError, match="mine"):
            ours("argmin")(a, 1, out)
        with pytest.raises(ZeroDivisionError, match="mine"):
            ours("argmin")(a.T, 0, out)
        assert (out == -7).all()
    with pytest.raises(ZeroDivisionError, match="mine"):
        ours("argmin")(a[1], out=np.zeros((), int))


def test_a_type_error_in_a_comparison_is_not_tried_again() -> None:
    """After a TypeError nothing is compared again, as NumPy does by its two layers."""
    log: list[Any] = []
    a = fragile(TypeError("mine"), log)[1]
    with pytest.raises(TypeError, match="mine"):
        theirs("argmin")(a)
    assert log == [(None, 1)] * 2
    log.clear()
    with pytest.raises(TypeError, match="mine") as found:
        ours("argmin")(a)
    assert found.value.__context__ is None
    assert log == [(None, 1)]


@pytest.mark.parametrize("name", ["argmin", "argmax"])
def test_a_null_string_without_order_is_a_value_error_with_out_too(name: str) -> None:
    """A null that is not NaN cannot be compared, and `out` does not make that a SystemError."""
    out = np.full((), -7)
    for a in (strings("b", None, null=None), strings("b", "a", None, null=None)):
        for function in (theirs(name), ours(name)):
            with pytest.raises(ValueError, match="null"):
                function(a)
        with pytest.raises(ValueError if KEEPS_ERRORS else SystemError):
            theirs(name)(a, out=np.zeros((), int))
        with pytest.raises(ValueError, match="null"):
            ours(name)(a, out=out)
    assert out == -7


# --- axis ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["argmin", "argmax", "nanargmin", "nanargmax"])
def test_the_smallest_c_int_is_no_axis(name: str) -> None:
    """An axis of -2**31 is out of bounds, where NumPy takes it for None."""
    a = np.array([[3, 1, 2], [0, 5, 4]])
    assert theirs(name)(a, -(2**31)) == theirs(name)(a, None)
    for keepdims in (False, True):
        with pytest.raises(np.exceptions.AxisError, match="-2147483648 is out of bounds"):
            ours(name)(a, -(2**31), keepdims=keepdims)
