"""A bad keyword is refused before any work, and the error names it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy import nan

from support.keywords import EVERY, INDICES


def refusals() -> Iterator[Any]:
    """List what is refused: an id, keywords, the error, what its message says."""
    yield "a mask that does not broadcast", {"where": np.ones(4, bool)}, ValueError, "where.*(4,)"
    yield "a mask larger than a", {"where": np.ones((2, 2, 3), bool)}, ValueError, "where"
    yield "a mask of ints", {"where": [1, 0, 1]}, TypeError, "where.*bool"
    yield "a mask of floats", {"where": np.ones((2, 3))}, TypeError, "where.*bool"
    yield "a mask of objects", {"where": np.ones((2, 3), object)}, TypeError, "where.*bool"
    yield "an unknown tie", {"ties": "random"}, ValueError, "ties.*'first'.*'last'.*'random'"
    yield "a tie that is no string", {"ties": 1}, (ValueError, TypeError), "ties.*'first'"
    yield "a default of float", {"default": 1.0}, TypeError, "default.*int"
    yield "a default of bool", {"default": True}, TypeError, "default.*int"
    yield "a default of NumPy's bool", {"default": np.False_}, TypeError, "default.*int"
    yield "a default of NaN", {"default": nan}, TypeError, "default.*int"
    yield "a default of str", {"default": "-1"}, TypeError, "default.*int"
    yield "a default past intp", {"default": 2**63}, ValueError, "default"
    yield "a default before intp", {"default": -(2**63) - 1}, ValueError, "default"
    yield "an axis twice", {"axis": (0, 0)}, ValueError, "axis"
    yield "an axis twice, once from behind", {"axis": (1, -1)}, ValueError, "axis"
    yield "an axis out of bounds", {"axis": (0, 2)}, np.exceptions.AxisError, "axis 2"
    yield "an axis that is a list", {"axis": [0, 1]}, TypeError, "int"
    yield "an axis of floats", {"axis": (0.0,)}, TypeError, "int"
    yield "an axis of bools", {"axis": (True,)}, TypeError, "int"
    yield "an unknown keyword", {"tie": "last"}, TypeError, "tie"


@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("words", "error", "says"), [pytest.param(*case[1:], id=case[0]) for case in refusals()]
)
def test_bad_keywords_are_refused(
    function: Callable[..., Any], words: dict[str, Any], error: Any, says: str
) -> None:
    """An error names the argument, before any work; `out` is untouched."""
    for a in np.ones((2, 3)), np.ones((2, 3), object), [[1, 2, 3], [4, 5, 6]]:
        with pytest.raises(error, match=f"(?s){says}"):
            function(a, **words)
        if function in INDICES:
            out = np.full((), -7)
            with pytest.raises(error, match=f"(?s){says}"):
                function(a, **{"axis": None, "out": out, **words})
            assert out == -7


@pytest.mark.parametrize("bad", ["ignore", "", "OMIT", None, 3, b"omit"])
def test_the_message_lists_the_policies(bad: Any) -> None:
    """An unknown policy is refused with a list of those that there are."""
    for function in EVERY:
        if function in EVERY[2:4]:
            with pytest.raises(TypeError, match="nan_policy"):
                function([1.0], nan_policy="omit")
            continue
        for a in [1.0, 2.0], np.ones(3, int), np.ones(3, object):
            with pytest.raises((ValueError, TypeError), match=r"nan_policy.*'propagate', 'omit'"):
                function(a, nan_policy=bad)


@pytest.mark.parametrize("dtype", ["f8", "?", "M8[s]", "O", "S1", "c16"])
@pytest.mark.parametrize("function", INDICES, ids=lambda f: f.__name__)
def test_indices_are_integers(function: Callable[..., Any], dtype: str) -> None:
    """Any other dtype is a TypeError that names it."""
    with pytest.raises(TypeError, match=r"dtype.*int"):
        function([1.0, 2.0], dtype=dtype)


@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
def test_keywords_are_given_by_name(function: Callable[..., Any]) -> None:
    """Nothing but NumPy's own arguments is taken by position."""
    with pytest.raises(TypeError):
        function([1.0, 2.0], None, None, None)
    if function not in INDICES:
        with pytest.raises(TypeError):
            function([1.0, 2.0], None, None)
    with pytest.raises(TypeError, match="'a'"):
        function()
