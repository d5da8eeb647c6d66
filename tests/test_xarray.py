"""xarray's DataArray: the answers are those of its data, and its labels come back."""

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
        got = getattr(minloc, name)(sst, axis, **words)
        assert isinstance(got, xr.DataArray)
        assert got.name == "sst"
        np.testing.assert_array_equal(got, getattr(minloc, name)(data, axis, **words))
    for name in "findmax", "argminmax", "minloc":
        got = getattr(minloc, name)(sst, axis, keepdims=keepdims)
        want = getattr(minloc, name)(data, axis, keepdims=keepdims)
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
    assert got.compute().identical(sst.compute().argmin("time", skipna=False))


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


def test_out_is_refused(sst: Any) -> None:
    """The result brings labels of its own, so nothing can be written into."""
    with pytest.raises(TypeError, match="takes no out"):
        minloc.argmin(sst, 0, np.zeros((2, 4), np.intp))
