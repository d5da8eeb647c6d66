"""xarray's DataArray: the answers are those of its data, and its labels come back."""

import itertools
from typing import Any

import numpy as np
import pytest
import xarray as xr

import minloc


@pytest.fixture(params=["numpy", "dask"])
def sst(request: pytest.FixtureRequest) -> Any:
    """Three maps of two by four places, with ties and a NaN, in memory or in Dask's chunks."""
    data = np.array(
        [[[3, 1, 1, 2], [5, 5, 4, 4]], [[3, 0, 1, 2], [5, np.nan, 4, 4]], [[9] * 4] * 2]
    )
    labels = {"time": [10, 20, 30], "lat": [-1.5, 1.5], "height": 2.0, "name": ("lat", ["s", "n"])}
    a = xr.DataArray(data, dims=("time", "lat", "lon"), coords=labels, name="sst")
    return a.chunk(time=2, lat=1, lon=3) if request.param == "dask" else a


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2), (2, 0), ()])
@pytest.mark.parametrize("keepdims", [False, True])
def test_answers_are_those_of_the_data(sst: Any, axis: Any, keepdims: bool) -> None:
    """Any axes, with values and ends too; the result is a DataArray of the remaining dimensions."""
    data = np.asarray(sst)
    for name in "argmin", "argmax", "nanargmin":
        words: Any = {"keepdims": keepdims, "default": -1}
        if not name.startswith("nan"):
            words["nan_policy"] = "propagate"
        got = getattr(minloc, name)(sst, axis, **words)
        assert isinstance(got, xr.DataArray)
        assert got.name == "sst"
        np.testing.assert_array_equal(got, getattr(minloc, name)(data, axis, **words))
    for name in "findmax", "argminmax", "minloc":
        words = {"keepdims": keepdims, "nan_policy": "propagate"}
        got = getattr(minloc, name)(sst, axis, **words)
        want = getattr(minloc, name)(data, axis, **words)
        assert type(got) is type(want)
        for part, other in zip(got, want, strict=True):
            np.testing.assert_array_equal(part, other)


def test_labels_of_what_is_left_come_back(sst: Any) -> None:
    """Coordinates of reduced dimensions go, those of the others and those of none stay."""
    got = minloc.argmin(sst, axis=0)
    assert got.dims == ("lat", "lon")
    assert set(got.coords) == {"lat", "name", "height"}
    whole: Any = minloc.argmin(sst)
    assert set(whole.coords) == {"height"}
    assert got.compute().identical(sst.compute().argmin("time"))


def test_nan_is_skipped_by_default(sst: Any) -> None:
    """As xarray's own methods do; a policy that is given holds."""
    data = sst.compute()
    functions: Any = minloc
    for name in "argmin", "argmax":
        for axis in 0, "lon", -1:
            number = data.dims.index(axis) if isinstance(axis, str) else axis
            for a in sst, sst.variable:
                got = getattr(functions, name)(a, axis)
                np.testing.assert_array_equal(got, getattr(data, name)(axis=number))
    plain = np.asarray(data)
    for name in "argmin", "argmax", "findmin", "findmax", "argminmax", "minloc", "maxloc", "top_k":
        k = (1,) if name == "top_k" else ()
        for given, policy in ({}, "omit"), ({"nan_policy": "propagate"}, "propagate"):
            want = getattr(functions, name)(plain, *k, axis=None, nan_policy=policy)
            for a in sst, sst.variable:
                got = getattr(functions, name)(a, *k, axis=None, **given)
                for part, other in zip(_parts(got), _parts(want), strict=True):
                    np.testing.assert_array_equal(part, other)
            part = functions.Partial.of(name, data, *k, axis=None, **given).finish()
            np.testing.assert_array_equal(np.squeeze(part), np.squeeze(want))
    with pytest.raises(ValueError, match="nan_policy is 'raise'"):
        np.asarray(functions.argmin(sst, nan_policy="raise"))


