"""``.csv`` and ``.tsv``, plain or compressed, or on standard input: read once, from start to end.

Every field is kept as text, so that a row can be shown as it is in the file. The columns that are
searched become numbers if their fields are numbers: int64, so that large integers stay exact, or
else float64. The first rows decide the type of a column. If a later field is not an integer, the
column continues as float64; if it is not a number, an error names its row.
"""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import os
import sys
from collections.abc import Iterator, Sequence
from typing import IO, Any, cast

import numpy as np

from minloc._cli.errors import RefusalError, UnreadableError, library, reading
from minloc._cli.formats.pipes import Counted, opened
from minloc._cli.formats.table import Batch, Spelling

#: Texts that mean a missing number. An empty field is missing in every column.
NULLS = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None", "-")
#: How much of the file is looked at for its header.
HEAD = 1 << 16


class Csv:
    """A table in a CSV file."""

    def __init__(self, path: str, memory: int, spelling: Spelling) -> None:
        self._pa = library("pyarrow", "cli", "to read CSV files")
        self._arrow_csv = library("pyarrow.csv", "cli", "to read CSV files")
        self._compute = library("pyarrow.compute", "cli", "to read CSV files")
        self.path = path
        self._spelling = spelling
        # Arrow reads some blocks ahead, and holds a batch both as bytes and as columns.
        self._block = min(max(memory // 64, 1 << 16), 1 << 20)
        if path == "-" and sys.stdin is None:
            raise UnreadableError(path, "standard input is closed")
        with reading(path):
            self._raw = cast(IO[bytes], Counted(sys.stdin.buffer)) if path == "-" else opened(path)
            self.size = os.fstat(self._raw.fileno()).st_size  # 0 for a pipe
        try:
            self._start()
        except BaseException:
            if path != "-":
                self._raw.close()
            raise

    def _start(self) -> None:
        """Read the header and the first rows, which decide what the columns are."""
        path, spelling = self.path, self._spelling
        with reading(path, "is damaged"):
            stream, head = _decompressed(self._raw)
        if not head.strip():
            raise UnreadableError(path, "is empty: it has no header")
        if b"\0" in head:
            raise UnreadableError(path, "contains zero bytes, so it is not UTF-8 text")
        self.names, self._delimiter = _header(path, head, spelling)
        self._reader = self._open(stream)
        self._types: dict[str, Any] = {}
        self._first = self._next()
        if self._first is not None:
            for name in dict.fromkeys(self.names):
                self._types[name] = self._infer(name, self._first.column(self.names.index(name)))

    def kind(self, name: str) -> str:
        kind = self._types.get(name)
        return "null" if kind is None else "text" if kind == self._pa.string() else str(kind)

    def numeric(self) -> list[str]:
        return [
            name
            for name, kind in self._types.items()
            if kind in (self._pa.int64(), self._pa.float64())
        ]

    def position(self) -> int:
        with reading(self.path):
            return self._raw.tell() if self.size or self.path == "-" else 0

    def close(self) -> None:
        self._reader.close()
        if self.path != "-":
            self._raw.close()

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        for name in names:
            if self.kind(name) == "mixed":
                raise UnreadableError(self.path, self._mixed(name))
        rows, start = self._first, 0
        self._first = None
        while rows is not None:
            columns = {
                name: self._typed(name, rows.column(self.names.index(name)), start)
                for name in names
            }
            yield Batch(columns, rows)
            start += len(rows)
            rows = self._next()

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        raise NotImplementedError  # every batch has its rows

    def _open(self, stream: IO[bytes]) -> Any:
        names = [str(i) for i in range(len(self.names))]
        arrow = self._arrow_csv
        with reading(self.path, "is damaged, or not a CSV file"):
            return arrow.open_csv(
                self._pa.PythonFile(stream, mode="r"),
                arrow.ReadOptions(
                    block_size=self._block, column_names=names, skip_rows_after_names=1
                ),
                arrow.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
                arrow.ConvertOptions(column_types=dict.fromkeys(names, self._pa.string())),
            )

    def _next(self) -> Any:
        with reading(self.path, "is damaged, or not a CSV file"):
            batch = next(self._reader, None)
        return None if batch is None else batch.rename_columns(list(self.names))

    def _present(self, texts: Any, nulls: Sequence[str]) -> Any:
        """Return the texts, null for those that stand for a missing value."""
        missing = _as_arrow(self._pa, [*nulls, *self._spelling.nulls])
        null = self._pa.nulls(1, self._pa.string())[0]
        return self._compute.if_else(self._compute.is_in(texts, value_set=missing), null, texts)

    def _infer(self, name: str, texts: Any) -> Any:
        """Return the Arrow type of a column, or None if all of it is missing, or ``"mixed"``."""
        present = self._present(texts, NULLS)
        if present.null_count == len(present):
            return None
        if not self._spelling.texts:
            for kind in self._pa.int64(), self._pa.float64():
                if self._cast(present, kind) is not None:
                    return kind
            number = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$"
            numbers = self._compute.match_substring_regex(present, number)
            if 2 * self._compute.sum(numbers).as_py() > len(present) - present.null_count:
                odd = self._compute.index(numbers, False).as_py()
                self._types[f"mixed {name}"] = present[odd].as_py(), odd
                return "mixed"
        return self._pa.string()

    def _cast(self, texts: Any, kind: Any) -> Any:
        for spaces in (False, True):
            try:
                stripped = self._compute.utf8_trim_whitespace(texts) if spaces else texts
                return stripped.cast(kind)
            except self._pa.ArrowInvalid:
                pass
        return None

    def _typed(self, name: str, texts: Any, start: int) -> Any:
        kind = self._types[name]
        if kind == self._pa.string():
            return self._present(texts, ("",))
        if kind is None:
            kind = self._types[name] = self._infer(name, texts)
            if kind is None:
                return self._pa.nulls(len(texts))
            if kind == "mixed":
                raise UnreadableError(self.path, self._mixed(name, start))
            return self._typed(name, texts, start)
        present = self._present(texts, NULLS)
        column = self._cast(present, kind)
        if column is None and kind == self._pa.int64():
            self._types[name] = self._pa.float64()
            column = self._cast(present, self._pa.float64())
        if column is None:
            odd = next(
                i
                for i in range(len(present))
                if self._cast(present.slice(i, 1), self._pa.float64()) is None
            )
            raise UnreadableError(self.path, _no_number(name, present[odd].as_py(), start + odd))
        return column

    def _mixed(self, name: str, start: int = 0) -> str:
        text, odd = self._types[f"mixed {name}"]
        return _no_number(name, text, start + odd)


def _as_arrow(pa: Any, texts: list[str]) -> Any:
    """Return texts as an Arrow array."""  # pyarrow.array() would import pandas, which takes long
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    data = pa.py_buffer(b"".join(encoded))
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), data)


