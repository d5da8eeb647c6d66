"""What goes wrong with a server, as one line; and a file object whose errors are such lines."""

from __future__ import annotations

import errno
import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

from minloc._cli.errors import RefusalError, UnreadableError

#: How long to wait for a connection, and for the next bytes, in seconds.
CONNECT, NEXT = 20.0, 60.0


@contextmanager
def reaching(path: str) -> Iterator[None]:
    """Turn what goes wrong with a server into one line that names the address.

    Raises
    ------
    UnreadableError
        Instead of any other exception.
    """
    try:
        yield
    except RefusalError:
        raise
    except Exception as error:
        raise UnreadableError(path, _reason(error)) from error


def _reason(error: BaseException) -> str:
    """Return why a file cannot be reached, which the first of a chain of exceptions knows best."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    for one in reversed(chain):
        if (status := getattr(one, "status", None)) is not None:  # of aiohttp
            return f"the server answers {status} {getattr(one, 'message', '')}".rstrip()
        if isinstance(one, TimeoutError) or "Timeout" in type(one).__name__:
            return f"cannot be read: no answer within {NEXT:g} s (to connect, {CONNECT:g} s)"
        if isinstance(one, OSError) and one.strerror:
            number = one.errno or 0
            known = number in errno.errorcode  # a resolver has numbers of its own
            return f"cannot be reached: {os.strerror(number) if known else one.strerror}"
    if isinstance(error, FileNotFoundError):
        return "No such file or directory"
    return f"cannot be read: {error or type(error).__name__}"


def buffered(path: str, file: Any, seeks: bool, size: int = 0) -> IO[bytes]:
    """Return a file object of fsspec as one that `_Parts` describes."""
    return cast(IO[bytes], io.BufferedReader(_Parts(path, file, seeks, size), 1 << 16))


class _Parts(io.RawIOBase):
    """A file object of fsspec with a position of its own, whose errors name the address.

    Parameters
    ----------
    path : str
        The address.
    file : file
        The object; several of these may share it.
    seeks : bool
        Whether it can be read in any order.
    size : int
        How many bytes it has, if that is needed.
    """

    _lock = threading.Lock()

    def __init__(self, path: str, file: Any, seeks: bool, size: int = 0) -> None:
        self._path, self._file, self._seeks, self._size = path, file, seeks, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._seeks

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence, self._size)
        self._at = max(base + offset, 0)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        with self._lock, reaching(self._path):
            if self._seeks:
                self._file.seek(self._at)
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            with suppress(Exception):
                self._file.close()
        super().close()
