"""Where minloc promises NumPy's answer, the two are asked side by side.

Each table below holds inputs and the reason why they are there; `agree` puts the same call to
NumPy and to minloc and compares all that a caller can see: the value, its type, dtype, shape and
flags, or the class of the error, and that the input is as it was. The order follows a call: its
signature, its arguments, dtypes and layouts, `out`, the rules of each dtype, objects, Python's own
containers, subclasses and other libraries' objects, threads, and last the functions that pass over
NaN. An error's text is compared where people match on it. Where the two differ on purpose is told
in test_differences_from_numpy.py.
"""

import array
import copy
import ctypes
import enum
import functools
import importlib
import inspect
import itertools
import pickle
import re
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import ml_dtypes
import numpy as np
import pytest
from numpy.dtypes import StringDType
from numpy.typing import NDArray
from pairs import ours, theirs

Array = NDArray[Any]

PLAIN = ("argmin", "argmax")
NAN = ("nanargmin", "nanargmax")
ALL = PLAIN + NAN

EMPTY = r"attempt to get arg(min|max) of an empty sequence"


class Outcome(NamedTuple):
    """What a caller can see of an answer, or the class of an error; `text` is not compared."""

    kind: type
    dtype: Any = None
    shape: Any = None
    flags: Any = None
    value: Any = None
    text: str = ""


def describe(result: Any) -> Outcome:
    """Tell what a caller can see of an answer."""
    if isinstance(result, np.ndarray):
        f = result.flags
        owns = f.owndata if type(result) is np.ndarray else None
        flags = (f.c_contiguous, f.f_contiguous, f.aligned, f.writeable, owns)
        return Outcome(type(result), result.dtype, result.shape, flags, result.tolist())
    return Outcome(type(result), getattr(result, "dtype", None), value=result)


def outcome(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Outcome:
    """Tell what becomes of a call."""
    try:
        return describe(function(*args, **kwargs))
    except Exception as error:
        # The numbers in an AxisError are data, the wording of other errors is checked by `text=`.
        value = str(error) if isinstance(error, np.exceptions.AxisError) else None
        return Outcome(type(error), value=value, text=str(error))


def state(a: Any) -> Any:
    """Return all of an array that a call could change."""
    if not isinstance(a, np.ndarray):
        return None
    values: Any
    if a.dtype == object:
        values = [id(value) for value in a.flat]
    elif a.dtype.hasobject or a.dtype.kind == "T":
        values = str(a)
    else:
        values = a.reshape(-1).tobytes()
    return values, a.dtype, a.shape, a.strides, str(a.flags)


def agree(name: str, a: Any, *args: Any, text: str = "", **kwargs: Any) -> Outcome:
    """Assert that minloc does what NumPy does, and that an error's text matches `text` in both."""
    before = state(a)
    expected = outcome(theirs(name), a, *args, **kwargs)
    found = outcome(ours(name), a, *args, **kwargs)
    assert found[:-1] == expected[:-1], f"{name}({a!r}, {args}, {kwargs}): {found.text}"
    assert re.search(text, expected.text)
    assert re.search(text, found.text)
    assert state(a) == before
    return found


def cases(*rows: tuple[Any, ...]) -> Any:
    """Turn rows of (reason, value, ...) into cases that bear the reason as their name."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


# --- the signature ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_signature_begins_with_numpys(name: str) -> None:
    """`inspect.signature` answers with NumPy's parameters first, and adds only keywords."""
    expected = list(inspect.signature(theirs(name)).parameters.values())
    found = list(inspect.signature(ours(name)).parameters.values())
    for theirs_, ours_ in zip(expected, found, strict=False):
        assert (ours_.name, ours_.kind) == (theirs_.name, theirs_.kind)
    assert all(extra.kind is extra.KEYWORD_ONLY for extra in found[len(expected) :])
    assert len(found) >= len(expected)
    assert [parameter.default for parameter in found[:3]] == [inspect.Parameter.empty, None, None]


@pytest.mark.parametrize("name", ALL)
def test_functions_know_their_names(name: str) -> None:
    """A function's names say that it is minloc's, and pickling and copying give it back."""
    function = ours(name)
    assert function.__module__ == "minloc"
    assert function.__name__ == function.__qualname__ == name
    assert function.__doc__
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(function, protocol)) is function
    assert copy.copy(function) is copy.deepcopy(function) is function


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    cases(
        ("no argument", (), {}, "argm(in|ax)"),
        ("a is missing", (), {"axis": 0}, "argm(in|ax)"),
        ("keepdims is keyword-only", ([1], 0, None, True), {}, "argm(in|ax)"),
        ("unknown keyword", ([1],), {"foo": 1}, "foo"),
        ("unknown keyword like a known one", ([1],), {"axi": 0}, "axi"),
        ("a twice", ([1],), {"a": [1]}, "'a'"),
        ("axis twice", ([1], 0), {"axis": 0}, "axis"),
        ("out twice", ([1], 0, None), {"out": None}, "out"),
        ("keyword that is no identifier", ([1],), {"": 0}, ""),
    ),
)
def test_wrong_calls(name: str, args: Any, kwargs: Any, text: str) -> None:
    """A missing, surplus, unknown or repeated argument is a TypeError that names it."""
    for function in (theirs(name), ours(name)):
        with pytest.raises(TypeError, match=text or None):
            function(*args, **kwargs)


@pytest.mark.parametrize("name", ALL)
def test_every_way_to_spell_the_arguments(name: str) -> None:
    """Arguments by position, by keyword and mixed mean the same."""
    a = np.array([[3, 1, 2], [0, 5, 4]])
    expected = theirs(name)(a, 1).tolist()
    out = np.zeros(2, np.intp)
    built_at_run_time = {"".join(["a", "x", "i", "s"]): 1}
    spellings: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
        ((a, 1), {}),
        ((a,), {"axis": 1}),
        ((), {"a": a, "axis": 1}),
        ((), {"axis": 1, "a": a, "out": None}),
        ((a, 1, None), {}),
        ((a, 1, out), {}),
        ((a, 1), {"out": out}),
        ((a,), {"out": out, "keepdims": False, "axis": 1}),
        ((a,), built_at_run_time),
    ]
    for args, kwargs in spellings:
        assert ours(name)(*args, **kwargs).tolist() == expected


@pytest.mark.parametrize("name", ALL)
def test_no_value_means_not_given(name: str) -> None:
    """NumPy's mark for an absent argument, which is true as a bool, does not turn keepdims on."""
    a = np.array([[3, 1, 2], [0, 5, 4]])
    for axis in (None, 0, 1):
        found = agree(name, a, axis, keepdims=np._NoValue)
        assert found.shape == (None if axis is None else (a.shape[1 - axis],))


# --- axis, keepdims, and which of several mistakes is told --------------------------------------


class Index:
    """An object that is an integer by its `__index__`."""

    def __init__(self, index: Any) -> None:
        self.index = index

    def __index__(self) -> Any:
        if isinstance(self.index, Exception):
            raise self.index
        return self.index


