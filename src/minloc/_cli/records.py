"""Answers for programs: JSON, an object a line, or CSV; both are made of whole columns."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import IO

from minloc._cli.answers import Answers, Block, in_order
from minloc._cli.column import Column

#: Stands for a cell; JSON never has this character, which it escapes.
HOLE = "\0"


def as_json(blocks: Iterable[Block], out: IO[str]) -> None:
    """Write one object a line, one line an answer."""
    for block in blocks:
        out.write("".join(in_order(block, map(json_lines, block))))


def json_lines(some: Answers) -> Iterator[str]:
    """Return the lines of answers: constant pieces, and between them the cells of columns."""
    columns: list[list[str]] = []

    def value(of: Column | None) -> str:
        if of is None:
            return "null"
        columns.append(of.json())
        return HOLE

    def record(of: dict[str, str]) -> str:
        pairs = (f"{constant(name)}: {each}" for name, each in of.items())
        return f"{{{', '.join(pairs)}}}"

    def constant(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    made = {
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
        made |= {"variable": constant(some.name), "value": value(some.value)}
        made |= {"units": constant(some.units)} if some.units else {}
        made["index"] = record({name: value(one) for name, one in some.index.items()})
        made["labels"] = record({name: value(one) for name, one in some.labels.items()})
    start, *between = f"{record(made)}\n".split(HOLE)
    pieces: list[Iterable[str]] = [repeat(start, len(some.at))]
    for column, after in zip(columns, between, strict=True):
        pieces += column, repeat(after)
    return map("".join, zip(*pieces, strict=False))


def as_csv(blocks: Iterable[Block], out: IO[str]) -> None:
    """Write a header, and one line an answer."""
    writer = csv.writer(out, lineterminator="\n")
    head: Answers | None = None
    for block in blocks:
        if head is None:
            head = next(one for one in block if 0 in one.at)
            writer.writerow([name for name, _ in _cells(head, head)])
        first = head
        writer.writerows(in_order(block, (_rows(first, one) for one in block)))


def _rows(head: Answers, some: Answers) -> Iterator[tuple[str, ...]]:
    cells = [
        repeat(one, len(some.at)) if isinstance(one, str) else one.texts()
        for _, one in _cells(head, some)
    ]
    return zip(*cells, strict=True)


def _cells(head: Answers, some: Answers) -> Iterator[tuple[str, Column | str]]:
    """Yield the cells of answers and their names, for the columns that `head` has."""
    yield "extreme", Column(some.extreme)
    yield "rank", Column(some.rank)
    yield "file", some.file
    if some.row is not None:
        yield "row", Column(some.row)
        yield "column", some.name
        yield "value", some.value
        for name in head.fields:
            yield name, some.fields.get(name, "")
        return
    yield "variable", some.name
    yield "value", some.value
    for dim in head.index:
        yield f"{dim}_index", some.index.get(dim) or ""
        yield f"{dim}_label", some.labels.get(dim) or ""
    for name in head.labels:
        if name not in head.index:
            yield f"{name}_label", some.labels.get(name) or ""
