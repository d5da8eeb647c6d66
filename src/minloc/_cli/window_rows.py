"""``--window`` in tables: for each row the best of the last rows, read in batches.

A batch is asked together with the last rows of the one before. Of the rows themselves only those
are kept that were found, or may be found by windows that reach into the next batch: each is better
than all rows behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

import minloc
from minloc._cli.answers import Answers, Block
from minloc._cli.column import Column
from minloc._cli.errors import RefusalError
from minloc._cli.formats.table import Batch
from minloc._cli.request import Request
from minloc._cli.rows import BestRows, kind_of

#: About how many bytes a window takes, and a row that is kept besides its text.
BYTES_A_WINDOW, BYTES_A_ROW = 32, 200
#: So many windows are looked up at once.
BLOCK = 1 << 16


class WindowRows(BestRows):
    """The best row of each window of one table.

    Parameters
    ----------
    names : sequence of str
        The name of the column.
    request : Request
        What is asked for.
    """

    def __init__(self, names: Sequence[str], request: Request) -> None:
        super().__init__(names, request.extremes)
        assert request.window is not None
        self._window, self._center, self._memory = request.window, request.center, request.memory
        self._step = request.step
        self._output = request.output is not None
        largest, last = self.extremes.which == ("max",), self.extremes.ties == "last"
        functions: Any = minloc
        self._moving = functions.moving_argmax if largest else functions.moving_argmin
        self._running = functions.running_argmax if largest else functions.running_argmin
        self._words = {"nan_policy": self.extremes.nan, "default": -1}
        self._min_count = request.min_count
        self._ties = ("last", "first") if last else ("first", "last")
        self._where = np.empty(0, bool)  # of the rows before, whose elements are self._values[0]
        self._found: list[NDArray[np.intp]] = []  # the row of each window, -1 for none
        self._elements: list[NDArray[Any]] = []  # of the rows that were found
        self._texts: dict[int, bytes] = {}
        self._text = 0

    def add(self, batch: Batch, values: NDArray[Any], where: NDArray[np.bool] | None) -> None:
        """Add a batch; see `BestRows.add`."""
        start = self.seen - len(self._where)
        if self._output and "window" in self._tables[0].names:
            raise RefusalError(
                f"--window: {self._tables[0].path} has a column 'window', which is what the place "
                "of a window is called in --output"
            )
        if len(values) == 0:
            return
        self.seen += len(values)
        here = np.ones(len(values), bool) if where is None else where
        if not self._where.any():  # what there is before has no meaning, nor a type
            before = _like_candidates(values, here, len(self._where))
        else:
            if here.any():
                self._convert(values.dtype, values)
            else:
                values = _like_candidates(self._values[0], self._where, len(values))
            before = self._values[0]
        values = np.concatenate([before, values.astype(before.dtype, copy=False)])
        chosen = np.concatenate([self._where, here])
        first, last = self._ties
        found = self._moving(
            values, self._window, where=chosen, ties=first, min_count=self._min_count, **self._words
        )[-start % self._step :: self._step]
        self._found.append(np.where(found < 0, -1, found + start))
        self._elements.append(values[found[found >= 0]])
        tail = slice(max(len(values) - self._window + 1, 0), None)
        self._values, self._where, self._count = [values[tail]], chosen[tail], 1
        self._keep(batch, found, start, len(before), values, last, tail.start)

    def _keep(
        self,
        batch: Batch,
        found: NDArray[np.intp],
        start: int,
        before: int,
        values: NDArray[Any],
        ties: str,
        tail: int,
    ) -> None:
        """Keep the rows of a batch that are found, or may be."""
        windows = sum(map(len, self._found))
        if batch.lines is not None:
            [back], there = self._values, self._where[::-1]
            later = self._running(back[::-1], where=there, ties=ties, **self._words)
            later = np.where(later < 0, -1, len(values) - 1 - later)
            new = np.unique(np.concatenate([found, later]))
            new = new[new >= before]
            for number, text in zip(new.tolist(), batch.lines(new - before), strict=True):
                self._texts[number + start] = text
                self._text += len(text)
        kept = len(self._texts) * BYTES_A_ROW + self._text
        if windows * BYTES_A_WINDOW + kept > self._memory:
            raise RefusalError(
                f"--window: {self._tables[0].path}: the answers of {windows} windows so far do not "
                f"fit in --memory {self._memory // 1_000_000}MB: allow more"
            )

    def blocks(self) -> Iterator[Block]:
        """Yield the answers of the windows that have one, in their order."""
        found = np.concatenate(self._found) if self._found else np.empty(0, np.intp)
        first = self._window // 2 if self._center else self._window - 1
        table, name = self._tables[0], self.names[0]
        if self.seen < self._window:
            raise RefusalError(f"--window {self._window}: {table.path} has {self.seen} rows")
        extreme = self.extremes.called[self.extremes.which == ("max",)]
        elements = _joined(self._elements)
        as_text = len(elements) > 0 and kind_of(elements) == "text"
        looked_up = 0
        for start in range(0, len(found), BLOCK):
            some = found[start : start + BLOCK]
            windows = np.flatnonzero(some >= 0)
            if len(windows) == 0:
                continue
            rows, codes = np.unique(some[windows], return_inverse=True)
            numbers, which = rows.tolist(), codes.tolist()
            lines = [self._texts[number] for number in numbers] if self._texts else None
            fields = {
                key: Column(one, which)
                for key, one in table.rows([] if lines else numbers, lines).items()
            }
            count = len(windows)
            own = elements[looked_up : looked_up + count]
            looked_up += count
            value = Column(own) if lines else fields[name]
            yield [
                Answers(
                    range(count), [extreme] * count, [0] * count, table.path, name, True,
                    value, 0, some[windows].tolist(), fields, as_text,
                    window=Column((windows + start) * self._step + first),
                )
            ]  # fmt: skip


def _like_candidates(values: NDArray[Any], where: NDArray[np.bool], count: int) -> NDArray[Any]:
    """Return so many elements that are no candidates, of the type and kind of those that are."""
    filler = values[where.argmax()] if len(values) else np.zeros((), values.dtype)[()]
    return np.full(count, filler, values.dtype)


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Return the elements of several batches, each as it was: integers stay beside fractions."""
    parts = [part for part in parts if len(part)]
    kinds = {part.dtype.kind for part in parts}
    if len(kinds) > 1 and kinds <= set("iuf"):
        parts = [part.astype(object) for part in parts]
    return np.concatenate(parts) if parts else np.empty(0)
