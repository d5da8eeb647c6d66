"""``.csv`` and ``.tsv``, plain or compressed, or on standard input: read once, from start to end.

The file is cut into blocks of whole records here, and the blocks are parsed by Arrow in threads: a
thread has bytes of its own and never waits for the file. Only the columns that are searched are
converted. A row that may be the answer is kept as the bytes that it is in the file, and taken apart
at the end, so that its fields are shown as they stand there.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from minloc import get_num_threads
from minloc._cli.errors import RefusalError, UnreadableError, library
from minloc._cli.formats.comments import Uncommented
from minloc._cli.formats.csv_records import Block, Records
from minloc._cli.formats.decoded import Decoded
from minloc._cli.formats.parser import DisorderError, Parsed, Parser
from minloc._cli.formats.readings import NULLS, Reading
from minloc._cli.formats.table import Batch, Spelling
from minloc._cli.formats.written import Written
from minloc._cli.output import notice
from minloc._cli.sources.source import Source

__all__ = ["NULLS", "Csv"]

#: A file without a line break in so many bytes is not a table.
HEAD = 1 << 16


class Csv:
    """A table in a CSV file."""

    def __init__(self, source: Source, memory: int, spelling: Spelling) -> None:
        for name in "pyarrow", "pyarrow.compute":
            library(name, "cli", "to read CSV files")
        self.path, self._source = source.path, source
        self._spelling, self._memory = spelling, memory
        #: Whether bytes beyond ASCII have been seen that are UTF-8, and that are not.
        self._utf8 = self._latin = False
        self._threads = min(get_num_threads(), 8)
        # A block is held as bytes and as columns, and one or two wait for each thread.
        self._block = min(max(memory // (32 * self._threads), 1 << 16), 1 << 20)
        self._decoded = Decoded(source, spelling.encoding)
        self.size = self._decoded.size
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def _start(self) -> None:
        """Read the header and the first rows, which decide what the columns are."""
        spelling = self._spelling
        read = self._decoded.read
        if spelling.comment is not None:
            read = Uncommented(read, spelling.comment.encode()).read
        self._records = records = Records(self.path, read, self._block, self._memory // 4)
        line = records.start(spelling.skip_lines)
        given = spelling.delimiter
        if given is None and (first := re.fullmatch(rb"sep=(.)\s*", line)):  # as Excel has it
            given = first[1].decode("latin-1")
            line = records.start(1)
        if not line:
            raise UnreadableError(self.path, "is empty: it has no header")
        if len(line) > HEAD and not line.endswith(b"\n"):
            raise UnreadableError(
                self.path, f"has no line break in its {len(line)} bytes, so it is not a table"
            )
        self._delimiter = _delimiter(line, given, spelling.decimal)
        records.delimiter = self._delimiter.encode()
        self._parser = Parser(self.path, self._delimiter, spelling)
        records.quotes = spelling.quotes
        names = self._parser.fields([self._encoded(records.first(drop=spelling.header))])[0]
        self.names = _unique(names) if spelling.header else tuple(map(str, range(len(names))))
        self._parser.names = self.names
        if not any(name.strip() for name in names):
            raise UnreadableError(
                self.path, f"has a header without a name in line {records.line - 1}: "
                "--skip-lines or --no-header may be what it needs"
            )  # fmt: skip
        self._blocks = iter(records)
        self._readings: dict[str, Reading] = {}
        self._ragged: tuple[int, int] | None = None
        self._first = next(self._blocks, None)

    def kind(self, name: str) -> str:
        [reading] = self._readings_of([name])
        return reading.type_name

    def numeric(self) -> list[str]:
        return [reading.name for reading in self._readings_of(self.names) if reading.numeric]

    def written(self, name: str) -> Written:
        return self._readings[name].written

    def position(self) -> int:
        return self._decoded.position()

    def close(self) -> None:
        self._decoded.close()
        self._source.close()

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        readings = self._readings_of(names)
        self._settle([reading for reading in readings if reading.unsettled])
        start = 0
        for parsed in self._parsed(readings):
            columns = {}
            for reading in readings:
                column = parsed.columns[reading.name]
                if not _is_text(column):
                    plain = reading.plain(column, start)
                    if plain is not None:
                        columns[reading.name] = plain
                        continue
                    again = self._parser.parse(parsed.block, {reading.name: None})
                    column = again.columns[reading.name]
                columns[reading.name] = reading.read(column, start)
            yield Batch(columns, partial(self._parser.lines, parsed))
            start += parsed.length
            self._note_ragged(parsed)
        for reading in readings:
            reading.finish()
        if self._spelling.header and _are_numbers(self.names):
            notice(f"{self.path}: the first line, which has numbers only, was read as the names of "
                   "columns: --no-header reads it as a row")  # fmt: skip
        if self._latin:
            notice(f"{self.path}: is not UTF-8, so it was read as Latin-1: --encoding says better")
        if self._ragged is not None:
            count, line = self._ragged
            notice(f"{self.path}: {count} ragged records were skipped, the first in line {line}")

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        columns: list[list[str]] = [[] for _ in self.names]
        for start in range(0, len(lines or ()), 1000):
            records = self._parser.fields((lines or ())[start : start + 1000])
            for column, fields in zip(columns, zip(*records, strict=True), strict=True):
                column += fields
        return dict(zip(self.names, columns, strict=True))

    def _readings_of(self, names: Sequence[str]) -> list[Reading]:
        """Return how columns are read, as far as the first rows show it."""
        new = [name for name in names if name not in self._readings]
        for name in new:
            self._readings[name] = Reading(self.path, name, self._spelling, self._delimiter)
        if new and self._first is not None:
            block = replace(self._first, data=self._encoded(self._first.data))
            parsed = self._parser.parse(block, dict.fromkeys(new))
            for name in new:
                self._readings[name].infer(parsed.columns[name])
        return [self._readings[name] for name in names]

    def _settle(self, readings: list[Reading]) -> None:
        """Look further in the file for what the first rows leave open, if it can be read twice."""
        if not readings or not self._source.again:
            return
        other = Csv(self._source, self._memory, self._spelling)
        other._records.careful = True
        try:
            wanted: dict[str, Any] = {reading.name: None for reading in readings}
            start = 0
            block = other._first
            while block is not None and any(reading.unsettled for reading in readings):
                block = replace(block, data=other._encoded(block.data))
                parsed = other._parser.parse(block, wanted)
                for reading in readings:
                    reading.look(parsed.columns[reading.name], start)
                start += parsed.length
                block = next(other._blocks, None)
        finally:
            other._decoded.close()

    def _parsed(self, readings: list[Reading]) -> Iterator[Parsed]:
        """Yield the blocks, parsed in threads, in their order."""
        block, self._first = self._first, None
        waiting: deque[tuple[Block, Future[Parsed]]] = deque()
        late: UnreadableError | None = None
        with ThreadPoolExecutor(self._threads) as pool:
            while True:
                while block is not None and len(waiting) <= self._threads:
                    types = {reading.name: reading.expected for reading in readings}
                    encoded = replace(block, data=self._encoded(block.data))
                    waiting.append((block, pool.submit(self._parser.parse, encoded, types)))
                    try:
                        block = next(self._blocks, None)
                    except UnreadableError as error:  # those before may have another
                        block, late = None, error
                if not waiting:
                    break
                read, future = waiting.popleft()
                try:
                    parsed = future.result()
                except DisorderError:
                    again = [read, *(each for each, _ in waiting), *([block] if block else [])]
                    waiting.clear()
                    self._records.take_back(again)
                    self._blocks, late = iter(self._records), None
                    block = next(self._blocks, None)
                    continue
                yield parsed
        if late is not None:
            raise late

    def _encoded(self, data: bytes) -> bytes:
        """Return text of whole lines as UTF-8; it is Latin-1 if nothing in the file is UTF-8."""
        if data.isascii():
            return data
        if not self._latin:
            whole = data.decode(errors="ignore")
            if len(whole.encode()) == len(data):
                self._utf8 = True
                return data
            if self._utf8 or not whole.isascii():
                self._utf8 = True
                return data  # the bytes that are not UTF-8 matter if they are asked for
            self._latin = True
        return data.decode("latin-1").encode()

    def _note_ragged(self, parsed: Parsed) -> None:
        if parsed.dropped:
            count, line = self._ragged or (0, self._parser.line_of(parsed.block, parsed.dropped[0]))
            self._ragged = count + len(parsed.dropped), line


def _is_text(column: Any) -> bool:
    return str(column.type) == "string"


def _are_numbers(names: Sequence[str]) -> bool:
    """Whether all names are numbers, and not those that libraries give to columns without names.

    Examples
    --------
    >>> _are_numbers(["3", "1.5"]), _are_numbers(["0", "1", "2"]), _are_numbers(["x", "1"])
    (True, False, False)
    """
    try:
        plain = [re.sub(r"#\d+$", "", name) for name in names]  # without the number of `_unique`
        numbers = [float(name) for name in plain if name.strip()]
    except ValueError:
        return False
    return bool(numbers) and (numbers != list(range(len(numbers))) or len(names) == 1)


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return names with their number, after ``#``, where several are the same.

    Examples
    --------
    >>> _unique(["x", "y", "x"])
    ('x#0', 'y', 'x#2')
    """
    counts = Counter(names)
    return tuple(f"{name}#{i}" if counts[name] > 1 else name for i, name in enumerate(names))


def _delimiter(line: bytes, given: str | None, decimal: str | None) -> str:
    """Return what separates the fields of the header."""
    if given is None:
        plain = b"".join(line.split(b'"')[::2])  # outside of quotes
        candidates = ";\t|," if decimal == "," else ",\t;|"
        if decimal == "," and any(mark in plain for mark in (b";", b"\t", b"|")):
            candidates = ";\t|"
        return max(candidates, key=lambda mark: plain.count(mark.encode()))  # the first of equals
    if len(given) != 1 or given in '\r\n"' or not given.isascii():
        raise RefusalError(f"--delimiter must be one ASCII character, got {given!r}")
    return given
