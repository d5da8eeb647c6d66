"""polars: Series and DataFrames; a null is no candidate."""

from __future__ import annotations

import sys
from typing import Any

from minloc._adapters.columns import Values, side_by_side


def knows(x: object) -> bool:
    """Whether `x` is a Series or a DataFrame of polars."""
    polars = sys.modules.get("polars")
    return polars is not None and isinstance(x, (polars.Series, polars.DataFrame))


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are not null.

    Raises
    ------
    TypeError
        If NumPy has no dtype with the same order.
    """
    polars = sys.modules["polars"]
    if isinstance(x, polars.DataFrame):
        columns = [values_of(what, column) for column in x.iter_columns()]
        return side_by_side(what, columns, x.columns)
    exact = (
        *(polars.Boolean, polars.Int8, polars.Int16, polars.Int32, polars.Int64),
        *(polars.UInt8, polars.UInt16, polars.UInt32, polars.UInt64),
        *(polars.Float32, polars.Float64, polars.Decimal, polars.Date, polars.Datetime),
        *(polars.Duration, polars.String, polars.Binary, polars.Null),
    )
    if x.dtype not in exact:
        raise TypeError(
            f"{what} takes no polars Series of dtype {x.dtype}, whose order NumPy does not have; "
            f"a cast can be asked, or x.to_physical()"
        )
    present = x.is_not_null().to_numpy() if x.null_count() else None
    if present is not None and (x.dtype.is_integer() or x.dtype == polars.Boolean):
        x = x.fill_null(0 if x.dtype.is_integer() else False)  # or NumPy has floats, or objects
    return x.to_numpy(), present
