"""Columns of answers as text and as JSON: what one value after the other would be."""

from __future__ import annotations

import datetime
import decimal
import json
from typing import Any

import numpy as np
import pytest

from minloc._cli.column import Column
from minloc._cli.location import text

RNG = np.random.default_rng(2)
BITS = RNG.integers(0, 2**64, 300, dtype=np.uint64)
TEXTS = ["", "a\0b", 'q"\\', "%s", "é\n", "日本", "\x1f\x7f"]


def plain(value: Any) -> Any:
    """Return one value as `json` takes it."""
    if isinstance(value, np.float32 | np.float16):
        value = float(str(value))
    if isinstance(value, np.timedelta64):
        return text(value)
    if isinstance(value, np.bool | np.integer | np.float64 | np.str_ | np.complexfloating):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float | str) else text(value)


@pytest.mark.parametrize(
    "values",
    [
        *(BITS.view(code) for code in ("f2", "f4", "f8", "i1", "u1", "i4", "u8", "F", "D")),
        *(BITS.astype(code) for code in (">f4", ">f8", ">i8", ">u2", "?")),
        np.array([0.1, 1e16, 1e-5, -0.0, np.inf, -np.inf, np.nan], np.float32),
        np.array([0.1, 1e16, 1e-5, -0.0, 5e-324]),
        np.array([0.1, np.nan], np.longdouble),
        BITS.view("M8[ns]"),
        np.array(["2000-01-01", "NaT", "1582-10-04"], "M8[D]"),
        np.array(["2000-01-01T00", "NaT"], ">M8[h]"),
        np.array([1, -5, "NaT"], "m8[s]"),
        np.array(TEXTS),
        np.array([one.encode() for one in TEXTS] + [b"\xff"]),
        np.array(TEXTS, np.dtypes.StringDType()),
        np.array([1, "a", None, 2.5, decimal.Decimal("1.20")], object),
        [1, 2, 3],
        TEXTS,
        [0.5, float("nan"), float("inf")],
        [None, True, 3, 0.5, "x", b"\xff", datetime.date(2000, 2, 29), datetime.time(1, 2)],
        [datetime.datetime(2000, 1, 1, 5), datetime.timedelta(1)],
        [{"a": [1, None], "b": {"c": float("nan")}}, [], [datetime.date(1, 1, 1)]],
        [],
    ],
    ids=lambda values: str(getattr(values, "dtype", "list")),
)  # fmt: skip
def test_a_column_is_its_values(values: Any) -> None:
    """As text, as JSON, one by one, and in another order."""
    one = list(values)
    assert Column(values).texts() == [text(value) for value in one]
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    expected = [encode(plain(value)) for value in one]
    assert Column(values).json() == expected
    order = RNG.integers(0, len(one), 2 * len(one)).tolist() if one else []
    column = Column(values, order)
    assert column.json() == [expected[i] for i in order]
    assert [str(column[i]) for i in range(len(column))] == [str(one[i]) for i in order]


def test_short_dates_lose_only_what_is_zero() -> None:
    """Each as its own clock needs it."""
    dates = np.array(["2000-01-01", "2000-01-01T06:00", "2000-01-01T00:00:00.5", "NaT"], "M8[us]")
    column = Column(dates, short=True)
    expected = ["2000-01-01", "2000-01-01T06:00:00", "2000-01-01T00:00:00.500000", "NaT"]
    assert column.texts() == expected
    assert column.json() == [f'"{one}"' for one in expected]
    assert column[0] == "2000-01-01"
