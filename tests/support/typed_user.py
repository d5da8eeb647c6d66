"""A user's file, which type checkers read: the type of each answer is that of its container."""

from typing import Any, assert_type

import jax
import numpy as np
import pandas as pd
import polars as pl
import xarray as xr
from numpy.typing import NDArray

import minloc

# NumPy's arrays, lists and scalars.
array = np.zeros((2, 3))
assert_type(minloc.argmin(array), np.intp)
assert_type(minloc.argmin([3, 1, 2]), np.intp)
out = np.zeros(3, np.intp)
assert_type(minloc.argmin(array, 0, out), np.ndarray[tuple[int], np.dtype[np.intp]])
assert_type(minloc.findmin(array, axis=0), minloc.FindResult)
same: bool = minloc.findmin([3, 1]) == (1, 1) and minloc.minloc([3, 1]) == (1,)
assert_type(minloc.top_k(array, 2).indices, NDArray[np.intp])
assert_type(minloc.moving_argmin(array, 2), NDArray[Any])
assert_type(minloc.running_argmax([3, 1, 2]), NDArray[Any])

# pandas: an index of the whole, a Series along an axis.
series = pd.Series([3.0, 2.0, 1.0])
frame = pd.DataFrame({"a": [3, 1], "b": [2, 2]})
assert_type(minloc.argmin(series), np.intp)
assert_type(minloc.argmax(series, nan_policy="raise", ties="last"), np.intp)
assert_type(minloc.argmin(frame), np.intp)
along: "pd.Series[int]" = minloc.argmin(frame, axis=0)
named: "pd.Series[int]" = minloc.nanargmax(frame, axis="columns")
assert_type(minloc.findmax(series, default=-1), minloc.FindResult)
best = minloc.top_k(series, 2, mode="smallest")
best_values: "pd.Series[float]" = best.values
best_rows: "pd.Series[int]" = best.indices
lowest = minloc.findmin(frame, axis="index")
lowest_values: "pd.Series[Any]" = lowest.values
lowest_rows: "pd.Series[int]" = lowest.indices
ends: "pd.Series[int]" = minloc.argminmax(frame, axis=0).argmax
where = minloc.argmin(series, where=series > 1)
low: "pd.Series[int]" = minloc.moving_argmin(series, 2, partial=True, min_count=1)
lows: pd.DataFrame = minloc.running_argmin(frame, "index")
assert_type(minloc.moving_findmin(series, 2), minloc.FindResult)
label: Any = minloc.idxmin(frame, axis=0, default=None)

# polars.
column = pl.Series([3, None, 1])
assert_type(minloc.argmin(column), np.intp)
assert_type(minloc.argminmax(column), minloc.ArgMinMax)
assert_type(minloc.top_k(column, 2), minloc.TopK[pl.Series, pl.Series])
table = pl.DataFrame({"a": [3, 1]})
assert_type(minloc.top_k(table, 1, axis=0).values, pl.DataFrame)
last: pl.Series = minloc.running_argmin(column, ties="last")
row: pl.DataFrame = minloc.argmin(pl.DataFrame({"a": [3, 1]}), axis=0)

# xarray: a DataArray of a DataArray, a Dataset of a Dataset.
air = xr.DataArray(array, dims=("x", "y"), name="air")
several = xr.Dataset({"air": air})
assert_type(minloc.argmin(air), xr.DataArray)
assert_type(minloc.argmin(air, dim="x"), xr.DataArray)
assert_type(minloc.argmin(air, axis=("x", "y"), where=air > 1), xr.DataArray)
assert_type(minloc.nanargmin(several, dim=["x", "y"]), xr.Dataset)
assert_type(minloc.findmin(several, dim="x"), minloc.FindResult[xr.Dataset, xr.Dataset])
assert_type(minloc.argminmax(air, dim="x").argmin, xr.DataArray)
assert_type(minloc.minloc(air), tuple[xr.DataArray, ...])
assert_type(minloc.top_k(air, 2, dim="x"), minloc.TopK[xr.DataArray, xr.DataArray])
assert_type(minloc.idxmax(air, dim="x"), xr.DataArray)
assert_type(minloc.idxmin(several, dim="x"), xr.Dataset)

# JAX: every answer is an array of its own.
traced = jax.numpy.zeros((2, 3))
assert_type(minloc.argmin(traced), jax.Array)
assert_type(minloc.nanargmax(traced, 1, keepdims=True, default=-1), jax.Array)
assert_type(minloc.findmin(traced, 0), minloc.FindResult[jax.Array, jax.Array])
assert_type(minloc.argminmax(traced), minloc.ArgMinMax[jax.Array])
assert_type(minloc.maxloc(traced), tuple[jax.Array, ...])
assert_type(minloc.top_k(traced, 2, axis=0), minloc.TopK[jax.Array, jax.Array])
assert_type(minloc.moving_argmin(air, 2, dim="x"), xr.DataArray)
assert_type(minloc.running_argmin(several, dim="x"), xr.Dataset)
