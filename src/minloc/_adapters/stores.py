"""Array stores: zarr, h5py, and whatever else has a shape, a dtype and chunks, and gives slices.

They are not made arrays of, but are read a few chunks at a time.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._adapters.slices import as_array
from minloc._grid import BYTES_AT_ONCE, Slices, grouped
from minloc._stream import Call, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray


def knows(a: Any) -> bool:
    """Whether `a` is a store: its `chunks` are the shape of each, or None.

    A Dask array, whose chunks are a tuple for each axis, is none, and neither is what has an
    `argmin` of its own.
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


def source_of(store: Any) -> Store:
    """Return the store as what is read in boxes, in the quickest way that there is for it."""
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
        """Return the axes so that, of a store with chunks, those of the same slices are together.

        A box then spans much of the reduced axes, and little of the answers is fetched for it.
        """
        axes = tuple(range(len(self.shape)))
        if self.unit is None:
            return axes
        return (*kept, *[i for i in axes if i not in kept])

    def read(self, box: Slices) -> NDArray[Any]:
        """Return the elements of a box."""
        return as_array(self.store[box])

    def release(self, box: Slices) -> None:
        """Nothing is held."""
