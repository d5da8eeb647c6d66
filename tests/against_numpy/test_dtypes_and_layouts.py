"""Every dtype in every layout, number of dimensions and emptiness answers as in NumPy."""

import functools
import importlib
import itertools
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy.dtypes import StringDType

from support.arrays import Array
from support.side_by_side import ALL, EMPTY, PLAIN, UNORDERED, agree, theirs
from support.views import layouts_of


def ints(code: str) -> Array:
    """Return the integers at the ends and around zero."""
    info = np.iinfo(code)
    return np.array([info.min, info.min + 1, 0, 1, info.max - 1, info.max], code)


def floats(code: str) -> Array:
    """Return infinities, the largest numbers, denormals and both zeros."""
    info = np.finfo(code)
    tiny = info.smallest_subnormal
    values = [-np.inf, info.min, -1.5, -tiny, -0.0, 0.0, tiny, 2 * tiny, 1.5, info.max, np.inf]
    return np.array(values, code)


def complexes(code: str) -> Array:
    """Return every pair of a few parts, so that real parts tie, also -0.0 with 0.0."""
    parts = [-np.inf, -1.0, -0.0, 0.0, 2.0, np.inf]
    return np.array([complex(*pair) for pair in itertools.product(parts, parts)], code)


def times(code: str) -> Array:
    """Return the earliest and the latest time, and those around zero."""
    return np.array([-(2**63) + 1, -1, 0, 1, 2**63 - 1]).view(code)


def small_numbers(name: str) -> Array:
    """Return numbers that the narrowest of the dtypes of ml_dtypes can hold."""
    return np.arange(-4, 5).astype(getattr(ml_dtypes, name))


def rationals() -> Array:
    """Return values of NumPy's own example of a user's dtype."""
    rational = importlib.import_module("numpy._core._rational_tests").rational
    return np.array([rational(n, 3) for n in range(-4, 5)])


BYTES = [b"", b"a", b"a\0b", b"ab", b"b", b"\x7f", b"\xff", b"a\xff", b"abcde"]
WORDS = ["", "a", "a\0b", "ab", "b", "\x7f", "é", "a\uffff", "\U0001f600", "abcdefgh" * 4]

# Each dtype with values of it that are no NaN, to be drawn from with repetition.
VALUES: dict[str, Callable[[], Array]] = {
    "bool": lambda: np.array([False, True]),
    **{code: functools.partial(ints, code) for code in "bBhHiIlLqQ"},
    **{code: functools.partial(floats, code) for code in "efdg"},
    **{code: functools.partial(complexes, code) for code in "FDG"},
    **{f"M8[{unit}]": functools.partial(times, f"M8[{unit}]") for unit in ("Y", "D", "25s", "ns")},
    **{f"m8[{unit}]": functools.partial(times, f"m8[{unit}]") for unit in ("W", "h", "as")},
    "M8": functools.partial(times, "M8"),
    "m8": functools.partial(times, "m8"),
    "S": lambda: np.array(BYTES),
    "S1": lambda: np.array([b"", b"a", b"\xff"]),
    "U": lambda: np.array(WORDS),
    "U1": lambda: np.array(["", "a", "é", "\uffff", "\U0001f600"]),
    "StringDType": lambda: np.array(WORDS, StringDType()),
    "StringDType with NaN": lambda: np.array(WORDS, StringDType(na_object=np.nan)),
    "StringDType with None": lambda: np.array(WORDS, StringDType(na_object=None)),
    "StringDType with a string": lambda: np.array(
        [*WORDS, "null", "m"], StringDType(na_object="m")
    ),
    "object ints": lambda: np.array([-(10**30), -1, 0, 1, 10**30], object),
    "object numbers": lambda: np.array([-1.5, Fraction(1, 3), 0, Decimal(7), True], object),
    "object strings": lambda: np.array(WORDS, object),
    **{
        name: functools.partial(small_numbers, name)
        for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2", "int4")
    },
    "rational": rationals,
}

# Finite numbers and NaN; with an infinity NumPy's nanargmin is the one that is wrong.
WITH_NAN: dict[str, Callable[[], Array]] = {
    **{code: functools.partial(np.array, [-2, -0.0, 0, 3, np.nan], code) for code in "efdg"},
    **{
        code: functools.partial(
            np.array, [-2, -2j, 0, 3, np.nan, complex(0, np.nan), complex(np.nan, 1)], code
        )
        for code in "FDG"
    },
    "object": lambda: np.array([-2, 0, 3.5, np.nan, Fraction(1, 2)], object),
}


