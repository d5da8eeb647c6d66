"""Array stores: zarr, h5py, and whatever else has a shape, a dtype and chunks and can be sliced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._containers.classes import is_of

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


def as_array(piece: Any) -> NDArray[Any]:
    """Return a slice of a store as an array, with its mask if it has one."""
    return piece if is_of(piece, "numpy.ma", "MaskedArray") else np.asarray(piece)
