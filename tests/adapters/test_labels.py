"""Labels in the place of indices: `idxmin` and `idxmax`, of what has labels."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import xarray as xr

from support.columns import PANDAS, as_ranks, drawn
from support.containers import public

DAYS = pd.date_range("2020-01-01", periods=3)
INDEXES = {
    "words": pd.Index(["x", "y", "z"]),
    "numbers": pd.Index([30, 10, 20]),
    "times": DAYS,
    "zone": DAYS.tz_localize("Europe/Paris"),
    "periods": DAYS.to_period("D"),
    "categories": pd.CategoricalIndex(["x", "y", "z"]),
    "levels": pd.MultiIndex.from_tuples([("x", 1), ("x", 2), ("y", 1)]),
    "twice": pd.Index(["x", "x", "z"]),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_labels_of_pandas(kind: str) -> None:
    """Of a Series, and of a DataFrame along each axis, as pandas says them."""
    index = INDEXES[kind]
    x = pd.Series([3.0, 1.0, np.nan], index=index)
    for name in "idxmin", "idxmax":
        got = getattr(public, name)(x)
        assert got == getattr(x, name)()
        assert type(got) is type(getattr(x, name)())
    frame = pd.DataFrame({"a": [3.0, 1.0, 2.0], "b": [np.nan, 4.0, 0.5]}, index=index)
    for name in "idxmin", "idxmax":
        for axis in 0, 1, "index", "columns":
            want, got = getattr(frame, name)(axis=axis), getattr(public, name)(frame, axis=axis)
            pd.testing.assert_series_equal(got, want, check_dtype=kind != "categories")
            across = getattr(public, name)(frame.T, axis=axis)
            pd.testing.assert_series_equal(
                across, getattr(frame.T, name)(axis=axis), check_dtype=kind != "categories"
            )
    assert public.idxmin(frame) == (index[2], "b")
    assert public.idxmax(frame, axis=(1, 0)) == ("b", index[1])
    assert public.idxmin(frame, axis=(0,))[0].tolist() == [index[1], index[2]]


@pytest.mark.parametrize("name", [name for name, kind in PANDAS.items() if "index" not in name])
def test_labels_are_looked_up_for_every_dtype(name: str) -> None:
    """At the place that `argmin` says."""
    ranks, present = drawn((5,), len(PANDAS[name].elements), 0)
    x = pd.Series(PANDAS[name].column(as_ranks(ranks, present)))
    x.index = pd.Index(list("vwxyz"))
    assert public.idxmin(x) == x.index[public.argmin(x)]
    assert public.idxmax(x, ties="last") == x.index[public.argmax(x, ties="last")]


def test_default_is_a_label() -> None:
    """Of the slices without a candidate alone; without it these are an error."""
    x = pd.DataFrame({"a": [3.0, 1.0], "b": [np.nan, np.nan]}, index=[10, 20])
    assert public.idxmin(x, axis=0, default=-1).tolist() == [20, -1]
    assert public.idxmin(x, axis=0, default="none").tolist() == [20, "none"]
    assert public.idxmin(x["b"], default=None) is None
    assert public.idxmin(x, where=False, default=("nowhere", "")) == ("nowhere", "")
    assert public.idxmin(x, axis=1).tolist() == ["a", "a"]
    x.index = DAYS[:2]
    assert public.idxmin(x, axis=0, default=pd.NaT).isna().tolist() == [False, True]
    for missing, axis in (x, 0), (x["b"], None):
        with pytest.raises(ValueError, match=r"All-NaN slice|empty sequence"):
            public.idxmin(missing, axis=axis)
    empty = pd.DataFrame({"a": [], "b": []})
    assert public.idxmin(empty, axis=0, default="none").tolist() == ["none", "none"]
    with pytest.raises(ValueError, match="empty sequence"):
        public.idxmin(empty, axis=0)


@pytest.fixture(params=["numpy", "dask"])
def maps(request: pytest.FixtureRequest) -> Any:
    """Two maps with coordinates, in memory or in Dask's chunks."""
    data = np.array([[[3, 1, 2], [5, 5, 4]], [[0, np.nan, 1], [np.nan, 7, 8]]])
    labels = {"time": DAYS[:2], "lat": [-1.5, 1.5]}
    a = xr.DataArray(data, dims=("time", "lat", "lon"), coords=labels, name="sst")
    return a.chunk(time=1, lon=2) if request.param == "dask" else a


def test_labels_of_xarray(maps: Any) -> None:
    """Of one dimension as xarray says them; of several a DataArray for each."""
    for name in "idxmin", "idxmax":
        for dim in "time", "lat":
            want = getattr(maps.compute(), name)(dim)
            assert getattr(public, name)(maps, dim=dim).compute().identical(want)
            assert getattr(public, name)(maps, dim).compute().identical(want)
    time, lat = public.idxmin(maps, dim=["time", "lat"])
    assert pd.Index(time.values).equals(DAYS[[1, 0, 1]])
    assert lat.values.tolist() == [-1.5, -1.5, -1.5]
    both = xr.Dataset({"sst": maps, "t2m": -maps})
    got = public.idxmin(both, dim="time")
    assert got.t2m.compute().identical(maps.compute().idxmax("time").rename("t2m"))
    line = maps.isel(lat=0, lon=0)
    assert public.idxmin(line).values == DAYS[1].to_datetime64()
    where = maps.lat > 0
    assert public.idxmin(maps, dim="lat", where=where, default=9).values[1].tolist() == [
        9,
        1.5,
        1.5,
    ]
    with pytest.raises(ValueError, match=r"'lon' has no coordinate, .* argmin.* returns the index"):
        public.idxmin(maps, dim="lon")
    with pytest.raises(ValueError, match="no dimension 'depth'"):
        public.idxmin(maps, dim="depth")
    with pytest.raises(TypeError, match="takes axis or dim, not both"):
        public.idxmin(maps, 0, dim="lat")
    with pytest.raises(TypeError, match="takes one dimension"):
        public.idxmin(both, dim=("time", "lat"))


def test_what_has_no_labels_is_refused() -> None:
    """By name, and with what would work."""
    for x in (
        [3, 1],
        np.zeros(3),
        pl.Series([1]),
        pa.array([1]),
        pd.Index([1]),
        xr.Variable("x", [1]),
    ):
        with pytest.raises(TypeError, match=r"idxmax.* has no labels; argmax.* returns the index"):
            public.idxmax(x)
    with pytest.raises(TypeError, match="takes axis, not dim"):
        public.idxmin(pd.Series([1]), dim="x")
