"""pyarrow: arrays and tables, chunk by chunk; the answers are pyarrow's own.

Answers for each column are a table of one row; answers for each row are an array. A single element
is a scalar of pyarrow.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters import tables
from minloc._adapters import windows as moving
from minloc._adapters.call import Call
from minloc._containers import arrow as containers
from minloc._containers.arrow import knows as knows
from minloc._containers.classes import is_of
from minloc._containers.columns import are_comparable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._adapters.table import Tags
    from minloc._containers.columns import Values


def answer(call: Call) -> Any:
    """Return the answer to a call: NumPy's integers, and scalars, arrays and tables of pyarrow."""
    return tables.answer(Arrow(call.a), call)


def windows(call: Call) -> Any:
    """Return the answer to a call about windows, as `answer` does."""
    return moving.answer(Arrow(call.a), call)


class Arrow:
    """An array, a chunked array, a record batch or a table as a table."""

    def __init__(self, x: Any) -> None:
        self.x, self.pyarrow = x, sys.modules["pyarrow"]
        is_table = is_of(x, "pyarrow", "Table", "RecordBatch")
        self.shape: tuple[int, ...] = x.shape if is_table else (len(x),)

    def names(self) -> Sequence[Any]:
        """Return the names of the columns."""
        return list(self.x.schema.names)

    def columns(self) -> list[Any]:
        """Return the columns, or the array itself."""
        return [self.x] if len(self.shape) == 1 else list(self.x.itercolumns())

    def keys(self, what: str, column: Any) -> list[Values]:
        """Return what the elements of a column are compared by, in pieces."""
        return containers.keys_of(what, column)

    def keys_across(self, what: str, columns: list[Any]) -> list[list[Values]]:
        """Return the same of all columns; numbers for elements only if all have one type."""
        first = columns[0].type
        is_dictionary = self.pyarrow.types.is_dictionary(first)
        if not is_dictionary and all(column.type.equals(first) for column in columns):
            keys = [containers.keys_of(what, column) for column in columns]
            if are_comparable(keys):
                return keys
        return [[containers.values_of(what, column)] for column in columns]

    def target(self, what: str, column: Any, value: Any) -> Any:
        """Return what distances are from: ticks for a time, else as it is given."""
        return containers.target_of(what, column.type, value)

    def element(self, column: Any, row: int) -> Any:
        """Return a scalar; for row -1 null."""
        return column[row] if row >= 0 else self.pyarrow.scalar(None, column.type)

    def take(self, column: Any, rows: NDArray[np.intp]) -> Any:
        """Return elements as an array; for row -1 null."""
        return containers.taken(column, rows)

    def joined(self, columns: list[Any]) -> Any:
        """Return arrays one after the other, in pyarrow's common type."""
        schemas = [self.pyarrow.schema([("", column.type)]) for column in columns]
        kind = self.pyarrow.unify_schemas(schemas, promote_options="permissive").field(0).type
        chunks = [chunk for column in columns for chunk in _chunks(column.cast(kind))]
        return self.pyarrow.chunked_array(chunks, kind)

    def thinned(self, rows: slice, columns: slice) -> Arrow:
        """Return no row of some of the columns: rows have no labels."""
        if len(self.shape) == 1:
            return self
        return Arrow(self.x.slice(0, 0).select(list(range(self.shape[1])[columns])))

    def indices(self, found: NDArray[Any], tags: Tags) -> Any:
        """Return indices as an array, or as a table."""
        if len(tags) == 2:
            return self.table([self.pyarrow.array(np.ascontiguousarray(x)) for x in found.T], tags)
        if tags[0] == 1:
            return self.row([self.pyarrow.array([along], str(found.dtype)) for along in found])
        return self.pyarrow.array(found)

    def column(self, column: Any, tag: int | None) -> Any:
        """Return an array."""
        return column

    def table(self, columns: list[Any], tags: Tags) -> Any:
        """Return arrays as a table of the same class."""
        names = tables.names_along(self, tags, len(columns))
        if is_of(self.x, "pyarrow", "RecordBatch"):
            columns = [self._one(column) for column in columns]
            return self.pyarrow.RecordBatch.from_arrays(columns, names)
        return self.pyarrow.Table.from_arrays(columns, names)

    def row(self, columns: list[Any]) -> Any:
        """Return arrays of one element each as a table."""
        return self.table(columns, (None, 1))

    def _one(self, column: Any) -> Any:
        """Return an array without chunks."""
        chunks = _chunks(column)
        return chunks[0] if len(chunks) == 1 else column.combine_chunks()


def _chunks(column: Any) -> list[Any]:
    return column.chunks if is_of(column, "pyarrow", "ChunkedArray") else [column]
