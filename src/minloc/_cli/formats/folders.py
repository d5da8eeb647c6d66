"""Folders and patterns as the files that they mean, in the order of their paths."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.formats import SUFFIXES, is_zarr, unpacked_suffix
from minloc._cli.sources.reached import reaching
from minloc._cli.sources.remote import file_system, is_address


def files_of(path: str) -> list[str]:
    """Return the files that an argument means: itself, or those in a folder, or of a pattern.

    A pattern such as ``data/*.csv`` is one if no file has this name. Names that begin with ``.`` or
    ``_`` are those of files that programs keep for themselves, and are left out.

    Raises
    ------
    UnreadableError
        If there are none, or if a folder has some that cannot be read, or of several formats.
    """
    if is_address(path):
        return _at_address(path)
    if os.path.isdir(path):
        return [path] if is_zarr(path) else _in_folder(path)
    if os.path.lexists(path) or not re.search(r"[*?[]", path):
        return [path]
    with reading(path):
        matches = glob.glob(path, recursive=True)
    found: list[str] = []
    stores: tuple[str, ...] = ()
    for match in sorted(matches, key=_parts):
        if match.startswith(stores) or (_is_private(match) and not _is_private(path)):
            continue  # a part of the store before, or nothing that a pattern means
        if os.path.isdir(match) and is_zarr(match):
            stores = (*stores, os.path.join(match, ""))
            found.append(match)
        elif os.path.isdir(match):
            # A pattern that goes through folders matches what is in them, too.
            found += [] if "**" in path else _in_folder(match)
        else:
            found.append(match)
    if not found and not re.search("[*?]", path):
        return [path]  # a name with brackets, of which there is no file
    if not found:
        raise UnreadableError(path, "matches no file")
    return found


def _at_address(path: str) -> list[str]:
    """Return the files that an address means; servers of the web list none."""
    if re.match("https?://", path) or is_zarr(path):
        return [path]
    system, place = file_system(path)
    with reaching(path):
        pattern = re.search(r"[*?[]", path) and not system.exists(place)
        if not pattern and not system.isdir(place):
            return [path]
        found = system.glob(place) if pattern else system.find(place)
        named = (str(system.unstrip_protocol(each)) for each in sorted(found, key=_parts))
        files = dict.fromkeys(re.sub(r"(?<=\.zarr)/.*", "", each) for each in named)
    skipped = len(_parts(path.rstrip("/")))
    kept = [each for each in files if not _is_private("/".join(_parts(each)[skipped:]))]
    if pattern and not kept:
        raise UnreadableError(path, "matches no file")
    return kept if pattern else _checked(path, kept)


def _in_folder(folder: str) -> list[str]:
    return _checked(folder, list(_walk(folder, ())))


def _checked(folder: str, found: list[str]) -> list[str]:
    """Return the files in a folder, if all can be read and are of one format."""
    if not found:
        raise UnreadableError(
            folder, "is a folder without a file that can be read, and not a Zarr store"
        )
    forms: dict[str, str] = {}
    for path in found:
        suffix = unpacked_suffix(path)
        form = SUFFIXES.get(suffix)
        if form is None:
            raise UnreadableError(
                folder,
                f"has a file that cannot be read, {os.path.relpath(path, folder)}: name the files "
                f"that are meant, as in '{os.path.join(folder, '*.csv')}'",
            )
        forms.setdefault(form, suffix)
    if len(forms) > 1:
        first = next(iter(forms.values()))
        raise UnreadableError(
            folder,
            f"has files of several formats, {' and '.join(forms.values())}: name those of one, as "
            f"in '{os.path.join(folder, '**', '*' + first)}'",
        )
    return found


def _walk(folder: str, above: tuple[tuple[int, int], ...]) -> Iterator[str]:
    """Yield the files below a folder, those in other folders too, in order."""
    with reading(folder):
        this = os.stat(folder)
        names = sorted(os.listdir(folder))
    identity = this.st_dev, this.st_ino
    if identity in above:
        raise UnreadableError(folder, "is a link to a folder that it is in")
    for name in names:
        path = os.path.join(folder, name)
        if name.startswith((".", "_")):
            continue
        if os.path.isdir(path) and not is_zarr(path):
            yield from _walk(path, (*above, identity))
        else:
            yield path


def _is_private(path: str) -> bool:
    """Whether a part of a path begins with ``_``, or ``.`` as patterns do not match."""
    return any(re.match(r"_|\.[^./]", part) for part in _parts(path))


def _parts(path: str) -> list[str]:
    return path.split(os.sep)
