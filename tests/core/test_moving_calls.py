"""What the functions about windows take and return: kinds of array, and bad input."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from ml_dtypes import bfloat16, float8_e4m3fn
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from minloc.reference_windows import moving

WORDS = ["pear", "fig", "apple", "fig", "plum"]


def test_dtypes_that_bring_their_own_comparison() -> None:
    """Strings, objects and user dtypes, with masks and over several axes."""
    for dtype in "U5", "S5", object, StringDType():
        a = np.array(WORDS, dtype)
        for b in a, np.repeat(a, 2)[::2], a[::-1].copy()[::-1]:
            assert minloc.moving_argmin(b, 2).tolist() == [1, 2, 2, 3]
            assert minloc.moving_argmax(b, 3, ties="last").tolist() == [0, 3, 4]
            assert minloc.running_argmin(b).tolist() == [0, 1, 2, 2, 2]
            found = minloc.moving_findmin(b, 2, where=a != a[2], step=2)
            assert found.indices.tolist() == [1, 3]
            assert found.values.dtype == a.dtype
            assert found.values.tolist() == a[[1, 3]].tolist()
        square = np.array([WORDS[:2], WORDS[2:4]], dtype)
        assert minloc.moving_argmin(square, (2, 2), (1, 0)).tolist() == [[1]]
    for own in bfloat16, float8_e4m3fn:
        b = np.array([2, nan, 5, 1], own)
        assert minloc.moving_argmin(b, 2).tolist() == [1, 1, 3]
        assert minloc.moving_argmin(b, 2, nan_policy="omit").tolist() == [0, 2, 3]


def test_nan_among_objects_and_strings() -> None:
    """Left out under `omit`, an error under `raise`; otherwise each window is what argmin says."""
    objects: Any = np.array([3.0, nan, 1.0, 2.0, nan], object)
    strings = np.array(["c", nan, "a", "b", nan], StringDType(na_object=nan))
    for a in objects, strings:
        assert minloc.moving_argmin(a, 2, nan_policy="omit").tolist() == [0, 2, 2, 3]
        for partial in False, True:
            got = minloc.moving_argmax(a, 3, partial=partial, min_count=1)
            begin = [max(i - 2, 0) for i in range(5)] if partial else range(3)
            end = range(1, 6) if partial else range(3, 6)
            want = [i + minloc.argmax(a[i:j]) for i, j in zip(begin, end, strict=True)]
            assert got.tolist() == want
        with pytest.raises(ValueError, match="NaN") as info:
            minloc.moving_argmin(a[2:], 2, nan_policy="raise")
        assert info.value.index == (1,)  # type: ignore[attr-defined]
        assert minloc.moving_argmin(a[2:4], 2, nan_policy="raise").tolist() == [0]


class Own(np.ndarray):
    """A subclass that leaves everything as it is."""


def test_kinds_of_array() -> None:
    """Lists, subclasses, masked arrays, read-only and structured memory."""
    assert minloc.moving_argmin([3, 1, 2], 2).tolist() == [1, 1]
    assert minloc.running_argmax((3, 1, 4)).tolist() == [0, 0, 2]
    own = np.arange(4.0).view(Own)
    assert type(minloc.moving_argmin(own, 2)) is Own
    assert type(minloc.moving_argmin(own, 2, dtype="i4")) is Own
    hidden = np.ma.array([3, 1, 2, 5], mask=[False, True, False, False])
    assert minloc.moving_argmin(hidden, 2).tolist() == [0, 2, 2]
    assert minloc.moving_argmin(hidden, 2, min_count=2, default=-1).tolist() == [-1, -1, 2]
    assert minloc.running_argmin(
        hidden, where=np.array([False, True, True, True]), default=-9
    ).tolist() == [-9, -9, 2, 2]


# --- errors ---------------------------------------------------------------------------------------


def refusals() -> Iterator[Any]:
    """List what is refused: an id, keywords, the error, what its message says."""
    yield "no window", {}, TypeError, "missing.*'window'"
    yield "a window of 0", {"window": 0}, ValueError, "window.*at least 1.*0"
    yield "a window of float", {"window": 2.0}, TypeError, r"window.*int.*2\.0"
    yield "a window of bool", {"window": True}, TypeError, "window.*int.*True"
    yield "a window of None", {"window": None}, TypeError, "window"
    yield "too many windows", {"window": (2, 2)}, ValueError, "window.*2 entries.*axis names 1"
    yield "too few", {"window": 2, "axis": (0, 1)}, ValueError, "window=2.*one axis.*there are 2"
    yield "a bad one of two", {"window": (2, 0), "axis": (0, 1)}, ValueError, "window.*at least 1"
    yield "a step of 0", {"window": 2, "step": 0}, ValueError, "step.*at least 1"
    yield "a step of float", {"window": 2, "step": 1.5}, TypeError, "step.*int"
    yield "a count of 0", {"window": 2, "min_count": 0}, ValueError, "min_count.*at least 1"
    yield "a count too large", {"window": 2, "min_count": 3}, ValueError, "min_count.*at most.*2.*3"
    yield "an axis too far", {"window": 2, "axis": 2}, np.exceptions.AxisError, "axis 2"
    yield "an axis twice", {"window": (2, 2), "axis": (0, 0)}, ValueError, "axis"
    yield "no axis", {"window": (), "axis": ()}, ValueError, "needs an axis"
    yield "a policy", {"window": 2, "nan_policy": "skip"}, ValueError, "nan_policy.*'propagate'"
    yield "a mask of ints", {"window": 2, "where": [1, 0, 1]}, TypeError, "where.*bool"
    yield "a mask that does not fit", {"window": 2, "where": np.ones(4, bool)}, ValueError, "where"
    flat = {"window": 2, "where": np.ones(4, bool), "axis": None}
    yield "a flat mask that does not fit", flat, ValueError, "where.*broadcast"
    yield "an out", {"window": 2, "out": np.zeros(3, int)}, TypeError, "out"
    yield "a dtype of float", {"window": 2, "dtype": "f8"}, TypeError, "dtype.*integer"


@pytest.mark.parametrize(
    ("words", "error", "says"), [pytest.param(*case[1:], id=case[0]) for case in refusals()]
)
def test_bad_keywords_are_refused(words: dict[str, Any], error: Any, says: str) -> None:
    """An error names the argument."""
    function: Callable[..., Any] = minloc.moving_argmin
    for a in np.ones((2, 3)), np.ones((2, 3), object), [[1, 2, 3], [4, 5, 6]]:
        with pytest.raises(error, match=f"(?s){says}"):
            function(a, **words)


def test_running_runs_along_one_axis() -> None:
    """Several axes have no order of their elements that is one line."""
    with pytest.raises(TypeError, match=r"running_argmin\(\) runs along one axis.*2"):
        minloc.running_argmin(np.ones((2, 3)), (0, 1))
    with pytest.raises(ValueError, match="needs an axis"):
        minloc.running_argmin(np.float64(3))
    assert minloc.running_argmin(np.float64(3), None).tolist() == [0]


def test_windows_without_candidates_are_named() -> None:
    """The error says which window it is, and the note so."""
    a = np.array([[1.0, 2, 3], [nan, nan, 4]])
    cases: list[tuple[dict[str, Any], tuple[int, ...], str]] = [
        ({"nan_policy": "omit"}, (1, 0), "All-NaN slice"),
        ({"where": a != 2, "partial": True}, (0, 0), "min_count=2"),
        ({"partial": True}, (0, 0), "min_count=2.*default=-1"),
        ({"nan_policy": "raise"}, (1, 0), "NaN"),
        ({"where": np.array([True, False, False])}, (0, 1), "empty sequence"),
        ({"nan_policy": "omit", "min_count": 2}, (1, 0), "min_count=2"),
    ]
    for words, place, says in cases:
        for b in a, np.asfortranarray(a):
            with pytest.raises(ValueError, match=says) as info:
                minloc.moving_argmin(b, 2, **words)
            assert info.value.index == place  # type: ignore[attr-defined]
            assert str(place) in info.value.__notes__[0]
            with pytest.raises(ValueError, match=r"NaN|candidates|empty") as known:
                moving(b, 2, **words)
            assert known.value.index == place  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"(?s)no value.*int64.*moving_argmin") as none:
        minloc.moving_findmin(np.arange(3), 2, partial=True, default=-1)
    assert none.value.index == (0,)  # type: ignore[attr-defined]
