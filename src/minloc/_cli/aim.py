"""``--near`` in arrays: the value among the elements as they are stored, for the core.

Elements are not unpacked before they are compared, so the value is packed instead, exactly: its
digits and those of the attributes are taken as decimals. The core measures distances from a value
that the dtype has. From one beyond all elements of the dtype, the nearest is the least or the
largest; integers are compared as floats with a fraction between two of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError, UnreadableError
from minloc._cli.extremes import Extremes
from minloc._cli.formats.times import UNITS, date_in, dates
from minloc._cli.joined import Joined
from minloc._cli.nearness import ATTOSECONDS, HALF, Near
from minloc._streams.grid import Box

#: Integers up to here, and the middle between two of them, are floats.
MIDDLES = 1 << 50


def aimed(extremes: Extremes, joined: Joined) -> Extremes:
    """Return the extremes with the value that the core measures from; sets `joined.descends`.

    Raises
    ------
    RefusalError
        If elements have no distance to the value.
    """
    near = extremes.near
    if near is None:
        return extremes
    path, name = joined.files[0].path, joined.parts[0].name
    dtype: np.dtype[Any] = joined.dtype
    joined.descends = False
    if dtype.kind == "M":
        near.check(path, f"'{name}'", "dates")
        unit = np.datetime_data(dtype)[0]
        ticks = near.ticks(dtype) if unit in ATTOSECONDS else HALF
        if ticks.denominator != 1 or not abs(ticks) < 1 << 63:
            raise RefusalError(
                f"--near: {path}: '{name}' has dates in the unit {unit}, in which {near.text!r} "
                "is not a whole number of 64 bits"
            )
        return replace(extremes, distance_to=np.array(int(ticks)).astype(dtype)[()])
    if dtype.kind not in "iufc":
        near.check(path, f"'{name}'", "booleans" if dtype.kind == "b" else f"elements of {dtype}")
    target = _packed(_unpacked(near, joined), joined)
    if dtype.kind in "fc":
        return replace(extremes, distance_to=_as_float(target, near, dtype))
    limits = np.iinfo(dtype)
    if not limits.min <= target <= limits.max:
        joined.descends = target > 0  # the nearest is the largest
        return extremes
    if target.denominator == 1:
        return replace(extremes, distance_to=int(target))
    below = math.floor(target)
    quarter = 0.5 if target - below == HALF else 0.25 if target - below < HALF else 0.75
    if abs(below) > MIDDLES:
        raise RefusalError(
            f"--near: {path}: '{name}' has integers, and {near.text} is a fraction too large to be "
            "compared with them exactly: give a whole number"
        )
    return replace(extremes, distance_to=below + quarter)


def is_between(extremes: Extremes, dtype: np.dtype[Any]) -> bool:
    """Whether integers have to be compared with a fraction."""
    return dtype.kind in "iu" and isinstance(extremes.distance_to, float)


def as_floats(path: str, values: NDArray[Any]) -> NDArray[Any]:
    """Return integers as floats, whose distances to the middle between two of them are exact."""
    large = values.dtype.itemsize == 8 and values.size > 0
    if large and (int(values.max()) > MIDDLES or int(values.min()) < -MIDDLES):
        raise UnreadableError(
            path, "has integers too large to be compared exactly with a fraction: give --near a "
            "whole number"
        )  # fmt: skip
    return values.astype(np.float64)


class Floats:
    """A joined array of integers as a source of floats."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self.shape, self.one_thread = joined.shape, joined.one_thread
        self.dtype = np.dtype(np.float64)

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of a box."""
        return self._joined.box(kept, whole)

    def order(self, kept: tuple[int, ...]) -> Sequence[int]:
        """Return the axes from the slowest to the fastest."""
        return self._joined.order(kept)

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a box as floats."""
        return as_floats(self._joined.files[0].path, self._joined.read(box))

    def release(self, box: Box) -> None:
        """Let go of a box."""
        self._joined.release(box)


def _unpacked(near: Near, joined: Joined) -> Fraction:
    """Return the value as a number, a date in the units of the array."""
    path, part = joined.files[0].path, joined.parts[0]
    what = f"'{part.name}'"
    units = str(part.attributes.get("units", ""))
    zero: Any = dates(np.int64(0), part.attributes) if " since " in units else None
    calendar = getattr(zero, "calendar", None)
    if not isinstance(zero, np.datetime64) and calendar is None:
        near.check(path, what, "numbers")
        return near.fraction
    near.check(path, what, "dates")
    step = UNITS.get(units.partition(" since ")[0].strip().lower())
    if step is None:
        raise RefusalError(f"--near: {path}: {what} has {units}, whose lengths differ")
    if calendar is None:
        ticks = near.ticks(np.dtype("M8[us]")) - int(zero.astype("M8[us]").astype(np.int64))
        return Fraction(ticks, step)
    try:
        between = date_in(near.text, calendar) - zero
    except ValueError:
        raise RefusalError(f"--near: the calendar {calendar} has no date {near.text!r}") from None
    return Fraction(between // timedelta(microseconds=1), step)


def _packed(target: Fraction, joined: Joined) -> Fraction:
    """Return what is stored for a value."""
    if joined.packing is None or joined.unpacks:
        return target
    attributes = joined.parts[0].attributes
    scale, offset = (
        Fraction(str(np.ravel(attributes.get(name, default))[0]))
        for name, default in (("scale_factor", 1), ("add_offset", 0))
    )
    return (target - offset) / scale


def _as_float(target: Fraction, near: Near, dtype: np.dtype[Any]) -> float:
    """Return a number as a float that the dtype has."""
    try:
        found = float(target)
        with np.errstate(all="ignore"):
            if np.isfinite(dtype.type(found)):
                return found
    except OverflowError:
        pass
    raise RefusalError(f"--near: {near.text} is too large for elements of {dtype}")
