"""Array stores: zarr, h5py, and whatever else has a shape, a dtype and chunks and can be sliced.

They are not loaded as a whole, but read a few chunks at a time.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minloc._adapters import chunk_files, masked
from minloc._adapters.call import Call
from minloc._adapters.classes import name_of_class
from minloc._adapters.slices import as_array
from minloc._adapters.whole_chunks import WholeChunks
from minloc._streams import stream
from minloc._streams.grid import BYTES_AT_ONCE


def knows(a: Any) -> bool:
    """Whether `a` is a store: its `chunks` are the shape of each, or None.

    A Dask array is not a store, because its chunks are a tuple for each axis; neither is an object
    with an `argmin` of its own.
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


def answer(call: Call) -> Any:
    """Return the answer to a call about a store, as NumPy scalars and arrays."""
    store, progress = call.a, call.keywords.get("progress")
    if "out" in call.keywords:
        raise TypeError(
            f"{call.name}() of a {name_of_class(store)} takes no out; copy what it returns"
        )
    call = call.without("progress")
    if math.prod(store.shape) * np.dtype(store.dtype).itemsize <= BYTES_AT_ONCE:
        whole = as_array(store[...])
        if type(whole) is np.ndarray:
            return masked.ask(call, whole, None)
        return masked.ask(call, *masked.values_of(whole))
    return stream(call.name, source_of(store), call.keywords, progress).finish()


def source_of(store: Any) -> WholeChunks:
    """Return the store as a source of boxes, which are read in the fastest available way."""
    return chunk_files.ChunkFiles(store) if chunk_files.knows(store) else WholeChunks(store)
