"""Answers in print: a table to read, JSON or CSV for programs."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any

import numpy as np

from minloc._cli.answer import Answer

#: Of more answers than this, a terminal is shown the first and the last.
MANY = 40
WORDS = {"min": "minimum", "max": "maximum"}


def as_json(answers: Iterable[Answer], out: IO[str]) -> None:
    """Write one object a line, one line an answer."""
    for answer in answers:
        head = {"extreme": answer.extreme, "rank": answer.rank, "file": answer.file}
        if answer.row is not None:
            record = {
                **head, "row": answer.row, "column": answer.name, "value": _plain(answer.value),
                "fields": {name: _plain(value) for name, value in (answer.fields or {}).items()},
            }  # fmt: skip
        else:
            record = {
                **head, "variable": answer.name, "value": _plain(answer.value),
                "index": dict(answer.index),
                "labels": {name: _plain(value) for name, value in answer.labels.items()},
            }  # fmt: skip
        out.write(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n")


def as_csv(answers: Iterable[Answer], out: IO[str]) -> None:
    """Write a header, and one line an answer."""
    writer = csv.writer(out, lineterminator="\n")
    head: list[str] = []
    fields: list[str] = []
    for answer in answers:
        if not head:
            if answer.row is not None:
                head, fields = ["row", "column", "value"], list(answer.fields or {})
                names = fields
            else:
                head, fields = ["variable", "value"], list(answer.index)
                names = [f"{dim}_{what}" for dim in fields for what in ("index", "label")]
            writer.writerow(["extreme", "rank", "file", *head, *names])
        cells: list[Any] = [answer.extreme, answer.rank, answer.file]
        if answer.row is not None:
            cells += [answer.row, answer.name, text(answer.value)]
            cells += [text((answer.fields or {}).get(name)) for name in fields]
        else:
            cells += [answer.name, text(answer.value)]
            for dim in fields:
                cells += [text(answer.index.get(dim)), text(answer.labels.get(dim))]
        writer.writerow(cells)


def as_table(answers: Iterable[Answer], out: IO[str], files: Sequence[str], what: str) -> None:
    """Write what a person reads.

    Parameters
    ----------
    answers : iterable of Answer
        At least one.
    out : file
        Where to; if it is a terminal, a long table is cut.
    files : sequence of str
        All that were searched.
    what : str
        A word about the slices that were searched, such as ``" along time"``.
    """
    several = len(files) > 1
    shown, count = _cut(answers, out)
    first = shown[0]
    assert first is not None
    ends = dict.fromkeys(answer.extreme for answer in shown if answer is not None)
    words = " and ".join(WORDS[end] for end in ends)
    where = f"{len(files)} files" if several else files[0]
    if count == 1:
        place = (
            f" in row {first.row} of {first.file}" if first.row is not None else f" in {first.file}"
        )
        gap = "\n" if first.index or first.row is not None else ""
        out.write(f"{words} of {first.name}: {text(first.value)}{place}\n{gap}")
    else:
        out.write(f"{words} of {first.name}{what} in {where}\n\n")
    if count == 1 and first.row is None:
        if not first.index:
            return
        heads = ["axis", "index", "label"] if first.labels else ["axis", "index"]
        lines = [[dim, text(i), text(first.labels.get(dim))] for dim, i in first.index.items()]
        _grid(heads, [line[: len(heads)] for line in lines], out)
        return
    rows = [None if answer is None else _cells(answer, several, len(ends) > 1) for answer in shown]
    names = list(dict.fromkeys(name for row in rows if row is not None for name in row))
    width = shutil.get_terminal_size((100, 24)).columns
    cells = [["…"] * len(names) if row is None else [row.get(n, "") for n in names] for row in rows]
    if len(cells) == 1 and sum(map(len, names)) + sum(map(len, cells[0])) > width:
        _grid(["column", "value"], [list(pair) for pair in zip(names, cells[0], strict=True)], out)
    else:
        _grid(names, cells, out)
    if count > len(shown):
        out.write(f"\n{count} in all: --csv and --json write every one\n")


def _cut(answers: Iterable[Answer], out: IO[str]) -> tuple[list[Answer | None], int]:
    """Return the answers to show, None for a gap, and how many there are."""
    if not out.isatty():
        every: list[Answer | None] = list(answers)
        return every, len(every)
    stream = iter(answers)
    shown: list[Answer | None] = list(islice(stream, MANY))
    rest = 0
    tail: list[Answer] = []
    for answer in stream:
        rest += 1
        tail = [*tail[-4:], answer]
    if rest <= 5:
        return [*shown, *tail], len(shown) + rest
    return [*shown[: MANY - 6], None, *tail], len(shown) + rest


def _cells(answer: Answer, several: bool, both: bool) -> dict[str, str]:
    """Return the cells of a line."""
    line = {"": WORDS[answer.extreme]} if both else {}
    if answer.row is not None:
        line |= {"file": answer.file} if several else {}
        line["row"] = str(answer.row)
        for name, value in (answer.fields or {}).items():
            line[name if name not in line else f"{name} "] = text(value)
        return line
    line |= {"file": answer.file} if several else {}
    line["value"] = text(answer.value)
    for dim, index in answer.index.items():
        line[dim] = text(index)
        if dim in answer.labels:
            line[f"{dim} label"] = text(answer.labels[dim])
    return line


def _grid(names: list[str], rows: list[list[str]], out: IO[str]) -> None:
    """Write cells under their names; columns of numbers end together, others begin together."""
    for line in _aligned(names, rows):
        out.write(line.rstrip() + "\n")


def _aligned(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    lines = [[cell.translate(_CONTROL) for cell in line] for line in (names, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    right = [all(map(_is_number, column[1:])) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(line, widths, right, strict=True)
        )


#: Line breaks and the like would break the table, and escapes could do things to a terminal.
_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "·")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return cell in ("", "…")
    return True


def text(value: Any) -> str:
    """Return a value as it is printed.

    Examples
    --------
    >>> import numpy as np
    >>> text(np.float32(0.1)), text(np.datetime64("2020-01-01T00:00:00")), text(None)
    ('0.1', '2020-01-01T00:00:00', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool | np.bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; what JSON has no word for as text."""
    if isinstance(value, np.generic):
        value = (
            value if value.dtype.kind in "mM" or isinstance(value, np.longdouble) else value.item()
        )
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return (
            value
            if np.isfinite(value)
            else {"nan": "NaN", "inf": "Infinity"}.get(str(value), "-Infinity")
        )
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return text(value)
