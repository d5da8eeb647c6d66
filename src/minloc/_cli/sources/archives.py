"""Members of zip files, which ``archive.zip::member`` names; the only one needs no name."""

from __future__ import annotations

import zipfile
from collections.abc import Hashable, Sequence
from typing import IO

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.sources.source import Source

#: The first bytes of a zip file.
MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
#: What separates the archive from its member.
SEPARATOR = "::"
#: So many members are listed in an error.
LISTED = 20


def members(archive: Source) -> list[zipfile.ZipInfo]:
    """Return the files in a zip file, without those that a system adds for itself."""
    kind = ".npz" if archive.name.lower().endswith(".npz") else "zip"
    with (
        reading(archive.path, f"is a damaged {kind} file"),
        zipfile.ZipFile(archive.file()) as opened,
    ):
        return [info for info in opened.infolist() if not (info.is_dir() or _hidden(info.filename))]


def only(archive: Source, found: Sequence[zipfile.ZipInfo]) -> Member:
    """Return the only member of a zip file.

    Raises
    ------
    UnreadableError
        If there are several or none.
    """
    if not found:
        raise UnreadableError(archive.path, "is a zip file with nothing in it")
    if len(found) > 1:
        first = found[0].filename
        raise UnreadableError(
            archive.path,
            f"has {len(found)} members: name one of them, as in '{archive.path}{SEPARATOR}{first}';"
            f" there are: {_listed(found)}",
        )
    return Member(archive, found[0], archive.path)


def named(archive: Source, name: str) -> Member:
    """Return the member of a zip file that has this name.

    Raises
    ------
    UnreadableError
        If there is none, or if it is no zip file.
    """
    path = f"{archive.path}{SEPARATOR}{name}"
    with reading(path), archive.open() as file:
        start = file.read(4)
    if start not in MAGIC:
        raise UnreadableError(archive.path, "is not a zip file, so that it has no members")
    found = members(archive)
    for info in found:
        if info.filename == name:
            return Member(archive, info, path)
    raise UnreadableError(archive.path, f"has no member '{name}'; there are: {_listed(found)}")


class Member(Source):
    """A file in a zip file.

    Parameters
    ----------
    archive : Source
        The zip file.
    info : zipfile.ZipInfo
        The member.
    path : str
        How the user named it.
    """

    def __init__(self, archive: Source, info: zipfile.ZipInfo, path: str) -> None:
        super().__init__(path, info.filename)
        if info.flag_bits & 1:
            raise UnreadableError(path, f"has '{info.filename}' encrypted: unpack it first")
        self._archive, self._info, self.size = archive, info, info.file_size

    def open(self) -> IO[bytes]:
        with (
            reading(self.path, f"has a damaged member '{self._info.filename}'"),
            zipfile.ZipFile(self._archive.file()) as opened,
        ):
            return opened.open(self._info)  # closing the archive does not close it

    def stamp(self) -> Hashable:
        return self._archive.stamp()

    def check(self, read: int | None = None) -> None:
        self._archive.check()

    def close(self) -> None:
        super().close()
        self._archive.close()


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] == ".DS_Store"


def _listed(found: Sequence[zipfile.ZipInfo]) -> str:
    more = len(found) - LISTED
    names = ", ".join(info.filename for info in found[:LISTED])
    return names + (f", and {more} more" if more > 0 else "")
