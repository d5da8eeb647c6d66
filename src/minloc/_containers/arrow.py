"""pyarrow: arrays, chunked arrays, tables and record batches. A null is never a candidate."""

from __future__ import annotations

import sys
from typing import Any

from minloc._containers.classes import is_of
from minloc._containers.columns import Values, side_by_side

#: Other types than integers and bool whose elements NumPy compares as pyarrow does.
OTHERS = (
    *("floating", "decimal", "date", "timestamp", "duration", "null"),
    *("string", "large_string", "string_view", "binary", "large_binary", "binary_view"),
)


def knows(x: object) -> bool:
    """Whether `x` is an array or a table of pyarrow."""
    return is_of(x, "pyarrow", "Array", "ChunkedArray", "Table", "RecordBatch")


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are null.

    Raises
    ------
    TypeError
        If no dtype of NumPy's has the same order.
    """
    if is_of(x, "pyarrow", "Table", "RecordBatch"):
        columns = [values_of(what, column) for column in x.itercolumns()]
        return side_by_side(what, columns, x.schema.names)
    types = sys.modules["pyarrow"].types
    if types.is_dictionary(x.type) and not x.type.ordered:
        x = x.cast(x.type.value_type)
    is_integer, is_boolean = types.is_integer(x.type), types.is_boolean(x.type)
    if not is_integer and not is_boolean and not _is_of_others(types, x.type):
        raise TypeError(
            f"{what} does not support a pyarrow array of type {x.type}, whose order NumPy does not "
            f"have; cast it"
        )
    missing = x.is_null().to_numpy(zero_copy_only=False) if x.null_count else None
    if missing is not None and (is_integer or is_boolean):
        x = x.fill_null(0 if is_integer else False)  # or it would become float64, or objects
    return x.to_numpy(zero_copy_only=False), missing


def _is_of_others(types: Any, kind: Any) -> bool:
    return any(getattr(types, f"is_{name}")(kind) for name in OTHERS)
