"""Files at an address: ``https://``, ``s3://``, ``gs://`` and whatever else fsspec reaches.

What is read from start to end comes as one stream; libraries that read in any order get a file
object that fetches parts. Where a server does not give parts, and for what has to be mapped, the
file is fetched as a whole. What the server says of the file (its size, its ETag, when it was last
written to) has to be the same at the end.
"""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Hashable
from typing import IO, Any, cast

from minloc._cli.errors import RefusalError, UnreadableError, library
from minloc._cli.sources import reached
from minloc._cli.sources.reached import buffered, reaching
from minloc._cli.sources.source import Source

#: What says whether a file is the same, by the names that file systems have for it.
MARKS = (
    "size", "ETag", "etag", "Content-MD5", "Digest", "Last-Modified", "LastModified", "mtime",
    "updated", "generation", "md5Hash", "created", "VersionId",
)  # fmt: skip
#: The bytes that are fetched at once where a library asks for fewer, and how many such are kept.
PART, PARTS = 1 << 19, 64


def is_address(path: str) -> bool:
    """Whether a path is an address.

    Examples
    --------
    >>> is_address("s3://bucket/a.csv"), is_address("data/a.csv")
    (True, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path) is not None


def options_for(path: str) -> dict[str, Any]:
    """Return the options of the file system of an address."""
    scheme = path.partition("://")[0]
    if scheme not in ("http", "https"):
        return {}
    aiohttp = library("aiohttp", "remote", f"to read {scheme}:// addresses")
    wait = aiohttp.ClientTimeout(total=None, sock_connect=reached.CONNECT, sock_read=reached.NEXT)
    return {"client_kwargs": {"timeout": wait}, "skip_instance_cache": True}


def file_system(path: str) -> tuple[Any, str]:
    """Return the file system of an address, and what it calls the file.

    Raises
    ------
    RefusalError
        If nothing that is installed reaches it.
    """
    core = library("fsspec.core", "remote", "to read addresses")
    try:
        system, place = core.url_to_fs(path, **options_for(path))
    except ImportError as error:
        raise _missing(path, error) from None
    except ValueError as error:
        raise UnreadableError(path, f"has an address that cannot be read: {error}") from None
    return system, place


def _missing(path: str, error: ImportError) -> RefusalError:
    name = getattr(error.__cause__ or error, "name", None) or "a library"
    scheme = path.partition("://")[0]
    return RefusalError(
        f"{path}: {name} is needed to read {scheme}:// addresses: pip install 'minloc[remote]'"
    )


class Remote(Source):
    """A file at an address.

    Parameters
    ----------
    path : str
        The address.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path, re.sub(r"[?#].*", "", path))
        self._system, self._place = file_system(path)
        self._collects = False
        self._found = self._info()
        if self._found.get("type") == "directory":
            raise UnreadableError(path, "is a folder, but not a Zarr store: name the files in it")
        self.size = self._found.get("size") or 0

    def open(self) -> IO[bytes]:
        with reaching(self.path):
            if "http" in self._protocol():
                file = self._system.open(self._place, "rb", block_size=0)  # one request
                return buffered(self.path, file, seeks=False)
            return buffered(self.path, self._system.open(self._place, "rb"), seeks=True)

    def place(self) -> str:
        fetched = self._copy is None
        copy = super().place()
        if fetched and self.size:
            with open(copy, "rb") as file:
                self.check(file.seek(0, io.SEEK_END))
        return copy

    def file(self) -> Any:
        if self._copy is not None or not self.size:
            return self.place()
        with reaching(self.path):
            file = self._system.open(
                self._place, "rb", block_size=PART, cache_type="blockcache",
                cache_options={"maxblocks": PARTS},
            )  # fmt: skip
            try:  # whether the server gives parts
                file.seek(self.size - 1)
                whole = len(file.read(1)) != 1
            except (ValueError, OSError, NotImplementedError):
                whole = True
        if whole:
            return self.place()
        if gc.isenabled():
            # A library with a lock of its own, such as h5py, holds it while it waits for bytes. The
            # thread that fetches them would wait for the lock, to free what it had collected.
            gc.disable()
            self._collects = True
        return buffered(self.path, file, True, self.size)

    def close(self) -> None:
        super().close()
        if self._collects:
            gc.enable()
            self._collects = False

    def stamp(self) -> Hashable:
        return tuple((mark, str(self._found[mark])) for mark in MARKS if mark in self._found)

    def check(self, read: int | None = None) -> None:
        before = self.stamp()
        self._found = self._info()
        if self.stamp() != before or (self.size and read not in (None, self.size)):
            now = self._found.get("size")
            what = "it was written to" if now == self.size else (
                f"it had {self.size} bytes, and has {now}"
            )  # fmt: skip
            raise UnreadableError(self.path, f"changed while it was read: {what}")

    def _info(self) -> dict[str, Any]:
        with reaching(self.path):
            self._system.invalidate_cache()
            return cast(dict[str, Any], self._system.info(self._place))

    def _protocol(self) -> tuple[str, ...]:
        names = self._system.protocol
        return (names,) if isinstance(names, str) else tuple(names)
