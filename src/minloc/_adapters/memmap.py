"""Large memory-mapped files: read through windows, whose pages are given back behind.

A map of a file is an array, and could be answered as one; but every page that was read would count
as memory of the process until the system takes it back. So the map is read in windows, and the
process gives the pages of each back. They stay in the system's page cache, and nothing is copied.

Only the pages of a shared map may be given back, because the file has them too. The pages of mode
``"c"`` are the only copy of what the user wrote there.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import mmap
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters.call import Call
from minloc._results import TopK
from minloc._streams import stream, stream_windows
from minloc._streams.grid import Box, bytes_at_once, grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Smaller maps are answered as arrays, and no window is larger.
LARGE = 64 << 20
#: A window may consist of runs of the file that are at least as long as a typical read-ahead.
LONG_RUN = 128 << 10


def knows(a: Any) -> bool:
    """Whether `a` is a memory map of NumPy's, with nothing added to its class."""
    return type(a) is np.memmap


def answer(call: Call) -> Any:
    """Return the answer to a call about a map, of the classes that NumPy returns for maps."""
    progress = call.keywords.get("progress")
    call = call.without("progress")
    if "out" in call.keywords:
        return call.answer(call.a.view(np.ndarray))
    if not _may_be_released(call.a):
        return _as_maps(call.answer(call.a.view(np.ndarray)))
    return _as_maps(stream(call.name, Map(call.a), call.keywords, progress).finish())


def windows(call: Call) -> Any:
    """Return the answer to a call about windows along a map."""
    progress = call.keywords.get("progress")
    call = call.without("progress")
    if call.keywords.get("axis", -1) is None or not _may_be_released(call.a):
        return _as_maps(call.answer(call.a.view(np.ndarray)))
    return _as_maps(stream_windows(call.name, Map(call.a), call.keywords, progress))


def _may_be_released(a: np.memmap[Any, Any]) -> bool:
    """Whether it is large, one run of memory, and all of it lies in a shared map of a file."""
    pages = getattr(a, "_mmap", None)
    if (
        sys.platform != "linux"
        or a.nbytes < LARGE
        or not (a.flags.c_contiguous or a.flags.f_contiguous)
        or a.mode not in ("r", "r+", "w+")
        or type(pages) is not mmap.mmap
        or a.dtype.hasobject
    ):
        return False
    first = _address(np.frombuffer(pages, np.uint8))
    return first <= _address(a) and _address(a) + a.nbytes <= first + len(pages)


def _address(a: NDArray[Any]) -> int:
    address: int = a.__array_interface__["data"][0]
    return address


def _as_maps(answer: Any) -> Any:
    """Return an answer with its arrays as maps without a file, as NumPy returns them."""
    if isinstance(answer, TopK):
        return answer
    if isinstance(answer, tuple):
        parts = [_as_maps(part) for part in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else tuple(parts)
    return answer.view(np.memmap) if isinstance(answer, np.ndarray) else answer


class Map:
    """A memory map as a source of windows."""

    one_thread = False

    def __init__(self, a: np.memmap[Any, Any]) -> None:
        self.pages: Any = a._mmap  # type: ignore[attr-defined]
        self.array = a.view(np.ndarray)
        self.shape, self.dtype = a.shape, a.dtype
        axes = tuple(range(a.ndim))
        self.in_file = axes if a.flags.c_contiguous else axes[::-1]
        self.first = _address(np.frombuffer(self.pages, np.uint8))

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of a window: one run of the file, or long runs of whole slices."""
        itemsize = self.dtype.itemsize
        if whole:
            slice_ = [1 if i in kept else n for i, n in enumerate(self.shape)]
            box = grouped(self.shape, slice_, itemsize, self.in_file, LARGE)
            runs = math.prod([box[i] for i in self.in_file[: self._outer_axes(box)]])
            if runs * LONG_RUN <= math.prod(box) * itemsize <= LARGE:
                return box
        limit = bytes_at_once(self.shape, kept, itemsize, LARGE)
        return grouped(self.shape, None, itemsize, self.in_file, limit)

    def order(self, kept: tuple[int, ...]) -> tuple[int, ...]:
        """Return the axes in the order of the file."""
        return self.in_file

    def read(self, box: Box) -> NDArray[Any]:
        """Return a view."""
        return self.array[box]

    def release(self, box: Box) -> None:
        """Give the pages of a window back, also those that it shares with its neighbours."""
        if not hasattr(mmap, "MADV_DONTNEED"):  # on Windows, which finds out by itself
            return
        window = self.array[box]
        outer = self.in_file[: self._outer_axes(window.shape)]
        inner = [n for i, n in enumerate(window.shape) if i not in outer]
        size = math.prod(inner) * self.dtype.itemsize
        first = _address(window) - self.first
        for place in itertools.product(*[range(window.shape[i]) for i in outer]):
            steps = zip(outer, place, strict=True)
            start = first + sum([window.strides[i] * at for i, at in steps])
            stop = min(start + size, len(self.pages))
            start -= start % mmap.PAGESIZE
            with contextlib.suppress(OSError):  # pages that are locked in memory are kept
                self.pages.madvise(mmap.MADV_DONTNEED, start, stop - start)

    def _outer_axes(self, box: Sequence[int]) -> int:
        """Return how many axes are outside the runs of the file that a window is made of."""
        axis = len(box)
        while axis > 1 and box[self.in_file[axis - 1]] == self.shape[self.in_file[axis - 1]]:
            axis -= 1
        return max(axis - 1, 0)
