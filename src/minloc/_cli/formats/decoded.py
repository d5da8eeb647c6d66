"""The bytes of a text file: decompressed, in UTF-8, and all of them.

Every reader of the file pulls from one object, in its own thread: no library reads ahead of it, so
nothing is left to wait for when the command ends early.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import os
import stat
import sys
from typing import IO, Any, cast

from minloc._cli.errors import RefusalError, UnreadableError, library, reading
from minloc._cli.formats.pipes import Counted, opened
from minloc._cli.formats.unchanged import Unchanged

#: The marks that encodings other than UTF-8 put at the start of a file.
MARKS = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Decoded:
    """A file as a stream of UTF-8 text, whatever it is stored as.

    Parameters
    ----------
    path : str
        The file, or ``-`` for standard input.
    encoding : str or None
        What it is encoded in; None for what its first bytes say, or else UTF-8.
    """

    def __init__(self, path: str, encoding: str | None) -> None:
        self.path = path
        if path == "-" and sys.stdin is None:
            raise UnreadableError(path, "standard input is closed")
        with reading(path):
            self._raw = cast(IO[bytes], Counted(sys.stdin.buffer)) if path == "-" else opened(path)
            found = os.fstat(self._raw.fileno())
        regular = stat.S_ISREG(found.st_mode)
        #: The bytes of the file, 0 if unknown.
        self.size = found.st_size if regular else 0
        # Standard input may begin in the middle of a file.
        self._unchanged = Unchanged(path, self._raw.fileno()) if regular and path != "-" else None
        try:
            with reading(path, "is damaged"):
                self._stream = _decompressed(path, self._raw)
                start = self._stream.read(4)
                if len(start) < 4:
                    start += self._stream.read(4 - len(start))
            for mark, name in MARKS:
                if start.startswith(mark):
                    if name is None:
                        start = start[len(mark) :]
                    encoding = encoding or name
                    break
            self.encoding = encoding
            self._start = start
            self._decode = None
            if encoding is not None and codecs.lookup(encoding).name != "utf-8":
                self._decode = codecs.getincrementaldecoder(encoding)()
        except LookupError:
            self.close()
            raise RefusalError(
                f"--encoding: {encoding!r} is unknown; utf-8, latin-1, cp1252, utf-16 and other "
                "encodings of Python are known"
            ) from None
        except BaseException:
            self.close()
            raise

    def read(self, count: int) -> bytes:
        """Return about `count` bytes; none at the end of the file.

        Raises
        ------
        UnreadableError
            If the file is damaged, or changed while it was read.
        """
        with reading(self.path, "is damaged"):
            data, self._start = self._start, b""
            if len(data) < count:
                data += self._stream.read(count - len(data))
        if not data and self._unchanged is not None:
            self._unchanged.check(self.position())
        if self._decode is None:
            return data
        try:
            text = self._decode.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise UnreadableError(self.path, f"is not {self.encoding}: {error.reason}") from None
        if data and not text:
            return self.read(count)
        return text.encode()

    def position(self) -> int:
        """Return how many bytes of the file have been read."""
        with reading(self.path):
            return self._raw.tell() if self.size or self.path == "-" else 0

    def close(self) -> None:
        """Close the file."""
        if self.path != "-":
            self._raw.close()


def _decompressed(path: str, raw: IO[bytes]) -> IO[bytes]:
    """Return the stream of the bytes that were compressed, if they were."""
    start = raw.read(6)
    stream = cast(IO[bytes], io.BufferedReader(_Prefixed(start, raw), 1 << 20))
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], io.BufferedReader(gzip.GzipFile(fileobj=stream), 1 << 20))
    if start.startswith(b"BZh"):
        return cast(IO[bytes], bz2.BZ2File(stream))
    if start.startswith(b"\xfd7zXZ\0"):
        return cast(IO[bytes], lzma.LZMAFile(stream))
    for magic, name in (b"\x28\xb5\x2f\xfd", "zstd"), (b"\x04\x22\x4d\x18", "lz4"):
        if start.startswith(magic):
            pa = library("pyarrow", "cli", f"to read {name}")
            return cast(IO[bytes], _Filled(pa.CompressedInputStream(stream, name)))
    return stream


class _Filled:
    """A stream of Arrow's, whose `read` returns less only at the end."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, count: int) -> bytes:
        parts = []
        while count > 0 and (part := self._stream.read(count)):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


class _Prefixed(io.RawIOBase):
    """Some bytes, and after them those of a stream."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head, self._rest = memoryview(head), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._head:
            return cast(io.BufferedReader, self._rest).readinto(buffer)
        count = min(len(buffer), len(self._head))
        buffer[:count] = self._head[:count]
        self._head = self._head[count:]
        return count
