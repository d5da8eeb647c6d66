"""nanargmin and nanargmax pass over NaN as NumPy's do."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from support.side_by_side import (
    ALL,
    ALL_NAN,
    EMPTY,
    NAN,
    UNORDERED,
    agree,
    cases,
    ours,
    outcome,
    theirs,
)

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
