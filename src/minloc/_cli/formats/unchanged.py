"""A file that has to be the same from the first read to the last.

What is found in a file that grows, shrinks or is written anew meanwhile belongs to no state that
the file ever had.
"""

from __future__ import annotations

import os

from minloc._cli.errors import UnreadableError


class Unchanged:
    """What a file was when it was opened.

    Parameters
    ----------
    path : str
        The file, as the user named it.
    target : int or str
        The file: a descriptor, or a path.
    """

    def __init__(self, path: str, target: int | str) -> None:
        self._path, self._target = path, target
        self._before = os.stat(target)

    def check(self, read: int | None = None) -> None:
        """Compare the file with what it was.

        Parameters
        ----------
        read : int, optional
            How many bytes of it have been read.

        Raises
        ------
        UnreadableError
            If it is another file now, or has other bytes.
        """
        try:
            now = os.stat(self._target)
        except OSError as error:
            raise UnreadableError(self._path, error.strerror) from error
        before = self._before
        if read is None:
            read = before.st_size
        if (now.st_size, read) != (before.st_size, before.st_size):
            what = f"it had {before.st_size} bytes, and has {now.st_size}"
        elif (now.st_mtime_ns, now.st_ino) != (before.st_mtime_ns, before.st_ino):
            what = "it was written to"
        else:
            return
        raise UnreadableError(self._path, f"changed while it was read: {what}")
