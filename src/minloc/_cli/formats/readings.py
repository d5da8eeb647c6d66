"""What the texts of a column are read as: numbers, dates or texts, by the evidence of all of them.

The first block of rows decides between the three. Every later text has to fit: within numbers, a
column goes on from int64 to uint64 and float64, and from plain numbers to decorated ones, because
a plain number means the same in both. What only the whole column tells (the order of days and
months, what a comma means, whether texts are a few or all) is settled ahead or at its end.
"""

from __future__ import annotations

from typing import Any

from minloc._cli.errors import UnreadableError
from minloc._cli.formats.columns import (
    cast,
    first_inexact,
    is_exact,
    texts_as_arrow,
    true,
    type_name,
)
from minloc._cli.formats.dates import Calendar
from minloc._cli.formats.numbers import SPACES, AmongError, Style
from minloc._cli.formats.table import Spelling
from minloc._cli.formats.written import Written

#: Texts that mean a missing value in every column.
NULLS = ("", "NA", "N/A", "n/a", "#N/A", "<NA>", "null", "NULL", "None", "-")
#: Where more than one text in so many is a number, a column of texts is taken for a mistake.
FEW = 10


class Reading:
    """How one column is read.

    Parameters
    ----------
    path, name : str
        The file and the column, for errors.
    spelling : Spelling
        What the user says about the file.
    delimiter : str
        The delimiter of its fields.
    """

    def __init__(self, path: str, name: str, spelling: Spelling, delimiter: str) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self._pa, self._pc = pa, pc
        self.path, self.name = path, name
        self._delimiter = delimiter
        #: None as long as all values are missing.
        self.kind: str | None = "text" if spelling.texts else None
        self._forced = spelling.texts
        self._style, self._calendar = Style(spelling.decimal), Calendar(spelling.date_order)
        self._nulls = texts_as_arrow([*NULLS, *spelling.nulls])
        self._type = pa.int64()
        self._odd: tuple[int, str] | None = None
        self._others = "numbers"
        self._numbers = self._texts = 0
        self._plain_seen = False

    @property
    def expected(self) -> Any:
        """The Arrow type that the CSV library may try first; None for text."""
        plain = self.kind == "number" and self._type in (self._pa.int64(), self._pa.float64())
        return self._type if plain else None

    @property
    def numeric(self) -> bool:
        """Whether the column has numbers and nothing else."""
        return self.kind == "number"

    @property
    def type_name(self) -> str:
        """What the column holds, as far as has been seen."""
        return type_name(self._type) if self.kind == "number" else self.kind or "missing"

    @property
    def written(self) -> Written:
        """How the values so far are written."""
        dates = self._calendar.written
        return Written(self._style.units, dates.orders, dates.zoned)

    @property
    def unsettled(self) -> bool:
        """Whether later rows have to be looked at before the first can be read."""
        return self.kind == "date" and not self._calendar.settled

    def infer(self, texts: Any) -> None:
        """Decide by the first texts what the column is."""
        if self.kind is not None:
            return
        present = self._present(texts)
        count = len(present) - present.null_count
        if count == 0:
            return
        for kind in self._plain_types():
            if cast(present, kind) is not None:
                self.kind, self._type = "number", kind
                return
        present = self._normal(present)
        numbers, dates = self._style.matches(present), self._calendar.matches(present)
        alike = self._pc.or_(numbers, self._style.misleads(present))
        found, dated, like = (self._pc.sum(each).as_py() for each in (numbers, dates, alike))
        if found == count:
            self.kind, self._type = "number", self._decorated(present)
        elif dated == count:
            self.kind = "date"
            self._look(present, 0)
        elif FEW * like >= count:
            self.kind, self._odd = "mixed", self._first_not(numbers, texts)
            self._others = "numbers" if found else "texts that look like numbers or times"
        elif FEW * dated >= count:
            self.kind, self._odd = "mixed", self._first_not(dates, texts)
            self._others = "dates"
        else:
            self.kind = "text"

    def look(self, texts: Any, start: int) -> None:
        """Look at later texts of a column that is not settled."""
        present = self._normal(self._present(texts))
        self._all(self._calendar.matches(present), texts, start, "dates")
        self._look(present, start)

    def read(self, texts: Any, start: int) -> Any:
        """Return texts, whose first has the row number `start`, as an Arrow array.

        Raises
        ------
        UnreadableError
            If one does not fit in with the others; the error names its row.
        """
        if self.kind is None:
            self.infer(texts)
        if self.kind == "mixed":
            assert self._odd is not None
            self._refuse((start + self._odd[0], self._odd[1]), f"among {self._others}")
        present = self._present(texts)
        try:
            if self.kind is None:
                return self._pa.nulls(len(texts))
            if self.kind == "number":
                return self._read_numbers(present, start)
            if self.kind == "date":
                return self._read_dates(present, start)
        except AmongError as error:
            self._refuse(error.seen, error.reason)
        if not self._forced:
            self._count(present, start)
        return present

    def plain(self, numbers: Any, start: int) -> Any:
        """Note that the CSV library has read the texts as plain numbers, of the expected type.

        Returns
        -------
        pyarrow.Array or None
            The numbers; None if they have to be read from the texts, as they may not be exact.
        """
        if self._type == self._pa.float64() and not is_exact(numbers):
            return None
        self._saw_plain(numbers, start)
        return numbers

    def finish(self) -> None:
        """Look at the column as a whole, after its last row.

        Raises
        ------
        UnreadableError
            If it can be read in two ways, or if many of its texts are numbers.
        """
        try:
            self._style.finish(self._delimiter)
        except AmongError as error:
            self._refuse(error.seen, error.reason)
        if self._numbers and FEW * self._numbers >= self._numbers + self._texts:
            assert self._odd is not None
            self._refuse(self._odd, "among numbers or what looks like them")

    def _plain_types(self) -> list[Any]:
        pa = self._pa
        types = [pa.int64(), pa.uint64()]
        return [*types, pa.float64()] if self._style.decimal == "." else types

    def _decorated(self, texts: Any) -> Any:
        """Return the type of numbers that are not plain."""
        try:
            plain = Style(self._style.decimal).read(texts, 0)
        except AmongError:  # which is an error where they are read
            return self._pa.float64()
        return self._pa.float64() if cast(plain, self._pa.int64()) is None else self._pa.int64()

    def _read_numbers(self, present: Any, start: int) -> Any:
        if present.null_count == len(present):
            return self._pa.nulls(len(present), self._type)
        for kind in self._plain_types():
            column = cast(present, kind)
            if column is None:
                continue
            if kind == self._pa.float64() and not is_exact(column):
                break
            self._saw_plain(column, start)
            self._type = kind
            return column
        trimmed = self._normal(present)
        self._all(self._style.matches(trimmed), present, start, "numbers")
        plain = self._style.read(trimmed, start)
        for kind in self._pa.int64(), self._pa.uint64(), self._pa.float64():
            column = cast(plain, kind)
            if column is not None:
                at = first_inexact(plain, column)
                if at is not None:
                    what = "is an integer that cannot be compared exactly with the other numbers"
                    raise AmongError((start + at, present[at].as_py()), what)
                self._type = kind
                return column
        raise AssertionError("a number that matches can be cast")  # pragma: no cover

    def _read_dates(self, present: Any, start: int) -> Any:
        pa = self._pa
        if present.null_count == len(present):
            return pa.nulls(len(present), pa.date32())
        for kind in pa.date32(), pa.timestamp("us"):
            iso = cast(present, kind)
            if iso is not None:
                at = self._pc.index(present.is_valid(), True).as_py()
                self._calendar.saw_zone(False, (start + at, present[at].as_py()))
                return iso
        trimmed = self._normal(present)
        self._all(self._calendar.matches(trimmed), present, start, "dates")
        return self._calendar.read(trimmed, start)

    def _look(self, present: Any, start: int) -> None:
        try:
            self._calendar.look(present, start)
        except AmongError as error:
            self._refuse(error.seen, error.reason)

    def _count(self, present: Any, start: int) -> None:
        """Count numbers among texts."""
        trimmed = self._normal(present)
        numbers = self._pc.or_(self._style.matches(trimmed), self._style.misleads(trimmed))
        numbers = self._pc.fill_null(numbers, False)
        found = self._pc.sum(numbers).as_py() or 0
        self._numbers += found
        self._texts += len(present) - present.null_count - found
        if self._odd is None:
            odd = self._pc.and_(self._pc.invert(numbers), present.is_valid())
            at = self._pc.index(odd, True).as_py()
            if at >= 0:
                self._odd = start + at, present[at].as_py()

    def _saw_plain(self, column: Any, start: int) -> None:
        if len(column) > column.null_count and not self._plain_seen:
            at = self._pc.index(column.is_valid(), true()).as_py()
            self._plain_seen = True
            self._style.saw_plain((start + at, str(column[at].as_py())))

    def _present(self, texts: Any) -> Any:
        """Return the texts, null for those that stand for a missing value."""
        missing = self._pc.is_in(self._pc.utf8_trim_whitespace(texts), value_set=self._nulls)
        if not self._pc.any(missing).as_py():
            return texts
        null = self._pa.nulls(1, self._pa.string())[0]
        return self._pc.if_else(missing, null, texts)

    def _normal(self, texts: Any) -> Any:
        """Return texts without spaces around them, and with one kind of space and minus sign."""
        pc = self._pc
        trimmed = pc.utf8_trim_whitespace(texts)
        if pc.any(pc.invert(pc.string_is_ascii(trimmed))).as_py():
            for space in SPACES:
                trimmed = pc.replace_substring(trimmed, space, " ")
            trimmed = pc.replace_substring(trimmed, "\u2212", "-")
            trimmed = pc.replace_substring(trimmed, "\u2019", "'")
        return trimmed

    def _first_not(self, matches: Any, texts: Any) -> tuple[int, str]:
        at = self._pc.index(matches, False).as_py()
        return at, texts[at].as_py()

    def _all(self, matches: Any, texts: Any, start: int, what: str) -> None:
        """Refuse the first text that does not match."""
        at = self._pc.index(matches, False).as_py()
        if at >= 0:
            self._refuse((start + at, texts[at].as_py()), f"among {what}")

    def _refuse(self, seen: tuple[int, str], reason: str) -> None:
        row, text = seen
        shown = repr(text if len(text) <= 60 else text[:60] + "…")
        advice = f"--null {shown} treats it as missing, --text compares the column as text"
        one = texts_as_arrow([text])
        if not self._style.matches(one)[0].as_py() and Style(",").matches(one)[0].as_py():
            advice = f"--decimal , reads commas as decimal points, {advice}"
        where = f"column '{self.name}' has {shown} in row {row}"
        words = f"{where} {reason}" if reason.startswith("among") else f"{where}, which {reason}"
        raise UnreadableError(self.path, f"{words}: {advice}")
