"""From arguments to answers in print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli import plot, report
from minloc._cli.answer import Answer, Question
from minloc._cli.errors import RefusalError
from minloc._cli.expression import Expression
from minloc._cli.formats import Source, find
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Spelling, Table
from minloc._cli.joined import Joined, Mask
from minloc._cli.places import answers, axes_of, refuse_nan, variable_of
from minloc._cli.progress import bar
from minloc._cli.rows import search
from minloc._cli.stream import partial_of


def run(arguments: argparse.Namespace) -> bool:
    """Answer, and return whether there was an answer.

    Raises
    ------
    RefusalError
        If it cannot be done; nothing has been printed then.
    """
    question = _question(arguments)
    condition = None if arguments.where is None else Expression.parse(arguments.where)
    spelling = Spelling(_delimiter(arguments.delimiter), tuple(arguments.null), arguments.text)
    if arguments.files.count("-") > 1:
        raise RefusalError("-: standard input can be read only once")
    with ExitStack() as opened:
        sources = []
        for path in arguments.files:
            sources.append(find(path, arguments.memory, spelling))
            opened.callback(sources[-1].close)
        return _search(sources, arguments, condition, question)


def _search(
    sources: Sequence[Source],
    arguments: argparse.Namespace,
    condition: Expression | None,
    question: Question,
) -> bool:
    arrays = [source for source in sources if isinstance(source, Arrays)]
    tables = [source for source in sources if not isinstance(source, Arrays)]
    if arrays and tables:
        raise RefusalError(
            f"{arrays[0].path} is an array and {tables[0].path} a table: they cannot be one"
        )
    if tables:
        return _search_tables(tables, arguments, condition, question)
    return _search_arrays(arrays, arguments, condition, question)


def _question(arguments: argparse.Namespace) -> Question:
    if arguments.top is not None and arguments.both:
        raise RefusalError("--top lists one end: --both cannot be asked with it")
    if arguments.top is not None and arguments.ties == "last":
        raise RefusalError(
            "--top lists the earlier of equals first: --ties last cannot be asked with it"
        )
    ends = ("min", "max") if arguments.both else ("max",) if arguments.max else ("min",)
    return Question(ends, arguments.top, arguments.ties, arguments.nan)


def _delimiter(text: str | None) -> str | None:
    return "\t" if text in (r"\t", "tab") else text


def _search_tables(
    tables: list[Table],
    arguments: argparse.Namespace,
    condition: Expression | None,
    question: Question,
) -> bool:
    for word, value in ("--axis", arguments.axis), ("--var", arguments.var):
        if value is not None:
            raise RefusalError(f"{word} is about arrays, and {tables[0].path} is a table: --column")
    if arguments.scheduler is not None:
        raise RefusalError(f"--scheduler is for arrays, and {tables[0].path} is a table")
    line = None if arguments.plot is None else plot.Envelope()
    shown = bar(sum(table.size for table in tables))

    def seen(table: Table, values: NDArray[Any], where: NDArray[np.bool] | None) -> None:
        if line is not None:
            line.add(values, where)
        if shown is not None:
            read = sum(t.size for t in tables[: tables.index(table)])
            shown.update(min(read + table.position(), shown.total or sys.maxsize) - shown.n)

    try:
        found = search(tables, arguments.column, condition, question, seen)
    finally:
        if shown is not None:
            shown.close()
    if found and line is not None:
        marks = [(answer.start + (answer.row or 0), answer) for answer in found]
        plot.draw_line(arguments.plot, line, marks, "row")
    return _report(found, arguments, "")


def _search_arrays(
    sources: list[Arrays],
    arguments: argparse.Namespace,
    condition: Expression | None,
    question: Question,
) -> bool:
    if arguments.column is not None:
        raise RefusalError(f"--column is about tables, and {sources[0].path} holds arrays: --var")
    first = variable_of(sources[0], arguments.var)
    parts = [first, *(variable_of(source, first.name) for source in sources[1:])]
    joined = Joined(sources, parts)
    mask = Mask(joined, condition)
    asked = axes_of(joined, arguments.axis)
    if asked is not None and arguments.plot is not None:
        raise RefusalError(
            "--plot draws an array with one place marked: --axis cannot be asked with it"
        )
    axes = tuple(range(joined.ndim)) if asked is None else asked
    part = partial_of(joined, mask, axes, question, arguments.memory, arguments.scheduler)
    if question.nan == "raise":
        refuse_nan(part, joined)
    found: Iterable[Answer] = answers(part, joined, axes, question)
    if asked is None:
        found = list(found)
        if arguments.plot is not None and any(answer.found for answer in found):
            _plot(arguments, joined, mask, [answer for answer in found if answer.found])
    names = ", ".join(joined.dims[axis] for axis in axes)
    return _report(found, arguments, "" if asked is None else f" along {names}")


def _plot(arguments: argparse.Namespace, joined: Joined, mask: Mask, found: list[Answer]) -> None:
    marks = []
    for answer in found:
        place = [index or 0 for index in answer.index.values()]
        if place:
            place[0] += answer.start
        marks.append((place, answer))
    if joined.ndim == 0:
        raise RefusalError("--plot draws an array, and this is a single element")
    if joined.ndim == 1:
        line = plot.envelope_of(joined, mask, arguments.memory)
        plot.draw_line(
            arguments.plot, line, [(place[0], answer) for place, answer in marks], joined.dims[0]
        )
        return
    marks = [mark for mark in marks if mark[1].rank == 0]
    planes = [
        plot.plane_of(joined, mask, place, answer.extreme, arguments.memory)
        for place, answer in marks
    ]
    plot.draw_planes(arguments.plot, planes, marks, joined.dims)


def _report(found: Iterable[Answer], arguments: argparse.Namespace, what: str) -> bool:
    """Print the answers, and return whether there is one; if there is none, print nothing."""
    stream = iter(found)
    start = []
    for answer in stream:
        start.append(answer)
        if answer.found:
            break
    else:
        return False
    every: Iterator[Answer] = chain(start, stream)
    if arguments.json:
        report.as_json(every, sys.stdout)
    elif arguments.csv:
        report.as_csv(every, sys.stdout)
    else:
        report.as_table(every, sys.stdout, arguments.files, what)
    return True
