"""Groups by labels of pandas and xarray: numbered in their order, and in the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minloc

pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")

DAYS = pd.date_range("2023-12-20", periods=100)


def cube(chunks: Any = None) -> Any:
    """Return (time, y, x) with ties and NaN."""
    rng = np.random.default_rng(3)
    a = rng.integers(0, 30, (100, 3, 4)).astype(np.float32)
    a[rng.random(a.shape) < 0.05] = np.nan
    data = xr.DataArray(a, {"time": DAYS, "y": [10.0, 20.0, 30.0]}, ("time", "y", "x"), name="t2m")
    return data if chunks is None else data.chunk(chunks)


# --- xarray ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunks", [None, {"time": 17, "y": 2}], ids=["memory", "dask"])
@pytest.mark.parametrize("name", ["argmin", "argmax", "findmin", "argminmax", "minloc"])
def test_months_of_a_cube(name: str, chunks: Any) -> None:
    """The answer for each month is that of the days of the month, counted in the whole array."""
    data = cube(chunks)
    found = getattr(minloc, name)(data, dim="time", by="time.month")
    month = data["time.month"].to_numpy()
    for number in np.unique(month):
        of_month = getattr(minloc, name)(
            cube(), dim="time", where=xr.DataArray(month == number, dims="time")
        )
        pairs = (
            zip(found, of_month, strict=True) if isinstance(found, tuple) else [(found, of_month)]
        )
        for got, want in pairs:
            assert got.dims == ("month", "y", "x")
            assert list(got["month"].to_numpy()) == [1, 2, 3, 12]
            xr.testing.assert_equal(got.sel(month=number).drop_vars("month").compute(), want)


def test_labels_are_an_array_or_the_name_of_a_coordinate() -> None:
    """Labels of text, along the reduced dimension or all; a missing one is no group's."""
    data = cube().fillna(99.0)
    half = xr.DataArray(np.where(DAYS.day < 15, "early", "late"), {"time": DAYS}, name="half")
    found = minloc.argmin(data, dim="time", by=half)
    assert list(found["half"].to_numpy()) == ["early", "late"]
    named = minloc.argmin(data.assign_coords(half=half), dim="time", by="half")
    xr.testing.assert_equal(found, named)
    some = half.astype(object).where(DAYS.day != 20)
    want = minloc.argmin(data, dim="time", where=xr.DataArray(DAYS.day < 15, dims="time"))
    got = minloc.argmin(data, dim="time", by=some).sel(half="early").drop_vars("half")
    xr.testing.assert_equal(got, want)


