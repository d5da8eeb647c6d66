"""Stores of an array: Zarr, HDF5, memory maps, and anything that gives slices."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import zarr

import minloc
from minloc import _core
from support.arrays import Array

#: The package, as one that its stubs do not know: they take what NumPy takes.
public: Any = minloc


def ask(function: str, a: Any, *args: Any, **words: Any) -> Any:
    """Return the answer that the door of the package gives, whatever the core would say."""
    return _core.hand_on(function, a, *args, **words)


class Plain:
    """Anything that has a shape, a dtype and chunks, and gives slices."""

    def __init__(self, a: Array, chunks: tuple[int, ...] | None) -> None:
        self.a, self.chunks = a, chunks
        self.shape, self.dtype = a.shape, a.dtype
        self.met = np.zeros(a.shape, int)
        self.threads: set[str] = set()

    def __getitem__(self, key: Any) -> Array:
        self.met[key] += 1
        self.threads.add(threading.current_thread().name)
        part: Array = self.a[key].copy()
        return part


def as_zarr(path: Path, a: Array, **words: Any) -> Any:
    """Write an array as a Zarr store of version 3."""
    store = zarr.create_array(path / "a.zarr", shape=a.shape, dtype=a.dtype, name="x/y", **words)
    store[...] = a
    return zarr.open_array(path / "a.zarr", path="x/y", mode="r")


def as_hdf5(path: Path, a: Array, **words: Any) -> Any:
    """Write an array as a dataset of an HDF5 file."""
    with h5py.File(path / "a.h5", "w") as file:
        file.create_dataset("x/y", data=a, **words)
    return h5py.File(path / "a.h5", "r")["x/y"]


def as_map(path: Path, a: Array, **words: Any) -> Any:
    """Write an array as a .npy file, and map it."""
    np.save(path / "a.npy", words["layout"](a))
    return np.load(path / "a.npy", mmap_mode="r")


Opened = Callable[[Path, Array], Any]
STORES: dict[str, Opened] = {
    "zarr": lambda path, a: as_zarr(path, a, chunks=(2, 4, 3)),
    "zarr, shards": lambda path, a: as_zarr(path, a, chunks=(2, 4, 3), shards=(4, 4, 6)),
    "zarr, no codec": lambda path, a: as_zarr(path, a, chunks=(3, 4, 5), compressors=None),
    "hdf5, gzip": lambda path, a: as_hdf5(path, a, chunks=(2, 5, 4), compression="gzip"),
    "hdf5, contiguous": lambda path, a: as_hdf5(path, a),
    "plain": lambda path, a: Plain(a, (3, 2, 4)),
    "plain, one chunk": lambda path, a: Plain(a, a.shape),
    "map": lambda path, a: as_map(path, a, layout=np.ascontiguousarray),
    "map, Fortran": lambda path, a: as_map(path, a, layout=np.asfortranarray),
}
