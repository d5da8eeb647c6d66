"""``.h5`` and ``.nc``: HDF5, and NetCDF-4, which is HDF5 with names for axes."""

from __future__ import annotations

from typing import Any

from minloc._cli.errors import UnreadableError, library, reading
from minloc._cli.formats.arrays import Arrays, Variable, nameless


def read(path: str) -> Arrays:
    """Return the data sets of a file; those in groups have names with ``/``."""
    h5py = library("h5py", "hdf5", "to read HDF5 and NetCDF files")
    with reading(path, "is damaged, or not an HDF5 file"):
        file = h5py.File(path, "r")
        names: list[str] = []

        def visit(name: str, item: Any) -> None:
            if isinstance(item, h5py.Dataset) and item.shape is not None:
                names.append(name)

        file.visititems(visit)
    if not names:
        raise UnreadableError(path, "is an HDF5 file without a data set in it")

    def open_one(name: str) -> Variable:
        with reading(path, f"has a damaged data set '{name}'"):
            return _variable(path, name, file[name], h5py)

    return Arrays(path, tuple(names), open_one, file.close)


def _variable(path: str, name: str, data: Any, h5py: Any) -> Variable:
    if data.dtype.kind == "O" and h5py.check_string_dtype(data.dtype) is not None:
        data = data.asstr()
    elif data.dtype.kind not in "biufcmMS":
        raise UnreadableError(
            path, f"has elements in '{name}' that have no order: dtype {data.dtype}"
        )
    dims = []
    for i, default in enumerate(nameless(len(data.shape))):
        scales = getattr(data, "dims", None)
        dim = ""
        if scales is not None:
            dim = scales[i].label
            if len(scales[i]):
                dim = scales[i][0].name.rpartition("/")[2]
            elif "CLASS" in data.attrs and data.attrs["CLASS"] == b"DIMENSION_SCALE":
                dim = name.rpartition("/")[2]
        dims.append(dim or default)
    attributes = (
        {key: _plain(value) for key, value in data.attrs.items()} if hasattr(data, "attrs") else {}
    )
    return Variable(name, data, tuple(dims), attributes)


def _plain(value: Any) -> Any:
    """Return an attribute, one that is an array of a single element as the element."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if getattr(value, "shape", None) == (1,):
        return _plain(value[0])
    return value
