"""``.zarr``: an array, or a group of arrays, in a folder."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from minloc._cli.errors import OrderlessError, UnreadableError, library, reading
from minloc._cli.formats.arrays import Arrays, Variable, nameless, unique


def read(path: str) -> Arrays:
    """Return the arrays of a store, of either version; groups in groups have names with ``/``."""
    zarr = library("zarr", "zarr", "to read Zarr stores")
    if not os.listdir(path):
        raise UnreadableError(path, "is an empty folder, not a Zarr store")
    with reading(path, "is damaged, or not a Zarr store"):
        try:
            node = zarr.open(path, mode="r")
        except FileNotFoundError:
            raise UnreadableError(
                path, "is not a Zarr store: it has no zarr.json or .zarray"
            ) from None
        arrays: dict[str, Any] = {}
        if isinstance(node, zarr.Array):
            arrays["value"] = node
        else:
            for name, member in sorted(node.members(max_depth=None), key=lambda pair: pair[0]):
                if isinstance(member, zarr.Array):
                    arrays[name] = member
    if not arrays:
        raise UnreadableError(path, "is a Zarr group without an array in it")
    return Arrays(
        path,
        tuple(arrays),
        lambda name: _variable(path, name, arrays[name]),
        attributes=dict(node.attrs),
    )


def _variable(path: str, name: str, array: Any) -> Variable:
    codecs = [
        *(getattr(array.metadata, "filters", None) or ()),
        getattr(array.metadata, "compressor", None),
        *(getattr(array.metadata, "codecs", None) or ()),
    ]
    if any("pickle" in f"{type(codec).__name__} {codec!r}".lower() for codec in codecs):
        raise UnreadableError(
            path,
            f"holds pickled objects in '{name}', which could run code when they are loaded, "
            "so it is not read",
        )
    attributes = dict(array.attrs)
    dims = getattr(array.metadata, "dimension_names", None)
    dims = attributes.pop("_ARRAY_DIMENSIONS", dims)
    if not isinstance(dims, list | tuple) or len(dims) != array.ndim:
        dims = nameless(array.ndim)
    defaults = nameless(array.ndim)
    named = tuple(str(dim or default) for dim, default in zip(dims, defaults, strict=True))
    if array.metadata.zarr_format == 2 and "_FillValue" not in attributes:
        # The conventions for version 2 let the store's own fill value stand for a missing one,
        # where the attributes say by their units or dimensions that they follow them. The labels of
        # an axis are all there, and 0, which is the usual fill value, is one of them.
        fill = array.metadata.fill_value
        if (
            fill is not None
            and named != (name.rpartition("/")[2],)
            and "_ARRAY_DIMENSIONS" in dict(array.attrs)
        ):
            attributes["_FillValue"] = fill
    return (
        Variable(name, array, unique(named), attributes)
        if _plain(array.dtype)
        else _refuse(path, name)
    )


def _plain(dtype: Any) -> bool:
    return np.dtype(dtype).kind in "biufcmMSUTO"


def _refuse(path: str, name: str) -> Variable:
    raise OrderlessError(path, f"has elements in '{name}' that have no order")
