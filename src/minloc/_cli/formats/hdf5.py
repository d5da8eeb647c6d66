"""``.h5`` and ``.nc``: HDF5, and NetCDF-4, which is HDF5 with names for axes.

NetCDF-4 keeps in HDF5 what only it needs: a data set for each dimension without a variable, whose
elements mean nothing, a prefix for a variable that has a dimension's name but other axes, and the
default fill value as a property instead of an attribute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from minloc._cli.errors import OrderlessError, UnreadableError, library, reading
from minloc._cli.formats.arrays import Arrays, Variable, nameless, unique
from minloc._cli.formats.characters import Texts
from minloc._cli.formats.compound import Compound, columns
from minloc._cli.formats.hdf5_filters import check_filters
from minloc._cli.formats.missing import with_default_fill
from minloc._cli.formats.table import Spelling
from minloc._cli.sources.source import Source

NOT_A_VARIABLE = b"This is a netCDF dimension but not a netCDF variable"
PREFIX = "_nc4_non_coord_"
#: How deep groups are followed.
DEEPEST = 100


def read(source: Source, memory: int, spelling: Spelling) -> Arrays | Compound:
    """Return the data sets of a file; those in groups have names with ``/``.

    A file that holds nothing but a data set of records is a table.
    """
    h5py = library("h5py", "hdf5", "to read HDF5 and NetCDF files")
    path = source.path
    with reading(path, "is damaged, or not an HDF5 file"):
        file = h5py.File(source.file(), "r")
        stored: dict[str, str] = {}
        links: dict[str, str] = {}
        for place, target in _walk(h5py, file, "", (), {}):
            folder, _, last = place.rpartition("/")
            last = last.removeprefix(PREFIX)
            found = stored if target is None else links
            found[f"{folder}/{last}" if folder else last] = place if target is None else target
    if not stored and not links:
        raise UnreadableError(path, "is an HDF5 file without a data set in it")

    def open_one(name: str) -> Variable:
        if name in links:
            return _linked(path, file, name, links[name], h5py)
        place, _, field = name, "", ""
        if name not in stored:
            place, _, field = name.rpartition("/")
        with reading(path, f"has a damaged data set '{name}'"):
            return _variable(path, name, file[stored[place]], h5py, field)

    def close() -> None:
        file.close()
        source.close()

    if len(stored) == 1 and not links:
        [data] = (file[place] for place in stored.values())
        if columns(data, h5py):
            return Compound(data, source, memory, close)
    names: list[str] = []
    for name, place in stored.items():
        with reading(path, f"has a damaged data set '{name}'"):
            fields = _fields(file[place])
        names += [f"{name}/{field}" for field in fields] or [name]
    also = tuple(links)
    if not names:
        names, also = list(links), ()
    whole = {key: _plain(value) for key, value in file.attrs.items()}
    return Arrays(path, tuple(names), open_one, close, also, source.check, whole)


def _walk(
    h5py: Any, group: Any, folder: str, above: tuple[Any, ...], known: dict[Any, str]
) -> Iterator[tuple[str, str | None]]:
    """Yield the place of each data set in a group, and where it links to; None if it is there.

    A data set with several names is there at the first of them. `above` are the addresses of the
    groups around this one, and `known` the data sets that were found.
    """
    seen = {h5py.h5o.get_info(group.id).addr, *above}
    links = []
    for key in group:
        place = f"{folder}/{key}" if folder else key
        link = group.get(key, getlink=True)
        if isinstance(link, h5py.SoftLink | h5py.ExternalLink):
            links.append((place, _target(link)))
            continue
        item = group[key]
        if not isinstance(item, h5py.Group | h5py.Dataset):
            continue
        address = h5py.h5o.get_info(item.id).addr
        if isinstance(item, h5py.Group):
            if address not in seen and len(above) < DEEPEST:
                yield from _walk(h5py, item, place, (*seen,), known)
        elif item.shape is not None and _is_variable(item):
            yield place, known.get(address)
            known.setdefault(address, place)
    yield from links


def _target(link: Any) -> str:
    """Return where a link leads to, as text."""
    file = getattr(link, "filename", "")
    return f"{file}:{link.path}" if file else str(link.path)


def _is_variable(data: Any) -> bool:
    name = data.attrs.get("NAME", b"") if data.attrs.get("CLASS") == b"DIMENSION_SCALE" else b""
    return not bytes(name if isinstance(name, bytes) else str(name).encode()).startswith(
        NOT_A_VARIABLE
    )


def _fields(data: Any) -> tuple[str, ...]:
    """Return the fields of a data set of records; each of them is a variable."""
    return tuple(data.dtype.names or ())


def _linked(path: str, file: Any, name: str, target: str, h5py: Any) -> Variable:
    try:
        data = file[name]
    except (KeyError, OSError) as error:
        raise UnreadableError(path, f"has a link '{name}' to {target}, which leads nowhere") from (
            error
        )
    if not isinstance(data, h5py.Dataset) or data.shape is None or _fields(data):
        raise OrderlessError(path, f"has a link '{name}' to {target}, which is not an array")
    with reading(path, f"has a damaged data set '{name}'"):
        return _variable(path, name, data, h5py, "")


def _variable(path: str, name: str, data: Any, h5py: Any, field: str) -> Variable:
    check_filters(path, name, data, h5py)
    if data.is_virtual:
        opened = data.file.filename  # a copy has no neighbours, and what is at an address no name
        beside = os.path.exists(opened)
        folder = os.path.dirname(os.path.abspath(opened))
        for source in data.virtual_sources():
            there = os.path.join(folder, source.file_name)
            missing = not beside or ("%" not in there and not os.path.exists(there))
            if source.file_name != "." and missing:
                raise UnreadableError(
                    path, f"takes '{name}' from {source.file_name}, which is not there"
                )
    attributes = {key: _plain(value) for key, value in data.attrs.items()}
    dims = _dims(data, name)
    defined = data.id.get_create_plist().fill_value_defined()
    if defined == h5py.h5d.FILL_VALUE_USER_DEFINED and data.dtype.kind in "iuf":
        filled = with_default_fill(attributes, data.dtype)
        if data.fillvalue == filled.get("_FillValue"):  # so NetCDF wrote it
            attributes = filled
    store = data.fields(field) if field else data
    dtype = data.dtype[field] if field else data.dtype
    if dtype.kind == "O" and h5py.check_string_dtype(dtype) is not None and not field:
        store = data.asstr()
    elif dtype.kind not in "biufcmMS" or dtype.shape:
        raise OrderlessError(path, f"has elements in '{name}' that have no order: dtype {dtype}")
    if dtype == "S1" and data.ndim and data.shape[-1] and "DIMENSION_LIST" in attributes:
        store, dims = Texts(store), dims[:-1]  # NetCDF has characters, HDF5 has texts of length 1
    return Variable(name, store, unique(dims), attributes)


def _dims(data: Any, name: str) -> list[str]:
    """Return the names of the axes: of their scales, or their own, or made up."""
    dims = []
    scale = data.attrs.get("CLASS") == b"DIMENSION_SCALE"
    numbers = data.attrs.get("_Netcdf4Coordinates") if scale and data.ndim > 1 else None
    for i, default in enumerate(nameless(data.ndim)):
        dim = data.dims[i].label
        if len(data.dims[i]):
            dim = data.dims[i][0].name.rpartition("/")[2]
        elif scale and i == 0:
            dim = name.rpartition("/")[2]
        elif numbers is not None and len(numbers) == data.ndim:
            dim = _dimension(data.parent, int(numbers[i]))
        dims.append(dim.removeprefix(PREFIX) or default)
    return dims


def _dimension(group: Any, number: int) -> str:
    """Return the name of the dimension with this number in NetCDF-4, "" if there is none."""
    while True:
        for key, item in group.items():
            if item.attrs.get("_Netcdf4Dimid", -1) == number and "CLASS" in item.attrs:
                return str(key)
        if group.name == "/":
            return ""
        group = group.parent


def _plain(value: Any) -> Any:
    """Return an attribute, one that is an array of a single element as the element."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if getattr(value, "shape", None) == (1,):
        return _plain(value[0])
    return value
