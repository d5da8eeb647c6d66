"""Numbers since a date, such as ``days since 1850-01-01``, as dates of their calendar.

Most are `numpy.datetime64`, which is fast and prints well. NumPy has one calendar, the proleptic
Gregorian; dates that it lacks are objects of cftime: those of model calendars, such as ``noleap``,
and those of the standard calendar before 1582-10-15, which are Julian.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from minloc._cli.errors import library

#: Microseconds.
UNITS = {
    "d": 86_400_000_000, "day": 86_400_000_000, "days": 86_400_000_000,
    "h": 3_600_000_000, "hr": 3_600_000_000, "hrs": 3_600_000_000,
    "hour": 3_600_000_000, "hours": 3_600_000_000,
    "min": 60_000_000, "mins": 60_000_000, "minute": 60_000_000, "minutes": 60_000_000,
    "s": 1_000_000, "sec": 1_000_000, "secs": 1_000_000,
    "second": 1_000_000, "seconds": 1_000_000,
    "ms": 1000, "msec": 1000, "msecs": 1000, "millisecond": 1000, "milliseconds": 1000,
    "us": 1, "microsecond": 1, "microseconds": 1,
}  # fmt: skip
#: Units whose length depends on the date.
MONTHS = {"month": 1, "months": 1, "year": 12, "years": 12}
CALENDARS = {
    "": "standard", "standard": "standard", "gregorian": "standard",
    "proleptic_gregorian": "proleptic_gregorian", "julian": "julian",
    "noleap": "noleap", "365_day": "noleap", "all_leap": "all_leap", "366_day": "all_leap",
    "360_day": "360_day", "360": "360_day",
}  # fmt: skip
#: The first day of the standard calendar that NumPy counts in the same way.
REFORM = np.datetime64("1582-10-15", "us")
EPOCH = "microseconds since 1970-01-01"


def dates(values: Any, attributes: Mapping[str, Any]) -> Any:
    """Return numbers since a date as dates; other values as they are.

    So are numbers that have no date: of an unknown calendar, and months that are not whole, whose
    length is unknown.

    Returns
    -------
    array or scalar
        Of `numpy.datetime64`, NaT for NaN; or of `cftime.datetime`, None for NaN.

    Examples
    --------
    >>> print(dates(np.array([1, 32]), {"units": "days since 2020-01-01"}))
    ['2020-01-02' '2020-02-02']
    >>> print(dates(60, {"units": "days since 2000-01-01", "calendar": "360_day"}))
    2000-03-01 00:00:00
    """
    text = str(attributes.get("units", "")).strip()
    unit, since, start = re.sub(r"\s+", " ", text).partition(" since ")
    unit = unit.strip().lower()
    calendar = CALENDARS.get(str(attributes.get("calendar", "")).strip().lower())
    array = np.asarray(values)
    if not since or calendar is None or array.dtype.kind not in "iuf":
        return values
    numbers_known = np.isfinite(array)
    if unit in MONTHS:
        if calendar == "360_day":
            array, unit = array * (30 * MONTHS[unit]), "days"
        else:
            return _months(values, array, MONTHS[unit], _origin(start), numbers_known)
    step = UNITS.get(unit)
    if step is None:
        return values
    origin = _origin(start)
    if calendar == "standard" and (origin is None or origin < REFORM):
        origin = _reformed(start)
    elif calendar not in ("standard", "proleptic_gregorian"):
        origin = None
    result = None if origin is None else _counted(array, numbers_known, step, origin)
    if result is not None and (
        calendar == "proleptic_gregorian" or not (result[~np.isnat(result)] < REFORM).any()
    ):
        return result if result.ndim else result[()]
    found = _by_cftime(array, numbers_known, f"{unit} since {start}", calendar)
    return values if found is None else found


def text_of(date: Any) -> str | None:
    """Return a date of cftime as text, without the time of day if it is midnight.

    Other values are None.
    """
    if getattr(date, "calendar", None) is None:
        return None
    return str(date.isoformat()).removesuffix("T00:00:00")


def texts_of(found: Any) -> list[str]:
    """Return NumPy's dates as texts, each without the parts of the clock that are zero at its end.

    Examples
    --------
    >>> texts_of(np.array(["2000-01-01", "2000-01-01T06", "NaT"], "M8[us]"))
    ['2000-01-01', '2000-01-01T06:00:00', 'NaT']
    """
    texts = found.astype(str)
    for unit in "sD":
        whole = found == found.astype(f"M8[{unit}]")
        texts[whole] = found[whole].astype(f"M8[{unit}]").astype(str)
    result: list[str] = texts.tolist()
    return result


def calendar_of(values: Any) -> str | None:
    """Return the calendar of an array of cftime's dates, None if it is another array."""
    if getattr(getattr(values, "dtype", None), "kind", "") != "O":
        return None
    first = next((one for one in values.flat if one is not None), None)
    calendar: str | None = getattr(first, "calendar", None)
    return calendar


