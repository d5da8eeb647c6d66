"""A cube of maps in files, larger than what may be held: every axis and pair of axes.

    python -m benchmarks.streaming [--gigabytes 2] [--folder DIR]

A (time, y, x) cube of random float32 is written as .npy and as Zarr, with one map a chunk and with
cubes, compressed and not. argmin along every axis, every pair and all of them, from the page cache,
is timed against reading the same bytes into memory: by `numpy.array` of the memory map, and by a
loop over the store's chunks. Every answer is held against that for the cube in memory. The script
fails if an answer is wrong, if one takes more than 1.5 times as long as reading, or if more
anonymous memory is taken than twice the answer and 100 MB.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

import minloc

Axes = int | tuple[int, ...] | None
AXES: tuple[Axes, ...] = (0, 1, 2, (0, 1), (0, 2), (1, 2), None)
#: By name: the shape of a chunk of a (time, y, x) cube, None for a file that is mapped, and whether
#: it is compressed.
STORES: dict[str, tuple[tuple[int, int, int] | None, bool]] = {
    "memory map": (None, False),
    "Zarr, maps": ((1, 1000, 1000), False),
    "Zarr, maps, compressed": ((1, 1000, 1000), True),
    "Zarr, cubes": ((50, 200, 200), False),
    "Zarr, cubes, compressed": ((50, 200, 200), True),
}
MOST_TIMES, MOST_ANSWERS, MOST_BYTES = 1.5, 2, 100 << 20
ROUNDS = 3


def write(folder: Path, cube: np.ndarray[Any, Any]) -> None:
    """Write the stores."""
    import zarr

    np.save(folder / "cube.npy", cube)
    for name, (chunks, compressed) in STORES.items():
        if chunks is not None:
            how = {} if compressed else {"compressors": None}
            store = zarr.create_array(
                folder / name, shape=cube.shape, chunks=chunks, dtype="f4", **how
            )
            store[...] = cube


def opened(folder: Path, name: str) -> Any:
    """Return the store of this name."""
    if STORES[name][0] is None:
        return np.load(folder / "cube.npy", mmap_mode="r")
    import zarr

    return zarr.open_array(folder / name, mode="r")


def read(store: Any) -> None:
    """Read all bytes of a store once, as a program without minloc does."""
    if isinstance(store, np.memmap):
        np.array(store)
        return
    starts = [range(0, n, size) for n, size in zip(store.shape, store.chunks, strict=True)]
    for place in itertools.product(*starts):
        store[tuple([slice(at, at + n) for at, n in zip(place, store.chunks, strict=True)])]


def timed(function: Callable[..., Any], *args: Any) -> tuple[float, Any]:
    """Return the seconds that a call takes, and its answer."""
    start = time.perf_counter()
    answer = function(*args)
    return time.perf_counter() - start, answer


def anonymous() -> int:
    """Return the bytes of memory that this process holds and that are of no file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon"):
            return int(line.split()[1]) << 10
    raise OSError("the system does not say how much anonymous memory a process has")


@contextmanager
def watched() -> Iterator[list[int]]:
    """Give a list that has, in the end, the most anonymous memory that came on top."""
    before, most, done = anonymous(), [0], threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            most[0] = max(most[0], anonymous() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def main() -> int:
    """Print the table; 1 if something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    times = max(int(told.gigabytes * (1 << 30)) // 4_000_000, 1)
    cube = np.random.default_rng(0).random((times, 1000, 1000), dtype="f4")
    want = {axis: minloc.argmin(cube, axis) for axis in AXES}
    wrong = 0
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder = Path(name)
        write(folder, cube)
        del cube
        print(f"{'':<24} {'axis':<7} {'read, s':>8} {'argmin':>7} {'/ read':>7} {'MB':>5}")
        for store in STORES:
            for axis in AXES:
                reads, ours, megabytes = [], [], 0
                for _ in range(ROUNDS):
                    reads.append(timed(read, opened(folder, store))[0])
                    with watched() as most:
                        seconds, got = timed(minloc.argmin, opened(folder, store), axis)
                    ours.append(seconds)
                    megabytes = max(megabytes, most[0] >> 20)
                    wrong += not np.array_equal(got, want[axis])
                    allowed = MOST_ANSWERS * np.asarray(got).nbytes + MOST_BYTES
                    wrong += most[0] > allowed
                ratio = min(ours) / min(reads)
                wrong += ratio > MOST_TIMES
                label = "".join(str(axis).split())
                print(
                    f"{store:<24} {label:<7} {min(reads):8.2f} {min(ours):7.2f} "
                    f"{ratio:7.2f} {megabytes:5}",
                    flush=True,
                )
    print("as promised" if not wrong else f"{wrong} promises broken")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
