"""Arrow columns as NumPy arrays to search, and the rows that are asked for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError
from minloc._cli.formats.views import rows_without_views, without_views


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
        column = without_views(column).dictionary_decode()
    column = without_views(column)
    kind = column.type
    if kinds.is_null(kind):
        return np.zeros(len(column)), np.zeros(len(column), bool)
    there = None if column.null_count == 0 else as_numpy(column.is_valid().cast(pa.uint8())) != 0
    if kinds.is_string(kind) or kinds.is_large_string(kind):
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
        days = column.fill_null(_zero(column.type)).cast(pa.int32())
        return as_numpy(days).astype("M8[D]"), there
    elif not (
        kinds.is_integer(kind)
        or kinds.is_floating(kind)
        or kinds.is_boolean(kind)
        or kinds.is_temporal(kind)
    ):
        raise UnreadableError(path, f"column '{name}' is of type {kind}, which has no order")
    if there is not None:
        column = column.fill_null(_zero(column.type))
    return as_numpy(column), there


def _zero(kind: Any) -> Any:
    """Return zero as an Arrow scalar."""
    import pyarrow as pa

    zero = pa.Array.from_buffers(pa.int64(), 1, [None, pa.py_buffer(bytes(8))])
    return (zero.cast(pa.int32()) if pa.types.is_date32(kind) else zero).cast(kind)[0]


def as_numpy(column: Any) -> NDArray[Any]:
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


def type_name(kind: Any) -> str:
    """Return what an Arrow type is called by the command, as NumPy calls it where it can."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_timestamp(kind):
        return "datetime" if kind.tz is None else f"datetime, {kind.tz}"
    names = {"float": "float32", "double": "float64", "halffloat": "float16", "null": "missing",
             "large_string": "text", "string": "text", "string_view": "text",
             "date32[day]": "date", "date64[ms]": "date"}  # fmt: skip
    return names.get(str(kind), str(kind))


def sort_of(kind: Any) -> str:
    """Return what the elements of an Arrow type are; those of one sort can be compared.

    Those of nulls alone are of no sort, ``""``.
    """
    import pyarrow as pa

    kinds = pa.types
    if kinds.is_dictionary(kind):
        kind = kind.value_type
    if kinds.is_null(kind):
        return ""
    if is_numeric(kind):
        return "numbers"
    if kinds.is_date(kind) or kinds.is_timestamp(kind):
        return "dates"
    name = type_name(kind)  # times of another unit are other integers
    return {"text": "text", "bool": "booleans"}.get(name, name)


def is_numeric(kind: Any) -> bool:
    """Whether an Arrow type is a type of numbers."""
    import pyarrow as pa

    return bool(
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )


def taken(batch: Any, wanted: deque[int], start: int) -> Any:
    """Copy the rows of a batch, which starts at row `start`, out of those that are wanted.

    Nothing of the batch is kept, which may be larger than all that is found.
    """
    import pyarrow as pa

    here = []
    while wanted and wanted[0] < start + len(batch):
        here.append(wanted.popleft() - start)
    if len(here) == 1:  # without take(), which imports pyarrow.compute
        one = rows_without_views(batch.slice(here[0], 1))
        return copied(one.schema, [one])[0]
    indices = pa.py_buffer(np.array(here, np.int64))
    return rows_without_views(batch).take(
        pa.Array.from_buffers(pa.int64(), len(here), [None, indices])
    )


def copied(schema: Any, batches: Sequence[Any]) -> list[Any]:
    """Return batches that share no memory with these."""
    import pyarrow as pa

    copy = pa.BufferOutputStream()
    with pa.ipc.new_stream(copy, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return list(pa.ipc.open_stream(copy.getvalue()))


def columns_of(batches: list[Any]) -> dict[str, Any]:
    """Return batches of rows as one Arrow array for each column.

    Of several columns with one name, each has its number behind it, as in CSV.
    """
    import pyarrow as pa

    table = pa.Table.from_batches(batches)
    names = table.schema.names
    counts = Counter(names)
    unique = [n if counts[n] == 1 else f"{n}#{i}" for i, n in enumerate(names)]
    return dict(zip(unique, table.columns, strict=True))


def is_exact(column: Any) -> bool:
    """Whether all numbers of an array are so small that float64 holds every integer near them."""
    import pyarrow.compute as pc

    if not is_numeric(column.type) or len(column) == column.null_count:
        return True
    ends = pc.min_max(column)  # leaves out NaN
    return bool(max(-ends["min"].as_py(), ends["max"].as_py()) < 2**53)


def first_inexact(texts: Any, numbers: Any) -> int | None:
    """Return the index of the first integer that was rounded when it became a float64."""
    import pyarrow.compute as pc

    if is_exact(numbers):
        return None
    large = pc.match_substring_regex(texts, r"^[-+]?0*[1-9]\d{15,}$")
    for at in np.flatnonzero(pc.fill_null(large, False).to_numpy(zero_copy_only=False)):
        if int(texts[int(at)].as_py()) != int(numbers[int(at)].as_py()):
            return int(at)
    return None


def cast(texts: Any, kind: Any) -> Any:
    """Return texts as an Arrow type, None if one is not of it."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # A cast that fails is slow, as it makes an error of every text.
    if len(texts) > 100 and cast(texts.slice(0, 100), kind) is None:
        return None
    for spaces in (False, True):
        try:
            stripped = pc.utf8_trim_whitespace(texts) if spaces else texts
            return stripped.cast(kind)
        except pa.ArrowInvalid:
            pass
    return None


def texts_as_arrow(texts: list[str]) -> Any:
    """Return texts as an Arrow array."""  # pyarrow.array() would import pandas, which takes long
    import pyarrow as pa

    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    data = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), data)


def true() -> Any:
    """Return true as an Arrow scalar."""  # pyarrow.scalar() would import pandas, too
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), 1, [None, pa.py_buffer(b"\x01")])[0]
