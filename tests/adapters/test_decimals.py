"""Decimals: compared without their point, as integers where all fit, and their distances exact."""

import decimal
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from support.containers import elements_of, public, said

D = decimal.Decimal
WIDE = pa.decimal128(38, 1)


def test_decimals_of_more_than_64_bits() -> None:
    """They are compared as they are, also beside chunks and columns that fit."""
    big = D(2**70)
    for x in (
        pa.chunked_array([pa.array([D(1), None], WIDE), pa.array([big, -big], WIDE)]),
        pl.Series([D(1), None, big, -big], dtype=pl.Decimal(38, 1)),
    ):
        assert (public.argmin(x), public.argmax(x)) == (3, 2)
        with pytest.raises(TypeError, match="distance_to is not possible for dtype object"):
            public.argmin(x, distance_to=1)
    table = pa.table({"a": pa.array([D(1), D(2)], WIDE), "b": pa.array([big, D(0)], WIDE)})
    assert [said(e) for e in elements_of(public.argmin(table, axis=1))] == [0, 1]
    assert public.argmax(table) == 1


def test_what_is_under_a_null_is_not_looked_at() -> None:
    """Whatever the bytes there are."""
    limbs = np.array([5, 0, 7, 99, 3, 0], np.int64)  # the second is of more than 64 bits
    valid = pa.py_buffer(bytes([0b101]))
    x = pa.Array.from_buffers(pa.decimal128(38, 0), 3, [valid, pa.py_buffer(limbs)])
    assert public.argmin(x) == 2
    assert public.argmin(x, distance_to=5) == 0
    below = pa.array([D(-(2**63)), D(2**63 - 1)], pa.decimal128(38, 0))
    assert public.argmax(below, distance_to=0) == 0


def test_values_that_distances_are_from() -> None:
    """Integers and decimals of no more digits; a float is not one exactly."""
    for x in pa.array([D("1.5"), D("-3.2")], pa.decimal128(5, 1)), pl.Series([D("1.5"), D("-3.2")]):
        for value in 2, np.int8(2), D("2.00"), D("1e1"):
            assert public.argmin(x, distance_to=value) == 0
        values: list[Any] = [2.0, True, "2", [2]]
        for value in values:
            with pytest.raises(TypeError, match=r"cannot be cast safely .* pass an integer or a d"):
                public.argmin(x, distance_to=value)
        for value in D("0.05"), D("NaN"), D("1e999999"), 10**18, D("-Infinity"):
            with pytest.raises(ValueError, match=r"is not a value of the dtype [Dd]ecimal"):
                public.argmin(x, distance_to=value)
    narrow = pa.array([D("1.5")], pa.decimal32(5, 1))
    with pytest.raises(ValueError, match="is not a value of the dtype decimal32"):
        public.argmin(narrow, distance_to=10**9)
    assert public.argmin(narrow, distance_to=D("0e99")) == 0


def test_strings_have_no_distances() -> None:
    """In one chunk or in several."""
    for x in pa.chunked_array([["a"], ["b"]]), pa.array(["a", "b"]), pl.Series(["a", "b"]):
        with pytest.raises(TypeError, match="distance_to is not possible for dtype object"):
            public.argmin(x, distance_to="a")
