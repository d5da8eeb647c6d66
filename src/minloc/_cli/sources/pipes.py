"""Pipes: opening one that has a name, and counting the bytes that come out of one."""

from __future__ import annotations

import io
import os
import stat
import threading
from typing import IO, Any, cast

from minloc._cli.errors import UnreadableError

#: How long to wait, in seconds: a script may start the reader before the writer.
PATIENCE = 5.0


def opened(path: str) -> IO[bytes]:
    """Open a file to read its bytes.

    Raises
    ------
    UnreadableError
        If it is a pipe that nobody writes to.
    OSError
        If it cannot be opened.
    """
    if not stat.S_ISFIFO(os.stat(path).st_mode):
        return open(path, "rb")
    files: list[IO[bytes]] = []
    errors: list[OSError] = []

    def wait() -> None:
        try:
            files.append(open(path, "rb"))  # noqa: SIM115  the caller closes it
        except OSError as error:
            errors.append(error)

    waiting = threading.Thread(target=wait, daemon=True)  # it may wait for ever
    waiting.start()
    waiting.join(PATIENCE)
    if errors:
        raise errors[0]
    if not files:
        raise UnreadableError(path, f"is a pipe that nobody opened to write in {PATIENCE:g} s")
    return files[0]


class Counted(io.RawIOBase):
    """A stream that knows how many bytes were read from it.

    Parameters
    ----------
    stream : file
        A stream of bytes, which may be a pipe.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._count = stream, 0

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def readinto(self, buffer: Any) -> int:
        got = cast(io.BufferedReader, self._stream).readinto(buffer)
        self._count += got
        return got

    def tell(self) -> int:
        return self._count
