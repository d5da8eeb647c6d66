"""Cells in columns, as a terminal shows them: under their names, numbers to the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from minloc._cli.terminal import BOLD, styled, width


def grid(names: Sequence[str], columns: Sequence[Sequence[str]], out: IO[str]) -> None:
    """Write columns of cells under their names, numbers aligned to the right, text to the left."""
    lines, _ = aligned(names, columns)
    for number, line in enumerate(lines):
        out.write((line if number else styled(line, BOLD, out)) + "\n")


def aligned(
    names: Sequence[str], columns: Sequence[Sequence[str]], least: Sequence[int] = ()
) -> tuple[Iterator[str], list[int]]:
    """Return the lines of a grid, that of the names first, and how wide its columns are.

    Parameters
    ----------
    names : sequence of str
        What each column is called.
    columns : sequence of sequence of str
        Its cells.
    least : sequence of int
        How wide it is at least; no limits if empty.
    """
    widths, forms, made = [], [], []
    for name, column, limit in zip(names, columns, least or [0] * len(names), strict=True):
        cells = [name, *column]
        lengths: Sequence[int]
        if plain := _is_plain("".join(cells)):
            lengths = list(map(len, cells))
        else:
            cells = [cell.translate(_CONTROL) for cell in cells]
            lengths = list(map(width, cells))
        widest = max(limit, *lengths)
        to_right = all(map(_is_number, column))
        if not plain:  # which % cannot align: it counts characters
            spaces = [" " * (widest - length) for length in lengths]
            pairs = zip(spaces, cells, strict=True) if to_right else zip(cells, spaces, strict=True)
            cells = list(map("".join, pairs))
        widths.append(widest)
        forms.append(f"%{'' if to_right else '-'}{widest}s" if plain else "%s")
        made.append(cells)
    form = "  ".join(forms)
    return (line.rstrip() for line in map(form.__mod__, zip(*made, strict=True))), widths


#: Line breaks would break the table, and escape sequences could control the terminal.
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "·")


def _is_plain(text: str) -> bool:
    """Whether every character takes one column, and none is replaced."""
    return text.isascii() and text.isprintable()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell in ("", "…")
    return True
