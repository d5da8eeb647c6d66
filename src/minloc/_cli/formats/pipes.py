"""Opening what may be a pipe with a name, which waits for somebody who writes to it."""

from __future__ import annotations

import os
import stat
import threading
from typing import IO

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
