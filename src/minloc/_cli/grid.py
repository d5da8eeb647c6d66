"""Cells in columns, as a terminal shows them: under their names, numbers to the right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from minloc._cli.terminal import BOLD, styled, width


def grid(names: list[str], rows: list[list[str]], out: IO[str]) -> None:
    """Write cells under their names, numbers aligned to the right and text to the left."""
    for number, line in enumerate(aligned(names, rows)):
        out.write((line if number else styled(line, BOLD, out)) + "\n")


def aligned(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    """Yield the lines of a grid, that of the names first."""
    lines = [[cell.translate(_CONTROL) for cell in line] for line in (names, *rows)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    right = [all(map(_is_number, column[1:])) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = []
        for cell, columns, to_right in zip(line, widths, right, strict=True):
            space = " " * (columns - width(cell))
            cells.append(space + cell if to_right else cell + space)
        yield "  ".join(cells).rstrip()


#: Line breaks would break the table, and escape sequences could control the terminal.
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "·")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell in ("", "…")
    return True
