"""Where the extreme of a table is: a loop over batches of rows, with `Partial`.

Of the rows, those that are the best so far are kept; where a file can be read again, only their
numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._command.answer import Answer, Question, ranked
from minloc._command.expression import Expression
from minloc._command.truth import holds
from minloc._partial import Partial, part_of
from minloc._sources.errors import RefusalError, UnreadableError
from minloc._sources.table import Table, among, as_dicts, candidates, listed


@dataclass
class Kept:
    """A row that is among the best so far."""

    table: Table
    start: int
    row: int
    element: Any
    value: Any
    fields: dict[str, Any] | None


def column_of(table: Table, name: str | None) -> str:
    """Return the column that is meant; if none was named, the only one of numbers."""
    if name is not None:
        return among(table.path, table.names, name)
    numeric = table.numeric()
    if len(numeric) == 1:
        return numeric[0]
    which = "has no column of numbers" if not numeric else "has several columns of numbers"
    raise RefusalError(
        f"{table.path}: {which}, so say which one by --column: {listed(numeric or table.names)}"
    )


def search(
    tables: Sequence[Table],
    column: str | None,
    condition: Expression | None,
    question: Question,
    seen: Callable[[Table, NDArray[Any], NDArray[np.bool] | None], None],
) -> list[Answer]:
    """Return the places of the best rows.

    Parameters
    ----------
    tables : sequence of Table
        One after the other they are one table.
    column : str or None
        The column to search in, None for the only one of numbers.
    condition : Expression or None
        Rows for which it does not hold are no candidates.
    question : Question
        What is asked.
    seen : callable
        Is told of each batch: the table, the elements, and which are candidates.
    """
    total: Partial | None = None
    kept: dict[int, Kept] = {}
    start = 0
    name, words = question.function()
    for table in tables:
        column = column_of(table, column)
        names = _names(table, column, condition)
        first = start
        for batch in table.batches(names):
            values, where = candidates(table.path, column, batch.columns[column])
            if condition is not None:
                known = {}
                for other in condition.names:
                    elements, there = candidates(table.path, other, batch.columns[other])
                    if elements.dtype == object and _decimals(batch.columns[other]):
                        elements = elements.astype(float)
                    known[other] = elements, there
                chosen = np.broadcast_to(holds(condition, known), values.shape)
                where = chosen if where is None else where & chosen
            if question.nan == "raise":
                _refuse_nan(table.path, column, values, where, start - first)
            seen(table, values, where)
            if total is not None and values.dtype != part_of(total).ends[0].values.dtype:
                if not (where is None or where.any()):
                    start += len(values)
                    continue
                total, values = _alike(table.path, column, kept, total, values, name, words)
            mask = {} if where is None else {"where": where}
            part = Partial.of(name, values, offset=start, **mask, **words)
            total = part if total is None else total.merge(part)
            best = {int(at[0]) for _, _, rank, _, at in ranked(total, question) if rank >= 0}
            kept = {number: row for number, row in kept.items() if number in best}
            for number in best - kept.keys():
                here = number - start
                fields = None
                if batch.rows is not None:
                    fields = as_dicts(batch.rows.slice(here, 1))[0]
                value = as_dicts(_one(column, batch.columns[column], here))[0][column]
                kept[number] = Kept(table, first, number - first, values[here], value, fields)
            start += len(values)
    if total is None:
        return []
    _read_again(kept.values())
    return [
        Answer(
            end,
            rank,
            row.table.path,
            str(column),
            True,
            row.value,
            start=row.start,
            row=row.row,
            fields=row.fields,
        )
        for end, _, rank, _, at in ranked(total, question)
        if rank >= 0
        for row in [kept[int(at[0])]]
    ]


def _names(table: Table, column: str, condition: Expression | None) -> list[str]:
    """Return the columns that are needed."""
    names = [column]
    for name in () if condition is None else condition.names:
        assert condition is not None
        try:
            names.append(among(table.path, table.names, name))
        except UnreadableError:
            raise
        except RefusalError as error:
            raise condition.error(str(error), name) from None
    return list(dict.fromkeys(names))


def _decimals(column: Any) -> bool:
    return str(column.type).startswith("decimal")


def _one(name: str, column: Any, at: int) -> Any:
    import pyarrow as pa

    return pa.record_batch({name: column.slice(at, 1)})


def _refuse_nan(
    path: str, column: str, values: NDArray[Any], where: NDArray[np.bool] | None, start: int
) -> None:
    nan = np.asarray(values != values, bool)
    if where is not None:
        nan &= where
    if nan.any():
        row = start + int(nan.argmax())
        raise RefusalError(f"{path}: column '{column}' has a NaN in row {row}, and --nan is raise")


def _alike(
    path: str,
    column: str,
    kept: dict[int, Kept],
    total: Partial,
    values: NDArray[Any],
    name: str,
    words: dict[str, Any],
) -> tuple[Partial | None, NDArray[Any]]:
    """Return what was found so far, and new elements, in one dtype.

    A column of whole numbers goes on with fractions, or two files have different types.
    """
    before = part_of(total).ends[0].values.dtype
    if kept:
        numbers = before.kind in "biuf", values.dtype.kind in "biuf"
        if numbers != (True, True) and before.kind != values.dtype.kind:
            raise UnreadableError(
                path,
                f"column '{column}' cannot be compared with what came before: {values.dtype} "
                f"and {before}",
            )
    elif values.dtype != before:
        return None, values
    dtype = np.result_type(before, values.dtype)
    parts = [
        Partial.of(name, np.array([row.element], dtype), offset=number, **words)
        for number, row in kept.items()
    ]
    return parts[0].merge(*parts[1:]), values.astype(dtype, copy=False)


def _read_again(rows: Any) -> None:
    """Fill in the fields of rows that are known by their numbers alone."""
    missing: dict[int, list[Kept]] = {}
    for row in rows:
        if row.fields is None:
            missing.setdefault(id(row.table), []).append(row)
    for group in missing.values():
        group.sort(key=lambda row: row.row)
        for row, fields in zip(group, group[0].table.rows([row.row for row in group]), strict=True):
            row.fields = fields