class Integer(int):
    """A subclass of int."""


class Order(enum.IntEnum):
    """An enumeration of axes."""

    ROWS = 0
    COLUMNS = 1


NO_INTEGER = "integer"
TRUE: list[Any] = [1, -1, "yes", 2.5, [0], np.True_, Index(0)]
FALSE: list[Any] = [None, 0, "", [], 0.0, np.False_, {}]
AXES = cases(
    *((f"int {axis}", axis, "") for axis in range(-3, 3)),
    ("None", None, ""),
    ("np.int64", np.int64(1), ""),
    ("np.uint8", np.uint8(2), ""),
    ("np.int8 below zero", np.int8(-2), ""),
    ("0-d int array", np.array(1), ""),
    ("0-d array of another byte order", np.array(1, ">i4"), ""),
    ("subclass of int", Integer(1), ""),
    ("IntEnum", Order.COLUMNS, ""),
    ("__index__", Index(1), ""),
    ("__index__ below zero", Index(-3), ""),
    ("too large", 3, "axis 3 is out of bounds for array of dimension 3"),
    ("too small", -4, "axis -4 is out of bounds for array of dimension 3"),
    ("much too large", 2**31 - 1, "out of bounds"),
    ("much too small", -(2**31) + 1, "out of bounds"),
    ("True", True, NO_INTEGER),
    ("False", False, NO_INTEGER),
    ("np.True_", np.True_, NO_INTEGER),
    ("float", 1.0, "'float' object cannot be interpreted as an integer"),
    ("np.float64", np.float64(1), "cannot be interpreted as an integer"),
    ("complex", 1j, NO_INTEGER),
    ("str", "0", "'str' object cannot be interpreted as an integer"),
    ("list", [0], NO_INTEGER),
    ("1-d array", np.array([1]), NO_INTEGER),
    ("0-d float array", np.array(1.0), NO_INTEGER),
    ("0-d bool array", np.array(True), NO_INTEGER),
    ("Ellipsis", ..., NO_INTEGER),
    ("slice", slice(None), NO_INTEGER),
    ("__index__ that raises", Index(ZeroDivisionError("mine")), "mine"),
    ("__index__ that gives no int", Index("1"), ""),
    ("beyond a C int", 2**31, ""),
    ("below a C int", -(2**31) - 1, ""),
    ("beyond a C long", 2**63, ""),
    ("__index__ beyond a C long", Index(2**63), ""),
)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("axis", "text"), AXES)
def test_axis(name: str, axis: Any, text: str) -> None:
    """`axis` takes what NumPy takes, and refuses the rest with the same class of error."""
    a = np.random.default_rng(0).integers(0, 4, (2, 3, 4))
    agree(name, a, axis, text=text)
    agree(name, a, axis=axis, keepdims=True, text=text)
    agree(name, a.tolist(), axis, text=text)
    agree(name, a.astype(float), axis)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("axis", [None, 0, -1, 1, -2, 5])
@pytest.mark.parametrize(
    "a",
    [np.array(5.0), np.float64(5.0), 5.0, np.array("x"), np.datetime64("2020"), np.array(None)],
    ids=["array", "scalar", "float", "string", "datetime", "object"],
)
def test_0d_is_1d_to_axis(name: str, axis: int | None, a: Any) -> None:
    """A 0-d input takes the axes 0 and -1, and an AxisError says that it has one dimension."""
    agree(name, a, axis)
    agree(name, a, axis, keepdims=True)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize(
    "shape", [(1,), (64,), (3, 2), (2, 3, 4), (1, 2, 3, 4), (3, 4, 1, 2), (1, 1, 1)], ids=str
)
def test_keepdims_shapes(name: str, shape: tuple[int, ...], keepdims: bool) -> None:
    """A reduced axis is dropped, or stays with size 1, for every axis and for all of them."""
    a = np.random.default_rng(1).integers(0, 9, shape)
    for axis in (None, *range(-len(shape), len(shape))):
        agree(name, a, axis, keepdims=keepdims)
        agree(name, a.T, axis, keepdims=keepdims)


class Undecided:
    """An object that raises when asked for its truth."""

    def __bool__(self) -> bool:
        raise ZeroDivisionError("mine")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("keepdims", "text"),
    cases(
        *(("true", value, "") for value in TRUE),
        *(("false", value, "") for value in FALSE),
        ("array of one true", np.array([1]), ""),
        ("array of one false", np.array([[0]]), ""),
        ("array of two", np.array([1, 2]), "truth value of an array"),
        ("object without a truth", Undecided(), "mine"),
    ),
)
def test_keepdims_is_any_object(name: str, keepdims: Any, text: str) -> None:
    """`keepdims` counts by its truth, and an error in finding it is passed on."""
    agree(name, np.arange(6).reshape(2, 3), 1, keepdims=keepdims, text=text)


UNORDERED = "data type not ordered"
TOO_FAR = "out of bounds"
NOT_AN_ARRAY = "output must be an array"
BAD_SHAPE = "output array does not match"
BAD_DTYPE = "Cannot cast (array data|scalar) from"


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    ("a", "axis", "out", "keepdims", "text"),
    cases(
        ("axis before out", [1], "x", [0], False, "integer"),
        ("out before keepdims", [1], 0, [0], np.array([1, 2]), NOT_AN_ARRAY),
        ("out's type before axis's range", [1], 5, [0], False, NOT_AN_ARRAY),
        ("keepdims before axis's range", [1], 5, None, np.array([1, 2]), "truth value"),
        ("axis's range before the dtype", np.zeros(2, "V4"), 5, None, False, TOO_FAR),
        ("axis's range before emptiness", [], 5, None, False, TOO_FAR),
        ("the dtype before emptiness", np.zeros(0, "V4"), None, None, False, UNORDERED),
        ("the dtype before out's shape", np.zeros(2, "V4"), 0, np.zeros(3), False, UNORDERED),
        ("emptiness before out's shape", [], 0, np.zeros(3, int), False, EMPTY),
        ("emptiness before out's dtype", [], 0, np.zeros((), float), False, EMPTY),
        ("out's shape before its dtype", [1], 0, np.zeros(3), False, BAD_SHAPE),
        ("out's dtype of an empty result", np.zeros((0, 3)), 1, np.zeros(0), False, BAD_DTYPE),
        ("out's shape of an empty result", np.zeros((0, 3)), 1, np.zeros(1, int), False, BAD_SHAPE),
    ),
)
def test_which_mistake_is_told(
    name: str, a: Any, axis: Any, out: Any, keepdims: Any, text: str
) -> None:
    """Of two mistakes in one call, minloc tells the one that NumPy tells."""
    agree(name, a, axis, out, keepdims=keepdims, text=text)


@pytest.mark.parametrize("name", PLAIN)
def test_a_wrong_dtype_of_out_is_told_before_it_is_read_only(name: str) -> None:
    """An `out` that is both of a wrong dtype and read-only is a TypeError, as in NumPy."""
    out = np.zeros(())
    out.flags.writeable = False
    agree(name, [1], 0, out, text=BAD_DTYPE)


