"""Large memory-mapped files: read through windows, which are let go of behind.

A map of a file is an array, and would be answered as one; but every page that was looked at would
count as memory of the process until the system wants it back. So windows of the map are asked side
by side, and the process gives their pages back. They stay in the system's page cache, and no page
is copied.

Only pages that the file holds, too, may be given back: those of a shared map. The pages of mode
``"c"`` are the only copy of what the user wrote there.
"""

from __future__ import annotations

import contextlib
import mmap
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._grid import Slices, boxes, grouped
from minloc._results import TopK
from minloc._stream import Call, stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Smaller maps are asked as arrays.
LARGE = 64 << 20


def knows(a: Any) -> bool:
    """Whether `a` is a memory map of NumPy's, with nothing added to its class."""
    return type(a) is np.memmap


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer for a map, dressed as NumPy's arrays of maps are."""
    call = Call.of(name, args, kwargs)
    if call.out is not None or not _may_be_released(call.a):
        words = call.words if call.out is None else {**call.words, "out": call.out}
        whole = getattr(_core, name)(call.a.view(np.ndarray), *call.args, **words)
        return whole if call.out is not None else _dressed(whole)
    return _dressed(stream(name, Map(call.a), call))


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


def _dressed(answer: Any) -> Any:
    """Return an answer with its arrays as those of `a` come back: as maps of nothing."""
    if isinstance(answer, TopK):
        return answer
    if isinstance(answer, tuple):
        parts = [_dressed(part) for part in answer]
        return type(answer)(*parts) if hasattr(answer, "_fields") else tuple(parts)
    return answer.view(np.memmap) if isinstance(answer, np.ndarray) else answer


class Map:
    """A memory map as a source of windows."""

    def __init__(self, a: np.memmap[Any, Any]) -> None:
        self.pages: Any = a._mmap  # type: ignore[attr-defined]
        self.array = a.view(np.ndarray)
        self.shape, self.dtype = a.shape, a.dtype
        axes = range(a.ndim)
        self.order = axes if a.flags.c_contiguous else tuple(reversed(axes))
        self.box = grouped(self.shape, None, self.dtype.itemsize, self.order)
        self.first = _address(np.frombuffer(self.pages, np.uint8))

    def boxes(self, kept: tuple[int, ...]) -> Iterator[Slices]:
        """Yield windows in the order of the file."""
        return boxes(self.shape, self.box, self.order)

    def read(self, box: Slices) -> NDArray[Any]:
        """Return a view."""
        return self.array[box]

    def release(self, box: Slices) -> None:
        """Give the pages of a window back, and those that it shares with its neighbours."""
        window = self.array[box]
        start = _address(window) - self.first
        stop = min(start + window.nbytes, len(self.pages))
        start -= start % mmap.PAGESIZE
        with contextlib.suppress(OSError):  # pages that are locked in memory are kept
            self.pages.madvise(mmap.MADV_DONTNEED, start, stop - start)
