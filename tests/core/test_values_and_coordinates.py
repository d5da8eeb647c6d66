"""The values of findmin are elements, and the coordinates of minloc index the array."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ml_dtypes import bfloat16
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from minloc.reference import argbest
from support.arrays import LAYOUTS
from support.keywords import LONG_SLICES, TIES
from support.quick_oracle import Axis, axes_of, slices_of

# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "payloads"),
    [
        ("f2", (0x7E01, 0xFE02, 0x7C03)),
        ("bfloat16", (0x7FC1, 0xFFC2, 0x7F83)),
        ("f4", (0x7FC00001, 0xFFC00002, 0x7F800003)),
        ("f8", (0x7FF8000000000001, 0xFFF8000000000002, 0x7FF0000000000003)),
    ],
)
def test_a_value_has_the_bits_of_its_element(
    isa: str, dtype: str, payloads: tuple[int, ...]
) -> None:
    """NaN comes back with its sign and payload, quiet or signalling, from every path."""
    for pattern in payloads:
        for shape, axis in LONG_SLICES:
            a = np.ones(shape, dtype)
            unsigned = np.dtype(f"u{a.itemsize}")
            count = len(axes_of(a.ndim, axis))
            slices = np.moveaxis(a.view(unsigned), axes_of(a.ndim, axis), range(-count, 0))
            want = slices_of(a, axis).shape[-1] // 2
            slices[(..., *np.unravel_index(want, slices.shape[-count:]))] = pattern
            for layout in LAYOUTS.values():
                for function in minloc.findmin, minloc.findmax:
                    values, indices = function(layout(a), axis)
                    assert np.all(indices == want)
                    native = np.asarray(values).astype(a.dtype)
                    assert np.all(native.view(unsigned) == pattern)


def test_a_value_is_the_object_itself() -> None:
    """For dtype object the value is the element, not one equal to it, and is counted once."""
    things = [[float(i * 7 % 5) for i in range(6)] for _ in range(4)]
    a = np.array(things, object)
    functions: list[Callable[..., Any]] = [minloc.findmin, minloc.findmax]
    for ties in TIES:
        for function, best in zip(functions, (min, max), strict=True):
            values, indices = function(a, 1, ties=ties)
            for row, value, index in zip(things, values, indices, strict=True):
                assert value is row[index]
                assert value == best(row)
            value, index = function(a, ties=ties)
            assert value is a.reshape(-1)[index]
            assert type(value) is float
            assert index == argbest(a, largest=best is max, ties=ties)


def test_values_have_the_arrays_dtype() -> None:
    """Unit, length and string dtype are the array's; a whole array gives a scalar of it."""
    for a in (
        np.array(["2020-01", "2019-07"], "M8[M]"),
        np.array([3, 1], "m8[25s]"),
        np.array(["bb", "a"], "U7"),
        np.array([b"bb", b"a"], "S7"),
        np.array(["bb", "a"], StringDType()),
        np.array([2, 1], bfloat16),
        np.array([2, 1], "f2"),
    ):
        values, indices = minloc.findmin(np.stack([a, a]), 1)
        assert values.dtype == a.dtype
        assert np.array_equal(values, a[[1, 1]])
        assert indices.tolist() == [1, 1]
        found = minloc.findmin(a)
        assert found.values == a[1]
        assert type(found.values) is type(a[1])
        assert type(found.indices) is np.intp


def test_results_have_names() -> None:
    """Pairs are named tuples, so both ways to read them work."""
    found = minloc.findmin([[3, 1], [0, 2]], axis=1)
    assert type(found).__name__ == "FindResult"
    assert found.values.tolist() == found[0].tolist() == [1, 0]
    assert found.indices.tolist() == found[1].tolist() == [1, 0]
    both = minloc.argminmax([[3, 1], [0, 2]], axis=1)
    assert type(both).__name__ == "ArgMinMax"
    assert both.argmin.tolist() == both[0].tolist() == [1, 0]
    assert both.argmax.tolist() == both[1].tolist() == [0, 1]
    assert minloc.findmax([3, 1]) == (3, 0)
    assert minloc.argminmax([3, 1]) == (1, 0)


# --- coordinates ----------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (2, 0), (1,), (2, 1, 0), ()])
@pytest.mark.parametrize("order", ["C", "F"])
def test_coordinates_index_the_array(axis: Axis, order: Any) -> None:
    """`a[minloc(a)]` is the minimum; with keepdims, and open indices beside, for any axis."""
    a = np.array(np.random.default_rng(3).integers(0, 50, (4, 5, 6)), order=order)
    axes = axes_of(a.ndim, axis)
    for function, extreme in (minloc.minloc, np.min), (minloc.maxloc, np.max):
        places = function(a, axis, keepdims=True)
        assert len(places) == len(axes)
        index: list[Any] = list(np.ogrid[:4, :5, :6])
        for i, place in zip(axes, places, strict=True):
            index[i] = place
        assert np.array_equal(a[tuple(index)], extreme(a, axis=axes, keepdims=True))
        narrow = function(a, axis)
        for place, wide in zip(narrow, places, strict=True):
            assert np.array_equal(np.expand_dims(place, axes), wide)
            assert place.dtype == np.intp
    if axis is None:
        assert a[minloc.minloc(a)] == a.min()
        assert all(type(i) is np.intp for i in minloc.minloc(a))
    if axis in (0, 1):
        (place,) = minloc.minloc(a, axis, keepdims=True)
        assert np.array_equal(np.take_along_axis(a, place, axis), a.min(axis, keepdims=True))


@pytest.mark.parametrize("dtype", ["u1", "u8", "i1", "i8"])
@pytest.mark.parametrize("function", [minloc.minloc, minloc.maxloc])
def test_coordinates_of_nothing_take_every_dtype(function: Any, dtype: str) -> None:
    """An axis without elements has no index that a dtype could not hold."""
    got = function(np.empty((0, 2)), dtype=dtype, default=0)
    assert [(x, x.dtype) for x in got] == [(0, np.dtype(dtype))] * 2


def test_the_coordinates_of_nothing_are_the_default() -> None:
    """Each coordinate of a slice without a candidate is `default`."""
    a = np.array([[[nan, nan], [nan, nan]], [[3.0, 2.0], [nan, 4.0]]])
    got = minloc.minloc(a, (1, 2), nan_policy="omit", default=-1)
    assert [i.tolist() for i in got] == [[-1, 0], [-1, 1]]
    with pytest.raises(ValueError, match="All-NaN"):
        minloc.minloc(a, (1, 2), nan_policy="omit")
