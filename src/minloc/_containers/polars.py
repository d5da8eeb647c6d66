"""polars: Series and DataFrames. A null is never a candidate."""

from __future__ import annotations

import sys
from typing import Any

from minloc._containers.classes import is_of
from minloc._containers.columns import Values, side_by_side

#: The integer dtypes, and the others whose elements NumPy compares as polars does.
INTEGERS = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
OTHERS = (
    *("Boolean", "Float16", "Float32", "Float64", "Decimal", "String", "Binary", "Null"),
    *("Date", "Datetime", "Duration"),
)


def knows(x: object) -> bool:
    """Whether `x` is a Series or a DataFrame of polars."""
    return is_of(x, "polars", "Series", "DataFrame")


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are null.

    Raises
    ------
    TypeError
        If no dtype of NumPy's has the same order.
    """
    polars = sys.modules["polars"]
    if isinstance(x, polars.DataFrame):
        columns = [values_of(what, column) for column in x.iter_columns()]
        return side_by_side(what, columns, x.columns)
    name = str(x.dtype.base_type())
    if name not in INTEGERS and name not in OTHERS:
        raise TypeError(
            f"{what} does not support a polars Series of dtype {x.dtype}, whose order NumPy does "
            f"not have; cast it, or pass x.to_physical()"
        )
    missing = x.is_null().to_numpy() if x.null_count() else None
    if missing is not None and (name in INTEGERS or name == "Boolean"):
        x = x.fill_null(False if name == "Boolean" else 0)  # or it would become float64, or objects
    return x.to_numpy(), missing
