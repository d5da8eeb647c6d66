"""A file must not get shorter while it is read: what is read past its end may come back as zeros.

HDF5 and memory maps do not say so themselves, so the size is compared when the search is over.
"""

from __future__ import annotations

import os
import weakref

from minloc._cli.errors import UnreadableError, reading


class Promise:
    """The size of a file at the time when it was opened.

    Parameters
    ----------
    path : str
        The file. It is held open: a new file in its place is another.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        with reading(path):
            self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        #: Lets go of the file; so does the end of this object.
        self.close = weakref.finalize(self, os.close, self._file)
        self.size = os.fstat(self._file).st_size

    def check(self) -> None:
        """Raise UnreadableError if the file is shorter than it was."""
        now = os.fstat(self._file).st_size
        if now < self.size:
            raise UnreadableError(
                self.path, f"was cut from {self.size} to {now} bytes while it was read"
            )
