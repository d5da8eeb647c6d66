"""One call put to NumPy and to minloc, and all that a caller can see compared.

`agree` compares the value, its type, dtype, shape and flags, or the class of the error, and holds
that the input is as it was. An error's text is compared where people match on it.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import minloc


def theirs(name: str) -> Callable[..., Any]:
    """Return NumPy's function."""
    function: Callable[..., Any] = getattr(np, name)
    return function


def ours(name: str) -> Callable[..., Any]:
    """Return minloc's function."""
    function: Callable[..., Any] = getattr(minloc, name)
    return function


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


NO_INTEGER = "integer"


UNORDERED = "data type not ordered"
TOO_FAR = "out of bounds"
NOT_AN_ARRAY = "output must be an array"
BAD_SHAPE = "output array does not match"
BAD_DTYPE = "Cannot cast (array data|scalar) from"


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


ALL_NAN = "All-NaN slice encountered"
