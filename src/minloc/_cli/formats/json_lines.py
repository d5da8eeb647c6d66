"""``.jsonl`` and ``.ndjson``: a JSON object on each line is a row, and its keys are columns.

Blocks of whole lines are parsed by Arrow, the columns that are searched only. Where Arrow cannot
say what is wrong, or would round an integer, Python takes the block apart. Texts are read as those
of CSV are, so that ``"$1,200.50"`` is a number here, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError, library
from minloc._cli.formats.columns import is_exact, type_name
from minloc._cli.formats.csv_records import Block, Records
from minloc._cli.formats.decoded import Decoded
from minloc._cli.formats.json_values import MixedError, as_arrow, kind_of
from minloc._cli.formats.readings import Reading
from minloc._cli.formats.table import Batch, Spelling
from minloc._cli.formats.written import Written
from minloc._cli.sources.source import Source

Rows = list[dict[str, Any]]


class JsonLines:
    """A table in a file of JSON lines."""

    def __init__(self, source: Source, memory: int, spelling: Spelling) -> None:
        self._pa = library("pyarrow", "cli", "to read JSON lines")
        self._json = library("pyarrow.json", "cli", "to read JSON lines")
        library("pyarrow.compute", "cli", "to read JSON lines")
        self.path, self._source = source.path, source
        self._memory, self._spelling = memory, spelling
        self._decoded = Decoded(source, spelling.encoding)
        self.size = self._decoded.size
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Read the first lines, which say what the columns are."""
        block = min(max(self._memory // 32, 1 << 16), 1 << 20)
        records = Records(self.path, self._decoded.read, block, self._memory // 4)
        records.quotes = False
        self._blocks = iter(records)
        self._first = next(self._blocks, None)
        while self._first is not None and not self._first.data.strip():
            self._first = next(self._blocks, None)
        if self._first is None:
            raise UnreadableError(self.path, "is empty: it has no line")
        if self._first.data.lstrip()[:1] == b"[":
            raise UnreadableError(
                self.path,
                "is one JSON array; a row of a table is an object on a line of its own, as jq -c "
                "'.[]' writes them",
            )
        head = self._objects(self._first, 0)
        self.names = tuple(dict.fromkeys(name for row in head for name in row))
        #: What a column holds, "" as long as it is missing; and the type that Arrow tries.
        self._kinds = {name: kind_of(row.get(name) for row in head) for name in self.names}
        self._types: dict[str, Any] = {}
        self._readings: dict[str, Reading] = {}
        self._head = head

    def kind(self, name: str) -> str:
        kind = self._kinds[name]
        if kind == "text":
            return self._reading_of(name).type_name
        if kind != "number":
            return kind or "missing"
        try:
            return type_name(as_arrow([row.get(name) for row in self._head], kind).type)
        except MixedError:
            return "float64"

    def numeric(self) -> list[str]:
        return [
            name for name in self.names
            if self._kinds[name] == "number"
            or (self._kinds[name] == "text" and self._reading_of(name).numeric)
        ]  # fmt: skip

    def position(self) -> int:
        return self._decoded.position()

    def close(self) -> None:
        self._decoded.close()
        self._source.close()

    def written(self, name: str) -> Written:
        if name in self._readings:
            return self._readings[name].written
        return Written(units=frozenset({""} if self._kinds[name] == "number" else ()))

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        self._settle(names)
        start = 0
        for block, lines in self._lines():
            columns = self._columns(block, lines, names, start)
            for name, column in columns.items():
                if self._kinds[name] == "text":
                    columns[name] = self._reading_of(name).read(column, start)

            def taken(indices: NDArray[np.intp], lines: list[bytes] = lines) -> list[bytes]:
                return [lines[i] for i in indices.tolist()]

            yield Batch(columns, taken)
            start += len(lines)
        for reading in self._readings.values():
            reading.finish()

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        rows = [json.loads(line) for line in lines or ()]
        names = dict.fromkeys(self.names) | dict.fromkeys(name for row in rows for name in row)
        return {name: [row.get(name) for row in rows] for name in names}

    def _lines(self) -> Iterator[tuple[Block, list[bytes]]]:
        """Yield the blocks, and the lines of each that are not blank."""
        block, self._first = self._first, None
        while block is not None:
            yield block, [line for line in block.data.split(b"\n") if line.strip()]
            block = next(self._blocks, None)

    def _reading_of(self, name: str) -> Reading:
        """Return how the texts of a column are read, as far as the first lines show it."""
        if name not in self._readings:
            self._readings[name] = reading = Reading(self.path, name, self._spelling, "")
            head = (row.get(name) for row in self._head)
            texts = [value if isinstance(value, str) else None for value in head]
            reading.infer(as_arrow(texts, "text"))
        return self._readings[name]

    def _settle(self, names: Sequence[str]) -> None:
        """Look further in the file for what the first lines leave open, if it can be read twice."""
        texts = [name for name in names if self._kinds[name] == "text"]
        open_ = {name for name in texts if self._reading_of(name).unsettled}
        if not open_ or not self._source.again:
            return
        other = JsonLines(self._source, self._memory, self._spelling)
        try:
            start = 0
            for block, lines in other._lines():
                for name, column in other._columns(block, lines, list(open_), start).items():
                    self._readings[name].look(column, start)
                start += len(lines)
                if not any(self._readings[name].unsettled for name in open_):
                    break
        finally:
            other._decoded.close()

    def _columns(
        self, block: Block, lines: list[bytes], names: Sequence[str], start: int
    ) -> dict[str, Any]:
        """Return columns of a block as Arrow arrays."""
        pa = self._pa
        first = {"number": pa.int64(), "boolean": pa.bool_(), "text": pa.string()}
        if all(self._kinds[name] in first for name in names):
            types = {name: self._types.get(name, first[self._kinds[name]]) for name in names}
            floats = {n: pa.float64() if t == pa.int64() else t for n, t in types.items()}
            for tried in types, floats:
                table = self._parsed(block.data, tried)
                if table is not None and table.num_rows == len(lines):
                    found = {name: table.column(name).combine_chunks() for name in names}
                    if all(t != pa.float64() or is_exact(found[n]) for n, t in tried.items()):
                        self._types |= tried
                        return found
        return self._slowly(block, names, start)

    def _slowly(self, block: Block, names: Sequence[str], start: int) -> dict[str, Any]:
        """Return columns of a block that Python takes apart."""
        rows = self._objects(block, start)
        found = {}
        for name in names:
            values = [row.get(name) for row in rows]
            try:
                self._kinds[name] = self._kinds[name] or kind_of(values)
                found[name] = as_arrow(values, self._kinds[name])
            except MixedError as error:
                self._refuse(name, values[error.at], start + error.at, error.reason)
        return found

    def _parsed(self, data: bytes, types: dict[str, Any]) -> Any:
        """Return columns of a block as an Arrow table, None if they are not of these types."""
        try:
            return self._json.read_json(
                self._pa.BufferReader(data),
                self._json.ReadOptions(use_threads=False, block_size=len(data) + 1),
                self._json.ParseOptions(
                    explicit_schema=self._pa.schema(list(types.items())),
                    unexpected_field_behavior="ignore",
                ),
                self._pa.system_memory_pool(),
            )
        except self._pa.ArrowException:
            return None

    def _objects(self, block: Block, start: int) -> Rows:
        """Return the objects of a block."""
        found: Rows = []
        for number, line in enumerate(block.data.split(b"\n")):
            if not line.strip():
                continue
            where = f"line {block.line + number}"
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                reason = getattr(error, "msg", str(error))
                raise UnreadableError(
                    self.path, f"{where} is not a JSON object: {reason}: each line has to be one"
                ) from None
            if not isinstance(row, dict):
                raise UnreadableError(self.path, f"{where} is not a JSON object")
            found.append(row)
        return found

    def _refuse(self, name: str, value: Any, row: int, reason: str) -> NoReturn:
        shown = json.dumps(value)
        shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
        raise UnreadableError(self.path, f"column '{name}' has {shown} in row {row}, {reason}")
