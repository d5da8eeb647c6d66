"""Arrow columns as NumPy arrays to search, and Arrow rows as Python objects to print."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError


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
    """Return an Arrow array without nulls as a NumPy array."""
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
    """Whether an Arrow type is a type of numbers."""
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
