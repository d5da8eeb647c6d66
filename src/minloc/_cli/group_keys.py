"""The groups of ``--by``: what rows have in some columns, and a number for each that was met.

Arrow encodes the columns of a batch as dictionaries, so Python sees each of a batch's keys once,
not each row. A row without a key, which is null or NaN, is in no group, as in pandas.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.formats.columns import as_numpy, elements_of
from minloc._cli.formats.table import Batch
from minloc._cli.formats.views import without_views
from minloc._cli.nearness import ATTOSECONDS

#: So many pairs of keys are looked up in a table; more are sorted.
FEW = 1 << 20


class GroupKeys:
    """The keys that were met so far, each with a number."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def of(
        self, path: str, names: Sequence[str], batch: Batch
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the groups of a batch: for each row which of them it is in, and their numbers.

        Parameters
        ----------
        path : str
            The file.
        names : sequence of str
            The columns that make the key.
        batch : Batch
            The rows.

        Returns
        -------
        labels : ndarray of int
            For each row an index of `numbers`, -1 if it is in no group.
        numbers : ndarray of int
            The number of each group in this batch.
        """
        parts = [_encoded(path, name, batch.columns[name]) for name in names]
        labels, found = parts[0]
        columns = [found]
        for codes, keys in parts[1:]:
            labels, pairs = _distinct(labels, codes, len(keys))
            firsts, seconds = np.divmod(pairs, max(len(keys), 1))
            chosen = firsts.tolist()
            columns = [list(map(column.__getitem__, chosen)) for column in columns]
            columns.append(list(map(keys.__getitem__, seconds.tolist())))
        found = columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))
        known = self._numbers
        return labels, np.array([known.setdefault(key, len(known)) for key in found], np.intp)

    def ranks(self) -> NDArray[np.intp]:
        """Return for each number where its key is among all, sorted."""
        ranks = np.empty(len(self._numbers), np.intp)
        for rank, key in enumerate(sorted(self._numbers)):
            ranks[self._numbers[key]] = rank
        return ranks


def _encoded(path: str, name: str, column: Any) -> tuple[NDArray[np.intp], list[Any]]:
    """Return for each row the index of its key, -1 for none, and the keys, each once."""
    import pyarrow as pa

    column = without_views(column)
    elements_of(path, name, column[:0])  # which refuses what has no order
    if pa.types.is_null(column.type):
        return np.full(len(column), -1), []
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    codes = column.indices.cast(pa.int64())
    if codes.null_count:
        codes = codes.fill_null(pa.scalar(-1, pa.int64()))
    values, there = elements_of(path, name, column.dictionary)
    if values.dtype.kind == "M":
        unit, count = np.datetime_data(values.dtype)
        scale = ATTOSECONDS[unit] * count  # so that those of other units are equal
        keys = [one * scale for one in values.astype(np.int64).tolist()]
    else:
        keys = values.tolist()
    missing = np.asarray(values != values, bool)
    missing = missing if there is None else missing | ~there
    known: dict[Any, int] = {}
    table = [
        -1 if gone else known.setdefault(key, len(known))
        for key, gone in zip(keys, missing.tolist(), strict=True)
    ]
    return np.array([*table, -1], np.intp)[as_numpy(codes)], list(known)


def _distinct(
    labels: NDArray[np.intp], codes: NDArray[np.intp], count: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each row which pair it has, -1 for none, and the pairs that there are."""
    there = (labels >= 0) & (codes >= 0)
    pairs = labels[there] * max(count, 1) + codes[there]
    found = np.full(len(labels), -1)
    if pairs.size and int(pairs.max()) < FEW:
        seen = np.zeros(int(pairs.max()) + 1, bool)
        seen[pairs] = True
        distinct = np.flatnonzero(seen)
        found[there] = (np.cumsum(seen) - 1)[pairs]
    else:
        distinct, found[there] = np.unique(pairs, return_inverse=True)
    return found, distinct
