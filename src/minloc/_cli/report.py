"""What was found, printed: a table for people; JSON or CSV, of `records`, for programs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import IO

from minloc._cli.answers import Block
from minloc._cli.cells import below, cells_of
from minloc._cli.errors import printable
from minloc._cli.grid import aligned, grid
from minloc._cli.location import NAMES, Location, text
from minloc._cli.records import as_csv, as_json
from minloc._cli.terminal import BOLD, styled, width

#: Of many more locations than this, only the first and the last are shown on a terminal.
MANY, TAIL = 40, 5


def write(
    blocks: Iterable[Block], files: Sequence[str], form: str, slices: str | None = None
) -> None:
    """Print what was found.

    Parameters
    ----------
    blocks : iterable of Block
        What to print, at least one answer; it is printed as it comes.
    files : sequence of str
        All files that were searched.
    form : {"table", "json", "csv"}
        How.
    slices : str, optional
        What there is an answer for each of, such as ``"along time"``.
    """
    if form == "json":
        as_json(blocks, sys.stdout)
    elif form == "csv":
        as_csv(blocks, sys.stdout)
    else:
        as_table(blocks, sys.stdout, files, slices)


def as_table(
    blocks: Iterable[Block], out: IO[str], files: Sequence[str], slices: str | None
) -> None:
    """Write what a person reads.

    Parameters
    ----------
    blocks : iterable of Block
        At least one answer. They are written as they come, unless to a terminal.
    out : file
        The file to write to; on a terminal, a long table is cut.
    files : sequence of str
        All that were searched.
    slices : str or None
        What there is an answer for each of, such as ``"along time"``.
    """
    several = len(files) > 1
    stream = iter(blocks)
    start = list(islice(stream, 2))
    if len(start) > 1 and not out.isatty():
        _in_blocks(chain(start, stream), out, files, slices)
        return
    shown, count = _ends(chain(start, stream))
    first, ends = _first(shown[0]), _which(shown)
    if count == 1:
        _one(first, ends, out)
        if first.row is None:
            return
    else:
        out.write(_title(ends, first, files, slices) + "\n")
    cells = below([cells_of(block, several, len(ends) > 1) for block in shown])
    if count > MANY + TAIL and out.isatty():
        cells = {n: [*c[: MANY - TAIL - 1], "…", *c[-TAIL:]] for n, c in cells.items()}
    columns = shutil.get_terminal_size((100, 24)).columns
    if count == 1 and sum(width(n) + width(*c) for n, c in cells.items()) > columns:
        grid(["column", "value"], [list(cells), [cell for [cell] in cells.values()]], out)
    else:
        grid(list(cells), list(cells.values()), out)
    if count > MANY + TAIL and out.isatty():
        out.write(f"\n{count} in all: --csv and --json write every one\n")


def _one(location: Location, ends: Sequence[str], out: IO[str]) -> None:
    """Write the only location: its value and, in an array, an axis on each line."""
    file = printable(location.file)
    place = f" in row {location.row} of {file}" if location.row is not None else f" in {file}"
    value = styled(printable(text(location.value)), BOLD, out)
    gap = "\n" if location.index or location.row is not None else ""
    units = f" {printable(location.units)}" if location.units else ""
    out.write(f"{_extremes(ends, location)}: {value}{units}{place}\n{gap}")
    if not location.index:
        return
    others = [name for name in location.labels if name not in location.index]
    lines = [
        *((name, "", text(one)) for name, one in location.groups.items()),
        *((n, text(at), text(location.labels.get(n))) for n, at in location.index.items()),
        *((name, "", text(location.labels[name])) for name in others),
    ]
    columns = [list(column) for column in zip(*lines, strict=True)]
    shown = 3 if location.labels or location.groups else 2
    grid(["axis", "index", "label"][:shown], columns[:shown], out)


def _in_blocks(
    blocks: Iterable[Block], out: IO[str], files: Sequence[str], slices: str | None
) -> None:
    """Write any number of answers as they come.

    Columns are as wide as their widest cell so far, so the first of several blocks decides how most
    of the lines look. If another file has other labels, the names are written again.
    """
    names: list[str] = []
    widths: list[int] = []
    for block in blocks:
        if not names:
            ends = _which([block])
            out.write(_title(ends, _first(block), files, slices))
        cells = cells_of(block, len(files) > 1, len(ends) > 1)
        fresh = not set(cells) <= set(names)
        if fresh:
            out.write("\n")
            names, widths = list(cells), []
        empty = [""] * _length(block)
        lines, widths = aligned(names, [cells.get(name, empty) for name in names], widths)
        out.write("\n".join(islice(lines, 0 if fresh else 1, None)) + "\n")


def _extremes(ends: Iterable[str], first: Location) -> str:
    """Return what is printed, such as ``"minimum of price"``."""
    words = " and ".join(NAMES[end] for end in ends)
    return f"{words} of {printable(first.name)}{' (as text)' if first.as_text else ''}"


def _title(ends: Iterable[str], first: Location, files: Sequence[str], slices: str | None) -> str:
    """Return the line above several locations."""
    units = f" ({printable(first.units)})" if first.units else ""
    each = "" if slices is None else f" {printable(slices)}"
    where = f"{len(files)} files" if len(files) > 1 else printable(files[0])
    return f"{_extremes(ends, first)}{units}{each} in {where}\n"


def _ends(blocks: Iterable[Block]) -> tuple[list[Block], int]:
    """Return blocks with the first and the last answers, and how many answers there are.

    All blocks are returned if they have no more answers than a terminal shows.
    """
    head: list[Block] = []
    tail: list[Block] = []
    count = 0
    for block in blocks:
        (head if count <= MANY + TAIL else tail).append(block)
        count += _length(block)
        while sum(map(_length, tail[1:])) >= TAIL:
            del tail[0]
    return head + tail, count


def _length(block: Block) -> int:
    return sum(len(part.at) for part in block)


def _first(block: Block) -> Location:
    """Return the first answer of a block."""
    return min(block, key=lambda part: part.at[0]).location(0)


def _which(blocks: Iterable[Block]) -> list[str]:
    """Return the extremes that there are, the smallest before the largest."""
    there = {end for block in blocks for part in block for end in part.extreme}
    return [end for end in NAMES if end in there]
