"""Maps of answers as NetCDF and Zarr, by xarray, which then opens them with their coordinates.

Dates stay the numbers that they are in the file, with its units and calendar, so that nothing is
rounded. Other values are unpacked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.answer_map import AnswerMap
from minloc._cli.coordinates import coordinates
from minloc._cli.errors import RefusalError, library
from minloc._cli.formats.conventions import meaning, scaled
from minloc._cli.formats.missing import DEFAULT_FILLS
from minloc._cli.joined import Joined
from minloc._cli.location import NAMES

#: Attributes of the array that are true of its extremes, too.
ABOUT = ("units", "calendar", "long_name", "standard_name", "positive", "comment", "references")


def check(suffix: str) -> None:
    """Raise RefusalError if a library is missing."""
    what = "Zarr" if suffix == ".zarr" else "NetCDF"
    for name in ("xarray", "zarr" if suffix == ".zarr" else "h5netcdf"):
        library(name, "output", f"to write {what}")


def check_map(joined: Joined, axes: Sequence[int], suffix: str) -> None:
    """Raise RefusalError if the map of the answers cannot be written, before it is searched."""
    dtype = joined.dtype
    if dtype.kind not in "biufMmUSTO" or (dtype.kind == "f" and dtype.itemsize > 8):
        raise RefusalError(
            f"--output: elements of dtype {dtype} cannot be written as {suffix}: "
            ".npy has the indices, .csv and .parquet the values, too"
        )
    coordinates(joined, axes)


def write(path: str, made: AnswerMap) -> None:
    """Write a map of answers to a new file or store."""
    data = _dataset(made)
    if path.lower().endswith(".zarr"):
        data.to_zarr(path, mode="w-", consolidated=False)
    else:
        data.to_netcdf(path, mode="w", engine="h5netcdf")


def _dataset(made: AnswerMap) -> Any:
    import xarray as xr

    joined, part = made.joined, made.joined.parts[0]
    every = coordinates(joined, made.axes)
    coords: dict[str, Any] = {}
    if made.several["extreme"]:
        coords["extreme"] = ("extreme", [NAMES[end] for end in made.extremes.which])
    for name, one in every.items():
        if set(one.dims) <= set(made.dims):
            coords[name] = xr.Variable(one.dims, one.values, one.attributes, {"_FillValue": None})
    name = part.name.rpartition("/")[2]
    attributes = {key: part.attributes[key] for key in ABOUT if key in part.attributes}
    if len(made.extremes.which) == 1:
        reduced = "".join(f"{joined.dims[axis]}: " for axis in made.axes)
        attributes["cell_methods"] = f"{reduced}{NAMES[made.extremes.which[0]]}"
    variables = {name: _variable(made, _values(made), attributes)}
    for j, axis in enumerate(made.axes):
        dim = joined.dims[axis]
        about = {"long_name": f"index along {dim} of the {_ends(made)} of {name}"}
        variables[f"{dim}_index"] = _variable(made, made.places[j], about)
        if dim in every:
            about = {key: value for key, value in every[dim].attributes.items() if key != "axis"}
            about["long_name"] = f"{dim} of the {_ends(made)} of {name}"
            variables[f"{dim}_label"] = _variable(made, every[dim].values[made.places[j]], about)
    files = joined.files[0].path if len(joined.files) == 1 else f"{len(joined.files)} files"
    along = ", ".join(joined.dims[axis] for axis in made.axes)
    title = f"{_ends(made)} of {name} along {along} in {files}"
    return xr.Dataset(variables, coords, {"Conventions": "CF-1.11", "title": title})


def _ends(made: AnswerMap) -> str:
    return " and ".join(NAMES[end] for end in made.extremes.which)


def _values(made: AnswerMap) -> NDArray[Any]:
    """Return the elements unpacked; dates as numbers."""
    attributes = dict(made.joined.parts[0].attributes)
    if made.joined.unpacks:
        attributes.pop("scale_factor", None)
        attributes.pop("add_offset", None)
    elements = made.elements
    if elements.dtype.kind not in "biuf":
        return elements
    if " since " in str(attributes.get("units", "")):
        return np.asarray(scaled(elements, attributes))
    values = np.asarray(meaning(elements.dtype, attributes)(elements.ravel()))
    return values.reshape(elements.shape)


def _variable(made: AnswerMap, values: NDArray[Any], attributes: Mapping[str, Any]) -> Any:
    """Return a variable of the map, whose values are missing where there is no answer."""
    import xarray as xr

    values, kind = np.array(values), values.dtype.kind
    encoding: dict[str, Any] = {}
    missing = ~made.found
    if values.dtype == np.float16:
        values = values.astype(np.float32)  # which NetCDF has
    if kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    elif kind in "OT":
        values = np.array([str(one) for one in values.flat], object).reshape(values.shape)
    if missing.any():
        if kind in "biu":
            values, fill = _with_fill(values, missing)
            encoding["_FillValue"] = fill
        else:
            values[missing] = {"f": np.nan, "M": "NaT", "m": "NaT"}.get(kind, "")
    return xr.Variable(made.dims, values, dict(attributes), encoding)


def _with_fill(values: NDArray[Any], missing: NDArray[np.bool]) -> tuple[NDArray[Any], Any]:
    """Return integers with a value that none of them has where they are missing, and that value."""
    if values.dtype.itemsize == 1:
        values = values.astype(np.int16)
    fill = DEFAULT_FILLS[f"{values.dtype.kind}{values.dtype.itemsize}"]
    while (values[~missing] == fill).any():
        fill += 1 if values.dtype.kind == "i" else -1
    values[missing] = fill
    return values, values.dtype.type(fill)
