"""``.parquet``: row groups of columns; only what is asked for is read, whole rows at the end."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from minloc._cli.errors import UnreadableError, library, reading
from minloc._cli.formats.columns import columns_of, taken
from minloc._cli.formats.table import Batch, Spelling, WithSchema
from minloc._cli.sources.source import Source


class Parquet(WithSchema):
    """A table in a Parquet file."""

    def __init__(self, source: Source, memory: int, spelling: Spelling) -> None:
        parquet = library("pyarrow.parquet", "cli", "to read Parquet files")
        self.path, self._source = source.path, source
        with reading(self.path, "is damaged, or not a Parquet file"):
            # Pages are read as they are needed, not a row group at once.
            self._file = parquet.ParquetFile(
                source.file(),
                buffer_size=1 << 20,
                pre_buffer=False,
                page_checksum_verification=True,
            )
            metadata = self._file.metadata
            self._groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
            self._schema = self._file.schema_arrow
        self.names = tuple(self._schema.names)
        self.size = sum(group.total_byte_size for group in self._groups)
        width = self.size // max(metadata.num_rows, 1) + 1
        self._length = max(min(memory // 16 // width, 1 << 16), 256)

    def close(self) -> None:
        self._file.close()
        self._source.close()

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        for number, group in enumerate(self._groups):
            rows = 0
            for batch in self._read([number], list(names)):
                rows += len(batch)
                yield Batch({name: batch.column(name) for name in names}, None)
                self._position += group.total_byte_size * len(batch) // max(group.num_rows, 1)
            if rows != group.num_rows:
                raise UnreadableError(
                    self.path, f"is damaged: row group {number} has {rows} rows of {group.num_rows}"
                )
        self._source.check()

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        wanted = deque(numbers)
        found = []
        start = 0
        for number, group in enumerate(self._groups):
            stop = start + group.num_rows
            if wanted and wanted[0] < stop:
                for batch in self._read([number], None):
                    if wanted and wanted[0] < start + len(batch):
                        found.append(taken(batch, wanted, start))
                    start += len(batch)
                    if not wanted or wanted[0] >= stop:
                        break
            start = stop
        self._source.check()
        return columns_of(found)

    def _read(self, groups: list[int], names: list[str] | None) -> Iterator[Any]:
        with reading(self.path, "is damaged"):
            batches = self._file.iter_batches(self._length, groups, names)
        while True:
            with reading(self.path, "is damaged"):
                batch = next(batches, None)
            if batch is None:
                return
            yield batch
