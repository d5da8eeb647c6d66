"""CSV text whose lines of comment are blank, so that lines keep their numbers."""

from __future__ import annotations

import re
from collections.abc import Callable


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
        if self._mark not in data:
            self._quoted ^= data.count(b'"') % 2 == 1
            return data
        if not self._quoted and b'"' not in data:
            return self._comment.sub(b"", data)
        return b"".join(map(self._line, data.splitlines(keepends=True)))

    def _line(self, line: bytes) -> bytes:
        if not self._quoted and line.startswith(self._mark):
            return self._comment.sub(b"", line)
        self._quoted ^= line.count(b'"') % 2 == 1
        return line