# --- dtypes and layouts -------------------------------------------------------------------------


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


def unaligned(a: Array) -> Array:
    """Put the same values at odd addresses."""
    packed = np.zeros(a.shape, [("pad", "u1"), ("value", a.dtype)])
    packed["value"] = a
    view: Array = packed["value"]
    return view


def stepped(a: Array) -> Array:
    """Put the same values in every other place in memory."""
    every_other: tuple[Any, ...] = (..., *[slice(None, None, 2)] * a.ndim)
    view: Array = np.zeros([2 * n for n in a.shape], a.dtype)[every_other]
    view[...] = a
    return view


def reversed_in_memory(a: Array) -> Array:
    """Put the same values backwards in memory along every axis."""
    back: tuple[Any, ...] = (..., *[slice(None, None, -1)] * a.ndim)
    view: Array = a[back].copy()[back]
    return view


def last_axis_first_in_memory(a: Array) -> Array:
    """Put the last axis first in memory."""
    return np.moveaxis(np.moveaxis(a, -1, 0).copy(), 0, -1)


def read_only(a: Array) -> Array:
    """Copy the array into one that cannot be written."""
    a = a.copy()
    a.flags.writeable = False
    return a


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "C": lambda a: a,
    "Fortran": lambda a: a.copy("F"),
    "transposed": lambda a: a.T,
    "last axis first": last_axis_first_in_memory,
    "reversed": reversed_in_memory,
    "one axis reversed": lambda a: a[:, ::-1],
    "stepped": stepped,
    "read-only": read_only,
    "broadcast": lambda a: np.broadcast_to(a[:1], a.shape),
    "broadcast in all axes": lambda a: np.broadcast_to(a[:1, :1, :1], a.shape),
    "byte-swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "unaligned": unaligned,
    "unaligned, byte-swapped, reversed": lambda a: unaligned(
        a.astype(a.dtype.newbyteorder())[::-1]
    ),
}


def draw(values: Array, shape: Any, seed: int = 0) -> Array:
    """Make an array of values drawn at random, most of them several times."""
    drawn: Array = values[np.random.default_rng(seed).integers(0, len(values), shape)]
    return drawn


def layouts_of(a: Array) -> Iterator[Array]:
    """Put the array in every layout that its dtype can have."""
    for name, layout in LAYOUTS.items():
        # Strings that own their text cannot be packed in a record, nor have a byte order.
        if a.dtype.kind != "T" or not re.search("unaligned|byte-swapped", name):
            yield layout(a)


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


# --- out ----------------------------------------------------------------------------------------


def as_out(layout: Callable[[Array], Array], dtype: Any = np.intp) -> Callable[[Any], Array]:
    """Return a function that makes an `out` of a shape, in this layout and of this dtype."""

    def make(shape: Any) -> Array:
        return layout(np.ones(shape, dtype))

    return make


class Tagged(np.ndarray[Any, Any]):
    """A subclass with an attribute that views and results inherit."""

    tag = "none"

    def __array_finalize__(self, source: Any) -> None:
        """Take the attribute from the array that this one comes from."""
        self.tag = getattr(source, "tag", "none")


OUTS = cases(
    ("C", as_out(lambda a: a)),
    ("Fortran", as_out(lambda a: a.copy("F"))),
    ("stepped", as_out(stepped)),
    ("reversed", as_out(reversed_in_memory)),
    ("byte-swapped", as_out(lambda a: a, np.dtype(np.intp).newbyteorder())),
    ("unaligned", as_out(unaligned)),
    ("subclass", as_out(lambda a: a.view(Tagged))),
    ("long long", as_out(lambda a: a, "q")),
    *((code, as_out(lambda a: a, code)) for code in ("?", "b", "B", "h", "H", "i", "I", "l")),
    *((code, as_out(lambda a: a, code)) for code in (">i2", ">u4", ">i8")),
    ("reversed int8", as_out(reversed_in_memory, "b")),
    ("unaligned uint16", as_out(unaligned, "H")),
    ("unaligned, byte-swapped int32", as_out(unaligned, ">i4")),
)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("make", OUTS)
def test_out(name: str, make: Callable[[Any], Array]) -> None:
    """The answer goes into `out`, of any layout and any integer dtype, and `out` is returned."""
    a = np.random.default_rng(4).integers(0, 2, (4, 2, 3))
    two = np.array([1.0, 2.0])
    for view, axis, shape, keepdims in [
        (a, 1, (4, 3), False),
        (a, 1, (4, 1, 3), True),
        (np.asfortranarray(a), 1, (4, 3), False),
        (a.transpose(1, 0, 2), 0, (4, 3), False),
        (a[:0], 1, (0, 3), False),
        (two, None, (), False),
        (two, 0, (1,), True),
        (two[np.newaxis], None, (1, 1), True),
    ]:
        expected, found = make(shape), make(shape)
        before = state(view)
        theirs(name)(view, axis, expected, keepdims=keepdims)
        assert ours(name)(view, axis, found, keepdims=keepdims) is found
        assert describe(found) == describe(expected)
        assert state(view) == before


@pytest.mark.parametrize("name", ALL)
def test_out_with_one_cell_for_several_answers(name: str) -> None:
    """A writeable `out` with a stride of zero takes answers that are equal."""
    a = np.array([[2, 1], [4, 3], [6, 5]])
    cell = np.full(1, 7)
    out = np.lib.stride_tricks.as_strided(cell, (3,), (0,))
    assert ours(name)(a, 1, out) is out
    assert cell.tolist() == [1 if name.endswith("min") else 0]


class BadOut(NamedTuple):
    """A call that must fail and leave its `out` alone."""

    out: Any
    text: str
    a: Any = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    axis: Any = 1
    kwargs: Any = {}  # noqa: RUF012


BAD_OUTS = cases(
    *((f"shape {shape}", BadOut(np.ones(shape, int), BAD_SHAPE)) for shape in [(), 1, 3, (2, 1)]),
    ("shape without keepdims", BadOut(np.ones(2, int), BAD_SHAPE, kwargs={"keepdims": True})),
    ("1-d for a scalar", BadOut(np.ones(1, int), BAD_SHAPE, axis=None)),
    *(
        (f"dtype {dtype}", BadOut(np.ones(2, dtype), BAD_DTYPE))
        for dtype in (*"LQefdgFDGO", "S9", "U9", "m8[s]", "i4,i4")
    ),
    ("dtype M8", BadOut(np.ones(2, int).view("M8[s]"), BAD_DTYPE)),
    ("dtype StringDType", BadOut(np.array(["a", "b"], StringDType()), BAD_DTYPE)),
    ("no such axis", BadOut(np.ones(2, int), TOO_FAR, axis=2)),
    ("axis is no integer", BadOut(np.ones(2, int), "integer", axis=1.0)),
    ("keepdims has no truth", BadOut(np.ones(2, int), "mine", kwargs={"keepdims": Undecided()})),
    ("nothing to reduce", BadOut(np.ones(2, int), EMPTY, a=np.ones((2, 0)))),
    ("no order", BadOut(np.ones(2, int), UNORDERED, a=np.ones((2, 3), "V4"))),
)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("bad", BAD_OUTS)
def test_out_is_untouched_by_a_failure(name: str, bad: BadOut) -> None:
    """A call that fails writes nothing to `out`."""
    before = bad.out.tobytes()
    with pytest.raises(Exception, match=bad.text or None) as found:
        ours(name)(bad.a, bad.axis, bad.out, **bad.kwargs)
    assert bad.out.tobytes() == before
    assert found.type is outcome(theirs(name), bad.a, bad.axis, bad.out, **bad.kwargs).kind


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("out", [[0, 0], (0, 0), 0, np.int64(0), "out", memoryview(b"12")], ids=str)
def test_out_must_be_an_array(name: str, out: Any) -> None:
    """An `out` that is no array is a TypeError."""
    agree(name, np.ones((2, 3)), 1, out, text=NOT_AN_ARRAY)


