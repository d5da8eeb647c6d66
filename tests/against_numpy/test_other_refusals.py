"""Refusals that differ from NumPy's on purpose: `out`, errors in a comparison, `axis`.

Every test shows what NumPy does too, so one fails when a new NumPy does otherwise; then
docs/differences-from-numpy.md changes with it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from support.arrays import Array
from support.objects import strings
from support.side_by_side import cases, ours, theirs

#: NumPy 2.5 raises what a comparison raises; before, it went on with that pending.
KEEPS_ERRORS = np.lib.NumpyVersion(np.__version__) >= "2.5.0"


# --- out ------------------------------------------------------------------------------------------


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


# --- errors in a comparison -----------------------------------------------------------------------


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


# --- axis -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["argmin", "argmax", "nanargmin", "nanargmax"])
def test_the_smallest_c_int_is_no_axis(name: str) -> None:
    """An axis of -2**31 is out of bounds, where NumPy takes it for None."""
    a = np.array([[3, 1, 2], [0, 5, 4]])
    assert theirs(name)(a, -(2**31)) == theirs(name)(a, None)
    for keepdims in (False, True):
        with pytest.raises(np.exceptions.AxisError, match="-2147483648 is out of bounds"):
            ours(name)(a, -(2**31), keepdims=keepdims)
