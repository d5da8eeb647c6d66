"""What a terminal makes of text: bold letters, and characters that are two columns wide or none."""

from __future__ import annotations

import os
import unicodedata
from typing import IO

BOLD, RED = "1", "1;31"


def styled(text: str, style: str, out: IO[str]) -> str:
    """Return a text in a style, if `out` is a terminal and the user has not set NO_COLOR."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not text or not out.isatty():
        return text
    return f"\x1b[{style}m{text}\x1b[0m"


def width(text: str) -> int:
    r"""Return how many columns of a terminal a text takes.

    Examples
    --------
    >>> width("north"), width("東京"), width("e\u0301")
    (5, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):  # drawn on the one before
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