def _parts(answer: Any) -> tuple[Any, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def test_axes_have_names(sst: Any) -> None:
    """A dimension's name is as good as its number, alone or in a tuple."""
    names: Any = [("lat", 1), (("lon", "time"), (2, 0))]
    for named, number in names:
        np.testing.assert_array_equal(minloc.argmin(sst, named), minloc.argmin(sst, number))
    absent: Any = "depth"
    with pytest.raises(ValueError, match=r"no dimension 'depth'; there are .*'time'"):
        minloc.argmin(sst, absent)


def test_a_mask_is_put_on_by_its_dimensions(sst: Any) -> None:
    """A mask that is a DataArray fits by its dimensions' names, in whatever order."""
    land = xr.DataArray(
        [[True, False], [True, True], [False, True], [True, True]], dims=("lon", "lat")
    )
    names: Any = ("lat", "lon")
    got = minloc.argmin(sst, names, where=~land, nan_policy="omit")
    want = minloc.argmin(np.asarray(sst), (1, 2), where=~land.values.T, nan_policy="omit")
    np.testing.assert_array_equal(got, want)
    with pytest.raises(ValueError, match="where has the dimensions"):
        minloc.argmin(sst, where=land.rename(lon="depth"))
    with pytest.raises(ValueError, match="align"):
        minloc.argmin(sst, where=land.assign_coords(lat=[0.0, 1.5]))


def test_top_k_has_ranks(sst: Any) -> None:
    """The ranks take the place of one dimension, without its labels, or come last."""
    best = minloc.top_k(sst, 2, axis=0, mode="smallest")
    assert best.indices.dims == ("time", "lat", "lon")
    assert "time" not in best.values.coords
    assert minloc.top_k(sst, 2, axis=(0, 1)).values.dims == ("lon", "rank")
    np.testing.assert_array_equal(
        best.indices, minloc.top_k(np.asarray(sst), 2, axis=0, mode="smallest").indices
    )


@pytest.mark.parametrize("lazy", [False, True], ids=["numpy", "dask"])
@pytest.mark.parametrize("dtype", ["S3", "U2", "O", ">u4", ">c8", "?", "M8[ns]"])
@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_all_dimensions_are_kept_at_length_one(
    shape: tuple[int, ...], dtype: str, lazy: bool
) -> None:
    """Values and indices keep their dtype, byte order included: none is made of a scalar."""
    data = np.arange(5, 5 - np.prod(shape, dtype=int), -1).reshape(shape).astype(dtype)
    a = xr.DataArray(data, dims=("x", "y")[: len(shape)])
    a = a.chunk(-1) if lazy else a
    functions: Any = minloc
    calls: list[tuple[str, dict[str, Any]]] = [
        ("findmin", {}),
        ("findmax", {"axis": tuple(range(len(shape)))}),
        ("argmin", {"dtype": ">i4"}),
        ("argminmax", {"dtype": ">i4"}),
        ("minloc", {"dtype": ">i4"}),
    ]
    for (name, words), x in itertools.product(calls, (a, a.variable)):
        got = _parts(getattr(functions, name)(x, keepdims=True, **words))
        want = _parts(getattr(functions, name)(data, keepdims=True, **words))
        for part, other in zip(got, want, strict=True):
            assert part.dims == a.dims
            np.testing.assert_array_equal(part, other)
            if shape:
                assert part.dtype == other.dtype


@pytest.mark.parametrize("lazy", [False, True], ids=["numpy", "dask"])
def test_without_dimensions_there_is_still_an_axis(lazy: bool) -> None:
    """As in NumPy, a 0-d array has an axis 0 and -1, and top_k adds the ranks."""
    a = xr.DataArray(np.array(3.0), coords={"height": 2.0})
    a = a.chunk() if lazy else a
    functions: Any = minloc
    for axis, keepdims in itertools.product((None, 0, -1, np.int64(0), ()), (False, True)):
        for x in a, a.variable:
            for name in "argmin", "findmax", "nanargmin":
                got = _parts(getattr(functions, name)(x, axis, keepdims=keepdims))
                assert [float(part) for part in got] == [3.0, 0][2 - len(got) :]
                assert all(part.dims == () for part in got)
            top = functions.top_k(x, 1, axis=axis)
            assert top.values.dims == top.indices.dims == ("rank",)
            assert top.values.values.tolist() == [3.0]
            assert top.indices.values.tolist() == [0]
    assert set(functions.top_k(a, 1).values.coords) == {"height"}
    for name, k in ("argmin", ()), ("top_k", (1,)):
        with pytest.raises(np.exceptions.AxisError):
            getattr(functions, name)(a, *k, axis=1)


def test_an_element_is_what_it_is() -> None:
    """An object that xarray would take for an array of its own remains one element."""
    data = np.empty(3, object)
    data[:] = [(2, 1), (1, 5), (1, 7)]
    a = xr.DataArray(data, dims="x")
    for keepdims in False, True:
        got: Any = minloc.findmin(a, keepdims=keepdims)
        assert got.values.dtype == object
        assert got.values.item() == (1, 5)


@pytest.mark.parametrize("axis", [5, -4, (-4,), (0, 3), (0, 0), 0.5, (0.5,)], ids=repr)
def test_axes_that_are_none_are_refused_as_for_arrays(sst: Any, axis: Any) -> None:
    """By top_k too, which has a dimension to put the ranks in."""
    functions: Any = minloc
    for name, k in ("argmin", ()), ("findmax", ()), ("top_k", (1,)):
        with pytest.raises((ValueError, TypeError)) as of_array:
            getattr(functions, name)(np.asarray(sst), *k, axis=axis)
        for a in sst, sst.variable:
            with pytest.raises(type(of_array.value)) as error:
                getattr(functions, name)(a, *k, axis=axis)
            assert str(error.value) == str(of_array.value)


def test_out_is_refused(sst: Any) -> None:
    """The result brings labels of its own, so nothing can be written into."""
    with pytest.raises(TypeError, match="takes no out"):
        minloc.argmin(sst, 0, np.zeros((2, 4), np.intp))


@pytest.mark.parametrize("axis", [None, "time", ("lon", "time"), -1])
def test_variables_answer_as_variables(sst: Any, axis: Any) -> None:
    """As a DataArray does, without labels."""
    variable = sst.variable
    for name in "argmin", "nanargmax", "findmin", "argminmax", "minloc":
        got, want = (getattr(minloc, name)(x, axis=axis) for x in (variable, sst))
        assert isinstance(got, tuple) == isinstance(want, tuple)
        several = (got, want) if isinstance(got, tuple) else ((got,), (want,))
        for one, other in zip(*several, strict=True):
            assert type(one) is xr.Variable
            assert one.identical(other.variable)
    best = minloc.top_k(variable, 2, axis=axis)
    assert best.values.identical(minloc.top_k(sst, 2, axis=axis).values.variable)
    whole: Any = minloc.argmin(a=variable)
    expected: Any = minloc.argmin(sst)
    assert whole.identical(expected.variable)


def test_ranks_need_a_name_that_is_free(sst: Any) -> None:
    """Of dimensions and coordinates that are left: two of one name would be no array."""
    dims: Any = ("lat", "lon")
    for taken, what in [
        (sst.rename(time="rank"), "a dimension"),
        (sst.rename(name="rank").transpose("lat", ...), "a coordinate"),
        (sst.rename(height="rank"), "a coordinate"),
    ]:
        axis: Any = ("time", "lon") if "lat" in taken.dims and "time" in taken.dims else dims
        with pytest.raises(ValueError, match=f"'rank', and a has {what} of this name; rename it"):
            minloc.top_k(taken, 2, axis=axis)
    free: Any = ("rank", "lon")
    assert minloc.top_k(sst.rename(time="rank"), 2, axis=free).values.dims == ("lat", "rank")
    assert minloc.top_k(sst.rename(time="rank"), 2, axis=-1).values.dims == ("rank", "lat", "lon")


def test_labels_of_several_levels_come_back() -> None:
    """An index of tuples stays with its dimension, or goes with it."""
    pandas = pytest.importorskip("pandas")
    levels = pandas.MultiIndex.from_product([["a", "b"], [1, 2]], names=("letter", "number"))
    labels = xr.Coordinates.from_pandas_multiindex(levels, "x")
    a = xr.DataArray([[3.0, 1, 4, 2], [0, 5, 1, 1]], dims=("t", "x"), coords=labels)
    got: Any = minloc.argmin(a, axis="t")
    assert got.indexes["x"].equals(levels)
    assert minloc.top_k(a, 1, axis=0).values.indexes["x"].equals(levels)
    assert not minloc.top_k(a, 1, axis=1).values.coords


def test_progress_is_for_the_data_to_show(sst: Any) -> None:
    """An array in memory has no progress, and says so."""
    with pytest.raises(TypeError, match="unexpected keyword argument 'progress'"):
        minloc.argmin(sst, progress=True)


def test_a_dimension_may_be_called_dim(sst: Any) -> None:
    """As in xarray's own methods; nothing else has that keyword, and it is not given twice."""
    functions: Any = minloc
    for dim, axis in ("lat", 1), (["lon", "time"], (2, 0)), (("lon",), (2,)), (None, None):
        for a in sst, sst.variable:
            want = functions.argmin(a, axis, default=-1)
            np.testing.assert_array_equal(functions.argmin(a, dim=dim, default=-1), want)
    best = functions.top_k(sst, 2, dim="time")
    np.testing.assert_array_equal(best.indices, functions.top_k(sst, 2, axis=0).indices)
    with pytest.raises(TypeError, match="takes axis or dim, not both"):
        functions.argmin(sst, 0, dim="lat")
    with pytest.raises(ValueError, match="no dimension 'depth'"):
        functions.argmin(sst, dim="depth")
    masked: Any = np.ma.array([1])
    for other in np.zeros(3), [1], masked, sst.data, np.float64(1):
        for name, k in ("argmin", ()), ("findmin", ()), ("top_k", (1,)):
            with pytest.raises(TypeError, match="unexpected keyword argument 'dim'"):
                getattr(functions, name)(other, *k, dim="lat")