@pytest.mark.parametrize("name", ALL)
def test_a_read_only_input_with_out(name: str) -> None:
    """A read-only input is no obstacle to an `out`."""
    a = read_only(np.array([[3, 1, 2], [0, 5, 4]]))
    out = np.zeros(3, int)
    assert ours(name)(a, 0, out) is out
    assert out.tolist() == theirs(name)(a, 0).tolist()


# --- the rules of each dtype --------------------------------------------------------------------


def string_array(values: list[Any], na_object: Any) -> Array:
    """Make an array of strings some of which are null."""
    return np.array(values, StringDType(na_object=na_object))


LATER = np.datetime64("2041-01-01", "s")
RULES = cases(
    ("any byte but 0 is true", np.array([2, 0, 1, 255], "u1").view("?")),
    ("all true", np.array([1, 2, 255], "u1").view("?")),
    ("all false", np.zeros(100, "?")),
    ("-0.0 after 0.0", np.array([0.0, -0.0])),
    ("0.0 after -0.0", np.array([-0.0, 0.0])),
    ("all infinite", np.array([np.inf, np.inf])),
    ("all minus infinite", np.array([-np.inf, -np.inf])),
    ("infinity before a number", np.array([np.inf, 1.0, -np.inf])),
    ("uint64 above int64", np.array([2**63, 2**63 - 1, 2**64 - 1], "u8")),
    ("int64 that floats confuse", np.array([2**53, 2**53 + 1, 2**53 - 1])),
    ("denormals of either sign", np.array([5e-324, -5e-324, 0.0, 1e-323])),
    ("real parts tie", np.array([1 + 2j, 1 + 1j, 1 - 1j, 0 + 9j, 0 - 9j])),
    ("-0.0 ties 0.0 in the real part", np.array([complex(0.0, 1), complex(-0.0, 0)])),
    ("0.0 ties -0.0 in the real part", np.array([complex(-0.0, 0), complex(0.0, 1)])),
    ("infinite parts", np.array([complex(1, np.inf), complex(np.inf, -np.inf), complex(1, 0)])),
    ("the earliest time is not NaT", np.array([-(2**63) + 1, 2**63 - 1]).view("M8[ns]")),
    ("bytes are unsigned", np.array([b"\x7f", b"\x80", b"\xff", b"a"])),
    ("a NUL inside counts", np.array([b"a", b"a\0b", b"a\0a"])),
    ("NULs at the end do not", np.array([b"a\0", b"a", b"a\0\0"], "S3")),
    ("bytes of no width", np.zeros(3, [("x", "S0")])["x"]),
    ("text of no width", np.zeros(3, [("x", "U0")])["x"]),
    ("text by code point", np.array(["\uffff", "\U0001f600", "z", "Z"])),
    ("text with a NUL inside", np.array(["a", "a\0b", "a\0a"])),
    ("byte-swapped text", np.array(["Ā", "\x01", "ÿ"], ">U1")),
    ("code points out of range", np.array([0x110000, 2**32 - 1, 2**31, 0xD800], "u4").view("U1")),
    ("strings by UTF-8 byte", string_array(["\uffff", "\U0001f600", "z", ""], None)),
    ("short and long strings", string_array(["x" * 300, "x" * 299, "x" * 15, "x" * 16], None)),
    ("null that is a string", string_array(["n", "m", "a", "m", "z"], "m")),
    ("null that is the empty string", string_array(["n", "", "a", ""], "")),
    ("null that is no string", string_array(["n", None, "a"], None)),
    ("null that is a number", np.array(["n", 3, "a"], StringDType(na_object=3))),
)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("a", RULES)
def test_rule(name: str, a: Array) -> None:
    """Elements are ordered as NumPy orders them."""
    agree(name, a)
    agree(name, a[::-1])
    agree(name, np.stack([a, a[::-1], a], 1), 0)
    agree(name, np.stack([a, a[::-1], a], 1), 1)


@pytest.mark.parametrize(
    "values", [["b", None, "a", None, "c"], [None, "b"], [None, None]], ids=str
)
def test_argmin_passes_over_null_strings(values: list[str | None]) -> None:
    """A null that is NaN is greater than every string for argmin."""
    a = string_array([np.nan if value is None else value for value in values], np.nan)
    agree("argmin", a)
    agree("argmin", a[::-1])


def nans(code: str) -> Array:
    """Return quiet and signalling NaNs of both signs, and with a payload."""
    info = np.finfo(code)
    if code == "g" and info.nmant == 63:
        rows = [(1 << 63 | low, high) for low in (1, 1 << 62, 3 << 61) for high in (0x7FFF, 0xFFFF)]
        return np.frombuffer(b"".join(struct.pack("<QH6x", *row) for row in rows), code)
    if code == "g":
        return np.array([np.nan, -np.nan], code)
    infinity = int(np.array(np.inf, code).view(f"u{info.bits // 8}"))
    quiet, sign = 1 << (info.nmant - 1), 1 << (info.bits - 1)
    bits = [infinity | low | high for low in (1, quiet, quiet | 5) for high in (0, sign)]
    return np.array(bits, f"u{info.bits // 8}").view(code)


@pytest.mark.parametrize("code", list("efdg"))
def test_every_nan_is_nan(code: str) -> None:
    """The first NaN of any sign and payload wins, in silence, and the others are passed over."""
    for nan, place, n in itertools.product(nans(code), (0, 3, 40), (41, 300)):
        a = np.arange(n).astype(code)
        a[[place, n - 1]] = nan
        assert np.isnan(a[place])
        with np.errstate(all="raise"):
            assert agree("argmin", a).value == agree("argmax", a[::-1].copy()[::-1]).value == place
            assert ours("nanargmin")(a) == (place == 0)
            assert ours("nanargmax")(a) == n - 2 - (place == n - 2)


