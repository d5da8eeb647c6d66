"""Integers in a condition: no result wraps around, and none is rounded before it is compared.

NumPy computes in the type of a column, so 200 + 100 is 44 in one of bytes, and compares an integer
with a fraction as floats. Here integers, and conditions that are counted, are computed in 64 bits;
what may not fit is refused, as judged by the ends of what is combined.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

#: The types in which integers are computed.
WIDE = (np.int64, np.uint64)
#: Up to here float64 has every integer.
EXACT = 2**53
#: What returns an integer as it is.
ROUNDING = (np.rint, np.ceil, np.floor, operator.pos)


class WideError(ArithmeticError):
    """A result has more than 64 bits, or an integer cannot be compared exactly with a fraction."""


def computed(function: Callable[..., Any], values: list[Any]) -> Any:
    """Return a function of arithmetic, of integers among other numbers.

    Raises
    ------
    WideError
        If 64 bits are not enough.

    Examples
    --------
    >>> import operator, numpy as np
    >>> computed(operator.sub, [np.array([3], np.uint8), np.array([5], np.uint8)])
    array([-2])
    """
    if not all(map(_is_whole, values)):
        return function(*[_wide(v, np.int64) if _is_small(v) else v for v in values])
    if function in ROUNDING:
        return _wide(values[0], _type([_ends(values[0])]))
    ends = [_ends(value) for value in values]
    kind = _type([*ends, _result(function, ends)])
    return function(*[_wide(value, kind) for value in values])


def comparable(values: list[Any]) -> list[Any]:
    """Return numbers such that NumPy compares them exactly.

    Raises
    ------
    WideError
        If integers that float64 does not have would be compared with a column of fractions.
    """
    if len(values) < 2 or not any(map(_is_whole, values)):
        return values
    wholes = [value for value in values if _is_whole(value)]
    if all(low >= -EXACT and high <= EXACT for low, high in map(_ends, wholes)):
        return values
    return [value if _is_whole(value) else _as_whole(value) for value in values]


def _as_whole(value: Any) -> Any:
    """Return a fraction that may be compared with any integer, as an integer if it is one."""
    array = np.asarray(value)
    if array.ndim == 0 and array.dtype.kind == "f":
        one = float(array)
        return int(one) if math.isfinite(one) and one.is_integer() else one
    if array.dtype.kind == "f" and np.any(np.isfinite(array) & (np.abs(array) >= EXACT)):
        raise WideError("cannot compare integers beyond 2**53 exactly with such fractions")
    return value


def _is_whole(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "iub" or isinstance(value, int)


def _is_small(value: Any) -> bool:
    """Whether it is a column of integers or conditions that int64 has."""
    if isinstance(value, int):
        return False  # NumPy takes it for whatever the column is
    dtype = np.asarray(value).dtype
    return dtype.kind in "iub" and dtype != np.uint64


def _wide(value: Any, kind: Any) -> Any:
    return kind(value) if isinstance(value, int) else np.asarray(value).astype(kind)


def _ends(value: Any) -> tuple[int, int]:
    """Return the least and the largest element."""
    if isinstance(value, int):
        return int(value), int(value)
    array = np.asarray(value)
    return (int(array.min()), int(array.max())) if array.size else (0, 0)


def _result(function: Callable[..., Any], ends: list[tuple[int, int]]) -> tuple[int, int]:
    """Return ends between which all results are, if they are integers."""
    if function in (operator.add, operator.sub, operator.mul):
        found = [function(a, b) for a in ends[0] for b in ends[1]]
    elif function is operator.neg:
        found = [-end for end in ends[0]]
    elif function is np.abs:
        found = [0, *map(abs, ends[0])]
    elif function is operator.floordiv:
        found = [-max(map(abs, ends[0])), max(map(abs, ends[0]))] if ends[1][0] < 0 else [*ends[0]]
    else:  # a remainder is no larger than the divisor; all others are fractions
        return ends[-1]
    return min(found), max(found)


def _type(ends: list[tuple[int, int]]) -> Any:
    """Return a type that has all these integers."""
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    for kind in WIDE:
        if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return kind
    raise WideError("the result may have more than 64 bits: write a factor or term as 1.0, not 1")
