"""Arrow's views of texts, which Polars writes, as plain texts: pyarrow can do little with views."""

from __future__ import annotations

from typing import Any


def rows_without_views(batch: Any) -> Any:
    """Return a batch of rows, with the same names, whose columns have no views."""
    import pyarrow as pa

    columns = [without_views(column) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def without_views(column: Any) -> Any:
    """Return an Arrow array without views, itself if it has none."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):  # which cannot be cast
        words = without_views(column.dictionary)
        if words.type == kind.value_type:
            return column
        return pa.DictionaryArray.from_arrays(column.indices, words, ordered=kind.ordered)
    plain = _without_views(kind)
    return column if plain == kind else column.cast(plain)


def _without_views(kind: Any) -> Any:
    import pyarrow as pa

    types = pa.types
    if types.is_string_view(kind):
        return pa.large_string()
    if types.is_binary_view(kind):
        return pa.large_binary()
    if types.is_list(kind) or types.is_large_list(kind):
        field = kind.value_field
        made = pa.list_ if types.is_list(kind) else pa.large_list
        return made(field.with_type(_without_views(field.type)))
    if types.is_struct(kind):
        return pa.struct([field.with_type(_without_views(field.type)) for field in kind])
    return kind
