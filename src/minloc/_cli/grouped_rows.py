"""The best rows so far of each group of rows.

Of a batch, the core finds the best of each group that it has. Most of them are no better than what
the group has already, and are left out by one comparison; the others wait until there are as many
as are kept, and all are searched once more, so the work for a row does not grow with the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import minloc
from minloc import _core
from minloc._cli.errors import RefusalError
from minloc._cli.extremes import Extremes
from minloc._cli.formats.table import Batch
from minloc._cli.group_keys import GroupKeys
from minloc._cli.rows import ENOUGH, BestRows, Ranking
from minloc._grouped_top_k import first_of_groups

#: About how many bytes a row that is kept takes besides its text: its element, its key, objects.
BYTES_A_ROW = 300


class GroupedRows(BestRows):
    """The best rows so far of each group.

    Parameters
    ----------
    names : sequence of str
        The name of the searched column in each table.
    extremes : Extremes
        Which rows of a group are asked for.
    by : sequence of list of str
        For each table the columns that make the key of a group.
    memory : int
        About how many bytes the rows may take.
    """

    def __init__(
        self, names: Sequence[str], extremes: Extremes, by: Sequence[list[str]], memory: int
    ) -> None:
        super().__init__(names, extremes)
        self._by, self._memory, self._keys = by, memory, GroupKeys()
        self._labels: list[NDArray[np.intp]] = []
        self._kept = 0
        # By extreme, for each group the worst that is kept, as it is compared, and whether it has
        # as many as are asked for.
        self._bounds: dict[str, tuple[NDArray[Any], NDArray[np.bool]]] = {}
        self._dtype: np.dtype[Any] | None = None
        #: How many candidates were in no group.
        self.without = 0

    def add(self, batch: Batch, values: NDArray[Any], where: NDArray[np.bool] | None) -> None:
        """Add a batch; see `BestRows.add`."""
        start, self.seen = self.seen, self.seen + len(values)
        if len(values) == 0 or (where is not None and not where.any()):
            return
        table = self._tables[-1]
        labels, numbers = self._keys.of(table.path, self._by[len(self._tables) - 1], batch)
        if len(self._keys) * BYTES_A_ROW > self._memory:
            raise self._too_many()
        inside = labels >= 0
        self.without += int((~inside if where is None else where & ~inside).sum())
        where = inside if where is None else where & inside
        if not where.any():
            return
        self._convert(values.dtype, values)
        if self._values:
            values = values.astype(self._values[0].dtype, copy=False)
        if self.extremes.k is None:
            ranking = self._best_of_groups(values, np.where(inside, labels, 0), len(numbers), where)
            indices = _ascending(ranking)
        else:
            indices = np.flatnonzero(where)
        indices = indices[self._improves(values[indices], numbers[labels[indices]])]
        if len(indices) == 0:
            return
        self._values.append(values[indices])
        self._numbers.append(indices + start)
        self._labels.append(numbers[labels[indices]])
        lines = np.full(len(indices), None, object)
        if batch.lines is not None:
            lines[:] = batch.lines(indices)
        self._lines.append(lines)
        self._count += len(indices)
        waiting = self._count - self._kept
        least = 1 if self.extremes.k is None else max(ENOUGH, 4 * len(self._keys))
        if waiting >= max(self._kept, least):
            self._keep_best()

    def _keep_best(self) -> None:
        """Forget everything but the best of each group."""
        values, numbers = np.concatenate(self._values), np.concatenate(self._numbers)
        labels, lines = np.concatenate(self._labels), np.concatenate(self._lines)
        ranking = self._best_of_groups(values, labels, len(self._keys))
        best = _ascending(ranking)
        self._values, self._numbers = [values[best]], [numbers[best]]
        self._labels, self._lines = [labels[best]], [lines[best]]
        self._count = self._kept = len(best)
        self._check_memory(lines[best])
        self._bounds = {}
        if len(best) == 0:
            return
        compared = self._compared(values[best])
        self._dtype = values.dtype
        for one in ranking:
            last = one.ranks == (self.extremes.k or 1) - 1
            bounds = np.full(len(self._keys), compared[0], compared.dtype)
            full = np.zeros(len(self._keys), bool)
            at = np.searchsorted(best, one.indices[last])
            bounds[one.groups[last]], full[one.groups[last]] = compared[at], True
            self._bounds[one.extreme] = bounds, full

    def _improves(self, values: NDArray[Any], groups: NDArray[np.intp]) -> NDArray[np.bool]:
        """Return which elements may be better than what their groups have."""
        if not self._bounds or self._dtype != values.dtype or len(values) == 0:
            return np.ones(len(values), bool)
        compared = self._compared(values)
        better = np.zeros(len(values), bool)
        for extreme, (bounds, full) in self._bounds.items():
            known = groups < len(full)
            known[known] = full[groups[known]]
            bound = bounds[np.where(known, groups, 0)]
            if self.extremes.ties == "last":
                worse = compared > bound if extreme == "min" else compared < bound
            else:  # NaN, which compares as neither, stays
                worse = compared >= bound if extreme == "min" else compared <= bound
            better |= ~(known & np.asarray(worse, bool))
        return better

    def _best_of_groups(
        self,
        values: NDArray[Any],
        labels: NDArray[np.intp],
        count: int,
        where: NDArray[np.bool] | None = None,
    ) -> list[Ranking]:
        """Return for each extreme the best elements of `count` groups."""
        if self.extremes.k is not None:
            return [self._top_of_groups(values, labels)]
        name, keywords = self.extremes.call()
        mask: dict[str, Any] = {} if where is None else {"where": where}
        found = getattr(minloc, name)(
            self._compared(values), by=labels, num_groups=count, **mask, **keywords
        )
        found = found if isinstance(found, tuple) else (found,)
        ranking = []
        for extreme, indices in zip(self.extremes.which, found, strict=True):
            groups = np.flatnonzero(indices >= 0)
            best = indices[groups]
            ranking.append(Ranking(extreme, best, np.zeros(len(best), np.intp), groups))
        return ranking

    def _top_of_groups(self, values: NDArray[Any], labels: NDArray[np.intp]) -> Ranking:
        """Return the k best elements of each group."""
        compared = self._compared(values)
        policy = "omit" if self.extremes.nan == "omit" else "propagate"
        ranked = _core.up_to_k(
            compared, len(compared), mode=self.extremes.mode, nan_policy=policy
        ).indices
        count = len(self._keys)
        rows, groups, ranks, _ = first_of_groups(
            ranked[np.newaxis], labels[np.newaxis], count, self.extremes.k or 1
        )
        return Ranking(self.extremes.which[0], rows, ranks, groups)

    def _rankings(self, values: NDArray[Any]) -> list[Ranking]:
        [labels] = self._labels
        return self._best_of_groups(values, labels, len(self._keys))

    def _in_order(self, found: Sequence[Ranking]) -> NDArray[np.intp]:
        place = self._keys.ranks()
        groups = np.concatenate([place[one.groups] for one in found])
        ends = np.concatenate([np.full(len(one.ranks), i) for i, one in enumerate(found)])
        ranks = np.concatenate([one.ranks for one in found])
        return np.lexsort((ranks, ends, groups))

    def _check_memory(self, lines: NDArray[np.object_]) -> None:
        """Raise RefusalError if the rows that are kept take too much memory."""
        texts = sum(len(line) for line in lines if line is not None)
        table = self._tables[-1]
        if len(lines) and lines[-1] is None:  # they are read at the end
            texts = len(lines) * (table.position() // max(self.seen - self._starts[-1], 1))
        if len(lines) * BYTES_A_ROW + texts > self._memory:
            raise self._too_many()

    def _too_many(self) -> RefusalError:
        return RefusalError(
            f"--by: {self._tables[-1].path}: the {len(self._keys)} groups so far do not fit in "
            f"--memory {self._memory // 1_000_000}MB: allow more, or choose columns with fewer keys"
        )


def _ascending(ranking: Sequence[Ranking]) -> NDArray[np.intp]:
    """Return the indices of all extremes in ascending order, each once."""
    found = [one.indices for one in ranking]
    return np.sort(found[0]) if len(found) == 1 else np.unique(np.concatenate(found))
