"""Array stores: zarr, h5py, and whatever else has a shape, a dtype and chunks and can be sliced.

They are not loaded as a whole, but read a few chunks at a time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters import masked
from minloc._adapters.call import Call
from minloc._adapters.classes import name_of_class
from minloc._adapters.slices import as_array
from minloc._streams import Box, grouped, stream
from minloc._streams.grid import BYTES_AT_ONCE

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


def source_of(store: Any) -> Store:
    """Return the store as a source of boxes, which are read in the fastest available way."""
    from minloc._adapters import chunk_files  # which builds on this

    return chunk_files.ChunkFiles(store) if chunk_files.knows(store) else Store(store)


class Store:
    """A store as a source of boxes, which are whole chunks, or shards that are not large."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.shape = tuple([int(n) for n in store.shape])
        self.dtype = np.dtype(store.dtype)
        self.one_thread: bool = getattr(store, "one_thread", False)
        self.unit: tuple[int, ...] | None = store.chunks
        shards = getattr(store, "shards", None)
        if shards is not None and math.prod(shards) * self.dtype.itemsize <= BYTES_AT_ONCE:
            self.unit = shards

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of as many chunks as are read at once."""
        return grouped(self.shape, self.unit, self.dtype.itemsize, self.order(kept))

    def order(self, kept: tuple[int, ...]) -> tuple[int, ...]:
        """Return the kept axes first, so that chunks of the same slices are read together.

        A box then spans much of the reduced axes, and few answers are read and written for it.
        """
        axes = tuple(range(len(self.shape)))
        if self.unit is None:
            return axes
        return (*kept, *[i for i in axes if i not in kept])

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a box."""
        return as_array(self.store[box])

    def release(self, box: Box) -> None:
        """Do nothing: what was read is freed with its array."""
