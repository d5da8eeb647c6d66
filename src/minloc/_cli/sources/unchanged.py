"""A file that has to be the same from the first read to the last.

What is found in a file that grows, shrinks or is written anew meanwhile belongs to no state that
the file ever had. Memory maps and the libraries that read files do not say so: past the end of a
file that was cut they may find zeros. So the file is compared when the search is over.
"""

from __future__ import annotations

import os
import weakref

from minloc._cli.errors import UnreadableError, reading


class Unchanged:
    """What a file was when it was opened.

    Parameters
    ----------
    path : str
        The file, as the user named it. It is held open: a new file in its place is another.
    descriptor : int
        A descriptor of the file.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        with reading(path):
            self._file = os.dup(descriptor)
        #: Lets go of the file; so does the end of this object.
        self.close = weakref.finalize(self, os.close, self._file)
        self._before = os.fstat(self._file)
        self.size = self._before.st_size
        #: What is another value for another file, and for this one once it was written to.
        self.stamp = (*self._identity(self._before), self.size, self._before.st_mtime_ns)

    def is_same(self, descriptor: int) -> bool:
        """Whether a descriptor is of the same file."""
        return self._identity(os.fstat(descriptor)) == self._identity(self._before)

    @staticmethod
    def _identity(found: os.stat_result) -> tuple[int, int]:
        return found.st_dev, found.st_ino

    def check(self, read: int | None = None) -> None:
        """Keep the promise of `Source.check` for a file on this machine, by size and time.

        Raises
        ------
        UnreadableError
            If the file has another size or time than at first, or another size than `read`.
        """
        now = os.fstat(self._file)
        if now.st_size != self.size or read not in (None, self.size):
            what = f"it had {self.size} bytes, and has {now.st_size}"
        elif now.st_mtime_ns != self._before.st_mtime_ns:
            what = "it was written to"
        else:
            return
        raise UnreadableError(self.path, f"changed while it was read: {what}")
