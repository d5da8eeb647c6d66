"""Blocks of CSV records, parsed by Arrow, and single records, parsed by Python.

Both read a record alike, as quotes that they would read differently have been refused.
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
from minloc._cli.formats.csv_records import Block
from minloc._cli.formats.quotes import NEWLINE, alternating, spans
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
    plain : bool
        Whether each line is a record.
    columns : dict
        The Arrow array of each column that was asked for.
    dropped : list of int
        The records that were left out, because they have too few or too many fields.
    """

    block: Block
    length: int
    plain: bool
    columns: dict[str, Any]
    dropped: list[int]


class DisorderError(Exception):
    """A block may not be of whole records, as its quotes do not alternate."""


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
        """Parse some columns of a block, as these types or else as text; None means text.

        Raises
        ------
        DisorderError
            If the block has not been checked, and may not be of whole records.
        """
        keys = {str(self.names.index(name)): name for name in types}
        text = self._pa.string()
        tries = [{key: types[name] or text for key, name in keys.items()}]
        if any(kind != text for kind in tries[0].values()):
            tries.append(dict.fromkeys(keys, text))
        for kinds in tries:
            invalid: list[tuple[int, int]] = []
            try:
                table = self._read(block.data, kinds, invalid)
            except self._pa.ArrowException as error:
                ragged = bool(invalid) and self._spelling.ragged == "error"
                if kinds is not tries[-1] and not ragged:
                    continue
                self._check(block)
                if ragged:
                    self._refuse_ragged(block, *invalid[-1])
                self._refuse(block, error, list(types))
            lines = int(np.count_nonzero(np.frombuffer(block.data, np.uint8) == NEWLINE))
            lines += not block.data.endswith(b"\n")
            plain = table.num_rows == lines
            if not plain:
                self._check(block)
            columns = {name: _one(table.column(key)) for key, name in keys.items()}
            dropped = [number for number, _ in invalid]
            return Parsed(block, table.num_rows, plain, columns, dropped)
        raise AssertionError  # pragma: no cover

    def _check(self, block: Block) -> None:
        """Raise DisorderError if the block may not be of whole records.

        Where there are as many records as lines, each of which has the right number of fields, this
        is not needed.
        """
        whole = block.checked or not self._spelling.quotes
        if not whole and not alternating(block.data, self._delimiter.encode(), whole=True):
            raise DisorderError

    def _read(self, data: bytes, kinds: dict[str, Any], invalid: list[tuple[int, int]]) -> Any:
        """Return some columns as an Arrow table, and note which records are ragged."""
        arrow, spelling = self._csv, self._spelling

        def handle(row: Any) -> str:
            invalid.append((row.number - 1, row.actual_columns))
            return spelling.ragged

        return arrow.read_csv(
            self._pa.BufferReader(data),
            arrow.ReadOptions(
                use_threads=False, block_size=len(data) + 1,
                column_names=[str(i) for i in range(len(self.names))],
            ),
            arrow.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True,
                quote_char='"' if spelling.quotes else False, invalid_row_handler=handle,
            ),
            arrow.ConvertOptions(
                include_columns=list(kinds), column_types=kinds,
                null_values=[*NULLS, *spelling.nulls], strings_can_be_null=False,
                decimal_point=spelling.decimal or ".",
            ),
            self._pa.system_memory_pool(),  # the others keep what each thread has freed
        )  # fmt: skip

    def lines(self, parsed: Parsed, indices: NDArray[np.intp]) -> list[bytes]:
        """Return rows as they are in the file."""
        data = parsed.block.data
        if parsed.plain and not parsed.dropped:
            ends = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE)
            first = np.where(indices > 0, ends[indices - 1] + 1, 0).tolist() if len(ends) else [0]
            last = np.append(ends, len(data))[indices].tolist()
            return [data[start:stop] for start, stop in zip(first, last, strict=True)]
        quotes = self._spelling.quotes and not parsed.plain
        starts, stops = spans(data, self._delimiter.encode(), quotes)
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

    def fields(self, lines: Sequence[bytes]) -> list[list[str]]:
        """Return the fields of whole records."""
        csv.field_size_limit(sys.maxsize)
        text = b"\n".join([line.rstrip(b"\r\n") for line in lines]).decode(errors="replace")
        with reading(self.path, "has a line that cannot be read"):
            file = io.StringIO(text, newline="")
            if self._spelling.quotes:
                found = list(csv.reader(file, delimiter=self._delimiter))
            else:
                delimiter = self._delimiter
                found = list(csv.reader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE))
            if len(found) != len(lines):
                raise ValueError("its quotes are not closed")
            return found

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
