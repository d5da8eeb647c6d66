"""pyarrow: arrays, chunked arrays, tables and record batches. A null is never a candidate.

Numbers and times are read where they lie, in the buffer of each chunk, also beside nulls.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._containers.classes import is_of
from minloc._containers.columns import Values, side_by_side
from minloc._containers.distances import in_array, no_distances, not_of_type, scaled
from minloc._distances import no_such_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Other types than integers and bool whose elements NumPy compares as pyarrow does.
OTHERS = (
    *("floating", "decimal", "date", "timestamp", "duration", "null"),
    *("string", "large_string", "string_view"),
    *("binary", "large_binary", "binary_view", "fixed_size_binary"),
)
#: The types whose buffers are arrays of numbers, and the dtypes of these.
IN_BUFFERS = {
    **{f"INT{8 * n}": f"i{n}" for n in (1, 2, 4, 8)},
    **{f"UINT{8 * n}": f"u{n}" for n in (1, 2, 4, 8)},
    "HALF_FLOAT": "f2",
    "FLOAT": "f4",
    "DOUBLE": "f8",
    "DATE32": "i4",
    "DATE64": "i8",
    "TIME32": "i4",
    "TIME64": "i8",
    "TIMESTAMP": "i8",
    "DURATION": "i8",
}
#: The types of which pyarrow takes no elements, and those that stand for them.
TAKEN_AS = {"string_view": "large_string", "binary_view": "large_binary"}


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
    ordered dictionary, decimals without their point.

    Raises
    ------
    TypeError
        If the elements have no order.
    """
    chunks = x.chunks if is_of(x, "pyarrow", "ChunkedArray") else [x]
    dtype = _in_buffers().get(x.type.id)
    if dtype is not None and chunks:
        return [in_memory(chunk, dtype) for chunk in chunks]
    types = sys.modules["pyarrow"].types
    if types.is_dictionary(x.type) and x.type.ordered:
        if any(not chunk.dictionary.equals(chunks[0].dictionary) for chunk in chunks[1:]):
            raise TypeError(
                f"{what} does not support chunks of type {x.type} whose dictionaries differ; their "
                f"order is not known"
            )
        return [_ranks(what, chunk) for chunk in chunks] or [(np.empty(0, np.int8), None)]
    if types.is_decimal(x.type):
        integers = [part for part in map(_integers, chunks) if part is not None]
        if len(integers) == len(chunks) > 0:
            return integers
    if not chunks:
        chunks = [sys.modules["pyarrow"].array([], x.type)]
    return [_keys_of_chunk(what, chunk) for chunk in chunks]


def target_of(what: str, kind: Any, value: Any) -> Any:
    """Return what distances are from as the keys of a type are: ticks for a time.

    Raises
    ------
    TypeError
        If elements of the type have no distances, or none to such a value.
    ValueError
        If the type does not have the value.
    """
    pyarrow = sys.modules["pyarrow"]
    types = pyarrow.types
    if types.is_dictionary(kind):
        raise no_distances(what, kind)
    if types.is_decimal(kind):
        plain = value.as_py() if isinstance(value, pyarrow.Scalar) else value
        return scaled(plain, kind, kind.scale, min(kind.bit_width, 64))
    if not types.is_temporal(kind):
        return value
    try:
        own = value
        if isinstance(value, np.generic):
            own = pyarrow.array(in_array(value))[0]
        elif not isinstance(value, pyarrow.Scalar):
            own = pyarrow.scalar(value)
        zones = [getattr(one, "tz", None) for one in (own.type, kind)]
        is_time = types.is_temporal(own.type) and own.is_valid
        if not is_time or (zones[0] is None) is not (zones[1] is None):
            raise not_of_type(value, kind)
        cast = own.cast(kind)
        is_exact = cast.cast(own.type).equals(own)
    except pyarrow.ArrowInvalid:
        raise no_such_value(value, kind) from None
    except (pyarrow.ArrowNotImplementedError, TypeError, ValueError):  # the last of pandas.NaT
        raise not_of_type(value, kind) from None
    if not is_exact:
        raise no_such_value(value, kind)
    return cast.value


