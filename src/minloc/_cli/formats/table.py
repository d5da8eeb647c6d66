"""A table of a file: named columns, read in batches of rows from start to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from minloc._cli.formats.columns import is_numeric, type_name
from minloc._cli.formats.written import Written


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
    decimal : {".", ","} or None
        The decimal mark of numbers; None for a point.
    date_order : {"mdy", "dmy", "ymd"} or None
        The order of day, month and year; None for what the dates show.
    encoding : str or None
        The encoding of the text; None to detect it.
    skip_lines : int
        How many lines come before the header.
    comment : str or None
        What lines of comment start with.
    header : bool
        Whether the first record is the names of the columns.
    quotes : bool
        Whether fields may be in quotes.
    ragged : {"error", "skip"}
        What to do with records of another number of fields than the header.
    """

    delimiter: str | None = None
    nulls: tuple[str, ...] = ()
    texts: bool = False
    decimal: str | None = None
    date_order: str | None = None
    encoding: str | None = None
    skip_lines: int = 0
    comment: str | None = None
    header: bool = True
    quotes: bool = True
    ragged: str = "error"


@dataclass(frozen=True)
class Batch:
    """Consecutive rows.

    Attributes
    ----------
    columns : dict
        The Arrow array of each column that was asked for.
    lines : callable or None
        Takes the indices of rows and returns what `Table.rows` makes whole rows of; None if the
        numbers of the rows are enough, as they can be read again.
    """

    columns: dict[str, Any]
    lines: Callable[[NDArray[np.intp]], list[bytes]] | None


class Table(Protocol):
    """A table that is read from start to end."""

    path: str
    #: The names of the columns, in the file's order.
    names: tuple[str, ...]
    #: The bytes of the file, 0 if unknown.
    size: int

    def kind(self, name: str) -> str:
        """Return what a column holds, such as ``"int64"`` or ``"text"``, as far as is known."""

    def numeric(self) -> list[str]:
        """Return the columns that hold numbers."""

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        """Read all rows in batches that have at least these columns."""

    def written(self, name: str) -> Written:
        """Return how a column is written; all is known once it has been read."""

    def position(self) -> int:
        """Return about how many bytes of the file have been read."""

    def close(self) -> None:
        """Close the file."""

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        """Return whole rows as columns, lists of texts or Arrow arrays, by their names.

        Rows are asked for by what their batches gave, or else by their numbers in ascending order.
        """


class WithSchema:
    """A table with an Arrow schema, which counts how many bytes have been read."""

    _schema: Any
    _position = 0

    def kind(self, name: str) -> str:
        return type_name(self._schema.field(name).type)

    def written(self, name: str) -> Written:
        kind = self._schema.field(name).type
        zone = getattr(kind, "tz", "")
        return Written(
            units=frozenset({""} if is_numeric(kind) else ()),
            zoned=frozenset(() if zone == "" else {zone is not None}),
        )

    def numeric(self) -> list[str]:
        return [field.name for field in self._schema if is_numeric(field.type)]

    def position(self) -> int:
        return self._position
