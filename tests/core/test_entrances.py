"""What the package's Python asks the core about calls and parts, instead of finding it out."""

from typing import Any

import numpy as np
import pytest

import minloc
from minloc import _core
from minloc._partial import FUNCTIONS

INTP = np.dtype(np.intp)


def test_read_call_says_what_keywords_mean() -> None:
    """Axes count from 0, and what is not given has its default."""
    read = _core.read_call
    assert read("argmin", 3, {}) == (
        (0, 1, 2), -1, 0, ("min",), False, "propagate", "first", None, INTP,
    )  # fmt: skip
    assert read("argminmax", 3, {"axis": (-1, 0), "keepdims": True, "ties": "last"}) == (
        (2, 0), -1, 0, ("min", "max"), True, "propagate", "last", None, INTP,
    )  # fmt: skip
    assert read("nanargmax", 1, {"default": np.int8(-1), "dtype": "i2"}) == (
        (0,), -1, 0, ("max",), False, "omit", "first", -1, np.dtype("i2"),
    )  # fmt: skip
    assert read("top_k", 2, {"k": 3, "mode": "smallest", "nan_policy": "raise"}) == (
        (1,), 1, 3, ("min",), False, "raise", "first", None, INTP,
    )  # fmt: skip
    for axis, axes in (None, (0, 1)), ((0,), (0,)):
        assert read("top_k", 2, {"k": 3, "axis": axis})[:2] == (axes, -1)
    assert read("top_k", 0, {"k": 1})[:2] == ((), -1)


BAD: list[dict[str, Any]] = [
    {"axis": 2}, {"axis": (0, 0)}, {"axis": 1.5}, {"axis": True}, {"ties": "middle"},
    {"nan_policy": "maybe"}, {"default": 1.5}, {"default": 2**70}, {"dtype": float},
    {"dtype": "u1", "default": -1}, {"keepdims": np.zeros(2)}, {"progress": True}, {"k": 1},
    {"mode": "best"}, {"unknown": 1},
]  # fmt: skip


CASES = [(n, words) for n in FUNCTIONS for words in BAD if n != "top_k" or "k" not in words]


@pytest.mark.parametrize(("name", "keywords"), CASES, ids=str)
def test_read_call_raises_what_the_function_raises(name: str, keywords: dict[str, Any]) -> None:
    """The class and the text of a call about an array."""
    k = [1] if name == "top_k" else []
    with pytest.raises((TypeError, ValueError)) as expected:
        getattr(minloc, name)(np.zeros((1, 1)), *k, **keywords)
    with pytest.raises(expected.type) as raised:
        _core.read_call(name, 2, {**({"k": 1} if k else {}), **keywords})
    assert str(raised.value) == str(expected.value)


@pytest.mark.parametrize("k", [-1, 1.5, True, "2"], ids=repr)
def test_read_call_reads_k(k: Any) -> None:
    """As top_k does."""
    functions: Any = minloc
    with pytest.raises((TypeError, ValueError)) as expected:
        functions.top_k(np.zeros(3), k)
    with pytest.raises(expected.type, match=str(expected.value).replace("'", ".")):
        _core.read_call("top_k", 1, {"k": k})


def test_best_gives_indices_elements_and_what_is_found() -> None:
    """One entry for each slice and end; a slice without a candidate has the index 0."""
    for dtype in float, object:
        a = np.array([[3, 1, np.nan], [np.nan] * 3, [5, 7, 2]], dtype)
        [(index, values, found)] = _core.best("argmin", a, (1,), nan_policy="omit")
        assert index.tolist() == [1, 0, 2]
        assert found is not None
        assert found.tolist() == [True, False, True]
        assert values[found].tolist() == [1, 2]
        _, (index, values, found) = _core.best("argminmax", a[::2], (0,), nan_policy="omit")
        assert (index.tolist(), values.tolist(), found) == ([1, 1, 1], [5, 7, 2], None)
    [(index, values, found)] = _core.best("argmax", np.array("b", "U1"), ())
    assert (index.tolist(), values.tolist(), found) == ([0], ["b"], None)
    [(_, _, found)] = _core.best(
        "argmin", np.zeros((2, 1)), (1,), where=np.array([[True], [False]])
    )
    assert found is not None
    assert found.tolist() == [True, False]


@pytest.mark.parametrize("dtype", [float, complex, "M8[s]", object, ">f2", np.longdouble], ids=str)
def test_first_nan_is_that_of_a_candidate(dtype: Any) -> None:
    """The first slice along the kept axes, None if there is none."""
    a = np.zeros((2, 3, 4), dtype)
    assert _core.first_nan(a, (2,), None) is None
    a[0, 2, 1] = a[1, 1, 3] = _core.nan_of(a.dtype)
    assert _core.first_nan(a, (2,), None) == (0, 2)
    assert _core.first_nan(a, (0,), None) == (1, 3)
    assert _core.first_nan(a, (0, 1, 2), None) == ()
    assert _core.first_nan(a, (2,), np.arange(4) != 1) == (1, 1)
    assert _core.first_nan(a, (2,), np.arange(4) % 2 == 0) is None
    assert _core.first_nan(a[:0], (2,), None) is None
    assert _core.first_nan(np.zeros(3, "S1"), (0,), None) is None


def test_an_index_that_does_not_fit_is_refused() -> None:
    """An index that no intp holds, one that the dtype does not hold, and a default."""
    _core.check_index(127, (128,), np.dtype("i1"), -1)
    for largest, dtype, default, message in (
        (128, "i1", None, "dtype int8 cannot hold the largest possible index 128"),
        (5, "u1", -1, "dtype uint8 cannot hold the default -1"),
        (
            2**63,
            "i8",
            None,
            rf"{2**63}, into an array of shape \(2, 9\) does not fit int64; minloc",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            _core.check_index(largest, (2, 9), np.dtype(dtype), default)


def test_an_error_about_a_nan_names_the_slice() -> None:
    """Its text is that of the function, and it carries the index."""
    with pytest.raises(ValueError, match=r"findmax\(\) met a NaN") as raised:
        _core.raise_nan("findmax", (3, 0))
    error: Any = raised.value
    assert error.index == (3, 0)
    assert error.__notes__ == ["for the slice at index (3, 0) of the result"]


def test_check_array_knows_dtypes_and_masks() -> None:
    """Without a look at the elements."""
    _core.check_array(np.zeros((0, 3)), np.ones(3, bool))
    with pytest.raises(TypeError, match="data type not ordered"):
        _core.check_array(np.zeros(2, "V3"), None)
    with pytest.raises(ValueError, match="cannot be broadcast"):
        _core.check_array(np.zeros((0, 3)), np.ones(2, bool))
