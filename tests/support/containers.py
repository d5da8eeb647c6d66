"""Containers of other libraries, each with the same elements as an array of NumPy's."""

import datetime
import decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

import minloc

#: The package, as one that its stubs do not know: they take what NumPy takes.
public: Any = minloc
masked: Any = np.ma.array
#: Two integers that are one number as float64.
LARGE, LARGER = 2**53, 2**53 + 1
TIMES = np.array(["2020-01-02", "2020-01-01", "NaT"], "M8[ns]")

#: Containers, each with the same elements as an array of NumPy's, masked where one is missing that
#: is no NaN.
CONTAINERS: dict[str, tuple[Any, Any]] = {
    "pandas, Int64": (
        pd.Series([LARGER, LARGE, None, LARGER], dtype="Int64"),
        masked([LARGER, LARGE, 0, LARGER], mask=[0, 0, 1, 0]),
    ),
    "pandas, UInt8": (
        pd.array([0, None, 255, 0], dtype="UInt8"),
        masked([0, 7, 255, 0], "u1", mask=[0, 1, 0, 0]),
    ),
    "pandas, Int64 with all": (
        pd.Series([LARGER, LARGE], dtype="Int64"),
        masked([LARGER, LARGE]),
    ),
    "pandas, index of Int64": (
        pd.Index([LARGER, LARGE, None], dtype="Int64"),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pandas, Float32": (
        pd.Series([2.0, None, 1.0], dtype="Float32"),
        masked([2, 0, 1], "f4", mask=[0, 1, 0]),
    ),
    "pandas, boolean": (
        pd.Series([None, True, False], dtype="boolean"),
        masked([False, True, False], mask=[1, 0, 0]),
    ),
    "pandas, Arrow's integers": (
        pd.Series([LARGER, LARGE, None], dtype="int64[pyarrow]"),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pandas, times in a zone": (
        pd.Series(TIMES).dt.tz_localize("Etc/GMT-1"),
        TIMES - np.timedelta64(1, "h"),
    ),
    "pandas, times": (
        pd.Series(TIMES),
        TIMES,
    ),
    "pandas, sparse": (
        pd.Series(pd.arrays.SparseArray([0.0, 0.0, -1.0, np.nan])),
        np.array([0.0, 0.0, -1.0, np.nan]),
    ),
    "pandas, strings": (
        pd.Series(["b", "a", None], dtype="string"),
        masked(["b", "a", ""], object, mask=[0, 0, 1]),
    ),
    "pandas, objects": (
        pd.Series([3, None, 1, np.nan], dtype=object),
        masked([3, 0, 1, 0], object, mask=[0, 1, 0, 1]),
    ),
    "pandas, periods": (
        pd.Series(pd.PeriodIndex(["2020-02", None, "2020-01"], freq="M")),
        masked([pd.Period("2020-02", "M"), 0, pd.Period("2020-01", "M")], object, mask=[0, 1, 0]),
    ),
    "pandas, intervals": (
        pd.arrays.IntervalArray.from_tuples([(1, 2), None, (0, 5)]),
        masked([pd.Interval(1.0, 2.0), 0, pd.Interval(0.0, 5.0)], object, mask=[0, 1, 0]),
    ),
    "pandas, categories in order": (
        pd.Series(pd.Categorical(["b", "a", None, "c"], categories=["c", "b", "a"], ordered=True)),
        None,  # compared below
    ),
    "pandas, a table of Int64": (
        pd.DataFrame(
            {"a": pd.array([LARGER, None], "Int64"), "b": pd.array([LARGE, LARGER], "Int64")}
        ),
        masked([[LARGER, LARGE], [0, LARGER]], mask=[[0, 0], [1, 0]]),
    ),
    "pandas, a table of two dtypes": (
        pd.DataFrame({"a": pd.array([3, None], "Int64"), "b": [2.5, 1.0]}),
        masked([[3, 2.5], [0, 1]], mask=[[0, 0], [1, 0]]),
    ),
    "polars": (
        pl.Series([LARGER, LARGE, None, LARGE]),
        masked([LARGER, LARGE, 0, LARGE], mask=[0, 0, 1, 0]),
    ),
    "polars, bool": (
        pl.Series([None, True, False]),
        masked([False, True, False], mask=[1, 0, 0]),
    ),
    "polars, float with NaN and null": (
        pl.Series([None, 2.0, float("nan"), 1.0]),
        masked([0.0, 2, np.nan, 1], mask=[1, 0, 0, 0]),
    ),
    "polars, strings": (
        pl.Series(["b", None, "a"]),
        masked(["b", "", "a"], object, mask=[0, 1, 0]),
    ),
    "polars, dates": (
        pl.Series([datetime.date(2020, 1, 2), None, datetime.date(2020, 1, 1)]),
        masked(["2020-01-02", "NaT", "2020-01-01"], "M8[D]", mask=[0, 1, 0]),
    ),
    "polars, decimals": (
        pl.Series([decimal.Decimal("1.5"), None, decimal.Decimal("0.5")]),
        masked([decimal.Decimal("1.5"), 0, decimal.Decimal("0.5")], object, mask=[0, 1, 0]),
    ),
    "polars, a table": (
        pl.DataFrame({"a": [LARGER, None], "b": [LARGE, LARGER]}),
        masked([[LARGER, LARGE], [0, LARGER]], mask=[[0, 0], [1, 0]]),
    ),
    "pyarrow": (
        pa.array([LARGER, LARGE, None]),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pyarrow, chunks": (
        pa.chunked_array([[LARGER], [], [LARGE, None]]),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pyarrow, bool": (
        pa.array([None, True, False]),
        masked([False, True, False], mask=[1, 0, 0]),
    ),
    "pyarrow, times": (
        pa.array([2, None, 1], pa.timestamp("s", "UTC")),
        masked([2, 0, 1], "M8[s]", mask=[0, 1, 0]),
    ),
    "pyarrow, a dictionary": (
        pa.array(["b", None, "a"]).dictionary_encode(),
        masked(["b", "", "a"], object, mask=[0, 1, 0]),
    ),
    "pyarrow, a table": (
        pa.table({"a": [LARGER, None], "b": [LARGE, LARGER]}),
        masked([[LARGER, LARGE], [0, LARGER]], mask=[[0, 0], [1, 0]]),
    ),
}


