"""``.orc``: stripes of columns; only what is asked for is read, whole rows at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from minloc._cli.errors import UnreadableError, library, reading
from minloc._cli.formats.columns import columns_of, taken
from minloc._cli.formats.table import Batch, Spelling, WithSchema
from minloc._cli.sources.source import Source


class Orc(WithSchema):
    """A table in an ORC file. A stripe of the columns that are read has to be held at once."""

    def __init__(self, source: Source, memory: int, spelling: Spelling) -> None:
        orc = library("pyarrow.orc", "cli", "to read ORC files")
        self.path, self._source = source.path, source
        with reading(self.path, "is damaged, or not an ORC file"):
            self._file = orc.ORCFile(source.file())
            self._schema = self._file.schema
            self._stripes = self._file.nstripes
            rows = self._file.nrows
        self.names, self._rows = tuple(self._schema.names), rows
        self.size = self._file.content_length
        self._length = max(min(memory // 16 // (self.size // max(rows, 1) + 1), 1 << 16), 256)

    def close(self) -> None:
        self._source.close()

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        rows = 0
        for number in range(self._stripes):
            stripe = self._read(number, list(names))
            for start in range(0, len(stripe), self._length):
                part = stripe.slice(start, self._length)
                yield Batch({name: part.column(name) for name in names}, None)
            rows += len(stripe)
            self._position = self.size * rows // max(self._rows, 1)
        if rows != self._rows:
            raise UnreadableError(self.path, f"is damaged: it has {rows} rows of {self._rows}")
        self._source.check()

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        wanted = deque(numbers)
        found = []
        start = 0
        for number in range(self._stripes):
            length = len(self._read(number, list(self.names[:1])))
            if wanted and wanted[0] < start + length:
                found.append(taken(self._read(number, None), wanted, start))
            start += length
        self._source.check()
        return columns_of(found)

    def _read(self, number: int, names: list[str] | None) -> Any:
        with reading(self.path, "is damaged"):
            return self._file.read_stripe(number, names)
