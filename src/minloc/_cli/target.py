"""A file that the command makes: refused before the search, or put in place whole at the end.

It is written in a new folder beside its place and then moved there, so that nobody sees half of it,
and what was there before stays until then.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from tempfile import mkdtemp

from minloc._cli.errors import RefusalError


def suffix_of(path: str) -> str:
    """Return the last suffix, in lower case, with its dot; what is made is never compressed."""
    return os.path.splitext(path.rstrip("/"))[1].lower()


def check(option: str, path: str, suffixes: Collection[str]) -> None:
    """Raise RefusalError if no file can be made there, or the suffix is none of these."""
    if suffix_of(path) not in suffixes:
        raise RefusalError(f"{option}: {path}: the suffix has to be one of {', '.join(suffixes)}")
    folder = os.path.dirname(os.path.realpath(path))
    for wrong, reason in (
        (not os.path.isdir(folder), f"{os.path.dirname(path) or '.'} is not a folder"),
        (os.path.exists(path) and not os.access(path, os.W_OK), "it may not be written to"),
        (not os.access(folder, os.W_OK | os.X_OK), "no file may be made in its folder"),
    ):
        if wrong:
            raise RefusalError(f"{option}: {path}: {reason}")


@contextmanager
def replacing(option: str, path: str) -> Iterator[str]:
    """Give a path to write to, and move what is written there to `path` at the end.

    Raises
    ------
    RefusalError
        If it cannot be written, whatever the library that writes it raises.
    """
    place = os.path.realpath(path)
    try:
        new = mkdtemp(prefix=".minloc-", dir=os.path.dirname(place))
        try:
            yield os.path.join(new, os.path.basename(place))
            if os.path.isdir(place):  # a Zarr store
                os.rename(place, os.path.join(new, "old"))
            os.replace(os.path.join(new, os.path.basename(place)), place)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    except RefusalError:
        raise
    except OSError as error:
        raise RefusalError(f"{option}: {path}: {error.strerror or error}") from None
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RefusalError(f"{option}: {path}: it cannot be written: {reason}") from error