def elements_of(answer: Any) -> list[Any]:
    """Return the elements of an answer of any library; of a table row by row."""
    if isinstance(answer, (pd.DataFrame, pl.DataFrame, pa.Table, pa.RecordBatch)):
        columns = [list(column) for column in _columns_of(answer)]
        return [element for row in zip(*columns, strict=True) for element in row]
    if isinstance(answer, (pd.Series, pl.Series, pa.Array, pa.ChunkedArray)):
        return list(answer)
    if isinstance(answer, pd.api.extensions.ExtensionArray | pd.Index):
        return list(answer)
    if isinstance(answer, np.ndarray):
        return list(answer.ravel())
    return [answer]


def _columns_of(table: Any) -> list[Any]:
    if isinstance(table, pd.DataFrame):
        return [table.iloc[:, i] for i in range(table.shape[1])]
    return table.get_columns() if isinstance(table, pl.DataFrame) else list(table.itercolumns())


def said(element: Any) -> Any:
    """Return what an element means, in the same words for every library."""
    if isinstance(element, pa.Scalar):
        element = element.as_py()
    if element is None or element is pd.NA or element is pd.NaT or element != element:
        return "none"
    if isinstance(element, pd.Timestamp):
        element = element.tz_convert(None) if element.tz else element
        return element.to_datetime64().astype("M8[us]").item()
    if isinstance(element, datetime.datetime) and element.tzinfo:
        return element.astimezone(datetime.UTC).replace(tzinfo=None)
    if isinstance(element, np.datetime64):
        return element.astype("M8[D]" if element.dtype == "M8[D]" else "M8[us]").item()
    return element.item() if isinstance(element, np.generic) else element
