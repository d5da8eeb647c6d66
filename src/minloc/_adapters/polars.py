"""polars: Series and DataFrames; the answers are polars' own, and null stands for no element.

Answers for each column are a DataFrame of one row, as those of polars' own reductions are; answers
for each row are a Series.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters import tables
from minloc._adapters import windows as moving
from minloc._adapters.call import Call
from minloc._containers import polars as containers
from minloc._containers.columns import are_comparable
from minloc._containers.polars import knows as knows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._adapters.table import Tags
    from minloc._containers.columns import Values


def answer(call: Call) -> Any:
    """Return the answer to a call: NumPy's integers, elements, and objects of polars."""
    return tables.answer(Frame(call.a), call)


def windows(call: Call) -> Any:
    """Return the answer to a call about windows, as `answer` does."""
    return moving.answer(Frame(call.a), call)


class Frame:
    """A Series or a DataFrame as a table."""

    def __init__(self, x: Any) -> None:
        self.x, self.polars = x, sys.modules["polars"]
        self.shape: tuple[int, ...] = x.shape

    def names(self) -> Sequence[Any]:
        """Return the names of the columns."""
        return list(self.x.columns)

    def columns(self) -> list[Any]:
        """Return the columns, or the Series itself."""
        return [self.x] if len(self.shape) == 1 else self.x.get_columns()

    def keys(self, what: str, column: Any) -> list[Values]:
        """Return what the elements of a column are compared by, in pieces."""
        return containers.keys_of(what, column)

    def keys_across(self, what: str, columns: list[Any]) -> list[list[Values]]:
        """Return the same of all columns; numbers for elements only if all have one dtype."""
        first = columns[0].dtype
        if all(x.dtype == first for x in columns) and first.base_type().__name__ != "Categorical":
            keys = [containers.keys_of(what, column) for column in columns]
            if are_comparable(keys):
                return keys
        return [[containers.values_of(what, column)] for column in columns]

    def target(self, what: str, column: Any, value: Any) -> Any:
        """Return what distances are from: ticks for a time, else as it is given."""
        return containers.target_of(what, column.dtype, value)

    def element(self, column: Any, row: int) -> Any:
        """Return an element as an object of Python; for row -1 None."""
        return column[row] if row >= 0 else None

    def take(self, column: Any, rows: NDArray[np.intp]) -> Any:
        """Return elements as a Series; for row -1 null."""
        is_narrow = self.polars.get_index_type() == self.polars.UInt32
        places = self.polars.Series(rows.astype(np.uint32 if is_narrow else np.uint64))
        missing = rows < 0
        return column[places.set(self.polars.Series(missing), None) if missing.any() else places]

    def joined(self, columns: list[Any]) -> Any:
        """Return Series one after the other, in polars' common dtype."""
        frames = [column.alias("").to_frame() for column in columns]
        return self.polars.concat(frames, how="vertical_relaxed").to_series()

    def thinned(self, rows: slice, columns: slice) -> Frame:
        """Return no row of some of the columns: rows have no labels."""
        return Frame(self.x if len(self.shape) == 1 else self.x[:0, columns])

    def indices(self, found: NDArray[Any], tags: Tags) -> Any:
        """Return indices as a Series, or as a DataFrame."""
        if len(tags) == 2:
            return self.table([self.polars.Series(along) for along in found.T], tags)
        if tags[0] == 1:
            return self.row([self.polars.Series([along]) for along in found])
        return self.column(self.polars.Series(found), tags[0])

    def column(self, column: Any, tag: int | None) -> Any:
        """Return a Series, under the name of the one that was asked."""
        return column.alias(self.x.name if len(self.shape) == 1 else "")

    def table(self, columns: list[Any], tags: Tags) -> Any:
        """Return Series as a DataFrame."""
        names = tables.names_along(self, tags, len(columns))
        return self.polars.DataFrame(
            [column.alias(name) for name, column in zip(names, columns, strict=True)]
        )

    def row(self, columns: list[Any]) -> Any:
        """Return Series of one element each as a DataFrame."""
        return self.table(columns, (None, 1))
