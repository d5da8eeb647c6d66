"""Groups that cannot be: bad labels, empty groups, and what has no groups yet."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minloc

REFUSALS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"by": [0.0] * 6}, TypeError, "by .*float64.*np.unique"),
    ({"by": [True] * 6}, TypeError, "by .*bool"),
    ({"by": ["x"] * 6}, TypeError, "by .*np.unique"),
    ({"by": [None] * 6}, TypeError, "by .*object"),
    ({"by": [0] * 5}, ValueError, r"by .*\(5,\).*\(6,\)"),
    ({"by": [0] * 5, "axis": 0}, ValueError, "by has 5 labels.*axis 0.*size 6"),
    ({"by": [0], "axis": 0}, ValueError, "by has 1 labels.*size 6"),
    ({"by": [[0] * 5]}, ValueError, "by of shape"),
    ({"by": [0] * 6, "num_groups": -1}, ValueError, "num_groups.*-1"),
    ({"by": [0] * 6, "num_groups": 1.0}, TypeError, "num_groups.*1.0"),
    ({"by": [0] * 6, "num_groups": True}, TypeError, "num_groups.*True"),
    ({"by": [0, 0, 0, 0, 7, 0], "num_groups": 7}, ValueError, r"label 7.*\(4,\).*num_groups is 7"),
    ({"by": [0, 0, 0, 0, 0, 0], "num_groups": 0}, ValueError, "label 0.*num_groups is 0"),
    ({"by": np.array([2**64 - 1] * 6, "u8"), "num_groups": 7}, ValueError, "label 1844"),
    ({"by": [0] * 6, "num_groups": 2**31 - 3}, MemoryError, "num_groups=2147483645"),
    ({"by": [0] * 6, "num_groups": 2**80}, ValueError, "num_groups is 12089"),
    ({"by": [0, 0, 0, 0, 0, 2**40]}, ValueError, "num_groups is 1099.*np.unique"),
    ({"num_groups": 3}, TypeError, "num_groups.*without by"),
]


@pytest.mark.parametrize(("words", "error", "says"), REFUSALS)
def test_bad_labels_are_refused(words: dict[str, Any], error: type[Exception], says: str) -> None:
    """The error names the argument, and `out` is untouched."""
    functions: list[Callable[..., Any]] = [minloc.argmin, minloc.findmax, minloc.minloc]
    for a in np.arange(6.0), np.arange(6).astype(object):
        for function in functions:
            with pytest.raises(error, match=says):
                function(a, **words)
        with pytest.raises(error, match=says):
            minloc.top_k(a, 1, **{"axis": None, **words})
        out = np.full(7, -9)
        with pytest.raises((error, ValueError)):
            minloc.argmin(a, out=out, **words)
        assert (out == -9).all()


def test_an_out_of_the_wrong_shape_is_refused() -> None:
    """The message has both shapes."""
    with pytest.raises(ValueError, match="does not match") as caught:
        minloc.argmin(np.arange(6), by=[0, 0, 1, 1, 2, 2], out=np.empty(2, int))
    assert "out has the shape (2,), the result (3,)" in caught.value.__notes__[0]


def test_an_empty_group_is_named() -> None:
    """A group without a candidate is an error about that group, or has the default alone."""
    a, by = np.array([[1.0, np.nan], [2.0, 3.0]]), [0, 1]
    with pytest.raises(ValueError, match="All-NaN") as caught:
        minloc.argmin(a, axis=1, by=by, nan_policy="omit")
    assert caught.value.index == (0, 1)  # type: ignore[attr-defined]
    assert "group 1 has no candidate" in caught.value.__notes__
    got = minloc.argmin(a, axis=1, by=by, nan_policy="omit", default=-5)
    assert got.tolist() == [[0, -5], [0, 1]]
    with pytest.raises(ValueError, match="met a NaN") as caught:
        minloc.argmin(a, axis=1, by=by, nan_policy="raise")
    assert caught.value.index == (0, 1)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="1 candidates") as caught:
        minloc.top_k(a, 2, axis=1, by=by)
    assert caught.value.index == (0, 0)  # type: ignore[attr-defined]


def test_no_labels_at_all() -> None:
    """Without elements there are no groups, unless `num_groups` says so; then they are empty."""
    assert minloc.argmin([], by=[]).shape == (0,)
    assert minloc.argmin([1, 2], by=[-1, -1]).shape == (0,)
    assert minloc.argmin(np.zeros((2, 0)), axis=1, by=[]).shape == (2, 0)
    assert minloc.argmin([1, 2], by=[-1, -1], num_groups=0).shape == (0,)
    assert minloc.argmin(np.zeros((0, 2)), axis=1, by=[0, 1], num_groups=2).shape == (0, 2)
    with pytest.raises(ValueError, match="label 1, at index"):
        minloc.argmin(np.zeros((0, 2)), axis=1, by=[0, 1], num_groups=1)
    with pytest.raises(ValueError, match="empty sequence"):
        minloc.argmin([], by=[], num_groups=1)
    assert minloc.argmin([], by=[], num_groups=2, default=-1).tolist() == [-1, -1]


def test_the_number_of_elements_that_was_asked_for_is_named() -> None:
    """Although no room is made for more than there can be."""
    with pytest.raises(ValueError, match="k=9 elements of a slice with 2 candidates"):
        minloc.top_k([3, 1, 2], 9, by=[0, 0, 1])


def test_labels_of_other_libraries() -> None:
    """A missing label is no group; labels of pandas must be in the order of the array."""
    pd = pytest.importorskip("pandas")
    assert minloc.argmin(
        [3, 1, 2], by=np.ma.array([0, 0, 1], mask=[False, True, False])
    ).tolist() == [0, 2]
    x = pd.Series([3.0, 1.0, 2.0])
    assert minloc.argmin(x, by=pd.Series([0, 0, 1])).tolist() == [1, 2]
    assert minloc.argmin(x, by=pd.array([0, None, 1], dtype="Int64")).tolist() == [0, 2]
    with pytest.raises(ValueError, match="by has the labels"):
        minloc.argmin(x, by=pd.Series([0, 0, 1], index=[2, 1, 0]))
