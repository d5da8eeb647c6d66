"""Array stores are not loaded as a whole, but read a few chunks at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minloc._adapters import chunk_files, masked
from minloc._adapters.call import Call
from minloc._adapters.whole_chunks import WholeChunks
from minloc._containers.classes import name_of_class
from minloc._containers.stores import as_array
from minloc._containers.stores import knows as knows
from minloc._streams import stream, stream_windows
from minloc._streams.grid import BYTES_AT_ONCE


def answer(call: Call) -> Any:
    """Return the answer to a call about a store, as NumPy scalars and arrays."""
    store, progress = call.a, call.keywords.get("progress")
    if "out" in call.keywords:
        raise TypeError(
            f"{call.name}() of a {name_of_class(store)} takes no out; copy what it returns"
        )
    call = call.without("progress")
    if _is_small(store):
        return _of_elements(call)
    return stream(call.name, source_of(store), call.keywords, progress).finish()


def windows(call: Call) -> Any:
    """Return the answer to a call about windows, which is read in boxes that overlap."""
    store, progress = call.a, call.keywords.get("progress")
    call = call.without("progress")
    if _is_small(store):
        return _of_elements(call)
    return stream_windows(call.name, WholeChunks(store), call.keywords, progress)


def _is_small(store: Any) -> bool:
    """Whether a store is read as a whole."""
    size: int = math.prod(store.shape) * np.dtype(store.dtype).itemsize
    return size <= BYTES_AT_ONCE


def _of_elements(call: Call) -> Any:
    """Return the answer about a store that is read as a whole."""
    whole = as_array(call.a[...])
    if type(whole) is np.ndarray:
        return masked.ask(call, whole, None)
    return masked.ask(call, *masked.values_of(whole))


def source_of(store: Any) -> WholeChunks:
    """Return the store as a source of boxes, which are read in the fastest available way."""
    return chunk_files.ChunkFiles(store) if chunk_files.knows(store) else WholeChunks(store)
