"""Array stores: zarr, h5py, and anything else with a shape, a dtype, chunks and slicing.

A store is not converted to an array; it is read a few chunks at a time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minloc import _core
from minloc._adapters import chunk_files
from minloc._adapters.slices import as_array
from minloc._adapters.whole_chunks import WholeChunks
from minloc._grid import BYTES_AT_ONCE
from minloc._stream import Call, stream


def knows(a: Any) -> bool:
    """Whether `a` is a store: its `chunks` are the shape of each, or None.

    A Dask array, whose chunks are a tuple for each axis, is not a store, nor is an object that
    has an `argmin` of its own.
    """
    if isinstance(a, (np.ndarray, np.generic)) or hasattr(a, "argmin"):
        return False
    if not all(hasattr(a, name) for name in ("shape", "dtype", "chunks", "__getitem__")):
        return False
    if a.shape is None:  # an empty data set of HDF5, which is not even an array of nothing
        return False
    chunks = a.chunks
    return chunks is None or (
        isinstance(chunks, tuple)
        and len(chunks) == len(a.shape)
        and all(isinstance(n, (int, np.integer)) for n in chunks)
    )


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer for a store, as NumPy scalars and arrays."""
    call = Call.of(name, args, kwargs)
    store, words = call.a, call.words
    if call.out is not None:
        raise TypeError(
            f"{name}() of a {type(store).__module__}.{type(store).__qualname__} takes no out; "
            f"copy what it returns"
        )
    if math.prod(store.shape) * np.dtype(store.dtype).itemsize <= BYTES_AT_ONCE:
        return getattr(_core, name)(as_array(store[...]), *call.args, **words)
    return stream(name, source_of(store), call)


def source_of(store: Any) -> WholeChunks:
    """Return the source that reads the store fastest: its chunk files, mapped, or the store."""
    return chunk_files.ChunkFiles(store) if chunk_files.knows(store) else WholeChunks(store)
