"""Columns of pandas, polars and pyarrow, of every dtype that has an order.

Each is made of ranks: the elements of a dtype are listed in ascending order, so a column of ranks
2, 0, none has the third element, the first, and a missing one. What a function answers about the
column is what it answers about the array of ranks with a mask.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa

#: Integers that are one number as float64, and their like.
INTEGERS = [-(2**53) - 1, -(2**53), 7, 2**53, 2**53 + 1]
SMALL = [0, 1, 7, 254, 255]
FLOATS = [float("-inf"), -0.5, 0.0, 2.5, float("inf")]
DAYS = [datetime.date(1969, 12, 31), *[datetime.date(2020, 1, day) for day in (1, 2, 3, 4)]]
TIMES = [datetime.datetime(day.year, day.month, day.day, 12) for day in DAYS]
SPANS = [datetime.timedelta(seconds=n) for n in (-1, 0, 1, 2, 3)]
CLOCK = [datetime.time(hour) for hour in (0, 1, 2, 3, 23)]
WORDS = ["", "a", "aa", "b", "é"]
SIZES = ["tiny", "small", "medium", "large", "huge"]
NUMBERS = [decimal.Decimal(n) / 10 for n in (-15, 0, 1, 2, 30)]
FLAGS = [False, True]


class Kind(NamedTuple):
    """A dtype: its elements in ascending order, and how a column of some of them is made."""

    elements: Sequence[Any]
    make: Callable[[list[Any]], Any]

    def element(self, rank: int) -> Any:
        """Return an element as it is taken from a column."""
        return self.column([rank])[0]

    def column(self, ranks: Sequence[int | None]) -> Any:
        """Return the column of these ranks."""
        return self.make([None if rank is None else self.elements[rank] for rank in ranks])


def series(dtype: Any) -> Callable[[list[Any]], Any]:
    """Return a maker of Series of a dtype of pandas."""
    return lambda values: pd.Series(values, dtype=dtype)


def in_zone(values: list[Any]) -> Any:
    """Make a Series of times in a time zone."""
    return pd.Series(values, dtype="M8[ns]").dt.tz_localize("UTC").dt.tz_convert("Asia/Kathmandu")


def cut(x: Any) -> Any:
    """Cut an array of pyarrow into chunks, one of them empty."""
    at = len(x) // 2
    return pa.chunked_array([x[:at], x[at:at], x[at:]], x.type)


def polars_of(dtype: Any, chunks: int = 1) -> Callable[[list[Any]], Any]:
    """Return a maker of Series of a dtype of polars, in one chunk or two."""

    def make(values: list[Any]) -> Any:
        if chunks == 1:
            return pl.Series("x", values, dtype)
        halves = [pl.Series("x", half, dtype) for half in (values[:1], values[1:])]
        return pl.concat(halves, rechunk=False)

    return make


def arrow_of(kind: Any, change: Callable[[Any], Any] = lambda x: x) -> Callable[[list[Any]], Any]:
    """Return a maker of arrays of a type of pyarrow."""
    return lambda values: change(pa.array(values, kind))


def ordered_dictionary(values: list[Any]) -> Any:
    """Make a dictionary array whose dictionary has an order, not that of the alphabet."""
    indices = pa.array([None if v is None else SIZES.index(v) for v in values], pa.int8())
    return pa.DictionaryArray.from_arrays(indices, SIZES, ordered=True)


CATEGORIES = pd.CategoricalDtype(SIZES, ordered=True)
ZONE = datetime.timezone(datetime.timedelta(hours=5, minutes=45))

PANDAS: dict[str, Kind] = {
    "Int64": Kind(INTEGERS, series("Int64")),
    "UInt8": Kind(SMALL, series("UInt8")),
    "Float32": Kind(FLOATS, series("Float32")),
    "boolean": Kind(FLAGS, series("boolean")),
    "float64": Kind(FLOATS, series("float64")),
    "times": Kind(TIMES, series("M8[us]")),
    "spans": Kind(SPANS, series("m8[ms]")),
    "zone": Kind(TIMES, in_zone),
    "periods": Kind(
        [pd.Period(str(day), "D") for day in DAYS],
        lambda values: pd.Series(pd.PeriodIndex(values, freq="D")),
    ),
    "intervals": Kind(
        [pd.Interval(n, n + 1.5) for n in range(5)],
        lambda values: pd.Series(pd.arrays.IntervalArray(values, dtype="interval[float64]")),
    ),
    "categories": Kind(SIZES, series(CATEGORIES)),
    "str": Kind(WORDS, series("str")),
    "string": Kind(WORDS, series("string")),
    "object": Kind(INTEGERS, series(object)),
    "sparse": Kind(FLOATS, series(pd.SparseDtype("float64"))),
    "int64[pyarrow]": Kind(INTEGERS, series(pd.ArrowDtype(pa.int64()))),
    "date32[pyarrow]": Kind(DAYS, series(pd.ArrowDtype(pa.date32()))),
    "time64[pyarrow]": Kind(CLOCK, series(pd.ArrowDtype(pa.time64("us")))),
    "decimal[pyarrow]": Kind(NUMBERS, series(pd.ArrowDtype(pa.decimal128(5, 1)))),
    "string[pyarrow]": Kind(WORDS, series(pd.ArrowDtype(pa.string()))),
    "string_view[pyarrow]": Kind(WORDS, series(pd.ArrowDtype(pa.string_view()))),
    "index": Kind(INTEGERS, lambda values: pd.Index(values, dtype="Int64")),
    "array": Kind(INTEGERS, lambda values: pd.array(values, dtype="Int64")),
    "index of categories": Kind(SIZES, lambda v: pd.CategoricalIndex(v, dtype=CATEGORIES)),
}
POLARS: dict[str, Kind] = {
    "Int64": Kind(INTEGERS, polars_of(pl.Int64)),
    "Int64, chunks": Kind(INTEGERS, polars_of(pl.Int64, 2)),
    "Int128": Kind([-(2**70), *INTEGERS[1:4], 2**70], polars_of(pl.Int128)),
    "UInt8": Kind(SMALL, polars_of(pl.UInt8)),
    "Float32": Kind(FLOATS, polars_of(pl.Float32)),
    "Boolean": Kind(FLAGS, polars_of(pl.Boolean)),
    "Decimal": Kind(NUMBERS, polars_of(pl.Decimal(5, 1))),
    "Date": Kind(DAYS, polars_of(pl.Date)),
    "Datetime": Kind(TIMES, polars_of(pl.Datetime("us"))),
    "Datetime, zone": Kind(
        TIMES, lambda values: polars_of(pl.Datetime("us"))(values).dt.replace_time_zone("UTC")
    ),
    "Duration": Kind(SPANS, polars_of(pl.Duration("ms"), 2)),
    "Time": Kind(CLOCK, polars_of(pl.Time)),
    "String": Kind(WORDS, polars_of(pl.String)),
    "Binary": Kind([word.encode() for word in WORDS], polars_of(pl.Binary)),
    "Enum": Kind(SIZES, polars_of(pl.Enum(SIZES))),
    "Enum, chunks": Kind(SIZES, polars_of(pl.Enum(SIZES), 2)),
    "Categorical": Kind(sorted(SIZES), polars_of(pl.Categorical)),
    "Categorical, chunks": Kind(sorted(SIZES), polars_of(pl.Categorical, 2)),
}
ARROW: dict[str, Kind] = {
    "int64": Kind(INTEGERS, arrow_of(pa.int64())),
    "int64, chunks": Kind(INTEGERS, arrow_of(pa.int64(), cut)),
    "int64, sliced": Kind(
        INTEGERS, lambda values: pa.array([9, None, *values, 9], pa.int64())[2 : 2 + len(values)]
    ),
    "uint8": Kind(SMALL, arrow_of(pa.uint8())),
    "float32": Kind(FLOATS, arrow_of(pa.float32(), cut)),
    "halffloat": Kind([-0.5, 0.0, 0.25, 1.0, 2.5], arrow_of(pa.float16())),
    "bool": Kind(FLAGS, arrow_of(pa.bool_(), cut)),
    "decimal": Kind(NUMBERS, arrow_of(pa.decimal128(5, 1), cut)),
    "decimal32": Kind(NUMBERS, arrow_of(pa.decimal32(5, 1), cut)),
    "decimal256": Kind(NUMBERS, arrow_of(pa.decimal256(60, 1))),
    "date32": Kind(DAYS, arrow_of(pa.date32(), cut)),
    "date64": Kind(DAYS, arrow_of(pa.date64())),
    "timestamp": Kind(TIMES, arrow_of(pa.timestamp("us"), cut)),
    "duration": Kind(SPANS, arrow_of(pa.duration("ms"))),
    "time32": Kind(CLOCK, arrow_of(pa.time32("s"), cut)),
    "string": Kind(WORDS, arrow_of(pa.string(), cut)),
    "large_binary": Kind([word.encode() for word in WORDS], arrow_of(pa.large_binary())),
    "string_view": Kind(WORDS, arrow_of(pa.string_view(), cut)),
    "binary_view": Kind([word.encode() for word in WORDS], arrow_of(pa.binary_view())),
    "fixed_size_binary": Kind([b"aa", b"ab", b"b\0", b"ba", b"zz"], arrow_of(pa.binary(2), cut)),
    "dictionary": Kind(sorted(SIZES), arrow_of(pa.string(), lambda x: x.dictionary_encode())),
    "ordered dictionary": Kind(SIZES, ordered_dictionary),
    "ordered dictionary, chunks": Kind(SIZES, lambda values: cut(ordered_dictionary(values))),
}
KINDS: dict[str, Kind] = {
    f"{library}, {name}": kind
    for library, kinds in (("pandas", PANDAS), ("polars", POLARS), ("pyarrow", ARROW))
    for name, kind in kinds.items()
}


def drawn(shape: tuple[int, ...], count: int, seed: int) -> tuple[Any, Any]:
    """Return random ranks, and which of them are there: at least one in each slice."""
    random = np.random.default_rng(seed)
    ranks, present = random.integers(0, count, shape), random.random(shape) < 0.7
    for axis in range(len(shape)):
        places = random.integers(0, shape[axis], present.any(axis, keepdims=True).shape)
        np.put_along_axis(present, places, True, axis)
    return ranks, present


def as_ranks(ranks: Any, present: Any) -> list[int | None]:
    """Return a column's ranks, None where there is none."""
    return [int(r) if p else None for r, p in zip(ranks, present, strict=True)]
