"""The best rows so far of a column that is read in batches, with `Partial`.

Of the rows, only the best so far are kept: as they are where the file is read only once, else by
their numbers, and then they are read again at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc import Partial
from minloc._cli.errors import UnreadableError
from minloc._cli.extremes import Extremes
from minloc._cli.formats.columns import as_dicts
from minloc._cli.formats.table import Batch, Table
from minloc._cli.location import Location
from minloc._cli.ranked import dtype_of, ranked


@dataclass
class Row:
    """A row that is among the best so far.

    Attributes
    ----------
    table : Table
        The table it is in.
    start : int
        How many rows the tables before have.
    number : int
        Its number in its table.
    element : object
        What is compared.
    value : object
        What the file has there.
    fields : dict or None
        The whole row; None until it is read again.
    """

    table: Table
    start: int
    number: int
    element: Any
    value: Any
    fields: dict[str, Any] | None


class BestRows:
    """The best rows so far of one column.

    Parameters
    ----------
    column : str
        The name of the column.
    extremes : Extremes
        Which rows are asked for.
    """

    def __init__(self, column: str, extremes: Extremes) -> None:
        self.column, self.extremes = column, extremes
        #: How many rows have been seen, of all tables.
        self.seen = 0
        self._total: Partial | None = None
        self._rows: dict[int, Row] = {}

    def add(
        self,
        table: Table,
        first: int,
        batch: Batch,
        values: NDArray[Any],
        where: NDArray[np.bool] | None,
    ) -> None:
        """Add a batch.

        Parameters
        ----------
        table : Table
            The table that the batch is of.
        first : int
            How many rows the tables before have.
        batch : Batch
            The batch.
        values : ndarray
            The elements of the column in it.
        where : ndarray of bool or None
            Which of them are candidates; None for all.
        """
        start, self.seen = self.seen, self.seen + len(values)
        if self._total is not None and values.dtype != dtype_of(self._total):
            if not (where is None or where.any()):
                return
            values = self._in_common_dtype(table, values)
        name, keywords = self.extremes.call()
        mask = {} if where is None else {"where": where}
        part = Partial.of(name, values, offset=start, **mask, **keywords)
        self._total = part if self._total is None else self._total.merge(part)
        best = {one.place[0] for one in ranked(self._total, self.extremes) if one.found}
        self._rows = {number: row for number, row in self._rows.items() if number in best}
        for number in best - self._rows.keys():
            here = number - start
            fields = None if batch.rows is None else as_dicts(batch.rows.slice(here, 1))[0]
            value = _value(self.column, batch.columns[self.column], here)
            self._rows[number] = Row(table, first, number - first, values[here], value, fields)

    def locations(self) -> list[Location]:
        """Return where the best rows are, best first."""
        if self._total is None:
            return []
        _read_again(list(self._rows.values()))
        return [
            Location(
                one.extreme, one.rank, row.table.path, self.column, True, row.value,
                start=row.start, row=row.number, fields=row.fields,
            )
            for one in ranked(self._total, self.extremes)
            if one.found
            for row in [self._rows[one.place[0]]]
        ]  # fmt: skip

    def _in_common_dtype(self, table: Table, values: NDArray[Any]) -> NDArray[Any]:
        """Return new elements in the dtype in which all can be compared; convert those so far.

        Integers of a column may be followed by fractions, and the types of two files may differ.
        """
        assert self._total is not None
        before, now = dtype_of(self._total), values.dtype
        if not self._rows:
            self._total = None
            return values
        numbers = before.kind in "biuf" and now.kind in "biuf"
        if not numbers and before.kind != now.kind:
            raise UnreadableError(
                table.path,
                f"column '{self.column}' has {now}, which cannot be compared with the {before} "
                "before it",
            )
        dtype = np.result_type(before, now)
        name, keywords = self.extremes.call()
        parts = [
            Partial.of(name, np.array([row.element], dtype), offset=number, **keywords)
            for number, row in self._rows.items()
        ]
        self._total = parts[0].merge(*parts[1:])
        return values.astype(dtype, copy=False)


def _value(name: str, column: Any, at: int) -> Any:
    """Return an element of an Arrow array as what is printed."""
    import pyarrow as pa

    return as_dicts(pa.record_batch({name: column.slice(at, 1)}))[0][name]


def _read_again(rows: list[Row]) -> None:
    """Fill in the fields of rows that are known by their numbers alone."""
    missing: dict[int, list[Row]] = {}
    for row in rows:
        if row.fields is None:
            missing.setdefault(id(row.table), []).append(row)
    for group in missing.values():
        group.sort(key=lambda row: row.number)
        numbers = [row.number for row in group]
        for row, fields in zip(group, group[0].table.rows(numbers), strict=True):
            row.fields = fields
