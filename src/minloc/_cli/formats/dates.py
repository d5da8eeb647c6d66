"""Dates as people write them: ``1/31/2024``, ``31.1.24``, ``5-Jan-2024 13:45``, ``2024-1-5``.

One expression takes a text apart into numbers; which of them is the day is judged by the whole
column. A number above 12 is no month and one above 31 no day, so that every date leaves fewer
orders possible. If two are left, the dates can be read in two ways.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.formats.numbers import AmongError, Seen
from minloc._cli.formats.written import Written

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: The orders of day, month and year, as ``--date-order`` names them.
ORDERS = ("mdy", "dmy", "ymd")
_NAME = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    "Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?"
)
_WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,? +)?"
_CLOCK = (
    r"(?:(?:T|,? +)(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<micro>\d{1,6}))?)?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?"
    r" ?(?P<zone>Z|UTC|GMT|(?P<zone_sign>[-+])(?P<zone_hour>\d\d):?(?P<zone_minute>\d\d))?)?"
)
#: Of three numbers, the first or the last the year, or with the name of the month.
_NUMBERS, *_NAMED = PATTERNS = tuple(
    f"^{_WEEKDAY}{date}{_CLOCK}$"
    for date in (
        r"(?:(?P<year>\d{4})(?:-(?P<month1>\d{1,2})-|/(?P<month2>\d{1,2})/|\.(?P<month3>\d{1,2})\.)"
        r"(?P<day>\d{1,2})|(?P<one>\d{1,2})"
        r"(?:-(?P<two1>\d{1,2})-|/(?P<two2>\d{1,2})/|\.(?P<two3>\d{1,2})\.)"
        r"(?P<three>\d{4}|\d\d))",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[- .]{{1,2}}(?P<name>(?i:{_NAME}))[- .,]{{1,2}}"
        r"(?P<year>\d{4}|\d\d)",
        rf"(?P<name>(?i:{_NAME}))\.?[- ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-, ]{{1,2}}"
        r"(?P<year>\d{4})",
    )
)

Numbers = NDArray[np.int64]


class Calendar:
    """How the dates of a column are written, as far as has been seen.

    Parameters
    ----------
    order : {"mdy", "dmy", "ymd"} or None
        The order of day, month and year; None for what the dates show.
    """

    def __init__(self, order: str | None) -> None:
        #: The orders that all dates so far allow.
        self.orders: tuple[str, ...] = ORDERS if order is None else (order,)
        self._doubtful: Seen | None = None
        self._zoned: dict[bool, Seen] = {}

    def matches(self, texts: Any) -> Any:
        """Return which of these texts look like dates."""
        import pyarrow.compute as pc

        found = pc.match_substring_regex(texts, PATTERNS[0])
        for pattern in PATTERNS[1:]:
            found = pc.or_(found, pc.match_substring_regex(texts, pattern))
        return found

    @property
    def settled(self) -> bool:
        """Whether the dates so far can be read in one way only."""
        return self._doubtful is None or len(self.orders) == 1

    @property
    def written(self) -> Written:
        """What the dates so far say about how they are meant."""
        orders = () if self._doubtful is None else self.orders
        return Written(orders=frozenset(orders), zoned=frozenset(self._zoned))

    def look(self, texts: Any, start: int) -> None:
        """Note which orders these texts allow; they match, or are null.

        Raises
        ------
        AmongError
            If no order is left.
        """
        parts = _Parts(texts, _NUMBERS)
        numbers = [parts.number(name) for name in ("one", "two", "three")]
        three = numbers[0] >= 0
        late = np.zeros(len(texts), bool)  # the first that each order forbids
        for order in self.orders:
            year, month, day = (numbers[order.index(letter)] for letter in "ymd")
            good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
            if order == "ymd":  # always of two digits each
                good &= (parts.length("one") == 2) & (year < 100) & (numbers[2] < 100)
            if (three & ~good).any():
                late[(three & ~good).argmax()] = True
                self.orders = tuple(each for each in self.orders if each != order)
        if not self.orders:
            late[: np.flatnonzero(late)[-1]] = False
            self._refuse(texts, start, late, "has no month in its place")
        if self._doubtful is None and three.any():
            at = int(three.argmax())
            self._doubtful = start + at, texts[at].as_py()

    def read(self, texts: Any, start: int) -> Any:
        """Return texts that match, or are null, as an Arrow array of dates or of times.

        Raises
        ------
        AmongError
            If a date does not fit in with the others, or can be read in two ways.
        """
        import pyarrow as pa

        self.look(texts, start)
        if not self.settled:
            assert self._doubtful is not None
            ways = " or ".join(f"--date-order {order}" for order in self.orders)
            raise AmongError(self._doubtful, f"is a date that can be read in two ways: {ways}")
        parts = _Parts(texts, _NUMBERS)
        year, day = parts.number("year"), parts.number("day")
        month = parts.number("month")
        three = parts.number("one") >= 0
        digits = np.full(len(texts), 4)
        for letter, into in ("y", year), ("m", month), ("d", day):
            name = ("one", "two", "three")[self.orders[0].index(letter)]
            into[three] = parts.number(name)[three]
            if letter == "y":
                digits[three] = parts.length(name)[three]
        clock = [parts]
        for pattern in _NAMED:
            named = _Parts(texts, pattern)
            here = named.number("day") >= 0
            if here.any():
                year[here], day[here] = named.number("year")[here], named.number("day")[here]
                digits[here] = named.length("year")[here]
                month[here] = named.month()[here]
                clock.append(named)
        there = year >= 0
        short = there & (digits == 2)
        unclear = short & (year >= 30) & (year <= 68)
        self._refuse(texts, start, unclear, "has a year of two digits that may be of any century")
        year[short] += np.where(year[short] < 69, 2000, 1900)
        year[~there], month[~there], day[~there] = 1970, 1, 1
        months = (year - 1970).astype("M8[Y]").astype("M8[M]") + (month - 1)
        days = months.astype("M8[D]") + (day - 1)
        wrong = (month < 1) | (month > 12) | (day < 1) | (days.astype("M8[M]") != months)
        self._refuse(texts, start, wrong, "is no date of the calendar")
        micros, timed = self._clock(texts, start, there, clock)
        if not timed:
            found = _as_arrow(pa.date32(), days.astype(np.int32))
        else:
            micros = days.astype("M8[us]").astype(np.int64) + micros
            whole = not (micros % 1_000_000).any()
            found = _as_arrow(
                pa.timestamp("s" if whole else "us"), micros // 1_000_000 if whole else micros
            )
        import pyarrow.compute as pc

        return pc.if_else(texts.is_valid(), found, pa.nulls(1, found.type)[0])

    def saw_zone(self, zoned: bool, seen: Seen) -> None:
        """Note that a text has a time zone, or has none.

        Raises
        ------
        AmongError
            If it was the other way before.
        """
        self._zoned.setdefault(zoned, seen)
        if len(self._zoned) > 1:
            raise AmongError(
                max(self._zoned.values()), "has a time zone where others have none, or none itself"
            )

    def _clock(
        self, texts: Any, start: int, there: NDArray[np.bool], parts: list[_Parts]
    ) -> tuple[Numbers, bool]:
        """Return the microseconds since midnight, in UTC if there are zones; and if any."""
        micros = np.zeros(len(texts), np.int64)
        timed, zoned = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
        for each in parts:
            hour, minute = each.number("hour"), each.number("minute")
            here = hour >= 0
            if not here.any():
                continue
            timed |= here
            second = np.maximum(each.number("second"), 0)
            half = each.halves()
            twelve = half != 0
            late = here & ((hour > 23) | (minute > 59) | (second > 59))
            late |= here & twelve & ((hour < 1) | (hour > 12))
            self._refuse(texts, start, late, "has a time that the day does not have")
            hour = np.where(twelve, hour % 12 + 12 * (half == 2), hour)
            offset = each.offset()
            value = ((hour * 60 + minute - offset) * 60 + second) * 1_000_000
            fraction = np.maximum(each.number("micro"), 0)
            value += fraction * 10 ** np.maximum(6 - each.length("micro"), 0)
            micros[here] = value[here]
            zoned |= here & (each.length("zone") > 0)
        for which, rows in (True, there & zoned), (False, there & ~zoned):
            if rows.any():
                at = int(rows.argmax())
                self.saw_zone(which, (start + at, texts[at].as_py()))
        return micros, bool(timed.any())

    def _refuse(self, texts: Any, start: int, rows: NDArray[np.bool], reason: str) -> None:
        if rows.any():
            at = int(rows.argmax())
            raise AmongError((start + at, texts[at].as_py()), reason)


class _Parts:
    """What the groups of an expression match in texts, as arrays."""

    def __init__(self, texts: Any, pattern: str) -> None:
        import pyarrow.compute as pc

        self._compute, self._parts = pc, pc.extract_regex(texts, pattern)
        self._names = {field.name for field in self._parts.type}

    def _texts(self, name: str) -> Any:
        return self._compute.fill_null(self._compute.struct_field(self._parts, name), "")

    def number(self, name: str) -> Numbers:
        """Return numbers, -1 where there is none; of alternatives, such as month1, any."""
        names = [n for n in self._names if n == name or (n[:-1] == name and n[-1].isdigit())]
        found = np.full(len(self._parts), -1, np.int64)
        for each in names:
            texts = self._texts(each)
            digits = self._compute.if_else(self._compute.equal(texts, ""), "-1", texts)
            found = np.maximum(found, digits.cast("int64").to_numpy(zero_copy_only=False))
        return found

    def length(self, name: str) -> Numbers:
        """Return how many letters a group has."""
        lengths = self._compute.binary_length(self._texts(name))
        return np.asarray(lengths.to_numpy(zero_copy_only=False)).astype(np.int64)

    def month(self) -> Numbers:
        """Return the numbers of the months that are named."""
        pc = self._compute
        names = pc.utf8_slice_codeunits(pc.utf8_lower(self._texts("name")), 0, 3)
        found = np.zeros(len(names), np.int64)
        for number, name in enumerate(MONTHS, 1):
            found[np.asarray(pc.equal(names, name).to_numpy(zero_copy_only=False))] = number
        return found

    def halves(self) -> Numbers:
        """Return 1 for times before noon, 2 for those after, 0 where the clock has 24 hours."""
        pc = self._compute
        letters = pc.utf8_slice_codeunits(pc.utf8_lower(self._texts("half")), 0, 1)
        found = np.zeros(len(letters), np.int64)
        for number, letter in (1, "a"), (2, "p"):
            found[np.asarray(pc.equal(letters, letter).to_numpy(zero_copy_only=False))] = number
        return found

    def offset(self) -> Numbers:
        """Return the minutes that the time zone is ahead of UTC."""
        ahead = 60 * self.number("zone_hour") + self.number("zone_minute")
        behind = self._compute.equal(self._texts("zone_sign"), "-").to_numpy(zero_copy_only=False)
        return np.where(self.length("zone_sign") == 0, 0, np.where(behind, -ahead, ahead))


def _as_arrow(kind: Any, values: NDArray[Any]) -> Any:
    """Return integers as an Arrow array of another type of the same width."""
    import pyarrow as pa

    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])
