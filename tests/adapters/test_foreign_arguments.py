"""A mask, an `out` or an `axis` may be of another library than the array, or is refused by name."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import xarray as xr

from minloc import Partial
from support.containers import masked, public

MASKS: dict[str, Any] = {
    "polars": pl.Series([True, None, True]),
    "pyarrow": pa.array([True, None, True]),
    "pandas": pd.Series([True, None, True], dtype="boolean"),
    "pandas, array": pd.array([True, None, True], dtype="boolean"),
    "masked": masked([True, True, True], mask=[False, True, False]),
    "xarray": xr.DataArray([True, False, True], dims="x"),
    "list": [True, False, True],
}
ARRAYS: dict[str, Callable[[Any], Any]] = {
    "array": np.array,
    "list": list,
    "masked": np.ma.array,
    "pandas": pd.Series,
    "polars": pl.Series,
    "pyarrow": pa.array,
    "xarray": lambda a: xr.DataArray(a, dims="x"),
    "dask": lambda a: __import__("dask.array").array.from_array(np.array(a), chunks=2),
}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("array", ARRAYS)
def test_a_mask_may_be_of_any_library(mask: str, array: str) -> None:
    """What is missing in a mask is not chosen."""
    a = ARRAYS[array]([3, 1, 2])
    for function in "argmin", "nanargmin":
        assert np.asarray(getattr(public, function)(a, where=MASKS[mask])) == 2
    for function in "findmin", "minloc":
        assert np.asarray(getattr(public, function)(a, where=MASKS[mask])[-1]) == 2
    assert np.asarray(public.argminmax(a, where=MASKS[mask])).tolist() == [2, 0]
    assert np.asarray(public.top_k(a, 2, where=MASKS[mask]).indices).tolist() == [0, 2]
    assert Partial.of("argmin", a, where=MASKS[mask]).finish() == 2


@pytest.mark.parametrize("array", ARRAYS)
def test_a_mask_of_nothing_has_no_dtype(array: str) -> None:
    """An empty list is a mask, though it would be an array of float64."""
    a = ARRAYS[array]([])
    for function in "argmin", "nanargmax":
        assert np.asarray(getattr(public, function)(a, where=[], default=-1)) == -1
    assert Partial.of("argmin", a, where=[], default=-1).finish() == -1
    two = np.zeros((2, 0))
    assert public.argmin(two, axis=1, where=[[], []], default=-1).tolist() == [-1, -1]
    with pytest.raises(TypeError, match="array of bool, got one of dtype float64"):
        public.argmin(two[0], where=np.array([]), default=-1)


def test_labels_of_a_mask_are_those_of_the_array() -> None:
    """In the same order, or it is refused; a mask without labels lies by position."""
    a = pd.Series([3, 1, 2], index=["x", "y", "z"])
    table = pd.DataFrame({"p": [3, 1], "q": [1, 2]})
    named = xr.DataArray([3, 1, 2], dims="k", coords={"k": ["x", "y", "z"]})
    mask = a > 1
    for x in a, named:
        assert public.argmin(x, where=mask) == 2
        assert public.argmin(x, where=mask.to_numpy()) == 2
        for bad in mask.iloc[::-1], mask.reset_index(drop=True):
            with pytest.raises(
                ValueError, match=r"where has the labels \[.*\], and a has \[x, y, z\]"
            ):
                public.argmin(x, where=bad)
            with pytest.raises(ValueError, match="where has the labels"):
                Partial.of("argmin", x, where=bad)
    assert public.argmin(np.array([3, 1, 2]), where=mask.iloc[::-1]) == 2
    assert public.argmin(table, axis=0, where=table > 1).tolist() == [0, 1]
    columns = pd.Series([True, False], index=["p", "q"])
    assert public.argmin(table, axis=1, where=columns).tolist() == [0, 0]
    for bad in columns[::-1], pd.Series([True, False]), (table > 1)[["q", "p"]]:
        with pytest.raises(ValueError, match="where has the labels"):
            public.argmin(table, axis=0, where=bad)


def test_an_out_that_is_foreign_is_named() -> None:
    """The error is about `out`, not about `a`."""

    class Quantity(np.ndarray[Any, Any]):
        def __array_function__(self, *args: Any) -> Any:
            return "its own"

    a, out = np.zeros(3), np.zeros((), int).view(Quantity)
    assert public.argmin(a, out=out) == "its own"
    with pytest.raises(TypeError, match=r"out of class .*Quantity .* 'ties'; .* ndarray as out"):
        public.argmin(a, out=out, ties="last")
    with pytest.raises(TypeError, match=r"argmin\(\) of a .*Quantity .* no keyword 'ties'"):
        public.argmin(out, ties="last")
    for foreign in [0], pd.Series([0]), pl.Series([0]), xr.DataArray(0):
        for words in {}, {"ties": "last"}, {"where": [True] * 3}:
            for one in a, a.tolist(), masked(a):
                with pytest.raises(TypeError, match="output must be an array"):
                    public.argmin(one, out=foreign, **words)


def test_advice_keeps_the_mask() -> None:
    """A class with an argmin of its own is not sent to numpy.asarray, which drops a mask."""

    class Own(np.ma.MaskedArray[Any, Any]):
        def argmin(self, *args: Any, **words: Any) -> Any:
            return 7

    x = Own([1, 2], mask=[True, False])
    assert public.argmin(x) == 7
    for name, words in ("findmin", {}), ("argmin", {"ties": "last"}):
        with pytest.raises(TypeError, match="missing elements, if any, excluded by where"):
            getattr(public, name)(x, **words)


def test_an_axis_of_a_tuple_is_an_integer() -> None:
    """Also when the same question was asked with integers before."""
    assert Partial.of("argmin", [[3, 1]], axis=(1,)).finish().tolist() == [1]
    for axis in 1.0, True:
        for given in (axis,), axis:
            with pytest.raises(TypeError, match="integer"):
                Partial.of("argmin", [[3, 1]], axis=given)
            with pytest.raises(TypeError, match="integer"):
                public.argmin([[3, 1]], axis=given)
    assert Partial.of("argmin", [[3, 1]], axis=(np.int64(1),)).finish().tolist() == [1]
