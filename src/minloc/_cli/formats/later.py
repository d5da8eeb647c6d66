"""A table of several, which is open only while it is read: a process may open so many files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from minloc._cli.errors import UnreadableError
from minloc._cli.formats.table import Batch, Table
from minloc._cli.formats.written import Written


class Later:
    """A table that is opened again when it is needed.

    Parameters
    ----------
    table : Table
        The table, which is closed.
    again : callable
        Opens it again.
    stamp : callable
        Returns another value if the file is another one, or was written to.
    """

    def __init__(
        self, table: Table, again: Callable[[], Table], stamp: Callable[[], Hashable]
    ) -> None:
        self.path, self.names, self.size = table.path, table.names, table.size
        self._again, self._stamp, self._before = again, stamp, stamp()
        self._read: Table | None = None
        self._written: dict[str, Written] = {}
        table.close()

    def kind(self, name: str) -> str:
        with self._opened() as table:
            return table.kind(name)

    def numeric(self) -> list[str]:
        with self._opened() as table:
            return table.numeric()

    def position(self) -> int:
        return 0 if self._read is None else self._read.position()

    def written(self, name: str) -> Written:
        return self._written[name]

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        with self._opened() as table:
            self._read = table
            yield from table.batches(names)
            self._written = {name: table.written(name) for name in names}
        self._read = None

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        with self._opened() as table:
            return table.rows(numbers, lines)

    def close(self) -> None:
        """Do nothing: it is closed."""

    @contextmanager
    def _opened(self) -> Iterator[Table]:
        if self._stamp() != self._before:
            raise UnreadableError(self.path, "changed while it was read: it was written to")
        table = self._again()
        try:
            if table.names != self.names:
                raise UnreadableError(self.path, "changed while it was read: its columns differ")
            yield table
        finally:
            table.close()
