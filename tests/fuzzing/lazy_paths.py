"""The ways to ask a call of what is not an array in memory: stores, Dask's arrays and xarray's."""

from __future__ import annotations

import functools
import math
import tempfile
from collections.abc import Iterator
from typing import Any

import dask
import dask.array as da
import h5py
import numpy as np
import xarray as xr
import zarr

import minloc
from fuzzing.boxes import small_boxes
from fuzzing.calls import Call, Rng
from fuzzing.paths import Broken, Way, cut, keywords
from support.arrays import Array
from support.bits import same_bits

ml: Any = minloc  # which promises nothing of arrays that are not NumPy's


class Store:
    """The least that is a store: a shape, a dtype, chunks, and slices."""

    def __init__(self, a: Array, chunks: tuple[int, ...] | None) -> None:
        self.shape, self.dtype, self.chunks = a.shape, a.dtype, chunks
        self._a = a

    def __getitem__(self, key: Any) -> Array:
        return np.array(self._a[key])


def stores(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of the least that is a store, in chunks or without, read in small boxes."""
    if call.out is not None:
        return
    chunks = _chunk(a.shape, rng) if rng.random() < 0.8 else None
    where: Any = mask
    if mask is not None and rng.random() < 0.3:
        where = Store(mask, _chunk(mask.shape, rng))
    yield from _of_store(call, Store(a, chunks), where, rng)


def zarrs(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of a Zarr array: in memory, and in files, compressed or not."""
    if call.out is not None or not _fits(a, "biufcmMU"):
        return
    with tempfile.TemporaryDirectory() as folder:
        words: dict[str, Any] = {} if rng.random() < 0.4 else {"compressors": None}
        words["zarr_format"] = int(rng.choice([2, 3], p=[0.2, 0.8]))
        in_memory = rng.random() < 0.3
        store: Any = zarr.storage.MemoryStore() if in_memory else folder + "/a.zarr"
        chunks = _chunk(a.shape, rng)
        with _quiet():  # of dtypes that not all who read Zarr arrays know
            x = zarr.create_array(store, shape=a.shape, dtype=a.dtype, chunks=chunks, **words)
            x[...] = a
        if x.dtype == a.dtype and same_bits(np.asarray(x[...]), a):
            yield from _of_store(call, x, mask, rng, str(words))


def hdf5(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of a dataset of an HDF5 file, in chunks or in one run."""
    if call.out is not None or not _fits(a, "biufcS"):
        return
    words: dict[str, Any] = {}
    if a.size and a.ndim and rng.random() < 0.7:
        words["chunks"] = tuple(map(min, _chunk(a.shape, rng), a.shape))
        words["compression"] = [None, "gzip"][int(rng.integers(2))]
    with h5py.File(f"{id(a)}", "w", driver="core", backing_store=False) as file:
        x = file.create_dataset("x", data=a, **words)
        if x.dtype == a.dtype and same_bits(np.asarray(x[...]), a):
            yield from _of_store(call, x, mask, rng)


def _of_store(call: Call, store: Any, mask: Any, rng: Rng, more: str = "") -> Iterator[Way]:
    function = functools.partial(getattr(ml, call.name), store, *call.args)
    kind = f"{type(store).__module__}.{type(store).__name__}, chunks {store.chunks} {more}"
    itemsize = store.dtype.itemsize
    with small_boxes(math.prod(store.shape) * itemsize, itemsize, rng) as told:
        yield Way(f"of a {kind}, {told}", lambda: function(**keywords(call, mask)))


def _fits(a: Array, kinds: str) -> bool:
    """Whether a file can hold the array: of these kinds, no 80-bit floats, no users' dtypes."""
    wide = a.dtype.kind in "fc" and np.empty(0, a.dtype).real.itemsize > 8
    return a.dtype.kind in kinds and a.dtype.isbuiltin != 2 and not wide


def _chunk(shape: tuple[int, ...], rng: Rng) -> tuple[int, ...]:
    return tuple(max(1, int(rng.integers(max(1, n // 6), n + 2))) for n in shape)


def _quiet() -> Any:
    import warnings

    return warnings.catch_warnings(action="ignore")


def chunked(a: Array, rng: Rng) -> Any:
    """Return a Dask array in random chunks, some of them empty."""
    chunks = []
    for n in a.shape:
        parts = cut((n,), int(rng.choice([0, 0, 1, 2, 4])), rng) if n else []
        sizes = [box[0].stop - box[0].start for box in parts]
        if rng.random() < 0.9:
            sizes = [size for size in sizes if size]  # a chunk with nothing in it is rare
        chunks.append(tuple(sizes or [0]))
    return da.from_array(a, chunks=tuple(chunks), name=False)


def _may_be_lazy(call: Call) -> bool:
    """Whether it can be asked lazily: an answer without parts leaves nothing to compute."""
    return call.values.nbytes <= 1 << 20 and not (
        call.name in ("minloc", "maxloc") and not call.axes
    )


def dasks(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of a Dask array in random chunks, whose sizes are sometimes not known."""
    if call.out is not None or not _may_be_lazy(call):
        return
    x = chunked(a, rng)
    where: Any = mask
    if mask is not None and rng.random() < 0.5:
        where = chunked(mask, rng)
    unknown = ""
    may_hide = a.ndim and (mask is None or mask.ndim < a.ndim or len(mask) == 1)
    if may_hide and 0 not in [n for sizes in x.chunks for n in sizes] and rng.random() < 0.2:
        x = x[da.from_array(np.ones(len(a), bool), chunks=(x.chunks[0],))]
        unknown = ", sizes along axis 0 not known"
    scheduler = str(rng.choice(["synchronous", "threads"]))
    of_mask = where.chunks if isinstance(where, da.Array) else "as it is"
    how = f"Dask, chunks {x.chunks}, mask {of_mask}{unknown}"
    words = keywords(call, where)

    def computed() -> Any:
        lazy = getattr(ml, call.name)(x, *call.args, **words)
        parts = lazy if isinstance(lazy, tuple) else (lazy,)
        answers = dask.compute(*parts, scheduler=scheduler)
        for promise, got in zip(parts, answers, strict=True):
            if not isinstance(promise, da.Array):
                raise Broken(f"there is a {type(promise)} among the answers, and no Dask array")
            if np.ndim(got) and promise.dtype != got.dtype:  # scalars are native, and may be int
                raise Broken(f"a dtype of {promise.dtype} was promised, and it is {got.dtype}")
            if not unknown and promise.shape != np.shape(got):
                raise Broken(f"a shape of {promise.shape} was promised, and it is {np.shape(got)}")
        return _rebuilt(lazy, answers)

    place = "any, as far as known" if unknown else "any"
    yield Way(how + f", {scheduler}", computed, place)


def _rebuilt(like: Any, parts: Any) -> Any:
    """Return parts as the answer that they are."""
    if not isinstance(like, tuple):
        return parts[0]
    return type(like)(*parts) if hasattr(like, "_fields") else tuple(parts)


def xarrays(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it of a DataArray over an array or over a Dask array, with names for axes and masks."""
    lazy = rng.random() < 0.4 and _may_be_lazy(call)
    as_it_takes_them = a.dtype.kind != "T" and (a.dtype.kind not in "mM" or a.dtype.isnative)
    if call.out is not None or not as_it_takes_them or a.dtype == "M8[D]":
        return  # it changes the others, or refuses them
    dims = tuple("abcde"[: a.ndim])
    with _quiet():
        x = xr.DataArray(chunked(a, rng) if lazy else a, dims=dims)
    if x.dtype != a.dtype:
        return
    words = {**call.words}
    # What a DataArray's own reductions leave out is left out by default there, so it is asked for.
    if not call.name.startswith("nan"):
        words["nan_policy"] = call.nan_policy
    if call.has_axes and call.axis is not None and "axis" in words and rng.random() < 0.5:
        names: Any = tuple(dims[i] for i in call.axes)
        words["axis"] = names if isinstance(call.axis, tuple) else names[0]
    if mask is not None:
        labelled = mask.ndim <= a.ndim and rng.random() < 0.5
        words["where"] = _labelled(mask, dims, rng) if labelled else mask

    def asked() -> Any:
        answer = getattr(ml, call.name)(x, *call.args, **words)
        parts = answer if isinstance(answer, tuple) else (answer,)
        for part in parts:
            _check_dims(call, dims, part)
        data = [part.compute(scheduler="synchronous").data for part in parts]
        found = [one if one.ndim else one[()] for one in data]
        if a.dtype.kind == "O" and call.name.startswith("find") and data[0].ndim == 0:
            found[0] = data[0].item()  # xarray makes an array of an object, of whatever dtype
        return _rebuilt(answer, found)

    over = f"a Dask array in chunks {x.chunks}" if lazy else "an array"
    yield Way(f"DataArray over {over}, words {words}", asked, "any" if lazy else "first")


def _labelled(mask: Array, dims: tuple[str, ...], rng: Rng) -> Any:
    """Return a mask as a DataArray, without dimensions of size 1, the others in any order."""
    names = dims[len(dims) - mask.ndim :]
    long = [axis for axis, n in enumerate(mask.shape) if n != 1]
    whole = xr.DataArray(mask.reshape([mask.shape[i] for i in long]), dims=[names[i] for i in long])
    return whole.transpose(*[names[long[i]] for i in rng.permutation(len(long))])


def _check_dims(call: Call, dims: tuple[str, ...], part: Any) -> None:
    if not isinstance(part, xr.DataArray):
        raise Broken(f"there is a {type(part)} among the answers, and no DataArray")
    kept = tuple(dims[i] for i in call.kept)
    want = dims if call.keepdims else kept
    if call.name == "top_k":
        one = call.axis is not None and not isinstance(call.axis, tuple) and len(dims) > 0
        want = dims if one else (*kept, part.dims[-1])
        if len(set(part.dims)) < len(part.dims):
            raise Broken(f"dimensions have one name: {part.dims}")
    if part.dims != want:
        raise Broken(f"the dimensions are {part.dims}, not {want}")
