"""How a Dask graph of minloc's grows with its chunks: ``python benchmarks/dask_graphs.py``.

Chunks of a few elements cost nothing to make or to ask, so what is left is what a graph costs: to
build it here, to run it in this process, and to run it on worker processes behind a scheduler,
with the bytes that move between them. It checks the answers, and prints the tables of
``docs/design/dask.md``.
"""

import argparse
import contextlib
import pickle
import time
from collections.abc import Iterator
from typing import Any

import dask
import dask.array as da
import distributed
import numpy as np

import minloc

#: Elements of a chunk along the axis.
LENGTH = 16


@contextlib.contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    """Write down how long a block of code took."""
    start = time.perf_counter()
    yield
    times[name] = time.perf_counter() - start


def depth_of(graph: Any, key: Any) -> int:
    """Return how many tasks, one after the other, lead to a key, on the longest way."""
    return 1 + max([depth_of(graph, k) for k in graph[key].dependencies if k in graph], default=0)


def build(count: int) -> Any:
    """Return a lazy argmin over so many chunks, which all are zeros."""
    return minloc.argmin(da.zeros(count * LENGTH, chunks=LENGTH), ties="last")


def here(count: int) -> str:
    """Return a line of the table for what happens in one process."""
    times: dict[str, float] = {}
    with timed(times, "build"):
        lazy = build(count)
    with timed(times, "optimize"):
        (optimized,) = dask.optimize(lazy)
        graph = dict(optimized.__dask_graph__())
    asked = [key for key in graph if str(key[0]).startswith("argmin-part")]
    merges = [key for key in graph if str(key[0]).startswith("argmin-merge")]
    depth = depth_of(graph, (optimized.name,))
    size = len(pickle.dumps(list(graph.values())))
    with timed(times, "run"), dask.config.set(scheduler="synchronous"):
        assert optimized.compute() == count * LENGTH - 1
    per_task = 1e6 * times["run"] / len(graph)
    return (
        f"| {count:,} | {len(merges):,} | {depth} | {len(graph):,} | {times['build']:.2f} "
        f"| {times['optimize']:.2f} | {size / len(graph):.0f} | {per_task:.0f} |"
    ) + ("" if len(asked) >= count else " chunks are missing")


def sent(dask_worker: Any) -> int:
    """Return the bytes that a worker has sent to others, and to the client."""
    total: int = dask_worker.transfer_outgoing_bytes_total
    return total


def on_workers(count: int, workers: int) -> str:
    """Return a line of the table for what happens on worker processes."""
    times: dict[str, float] = {}
    with (
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.compute(build(10)).result()
        with timed(times, "min"):
            client.compute(da.zeros(count * LENGTH, chunks=LENGTH).min()).result()
        before = sum(client.run(sent).values())
        with timed(times, "all"):
            future = client.compute(build(count))
            assert future.result() == count * LENGTH - 1
        moved = sum(client.run(sent).values()) - before
    return (
        f"| {count:,} | {workers} | {times['all']:.1f} | {1e6 * times['all'] / count:.0f} "
        f"| {times['min']:.1f} | {moved / 1e3:,.0f} | {moved / count:.0f} |"
    )


def partials() -> Iterator[str]:
    """Yield the lines of the table of how large a pickled partial is."""
    for kept in 1, 1000, 1_000_000:
        a = np.random.default_rng(0).random((2, kept))
        words: list[tuple[str, Any]] = [("argmin", {}), ("findmin", {}), ("argminmax", {})]
        sizes = [
            len(pickle.dumps(minloc.Partial.of(name, a, axis=0, **more))) / kept
            for name, more in words
        ]
        yield f"| {kept:,} | {' | '.join(f'{size:,.0f}' for size in sizes)} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="what a graph costs, by its chunks")
    parser.add_argument("--chunks", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    parser.add_argument("--most", type=int, default=10_000, help="chunks on worker processes")
    options = parser.parse_args()
    print("| slices | argmin, bytes a slice | findmin | argminmax |\n|---|---|---|---|")
    for line in partials():
        print(line, flush=True)
    print("\n| chunks | merges | depth | tasks, aliases too | build, s | optimize, s ", end="")
    print("| bytes a task | run here, µs a task |\n|---|---|---|---|---|---|---|---|")
    for count in options.chunks:
        print(here(count), flush=True)
    print("\n| chunks | workers | s | µs a chunk | da.min, s | kB moved | bytes moved a chunk |")
    print("|---|---|---|---|---|---|---|")
    for count in options.chunks:
        for workers in options.workers if count <= options.most else ():
            print(on_workers(count, workers), flush=True)


if __name__ == "__main__":
    main()
