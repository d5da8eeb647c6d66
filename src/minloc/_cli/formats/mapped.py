"""Files mapped into memory, of which each page is read when it is first looked at.

Where a mapped file has become shorter by then, the system ends the process without a word. The
command prints a line instead, and ends with the exit status of a file that cannot be read.
"""

from __future__ import annotations

import mmap
import sys
import weakref
from typing import Any, Literal

import numpy as np

from minloc import _core
from minloc._cli.errors import WRONG, UnreadableError


def mapped(
    path: str,
    place: str,
    dtype: np.dtype[Any],
    start: int,
    shape: tuple[int, ...],
    order: Literal["C", "F"],
) -> np.memmap[Any, Any]:
    """Map an array that begins `start` bytes into the file at `place`, which is called `path`."""
    array = np.memmap(place, dtype=dtype, mode="r", offset=start, shape=shape, order=order)
    pages = getattr(array, "_mmap", None)
    if isinstance(pages, mmap.mmap):
        whole = np.frombuffer(pages, np.uint8)
        address = whole.__array_interface__["data"][0]
        watch(path, address, whole.nbytes)
        # The map lives as long as this array, which the arrays that are made of it keep.
        weakref.finalize(array, unwatch, address).atexit = False
    return array


def watch(path: str, address: int, size: int) -> None:
    """Print a line and exit if a page of this map of a file cannot be read."""
    reason = "became shorter while it was read, or its device failed"
    # A terminal may show a progress bar on the line.
    start = "\r\x1b[K" if sys.stderr is not None and sys.stderr.isatty() else ""
    line = f"{start}minloc: {UnreadableError(path, reason)}\n"
    _core.on_bus_error(address, size, line.encode(errors="backslashreplace"), WRONG)


def unwatch(address: int) -> None:
    """Stop that, before the map is given up."""
    _core.on_bus_error(address, 0, None, 0)
