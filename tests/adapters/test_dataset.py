"""xarray's Dataset: each of its variables is answered, and the answers are Datasets."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import minloc


@pytest.fixture(params=["numpy", "dask"])
def sst(request: pytest.FixtureRequest) -> Any:
    """Return three maps of two by four places, in memory or in Dask's chunks."""
    data = np.array(
        [[[3, 1, 1, 2], [5, 5, 4, 4]], [[3, 0, 1, 2], [5, np.nan, 4, 4]], [[9] * 4] * 2]
    )
    labels = {"time": [10, 20, 30], "lat": [-1.5, 1.5]}
    a = xr.DataArray(data, dims=("time", "lat", "lon"), coords=labels, name="sst")
    return a.chunk(time=2, lat=1, lon=3) if request.param == "dask" else a


def _parts(answer: Any) -> tuple[Any, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


@pytest.mark.parametrize("dim", ["time", ("lon", "time"), None])
def test_variables_of_a_dataset_are_answered_each(sst: Any, dim: Any) -> None:
    """Over those of the dimensions that they have, as Datasets."""
    functions: Any = minloc
    few = sst.isel(time=0, drop=True).rename("few")
    several = xr.Dataset({"sst": sst, "few": few})
    own = {"time": (), ("lon", "time"): ("lon",), None: None}[dim]
    for name in "argmin", "nanargmax", "findmin", "argminmax":
        for where in True, several > 1, sst.isel(time=0, drop=True) > 1:
            words: Any = {"where": where, "default": -1}
            got = _parts(getattr(functions, name)(several, dim=dim, **words))
            assert all(type(part) is xr.Dataset for part in got)
            for a, over in (sst, dim), (few, own):
                words["where"] = where[a.name] if isinstance(where, xr.Dataset) else where
                want = _parts(getattr(functions, name)(a, dim=over, **words))
                for part, other in zip(got, want, strict=True):
                    assert part[a.name].compute().identical(other.compute().rename(a.name))
    got = minloc.minloc(several, dim=dim)
    assert len(got) == {"time": 1, ("lon", "time"): 2, None: 3}[dim]
    assert set(got[-1]) == ({"sst", "few"} if dim is None else {"sst"})
    best = functions.top_k(several, 1, dim="lat", mode="smallest")
    for a in sst, few:
        want = functions.top_k(a, 1, axis="lat", mode="smallest").indices
        np.testing.assert_array_equal(best.indices[a.name], want)
    for bad, match in ({"dim": "depth"}, "no dimension 'depth'"), ({"axis": 0}, "no dimension 0"):
        with pytest.raises(ValueError, match=match):
            functions.argmin(several, **bad)
    with pytest.raises(TypeError, match=r"top_k.* of a Dataset has no last axis; pass dim"):
        functions.top_k(several, 2)
    with pytest.raises(TypeError, match="takes no out"):
        functions.argmin(several, out=np.zeros(2))
    with pytest.raises(TypeError, match="Dataset"):
        functions.Partial.of("argmin", several)
