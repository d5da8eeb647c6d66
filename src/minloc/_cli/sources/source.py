"""What every source of bytes has: a name, its bytes from the start or in any order, and a check."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Hashable
from typing import IO, Any

from minloc._cli.errors import reading


class Source:
    """The bytes of one file, wherever they are.

    Parameters
    ----------
    path : str
        The file as the user named it.
    name : str
        What its suffix is taken from.
    """

    #: How many bytes there are, 0 if unknown.
    size = 0
    #: Whether it can be opened more than once.
    again = True

    def __init__(self, path: str, name: str) -> None:
        self.path, self.name = path, name
        self._copy: str | None = None

    def open(self) -> IO[bytes]:
        """Return a new stream of the bytes, from the first on."""
        raise NotImplementedError

    def place(self) -> str:
        """Return the path of a file on this machine that has these bytes.

        A source that has none is copied to a temporary file, which is deleted in the end.
        """
        if self._copy is None:
            with reading(self.path, "cannot be unpacked"), self.open() as stream:
                handle, self._copy = tempfile.mkstemp(prefix="minloc-")
                weakref.finalize(self, _delete, self._copy)
                with os.fdopen(handle, "wb") as copy:
                    shutil.copyfileobj(stream, copy, 1 << 20)
        return self._copy

    def file(self) -> Any:
        """Return what a library opens that reads in any order: a path or a file object."""
        return self.place()

    def stamp(self) -> Hashable:
        """Return what is another value if the file is another one, or was written to."""
        return self.size

    def check(self, read: int | None = None) -> None:
        """Refuse what was read if the source is not what it was when it was opened.

        A source of several layers asks the file below. One that can be read only once, such as a
        pipe, cannot tell, and does nothing.

        Parameters
        ----------
        read : int, optional
            How many bytes of the source have been read, if that should be all of them.

        Raises
        ------
        UnreadableError
            If it changed.
        """

    def close(self) -> None:
        """Let go of the file, and delete the temporary one."""
        if self._copy is not None:
            _delete(self._copy)
            self._copy = None


def _delete(path: str) -> None:
    if os.path.exists(path):
        os.unlink(path)