@pytest.mark.parametrize("code", list("FDG"))
def test_a_complex_with_a_nan_in_either_part_is_nan(code: str) -> None:
    """The first element with a NaN in its real or its imaginary part wins."""
    parts = nans(code.lower() if code != "F" else "f")
    for nan, both, n in itertools.product(parts, ("real", "imag"), (5, 64)):
        a = np.arange(n).astype(code)
        getattr(a, both)[[3, n - 1]] = nan
        assert agree("argmin", a).value == agree("argmax", a).value == 3
        agree("nanargmin", a)
        agree("nanargmax", a)


@pytest.mark.parametrize("code", ["M8[s]", "M8[ns]", "m8[D]", "M8", "m8"])
def test_the_first_nat_wins(code: str) -> None:
    """NaT wins in argmin and argmax, whatever the unit."""
    for n, place in itertools.product((4, 70), (0, 3)):
        a = np.arange(n).astype("i8").view(code)
        a[[place, n - 1]] = np.datetime64("NaT", "s").view("i8").view(code)
        assert agree("argmin", a).value == agree("argmax", a).value == place


def test_a_dtype_of_another_package_is_known_by_its_type() -> None:
    """The NaN of an ml_dtypes float wins, though its dtype looks like raw bytes to its kind."""
    for name in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        a = np.array([1, 2, np.nan, 0, np.nan], getattr(ml_dtypes, name))
        assert agree("argmin", a).value == agree("argmax", a).value == 2
        agree("argmin", a.reshape(5, 1), 1)


# --- objects ------------------------------------------------------------------------------------


class Logged:
    """A number that writes down each comparison."""

    def __init__(self, value: int, log: list[tuple[int, str, int]]) -> None:
        self.value = value
        self.log = log

    def __lt__(self, other: "Logged") -> bool:
        self.log.append((self.value, "<", other.value))
        return self.value < other.value

    def __gt__(self, other: "Logged") -> bool:
        self.log.append((self.value, ">", other.value))
        return self.value > other.value


class Right:
    """A number that can be compared only from the right."""

    def __init__(self, value: int, log: list[Any]) -> None:
        self.value = value
        self.log = log

    def __lt__(self, other: "Right") -> Any:
        return NotImplemented

    def __gt__(self, other: "Right") -> Any:
        self.log.append((self.value, other.value))
        return self.value > other.value


def object_array(values: list[Any], shape: Any = -1) -> Array:
    """Make an array of exactly these objects."""
    a = np.empty(len(values), object)
    a[:] = values
    return a.reshape(shape)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("layout", ["C", "Fortran", "one axis reversed"])
def test_objects_are_compared_in_order(name: str, axis: int | None, layout: str) -> None:
    """Each candidate is compared once, on the left of the best so far, slice after slice."""
    log: list[tuple[int, str, int]] = []
    a = object_array([Logged(value, log) for value in (3, 1, 2, 1, 5, 0)], (2, 3))
    a = LAYOUTS[layout](a)
    agree(name, a, axis)
    half = len(log) // 2
    assert log[:half] == log[half:]
    assert half == a.size - (1 if axis is None else a.shape[1 - axis])


def test_the_candidate_stands_on_the_left() -> None:
    """The question is `candidate < best` in argmin and `candidate > best` in argmax."""
    log: list[tuple[int, str, int]] = []
    a = object_array([Logged(value, log) for value in (3, 1, 2, 7)])
    ours("argmin")(a)
    assert log == [(1, "<", 3), (2, "<", 1), (7, "<", 1)]
    log.clear()
    ours("argmax")(a)
    assert log == [(1, ">", 3), (2, ">", 3), (7, ">", 3)]


def test_the_reflected_comparison_is_asked_for() -> None:
    """An object without `<` is compared by the other's `>`, as Python does."""
    log: list[Any] = []
    agree("argmin", object_array([Right(value, log) for value in (3, 1, 2)]))
    assert log == [(3, 1), (1, 2)] * 2


class Answers:
    """An object whose comparisons give a fixed answer, or raise it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __lt__(self, other: Any) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    __gt__ = __lt__


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    ("answer", "text"),
    cases(
        ("a true object", "yes", ""),
        ("a false object", [], ""),
        ("an array", np.array([True, False]), "truth value of an array"),
        ("an object without a truth", Undecided(), "mine"),
        ("no answer", NotImplemented, "not supported between instances"),
        ("a ValueError", ValueError("mine"), "mine"),
        ("a TypeError", TypeError("mine"), "mine"),
        ("a RecursionError", RecursionError("mine"), "mine"),
    ),
)
def test_what_a_comparison_answers(name: str, answer: Any, text: str) -> None:
    """A comparison's answer counts by its truth, and its error is the call's error."""
    agree(name, object_array([Answers(answer), Answers(answer), Answers(answer)]), text=text)
    agree(name, object_array([Answers(answer)]))


class Stop(BaseException):
    """Something that is no Exception, as KeyboardInterrupt is not."""


@pytest.mark.parametrize("name", PLAIN)
def test_an_interrupt_passes_through(name: str) -> None:
    """An exception that is not an Exception passes through a comparison too."""
    for function in (theirs(name), ours(name)):
        with pytest.raises(Stop):
            function(object_array([Answers(Stop()), Answers(Stop())]))


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "values",
    cases(
        ("NaN first stays", [np.nan, 1, 0]),
        ("NaN later is passed over", [1, np.nan, 0]),
        ("all NaN", [np.nan, np.nan]),
        ("None alone", [None]),
        ("None with a number", [1, None]),
        ("two None", [None, None]),
        ("complex", [1j, 2j]),
        ("text with a number", ["a", 1]),
        ("text", ["b", "a", "c"]),
        ("tuples", [(1, 2), (1, 1), (0, 9)]),
        ("ties of unlike types", [1.0, True, 1, Fraction(1), Decimal(1)]),
        ("huge integers", [10**30, -(10**30), 10**30 + 1]),
        ("arrays", [np.array([1, 2]), np.array([3, 4])]),
        ("arrays of one", [np.array([3]), np.array([1])]),
    ),
)
def test_objects(name: str, values: list[Any]) -> None:
    """Objects are ordered by their own comparisons alone: NaN and None are not special."""
    agree(name, object_array(values))
    agree(name, object_array(values)[::-1])


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("filled", [(), (0,), (3,), (1, 3), (0, 2), (1, 2, 3)], ids=str)
def test_empty_slots_are_passed_over(name: str, filled: tuple[int, ...]) -> None:
    """A slot of an object array that holds nothing at all, not even None, is no candidate."""
    a = np.empty(4, object)
    ctypes.memset(a.ctypes.data, 0, a.nbytes)
    for place in filled:
        a[place] = 10 - place
    for function in (theirs(name), ours(name)):
        assert function(a) == theirs(name)(a)
        assert function(a.reshape(2, 2), 1).tolist() == theirs(name)(a.reshape(2, 2), 1).tolist()


class Replaces:
    """An object that replaces another element while it is compared."""

    def __init__(self, value: int, target: Array, place: int, new: int) -> None:
        self.value, self.target, self.place, self.new = value, target, place, new

    def __lt__(self, other: Any) -> bool:
        self.target[self.place] = self.new
        return self.value < int(other)

    def __int__(self) -> int:
        return self.value


@pytest.mark.parametrize("new", [-5, 9])
def test_an_element_replaced_during_a_comparison_is_seen(new: int) -> None:
    """The element that counts is the one that is there when its turn comes."""
    answers = []
    for function in (theirs("argmin"), ours("argmin")):
        a = object_array([3, None, 4, 5])
        a[1] = Replaces(6, a, 2, new)
        answers.append(function(a))
    assert answers == [2 if new == -5 else 0] * 2


@pytest.mark.parametrize("name", ALL)
def test_objects_are_neither_kept_nor_lost(name: str) -> None:
    """A call leaves the reference counts of the elements as they were."""
    values = [float(value) for value in (3, 1, 2, 7, 5, 4)]
    a = object_array(values, (2, 3))
    before = [sys.getrefcount(value) for value in values]
    for axis in (None, 0, 1):
        for view in (a, a.T, a[:, ::-1], np.asfortranarray(a)):
            ours(name)(view, axis)
    del view
    assert [sys.getrefcount(value) for value in values] == before


# --- Python's own objects -----------------------------------------------------------------------


class AsArray:
    """An object that becomes an array by `__array__`."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.values, dtype)


