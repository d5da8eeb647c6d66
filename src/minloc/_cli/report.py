"""What was found, printed: a table for people; JSON or CSV, of `records`, for programs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import IO

from minloc._cli.answers import Block, locations
from minloc._cli.errors import printable
from minloc._cli.grid import aligned, grid
from minloc._cli.location import NAMES, Location, text
from minloc._cli.records import as_csv, as_json
from minloc._cli.terminal import BOLD, styled, width

#: Of more locations than this, only the first and the last are shown on a terminal.
MANY = 40
#: So many lines of a long table are aligned and written at once.
BLOCK = 1000


def write(
    blocks: Iterable[Block], files: Sequence[str], form: str, along: str | None = None
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
    along : str, optional
        The reduced axes, if there is one answer for each place along the others.
    """
    if form == "json":
        as_json(blocks, sys.stdout)
    elif form == "csv":
        as_csv(blocks, sys.stdout)
    elif along is not None and not sys.stdout.isatty():
        as_blocks(locations(blocks), sys.stdout, files, along)
    else:
        as_table(locations(blocks), sys.stdout, files, along)


def as_table(
    locations: Iterable[Location], out: IO[str], files: Sequence[str], along: str | None
) -> None:
    """Write what a person reads.

    Parameters
    ----------
    locations : iterable of Location
        At least one.
    out : file
        The file to write to; on a terminal, a long table is cut.
    files : sequence of str
        All that were searched.
    along : str or None
        The reduced axes, if there is one answer for each place along the others.
    """
    several = len(files) > 1
    shown, count = _cut(locations, out)
    first = shown[0]
    assert first is not None
    ends = dict.fromkeys(location.extreme for location in shown if location is not None)
    if count == 1:
        file = printable(first.file)
        place = f" in row {first.row} of {file}" if first.row is not None else f" in {file}"
        value = styled(printable(text(first.value)), BOLD, out)
        gap = "\n" if first.index or first.row is not None else ""
        units = f" {printable(first.units)}" if first.units else ""
        out.write(f"{_extremes(ends, first)}: {value}{units}{place}\n{gap}")
    else:
        out.write(_title(ends, first, files, along) + "\n")
    if count == 1 and first.row is None:
        if not first.index:
            return
        heads = ["axis", "index", "label"] if first.labels else ["axis", "index"]
        lines = [[dim, text(i), text(first.labels.get(dim))] for dim, i in first.index.items()]
        lines += [[name, "", text(one)] for name, one in first.labels.items()
                  if name not in first.index]  # fmt: skip
        grid(heads, [line[: len(heads)] for line in lines], out)
        return
    rows = [
        None if location is None else _cells(location, several, len(ends) > 1) for location in shown
    ]
    names = list(dict.fromkeys(name for row in rows if row is not None for name in row))
    columns = shutil.get_terminal_size((100, 24)).columns
    cells = [["…"] * len(names) if row is None else [row.get(n, "") for n in names] for row in rows]
    if len(cells) == 1 and sum(map(width, [*names, *cells[0]])) > columns:
        grid(["column", "value"], [list(pair) for pair in zip(names, cells[0], strict=True)], out)
    else:
        grid(names, cells, out)
    if count > len(shown):
        out.write(f"\n{count} in all: --csv and --json write every one\n")


def as_blocks(
    locations: Iterable[Location], out: IO[str], files: Sequence[str], along: str
) -> None:
    """Write what a person reads of any number of locations, as they come.

    Columns are as wide as their widest cell so far, so only the first of several blocks decides
    how most of the lines look. If another file has other labels, the names are written again.
    """
    stream = iter(locations)
    block = list(islice(stream, BLOCK))
    after = list(islice(stream, 1))
    if not after:
        as_table(block, out, files, along)
        return
    stream = chain(after, stream)
    ends = dict.fromkeys(location.extreme for location in block)
    out.write(_title(ends, block[0], files, along))
    heads: list[str] = []
    while block:
        rows = [_cells(location, len(files) > 1, len(ends) > 1) for location in block]
        longest_first = sorted(rows, key=len, reverse=True)
        names = list(dict.fromkeys(name for row in longest_first for name in row))
        fresh = not set(names) <= set(heads)
        if fresh:
            out.write("\n")
            heads = widest = names
        cells = [[row.get(name, "") for name in heads] for row in rows]
        lines = list(aligned(widest, cells))
        out.writelines(line.rstrip() + "\n" for line in lines[0 if fresh else 1 :])
        widest = [max(column, key=len) for column in zip(widest, *cells, strict=True)]
        block = list(islice(stream, BLOCK))


def _extremes(ends: Iterable[str], first: Location) -> str:
    """Return what is printed, such as ``"minimum of price"``."""
    words = " and ".join(NAMES[end] for end in ends)
    return f"{words} of {printable(first.name)}{' (as text)' if first.as_text else ''}"


def _title(ends: Iterable[str], first: Location, files: Sequence[str], along: str | None) -> str:
    """Return the line above several locations."""
    units = f" ({printable(first.units)})" if first.units else ""
    slices = "" if along is None else f" along {printable(along)}"
    where = f"{len(files)} files" if len(files) > 1 else printable(files[0])
    return f"{_extremes(ends, first)}{units}{slices} in {where}\n"


def _cut(locations: Iterable[Location], out: IO[str]) -> tuple[list[Location | None], int]:
    """Return the locations to show, with None where some are left out, and how many there are."""
    if not out.isatty():
        every: list[Location | None] = list(locations)
        return every, len(every)
    stream = iter(locations)
    shown: list[Location | None] = list(islice(stream, MANY))
    rest = 0
    tail: list[Location] = []
    for location in stream:
        rest += 1
        tail = [*tail[-4:], location]
    if rest <= 5:
        return [*shown, *tail], len(shown) + rest
    return [*shown[: MANY - 6], None, *tail], len(shown) + rest


def _cells(location: Location, several: bool, both: bool) -> dict[str, str]:
    """Return the cells of a line."""
    line = {"": NAMES[location.extreme]} if both else {}
    if location.row is not None:
        line |= {"file": location.file} if several else {}
        line["row"] = str(location.row)
        for name, value in (location.fields or {}).items():
            line[name if name not in line else f"{name} "] = text(value)
        return line
    line |= {"file": location.file} if several else {}
    line["value"] = text(location.value)
    for dim, index in location.index.items():
        line[dim] = text(index)
        if dim in location.labels:
            line[f"{dim} label"] = text(location.labels[dim])
    for name, label in location.labels.items():
        if name not in location.index:
            line[name if name not in line else f"{name} label"] = text(label)
    return line
