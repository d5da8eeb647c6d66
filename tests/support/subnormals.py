"""Let a thread take subnormal numbers for zero, as it does in many programs.

A library that was built with ``-ffast-math`` sets the processor so when it is loaded, and
``torch.set_flush_denormal`` when it is called. There is no way to it from Python, so the few
instructions are written to memory and called.
"""

import ctypes
import mmap
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest


class Instructions(NamedTuple):
    """How a processor's floating-point state is read and set: functions of a pointer to it."""

    read: bytes
    write: bytes
    flush: int  #: the bits by which subnormal numbers are taken for zero


PROCESSORS = {
    # stmxcsr [rdi]; ret and ldmxcsr [rdi]; ret
    "x86_64": Instructions(bytes.fromhex("0fae1fc3"), bytes.fromhex("0fae17c3"), 0x8040),
    # mrs x1, fpcr; str x1, [x0]; ret and ldr x1, [x0]; msr fpcr, x1; ret
    "aarch64": Instructions(
        bytes.fromhex("01443bd5010000f9c0035fd6"),
        bytes.fromhex("010040f901441bd5c0035fd6"),
        1 << 24,
    ),
}


def _function(code: bytes) -> tuple[mmap.mmap, Callable[[Any], None]]:
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return memory, ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)


@contextmanager
def flushed_to_zero(*, really: bool = True) -> Iterator[None]:
    """Take subnormal numbers for zero in this thread; or change nothing, if not `really`."""
    if not really:
        yield
        return
    instructions = PROCESSORS.get(platform.machine())
    if instructions is None:
        pytest.skip("the instructions are not known for this processor")
    try:
        (hold_read, read), (hold_write, write) = map(_function, instructions[:2])
    except PermissionError:
        pytest.skip("memory cannot be made executable here")
    before = ctypes.c_uint64()
    read(ctypes.byref(before))
    write(ctypes.byref(ctypes.c_uint64(before.value | instructions.flush)))
    try:
        yield
    finally:
        write(ctypes.byref(before))
    del hold_read, hold_write
