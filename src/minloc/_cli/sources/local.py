"""Files, pipes and standard input of this machine."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Hashable
from typing import IO, cast

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.sources.pipes import Counted, opened
from minloc._cli.sources.source import Source
from minloc._cli.sources.unchanged import Unchanged


class Local(Source):
    """A file with a path, which may be a pipe.

    Parameters
    ----------
    path : str
        The path.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, path)
        with reading(path):
            self.again = stat.S_ISREG(os.stat(path).st_mode)
        self._unchanged: Unchanged | None = None
        if self.again:
            with reading(path), open(path, "rb") as file:  # whether it may be read
                self._unchanged = Unchanged(path, file.fileno())
            self.size = self._unchanged.size

    def open(self) -> IO[bytes]:
        with reading(self.path):
            file = opened(self.path)
        if self._unchanged is not None and not self._unchanged.is_same(file.fileno()):
            file.close()
            raise UnreadableError(self.path, "changed while it was read: it is another file now")
        return file

    def place(self) -> str:
        return self.path

    def stamp(self) -> Hashable:
        return None if self._unchanged is None else self._unchanged.stamp

    def check(self, read: int | None = None) -> None:
        if self._unchanged is not None:
            self._unchanged.check(read)

    def close(self) -> None:
        if self._unchanged is not None:
            self._unchanged.close()


class Standard(Source):
    """Standard input, which may begin in the middle of a file."""

    again = False

    def __init__(self) -> None:
        super().__init__("-", "-")
        if sys.stdin is None:
            raise UnreadableError("-", "standard input is closed")
        with reading("-"):
            found = os.fstat(sys.stdin.buffer.fileno())
        self.size = found.st_size if stat.S_ISREG(found.st_mode) else 0

    def open(self) -> IO[bytes]:
        return cast(IO[bytes], Counted(sys.stdin.buffer))
