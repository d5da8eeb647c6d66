"""minloc on Dask arrays, against Dask's own argmin and min: ``python benchmarks/dask_speed.py``.

What must hold: never slower than `da.argmin`, and at most 1.2 times `da.min`. The contenders take
turns in one process, with the threads scheduler, on data that are in memory; each repeat makes a
graph and computes it. The ratios are of medians; the exit status says whether they hold: 0 if so.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import dask
import dask.array as da
import numpy as np

import minloc

CHUNKS = [(1000, 1000), (8000, 500), (500, 8000)]
AXES: list[int | None] = [None, 0, 1]
#: What a ratio of two medians may be off by on a quiet machine.
NOISE = 1.03


def computed(function: Callable[..., Any], x: Any, axis: int | None) -> Any:
    """Return the answer of a function for a Dask array, computed."""
    return dask.compute(function(x, axis))[0]


def race(contenders: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Return the median time of each, of so many turns each."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for turn in range(repeats + 1):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = time.perf_counter()
            contenders[name]()
            if turn:  # the first warms up
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(some) for name, some in times.items()}


def main() -> int:
    """Print a table, and return 0 if minloc is fast enough everywhere."""
    parser = argparse.ArgumentParser(description="minloc on Dask arrays, against Dask's own")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--size", type=int, default=8000, help="of both axes of the array")
    options = parser.parse_args()
    n = options.size
    a = np.random.default_rng(0).random((n, n))
    misses = 0
    print(f"({n}, {n}) float64, {options.repeats} repeats, milliseconds")
    print(f"{'chunks':>14} {'axis':>5} {'minloc':>8} {'da.argmin':>9} {'da.min':>8}", end="")
    print(f" {'/argmin':>8} {'/min':>6}")
    for chunks in CHUNKS:
        x = da.from_array(a, chunks=chunks, name=f"data-{chunks}")
        for axis in AXES:
            expected = minloc.argmin(a, axis)
            np.testing.assert_array_equal(dask.compute(minloc.argmin(x, axis))[0], expected)
            times = race(
                {
                    "minloc": partial(computed, minloc.argmin, x, axis),
                    "argmin": partial(computed, da.argmin, x, axis),
                    "min": partial(computed, da.min, x, axis),
                },
                options.repeats,
            )
            ours, theirs, least = (1e3 * times[name] for name in ("minloc", "argmin", "min"))
            holds = ours <= theirs * NOISE and ours <= 1.2 * least * NOISE
            misses += not holds
            print(
                f"{chunks!s:>14} {axis!s:>5} {ours:8.1f} {theirs:9.1f} {least:8.1f} "
                f"{ours / theirs:8.2f} {ours / least:6.2f}{'' if holds else '  too slow'}"
            )
    return int(misses > 0)


if __name__ == "__main__":
    with dask.config.set(scheduler="threads"):
        sys.exit(main())
