"""CSV text in blocks of whole records, which may span lines where a quoted field does.

In almost all files quotes alternate between opening and closing, so that a line break after an
even number of them ends a record. Blocks are cut by this rule, and whoever parses one, in another
thread, checks it by `alternating`. Where it does not hold, because quotes stand inside of fields
that do not start with one, the block is given back, and from there on quotes are walked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from minloc._cli.errors import UnreadableError
from minloc._cli.formats.quotes import NEWLINE, UnclosedError, last_end, likely_end, quoted


@dataclass(frozen=True)
class Block:
    """Consecutive records.

    Attributes
    ----------
    data : bytes
        Their text.
    line : int
        The number of the first line, from 1.
    checked : bool
        Whether it is certain that they are whole.
    """

    data: bytes
    line: int
    checked: bool


class Records:
    """The records of a stream of bytes.

    Parameters
    ----------
    path : str
        The file, for errors.
    read : callable
        Takes a number of bytes and returns about as many; none at the end.
    block : int
        How many bytes a block has, if its last record is not longer.
    limit : int
        The longest record that is read.
    """

    def __init__(self, path: str, read: Callable[[int], bytes], block: int, limit: int) -> None:
        self.path, self.line = path, 1
        self.delimiter, self.quotes = b",", True
        self._read, self._block, self._limit = read, block, limit
        self._data, self._ended, self._end = b"", False, b"\n"
        #: Whether all quotes are looked at before a block is cut.
        self.careful = False

    def start(self, skip: int) -> bytes:
        """Go to the header, after `skip` lines and then blank lines; return its first line."""
        while True:
            line = self._line()
            if line is None:
                return b""
            if skip > 0:
                skip -= 1
            elif line.strip():
                return line
            self._drop(len(line))

    def first(self, drop: bool) -> bytes:
        """Return the first record, which `start` has gone to, and go to the next if `drop`."""
        while True:
            try:
                end = last_end(self._data, self.delimiter, self.quotes, first=True)
            except UnclosedError as error:
                raise self._error(error, self._data) from None
            if end or self._ended:
                record = self._data[: end or len(self._data)]
                if not end:
                    self._check_end()
                if drop:
                    self._drop(len(record))
                return record
            self._more("the header")

    def take_back(self, blocks: Sequence[Block]) -> None:
        """Go back to the first of these blocks, which came last, and be careful."""
        self.careful = True
        self._data = b"".join([block.data for block in blocks]) + self._data
        self.line = blocks[0].line

    def __iter__(self) -> Iterator[Block]:
        """Yield the rest in blocks."""
        checked = True  # the first
        while True:
            if len(self._data) < self._block and not self._ended:
                self._more("a record")
            data = self._data
            try:
                if self._ended:
                    end, checked = len(data), True
                elif checked or self.careful:
                    end, checked = last_end(data, self.delimiter, self.quotes), True
                else:
                    end = likely_end(data) if self.quotes else data.rfind(b"\n") + 1
            except UnclosedError as error:
                raise self._error(error, data) from None
            if self._ended:
                self._check_end()
                if not data:
                    return
            elif not end:
                self._more("a record")
                continue
            line = self.line
            self._drop(end)
            yield Block(data[:end], line, checked)
            checked = False

    def _check_end(self) -> None:
        """Raise if the text ends inside a quoted field."""
        try:
            opens, closes = quoted(self._data, self.delimiter, self.quotes)
        except UnclosedError as error:
            raise self._error(error, self._data) from None
        if len(opens) and closes[-1] == len(self._data):
            raise self._error(
                UnclosedError(int(opens[-1]), "a quoted field is opened and never closed"),
                self._data,
            )

    def _line(self) -> bytes | None:
        """Return the next line, which is not dropped yet."""
        while True:
            end = self._data.find(b"\n") + 1
            if end or self._ended:
                return self._data[: end or None] or None
            self._more("a line")

    def _more(self, what: str) -> None:
        """Read another block, or find the end of the stream."""
        if len(self._data) > self._limit:
            raise UnreadableError(
                self.path,
                f"has {what} of more than {self._limit >> 20} MiB in line {self.line}: a larger "
                "--memory allows it, if there is no quote or line break missing",
            )
        more = self._read(max(self._block, len(self._data)))  # twice as much, until it is enough
        if b"\0" in more:
            line = self.line + (self._data + more[: more.index(b"\0")]).count(b"\n")
            raise UnreadableError(
                self.path,
                f"contains zero bytes in line {line}, so it is damaged or not UTF-8 text: "
                "--encoding utf-16 may read it",
            )
        if not self._data and not self._ended and b"\n" not in more and b"\r" in more:
            self._end = b"\r"
        if self._end == b"\r":
            more = more.replace(b"\r", b"\n")
        self._ended = not more
        self._data += more

    def _drop(self, count: int) -> None:
        dropped = np.frombuffer(self._data, np.uint8, count)
        self.line += int(np.count_nonzero(dropped == NEWLINE))
        self._data = self._data[count:]

    def _error(self, error: UnclosedError, data: bytes) -> UnreadableError:
        line = self.line + data.count(b"\n", 0, error.position)
        return UnreadableError(
            self.path, f"line {line}: {error}; --quote none takes quotes as they are"
        )