class AsInterface:
    """An object that becomes an array by `__array_interface__`."""

    def __init__(self, values: Any) -> None:
        self.values = np.array(values)
        self.__array_interface__ = self.values.__array_interface__


class Sequence:
    """An object that is a sequence by its `__len__` and `__getitem__`."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: int) -> Any:
        return self.values[place]


PYTHON_INPUTS: dict[str, Callable[[], Any]] = {
    "list": lambda: [3, 1, 2],
    "tuple": lambda: (3.0, 1.0, 2.0),
    "nested": lambda: [[3, 1, 2], [0, 5, 4]],
    "bools": lambda: [True, False],
    "complex": lambda: [1j, 1, -1j],
    "floats with NaN": lambda: [3.0, float("nan"), 2.0],
    "NumPy scalars": lambda: [np.float32(3), np.float64(1)],
    "arrays": lambda: [np.arange(3), np.arange(3)[::-1]],
    "strings": lambda: ["b", "a"],
    "bytes in a list": lambda: [b"b", b"a"],
    "datetimes": lambda: [LATER, np.datetime64("2001-01-01", "s")],
    "a number and a string": lambda: [1, "a"],
    "integers beyond 64 bits": lambda: [10**30, 1],
    "integers beyond int64": lambda: [2**63, 1],
    "decimals": lambda: [Decimal(2), Decimal(1)],
    "None and a number": lambda: [None, 1],
    "range": lambda: range(5),
    "range backwards": lambda: range(5, 0, -1),
    "bytes": lambda: b"abc",
    "bytearray": lambda: bytearray(b"bac"),
    "memoryview": lambda: memoryview(b"bac"),
    "memoryview backwards": lambda: memoryview(b"bac")[::-1],
    "array.array": lambda: array.array("d", [2.0, 1.0]),
    "ctypes": lambda: (ctypes.c_int * 3)(3, 1, 2),
    "__array__": lambda: AsArray([3, 1, 2]),
    "__array_interface__": lambda: AsInterface([3, 1, 2]),
    "sequence": lambda: Sequence([3, 1, 2]),
    "int": lambda: 5,
    "float": lambda: float("inf"),
    "bool": lambda: True,
    "None": lambda: None,
    "str": lambda: "text",
    "set": lambda: {1, 2},
    "dict": lambda: {1: 2},
    "iterator": lambda: iter([3, 1]),
    "generator": lambda: (n for n in (3, 1)),
    "object": lambda: object(),
    "type": lambda: int,
    "np.float64": lambda: np.float64(3),
    "np.str_": lambda: np.str_("x"),
    "np.datetime64": lambda: LATER,
    "0-d array": lambda: np.array(3),
    "empty list": list,
    "empty nested list": lambda: [[]],
    "ragged": lambda: [[1, 2], [3]],
    "__array__ of two dimensions": lambda: AsArray([[3, 1], [0, 2]]),
}
PYTHON_ERRORS = {"empty list": EMPTY, "empty nested list": EMPTY, "ragged": "inhomogeneous shape"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", PYTHON_INPUTS)
def test_python_inputs(name: str, kind: str) -> None:
    """What is no array is made one as `numpy.asarray` makes it."""
    for axis, keepdims in itertools.product((None, 0, -1, 1), (False, True)):
        expected = outcome(theirs(name), PYTHON_INPUTS[kind](), axis=axis, keepdims=keepdims)
        found = outcome(ours(name), PYTHON_INPUTS[kind](), axis=axis, keepdims=keepdims)
        if name in NAN and expected.kind is np.exceptions.AxisError:
            # To a 0-d input NumPy says now that it has one dimension, and now that it has none.
            expected = expected._replace(value=found.value)
        assert found[:-1] == expected[:-1]
        if axis is None:
            assert re.search(PYTHON_ERRORS.get(kind, ""), found.text)


# --- subclasses ---------------------------------------------------------------------------------


def tagged(values: Any) -> Any:
    """Make an array of the subclass with its attribute set."""
    a = np.array(values).view(Tagged)
    a.tag = "mine"
    return a


@pytest.mark.parametrize("name", ALL)
def test_a_subclass_comes_back_with_its_attributes(name: str) -> None:
    """A result with dimensions has the input's type and attributes, a scalar is NumPy's scalar."""
    a = tagged([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    for view, axis in itertools.product(
        (a, a.T, a[:, ::-1], a[:0], a[0], a[0, 0:1]), (None, 0, -1)
    ):
        for keepdims in (False, True):
            agree(name, view, axis, keepdims=keepdims)
    assert ours(name)(a, 0).tag == ours(name)(a, 1, keepdims=True).tag == "mine"
    out = np.zeros(3, int)
    assert type(ours(name)(a, 0, out)) is np.ndarray


@pytest.mark.filterwarnings("ignore:the matrix subclass is not:PendingDeprecationWarning")
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("axis", [None, 0, 1, -1, -2, 2])
def test_matrix(name: str, axis: int | None) -> None:
    """A matrix keeps its two dimensions, as its own methods do."""
    a = np.matrix([[3, 1, 2], [0, 5, 4]])
    agree(name, a, axis)
    agree(name, a, axis, keepdims=True)


@pytest.mark.parametrize("name", ALL)
def test_memmap(name: str, tmp_path: Path) -> None:
    """An array in a file is read where it is, also when the file is opened for reading only."""
    path = tmp_path / "a"
    np.random.default_rng(5).normal(size=(3, 4)).tofile(path)
    for mode, axis in itertools.product(("r", "r+", "c"), (None, 0, 1)):
        agree(name, np.memmap(path, "d", mode, shape=(3, 4)), axis)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ALL)
def test_recarray(name: str) -> None:
    """A record array's field, and a record array that is a plain one, are arrays like others."""
    a = np.array([[(1, 2.5), (0, 3.5)], [(4, 0.5), (2, 1.5)]], "i4,f8").view(np.recarray)
    for axis in (None, 0, 1):
        agree(name, a.f0, axis)
        agree(name, a["f1"], axis)
        agree(name, np.array([[3.0, 1.0], [0.0, 2.0]]).view(np.recarray), axis)


