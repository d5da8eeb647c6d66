"""Where the bytes of files are: on this machine, in an archive, compressed, or at an address.

A format reads a `Source`, and does not ask where it is.
"""

from __future__ import annotations

import os

from minloc._cli.sources import archives
from minloc._cli.sources.local import Local, Standard
from minloc._cli.sources.remote import Remote, is_address
from minloc._cli.sources.source import Source


def source_of(path: str) -> Source:
    """Return the source that the user names: a path, an address, ``-``, or ``archive.zip::member``.

    Raises
    ------
    UnreadableError
        If there is none.
    """
    if path == "-":
        return Standard()
    archive, separator, member = path.rpartition(archives.SEPARATOR)
    if separator and archive and member and not os.path.exists(path):
        return archives.named(source_of(archive), member)
    return Remote(path) if is_address(path) else Local(path)
