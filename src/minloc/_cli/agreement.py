"""Whether the columns of several tables mean the same, so that their elements can be compared.

Each table shows by itself what its columns are. Two of them may disagree, as one table may with
itself: percentages in one file and plain numbers in the next are no column of numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from minloc._cli.errors import UnreadableError
from minloc._cli.formats.columns import sort_of
from minloc._cli.formats.table import Batch, Table
from minloc._cli.formats.written import Written


class Agreement:
    """What the tables so far say about their columns."""

    def __init__(self) -> None:
        self._sort, self._path = "", ""
        self._written: dict[str, Written] = {}

    def compare(self, table: Table, column: str, batch: Batch) -> None:
        """Compare what a batch has in the column that is searched with what was there before.

        Raises
        ------
        UnreadableError
            If the two cannot be compared.
        """
        sort = sort_of(batch.columns[column].type)
        if not sort:
            return
        if self._sort and sort != self._sort:
            raise UnreadableError(
                table.path,
                f"column '{column}' has {sort}, which cannot be compared with the {self._sort} "
                f"in {self._path}",
            )
        self._sort, self._path = sort, table.path

    def end(self, table: Table, columns: Sequence[str]) -> None:
        """Compare how the columns of a table that has been read are written.

        Raises
        ------
        UnreadableError
            If it is another way than in the tables before.
        """
        for column in columns:
            written = table.written(column)
            before = self._written.setdefault(column, written)
            if said := written.differs(before):
                raise UnreadableError(table.path, f"column '{column}' has {said}")
            self._written[column] = before.merged(written)
