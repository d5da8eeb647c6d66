"""The bytes of a text file: decompressed, in UTF-8, and all of them.

Every reader of the file pulls from one object, in its own thread: no library reads ahead of it, so
nothing is left to wait for when the command ends early.
"""

from __future__ import annotations

import codecs

from minloc._cli.errors import RefusalError, UnreadableError, reading
from minloc._cli.sources.compressed import decompressed
from minloc._cli.sources.source import Source

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
    source : Source
        The file.
    encoding : str or None
        What it is encoded in; None for what its first bytes say, or else UTF-8.
    """

    def __init__(self, source: Source, encoding: str | None) -> None:
        self.path, self._source = source.path, source
        #: The bytes of the file, 0 if unknown.
        self.size = source.size
        with reading(self.path):
            self._raw = source.open()
        try:
            with reading(self.path, "is damaged"):
                self._stream = decompressed(self._raw)
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
        if not data and self._source.again:
            self._source.check(self._raw.tell())
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
