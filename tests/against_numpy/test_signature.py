"""The functions are called as NumPy's are: signature, names, spellings, wrong calls."""

import copy
import inspect
import pickle
from typing import Any

import numpy as np
import pytest

from support.side_by_side import ALL, agree, cases, ours, theirs


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
