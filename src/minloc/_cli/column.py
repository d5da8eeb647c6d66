"""A column of answers, and its values as text and as JSON.

Texts are made for a whole column at once, from NumPy's or Arrow's arrays where it is one; what no
array can tell, such as objects, is converted value by value. Labels repeat, so a column may be a
few values and, for each answer, which of them it has.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from json.encoder import encode_basestring as quoted
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.formats.arrow_values import values_of
from minloc._cli.formats.times import texts_of
from minloc._cli.location import text

#: The units of dates that Arrow has.
ARROW_UNITS = [(unit, 1) for unit in ("D", "s", "ms", "us", "ns")]


@dataclass(frozen=True)
class Column:
    """The values of some answers.

    Attributes
    ----------
    values : sequence
        A NumPy array, an Arrow array, or a list of Python objects.
    codes : list of int or None
        For each answer the index of its value; None if they are in order.
    short : bool
        Whether dates are without the time of day where that is midnight.
    """

    values: Any
    codes: list[int] | None = None
    short: bool = False

    def __len__(self) -> int:
        return len(self.values if self.codes is None else self.codes)

    def __getitem__(self, i: int) -> Any:
        """Return the value of an answer, an object of Python or a scalar of NumPy."""
        return self._objects[i if self.codes is None else self.codes[i]]

    def texts(self) -> list[str]:
        """Return the values as `text` has them.

        Examples
        --------
        >>> Column(np.array([0.1, np.nan], "f4")).texts(), Column([None, True, "a"]).texts()
        (['0.1', 'nan'], ['', 'true', 'a'])
        """
        return self._chosen(_texts(self._objects))

    def json(self) -> list[str]:
        """Return the values as JSON.

        Examples
        --------
        >>> Column(np.array([0.1, np.nan], "f4")).json(), Column([None, True, "a"], [2, 2]).json()
        (['0.1', '"NaN"'], ['"a"', '"a"'])
        """
        return self._chosen(_json(self._objects))

    def arrow(self, pa: Any) -> Any:
        """Return the values as an Arrow array; those that it has no type for as text."""
        values = self.values
        if isinstance(values, np.ndarray):
            values = values.astype(values.dtype.newbyteorder("="), copy=False)
            values = _texts(values) if values.dtype.kind == "S" else values
        if isinstance(values, np.ndarray) and values.dtype.kind == "M":
            if self.short:  # whose unit differs between blocks
                values = values.astype("M8[us]")
            elif np.datetime_data(values.dtype) not in ARROW_UNITS:
                values = values.astype("M8[s]")
        if isinstance(values, list | np.ndarray):
            try:
                values = pa.array(values)
            except (pa.ArrowException, TypeError, ValueError):
                values = pa.array(_texts(self._objects))
        return values if self.codes is None else values.take(pa.array(self.codes))

    def _chosen(self, made: list[str]) -> list[str]:
        return made if self.codes is None else list(map(made.__getitem__, self.codes))

    @cached_property
    def _objects(self) -> Sequence[Any]:
        """The values, not those of Arrow."""
        values = self.values
        if self.short and isinstance(values, np.ndarray) and values.dtype.kind == "M":
            return texts_of(values)
        if isinstance(values, list | np.ndarray):
            return values  # type: ignore[return-value]
        return values_of(values)


def _texts(values: Any) -> list[str]:
    if isinstance(values, np.ndarray):
        kind = values.dtype.kind
        if kind in "iu" or values.dtype.char == "d":
            return list(map(repr, values.tolist()))
        if kind == "M" or values.dtype.char in "fe":
            return _as_strings(values)
        if kind == "b":
            return ["true" if one else "false" for one in values.tolist()]
    return _each(values, TEXTS, text)


def _json(values: Any) -> list[str]:
    if isinstance(values, list) and set(map(type, values)) == {float}:
        values = np.array(values)
    if isinstance(values, np.ndarray):
        if values.dtype.kind in "iub":
            return _texts(values)
        if values.dtype.kind == "M":
            return list(map(quoted, _as_strings(values)))
        if values.dtype.char in "fed":  # 0.1, not 0.10000000149011612
            numbers = values.tolist() if values.dtype.char == "d" else map(float, _texts(values))
            return list(map(repr if np.isfinite(values).all() else _number, numbers))
    return _each(values, JSON, _json_of)


def _each(
    values: Sequence[Any], known: Mapping[type, Callable[[Any], str]], other: Callable[[Any], str]
) -> list[str]:
    """Return what the function for its type makes of each value."""
    kinds = set(map(type, values))
    if len(kinds) == 1:
        return list(map(known.get(kinds.pop(), other), values))
    return [known.get(type(one), other)(one) for one in values]


def _as_strings(values: NDArray[Any]) -> list[str]:
    """Return what `str` says of each scalar."""
    found: list[str] = values.astype(str).tolist()
    return found


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return '"NaN"' if value != value else '"Infinity"' if value > 0 else '"-Infinity"'


def _json_of(value: Any) -> str:
    """Return a value as JSON; values of types that it lacks as text."""
    if isinstance(value, np.float32 | np.float16):
        value = float(str(value))
    if isinstance(value, np.generic) and not (
        value.dtype.kind in "mM" or isinstance(value, np.longdouble)
    ):
        value = value.item()
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        pairs = (f"{quoted(str(key))}: {_json_of(part)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_json_of, value))}]"
    return quoted(text(value))


#: What makes text, and JSON, of the types that are most frequent.
TEXTS: dict[type, Callable[[Any], str]] = {
    str: str, int: repr, float: repr, date: str, datetime: str, time: str, Decimal: str
}  # fmt: skip
JSON: dict[type, Callable[[Any], str]] = {
    str: quoted, int: repr, float: _number, **dict.fromkeys(
        (date, datetime, time, Decimal), lambda value: f'"{value}"')
}  # fmt: skip
