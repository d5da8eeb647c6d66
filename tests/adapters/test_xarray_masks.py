"""A mask of xarray without labels lies along the dimensions that it names."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import minloc


@pytest.fixture(params=["numpy", "dask"])
def square(request: pytest.FixtureRequest) -> Any:
    """Return a table that a mask also fits the wrong way round."""
    a = xr.DataArray(np.arange(9.0).reshape(3, 3), dims=("row", "column"))
    return a.chunk(row=2, column=1) if request.param == "dask" else a


@pytest.mark.parametrize(
    "dress", [lambda a: a, lambda a: a.variable], ids=["DataArray", "Variable"]
)
@pytest.mark.parametrize("named", [xr.Variable, lambda dims, a: xr.DataArray(a, dims=dims)])
def test_a_mask_without_labels_goes_by_its_names(square: Any, dress: Any, named: Any) -> None:
    """A Variable lies along the dimensions that it names, as a DataArray does."""
    only = np.zeros((3, 3), bool)
    only[2, 0] = True  # of row 2, column 0
    mask = named(("column", "row"), only.T)
    a = dress(square)
    for function in minloc.argmin, minloc.argmax, minloc.nanargmin:
        assert int(np.asarray(function(a, where=mask))) == 6
    assert [float(np.asarray(x)) for x in minloc.findmin(a, where=mask)] == [6, 6]
    assert np.asarray(minloc.top_k(a, 1, axis=None, where=mask).indices).tolist() == [6]
    by_column = named("column", [False, True, True])
    got = minloc.argmin(a, axis=1, where=by_column)
    assert np.asarray(got).tolist() == [1, 1, 1]
    by_row = named("row", [False, True, True])
    got = minloc.argmin(a, axis=1, where=by_row, default=-1)
    assert np.asarray(got).tolist() == [-1, 0, 0]
    if isinstance(square.data, np.ndarray):
        assert minloc.Partial.of("argmin", a, where=mask).finish() == 6
    for bad, match in [
        (named("depth", [True] * 3), "where has the dimensions"),
        (named("row", [True] * 2), "where has the length 2 along 'row', and a has 3"),
        (named("row", [True]), "where has the length 1 along 'row', and a has 3"),
    ]:
        with pytest.raises(ValueError, match=match):
            minloc.argmin(a, where=bad)
    with pytest.raises(TypeError, match="array of bool"):
        minloc.argmin(a, where=named("row", [1, 0, 1]))
    with pytest.raises(TypeError, match="got a Dataset; pass one of its variables: 'm', 'n'"):
        minloc.argmin(a, where=xr.Dataset({"m": mask, "n": mask}))
