"""Stores whose slices are masked arrays: what is masked is no candidate, on every path."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import dask.array
import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import xarray as xr

from minloc import Partial
from support.answers import FUNCTIONS, NAN_FORMS, same
from support.arrays import Array, fill
from support.stores import ask

masked: Any = np.ma.array


class Masked:
    """A store of nothing but a masked array."""

    def __init__(self, a: Any, chunks: tuple[int, ...] | None) -> None:
        self.a, self.chunks = a, chunks
        self.shape, self.dtype = a.shape, a.dtype

    def __getitem__(self, key: Any) -> Any:
        return self.a[key]


def as_netcdf(path: Path, a: Any, **words: Any) -> Any:
    """Write an array to a file of NetCDF, what is masked as the fill value, and open it."""
    netcdf = pytest.importorskip("netCDF4")
    with netcdf.Dataset(path / "a.nc", "w") as file:
        dims = [file.createDimension(f"d{i}", n).name for i, n in enumerate(a.shape)]
        variable = file.createVariable("v", "i2", dims, fill_value=-99, **words)
        variable.scale_factor = 0.5
        variable[...] = a
    return netcdf.Dataset(path / "a.nc")["v"]


STORES: dict[str, Callable[[Path, Any], Any]] = {
    "chunks": lambda path, a: Masked(a, (3, 2, 4)),
    "no chunks": lambda path, a: Masked(a, None),
    "netCDF4": as_netcdf,
    "netCDF4, chunks": lambda path, a: as_netcdf(path, a, chunksizes=(3, 2, 4), zlib=True),
}


def holes(shape: tuple[int, ...]) -> Array:
    """Return a mask for about a third of the elements."""
    return np.random.default_rng(4).random(shape) < 0.3


def called(function: str, a: Any, way: Any = ask, **words: Any) -> Any:
    """Return the answer, or its error."""
    try:
        return way(function, a, *([2] if function == "top_k" else []), **words)
    except (TypeError, ValueError) as error:
        return error


def as_chunk(*args: Any, **words: Any) -> Any:
    """Return the answer of one chunk that is the whole."""
    return Partial.of(*args, **words).finish()


@pytest.mark.parametrize("size", ["boxes", "at once"])
@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_masked_is_no_candidate(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, size: str, function: str
) -> None:
    """In boxes, at once, as a chunk, and with a mask besides; what hides there would have won."""
    if size == "boxes":
        request.getfixturevalue("small")
    shape = (7, 6, 10)
    hidden = holes(shape)
    data = fill("few values", "f8", shape)
    data[hidden] = np.where(np.arange(hidden.sum()) % 2, -40, 40)
    a = masked(data, mask=hidden)
    store = STORES[kind](tmp_path, a)
    where = fill("few values", "f8", shape[1:]) > 0
    for axis in None, 0, -1, (2, 0):
        words: list[dict[str, Any]] = [{}, {"where": where}]
        if function != "top_k":
            words.append({"where": Masked(masked(where, mask=holes(shape)[0]), (2, 4))})
            words.append({"ties": "last", "default": -1, "where": False})
        if function not in NAN_FORMS:
            words.append({"nan_policy": "raise"})
        for given in words:
            plain = dict(given)
            if isinstance(given.get("where"), Masked):
                plain["where"] = where & ~holes(shape)[0]
            want = called(function, a, axis=axis, **plain)
            assert same(called(function, store, axis=axis, **given), want), (axis, given)
            assert same(called(function, store, as_chunk, axis=axis, **given), want), (axis, given)


def test_a_masked_mask_is_one_for_any_array() -> None:
    """What is masked in `where` is not chosen, whether it is a store, an array or a part of one."""
    a, where = np.array([3, 1, 2]), masked([True, True, True], mask=[False, True, False])
    for mask in where, Masked(where, None), Masked(where, (2,)):
        for one in a, a.tolist(), masked(a), Masked(masked(a), (2,)):
            assert ask("argmin", one, where=mask) == 2
        assert Partial.of("argmin", a, where=mask).finish() == 2


@pytest.mark.parametrize("size", ["boxes", "at once"])
def test_a_mask_of_a_store_may_be_of_any_library(request: pytest.FixtureRequest, size: str) -> None:
    """What has chunks of its own is not always a store."""
    if size == "boxes":
        request.getfixturevalue("small")
    a = np.random.default_rng(3).permutation(400) / 2
    store = Masked(a, (50,))
    chosen = a > 100
    want = ask("argmin", a, where=chosen)
    for where in (
        pa.chunked_array([chosen[:70], chosen[70:]]),
        pd.Series(chosen, dtype="boolean"),
        xr.DataArray(chosen, dims="x"),
        dask.array.from_array(chosen, chunks=30),
        Masked(chosen, (30,)),
        chosen.tolist(),
    ):
        assert ask("argmin", store, where=where) == want
    with pytest.raises(TypeError, match="Dataset"):
        ask("argmin", store, where=xr.Dataset({"m": ("x", chosen)}))
    for bad in pa.chunked_array([[1] * 400]), xr.DataArray(a, dims="x"), Masked(a, (30,)):
        with pytest.raises(TypeError, match="where must be an array of bool, got one of dtype"):
            ask("argmin", store, where=bad)


def test_netcdf_variables_of_several_files(tmp_path: Path) -> None:
    """As one, which has no chunks of its own."""
    netcdf = pytest.importorskip("netCDF4")
    data = masked([[3, 1], [2, 5], [0, 4], [-9, 7]], "i2", mask=[[0, 0], [0, 0], [0, 0], [1, 0]])
    for number, part in enumerate((data[:2], data[2:])):
        path = tmp_path / f"a{number}.nc"
        with netcdf.Dataset(path, "w", format="NETCDF4_CLASSIC") as file:
            file.createDimension("t", None)
            file.createDimension("x", 2)
            file.createVariable("v", "i2", ("t", "x"), fill_value=-9)[:] = part
    variable = netcdf.MFDataset(sorted(tmp_path.glob("*.nc")))["v"]
    for axis in None, 0, 1:
        assert same(called("findmin", variable, axis=axis), called("findmin", data, axis=axis))
        assert same(
            called("argmin", variable, as_chunk, axis=axis), called("argmin", data, axis=axis)
        )


def test_netcdf_variables_are_as_they_are_set(tmp_path: Path) -> None:
    """Unpacked and masked, unless that is switched off."""
    variable = as_netcdf(tmp_path, masked([3.5, 0, 1.5], mask=[False, True, False]))
    found = ask("findmin", variable)
    assert (found.values, found.indices, found.values.dtype) == (1.5, 2, np.float64)
    variable.set_auto_scale(False)
    assert ask("findmin", variable).values == 3
    variable.set_auto_mask(False)
    assert ask("findmin", variable) == (-99, 1)
    with pytest.raises(TypeError, match="takes no out"):
        ask("argmin", variable, out=np.zeros((), int))


def test_a_dataset_without_a_shape_is_refused(tmp_path: Path) -> None:
    """HDF5 has data sets that are no array, not even an empty one."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        nothing = file.create_dataset("x", data=h5py.Empty("f8"))
        for function in FUNCTIONS:
            for x in nothing, h5py.Empty("f8"):
                error = called(function, x)
                assert isinstance(error, TypeError)
                assert f"{function}() does not support a h5py." in str(error)
                assert "whose shape is None" in str(error)
                with pytest.raises(TypeError, match="whose shape is None"):
                    Partial.of(function, x, *([1] if function == "top_k" else []))
        with pytest.raises(TypeError, match=r"where does not support a h5py.*shape is None"):
            ask("argmin", [1, 2], where=nothing)
