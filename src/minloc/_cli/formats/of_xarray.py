"""GRIB and GeoTIFF, by xarray with cfgrib and rioxarray: decoded fields on labelled axes.

Nothing but the reading is left to xarray: times and packed values mean what they mean in other
formats. GRIB is a heap of messages; those that make up one array are found by cfgrib, and where it
needs several sets of axes, each is a folder named for its kind of level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from minloc._cli.errors import UnreadableError, library, reading
from minloc._cli.formats.arrays import Arrays, Variable, unique
from minloc._cli.formats.table import Spelling
from minloc._cli.sources.source import Source

#: What splits messages that do not make up arrays on the same axes.
SPLIT = ("typeOfLevel", "paramId")


def read_grib(source: Source, memory: int, spelling: Spelling) -> Arrays:
    """Return the arrays that the messages of a GRIB file make up."""
    path = source.path
    xarray = library("xarray", "climate", "to read GRIB")
    with reading(path, "cannot be read"):  # its library raises errors of its own if it is not there
        cfgrib = library("cfgrib", "climate", "to read GRIB")
        dataset = library("cfgrib.dataset", "climate", "to read GRIB")
        engine = library("cfgrib.xarray_plugin", "climate", "to read GRIB").CfGribBackend
    place = source.place()

    def open_some(keys: dict[str, Any]) -> Any:
        # By the class of the engine: looking for its name would import all engines, and another
        # one's copy of the PROJ library ends the process by a crash.
        return xarray.open_dataset(
            place, engine=engine, mask_and_scale=False, decode_times=False, decode_timedelta=False,
            backend_kwargs={"indexpath": "", "errors": "raise", "filter_by_keys": keys},
        )  # fmt: skip

    def values(key: str, keys: dict[str, Any]) -> list[Any]:
        stream = cfgrib.FileStream(place, errors="raise")
        index = dataset.open_fileindex(stream, "", [*SPLIT, *keys], filter_by_keys=keys)
        return list(index[key])

    with reading(path, "is damaged, or not a GRIB file"):
        found = list(_groups(open_some, values, cfgrib.DatasetBuildError, {}, SPLIT))
        folders = unique(_level(data) for data in found)
    datasets = {"" if len(found) == 1 else f"{folder}/": data
                for folder, data in zip(folders, found, strict=True)}  # fmt: skip
    return _arrays(source, datasets, _of_fields)


def read_tiff(source: Source, memory: int, spelling: Spelling) -> Arrays:
    """Return the bands of a GeoTIFF."""
    path = source.path
    rioxarray = library("rioxarray", "climate", "to read GeoTIFF")
    rasterio = library("rasterio", "climate", "to read GeoTIFF")
    place = source.place()
    with reading(path, "is damaged, or not a TIFF file"):
        with rasterio.open(place) as file:
            masked = [[flag.name for flag in flags] for flags in file.mask_flag_enums]
            blocks = file.block_shapes[0] if file.block_shapes else None
        data = rioxarray.open_rasterio(place, masked=False, mask_and_scale=False)
    if isinstance(data, list):
        raise UnreadableError(path, "has images of several sizes: take them apart first")
    if any(flags == ["per_dataset"] for flags in masked):
        raise UnreadableError(
            path, "has a mask of its own, which is not read: write it as a nodata value"
        )
    if hasattr(data, "to_dataset") and not hasattr(data, "data_vars"):
        data = data.to_dataset(name=str(data.name or "value"))
    return _arrays(source, {"": data}, lambda shape: None if blocks is None else (1, *blocks))


def _groups(
    open_some: Callable[[dict[str, Any]], Any],
    values: Callable[[str, dict[str, Any]], list[Any]],
    mixed: type[Exception],
    keys: dict[str, Any],
    split: Sequence[str],
) -> Iterator[Any]:
    """Yield a dataset for each group of messages that have the same axes."""
    try:
        yield open_some(keys)
        return
    except mixed as error:
        further = error.args[2] if len(error.args) > 2 else None  # what tells the groups apart
        if further is None and not split:
            raise
    if further is None:
        further = [keys | {split[0]: value} for value in values(split[0], keys)]
        split = split[1:]
    for some in further:
        yield from _groups(open_some, values, mixed, some, split)


def _level(data: Any) -> str:
    for variable in data.data_vars.values():
        return str(variable.attrs.get("GRIB_typeOfLevel", "fields"))
    return "fields"


def _of_fields(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the part of an array that a message holds: its last two axes."""
    return (*(1 for _ in shape[:-2]), *shape[-2:])


def _arrays(
    source: Source,
    datasets: dict[str, Any],
    chunks: Callable[[tuple[int, ...]], tuple[int, ...] | None],
) -> Arrays:
    """Return the variables of xarray's datasets, whose names begin with those of their folders."""
    places = {f"{folder}{name}": (data, folder, str(name))
              for folder, data in datasets.items() for name in data.variables}  # fmt: skip
    if not any(data.data_vars for data in datasets.values()):
        raise UnreadableError(source.path, "has no array in it")

    def open_one(full: str) -> Variable:
        data, folder, name = places[full]
        variable = data.variables[name]
        attributes = dict(variable.attrs)
        if (attributes.get("scale_factor", 1.0), attributes.get("add_offset", 0.0)) == (1.0, 0.0):
            attributes.pop("scale_factor", None)
            attributes.pop("add_offset", None)
        if name in data.data_vars:
            others = (other for other in data.coords if other not in data.dims)
            attributes["coordinates"] = " ".join(f"{folder}{other}" for other in others)
        parts = chunks(variable.shape) if name in data.data_vars else None
        return Variable(full, _Lazy(variable, parts), tuple(map(str, variable.dims)), attributes)

    def close() -> None:
        for data in datasets.values():
            data.close()
        source.close()

    return Arrays(source.path, tuple(places), open_one, close, check=source.check)


class _Lazy:
    """A variable of xarray as a store.

    Parameters
    ----------
    variable : xarray.Variable
        The variable, whose elements are read when they are asked for.
    chunks : tuple of int or None
        What is read at once.
    """

    def __init__(self, variable: Any, chunks: tuple[int, ...] | None) -> None:
        self._variable, self.shape = variable, tuple(map(int, variable.shape))
        self.dtype = np.dtype(variable.dtype)
        if chunks is not None and len(chunks) == len(self.shape):
            self.chunks = tuple(map(int, chunks))

    def __getitem__(self, key: Any) -> Any:
        return np.asarray(self._variable[key].values)
