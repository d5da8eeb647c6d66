"""A DataArray gets its answer as a DataArray, lazily if there is a Dask array in it."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import minloc

xarray = pytest.importorskip("xarray")
da = pytest.importorskip("dask.array")

ml: Any = minloc  # which promises nothing of arrays that are not NumPy's
A = np.array([[1.0, 1, 0, np.nan], [0, 1, 1, 0]])


@pytest.fixture(params=[None, 2], ids=["numpy", "dask"])
def x(request: pytest.FixtureRequest) -> Any:
    """Return a DataArray with coordinates, over NumPy or over Dask."""
    data = A if request.param is None else da.from_array(A, chunks=request.param)
    coords = {"y": [5, 6], "x": list("abcd"), "name": ("y", ["north", "south"])}
    return xarray.DataArray(data, dims=("y", "x"), coords=coords, name="t", attrs={"units": "K"})


def test_it_is_dressed_as_xarrays_own_argmin_is(x: Any) -> None:
    """Type, name, dimensions, coordinates and attributes are those of `DataArray.argmin`."""
    for axis in 0, 1, -1:
        got = ml.nanargmin(x, axis)
        want = x.copy(data=A).argmin(axis=axis, skipna=True)
        assert isinstance(got.data, type(x.data))  # nothing has been computed
        xarray.testing.assert_identical(got.compute(), want)


def test_it_has_the_answer_of_the_array_inside(x: Any) -> None:
    """Ties and NaN as on one array, for every function and word."""
    for axis in None, 0, 1, (1, 0), ():
        for words in (
            {},
            {"nan_policy": "omit", "default": -1},
            {"ties": "last"},
            {"keepdims": True},
        ):
            got, want = ml.argmin(x, axis, **words), ml.argmin(A, axis, **words)
            assert_array_equal(got, want)
            assert got.shape == np.shape(want)
    assert ml.argmin(x, nan_policy="omit") == 2
    found = ml.findmax(x, axis=0, nan_policy="omit")
    assert type(found) is minloc.FindResult
    assert found.values.dims == found.indices.dims == ("x",)
    assert_array_equal(found.values, [1, 1, 1, 0])
    assert [int(place) for place in ml.minloc(x, nan_policy="omit", ties="last")] == [1, 3]
    assert [int(end) for end in ml.argminmax(x, nan_policy="omit")] == [2, 0]


def test_keepdims_drops_the_coordinates_of_what_is_reduced(x: Any) -> None:
    """As xarray's reductions do."""
    got = ml.argmin(x, 0, keepdims=True)
    assert got.dims == ("y", "x")
    assert set(got.coords) == {"x"}


def test_a_mask_with_names_is_matched_by_them(x: Any) -> None:
    """A DataArray as `where` may have fewer dimensions, and in another order; labels must match."""
    north = xarray.DataArray([True, False], dims="y", coords={"y": [5, 6]})
    assert ml.argmin(x, where=north, nan_policy="omit") == 2
    assert_array_equal(ml.argmax(x, where=(x > 0).T, default=-1, axis=0), [0, 0, 1, -1])
    with pytest.raises(ValueError, match="exact"):
        ml.argmin(x, where=north.assign_coords(y=[6, 7]))


def test_the_k_best_have_ranks_along_their_dimension(x: Any) -> None:
    """The coordinates along it are gone, for there are other elements in each place."""
    top = ml.top_k(x, 2, axis=1, nan_policy="omit")
    assert type(top) is minloc.TopK
    assert top.indices.dims == ("y", "x")
    assert set(top.indices.coords) == {"y", "name"}
    assert_array_equal(top.values, [[1, 1], [1, 1]])
    assert_array_equal(top.indices, [[0, 1], [1, 2]])
    with pytest.raises(TypeError, match="takes one axis"):
        ml.top_k(x, 2, axis=None)


def test_out_is_refused(x: Any) -> None:
    """There is nothing to write into."""
    with pytest.raises(TypeError, match="takes no out"):
        ml.argmin(x, 0, np.zeros(4, np.intp))
