"""A process that writes to an array, in a file that two map, while another one asks about it."""

from __future__ import annotations

import mmap
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from minloc import _core

#: In the two processes: set by the writer, and by who wants it to end.
writes: Any = None
stop: Any = None


#: The elements are those of a matrix.
ROWS, COLUMNS = 60, 99
SIZE = ROWS * COLUMNS
#: Those that never change: one of three side by side, and of three in a column.
STEADY: NDArray[np.bool] = np.add.outer(np.arange(ROWS), np.arange(COLUMNS)).ravel() % 3 == 0


class Processes(NamedTuple):
    """The two processes, and what their events are."""

    pool: ProcessPoolExecutor
    writes: Any
    stop: Any


@pytest.fixture(scope="module")
def processes() -> Iterator[Processes]:
    """Start the two processes once, for it takes longer than what they are asked."""
    context = multiprocessing.get_context("spawn")
    events = context.Event(), context.Event()
    with ProcessPoolExecutor(2, context, _keep, events) as pool:
        yield Processes(pool, *events)


def contents(dtype: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    """Yield the two contents between which the elements change; NaN are in one of them."""
    rng = np.random.default_rng(0)
    for has_nan in False, True:
        a = rng.integers(0, 2 if dtype.kind == "b" else 100, SIZE).astype(dtype)
        if has_nan and dtype.kind not in "biu":
            a[rng.random(SIZE) < 0.5] = "NaT" if dtype.kind == "M" else np.nan
        a[STEADY] = np.ones((), "i8").astype(dtype)
        yield a


def mapped(path: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the array that the two processes share."""
    with open(path, "r+b") as file:
        return np.frombuffer(mmap.mmap(file.fileno(), 0), dtype)


def while_writing(
    processes: Processes,
    path: Path,
    one: NDArray[Any],
    other: NDArray[Any],
    read: Callable[..., Any],
    *args: Any,
) -> Any:
    """Return what `read` returns in one process while the other writes two contents in turn."""
    one.tofile(path)
    processes.writes.clear()
    processes.stop.clear()
    # A pickled array comes back in the machine's byte order.
    contents = one.tobytes(), other.tobytes()
    writer = processes.pool.submit(_write, str(path), one.dtype, *contents)
    try:
        assert processes.writes.wait(60)
        found = processes.pool.submit(read, *args).result(120)
        assert not writer.done()
        return found
    finally:
        processes.stop.set()
        writer.result(60)


def rounds_of(seconds: float, enough: Callable[[], bool] = lambda: True) -> Iterator[str]:
    """Use each instruction set in turn, for some time, at least once; yield its name.

    It goes on for up to a minute until there is `enough`: where much else runs, the writer may have
    to wait for its turn longer than a test takes.
    """
    start, first = time.monotonic(), True
    while first or time.monotonic() < start + (seconds if enough() else 60):
        first = False
        for isa in _core.build_info()["isa_available"]:
            _core.use_isa(isa)
            yield isa


def _keep(*events: Any) -> None:
    """Keep the events that a process is given at its start."""
    global writes, stop
    writes, stop = events


def _write(path: str, dtype: np.dtype[Any], *contents: bytes) -> None:
    """Write the two contents in turn."""
    a = mapped(path, dtype)
    one, other = (np.frombuffer(content, dtype) for content in contents)
    few = slice(1, None, 297)  # these alone take no longer to write than a call does to read
    writes.set()
    while not stop.is_set():
        for _ in range(50):
            a[:] = other
            a[:] = one
        for _ in range(500):
            a[few] = other[few]
            a[few] = one[few]
