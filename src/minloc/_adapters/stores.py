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
from minloc._window_axes import WINDOW_FUNCTIONS


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
    if call.name in WINDOW_FUNCTIONS:  # whose boxes overlap, so they are not chunks
        return stream_windows(call.name, WholeChunks(store), call.keywords, progress)
    return stream(call.name, source_of(store), call.keywords, progress).finish()


def source_of(store: Any) -> WholeChunks:
    """Return the store as a source of boxes, which are read in the fastest available way."""
    return chunk_files.ChunkFiles(store) if chunk_files.knows(store) else WholeChunks(store)
