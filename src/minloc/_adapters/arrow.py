"""pyarrow: arrays, chunked arrays, tables and record batches; a null is no candidate."""

from __future__ import annotations

import sys
from typing import Any

from minloc._adapters.columns import Values, side_by_side


def knows(x: object) -> bool:
    """Whether `x` is an array or a table of pyarrow."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None:
        return False
    kinds = (pyarrow.Array, pyarrow.ChunkedArray, pyarrow.Table, pyarrow.RecordBatch)
    return isinstance(x, kinds)


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are not null.

    Raises
    ------
    TypeError
        If NumPy has no dtype with the same order.
    """
    pyarrow = sys.modules["pyarrow"]
    if isinstance(x, (pyarrow.Table, pyarrow.RecordBatch)):
        columns = [values_of(what, column) for column in x.itercolumns()]
        return side_by_side(what, columns, x.schema.names)
    types = pyarrow.types
    if types.is_dictionary(x.type) and not x.type.ordered:
        x = pyarrow.compute.dictionary_decode(x)
    kind = x.type
    counts = types.is_integer(kind) or types.is_boolean(kind)
    tests = (
        *(types.is_floating, types.is_decimal, types.is_date, types.is_timestamp),
        *(types.is_duration, types.is_string, types.is_large_string, types.is_string_view),
        *(types.is_binary, types.is_large_binary, types.is_binary_view, types.is_null),
    )
    if not counts and not any(test(kind) for test in tests):
        raise TypeError(
            f"{what} takes no pyarrow array of type {kind}, whose order NumPy does not have; a "
            f"cast can be asked"
        )
    present = x.is_valid().to_numpy(zero_copy_only=False) if x.null_count else None
    if present is not None and counts:
        x = x.fill_null(0 if types.is_integer(kind) else False)  # or NumPy has floats, or objects
    return x.to_numpy(zero_copy_only=False), present
