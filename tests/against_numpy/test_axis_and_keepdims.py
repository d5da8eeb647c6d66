"""`axis` and `keepdims` take what NumPy takes, and of several mistakes NumPy's is reported."""

import enum
from typing import Any

import numpy as np
import pytest

from support.objects import Undecided
from support.side_by_side import (
    ALL,
    BAD_DTYPE,
    BAD_SHAPE,
    EMPTY,
    NO_INTEGER,
    NOT_AN_ARRAY,
    PLAIN,
    TOO_FAR,
    UNORDERED,
    agree,
    cases,
)


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
