"""Parts of dates, by the names that xarray and pandas have for them, in every calendar."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.formats.times import calendar_of

#: The names, and those of the attributes of cftime's dates.
PARTS = {
    "year": "year", "quarter": "", "season": "", "month": "month", "day": "day",
    "dayofyear": "dayofyr", "dayofweek": "dayofwk", "hour": "hour", "minute": "minute",
}  # fmt: skip
SEASONS = np.array(["DJF", "MAM", "JJA", "SON"])


def part_of_dates(dates: NDArray[Any], name: str) -> NDArray[Any] | None:
    """Return a part of each date; None if they are no dates. That of NaT is any.

    Examples
    --------
    >>> days = np.array(["2023-12-31", "2024-03-01"], "M8[D]")
    >>> print(part_of_dates(days, "dayofyear"), part_of_dates(days, "season"))
    [365  61] ['DJF' 'MAM']
    """
    if name in ("quarter", "season"):
        month = part_of_dates(dates, "month")
        if month is None:
            return None
        return (month + 2) // 3 if name == "quarter" else SEASONS[month % 12 // 3]
    if calendar_of(dates) is not None:
        of_each = np.frompyfunc(lambda date: getattr(date, PARTS[name]), 1, 1)
        return np.asarray(of_each(dates), np.intp)
    if dates.dtype.kind != "M":
        return None
    year, month, day, hour = (dates.astype(f"M8[{unit}]") for unit in "YMDh")
    match name:
        case "year":
            found = year.astype(np.intp) + 1970
        case "month":
            found = month.astype(np.intp) % 12 + 1
        case "day":
            found = (day - month).astype(np.intp) + 1
        case "dayofyear":
            found = (day - year).astype(np.intp) + 1
        case "dayofweek":  # the first day of NumPy's was a Thursday, and Monday is 0
            found = (day.astype(np.intp) + 3) % 7
        case "hour":
            found = (hour - day).astype(np.intp)
        case _:
            found = (dates.astype("M8[m]") - hour).astype(np.intp)
    return np.asarray(found)
