"""CSV text whose lines of comment are blank, so that lines keep their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Where a quoted field opens, after any delimiter that may be meant, and where it closes.
_OPEN, _CLOSE = re.compile(rb'(?:^|[,;\t|])"'), re.compile(rb'(?:[^"]|"")*+"(?!")')


class Uncommented:
    """A stream of bytes without comments.

    Parameters
    ----------
    read : callable
        Takes a number of bytes and returns about as many; none at the end.
    mark : bytes
        What lines of comment start with. In a quoted field, such a line is none.
    """

    def __init__(self, read: Callable[[int], bytes], mark: bytes) -> None:
        self._read, self._mark = read, mark
        self._comment = re.compile(rb"^" + re.escape(mark) + rb"[^\r\n]*", re.MULTILINE)
        self._rest, self._quoted = b"", False

    def read(self, count: int) -> bytes:
        """Return whole lines of about `count` bytes; nothing at the end."""
        data = self._rest
        while True:
            more = self._read(count)
            end = more.rfind(b"\n") + 1
            if end or not more:
                break
            data += more
        data, self._rest = data + (more[:end] if more else b""), more[end:]
        if b'"' not in data:
            return data if self._quoted else self._comment.sub(b"", data)
        return b"".join(map(self._line, data.splitlines(keepends=True)))

    def _line(self, line: bytes) -> bytes:
        if not self._quoted and line.startswith(self._mark):
            return self._comment.sub(b"", line)
        at = 0
        while True:
            found = (_CLOSE.match if self._quoted else _OPEN.search)(line, at)
            if found is None:
                return line
            self._quoted, at = not self._quoted, found.end()
