"""``.zarr``: an array, or a group of arrays, in a folder."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from minloc._cli.errors import OrderlessError, UnreadableError, library, reading
from minloc._cli.formats.arrays import Arrays, Variable, nameless, unique
from minloc._cli.sources.reached import reaching
from minloc._cli.sources.remote import file_system, is_address, options_for
from minloc._cli.sources.source import Source

#: The files that say that a folder is a Zarr store.
METADATA = ("zarr.json", ".zarray", ".zgroup", ".zmetadata")


def read(path: str) -> Arrays:
    """Return the arrays of a store in a folder, or at an address."""
    if is_address(path):
        file_system(path)  # which says what is missing
        storage = library("zarr.storage", "zarr", "to read Zarr stores")
        with reaching(path):
            there = storage.FsspecStore.from_url(
                path, storage_options=options_for(path), read_only=True
            )
            try:
                return _of_store(path, there, close=lambda: _hang_up(there.fs))
            except BaseException:
                _hang_up(there.fs)
                raise
    if not os.listdir(path):
        raise UnreadableError(path, "is an empty folder, not a Zarr store")
    return _of_store(path, path)


def _hang_up(system: Any) -> None:
    """Close the connections of a file system of fsspec's, which leaves that to its users."""
    session = getattr(system, "_session", None)
    loop = getattr(session, "_loop", None)
    if session is not None and loop is not None and loop.is_running():
        import asyncio  # only here, because it is slow to import

        asyncio.run_coroutine_threadsafe(session.close(), loop).result(5)


def of_zip(source: Source, names: Sequence[str]) -> Arrays:
    """Return the arrays of a store in a zip file, whose members have these names."""
    storage = library("zarr.storage", "zarr", "to read Zarr stores")
    folders = {name.rpartition("/")[0] for name in names if name.rpartition("/")[2] in METADATA}
    folder = min(folders, key=len)
    inside = f"{folder}/" if folder else ""
    if not all(name.startswith(inside) for name in names):
        raise UnreadableError(source.path, "holds more than one Zarr store: unpack it first")
    with reading(source.path, "is a damaged zip file"):
        store = storage.ZipStore(source.place(), mode="r")

    def close() -> None:
        store.close()
        source.close()

    return _of_store(source.path, store, folder, close, source.check)


def _of_store(
    path: str,
    store: Any,
    folder: str = "",
    close: Callable[[], None] = lambda: None,
    check: Callable[[], None] = lambda: None,
) -> Arrays:
    """Return the arrays of a store, of either version; groups in groups have names with ``/``."""
    zarr = library("zarr", "zarr", "to read Zarr stores")
    with reading(path, "is damaged, or not a Zarr store"):
        with reaching(path) if is_address(path) else nullcontext():
            try:
                node = zarr.open(store, path=folder or None, mode="r")
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
        close,
        check=check,
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
    if not _plain(array.dtype):
        raise OrderlessError(path, f"has elements in '{name}' that have no order")
    return Variable(name, Chunks(path, array), unique(named), attributes)


class Chunks:
    """An array of a store, which names the chunk that cannot be read.

    Parameters
    ----------
    path : str
        The store as the user named it.
    array : zarr.Array
        The array.
    """

    def __init__(self, path: str, array: Any) -> None:
        self._path, self._array = path, array
        self.shape, self.dtype = array.shape, array.dtype
        self.chunks, self.shards = array.chunks, getattr(array, "shards", None)

    def __getitem__(self, key: Any) -> Any:
        try:
            return self._array[key]
        except Exception as error:
            reason = error.strerror if isinstance(error, OSError) else None
            where = self._damaged(key)
            raise UnreadableError(
                self._path,
                f"{where} cannot be read: {reason or error or type(error).__name__}",
            ) from error

    def _damaged(self, key: Any) -> str:
        """Return the name of the first chunk that cannot be read of those for this key."""
        array = self._array
        keys = key if isinstance(key, tuple) else (key,)
        numbers = []
        for length, size, part in zip(self.shape, self.shards or self.chunks, keys, strict=False):
            place = part if isinstance(part, slice) else slice(part, part + 1)
            start, stop, _ = place.indices(length)
            which = range(start // size, -(-stop // size))
            numbers.append([(n, slice(n * size, (n + 1) * size)) for n in which])
        for chunk in itertools.product(*numbers):
            try:
                array[tuple(place for _, place in chunk)]
            except Exception:
                name = array.metadata.encode_chunk_key(tuple(number for number, _ in chunk))
                return f"chunk {array.path}/{name}".replace(" /", " ")
        return "a chunk"


def _plain(dtype: Any) -> bool:
    return np.dtype(dtype).kind in "biufcmMSUTO"
