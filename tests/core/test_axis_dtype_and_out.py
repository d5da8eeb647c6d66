"""Tuples of axes, the dtype of indices, an `out` that overlaps the input, repeated slices."""

from typing import Any

import numpy as np
import pytest

import minloc
from minloc.reference import argbest
from support.arrays import Array, fill
from support.quick_oracle import Axis, quick

# --- axis -----------------------------------------------------------------------------------------


def test_a_tuple_of_axes_is_what_the_contract_says() -> None:
    """The index counts in C order over the axes as given; none reduces nothing."""
    a = np.random.default_rng(4).integers(0, 9, (3, 4, 5))
    want = np.moveaxis(a, (2, 0), (-2, -1)).reshape(4, -1).argmin(-1)
    assert np.array_equal(minloc.argmin(a, axis=(2, 0)), want)
    assert np.array_equal(minloc.argmin(a, (0, 1, 2)), np.argmin(a))
    assert minloc.argmin(a, (0, 1, 2)).dtype == np.intp
    assert np.array_equal(minloc.argmin(a, ()), np.zeros(a.shape))
    assert minloc.argmin(a, (), keepdims=True).shape == a.shape
    assert minloc.argmin(a, (2, 0), keepdims=True).shape == (1, 4, 1)
    assert minloc.argmin(7, ()) == 0
    assert minloc.minloc(7) == minloc.minloc([7], ()) == ()
    for dtype in "f8", "U3", object:
        ties = np.ones((3, 4), dtype)
        ties[0, 0] = 2
        assert minloc.argmin(ties, (1, 0)) == minloc.argmin(ties, (0, 1)) == 1
        assert minloc.findmin(ties[:, 1:], (1, 0), ties="last").indices == 8
        assert np.array_equal(minloc.findmin(ties, ()).values, ties)
        assert minloc.findmin(ties, keepdims=True).values.shape == (1, 1)
    assert minloc.argmin(a.tolist(), (np.int8(2), 0)).tolist() == want.tolist()


# --- dtype and out --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int8, "u1", np.int16, "u2", "i4", np.uint32, "i8", np.intp])
def test_indices_have_the_dtype_that_is_asked_for(isa: str, dtype: Any) -> None:
    """With `dtype` the indices are of it, scalar or array, if they fit."""
    a = np.random.default_rng(5).integers(0, 9, (40, 100))
    cases: list[tuple[Array, Axis]] = [(a[0], None), (a, 0), (a, 1), (a[:1], (1, 0))]
    for b, axis in cases:
        got = minloc.argmin(b, axis, dtype=dtype)
        assert got.dtype == np.dtype(dtype)
        assert np.array_equal(got, argbest(b, axis))
        assert type(got) is (np.ndarray if axis in (0, 1) else np.dtype(dtype).type)
    for function in minloc.argmax, minloc.nanargmin, minloc.nanargmax:
        assert function(a, 1, dtype=dtype, keepdims=True).dtype == np.dtype(dtype)
    assert minloc.argmin(a, 1, dtype=None).dtype == np.intp


@pytest.mark.parametrize(("dtype", "most"), [("i1", 127), ("u1", 255), ("i2", 32767)])
def test_dtype_and_out_hold_the_largest_index_and_the_default(dtype: str, most: int) -> None:
    """One index too many, or a default that does not fit, is refused before anything is written."""
    falling = np.arange(most + 2)[::-1]
    assert minloc.argmin(falling[1:], dtype=dtype) == most
    out = np.full((), 7, dtype)
    with pytest.raises(ValueError, match="dtype"):
        minloc.argmin(falling, dtype=dtype)
    with pytest.raises(ValueError, match="out"):
        minloc.argmin(falling, out=out)
    with pytest.raises(ValueError, match="dtype"):
        minloc.argmin(falling.reshape(1, -1), (1, 0), dtype=dtype)
    too_small = np.iinfo(dtype).min - 1
    for default in most + 1, too_small:
        with pytest.raises(ValueError, match="default"):
            minloc.argmin(falling[1:], dtype=dtype, default=default)
        with pytest.raises(ValueError, match="default"):
            minloc.argmin(falling[1:], out=out, default=default)
    assert out == 7
    for default in most, too_small + 1:
        assert minloc.argmin(falling[1:], dtype=dtype, default=default, where=False) == default
        assert minloc.argmin(falling[1:], out=out, default=default, where=False) is out
        assert out == default


@pytest.mark.parametrize("dtype", ["i1", "u1", "u4"])
def test_an_empty_slice_has_no_index_too_large(dtype: str) -> None:
    """Of no elements only `default` has to fit, signed or not."""
    for a in np.zeros((2, 0)), np.zeros((2, 0), object):
        assert minloc.argmin(a, default=7, dtype=dtype) == 7
        assert minloc.argmin(a, 1, np.zeros(2, dtype), default=7).tolist() == [7, 7]


def test_out_may_overlap_the_input_with_keywords_too() -> None:
    """The answer is that of a copy, whatever part of the input `out` is."""
    rows = np.random.default_rng(6).integers(0, 4, (30, 30))
    where = rows != 1
    for words in (
        {"ties": "last"},
        {"where": where, "default": -1},
        {"nan_policy": "omit", "ties": "last", "where": where, "default": -1},
    ):
        for axis in 0, 1:
            want = minloc.argmin(rows, axis, **words)
            a = rows.copy()
            assert minloc.argmin(a, axis, a[1], **words) is not None
            assert np.array_equal(a[1], want)


@pytest.mark.parametrize("dtype", ["?", "u1", "f4", "i8", "c16"])
def test_a_repeated_slice_has_the_same_answer_everywhere(isa: str, dtype: str) -> None:
    """Small and large ones, along either axis; `out` holds no answer before."""
    for slices, length in (1, 5), (8, 10), (3, 2000), (300, 7), (5000, 3), (0, 4):
        a = np.broadcast_to(fill("few values", dtype, (1, length)), (slices, length))
        for b, axis in (a, 1), (a.T, 0), (a[::-1], 1), (a[:, ::-1], 1):
            for ties in "first", "last":
                out = np.full(slices, -7)
                minloc.argmin(b, axis, out, ties=ties)
                assert np.array_equal(out, quick(b, axis, ties=ties)), (isa, b.shape, axis)
