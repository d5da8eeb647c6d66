"""A table of a file: columns with names, and batches of rows in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError


@dataclass(frozen=True)
class Spelling:
    """How a CSV file is written.

    Attributes
    ----------
    delimiter : str or None
        What stands between two fields; None finds out.
    nulls : tuple of str
        Further texts that stand for a missing value.
    texts : bool
        Whether columns are compared as texts, even if they are numbers.
    """

    delimiter: str | None = None
    nulls: tuple[str, ...] = ()
    texts: bool = False


@dataclass(frozen=True)
class Batch:
    """Some rows.

    Attributes
    ----------
    columns : dict
        The Arrow array of each column that was asked for.
    rows : pyarrow.RecordBatch or None
        All columns, where they cannot be read again.
    """

    columns: dict[str, Any]
    rows: Any


class Table(Protocol):
    """A table that is read from its start to its end."""

    path: str
    #: The names of the columns, in the file's order.
    names: tuple[str, ...]
    #: How large the file is, 0 if that is not known.
    size: int

    def kind(self, name: str) -> str:
        """Return the type of a column, such as ``"int64"`` or ``"text"``."""

    def numeric(self) -> list[str]:
        """Return the columns that hold numbers."""

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        """Read the rows; of the columns, at least these."""

    def position(self) -> int:
        """Return how many of the file's bytes have been read, about."""

    def close(self) -> None:
        """Let go of the file."""

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Read rows again, by their numbers, which ascend."""


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


def elements_of(path: str, name: str, column: Any) -> tuple[NDArray[Any], NDArray[np.bool] | None]:
    """Return the elements of an Arrow array as a NumPy array, and where they are not null.

    Raises
    ------
    UnreadableError
        If the elements have no order.
    """
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if kinds.is_null(kind):
        return np.zeros(len(column)), np.zeros(len(column), bool)
    there = None if column.null_count == 0 else _plain(column.is_valid().cast(pa.uint8())) != 0
    if kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind):
        return column.fill_null("").to_numpy(zero_copy_only=False), there
    if kinds.is_decimal(kind):
        values = np.empty(len(column), object)
        values[:] = column.to_pylist()
        if there is not None:
            values[~there] = 0
        return values, there
    if kinds.is_time32(kind):
        column = column.cast(pa.int32())
    elif kinds.is_time64(kind):
        column = column.cast(pa.int64())
    elif kinds.is_date32(kind):
        column = column.cast(pa.timestamp("s"))
    elif not (
        kinds.is_integer(kind)
        or kinds.is_floating(kind)
        or kinds.is_boolean(kind)
        or kinds.is_temporal(kind)
    ):
        raise UnreadableError(path, f"column '{name}' is of type {kind}, which has no order")
    if there is not None:
        zero = pa.Array.from_buffers(pa.int64(), 1, [None, pa.py_buffer(bytes(8))])
        column = column.fill_null(zero.cast(column.type)[0])
    return _plain(column), there


def _plain(column: Any) -> NDArray[Any]:
    """Return an Arrow array without nulls as NumPy's."""
    import pyarrow as pa

    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        # to_numpy() would import pandas, and the DLPack of NumPy 2.0 is deprecated by pyarrow.
        dtype = np.dtype(column.type.to_pandas_dtype())
        if len(column) == 0:
            return np.empty(0, dtype)
        offset = column.offset * dtype.itemsize
        return np.frombuffer(column.buffers()[1], dtype, len(column), offset)
    return np.asarray(column.to_numpy(zero_copy_only=False))


def is_numeric(kind: Any) -> bool:
    """Whether an Arrow type is one of numbers."""
    import pyarrow as pa

    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def as_dicts(rows: Any) -> list[dict[str, Any]]:
    """Return Arrow rows as dicts of Python objects; values that Python has no type for as text."""
    import pyarrow as pa

    columns = []
    for column in rows.columns:
        try:
            columns.append(column.to_pylist())
        except (ValueError, pa.ArrowException):  # nanoseconds, dates far away
            columns.append(column.cast(pa.string()).to_pylist())
    names = rows.schema.names
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
