"""Numbers as people write them: ``$1,200``, ``(1,200)``, ``1 234,5``, ``9%``.

One expression takes a text apart into sign, digits, groups, mark and unit. What the texts of a
column have in common is judged by `Style`, because a text alone does not tell: ``1,234`` is a
thousand or one and a bit, and ``(5)`` is minus five only among numbers that are not in brackets.
"""

from __future__ import annotations

import re
from typing import Any

#: A row, and the text in it.
Seen = tuple[int, str]

CURRENCIES = (
    "US$", "A$", "C$", "NZ$", "HK$", "R$", "$", "€", "£", "¥", "₹", "₩", "₽", "₺", "₪", "฿", "zł",
    "kr", "Fr.", "USD", "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "CAD", "AUD", "NZD", "SEK", "NOK",
    "DKK", "PLN", "BRL", "MXN", "ZAR", "KRW", "RUB", "TRY",
)  # fmt: skip
#: Spaces that may stand between groups of digits; all are read as one of them.
SPACES = "\u00a0\u2007\u2009\u202f"


def pattern(decimal: str) -> str:
    """Return the expression of a number whose decimal mark is ``"."`` or ``","``."""
    group = "," if decimal == "." else r"\."
    mark = r"\." if decimal == "." else ","
    unit = "|".join(re.escape(each) for each in CURRENCIES)
    first = r"[1-9]\d{0,2}"
    whole = "|".join([
        rf"{first}(?:{group}\d{{3}})+", rf"{first}(?: \d{{3}})+", rf"{first}(?:'\d{{3}})+",
        rf"[1-9]\d?(?:{group}\d\d)+{group}\d{{3}}",  # lakh and crore
        r"\d+",
    ])  # fmt: skip
    return (
        rf"^(?P<open>\()? ?(?P<sign>[-+])? ?(?P<before>{unit})? ?(?P<inner>[-+])?"
        rf"(?:(?P<whole>{whole})(?P<fraction>{mark}\d*)?|(?P<bare>{mark}\d+))"
        rf"(?P<power>[eE][-+]?\d+)? ?(?P<after>%|{unit})?(?P<close>\))?$"
    )


def special(texts: Any) -> Any:
    """Return which of these texts are NaN or infinite."""
    import pyarrow.compute as pc

    return pc.match_substring_regex(texts, r"^(?i:[-+]?(?:nan|inf|infinity))$")


class AmongError(Exception):
    """A text does not fit in with the others of its column.

    Parameters
    ----------
    seen : tuple of int and str
        The number of its row, and the text.
    reason : str
        Why, to follow the two in a message.
    """

    def __init__(self, seen: Seen, reason: str) -> None:
        super().__init__(reason)
        self.seen, self.reason = seen, reason