def taken(x: Any, rows: NDArray[np.intp]) -> Any:
    """Return elements of an array or a chunked array; for row -1 null."""
    places = sys.modules["pyarrow"].array(rows, mask=rows < 0)
    plain = TAKEN_AS.get(str(x.type))
    return x.take(places) if plain is None else x.cast(plain).take(places).cast(x.type)


def _ranks(what: str, x: Any) -> Values:
    """Return the indices of an ordered dictionary; of a null in the dictionary they are missing."""
    if len(x.dictionary.unique()) != len(x.dictionary):
        raise TypeError(
            f"{what} does not support an ordered dictionary of type {x.type} that has a value more "
            f"than once; its order is not known"
        )
    indices, missing = _keys_of_chunk(what, x.indices)
    null = _nulls(x.dictionary)
    if null is not None and len(null):
        there = indices if missing is None else np.where(missing, 0, indices)
        missing = null[there] if missing is None else missing | null[there]
    return indices, missing


def _keys_of_chunk(what: str, x: Any) -> Values:
    dtype = _in_buffers().get(x.type.id)
    if dtype is not None:
        return in_memory(x, dtype)
    if not sys.modules["pyarrow"].types.is_boolean(x.type):
        return values_of(what, x)
    missing, buffer = _nulls(x), x.buffers()[1]
    if buffer is None or len(x) == 0:
        return np.zeros(len(x), bool), missing
    return _bits(buffer, x.offset, len(x)), missing


def in_memory(x: Any, dtype: np.dtype[Any]) -> Values:
    """Return the elements of an array of numbers of this dtype where they lie, and the nulls."""
    n, offset = len(x), x.offset
    bits, buffer = x.buffers()
    if buffer is None or n == 0:
        return np.zeros(n, dtype), _nulls(x)
    values = np.frombuffer(buffer, dtype, n, offset * dtype.itemsize)
    if not x.null_count:
        return values, None
    return values, _nulls(x) if bits is None else ~_bits(bits, offset, n)


def _integers(x: Any) -> Values | None:
    """Return decimals without their point, where they lie; None if one needs more than 64 bits."""
    n, buffer, missing = len(x), x.buffers()[1], _nulls(x)
    if buffer is None or n == 0:
        return np.zeros(n, np.int64), missing
    if x.type.bit_width == 32:
        return np.frombuffer(buffer, np.int32, n, x.offset * 4), missing
    count = x.type.bit_width // 64
    words = np.frombuffer(buffer, "<i8", n * count, x.offset * count * 8).reshape(n, count)
    low = words[:, 0]
    wide = (words[:, 1:] != (low >> 63)[:, np.newaxis]).any(axis=1)
    if missing is not None:
        wide &= ~missing
    return None if wide.any() else (low, missing)


@functools.cache
def _in_buffers() -> dict[int, np.dtype[Any]]:
    """Return the dtypes of the numbers of which buffers are arrays, by the numbers of types."""
    lib = sys.modules["pyarrow"].lib
    return {getattr(lib, f"Type_{name}"): np.dtype(dtype) for name, dtype in IN_BUFFERS.items()}


def _nulls(x: Any) -> Any:
    """Return which elements are null, None if none is."""
    if not x.null_count:
        return None
    bits = None if is_of(x, "pyarrow", "ChunkedArray") else x.buffers()[0]
    if bits is None:
        return x.is_null().to_numpy(zero_copy_only=False)
    return ~_bits(bits, x.offset, len(x))


def _bits(bits: Any, offset: int, n: int) -> Any:
    """Return `n` bits of a buffer as bool."""
    first, skipped = divmod(offset, 8)
    part = np.frombuffer(bits, np.uint8, offset=first)
    return np.unpackbits(part, count=skipped + n, bitorder="little")[skipped:].view(bool)
