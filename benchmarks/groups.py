"""Groups: the labels, the right answers, and what others answer with."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.fills import Array

Words = Mapping[str, Any]


@lru_cache(maxsize=4)
def labels(length: int, count: int, in_runs: bool) -> Array:
    """Return the numbers of groups in any order, or in runs; each group has an element."""
    rng = np.random.default_rng(count)
    drawn = rng.integers(0, count, length)
    drawn[:count] = np.arange(min(count, length))
    return np.sort(drawn) if in_runs else rng.permutation(drawn)


def words(count: int, in_runs: bool, a: Array, axis: int | None) -> dict[str, Any]:
    """Return the keywords of a call about an array."""
    length = a.size if axis is None else a.shape[axis]
    return {"by": labels(length, count, in_runs), "num_groups": count, "default": -1}


def best_of_groups(count: int, in_runs: bool, a: Array, axis: int | None) -> tuple[Array]:
    """Return the index of the first of the smallest elements of each group, -1 if it has none."""
    by = words(count, in_runs, a, axis)["by"]
    if axis is None:
        found = np.full(count, -1)
        order = np.lexsort((a, by))
        groups, first = np.unique(by[order], return_index=True)
        found[groups] = order[first]
        return (found,)
    lanes = np.moveaxis(a, axis, 0)
    found = np.full((count, *lanes.shape[1:]), -1)
    for group in np.unique(by):
        rows = np.flatnonzero(by == group)
        found[group] = rows[lanes[rows].argmin(axis=0)]
    return (np.moveaxis(found, 0, axis),)


# What others call, given their module, the array, the axis, and the keywords of minloc.


def floor(core: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Read values and labels once, and write an answer for each group."""
    shape = () if axis is None else np.delete(a.shape, axis)
    answers = np.empty((given["num_groups"], *shape), np.intp)

    def read() -> None:
        core.read_pass(a)
        core.read_pass(given["by"])
        answers.fill(1)

    return read


def by_lexsort(numpy: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Sort by label and value, as it is done with NumPy."""
    by = given["by"]

    def ask() -> Array:
        order = np.lexsort((a, by))
        return np.asarray(order[np.unique(by[order], return_index=True)[1]])

    return ask


def by_pandas(pandas: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Group a column of a DataFrame."""
    frame = pandas.DataFrame({"a": a, "by": given["by"]})
    return lambda: frame.groupby("by")["a"].idxmin().to_numpy()


def by_polars(polars: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Group a column of a DataFrame, whose rows are numbered."""
    table = polars.DataFrame({"a": a, "by": given["by"]}).with_row_index("i")
    least = polars.col("i").get(polars.col("a").arg_min())
    return lambda: table.group_by("by").agg(least).sort("by")["i"].to_numpy()


def by_scipy(scipy: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Take the array for an image of one line."""
    groups = np.arange(given["num_groups"])
    return lambda: np.array(scipy.minimum_position(a, given["by"], groups))[:, 0]


def by_groupies(npg: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Aggregate."""
    return partial(npg.aggregate, given["by"], a, "argmin", size=given["num_groups"])


def by_numbagg(numbagg: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Leave out NaN, as it always does."""
    return partial(numbagg.group_nanargmin, a, given["by"], num_labels=given["num_groups"])


def by_flox(flox: ModuleType, a: Array, axis: int | None, given: Words) -> Callable[[], Any]:
    """Reduce the last axis, which is where flox wants the labels."""
    moved = a if axis is None else np.moveaxis(a, axis, -1)

    def ask() -> Array:
        answer, _ = flox.groupby_reduce(moved, given["by"], func="argmin", engine="numpy")
        return np.asarray(answer if axis is None else np.moveaxis(answer, -1, axis))

    return ask
