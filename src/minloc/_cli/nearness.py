"""The value of ``--near``, and how far elements of a table are from it, exactly.

Distances are compared, so they are only needed up to an order that is the same: those of integers
from a fraction between two of them are integers again. Distances of floats are floats, as NumPy
computes them.
"""

from __future__ import annotations

import decimal
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError

#: A number has at most so many characters, and digits before or after the point.
LONGEST, MOST_DIGITS = 100, 400
DATE = re.compile(r"\d{4,}-\d{1,2}(-\d{1,2}([T ]\d{1,2}(:\d{1,2}(:\d{1,2}(\.\d*)?)?)?)?)?")
#: Integers below this, doubled, have room in 64 bits.
ROOM = 1 << 60
#: Attoseconds in the units that NumPy counts dates in.
ATTOSECONDS = {
    "W": 604_800 * 10**18, "D": 86_400 * 10**18, "h": 3600 * 10**18, "m": 60 * 10**18,
    "s": 10**18, "ms": 10**15, "us": 10**12, "ns": 10**9, "ps": 10**6, "fs": 1000, "as": 1,
}  # fmt: skip
#: Decimals are subtracted without rounding, however many digits they have.
EXACT = decimal.Context(prec=2000, traps=[decimal.Inexact, decimal.InvalidOperation])
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Near:
    """What elements are compared by their distance to.

    Attributes
    ----------
    text : str
        The value, as the user wrote it.
    number : Decimal or None
        The number that it is, None if it is a date only.
    magnitude : bool
        Whether ``--abs`` asks for distances to 0.
    """

    text: str
    number: Decimal | None
    magnitude: bool = False

    @classmethod
    def of(cls, text: str) -> Near:
        """Return what ``--near`` is given.

        Raises
        ------
        RefusalError
            If it is neither a number nor a date.

        Examples
        --------
        >>> Near.of("2.50").number, Near.of("2024-01-31").number
        (Decimal('2.50'), None)
        """
        text = text.strip()
        number = None
        if len(text) <= LONGEST and "_" not in text:
            try:
                number = Decimal(text)
            except decimal.InvalidOperation:
                number = None
        if number is None and DATE.fullmatch(text) is None:
            raise RefusalError(
                f"--near: {text!r} is neither a number nor a date such as 2024-01-31"
            )
        if number is not None and not (number.is_finite() and abs(number.adjusted()) < MOST_DIGITS):
            raise RefusalError(f"--near: {text!r} is not a finite number of ordinary size")
        return cls(text, number)

    @property
    def option(self) -> str:
        """The option that asks for distances."""
        return "--abs" if self.magnitude else "--near"

    @property
    def fraction(self) -> Fraction:
        """The number."""
        assert self.number is not None
        return Fraction(self.number)

    def check(self, path: str, what: str, sort: str) -> None:
        """Raise RefusalError if elements of this sort have no distance to the value.

        Parameters
        ----------
        path, what : str
            The file, and what is in it that is searched, such as ``"column 'price'"``.
        sort : str
            "numbers", "dates", or another sort, which has no distances.
        """
        if sort == "dates" and not self.magnitude:
            if DATE.fullmatch(self.text) is None and not re.fullmatch(r"\d{4}", self.text):
                raise RefusalError(
                    f"--near: {path}: {what} has dates, and {self.text!r} is none; write it as "
                    "2024-01-31 or 2024-01-31T12:30"
                )
        elif sort != "numbers":
            wanted = "numbers" if self.magnitude else "numbers or dates"
            raise RefusalError(f"{self.option}: {path}: {what} has {sort}, and needs {wanted}")
        elif self.number is None:
            raise RefusalError(
                f"--near: {path}: {what} has numbers, and {self.text!r} is a date: give a number"
            )

    def ticks(self, dtype: np.dtype[Any]) -> Fraction:
        """Return the date as a number of the units of a dtype of dates.

        Raises
        ------
        RefusalError
            If there is no such date.

        Examples
        --------
        >>> Near.of("1970-01-02T12").ticks(np.dtype("M8[D]"))
        Fraction(3, 2)
        """
        try:
            date = np.datetime64(self.text)
        except ValueError:
            raise RefusalError(f"--near: there is no date {self.text!r}") from None
        if np.datetime_data(date.dtype)[0] in "YM":
            date = date.astype("M8[D]")
        own, (unit, count) = np.datetime_data(date.dtype)[0], np.datetime_data(dtype)
        return Fraction(int(date.astype(np.int64)) * ATTOSECONDS[own], ATTOSECONDS[unit] * count)

    def distances(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return numbers that are in the order of the elements' distances, exactly.

        Parameters
        ----------
        values : ndarray
            Numbers, decimals or dates of a table.

        Examples
        --------
        >>> Near.of("2.5").distances(np.array([2, 3, 5, 0], np.uint8))
        array([0, 0, 2, 2])
        >>> Near.of("0.3").distances(np.array([0.5, np.nan]))
        array([0.2, nan])
        """
        kind = values.dtype.kind
        if kind == "M":
            counted = whole(values.astype(np.int64), self.ticks(values.dtype))
            missing = np.isnat(values)
            return np.where(missing, np.nan, counted.astype(object)) if missing.any() else counted
        assert self.number is not None
        if kind in "iub":
            return whole(values, self.fraction)
        if kind == "O":
            found = np.empty(len(values), object)
            found[:] = [EXACT.abs(EXACT.subtract(Decimal(one), self.number)) for one in values]
            return found
        with np.errstate(all="ignore"):
            return np.asarray(np.abs(values.astype(np.float64) - float(self.number)))


def whole(values: NDArray[Any], target: Fraction) -> NDArray[Any]:
    """Return integers that are in the order of the distances of integers to a fraction."""
    below = target.numerator // target.denominator
    rest = target - below
    ends = (int(values.min()), int(values.max()), below) if values.size else (0,)
    wide = values.astype(np.int64 if max(map(abs, ends)) < ROOM else object)
    if rest == 0:
        return np.asarray(np.abs(wide - below))
    left = wide <= below
    # Steps beyond the nearest integer on the same side.
    steps = np.where(left, below - wide, wide - below - 1)
    if rest == HALF:
        return steps
    farther = left if rest > HALF else ~left
    return np.asarray(2 * steps + farther)