class Style:
    """How the numbers of a column are written, as far as has been seen.

    Parameters
    ----------
    decimal : {".", ","} or None
        The decimal mark; None for a point that nobody has confirmed.
    """

    def __init__(self, decimal: str | None) -> None:
        self.decimal, self._sure = decimal or ".", decimal is not None
        self._pattern = pattern(self.decimal)
        #: The mark that groups digits here, and is the decimal mark elsewhere.
        self.mark = "," if self.decimal == "." else "."
        # The first number with each mark between groups, with each unit and with none, in brackets
        # and not, and with one mark that could be of a group or of decimals.
        self._groups: dict[str, Seen] = {}
        self._units: dict[str, Seen] = {}
        self._brackets: dict[bool, Seen] = {}
        self._doubtful: Seen | None = None

    @property
    def units(self) -> frozenset[str]:
        """The units of the numbers so far; "" for those that have none."""
        return frozenset(self._units)

    def matches(self, texts: Any) -> Any:
        """Return which of these texts are numbers; NaN and infinities are, too."""
        import pyarrow.compute as pc

        return pc.or_(pc.match_substring_regex(texts, self._pattern), special(texts))

    def misleads(self, texts: Any) -> Any:
        """Return which of these texts would be in a wrong order if they were compared as text.

        They have the other decimal mark, or are times such as 9:30 or 1:05 PM.
        """
        import pyarrow.compute as pc

        clock = r"^(?:\d:\d\d(?::\d\d)?|\d{1,2}:\d\d(?::\d\d)? ?[AaPp]\.?[Mm]\.?)$"
        other = pc.match_substring_regex(texts, pattern(self.mark))
        return pc.or_(other, pc.match_substring_regex(texts, clock))

    def saw_plain(self, seen: Seen) -> None:
        """Note that there are numbers of digits, sign and decimal mark only.

        Raises
        ------
        AmongError
            If the others are percentages.
        """
        self._brackets.setdefault(False, seen)
        self._unit("", seen)

    def read(self, texts: Any, start: int) -> Any:
        """Return numbers as texts that Arrow can cast.

        Parameters
        ----------
        texts : pyarrow.StringArray
            Texts that match, or null; without spaces around them. NaN and infinities stay.
        start : int
            The number of the first row.

        Raises
        ------
        AmongError
            If a number does not fit in with the others.
        """
        import pyarrow.compute as pc

        parts = pc.extract_regex(texts, self._pattern)
        there = parts.is_valid()
        part = {
            name: pc.fill_null(pc.struct_field(parts, name), "")
            for name in (
                "open", "sign", "before", "inner", "whole", "fraction", "bare", "power", "after",
                "close",
            )
        }  # fmt: skip

        def first(which: Any) -> Seen | None:
            at = pc.index(pc.and_(which, there), True).as_py()
            return None if at < 0 else (start + at, texts[at].as_py())

        def refuse(which: Any, reason: str) -> None:
            if (seen := first(which)) is not None:
                raise AmongError(seen, reason)

        for mark in (self.mark, " ", "'"):
            if (seen := first(pc.match_substring(part["whole"], mark))) is not None:
                self._group(mark, seen)
        several = pc.greater(pc.count_substring(part["whole"], self.mark), 1)
        self._sure |= first(several) is not None
        mixed = pc.and_(
            pc.match_substring(part["whole"], self.mark), pc.not_equal(part["fraction"], "")
        )
        self._sure |= first(mixed) is not None
        if self._doubtful is None:
            self._doubtful = first(pc.match_substring(part["whole"], self.mark))
        none = pc.equal(part["before"], "")
        refuse(pc.and_(pc.invert(none), pc.not_equal(part["after"], "")), "has two units")
        units = pc.if_else(none, part["after"], part["before"])
        for unit in pc.unique(units).to_pylist():
            if (seen := first(pc.equal(units, unit))) is not None:
                self._unit(unit, seen)
        opened, closed = pc.equal(part["open"], "("), pc.equal(part["close"], ")")
        refuse(pc.xor(opened, closed), "has half of its brackets")
        for inside, which in (True, opened), (False, pc.invert(opened)):
            if (seen := first(which)) is not None:
                self._brackets.setdefault(inside, seen)
        signs = pc.binary_join_element_wise(part["sign"], part["inner"], part["open"], "")
        refuse(pc.greater(pc.binary_length(signs), 1), "has two signs")
        minus = pc.if_else(pc.or_(opened, pc.equal(signs, "-")), "-", "")
        digits = pc.replace_substring_regex(part["whole"], "[^0-9]", "")
        decimals = pc.binary_join_element_wise(part["fraction"], part["bare"], "")
        if self.decimal == ",":
            decimals = pc.replace_substring(decimals, ",", ".")
        plain = pc.binary_join_element_wise(minus, digits, decimals, part["power"], "")
        return pc.if_else(there, plain, texts)

    def finish(self, delimiter: str) -> None:
        """Look at the column as a whole.

        Raises
        ------
        AmongError
            If it can be read in two ways.
        """
        if True in self._brackets and False not in self._brackets:
            raise AmongError(
                self._brackets[True], "is in brackets, as all are, so that they may be no sign"
            )
        if self._doubtful is not None and not self._sure and delimiter != self.mark:
            raise AmongError(
                self._doubtful,
                f"has a '{self.mark}' of groups or of decimals: --decimal . or --decimal , says "
                "which",
            )

    def _group(self, mark: str, seen: Seen) -> None:
        self._groups.setdefault(mark, seen)
        if len(self._groups) > 1:
            raise AmongError(
                max(self._groups.values()), "has other marks between groups of digits than others"
            )

    def _unit(self, unit: str, seen: Seen) -> None:
        self._units.setdefault(unit, seen)
        units = {each for each in self._units if each}
        if len(units) > 1 or {"%", ""} <= set(self._units):
            raise AmongError(max(self._units.values()), "has another unit than others")