def _no_number(name: str, text: str, row: int) -> str:
    return (
        f"column '{name}' has {text!r} in row {row} among numbers: --null {text!r} treats it as "
        "missing, --text compares the column as text"
    )


def _decompressed(raw: IO[bytes]) -> tuple[IO[bytes], bytes]:
    """Return the stream of the bytes that were compressed, if they were, and its start."""
    start = raw.read(3)
    stream = cast(IO[bytes], io.BufferedReader(_Prefixed(start, raw)))
    if start.startswith(b"\x1f\x8b"):
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    elif start.startswith(b"BZh"):
        stream = cast(IO[bytes], bz2.BZ2File(stream))
    head = stream.read(HEAD)
    return cast(IO[bytes], io.BufferedReader(_Prefixed(head, stream), 1 << 20)), head


class _Prefixed(io.RawIOBase):
    """Some bytes, and after them those of a stream."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._head:
            return cast(io.BufferedReader, self._rest).readinto(buffer)
        count = min(len(buffer), len(self._head))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        return count


def _header(path: str, head: bytes, spelling: Spelling) -> tuple[tuple[str, ...], str]:
    """Return the names of the columns, and the delimiter between them."""
    text = head.decode(errors="replace").removeprefix("\ufeff").lstrip("\r\n")
    if "\n" not in text and len(head) == HEAD:
        raise UnreadableError(
            path, f"has no line break in its first {HEAD} bytes, so it is not a table"
        )
    delimiter = spelling.delimiter
    if delimiter is None:
        line = text.splitlines()[0]
        plain = "".join(line.split('"')[::2])  # outside of quotes
        delimiter = max(",\t;|", key=plain.count)  # the first of equals
    if len(delimiter) != 1 or delimiter in '\r\n"':
        raise RefusalError(f"--delimiter must be one character, got {delimiter!r}")
    with reading(path, "has a header that cannot be read"):
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return tuple(names), delimiter
