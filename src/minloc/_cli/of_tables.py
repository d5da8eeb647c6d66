"""The way of tables: resolve the column, read batches of rows, keep the best, draw, and answer."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import closing, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli import resolve
from minloc._cli.agreement import Agreement
from minloc._cli.answers import Block, locations
from minloc._cli.errors import RefusalError
from minloc._cli.expression import Expression
from minloc._cli.formats.columns import elements_of, sort_of
from minloc._cli.formats.table import Batch, Table
from minloc._cli.found import Found
from minloc._cli.output import notice
from minloc._cli.progress import bar
from minloc._cli.request import Request
from minloc._cli.rows import BestRows
from minloc._cli.truth import holds


def search(tables: Sequence[Table], request: Request) -> Found:
    """Return the best rows; the tables, one after the other, are searched as one.

    Raises
    ------
    RefusalError
        If it cannot be done.
    """
    for option, value in ("--axis", request.axis), ("--var", request.var):
        if value is not None:
            raise RefusalError(
                f"{option} is for arrays, and {tables[0].path} is a table: use --column"
            )
    if request.scheduler is not None:
        raise RefusalError(f"--scheduler is for arrays, and {tables[0].path} is a table")
    columns, needed, keys = resolve.columns(tables, request.column, request.condition, request.by)
    if request.output is not None:
        from minloc._cli import save

        save.check_map(request.output)
    best, agreement = BestRows(columns, request.extremes), Agreement()
    grouped, alike = None, [Agreement() for _ in keys[0]]
    if request.by is not None:
        from minloc._cli.grouped_rows import GroupedRows

        best = grouped = GroupedRows(columns, request.extremes, keys, request.memory)
    windows = None
    if request.window is not None:
        from minloc._cli.window_rows import WindowRows

        if len(tables) > 1:
            raise RefusalError(
                f"--window moves along the rows of one file, and there are {len(tables)}"
            )
        best = windows = WindowRows(columns, request)
    near, line = request.extremes.near, None
    if request.plot is not None:
        from minloc._cli.points import Envelope

        line = Envelope()
    shown = bar(sum(table.size for table in tables))
    with nullcontext() if shown is None else closing(shown):
        read = 0
        for table, column, names, by in zip(tables, columns, needed, keys, strict=True):
            first = best.seen
            best.begin(table)
            for batch in table.batches(names):
                agreement.compare(table, column, batch)
                for one, key in zip(alike, by, strict=True):
                    one.compare(table, key, batch)
                if near is not None and (sort := sort_of(batch.columns[column].type)):
                    near.check(table.path, f"column '{column}'", sort)
                values, where = _elements(table, column, batch, request.condition)
                if request.extremes.nan == "raise":
                    _refuse_nan(table, column, values, where, best.seen - first)
                if line is not None:
                    line.add(values, where)
                if shown is not None:
                    done = min(read + table.position(), shown.total or sys.maxsize)
                    shown.update(done - shown.n)
                best.add(batch, values, where)
            agreement.end(table, names)
            read += table.size
    found: Iterable[Block] = best.answers() if windows is None else windows.blocks()
    head = next((one for block in found for one in block), None)
    if head is not None and head.as_text and (request.form == "csv" or request.output is not None):
        # which have no place for it
        notice(f"{head.file}: column '{head.name}' was compared as text")
    if grouped is not None:
        what = ", ".join(keys[0])
        if grouped.without:
            count = grouped.without
            rows = "1 row has" if count == 1 else f"{count} rows have"
            notice(f"{rows} no {what}, and no group")
        return Found(lambda: found, f"by {what}")
    if windows is not None:
        return Found(windows.blocks, f"of every {request.window} rows{request.in_steps}")
    picture = request.plot
    if picture is None or line is None:
        return Found(lambda: found)
    from minloc._cli import plot

    return Found(lambda: found, draw=lambda: plot.draw_table(picture, line, [*locations(found)]))


def _elements(
    table: Table, column: str, batch: Batch, condition: Expression | None
) -> tuple[NDArray[Any], NDArray[np.bool] | None]:
    """Return the elements of the column in a batch, and which are candidates, None for all."""
    values, where = elements_of(table.path, column, batch.columns[column])
    if condition is None:
        return values, where
    known = {}
    for name in condition.names:
        elements, there = elements_of(table.path, name, batch.columns[name])
        if elements.dtype == object and str(batch.columns[name].type).startswith("decimal"):
            elements = elements.astype(float)
        known[name] = elements, there
    chosen = np.broadcast_to(holds(condition, known), values.shape)
    return values, chosen if where is None else where & chosen


def _refuse_nan(
    table: Table, column: str, values: NDArray[Any], where: NDArray[np.bool] | None, start: int
) -> None:
    """Raise RefusalError if a candidate is NaN; `start` is the number of the first row."""
    nan = np.asarray(values != values, bool)
    if where is not None:
        nan &= where
    if nan.any():
        row = start + int(nan.argmax())
        raise RefusalError(
            f"{table.path}: column '{column}' has a NaN in row {row}, and --nan is raise"
        )
