"""pyarrow: arrays, chunked arrays, tables and record batches. A null is never a candidate.

Numbers and times are read where they lie, in the buffer of each chunk, also beside nulls.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc._containers.classes import is_of
from minloc._containers.columns import Values, side_by_side

#: Other types than integers and bool whose elements NumPy compares as pyarrow does.
OTHERS = (
    *("floating", "decimal", "date", "timestamp", "duration", "null"),
    *("string", "large_string", "string_view", "binary", "large_binary", "binary_view"),
)


def knows(x: object) -> bool:
    """Whether `x` is an array or a table of pyarrow."""
    return is_of(x, "pyarrow", "Array", "ChunkedArray", "Table", "RecordBatch")


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are null.

    Raises
    ------
    TypeError
        If no dtype of NumPy's has the same order.
    """
    if is_of(x, "pyarrow", "Table", "RecordBatch"):
        columns = [values_of(what, column) for column in x.itercolumns()]
        return side_by_side(what, columns, x.schema.names)
    types = sys.modules["pyarrow"].types
    if types.is_dictionary(x.type) and not x.type.ordered:
        x = x.cast(x.type.value_type)
    is_integer, is_boolean = types.is_integer(x.type), types.is_boolean(x.type)
    if not is_integer and not is_boolean and not _is_of_others(types, x.type):
        raise TypeError(
            f"{what} does not support a pyarrow array of type {x.type}, whose order NumPy does not "
            f"have; cast it"
        )
    missing = _nulls(x)
    if missing is not None and (is_integer or is_boolean):
        x = x.fill_null(0 if is_integer else False)  # or it would become float64, or objects
    return x.to_numpy(zero_copy_only=False), missing


def _is_of_others(types: Any, kind: Any) -> bool:
    return any(getattr(types, f"is_{name}")(kind) for name in OTHERS)


def keys_of(what: str, x: Any) -> list[Values]:
    """Return what an array or a chunked array is compared by, for each of its chunks.

    These are the elements, or integers in the same order: ticks of times, the indices of an
    ordered dictionary.

    Raises
    ------
    TypeError
        If the elements have no order.
    """
    chunks = x.chunks if is_of(x, "pyarrow", "ChunkedArray") else [x]
    types = sys.modules["pyarrow"].types
    if types.is_dictionary(x.type) and x.type.ordered:
        if any(not chunk.dictionary.equals(chunks[0].dictionary) for chunk in chunks[1:]):
            raise TypeError(
                f"{what} does not support chunks of type {x.type} whose dictionaries differ; their "
                f"order is not known"
            )
        chunks = [chunk.indices for chunk in chunks]
    if not chunks:
        empty = sys.modules["pyarrow"].array([], x.type)
        chunks = [empty.indices if types.is_dictionary(x.type) and x.type.ordered else empty]
    return [_keys_of_chunk(what, chunk) for chunk in chunks]


def is_coded(kind: Any) -> bool:
    """Whether elements of a type are compared by integers in their place."""
    types = sys.modules["pyarrow"].types
    return bool(types.is_temporal(kind) or types.is_dictionary(kind))


def _keys_of_chunk(what: str, x: Any) -> Values:
    types = sys.modules["pyarrow"].types
    kind, width = _in_buffer(types, x.type), 0
    if kind is None:
        return values_of(what, x)
    width = x.type.bit_width // 8
    buffer = x.buffers()[1]
    if buffer is None or len(x) == 0:
        return np.zeros(len(x), f"{kind}{width}"), _nulls(x)
    return np.frombuffer(buffer, f"{kind}{width}", len(x), x.offset * width), _nulls(x)


def _in_buffer(types: Any, kind: Any) -> str | None:
    """Return the kind of the numbers of which a buffer of this type is an array; or None."""
    if types.is_unsigned_integer(kind):
        return "u"
    if types.is_floating(kind):
        return "f"
    ticks = types.is_date(kind) or types.is_time(kind) or types.is_timestamp(kind)
    return "i" if ticks or types.is_duration(kind) or types.is_signed_integer(kind) else None


def _nulls(x: Any) -> Any:
    """Return which elements are null, None if none is."""
    if not x.null_count:
        return None
    bits = None if is_of(x, "pyarrow", "ChunkedArray") else x.buffers()[0]
    if bits is None:
        return x.is_null().to_numpy(zero_copy_only=False)
    first, skipped = divmod(x.offset, 8)
    part = np.frombuffer(bits, np.uint8)[first:]
    there = np.unpackbits(part, count=skipped + len(x), bitorder="little")[skipped:]
    return there == 0
