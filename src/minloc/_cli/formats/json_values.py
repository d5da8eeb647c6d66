"""Values of JSON as Arrow arrays of one type: numbers exactly, and never a text among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


class MixedError(Exception):
    """A value does not fit in with the others.

    Parameters
    ----------
    at : int
        Its index.
    reason : str
        Why, to follow it in a message.
    """

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at, self.reason = at, reason


def kind_of(values: Iterable[Any]) -> str:
    """Return what kind of value the first is that is not null, ``""`` if all are.

    Examples
    --------
    >>> kind_of([None, 1.5, "x"])
    'number'
    """
    return next((_kind(value) for value in values if value is not None), "")


def as_arrow(values: Sequence[Any], kind: str) -> Any:
    """Return values of one kind as an Arrow array.

    Raises
    ------
    MixedError
        If one is of another kind, or cannot be compared exactly with the others.
    """
    import pyarrow as pa

    for at, value in enumerate(values):
        if value is not None and _kind(value) != kind:
            raise MixedError(at, f"which is {_a(_kind(value))} among values that are {kind}s")
    if kind == "list" or kind == "object":
        at = next(i for i, value in enumerate(values) if value is not None)
        raise MixedError(at, "which has no order")
    if kind == "text":
        return pa.array(values, pa.string())
    if kind == "boolean":
        return pa.array(values, pa.bool_())
    if kind == "":
        return pa.nulls(len(values))
    there = [(at, value) for at, value in enumerate(values) if value is not None]
    integers = [(at, value) for at, value in there if isinstance(value, int)]
    if len(integers) == len(there):
        low = min((value for _, value in there), default=0)
        high = max((value for _, value in there), default=0)
        if low >= -(2**63) and high < 2**63:
            return pa.array(values, pa.int64())
        if low >= 0 and high < 2**64:
            return pa.array(values, pa.uint64())
    for at, value in integers:
        if abs(value) >= 2**1023 or int(float(value)) != value:
            raise MixedError(
                at, "an integer that cannot be compared exactly with the other numbers"
            )
    return pa.array([None if value is None else float(value) for value in values], pa.float64())


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"


def _a(noun: str) -> str:
    return f"an {noun}" if noun == "object" else f"a {noun}"
