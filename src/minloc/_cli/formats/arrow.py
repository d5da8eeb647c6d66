"""``.arrow`` and ``.feather``: Arrow's own files and streams, mapped into memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from minloc._cli.errors import library, reading
from minloc._cli.formats.columns import columns_of, copied, taken
from minloc._cli.formats.mapped import unwatch, watch
from minloc._cli.formats.table import Batch, Spelling, WithSchema
from minloc._cli.sources.source import Source


class Arrow(WithSchema):
    """A table in an Arrow file, or in a stream of Arrow's that was written to a file."""

    def __init__(self, source: Source, memory: int, spelling: Spelling) -> None:
        self._pa = library("pyarrow", "cli", "to read Arrow files")
        library("pyarrow.ipc", "cli", "to read Arrow files")
        self.path, self._source = source.path, source
        with reading(self.path, "is damaged, or not an Arrow file"):
            self._map = self._pa.memory_map(source.place())
            self.size = self._map.size()
            self._address = self._map.read_buffer().address
            watch(self.path, self._address, self.size)
            self._file = self._map.read_at(6, 0) == b"ARROW1"
            self._schema = self._open().schema
        self.names = tuple(self._schema.names)
        self._length = max(min(memory // 16 // (8 * len(self.names) + 1), 1 << 16), 256)

    def close(self) -> None:
        unwatch(self._address)
        self._map.close()
        self._source.close()

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        for batch in self._read():
            with reading(self.path, "is damaged"):
                columns = {name: batch.column(name) for name in names}
                for column in columns.values():
                    column.validate(full=True)  # an offset out of bounds would end the process
            for start in range(0, len(batch), self._length):
                length = min(self._length, len(batch) - start)
                yield Batch({k: c.slice(start, length) for k, c in columns.items()}, None)
            self._position += batch.nbytes
        self._source.check()

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        wanted = deque(numbers)
        found = []
        start = 0
        for batch in self._read():
            if wanted[0] < start + len(batch):
                with reading(self.path, "is damaged"):
                    batch.validate(full=True)
                    found.append(taken(batch, wanted, start))
            start += len(batch)
            if not wanted:
                break
        # They are printed when the file may be closed, or shorter: nothing of them stays mapped.
        return columns_of(copied(found[0].schema, found))

    def _open(self) -> Any:
        if self._file:
            return self._pa.ipc.open_file(self._map)
        self._map.seek(0)
        return self._pa.ipc.open_stream(self._map)

    def _read(self) -> Iterator[Any]:
        with reading(self.path, "is damaged"):
            reader = self._open()
        number = 0
        while True:
            with reading(self.path, "is damaged"):
                if self._file:
                    batch = reader.get_batch(number) if number < reader.num_record_batches else None
                else:
                    batch = next(reader, None)
            if batch is None:
                return
            yield batch
            number += 1
