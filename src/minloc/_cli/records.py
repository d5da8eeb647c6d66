"""Answers for programs: JSON, an object a line, or CSV; both are made of whole columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import IO

from minloc._cli.answers import Answers, Block, in_order
from minloc._cli.column import Column

#: Stands for a cell; JSON never has this character, which it escapes.
HOLE = "\0"
#: The name of a column, after ``"field"`` if it is one of a table's own.
Name = tuple[str, str]


def as_json(blocks: Iterable[Block], out: IO[str]) -> None:
    """Write one object a line, one line an answer."""
    for block in blocks:
        out.write("".join(in_order(block, map(json_lines, block))))


def json_lines(some: Answers, only_rows: bool = False) -> Iterator[str]:
    """Return the lines of answers: constant pieces, and between them the cells of columns.

    Of tables, they are the rows alone if `only_rows`.
    """
    cells: list[list[str]] = []

    def value(of: Column | None) -> str:
        if of is None:
            return "null"
        cells.append(of.json())
        return HOLE

    def record(of: dict[str, str]) -> str:
        pairs = (f"{constant(name)}: {each}" for name, each in of.items())
        return f"{{{', '.join(pairs)}}}"

    def constant(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    def lines(template: str) -> Iterator[str]:
        start, *between = f"{template}\n".split(HOLE)
        pieces: list[Iterable[str]] = [repeat(start, len(some.at))]
        for column, after in zip(cells, between, strict=True):
            pieces += column, repeat(after)
        return map("".join, zip(*pieces, strict=False))

    window = {} if some.window is None else {"window": value(some.window)}
    if some.window_label is not None:
        window["window_label"] = value(some.window_label)
    if only_rows and some.row is not None:
        return lines(record(window | {name: value(one) for name, one in some.fields.items()}))
    made = window | {
        "extreme": value(Column(some.extreme)),
        "rank": value(Column(some.rank)),
        "file": constant(some.file),
    }
    if some.row is not None:
        made |= {"row": value(Column(some.row)), "column": constant(some.name)}
        made |= {"as_text": "true"} if some.as_text else {}
        made["value"] = value(some.value)
        made["fields"] = record({name: value(one) for name, one in some.fields.items()})
    else:
        made |= {"variable": constant(some.name)}
        if some.groups:
            made["group"] = record({name: value(one) for name, one in some.groups.items()})
        made["value"] = value(some.value)
        made |= {"units": constant(some.units)} if some.units else {}
        made["index"] = record({name: value(one) for name, one in some.index.items()})
        made["labels"] = record({name: value(one) for name, one in some.labels.items()})
    return lines(record(made))


def as_csv(blocks: Iterable[Block], out: IO[str], only_rows: bool = False) -> None:
    """Write a header, and one line an answer; of tables the rows alone if `only_rows`."""
    writer = csv.writer(out, lineterminator="\n")
    names: list[Name] = []
    for block in blocks:
        if not names:
            names = header(block, only_rows)
            writer.writerow([name for _, name in names])
        writer.writerows(in_order(block, (_rows(one, names, only_rows) for one in block)))


def header(block: Block, only_rows: bool) -> list[Name]:
    """Return the names of the columns: those of the first answer, or of all rows if `only_rows`."""
    parts = sorted(block, key=lambda one: one.at[0])
    names = (name for one in parts[: None if only_rows else 1] for name in columns(one, only_rows))
    return list(dict.fromkeys(names))


def _rows(some: Answers, names: Sequence[Name], only_rows: bool) -> Iterator[tuple[str, ...]]:
    there = columns(some, only_rows)
    cells = [there.get(name) or "" for name in names]
    count = len(some.at)
    return zip(
        *(repeat(one, count) if isinstance(one, str) else one.texts() for one in cells), strict=True
    )


def columns(some: Answers, only_rows: bool = False) -> dict[Name, Column | str | None]:
    """Return the columns of answers by their names; a text is that in all of them."""
    fields: dict[Name, Column | str | None] = {("field", n): one for n, one in some.fields.items()}
    window: dict[str, Column | str | None] = {}
    if some.window is not None:
        window["window"] = some.window
    if some.window_label is not None:
        window["window_label"] = some.window_label
    if only_rows and some.row is not None:
        return {("", name): one for name, one in window.items()} | fields
    found: dict[str, Column | str | None] = window | {
        "extreme": Column(some.extreme), "rank": Column(some.rank), "file": some.file
    }  # fmt: skip
    if some.row is not None:
        found |= {"row": Column(some.row), "column": some.name, "value": some.value}
    else:
        found |= {"variable": some.name, **some.groups, "value": some.value}
        for dim, index in some.index.items():
            found |= {f"{dim}_index": index, f"{dim}_label": some.labels.get(dim)}
        others = {name: one for name, one in some.labels.items() if name not in some.index}
        found |= {f"{name}_label": one for name, one in others.items()}
    return {("", name): one for name, one in found.items()} | fields
