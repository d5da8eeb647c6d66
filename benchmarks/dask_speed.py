"""minloc on Dask arrays, against Dask's own argmin and min: ``python benchmarks/dask_speed.py``.

What must hold: never slower than `da.argmin`, and at most 1.2 times `da.min`, or 1.3 times where
there is an answer for each of a million slices. The contenders take turns in one process, on data
that are in memory; each repeat makes a graph and computes it, on threads or on worker processes
that hold the data. Groups that span all chunks must be answered three times as fast as by flox, and
by pandas in each chunk. The ratios are of medians; the exit status says whether they hold: 0 if so.
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
import distributed
import numpy as np

import minloc

CHUNKS = [(1000, 1000), (8000, 500), (500, 8000)]
AXES: list[int | None] = [None, 0, 1]
#: Maps, one after the other, and how many of them make a chunk.
MAPS, MAPS_OF_CHUNK = (400, 721, 1440), 10
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


def holds(x: Any, axis: int | None, name: str, expected: Any, most: float, repeats: int) -> bool:
    """Print a line of the table, and return whether minloc is fast enough."""
    np.testing.assert_array_equal(dask.compute(minloc.argmin(x, axis))[0], expected)
    times = race(
        {
            "minloc": partial(computed, minloc.argmin, x, axis),
            "argmin": partial(computed, da.argmin, x, axis),
            "min": partial(computed, da.min, x, axis),
        },
        repeats,
    )
    ours, theirs, least = (1e3 * times[name] for name in ("minloc", "argmin", "min"))
    fast = ours <= theirs * NOISE and ours <= most * least * NOISE
    print(
        f"{name:>20} {axis!s:>5} {ours:8.1f} {theirs:9.1f} {least:8.1f} "
        f"{ours / theirs:8.2f} {ours / least:6.2f}{'' if fast else '  too slow'}",
        flush=True,
    )
    return fast


def squares(n: int, repeats: int) -> list[bool]:
    """Return for square matrices, in several chunks and along all axes, what is fast enough."""
    a = np.random.default_rng(0).random((n, n))
    print(f"({n}, {n}) float64, on threads")
    results = []
    for chunks in CHUNKS:
        x = da.from_array(a, chunks=chunks, name=f"data-{chunks}")
        for axis in AXES:
            results.append(holds(x, axis, str(chunks), minloc.argmin(a, axis), 1.2, repeats))
    return results


def maps(workers: int, repeats: int) -> list[bool]:
    """Return for "when was each place coldest" what is fast enough."""
    chunks = (MAPS_OF_CHUNK, *MAPS[1:])
    print(f"{MAPS} float32, in chunks of {MAPS_OF_CHUNK}")
    a = np.random.default_rng(0).random(MAPS, np.float32)
    x = da.from_array(a, chunks=chunks, name="maps")
    results = [holds(x, 0, "threads", minloc.argmin(a, 0), 1.3, repeats)]
    if workers == 0:
        return results
    with (
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster),
    ):
        rng = da.random.default_rng(0)
        x = rng.random(MAPS, dtype=np.float32, chunks=chunks).persist()
        distributed.wait(x)
        expected = minloc.argmin(x.compute(), 0)
        results.append(holds(x, 0, f"{workers} processes", expected, 1.3, repeats))
    return results


def by_flox(x: Any, by: Any, count: int) -> Any:
    """Return the index of the smallest element of each group, by flox."""
    import flox

    answer, _ = flox.groupby_reduce(
        x, by, func="argmin", expected_groups=np.arange(count), engine="numpy"
    )
    return answer.compute()


def by_pandas(x: Any, by: Any) -> Any:
    """Return the same by pandas: in each chunk, and then of what these have found."""
    import pandas as pd

    def part(a: Any, labels: Any, start: int) -> Any:
        at = pd.Series(a).groupby(labels).idxmin()
        return pd.DataFrame({"by": at.index, "a": a[at.to_numpy()], "at": at.to_numpy() + start})

    def merge(parts: list[Any]) -> Any:
        every = pd.concat(parts, ignore_index=True)
        return every["at"][every.groupby("by")["a"].idxmin()].to_numpy()

    starts = np.cumsum([0, *x.chunks[0]])[:-1].tolist()
    parts = zip(x.to_delayed(), by.to_delayed(), starts, strict=True)
    ask, join = dask.delayed(part), dask.delayed(merge)
    return join([ask(*one) for one in parts]).compute()


def groups(size: int, repeats: int) -> list[bool]:
    """Return whether 1,000 groups that span 100 chunks are found fast enough."""
    count = 1000
    print(f"{size} float64 in 100 chunks, {count} groups, on threads")
    rng = np.random.default_rng(0)
    a, labels = rng.random(size), rng.integers(0, count, size)
    x = da.from_array(a, chunks=size // 100, name="elements")
    by = da.from_array(labels, chunks=size // 100, name="labels")
    expected = minloc.argmin(a, by=labels, num_groups=count)
    contenders: dict[str, Callable[[], Any]] = {
        "minloc": lambda: minloc.argmin(x, by=by, num_groups=count).compute(),
        "flox": lambda: by_flox(x, by, count),
        "pandas": lambda: by_pandas(x, by),
    }
    for call in contenders.values():
        np.testing.assert_array_equal(call(), expected)
    times = race(contenders, repeats)
    for name, seconds in times.items():
        print(f"{name:>20} {1e3 * seconds:14.1f} {seconds / times['minloc']:6.2f} x", flush=True)
    return [3 * times["minloc"] <= min(times["flox"], times["pandas"]) * NOISE]


def main() -> int:
    """Print a table, and return 0 if minloc is fast enough everywhere."""
    parser = argparse.ArgumentParser(description="minloc on Dask arrays, against Dask's own")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--size", type=int, default=8000, help="of square matrices; 0 for none")
    parser.add_argument("--workers", type=int, default=2, help="processes for maps; 0 for none")
    parser.add_argument("--groups", type=int, default=100_000_000, help="elements; 0 for none")
    options = parser.parse_args()
    print(f"{options.repeats} repeats, milliseconds")
    print(f"{'':>20} {'axis':>5} {'minloc':>8} {'da.argmin':>9} {'da.min':>8}", end="")
    print(f" {'/argmin':>8} {'/min':>6}")
    results = maps(options.workers, options.repeats)
    if options.size:
        results += squares(options.size, options.repeats)
    if options.groups:
        results += groups(options.groups, min(options.repeats, 5))
    return int(not all(results))


if __name__ == "__main__":
    with dask.config.set(scheduler="threads"):
        sys.exit(main())