class Overrides(np.ndarray[Any, Any]):
    """A subclass with methods of its own, which write down how they were called."""

    log: list[Any] = []  # noqa: RUF012
    answer: Any = "own"

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Write the call down and give the answer, or raise it."""
        self.log.append((args, kwargs))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    argmax = argmin


class Narrow(np.ndarray[Any, Any]):
    """A subclass whose methods do not know all the arguments."""

    def argmin(self, axis: Any = None) -> Any:  # type: ignore[override]
        """Give an answer of its own."""
        return "own"

    argmax = argmin  # type: ignore[assignment]


SPELLINGS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((0,), {}),
    ((), {"axis": 0}),
    ((0, None), {}),
    ((), {"out": None}),
    ((), {"keepdims": True}),
    ((1,), {"keepdims": False}),
    ((), {"axis": -1, "out": None, "keepdims": True}),
]


def both(name: str, log: list[Any], a: Any, args: Any, kwargs: Any) -> None:
    """Assert that the two calls have the same outcome, and left the same in the log."""
    log.clear()
    expected = outcome(theirs(name), a, *args, **kwargs), list(log)
    log.clear()
    found = outcome(ours(name), a, *args, **kwargs), list(log)
    assert found[0][:-1] == expected[0][:-1]
    assert found[1] == expected[1]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
@pytest.mark.parametrize("answer", ["own", ValueError("mine"), TypeError("mine")], ids=repr)
def test_a_subclass_with_its_own_method(name: str, args: Any, kwargs: Any, answer: Any) -> None:
    """The method of a subclass is called with what NumPy gives it, and its answer is the answer."""
    a = np.array([[3, 1, 2], [0, 5, 4]]).view(Overrides)
    a.answer = answer
    both(name, a.log, a, args, kwargs)


@pytest.mark.parametrize("name", ALL)
def test_a_subclass_with_a_narrow_method(name: str) -> None:
    """A method with too few parameters gives way to the base's, whose result is wrapped."""
    for args, kwargs in SPELLINGS:
        agree(name, np.array([[3, 1, 2], [0, 5, 4]]).view(Narrow), *args, **kwargs)
    agree(name, np.array([3, 1, 2]).view(Narrow))


# --- other libraries' objects -------------------------------------------------------------------

LOG: list[Any] = []


class Duck:
    """An array of another library: it answers for itself, or declines."""

    answer: Any = "own"

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        LOG.append((func, set(types), args, kwargs))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class DuckArray(np.ndarray[Any, Any]):
    """A subclass that answers for itself and then does as its base does."""

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Write down the function and its arguments, and let the base class answer."""
        LOG.append((func, set(types), len(args), sorted(kwargs)))
        return super().__array_function__(func, types, args, kwargs)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
@pytest.mark.parametrize(
    "answer", ["own", NotImplemented, ValueError("mine"), TypeError("mine")], ids=repr
)
def test_array_function(name: str, args: Any, kwargs: Any, answer: Any) -> None:
    """An object with `__array_function__` gets NumPy's function and the call as it was spelled."""
    duck = Duck()
    duck.answer = answer
    both(name, LOG, duck, args, kwargs)
    func, types, *rest = LOG[0]
    assert func is theirs(name)
    assert types == {Duck}
    assert rest == [(duck, *args), kwargs]


@pytest.mark.parametrize("name", ALL)
def test_array_function_with_a_by_keyword(name: str) -> None:
    """An `a` given by keyword is passed on by keyword."""
    duck = Duck()
    LOG.clear()
    assert ours(name)(axis=0, a=duck) == "own"
    (call,) = LOG
    assert call == (theirs(name), {Duck}, (), {"a": duck, "axis": 0})


@pytest.mark.parametrize("name", ALL)
def test_array_function_that_nobody_implements(name: str) -> None:
    """When all decline, the TypeError names the function and the type."""
    duck = Duck()
    duck.answer = NotImplemented
    agree(name, duck, text=f"no implementation found for 'numpy.{name}'.*Duck")


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("a", [np.ones(3), [1.0, 2.0], Duck()], ids=["array", "list", "duck"])
def test_array_function_of_out(name: str, a: Any) -> None:
    """An `out` with `__array_function__` is asked as well."""
    out = Duck()
    both(name, LOG, a, (0, out), {})
    both(name, LOG, a, (), {"out": out, "keepdims": True})


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
def test_array_function_of_a_subclass(name: str, args: Any, kwargs: Any) -> None:
    """A subclass may answer by itself and still ask its base."""
    both(name, LOG, np.array([[3, 1, 2], [0, 5, 4]]).view(DuckArray), args, kwargs)


class Own:
    """No array at all, but with methods of the same names."""

    answer: Any = "own"

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Write the call down and give the answer, or raise it."""
        LOG.append((args, kwargs))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    argmax = argmin

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array([[3, 1, 2], [0, 5, 4]], dtype)


class OwnByGetattr(AsArray):
    """An object whose methods exist only when asked for."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute in PLAIN:
            return functools.partial(Own.argmin, Own())
        raise AttributeError(attribute)


def with_own(value: Any) -> Any:
    """Make an object whose methods are this value."""
    a = AsArray([[3, 1, 2], [0, 5, 4]])
    a.__dict__.update(argmin=value, argmax=value)
    return a


OWN: dict[str, Callable[[], Any]] = {
    "method": Own,
    "attribute of the instance": lambda: with_own(functools.partial(Own.argmin, Own())),
    "__getattr__": lambda: OwnByGetattr([1]),
    "None": lambda: with_own(None),
    "no function": lambda: with_own(5),
    "too few parameters": lambda: with_own(lambda: "own"),
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
@pytest.mark.parametrize("kind", OWN)
def test_an_object_with_its_own_method(name: str, args: Any, kwargs: Any, kind: str) -> None:
    """An object's own method is called as NumPy calls it, and what it returns is the answer."""
    both(name, LOG, OWN[kind](), args, kwargs)


class Unreadable(AsArray):
    """An object whose methods cannot be read."""

    @property
    def argmin(self) -> Any:
        """Fail."""
        raise ZeroDivisionError("mine")

    argmax = argmin


@pytest.mark.parametrize("name", PLAIN)
def test_a_method_that_cannot_be_read(name: str) -> None:
    """An error in looking up an object's own method is passed on."""
    agree(name, Unreadable([3, 1, 2]), text="mine")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "answer",
    [7, None, [1], ValueError("mine"), TypeError("mine"), AttributeError("mine")],
    ids=repr,
)
def test_what_an_own_method_answers(name: str, answer: Any) -> None:
    """Any answer and any error is passed on, but for TypeError: the object is then an array."""
    own = Own()
    own.answer = answer
    both(name, LOG, own, (), {})
    both(name, LOG, own, (1,), {"keepdims": True})


