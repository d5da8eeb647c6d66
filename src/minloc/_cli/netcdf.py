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
from minloc._cli.coordinates import as_dates, coordinates
from minloc._cli.errors import RefusalError, library
from minloc._cli.formats.conventions import meaning, scaled, unpacked
from minloc._cli.formats.missing import DEFAULT_FILLS
from minloc._cli.formats.times import CALENDARS, MONTHS
from minloc._cli.joined import Joined
from minloc._cli.location import NAMES, text

#: Attributes of the array that are true of its extremes, too.
ABOUT = ("units", "calendar", "long_name", "standard_name", "positive", "comment", "references")

#: The units of NumPy's clock, in words.
CLOCK = {
    "D": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds",
    "us": "microseconds", "ns": "nanoseconds",
}  # fmt: skip


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
        # In memory: where HDF5 cannot write, it tries again when the process ends, and crashes.
        content = data.to_netcdf(engine="h5netcdf")
        with open(path, "wb") as file:
            file.write(content)


def _dataset(made: AnswerMap) -> Any:
    import xarray as xr

    joined, part = made.joined, made.joined.parts[0]

    def variable(values: NDArray[Any], attributes: Mapping[str, Any]) -> Any:
        return _variable(made.dims, values, attributes, ~made.found)

    every = coordinates(joined, () if made.stand is not None else made.axes)
    coords: dict[str, Any] = {}
    if made.several["extreme"]:
        coords["extreme"] = ("extreme", _names(made))
    kept = {joined.dims[axis] for axis in made.kept}
    for name, one in every.items():
        if set(one.dims) <= kept:
            values = one.values
            if made.stand is not None and (dim := joined.dims[made.axes[0]]) in one.dims:
                values = np.take(values, made.stand, one.dims.index(dim))
            coords[name] = _variable(one.dims, values, one.attributes, False)
    by = ""
    if (groups := made.groups) is not None:
        by = f" by {', '.join(groups.values)}"
        for name, values in groups.values.items():
            coords[name] = _variable((groups.dim,), values, {}, False)
    name = part.name.rpartition("/")[2]
    attributes = {key: part.attributes[key] for key in ABOUT if key in part.attributes}
    if len(made.extremes.which) == 1 and made.extremes.near is None and not by:
        reduced = "".join(f"{joined.dims[axis]}: " for axis in made.axes)
        attributes["cell_methods"] = f"{reduced}{NAMES[made.extremes.which[0]]}"
    variables = {name: variable(_values(made), attributes)}
    for j, axis in enumerate(made.axes):
        dim = joined.dims[axis]
        about = {"long_name": f"index along {dim} of the {_ends(made)} of {name}"}
        variables[f"{dim}_index"] = variable(made.places[j], about)
        if dim in every:
            about = {key: value for key, value in every[dim].attributes.items() if key != "axis"}
            about["long_name"] = f"{dim} of the {_ends(made)} of {name}"
            variables[f"{dim}_label"] = variable(every[dim].values[made.places[j]], about)
    files = joined.files[0].path if len(joined.files) == 1 else f"{len(joined.files)} files"
    along = ", ".join(joined.dims[axis] for axis in made.axes)
    title = f"{_ends(made)} of {name} along {along}{by} in {files}"
    return xr.Dataset(variables, coords, {"Conventions": "CF-1.11", "title": title})


def _ends(made: AnswerMap) -> str:
    return " and ".join(_names(made))


def _names(made: AnswerMap) -> list[str]:
    """Return what the extremes that are asked for are called."""
    called = dict(zip(("min", "max"), made.extremes.called, strict=True))
    return [NAMES[called[end]] for end in made.extremes.which]


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


def _variable(
    dims: Sequence[str], values: NDArray[Any], attributes: Mapping[str, Any], missing: Any
) -> Any:
    """Return a variable of types that NetCDF has, where some values may be missing."""
    import xarray as xr

    if " since " in str(attributes.get("units", "")):
        values, attributes = _readable(values, attributes)
    about, fill = dict(attributes), None
    missing = np.broadcast_to(missing, values.shape)
    if values.dtype.kind in "Mm":
        missing = missing | np.isnat(values)
        values, about["units"] = _counted(values)
    values, kind = np.array(values), values.dtype.kind
    if values.dtype == np.float16:
        values = values.astype(np.float32)
    elif kind in "SOTU":
        texts = np.array([text(one) for one in values.flat], object).reshape(values.shape)
        values = np.where(missing, "", texts)
    elif kind == "f":
        values[missing] = np.nan
    elif missing.any():
        values, fill = _with_fill(values, missing)
    if kind == "f" and missing.any():
        fill = np.nan
    return xr.Variable(dims, values, about, {"_FillValue": fill})


def _readable(
    values: NDArray[Any], attributes: Mapping[str, Any]
) -> tuple[NDArray[Any], Mapping[str, Any]]:
    """Return numbers since a date such that xarray reads them: it has no months and years."""
    unit = str(attributes["units"]).strip().partition(" ")[0].lower()
    if unit in MONTHS and CALENDARS.get(str(attributes.get("calendar", "")).lower()) != "360_day":
        values, attributes = as_dates(values, attributes)
        dated = values.dtype.kind == "M"
    else:
        dated = np.asarray(unpacked(values.ravel()[:1], attributes)).dtype.kind in "MO"
    if dated:
        return values, attributes
    about = {key: one for key, one in attributes.items() if key not in ("units", "calendar")}
    return values, about | {"comment": f"in {attributes['units']}"}


def _counted(values: NDArray[Any]) -> tuple[NDArray[np.int64], str]:
    """Return dates or durations of NumPy's as numbers, and their unit."""
    unit, step = np.datetime_data(values.dtype)
    if unit not in CLOCK or step != 1:
        unit = "D" if unit in "YMW" else "s"
        values = values.astype(f"{values.dtype.kind}8[{unit}]")
    since = " since 1970-01-01" if values.dtype.kind == "M" else ""
    return values.astype(np.int64), CLOCK[unit] + since


def _with_fill(values: NDArray[Any], missing: NDArray[np.bool]) -> tuple[NDArray[Any], Any]:
    """Return integers with a value that none of them has where they are missing, and that value."""
    if values.dtype.itemsize == 1:
        values = values.astype(np.int16)
    fill = DEFAULT_FILLS[f"{values.dtype.kind}{values.dtype.itemsize}"]
    while (values[~missing] == fill).any():
        fill += 1 if values.dtype.kind == "i" else -1
    values[missing] = fill
    return values, values.dtype.type(fill)
