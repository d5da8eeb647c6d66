"""What is compressed as a stream: gzip, bzip2, xz, Zstandard and LZ4."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Hashable
from typing import IO, Any, cast

from minloc._cli.errors import library, reading
from minloc._cli.sources.source import Source

#: The suffixes of compressed files.
SUFFIXES = (".gz", ".bz2", ".xz", ".zst", ".lz4")
GZIP, BZIP2, XZ, ZSTD, LZ4 = MAGIC = (
    b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"
)  # fmt: skip


def decompressed(raw: IO[bytes]) -> IO[bytes]:
    """Return the stream of the bytes that were compressed; the same bytes if they were not."""
    start = raw.read(6)
    stream = cast(IO[bytes], io.BufferedReader(_Prefixed(start, raw), 1 << 20))
    if start.startswith(GZIP):
        return cast(IO[bytes], io.BufferedReader(gzip.GzipFile(fileobj=stream), 1 << 20))
    if start.startswith(BZIP2):
        return cast(IO[bytes], bz2.BZ2File(stream))
    if start.startswith(XZ):
        return cast(IO[bytes], lzma.LZMAFile(stream))
    for magic, name in (ZSTD, "zstd"), (LZ4, "lz4"):
        if start.startswith(magic):
            pa = library("pyarrow", "cli", f"to read {name}")
            return cast(IO[bytes], _Filled(pa.CompressedInputStream(stream, name)))
    return stream


class Compressed(Source):
    """What another source holds compressed.

    Parameters
    ----------
    packed : Source
        The other source.
    """

    def __init__(self, packed: Source) -> None:
        super().__init__(packed.path, without_suffix(packed.name))
        self._packed, self.again = packed, packed.again

    def open(self) -> IO[bytes]:
        with reading(self.path, "is damaged"):
            raw = self._packed.open()
            return cast(IO[bytes], _Closing(decompressed(raw), raw))

    def stamp(self) -> Hashable:
        return self._packed.stamp()

    def check(self, read: int | None = None) -> None:
        self._packed.check()

    def close(self) -> None:
        super().close()
        self._packed.close()


def without_suffix(name: str) -> str:
    """Return the name of a file without the suffix of its compression.

    Examples
    --------
    >>> without_suffix("data.csv.gz")
    'data.csv'
    """
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


class _Closing(io.BufferedIOBase):
    """A stream that closes what is below it, too."""

    def __init__(self, stream: IO[bytes], raw: IO[bytes]) -> None:
        self._stream, self._raw = stream, raw

    def readable(self) -> bool:
        return True

    def read(self, count: int | None = -1, /) -> bytes:
        return self._stream.read(-1 if count is None else count)

    def close(self) -> None:
        self._raw.close()
        super().close()


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
