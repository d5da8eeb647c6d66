"""The values of an Arrow column as NumPy's or Python's, without an object of Arrow for each.

``to_pylist()`` makes a scalar of Arrow for each value, which takes some ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from minloc._cli.formats.columns import as_numpy


def values_of(column: Any) -> Sequence[Any]:
    """Return the values of an Arrow array, in chunks or not, as an array or a list of objects."""
    import pyarrow as pa

    kinds, kind = pa.types, column.type
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    if column.null_count == 0 and len(column):
        found: list[Any] = []
        if kinds.is_integer(kind) or kinds.is_floating(kind):
            return np.concatenate([as_numpy(chunk) for chunk in chunks])  # type: ignore[return-value]
        if kinds.is_date32(kind):
            days = [as_numpy(chunk.view(pa.int32())) for chunk in chunks]
            return np.concatenate(days).astype("M8[D]")  # type: ignore[return-value]
        if kinds.is_string(kind):
            for chunk in chunks:
                found += _texts(chunk)
            return found
    try:
        found = column.to_pylist()
    except ValueError:  # nanoseconds, dates far away; also Arrow's exceptions
        found = column.cast("string").to_pylist()
    return found


def _texts(column: Any) -> list[str]:
    """Return the texts of an array without nulls."""
    _, offsets, data = column.buffers()
    if data is None:
        return [""] * len(column)
    ends = np.frombuffer(offsets, np.int32, len(column) + 1, 4 * column.offset).tolist()
    whole = bytes(memoryview(data)[ends[0] : ends[-1]])
    starts = [end - ends[0] for end in ends]
    if whole.isascii():
        text = whole.decode()
        return [text[i:j] for i, j in pairwise(starts)]
    return [whole[i:j].decode() for i, j in pairwise(starts)]
