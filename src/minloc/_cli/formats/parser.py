"""Blocks of CSV records, parsed by Arrow, and single records, parsed by Python.

Both read a record alike: `records` has found where it ends, and where its quotes are.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError, library, reading
from minloc._cli.formats.csv_records import Block, spans
from minloc._cli.formats.readings import NULLS
from minloc._cli.formats.table import Spelling


@dataclass(frozen=True)
class Parsed:
    """A block that has been parsed.

    Attributes
    ----------
    block : Block
        Its text.
    length : int
        How many rows it has.
    columns : dict
        The Arrow array of each column that was asked for.
    dropped : list of int
        The records that were left out, because they have too few or too many fields.
    """

    block: Block
    length: int
    columns: dict[str, Any]
    dropped: list[int]


class Parser:
    """What takes the records of a file apart.

    Parameters
    ----------
    path : str
        The file, for errors.
    delimiter : str
        The delimiter of its fields.
    spelling : Spelling
        How it is written.
    """

    def __init__(self, path: str, delimiter: str, spelling: Spelling) -> None:
        self._pa = library("pyarrow", "cli", "to read CSV files")
        self._csv = library("pyarrow.csv", "cli", "to read CSV files")
        self.path = path
        self._delimiter, self._spelling = delimiter, spelling
        #: The names of the columns, once they are known.
        self.names: Sequence[str] = ()

    def parse(self, block: Block, types: dict[str, Any]) -> Parsed:
        """Parse some columns of a block, as these types or else as text; None means text."""
        arrow, pa = self._csv, self._pa
        invalid: list[tuple[int, int]] = []

        def handle(row: Any) -> str:
            invalid.append((row.number - 1, row.actual_columns))
            return self._spelling.ragged

        keys = {str(self.names.index(name)): name for name in types}
        text = pa.string()
        tries = [{key: types[name] or text for key, name in keys.items()}]
        if any(kind != text for kind in tries[0].values()):
            tries.append(dict.fromkeys(keys, text))
        for kinds in tries:
            invalid.clear()
            try:
                table = arrow.read_csv(
                    pa.BufferReader(block.data),
                    arrow.ReadOptions(
                        use_threads=False, block_size=len(block.data) + 1,
                        column_names=[str(i) for i in range(len(self.names))],
                    ),
                    arrow.ParseOptions(
                        delimiter=self._delimiter, newlines_in_values=True,
                        quote_char='"' if self._spelling.quotes else False,
                        invalid_row_handler=handle,
                    ),
                    arrow.ConvertOptions(
                        include_columns=list(kinds), column_types=kinds,
                        null_values=[*NULLS, *self._spelling.nulls], strings_can_be_null=False,
                        decimal_point=self._spelling.decimal or ".",
                    ),
                )  # fmt: skip
            except pa.ArrowInvalid as error:
                if invalid and self._spelling.ragged == "error":
                    self._refuse_ragged(block, *invalid[-1])
                if kinds is not tries[-1]:
                    continue
                self._refuse(block, error, list(types))
            except pa.ArrowException as error:
                raise UnreadableError(
                    self.path, f"is damaged, or not a CSV file: {error}"
                ) from None
            columns = {name: _one(table.column(key)) for key, name in keys.items()}
            return Parsed(block, table.num_rows, columns, [number for number, _ in invalid])
        raise AssertionError  # pragma: no cover

    def lines(self, parsed: Parsed, indices: NDArray[np.intp]) -> list[bytes]:
        """Return rows as they are in the file."""
        data = parsed.block.data
        starts, stops = spans(data, self._delimiter.encode(), self._spelling.quotes)
        if parsed.dropped:
            starts, stops = np.delete(starts, parsed.dropped), np.delete(stops, parsed.dropped)
        if len(starts) != parsed.length:
            raise UnreadableError(
                self.path,
                f"has lines after line {parsed.block.line} whose ends cannot be told from line "
                "breaks in fields",
            )
        bounds = zip(starts[indices].tolist(), stops[indices].tolist(), strict=True)
        return [data[start:stop] for start, stop in bounds]

    def fields(self, line: bytes) -> list[str]:
        csv.field_size_limit(sys.maxsize)
        text = line.decode(errors="replace").rstrip("\r\n")
        with reading(self.path, "has a line that cannot be read"):
            lines = io.StringIO(text, newline="")
            if self._spelling.quotes:
                return next(csv.reader(lines, delimiter=self._delimiter), [""])
            fields = csv.reader(lines, delimiter=self._delimiter, quoting=csv.QUOTE_NONE)
            return next(fields, [""])

    def line_of(self, block: Block, number: int) -> int:
        starts, _ = spans(block.data, self._delimiter.encode(), self._spelling.quotes)
        return block.line + block.data.count(b"\n", 0, int(starts[number]))

    def _refuse(self, block: Block, error: Exception, names: list[str]) -> NoReturn:
        """Raise the error that says what Arrow cannot parse."""
        if "UTF8" in str(error):
            try:
                block.data.decode()
            except UnicodeDecodeError as wrong:
                line = block.line + block.data.count(b"\n", 0, wrong.start)
                raise UnreadableError(
                    self.path,
                    f"is not UTF-8 in line {line}, in column {' or '.join(map(repr, names))}: "
                    "--encoding latin-1 may read it",
                ) from None
        raise UnreadableError(self.path, f"is damaged, or not a CSV file: {error}") from None

    def _refuse_ragged(self, block: Block, number: int, count: int) -> NoReturn:
        raise UnreadableError(
            self.path,
            f"line {self.line_of(block, number)}: Expected {len(self.names)} columns, got {count}:"
            " --ragged skip leaves out such lines, --skip-lines those before the header",
        )


def _one(column: Any) -> Any:
    """Return a chunked Arrow array as one array."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
