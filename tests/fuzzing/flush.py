"""Flush-to-zero, as libraries built with -ffast-math and torch switch it on: for one thread.

The processor then takes subnormal numbers for zeros. There is no way from Python to switch it but
to run two instructions from a page of memory.
"""

from __future__ import annotations

import contextlib
import ctypes
import mmap
import platform
from collections.abc import Iterator

#: stmxcsr [rdi]; ret, and ldmxcsr [rdi]; ret, by the calling convention of Unix.
_CODE = b"\x0f\xae\x1f\xc3" + b"\x0f\xae\x17\xc3"
#: Subnormal results are zeros, and subnormal operands are.
_FLUSH = 1 << 15 | 1 << 6


class Control:
    """The control register of the calling thread's vector unit."""

    def __init__(self) -> None:
        readable = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        self._page = mmap.mmap(-1, len(_CODE), prot=readable)
        self._page.write(_CODE)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        function = ctypes.CFUNCTYPE(None, ctypes.POINTER(ctypes.c_uint32))
        self._store, self._load = function(start), function(start + 4)

    @contextlib.contextmanager
    def flushing(self) -> Iterator[None]:
        """Take subnormal numbers for zeros meanwhile, in this thread."""
        before = ctypes.c_uint32()
        self._store(ctypes.byref(before))
        self._load(ctypes.byref(ctypes.c_uint32(before.value | _FLUSH)))
        try:
            yield
        finally:
            self._load(ctypes.byref(before))


def control() -> Control | None:
    """Return the register, or None where it is not known how to reach it."""
    if platform.machine() != "x86_64" or platform.system() not in ("Linux", "Darwin"):
        return None
    try:
        return Control()
    except OSError:  # a system that lets nobody run what he has written
        return None