def test_groups_are_last_where_several_dimensions_are_reduced() -> None:
    """Their labels may vary along all of these."""
    data = cube().fillna(99.0)
    region = xr.DataArray([["a", "a", "b", "b"]] * 3, dims=("y", "x"), name="region")
    found = minloc.argmin(data, dim=("y", "x"), by=region)
    assert found.dims == ("time", "region")
    assert found.shape == (100, 2)
    east = data.isel(x=slice(2, 4)).to_numpy().reshape(100, -1).argmin(1)
    assert (found.sel(region="b").to_numpy() == east // 2 * 4 + 2 + east % 2).all()


def test_ranks_follow_groups() -> None:
    """The k best of each month."""
    data = cube().fillna(99.0)
    top = minloc.top_k(data, 2, dim="time", by="time.month")
    assert top.indices.dims == ("month", "rank", "y", "x")
    first = top.indices.isel(rank=0)
    xr.testing.assert_equal(first, minloc.argmax(data, dim="time", by="time.month"))


def test_idxmin_of_groups_gives_labels() -> None:
    """The day itself."""
    data = cube()
    days = minloc.idxmin(data, dim="time", by="time.month")
    index = minloc.argmin(data, dim="time", by="time.month")
    assert (days.to_numpy() == DAYS.to_numpy()[index.to_numpy()]).all()
    assert days.dims == ("month", "y", "x")


def test_numbers_of_groups_have_no_labels() -> None:
    """A plain array is as of NumPy's arrays; with `num_groups` one with names is, too."""
    data = xr.DataArray([3.0, 1.0, 2.0], dims="x")
    assert minloc.argmin(data, by=[0, 2, 2], default=-1).to_numpy().tolist() == [0, -1, 1]
    numbers = xr.DataArray([0, 2, 2], dims="x")
    assert minloc.argmin(data, by=numbers).to_numpy().tolist() == [0, 1]
    found = minloc.argmin(data, by=numbers, num_groups=4, default=-1)
    assert found.to_numpy().tolist() == [0, -1, 1, -1]


@pytest.mark.parametrize(
    ("by", "text"),
    [
        ("time.mnth", "there is no such coordinate"),
        ("y", "groups are called 'y'"),
        (xr.DataArray(np.zeros(99, int), dims="time"), "by has the length 99 along 'time'"),
        (xr.DataArray(np.zeros(3, int), dims="z"), "by has the dimensions"),
    ],
)
def test_labels_that_do_not_lie_along_the_array(by: Any, text: str) -> None:
    """The error says what there is."""
    with pytest.raises(ValueError, match=text):
        minloc.argmin(cube(), dim="time", by=by)


# --- pandas ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "Int64", "int8", "datetime64[ns]", "string"])
def test_groups_of_a_series_are_those_of_pandas(dtype: str) -> None:
    """The places at which pandas' own labels point, and its order of the groups."""
    values = pd.Series([5, 3, 3, 8, 1, 9, 2], index=list("abcdefg")).astype(dtype)
    shop = pd.Series(["B", "A", "B", None, "C", "A", "C"], index=values.index, name="shop")
    found = minloc.argmin(values, by=shop)
    assert found.index.tolist() == ["A", "B", "C"]
    assert found.index.name == "shop"
    assert found.tolist() == [1, 2, 4]
    if dtype not in ("string",):
        own = values.groupby(shop).idxmin()
        assert [values.index[i] for i in found] == own.tolist()
    labels = minloc.idxmin(values, by=shop)
    assert labels.tolist() == ["b", "c", "e"]
    best = minloc.findmin(values, by=shop)
    assert best.values.tolist() == values.iloc[[1, 2, 4]].tolist()
    assert best.values.index.tolist() == ["A", "B", "C"]


def test_groups_of_a_table() -> None:
    """A row for each group, and a column for each column, whatever their dtypes."""
    table = pd.DataFrame({"x": [3, 1, 2, 0], "y": pd.array([5, None, 1, 7], "Int64")})
    by = pd.Series(["u", "v", "u", "v"])
    found = minloc.argmin(table, axis=0, by=by)
    assert found.index.tolist() == ["u", "v"]
    assert found.to_numpy().tolist() == [[2, 2], [3, 3]]
    plain = minloc.argmax(table[["x"]], axis=0, by=[0, 1, 1, 1])
    assert plain.to_numpy().tolist() == [[0], [2]]


def test_one_group_without_a_candidate_is_an_error_or_the_default() -> None:
    """Pandas' own raises for all groups."""
    x = pd.Series([1.0, np.nan, 2.0])
    by = pd.Series(["a", "b", "a"])
    with pytest.raises(ValueError, match="All-NaN"):
        minloc.argmin(x, by=by)
    assert minloc.argmin(x, by=by, default=-1).to_dict() == {"a": 0, "b": -1}


# --- polars and pyarrow ---------------------------------------------------------------------------


def test_columns_in_pieces_have_groups_that_span_them() -> None:
    """Numbers of groups for the whole column."""
    pa = pytest.importorskip("pyarrow")
    column = pa.chunked_array([[5, None, 3], [2, 2], [9]])
    assert minloc.argmin(column, by=[0, 0, 1, 1, 0, 2]).tolist() == [4, 3, 5]
    found = minloc.findmax(column, by=[0, 0, 1, 1, 0, 2], ties="last")
    assert (found.values.to_pylist(), found.indices.tolist()) == ([5, 3, 9], [0, 2, 5])
    pl = pytest.importorskip("polars")
    assert minloc.argmin(pl.Series([5, None, 3]), by=[0, 0, 0]).to_list() == [2]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_the_nearest_element_of_a_column_and_of_tables(library: str) -> None:
    """Distances of integers with missing ones are exact."""
    values = [2**60 + 1, None, 2**60 + 4, 3]
    if library == "pandas":
        column: Any = pd.Series(values, dtype="Int64")
        table: Any = pd.DataFrame({"x": [1, 9], "y": [4, 6]})
    else:
        module = pytest.importorskip(library)
        column = module.Series(values) if library == "polars" else module.array(values)
        table = (module.DataFrame if library == "polars" else module.table)(
            {"x": [1, 9], "y": [4, 6]}
        )
    assert minloc.argmin(column, distance_to=2**60 + 3) == 2
    found = minloc.findmax(column, distance_to=2**60 + 3)
    assert (found.values if library != "pyarrow" else found.values.as_py()) == 3
    assert np.asarray(minloc.argmin(table, axis=0, distance_to=8)).ravel().tolist() == [1, 1]
    assert minloc.argmin(table, distance_to=5) in (1, 3)


def test_the_best_of_the_groups_of_an_index_are_rows() -> None:
    """Of an index of pandas, or an extension array: one row for each group, as the indices are."""
    pd = pytest.importorskip("pandas")
    days = pd.DatetimeIndex(["2024-01-04", "2024-01-01", "2024-01-03", "2024-01-02"])
    by = np.array([0, 1, 1, 0])
    for x in pd.Index([4, 1, 3, 2]), pd.Index([4.0, 1.0, 3.0, 2.0]), days:
        for k in 0, 1, 2:
            best: Any = minloc.top_k(x, k, by=by)
            assert best.indices.tolist() == [[0, 3][:k], [2, 1][:k]]
            assert best.values.shape == (2, k)
            for row, places in enumerate(best.indices):
                assert list(best.values.iloc[row]) == list(x[places])
