"""A table of a file: named columns, read in batches of rows from start to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from minloc._cli.formats.columns import is_numeric


@dataclass(frozen=True)
class Spelling:
    """How a CSV file is written.

    Attributes
    ----------
    delimiter : str or None
        What separates two fields; None to detect it.
    nulls : tuple of str
        Further texts that mean a missing value.
    texts : bool
        Whether all columns are compared as text, even numbers.
    """

    delimiter: str | None = None
    nulls: tuple[str, ...] = ()
    texts: bool = False


@dataclass(frozen=True)
class Batch:
    """Consecutive rows.

    Attributes
    ----------
    columns : dict
        The Arrow array of each column that was asked for.
    rows : pyarrow.RecordBatch or None
        All columns, if the file cannot be read again.
    """

    columns: dict[str, Any]
    rows: Any


class Table(Protocol):
    """A table that is read from start to end."""

    path: str
    #: The names of the columns, in the file's order.
    names: tuple[str, ...]
    #: The bytes of the file, 0 if unknown.
    size: int

    def kind(self, name: str) -> str:
        """Return the type of a column, such as ``"int64"`` or ``"text"``."""

    def numeric(self) -> list[str]:
        """Return the columns that hold numbers."""

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        """Read all rows in batches that have at least these columns."""

    def position(self) -> int:
        """Return about how many bytes of the file have been read."""

    def close(self) -> None:
        """Close the file."""

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Read rows again, by their numbers in ascending order."""


class WithSchema:
    """A table with an Arrow schema, which counts how many bytes have been read."""

    _schema: Any
    _position = 0

    def kind(self, name: str) -> str:
        return str(self._schema.field(name).type)

    def numeric(self) -> list[str]:
        return [field.name for field in self._schema if is_numeric(field.type)]

    def position(self) -> int:
        return self._position
