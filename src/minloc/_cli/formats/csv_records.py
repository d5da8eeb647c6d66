"""CSV text in blocks of whole records: where quotes open and close, and where records end.

A record may span lines, where a quoted field does. A quote opens a field only at its start, and
must be followed by a delimiter or the end of the record where it closes; what breaks that rule is
an error that names the line, for else a quote that is missing would swallow records without a word.

In almost all files quotes alternate between opening and closing, so that a line break after an
even number of them ends a record. Blocks are cut by this rule, and whoever parses one, in another
thread, checks it by `alternating`. Where it does not hold, because quotes stand inside of fields
that do not start with one, the block is given back, and from there on quotes are walked one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError

QUOTE, NEWLINE, RETURN = b'"'[0], b"\n"[0], b"\r"[0]
Positions = NDArray[np.intp]


class UnclosedError(Exception):
    """A quoted field at this position of a text does not end as it should."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position


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
                    end = _likely_end(data) if self.quotes else data.rfind(b"\n") + 1
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
            self._more("line 1")

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


def quoted(data: bytes, delimiter: bytes, quotes: bool = True) -> tuple[Positions, Positions]:
    """Return where quoted spans open and close; ``len(data)`` for one that does not close.

    Two quotes in a quoted field, which stand for one, end a span and begin the next.

    Raises
    ------
    UnclosedError
        If a quoted field goes on after its closing quote.
    """
    if not quotes or b'"' not in data:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    at = np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE)
    if not alternating(data, delimiter, at):
        return _walked(data, at.tolist(), delimiter)
    opens, closes = at[0::2], at[1::2]
    if len(opens) > len(closes):
        closes = np.append(closes, len(data))
    return opens, closes


def alternating(
    data: bytes, delimiter: bytes, at: Positions | None = None, whole: bool = False
) -> bool:
    """Whether every other quote opens a field and the next one closes it, or both stand for one.

    If the text is `whole`, the last has to close one.
    """
    text = np.frombuffer(data, np.uint8)
    if at is None:
        at = np.flatnonzero(text == QUOTE)
    if len(at) == 0:
        return True
    opens, closes = at[0::2], at[1::2]
    if whole and len(opens) > len(closes):
        return False
    before = text[opens - 1]  # of one at 0, the last
    good = (before == delimiter[0]) | (before == NEWLINE) | (before == RETURN)
    good[0] |= opens[0] == 0
    good[1:] |= opens[1:] == closes[: len(opens) - 1] + 1
    after = text[closes[closes < len(data) - 1] + 1]
    ended = (after == delimiter[0]) | (after == NEWLINE) | (after == RETURN) | (after == QUOTE)
    return bool(good.all() and ended.all())


def _likely_end(data: bytes) -> int:
    """Return where the last complete record ends, if quotes alternate; 0 if there is none."""
    text = np.frombuffer(data, np.uint8)
    high, before = len(data), int(np.count_nonzero(text == QUOTE))
    while True:
        found = data.rfind(b"\n", 0, high)
        if found < 0:
            return 0
        before -= int(np.count_nonzero(text[found:high] == QUOTE))
        if before % 2 == 0:
            return found + 1
        high, before = data.rfind(b'"', 0, found), before - 1


def _walked(data: bytes, at: list[int], delimiter: bytes) -> tuple[Positions, Positions]:
    """Return what `quoted` does, quote by quote."""
    around = {delimiter[0], NEWLINE, RETURN}
    opens, closes = [], []
    i = 0
    while i < len(at):
        if at[i] > 0 and data[at[i] - 1] not in around:
            i += 1  # inside of a field that does not start with a quote
            continue
        close = i + 1
        while close + 1 < len(at) and at[close + 1] == at[close] + 1:
            close += 2
        opens.append(at[i])
        if close >= len(at):
            closes.append(len(data))
            break
        end = at[close]
        if end + 1 < len(data) and data[end + 1] not in around:
            raise UnclosedError(
                at[i], "a quoted field goes on after a closing quote, or a quote is missing"
            )
        closes.append(end)
        i = close + 1
    return np.array(opens, np.intp), np.array(closes, np.intp)


def last_end(data: bytes, delimiter: bytes, quotes: bool, first: bool = False) -> int:
    """Return where the last record that is complete ends, or the first; 0 if there is none."""
    opens, closes = quoted(data, delimiter, quotes)
    low, high = 0, len(data)
    while True:
        found = data.find(b"\n", low) if first else data.rfind(b"\n", 0, high)
        if found < 0:
            return 0
        span = int(np.searchsorted(opens, found)) - 1
        if span < 0 or closes[span] < found:
            return found + 1
        low, high = int(closes[span]), int(opens[span])


def spans(data: bytes, delimiter: bytes, quotes: bool) -> tuple[Positions, Positions]:
    """Return where the records of a block start and stop, without blank lines."""
    text = np.frombuffer(data, np.uint8)
    stops = np.flatnonzero(text == NEWLINE)
    opens, closes = quoted(data, delimiter, quotes)
    if len(opens):
        span = np.searchsorted(opens, stops) - 1
        stops = stops[(span < 0) | (closes[span] < stops)]
    starts = np.concatenate(([0], stops + 1))
    stops = np.append(stops, len(data))
    lengths = stops - starts
    full = (lengths > 1) | ((lengths == 1) & (text[np.minimum(starts, len(data) - 1)] != RETURN))
    return starts[full], stops[full]