def date_in(text: str, calendar: str) -> Any:
    """Return the date that a text such as ``"2000-02-30"`` or ``"2000-02-30 06:00"`` is.

    Raises
    ------
    ValueError
        If the calendar has no such date.
    """
    parts = re.fullmatch(
        r"\s*(-?\d+)(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?)?)?\s*",
        text,
    )
    if parts is None:
        raise ValueError(text)
    year, month, day, *clock = parts.groups()
    return _cftime().datetime(
        int(year), int(month or 1), int(day or 1), *(int(part or 0) for part in clock),
        calendar=calendar,
    )  # fmt: skip


def _origin(text: str) -> np.datetime64 | None:
    """Return the date after ``since``, taken as proleptic Gregorian; None if it is not one."""
    match = re.fullmatch(
        r"([+-]?\d{1,6})-(\d{1,2})-(\d{1,2})"
        r"(?:[T ]+(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}(?:\.\d*)?))?)?"
        r"\s*(?:Z|UTC|GMT|([+-])?(\d{1,2}):?(\d{2})?)?",
        text.strip(),
    )
    if match is None:
        return None
    year, month, day, hours, minutes, seconds, sign, off_hours, off_minutes = match.groups()
    try:
        date = np.datetime64(f"{int(year):04d}-{int(month):02d}-{int(day):02d}", "us")
    except ValueError:
        return None
    clock = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
    zone = (int(off_hours or 0) * 60 + int(off_minutes or 0)) * 60
    clock -= -zone if sign == "-" else zone
    return date + np.timedelta64(round(clock * 1e6), "us")


def _reformed(start: str) -> np.datetime64 | None:
    """Return a date of the standard calendar as that of the proleptic Gregorian."""
    cftime = _cftime()
    try:
        date = cftime.num2date(0, f"days since {start}", "standard")
        ticks = cftime.date2num(date, EPOCH, "standard")
    except (ValueError, OverflowError):
        return None
    return np.datetime64(int(ticks), "us")


def _counted(array: Any, known: Any, step: int, origin: np.datetime64) -> Any:
    """Return the origin plus so many steps, in the coarsest unit; None if 64 bits are too few."""
    room = 2.0**62 / step
    if (np.abs(array, where=known, out=np.zeros(array.shape)) > room).any():
        return None
    ticks = np.where(known, array, 0)
    if array.dtype.kind == "f":
        ticks = np.rint(ticks * float(step))
        step = 1
    result = origin + (ticks.astype(np.int64) * step).astype("m8[us]")
    result = np.where(known, result, np.datetime64("NaT", "us"))
    for coarse in ("D", "s"):
        if (known <= (result == result.astype(f"M8[{coarse}]"))).all():
            return result.astype(f"M8[{coarse}]")
    return result


def _months(values: Any, array: Any, each: int, origin: np.datetime64 | None, known: Any) -> Any:
    """Return the day so many months after the origin, if that day is in every month."""
    if origin is None or origin < REFORM:
        return values
    day = origin - origin.astype("M8[M]")
    months = np.where(known, array, 0) * each
    if (months != np.rint(months)).any() or day >= np.timedelta64(28, "D"):
        return values
    result = (origin.astype("M8[M]") + months.astype(np.int64).astype("m8[M]")).astype("M8[us]")
    result = result + day
    whole = (result == result.astype("M8[D]")).all()
    result = np.where(known, result, np.datetime64("NaT")).astype("M8[D]" if whole else "M8[s]")
    return result if result.ndim else result[()]


def _by_cftime(array: Any, known: Any, units: str, calendar: str) -> Any:
    """Return dates of cftime, None where there is no number; None if it knows no such dates."""
    try:
        found = _cftime().num2date(
            np.where(known, array, 0), units, calendar, only_use_cftime_datetimes=True
        )
    except (ValueError, OverflowError):
        return None
    if not array.ndim:
        return found if known else None
    result = np.asarray(found, object)
    result[~known] = None
    return result


def _cftime() -> Any:
    return library("cftime", "hdf5", "for dates of this calendar")
