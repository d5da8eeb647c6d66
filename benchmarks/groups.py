"""Groups, against what others answer them with: ``python benchmarks/groups.py``.

Which element is the smallest of each group? The contenders take turns in one process, on one
thread, on data that are in no cache; a contender that is not installed is left out. The floor is
one read of values and labels, and one write of the answers. Every answer is held against minloc's;
SciPy and polars may give another of equal elements, of which random numbers have none.
"""

import argparse
import importlib.util
import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

import minloc
from minloc import _core

Array = NDArray[Any]
#: How many groups of so many elements.
GROUPS = [10, 1_000, 100_000, 1_000_000]
#: Days, and the points of a map.
DAYS, MAP = 1217, (180, 360)


def floor(a: Array, by: Array, answers: Array) -> None:
    """Read values and labels once, and write answers."""
    _core.read_pass(a)
    _core.read_pass(by)
    answers.fill(1)


def sorted_by_label(a: Array, by: Array) -> Array:
    """Return the answers by a sort, as it is done with NumPy."""
    order = np.lexsort((a, by))
    return np.asarray(order[np.unique(by[order], return_index=True)[1]])


def peers(a: Array, by: Array, groups: int) -> dict[str, Callable[[], Any]]:
    """Return what others call for one axis, of those that are installed."""
    calls: dict[str, Callable[[], Any]] = {"lexsort": partial(sorted_by_label, a, by)}
    if importlib.util.find_spec("pandas"):
        import pandas as pd

        frame = pd.DataFrame({"a": a, "by": by})
        calls["pandas"] = lambda: frame.groupby("by")["a"].idxmin().to_numpy()
    if importlib.util.find_spec("polars"):
        import polars as pl

        table = pl.DataFrame({"a": a, "by": by}).with_row_index("i")
        least = pl.col("i").get(pl.col("a").arg_min())
        calls["polars"] = lambda: table.group_by("by").agg(least).sort("by")["i"].to_numpy()
    if importlib.util.find_spec("scipy"):
        from scipy import ndimage

        def scipy() -> Array:
            places = ndimage.minimum_position(a, by, np.arange(groups))
            return np.array(places)[:, 0]

        calls["scipy"] = scipy
    if importlib.util.find_spec("numpy_groupies"):
        import numpy_groupies

        calls["numpy_groupies"] = lambda: numpy_groupies.aggregate(by, a, "argmin", size=groups)
    if importlib.util.find_spec("numbagg"):
        import numbagg

        calls["numbagg"] = lambda: numbagg.group_nanargmin(a, by, num_labels=groups)
    return calls


def race(contenders: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Return the median time of each; of those that take seconds, of a single turn."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(repeats + 1):
        for name, call in contenders.items():
            if times[name] and times[name][0] > 2:
                continue
            start = time.perf_counter()
            call()
            if turn or time.perf_counter() - start > 2:  # the first warms up
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(some) for name, some in times.items()}


def line(name: str, times: dict[str, float]) -> None:
    """Print minloc's time, in floors, too, and how many times as long each other one takes."""
    ours, least = times.pop("minloc"), times.pop("floor")
    others = ", ".join(f"{peer} {seconds / ours:.1f} x" for peer, seconds in times.items())
    print(f"{name:>32} {1e3 * ours:8.1f} ms, {ours / least:5.2f} floors; {others}", flush=True)


def main() -> None:
    """Print a line for each number of groups, kind of labels, and for the months of a map."""
    parser = argparse.ArgumentParser(description="minloc's groups, against others'")
    parser.add_argument("--size", type=int, default=10_000_000, help="elements")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    minloc.set_num_threads(1)
    rng = np.random.default_rng(0)
    a = rng.random(options.size)
    kinds = [("random int64", np.int64), ("random int32", np.int32), ("sorted int64", np.int64)]
    for groups in GROUPS:
        drawn = rng.integers(0, groups, options.size)
        for kind, dtype in kinds:
            by = (np.sort(drawn) if kind.startswith("sorted") else drawn).astype(dtype)
            present = np.flatnonzero(np.bincount(by, minlength=groups))
            ask: Any = partial(minloc.argmin, a, by=by, num_groups=groups, default=-1)
            calls = peers(a, by, groups) if options.peers and kind == kinds[0][0] else {}
            for name, call in list(calls.items()):
                got = np.asarray(call())
                want = np.asarray(ask())
                if not np.array_equal(
                    got if got.size == present.size else got[present], want[present]
                ):
                    print(f"{name} gives other answers")
                    del calls[name]
            floors = {"floor": partial(floor, a, by, np.empty(groups, np.intp))}
            line(
                f"{groups} groups, {kind}", race(floors | {"minloc": ask} | calls, options.repeats)
            )
    maps = rng.random((DAYS, *MAP), dtype=np.float32)
    months = np.arange(DAYS) // 30 % 12
    for kind, by in ("in turn", months), ("in any order", rng.permutation(months)):
        calls = {"floor": partial(floor, maps, by, np.empty((12, *MAP), np.intp))}
        calls["minloc"] = partial(minloc.argmin, maps, axis=0, by=by, num_groups=12)
        if options.peers and importlib.util.find_spec("flox"):
            import flox

            along = {"func": "argmin", "axis": 2, "engine": "flox"}
            moved = np.moveaxis(maps, 0, -1)
            calls["flox"] = partial(flox.groupby_reduce, moved, by, **along)
        line(f"months of a map, {kind}", race(calls, options.repeats))


if __name__ == "__main__":
    main()
