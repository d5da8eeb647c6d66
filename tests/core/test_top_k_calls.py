"""What top_k takes and returns: shapes, kinds of array, and bad input."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from ml_dtypes import bfloat16
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from minloc.reference import top
from support.arrays import Array

# --- shapes and kinds -----------------------------------------------------------------------------


def test_shapes() -> None:
    """The axis of size k is where the reduced one was; alone for None; last for a tuple."""
    a = np.random.default_rng(1).random((3, 4, 5))
    shapes: list[tuple[Any, tuple[int, ...]]] = [
        (-1, (3, 4, 2)),
        (0, (2, 4, 5)),
        (1, (3, 2, 5)),
        (None, (2,)),
        ((2, 0), (4, 2)),
        ((1,), (3, 5, 2)),
        ((0, 1, 2), (2,)),
    ]
    for axis, shape in shapes:
        values, indices = minloc.top_k(a, 2, axis=axis)
        assert values.shape == indices.shape == shape
        assert np.array_equal(indices, top(a, 2, axis))
    assert minloc.top_k(a, 2).indices.shape == (3, 4, 2)
    assert minloc.top_k(a, 1, axis=()).indices.shape == (3, 4, 5, 1)
    assert np.array_equal(minloc.top_k(a, 1, axis=()).values[..., 0], a)
    assert np.array_equal(minloc.top_k(a, 3, axis=0).values, np.sort(a, 0)[::-1])


def test_none_of_nothing() -> None:
    """A k of 0 is an empty answer of the right shape, also where there is nothing to choose."""
    for a in np.ones((3, 4)), np.ones((3, 0)), np.ones((3, 4), object):
        values, indices = minloc.top_k(a, 0)
        assert values.shape == indices.shape == (3, 0)
        assert values.dtype == a.dtype
        assert indices.dtype == np.intp
    assert minloc.top_k(np.ones((3, 4)), 0, axis=0, where=False).indices.shape == (0, 4)
    for dtype in "f8", "U3", object:
        assert minloc.top_k(np.ones((0, 4), dtype), 2).indices.shape == (0, 2)
        assert minloc.top_k(np.ones((4, 0), dtype), 2, axis=0).indices.shape == (2, 0)
        assert minloc.top_k(np.ones(3, dtype), 0, axis=()).indices.shape == (3, 0)
        assert minloc.top_k(np.ones((), dtype), 1).indices.tolist() == [0]
        with pytest.raises(ValueError, match=r"\b1\b"):
            minloc.top_k(np.ones((), dtype), 2)
    assert minloc.top_k([], 0).indices.tolist() == []


def test_other_kinds_of_array() -> None:
    """Lists, strings, objects and user dtypes are ranked by their own order."""
    found = minloc.top_k([3, 1, 2], 2)
    assert type(found).__name__ == "TopK"
    assert found.values.tolist() == found[0].tolist() == [3, 2]
    assert found.indices.tolist() == found[1].tolist() == [0, 2]
    words = ["pear", "fig", "apple", "fig", "plum"]
    things: list[Array] = [
        np.array(words),
        np.array(words, "S"),
        np.array(words, object),
        np.array(words, StringDType()),
    ]
    for a in things:
        for b in a, np.repeat(a, 2)[::2], a[::-1].copy()[::-1]:
            values, indices = minloc.top_k(b, 4, mode="smallest")
            assert indices.tolist() == [2, 1, 3, 0]
            assert values.dtype == a.dtype
            assert np.array_equal(values, a[indices])
            assert minloc.top_k(b, 2, where=a != a[4]).indices.tolist() == [0, 1]
    own = np.array([[2, nan, 5], [nan, 1, 0]], bfloat16)
    assert minloc.top_k(own, 2).indices.tolist() == [[2, 0], [1, 2]]
    held: list[Any] = [float(i) for i in (5, 3, 5, 4)]
    values, indices = minloc.top_k(np.array(held, object), 3)
    assert indices.tolist() == [0, 2, 3]
    assert all(value is held[i] for value, i in zip(values, indices, strict=True))
    assert minloc.top_k([2, 3, 1], np.int8(2)).indices.tolist() == [1, 0]


def test_masked_arrays() -> None:
    """A masked element is no candidate."""
    hidden = np.array([[True, False, False], [False, False, True]])
    a = np.ma.array([[9, 1, 2], [3, 4, 9]], mask=hidden)
    assert minloc.top_k(a, 2).indices.tolist() == [[2, 1], [1, 0]]
    with pytest.raises(ValueError, match=r"\b2\b"):
        minloc.top_k(a, 3)


# --- bad input ------------------------------------------------------------------------------------


def test_too_few_candidates_are_counted() -> None:
    """The message says how many there are, and of which slice."""
    a = np.arange(12.0).reshape(3, 4)
    a[1, 1:] = nan
    where = np.ones((3, 4), bool)
    where[2, 1:3] = False
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({}, 5, r"\b4\b"),
        ({"axis": 0}, 4, r"\b3\b"),
        ({"axis": None}, 13, r"\b12\b"),
        ({"axis": (1, 0)}, 13, r"\b12\b"),
        ({"nan_policy": "omit"}, 2, r"(?s)\b1\b.*\(1,\)"),
        ({"where": where}, 3, r"(?s)\b2\b.*\(2,\)"),
        ({"where": where, "nan_policy": "omit", "axis": None}, 8, r"\b7\b"),
        ({"where": np.False_}, 1, r"\b0\b|\bno\b"),
    ]
    for words, k, says in cases:
        with pytest.raises(ValueError, match=says):
            minloc.top_k(a, k, **words)
        with pytest.raises(ValueError, match=says):
            minloc.top_k(a.astype(object), k, **words)


def refusals() -> Iterator[Any]:
    """List what is refused: an id, k, keywords, the error, what its message says."""
    yield "a negative k", -1, {}, ValueError, "k.*-1"
    yield "a k of float", 2.0, {}, TypeError, "k|int"
    yield "a k of str", "2", {}, TypeError, "k|int"
    yield "a k of None", None, {}, TypeError, "k|int"
    yield "a k past all memory", 2**70, {}, (ValueError, OverflowError), "k"
    yield "an unknown mode", 1, {"mode": "max"}, ValueError, "mode.*'largest'.*'smallest'.*'max'"
    yield "a mode that is no string", 1, {"mode": 1}, (ValueError, TypeError), "mode.*'largest'"
    yield "an unknown policy", 1, {"nan_policy": "skip"}, ValueError, "nan_policy.*'propagate'"
    yield "a mask of ints", 1, {"where": [1, 0, 1]}, TypeError, "where.*bool"
    yield "a mask that does not fit", 1, {"where": np.ones(4, bool)}, ValueError, "where"
    yield "an axis twice", 1, {"axis": (0, 0)}, ValueError, "axis"
    yield "an axis out of bounds", 1, {"axis": 2}, np.exceptions.AxisError, "axis 2"
    yield "an axis that is a list", 1, {"axis": [0]}, TypeError, "int"
    yield "a keyword of other functions", 1, {"ties": "last"}, TypeError, "ties"
    yield "k by name", 1, {"k": 1}, TypeError, "k"


@pytest.mark.parametrize(
    ("k", "words", "error", "says"), [pytest.param(*case[1:], id=case[0]) for case in refusals()]
)
def test_bad_keywords_are_refused(k: Any, words: dict[str, Any], error: Any, says: str) -> None:
    """An error names the argument."""
    top_k: Callable[..., Any] = minloc.top_k
    for a in np.ones((2, 3)), np.ones((2, 3), object), [[1, 2, 3], [4, 5, 6]]:
        with pytest.raises(error, match=f"(?s){says}"):
            top_k(a, k, **words)


def test_k_is_needed_and_keywords_are_given_by_name() -> None:
    """The array and k are positional; nothing else is."""
    top_k: Callable[..., Any] = minloc.top_k
    for args in [], [[3, 1, 2]], [[3, 1, 2], 1, -1]:
        with pytest.raises(TypeError):
            top_k(*args)
    with pytest.raises(TypeError):
        top_k(a=[3, 1, 2], k=1)