class Wraps(AsArray):
    """An object that wraps results."""

    __array_priority__ = 10.0

    def __array_wrap__(self, a: Any, context: Any = None, return_scalar: bool = False) -> Any:
        LOG.append((describe(a), context, return_scalar))
        return ("wrapped", a.tolist())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
def test_array_wrap(name: str, args: Any, kwargs: Any) -> None:
    """An object with `__array_wrap__` wraps the result, a 0-d one as an array."""
    both(name, LOG, Wraps([[3, 1, 2], [0, 5, 4]]), args, kwargs)


# --- threads ------------------------------------------------------------------------------------

LONG = 4_000_000


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "make",
    cases(
        ("float64", lambda: np.zeros(4 * LONG)),
        ("int8", lambda: np.zeros(16 * LONG, "i1")),
        ("columns", lambda: np.zeros((2 * LONG, 2))),
        ("stepped", lambda: np.zeros(4 * LONG)[::2]),
        ("bytes", lambda: np.zeros(LONG, "S3")),
        ("text", lambda: np.zeros(LONG, "U2")),
        ("datetime64", lambda: np.zeros(4 * LONG, "M8[s]")),
        ("StringDType", lambda: np.zeros(LONG // 4, StringDType())),
    ),
)
def test_other_threads_run_during_a_long_call(name: str, make: Callable[[], Array]) -> None:
    """Python runs on in another thread while a long array is searched."""
    a = make()
    steps: list[str] = []

    def search(started: threading.Event) -> None:
        started.set()
        ours(name)(a, 0)
        steps.append("searched")

    interval = sys.getswitchinterval()
    # From here on a thread runs until it lets go of the interpreter of its own accord.
    sys.setswitchinterval(100)
    try:
        for _ in range(10):
            steps.clear()
            started = threading.Event()
            thread = threading.Thread(target=search, args=[started])
            thread.start()
            started.wait()
            steps.append("meanwhile")
            thread.join()
            if steps == ["meanwhile", "searched"]:
                break
    finally:
        sys.setswitchinterval(interval)
    assert steps == ["meanwhile", "searched"]


@pytest.mark.parametrize("name", ALL)
def test_one_array_in_many_threads(name: str) -> None:
    """Threads that search the same array at the same time get the same answer."""
    a = np.random.default_rng(6).normal(size=(300, 200))
    expected = theirs(name)(a, 0).tolist()
    answers: list[Any] = []

    def search() -> None:
        answers.extend(ours(name)(a, 0).tolist() for _ in range(20))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 80


# --- the functions that pass over NaN -----------------------------------------------------------

ALL_NAN = "All-NaN slice encountered"
X = np.nan


@pytest.mark.parametrize("name", NAN)
@pytest.mark.parametrize(
    ("a", "axis", "text"),
    cases(
        ("no NaN", [3.0, 1.0, 2.0], None, ""),
        ("NaN first", [X, 3.0, 1.0, 5.0], None, ""),
        ("NaN last", [3.0, 1.0, 5.0, X], None, ""),
        ("ties around NaN", [X, 2.0, X, 2.0, 2.0], None, ""),
        ("infinity before NaN", [np.inf, X, -np.inf, X], None, ""),
        ("-0.0 and 0.0", [X, 0.0, -0.0, X], None, ""),
        ("rows", [[X, 1.0, 2.0], [3.0, X, 0.0]], 1, ""),
        ("columns", [[X, 1.0, 2.0], [3.0, X, 0.0]], 0, ""),
        ("a column without NaN", [[X, 1.0], [X, 2.0], [1.0, 0.0]], 0, ""),
        ("all NaN", [X, X], None, ALL_NAN),
        ("0-d NaN", X, None, ALL_NAN),
        ("one row of NaN", [[1.0, 2.0], [X, X]], 1, ALL_NAN),
        ("one column of NaN", [[1.0, X], [2.0, X]], 0, ALL_NAN),
        ("a row of NaN is no slice", [[1.0, 2.0], [X, X]], 0, ""),
        ("a row of NaN in the whole", [[1.0, 2.0], [X, X]], None, ""),
        ("complex", [complex(X, 1), 3 + 1j, complex(1, X), 3 - 1j], None, ""),
        ("all complex NaN", [complex(X, 1), complex(1, X)], None, ALL_NAN),
        ("Decimal NaN", [Decimal("NaN"), Decimal(2), Decimal(1)], None, ""),
        ("all Decimal NaN", [Decimal("NaN")] * 2, None, ALL_NAN),
        ("objects with NaN", np.array([X, 2, Fraction(1, 2)], object), None, ""),
        ("all NaN objects", np.array([X, X], object), None, ALL_NAN),
        ("None is compared", [None, 1], None, "not supported between"),
        ("bool", [True, False], None, ""),
        ("int", [3, 1, 2], None, ""),
        ("text", ["nan", "a", "b"], None, ""),
        ("bytes", [b"nan", b"a", b"b"], None, ""),
        ("times", np.array([3, 1, 2], "M8[s]"), None, ""),
        ("empty", [], None, EMPTY),
        ("empty rows", np.zeros((2, 0)), 1, EMPTY),
        ("no rows", np.zeros((0, 2)), 1, ""),
        ("no columns and no axis", np.zeros((2, 0)), None, EMPTY),
        ("no order", np.zeros(2, "V4"), None, UNORDERED),
    ),
)
def test_nan_is_passed_over(name: str, a: Any, axis: int | None, text: str) -> None:
    """The index counts in the whole input, and a slice of nothing but NaN is an error."""
    agree(name, a, axis, text=text)
    agree(name, a, axis, keepdims=True, text=text)


@pytest.mark.parametrize("name", NAN)
@pytest.mark.parametrize("code", list("efdgFDG"))
def test_one_slice_of_nan_is_an_error_that_leaves_out_alone(name: str, code: str) -> None:
    """One slice of nothing but NaN among many is an error, before anything is written."""
    a = np.ones((3, 40, 5), code)
    a[1, :, 3] = X
    out = np.full((3, 5), -7)
    agree(name, a, 1, out, text=ALL_NAN)
    assert (out == -7).all()
    agree(name, a, 0)
    agree(name, a, 2)


@pytest.mark.parametrize("name", ALL)
def test_masked_array_without_an_empty_slice(name: str) -> None:
    """Masked elements are passed over, and the result is a plain array."""
    data = np.random.default_rng(7).integers(0, 9, (4, 5)).astype(float)
    data[0, 1] = X
    mask = np.zeros((4, 5), bool)
    mask[[0, 1, 2, 3, 3], [0, 1, 2, 3, 4]] = True
    for axis in (None, 0, 1):
        expected = outcome(theirs(name), np.ma.array(data, mask=mask), axis)
        found = outcome(ours(name), np.ma.array(data, mask=mask), axis)
        assert found.value == expected.value
        assert found.kind is (np.intp if axis is None else np.ndarray)
        assert found.shape == expected.shape
