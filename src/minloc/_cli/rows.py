"""The best rows so far of a column that is read in batches.

What is kept is as good as what was read: the best of two batches is the best of the best of each.
So the elements of the best rows, in the order of their rows, are searched once more together with
what came since. Most elements of a batch are not better than the worst that is kept, and are left
out by one comparison; the others are collected until there are enough for a search to pay.

Of the rows themselves, only the best so far are kept: as they are where the file is read only once,
else by their numbers, and then they are read again at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import minloc
from minloc._cli.answers import Answers, Block
from minloc._cli.column import Column
from minloc._cli.errors import UnreadableError
from minloc._cli.extremes import Extremes
from minloc._cli.formats.table import Batch, Table

#: A search waits for this many elements.
ENOUGH = 1 << 14


class Ranking(NamedTuple):
    """Elements of one extreme: their indices, and for each its rank in its group."""

    extreme: str
    indices: NDArray[np.intp]
    ranks: NDArray[np.intp]
    groups: NDArray[np.intp]


class BestRows:
    """The best rows so far of one column.

    Parameters
    ----------
    names : sequence of str
        The name of the column in each table.
    extremes : Extremes
        Which rows are asked for.
    """

    def __init__(self, names: Sequence[str], extremes: Extremes) -> None:
        self.names, self.extremes = names, extremes
        #: How many rows have been seen, of all tables.
        self.seen = 0
        self._tables: list[Table] = []
        self._starts: list[int] = []
        # Elements and the numbers of their rows in ascending order, the best first, then new ones.
        self._values: list[NDArray[Any]] = []
        self._numbers: list[NDArray[np.intp]] = []
        self._lines: list[NDArray[np.object_]] = []
        self._count = 0
        self._bound: Any = None

    def begin(self, table: Table) -> None:
        """Go on with the rows of the next table."""
        self._tables.append(table)
        self._starts.append(self.seen)

    def add(self, batch: Batch, values: NDArray[Any], where: NDArray[np.bool] | None) -> None:
        """Add a batch.

        Parameters
        ----------
        batch : Batch
            The batch.
        values : ndarray
            The elements of the column in it.
        where : ndarray of bool or None
            Which of them are candidates; None for all.
        """
        start, self.seen = self.seen, self.seen + len(values)
        if where is not None and not where.any():
            return
        self._convert(values.dtype, values)
        if self.extremes.k is None:
            indices = self._new(values, self._best(values, where))
        else:
            indices = self._better(values, where)
        if len(indices) == 0:
            return
        self._values.append(values[indices].astype(self._values[0].dtype, copy=False)
                            if self._values else values[indices])  # fmt: skip
        self._numbers.append(indices + start)
        self._count += len(indices)
        lines = np.full(len(indices), None, object)
        if batch.lines is not None:
            lines[:] = batch.lines(indices)
        self._lines.append(lines)
        if self.extremes.k is None or self._count >= max(ENOUGH, 2 * self.extremes.k):
            self._keep_best()

    def answers(self) -> list[Block]:
        """Return the best rows, best first, in one block, if there are any."""
        if self._count > 0:
            self._keep_best()
        if self._count == 0:
            return []
        [values], [numbers], [kept] = self._values, self._numbers, self._lines
        found = self._rankings(values)
        shown = self._in_order(found)
        order = np.concatenate([one.indices for one in found])[shown]
        called = dict(zip(("min", "max"), self.extremes.called, strict=True))
        every = [called[one.extreme] for one in found for _ in one.indices]
        ends = [every[i] for i in shown.tolist()]
        ranks = np.concatenate([one.ranks for one in found])[shown].tolist()
        bounds = [*np.searchsorted(numbers, self._starts).tolist(), len(numbers)]
        block = []
        for i, table in enumerate(self._tables):
            low, high = bounds[i : i + 2]
            if low == high:
                continue
            here = (numbers[low:high] - self._starts[i]).tolist()
            at = np.flatnonzero((order >= low) & (order < high))
            chosen, name, places = order[at], self.names[i], at.tolist()
            if kept[low] is None:
                codes = (chosen - low).tolist()
                fields = {n: Column(one, codes) for n, one in table.rows(here, None).items()}
                value = fields[name]
            else:
                lines = table.rows([], kept[chosen].tolist())
                fields = {n: Column(one) for n, one in lines.items()}
                value = Column(values[chosen])
            block.append(
                Answers(
                    places, [ends[j] for j in places], [ranks[j] for j in places], table.path, name,
                    True, value, self._starts[i], (numbers[chosen] - self._starts[i]).tolist(),
                    fields, kind_of(values) == "text",
                )
            )  # fmt: skip
        return [block]

    def _rankings(self, values: NDArray[Any]) -> list[Ranking]:
        """Return for each extreme its elements among those that are kept."""
        return [
            Ranking(extreme, each, np.arange(len(each)), np.zeros(len(each), np.intp))
            for extreme, each in self._order(values)
        ]

    def _in_order(self, found: Sequence[Ranking]) -> NDArray[np.intp]:
        """Return in which order the rows that were found are printed."""
        return np.arange(sum(len(one.indices) for one in found))

    def _best(
        self, values: NDArray[Any], where: NDArray[np.bool] | None = None
    ) -> NDArray[np.intp]:
        """Return the indices of the best elements, in ascending order."""
        return _ascending(self._order(values, where))

    def _new(self, values: NDArray[Any], best: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return those of the best of a batch that are better than what is kept."""
        if self._count == 0 or len(best) == 0:
            return best
        [kept] = self._values
        both = np.concatenate([kept, values[best].astype(kept.dtype, copy=False)])
        chosen = self._best(both) - len(kept)
        return best[chosen[chosen >= 0]]

    def _better(self, values: NDArray[Any], where: NDArray[np.bool] | None) -> NDArray[np.intp]:
        """Return the indices of the elements that may be among the k best."""
        if self._bound is None:
            return np.arange(len(values)) if where is None else np.flatnonzero(where)
        compared, bound = values, self._bound
        if self.extremes.near is not None:
            dtype = self._values[0].dtype
            compared = self._compared(values.astype(dtype, copy=False))
            bound = self._compared(np.asarray([bound], dtype))[0]
        # NaN, which compares as neither, stays.
        worse = compared >= bound if self.extremes.mode == "smallest" else compared <= bound
        better = ~np.asarray(worse, bool)
        return np.flatnonzero(better if where is None else better & where)

    def _keep_best(self) -> None:
        """Forget everything but the best."""
        values, numbers = np.concatenate(self._values), np.concatenate(self._numbers)
        orders = self._order(values)
        best = _ascending(orders)
        if self.extremes.k == len(best):
            self._bound = values[orders[0][1][-1]]
        self._values, self._numbers, self._count = [values[best]], [numbers[best]], len(best)
        self._lines = [np.concatenate(self._lines)[best]]

    def _order(
        self, values: NDArray[Any], where: NDArray[np.bool] | None = None
    ) -> list[tuple[str, NDArray[np.intp]]]:
        """Return for each extreme the indices of its elements, the best first."""
        values = self._compared(values)
        name, keywords = self.extremes.call()
        if self.extremes.k is not None:
            if self.extremes.nan == "omit" and values.dtype.kind == "f":
                where = ~np.isnan(values) if where is None else where & ~np.isnan(values)
            k = min(self.extremes.k, len(values) if where is None else int(where.sum()))
            mask: dict[str, Any] = {} if where is None else {"where": where}
            top = minloc.top_k(values, k, mode=self.extremes.mode, **mask)
            return [(self.extremes.which[0], top.indices)]
        mask = {} if where is None else {"where": where}
        found = np.atleast_1d(np.asarray(getattr(minloc, name)(values, **mask, **keywords)))
        indices = [found[i : i + 1] for i in range(len(self.extremes.which))]
        return [
            (extreme, at[at >= 0]) for extreme, at in zip(self.extremes.which, indices, strict=True)
        ]

    def _compared(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return what elements are compared by."""
        near = self.extremes.near
        return values if near is None else near.distances(values)

    def _convert(self, dtype: np.dtype[Any], values: NDArray[Any]) -> None:
        """Bring what is kept to a dtype in which it can be compared with that of new elements.

        Integers of a column may be followed by fractions, and the types of two files may differ.
        """
        if self._count == 0:
            self._values, self._numbers, self._lines = [], [], []
            return
        before = self._values[0].dtype
        if dtype == before and dtype.kind != "O":
            return
        kinds = kind_of(self._values[0]), kind_of(values)
        if kinds[0] != kinds[1]:
            raise UnreadableError(
                self._tables[-1].path,
                f"column '{self.names[len(self._tables) - 1]}' has {kinds[1]}, which cannot be "
                f"compared with the {kinds[0]} before",
            )
        common = np.result_type(before, dtype)
        if common.kind == "f" and {before.kind, dtype.kind} <= set("iu"):
            common = np.dtype(object)  # no integer has all values of both
        for part, other in (values, before), *((kept, dtype) for kept in self._values):
            if part.dtype.kind in "iu" and other.kind == "f" and not _is_exact(part):
                raise UnreadableError(
                    self._tables[-1].path,
                    f"column '{self.names[len(self._tables) - 1]}' has fractions beside integers "
                    "that are too large to be compared with them exactly",
                )
        self._values = [part.astype(common) for part in self._values]
        if self._bound is not None:
            self._bound = np.asarray(self._bound).astype(common)[()]


def _ascending(orders: Sequence[tuple[str, NDArray[np.intp]]]) -> NDArray[np.intp]:
    """Return the indices of all extremes in ascending order, each once."""
    found = [indices for _, indices in orders]
    return np.sort(found[0]) if len(found) == 1 else np.unique(np.concatenate(found))


def _is_exact(integers: NDArray[Any]) -> bool:
    """Whether float64 has all of these integers."""
    return len(integers) == 0 or bool(
        int(integers.max()) <= 2**53 and int(integers.min()) >= -(2**53)
    )


def kind_of(values: NDArray[Any]) -> str:
    """Return what kind of elements these are."""
    if values.dtype == object:
        return "text" if isinstance(values[0], str) else "numbers"
    kinds = {"M": "dates", "m": "durations", "b": "numbers", "U": "text", "T": "text"}
    return kinds.get(values.dtype.kind, "numbers")
