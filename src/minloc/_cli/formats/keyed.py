"""A table with the columns that its path adds: ``year=2024/month=01/data.parquet``.

Hive, Spark and Arrow divide tables in this way. A key whose values are integers in all files is a
column of integers, else one of text. A column of the file that has the name of a key is the one
that counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

import numpy as np

from minloc._cli.formats.columns import texts_as_arrow
from minloc._cli.formats.table import Batch, Table
from minloc._cli.formats.written import Written
from minloc._cli.sources.remote import is_address

#: What stands for a missing value in a path.
NULL = "__HIVE_DEFAULT_PARTITION__"
Value = int | str | None


def keys_of(paths: Sequence[str]) -> list[dict[str, Value]]:
    """Return the keys in each of these paths.

    Examples
    --------
    >>> keys_of(["a/year=2024/b.csv", "a/year=2025/c.csv"])
    [{'year': 2024}, {'year': 2025}]
    >>> keys_of(["https://host/k=a/b.csv?key=1/2", "c.zip::k=d/e.csv"])
    [{'k': 'a'}, {'k': 'd'}]
    """
    texts: list[dict[str, str]] = []
    for path in paths:
        plain = re.sub(r"[?#].*", "", path) if is_address(path) else path.replace("::", "/")
        parts = [part.partition("=") for part in plain.split("/")[:-1]]
        texts.append({unquote(name): value for name, mark, value in parts if name and mark})
    words = {
        name
        for found in texts
        for name, value in found.items()
        if value != NULL and not re.fullmatch(r"-?\d{1,18}", value)
    }

    def meant(name: str, value: str) -> Value:
        return None if value == NULL else unquote(value) if name in words else int(value)

    return [{name: meant(name, value) for name, value in found.items()} for found in texts]


class Keyed:
    """A table with further columns that have the same value in all rows.

    Parameters
    ----------
    table : Table
        The table.
    keys : mapping
        The columns and their values.
    """

    def __init__(self, table: Table, keys: Mapping[str, Value]) -> None:
        self.path, self.size, self._table = table.path, table.size, table
        self._keys = {name: value for name, value in keys.items() if name not in table.names}
        self.names = (*table.names, *self._keys)

    def kind(self, name: str) -> str:
        if name not in self._keys:
            return self._table.kind(name)
        value = self._keys[name]
        return "missing" if value is None else "int64" if isinstance(value, int) else "text"

    def numeric(self) -> list[str]:
        return self._table.numeric()

    def position(self) -> int:
        return self._table.position()

    def written(self, name: str) -> Written:
        return Written() if name in self._keys else self._table.written(name)

    def close(self) -> None:
        self._table.close()

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        own = [name for name in names if name not in self._keys] or list(self._table.names[:1])
        for batch in self._table.batches(own):
            length = len(next(iter(batch.columns.values())))
            keys = {name: _repeated(self._keys[name], length) for name in names
                    if name in self._keys}  # fmt: skip
            yield Batch(batch.columns | keys, batch.lines)

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        count = len(numbers if lines is None else lines)
        keys = {name: _repeated(value, count) for name, value in self._keys.items()}
        return self._table.rows(numbers, lines) | keys


def _repeated(value: Value, length: int) -> Any:
    """Return an Arrow array that has the same value everywhere."""
    import pyarrow as pa

    if value is None:
        return pa.nulls(length)
    if isinstance(value, int):
        data = pa.py_buffer(np.full(length, value, np.int64))
        return pa.Array.from_buffers(pa.int64(), length, [None, data])
    return texts_as_arrow([value] * length)