def draw(values: Array, shape: Any, seed: int = 0) -> Array:
    """Make an array of values drawn at random, most of them several times."""
    drawn: Array = values[np.random.default_rng(seed).integers(0, len(values), shape)]
    return drawn


@pytest.mark.parametrize("dtype", VALUES)
def test_every_dtype_in_every_layout(dtype: str) -> None:
    """The answer depends on the values and not on where they are in memory, for every dtype."""
    a = draw(VALUES[dtype](), (4, 3, 5))
    for view in layouts_of(a):
        for name, axis in itertools.product(ALL, (None, 0, 1, 2)):
            agree(name, view, axis)


@pytest.mark.parametrize("dtype", WITH_NAN)
def test_nan_in_every_layout(dtype: str) -> None:
    """NaN wins in argmin and argmax and is skipped by the others, wherever it is in memory."""
    a = draw(WITH_NAN[dtype](), (4, 3, 5), seed=3)
    for view in layouts_of(a):
        for name, axis in itertools.product(ALL, (None, 0, 1, 2)):
            agree(name, view, axis)


@pytest.mark.parametrize("dtype", VALUES)
def test_long_rows_and_columns(dtype: str) -> None:
    """Ties go to the first element in rows and columns longer than any vector register."""
    values = VALUES[dtype]()
    for n in (1, 2, 7, 8, 9, 31, 33, 64, 129, 257, 1025):
        a = draw(values, (3, n), seed=n)
        for name, axis in itertools.product(ALL, (None, 0, 1)):
            agree(name, a, axis)
            agree(name, a.T, axis)


@pytest.mark.parametrize("dtype", VALUES)
def test_one_extreme_among_equals(dtype: str) -> None:
    """One smallest or largest element is found at either end, in the middle, and twice."""
    values = VALUES[dtype]()
    ends = values[theirs("argmin")(values)], values[theirs("argmax")(values)]
    for n, (common, rare) in itertools.product((2, 16, 100, 523), itertools.permutations(ends)):
        for first in (0, n // 2, n - 1):
            a = np.full(n, common, values.dtype)
            a[[first, n - 1]] = rare
            for name in ALL:
                agree(name, a)


@pytest.mark.parametrize("name", ALL)
def test_axis_none_counts_in_c_order(name: str) -> None:
    """Without an axis the index counts in C order whatever the order in memory."""
    a = np.asfortranarray([[5, 1, 9], [0, 1, 9]])
    assert agree(name, a).value == (3 if name.endswith("min") else 2)
    assert agree(name, a.T).value == (1 if name.endswith("min") else 4)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("axis", [None, 0, 31, 63, -1, -64, 64, -65])
def test_64_dimensions(name: str, axis: int | None) -> None:
    """An array may have as many dimensions as NumPy allows."""
    shape = [1] * 64
    shape[0], shape[31], shape[63] = 2, 3, 2
    a = np.random.default_rng(2).integers(0, 3, shape)
    for view in (a, a.T, np.asfortranarray(a)):
        agree(name, view, axis)
        agree(name, view, axis, keepdims=True)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("shape", "axis"),
    [
        *(((0,), axis) for axis in (None, 0, -1)),
        *(((0, 3), axis) for axis in (None, 0, 1, -1, 2)),
        *(((3, 0), axis) for axis in (None, 0, 1)),
        *(((0, 0), axis) for axis in (None, 0, 1)),
        *(((2, 0, 3), axis) for axis in (None, 0, 1, 2, -3)),
    ],
    ids=str,
)
def test_empty(name: str, shape: tuple[int, ...], axis: int | None) -> None:
    """An empty reduced axis is an error, an empty kept axis gives an empty result."""
    refused = axis is None or (-len(shape) <= axis < len(shape) and shape[axis] == 0)
    text = EMPTY if refused else ""
    for dtype in ("d", "i8", "M8[s]", "S3", "?", "O", "D"):
        agree(name, np.zeros(shape, dtype), axis, text=text)
        agree(name, np.zeros(shape, dtype).T[::-1], axis)
        agree(name, np.zeros(shape, dtype), axis, keepdims=True, text=text)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "dtype", ["V4", "V0", [("x", "f8")], [("x", "f8"), ("y", "O")], "(2,)f8,i4"], ids=str
)
def test_no_order(name: str, dtype: Any) -> None:
    """A dtype without an order is a TypeError."""
    for shape in ((3,), (2, 2), (), (0,)):
        agree(name, np.zeros(shape, dtype), text=UNORDERED)
        agree(name, np.zeros(shape, dtype).view(np.recarray), text=UNORDERED)
