"""What attributes mean in the CF conventions: missing values, packing, times."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

UNITS = {
    "d": 86_400_000_000, "day": 86_400_000_000, "days": 86_400_000_000,
    "h": 3_600_000_000, "hr": 3_600_000_000, "hour": 3_600_000_000, "hours": 3_600_000_000,
    "min": 60_000_000, "minute": 60_000_000, "minutes": 60_000_000,
    "s": 1_000_000, "sec": 1_000_000, "second": 1_000_000, "seconds": 1_000_000,
    "ms": 1000, "millisecond": 1000, "milliseconds": 1000,
    "us": 1, "microsecond": 1, "microseconds": 1,
}  # fmt: skip
#: Calendars that agree with NumPy's for dates of the last centuries.
CALENDARS = ("standard", "gregorian", "proleptic_gregorian")


def stored_dtype(dtype: np.dtype[Any], attributes: Mapping[str, Any]) -> np.dtype[Any]:
    """Return the dtype of stored elements: that of the file, unsigned if the attributes say so."""
    if dtype.kind == "i" and str(attributes.get("_Unsigned", "")).lower() == "true":
        return np.dtype(dtype.str.replace("i", "u"))
    return dtype


def fills(attributes: Mapping[str, Any], dtype: np.dtype[Any]) -> list[Any]:
    """Return the values that stand for a missing one, as scalars of the dtype."""
    found = []
    for name in ("_FillValue", "missing_value"):
        for value in np.ravel(attributes.get(name, [])):
            if isinstance(value, str) and dtype.kind == "f" and value not in ("NaN", "nan"):
                try:  # how xarray writes it into Zarr of version 3
                    value = struct.unpack("<d", base64.standard_b64decode(value))[0]
                except (ValueError, struct.error):
                    continue
            try:
                fill = np.asarray(value).astype(dtype)[()]
            except (ValueError, TypeError, OverflowError):
                continue
            if fill == value or fill != fill:
                found.append(fill)
    return found


def present(values: NDArray[Any], missing: list[Any]) -> NDArray[np.bool] | None:
    """Return where stored values are not missing; None if there are no values that mean missing."""
    there = None
    for fill in missing:
        this = values == values if fill != fill else values != fill
        there = this if there is None else there & this
    return there


def packing(attributes: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the scale and the offset of packed values, or None if they are not packed."""
    scale, offset = attributes.get("scale_factor", 1), attributes.get("add_offset", 0)
    try:
        numbers = float(scale), float(offset)
    except (TypeError, ValueError):
        return None
    return None if numbers == (1.0, 0.0) else numbers


def unpacked(values: Any, attributes: Mapping[str, Any]) -> Any:
    """Return what stored values mean: unpacked ones, and dates as `numpy.datetime64`.

    Examples
    --------
    >>> import numpy as np
    >>> print(unpacked(np.int16(3), {"scale_factor": 0.5, "add_offset": 10}))
    11.5
    >>> print(unpacked(np.array([1, 32]), {"units": "days since 2020-01-01"}))
    ['2020-01-02' '2020-02-02']
    """
    pack = packing(attributes)
    if pack is not None and np.asarray(values).dtype.kind in "biuf":
        values = np.asarray(values, np.float64) * pack[0] + pack[1]
        values = values if np.ndim(values) else values[()]
    return dates(values, attributes)


def dates(values: Any, attributes: Mapping[str, Any]) -> Any:
    """Return numbers such as days since a date as dates; other numbers as they are."""
    unit, since, start = str(attributes.get("units", "")).strip().partition(" since ")
    calendar = str(attributes.get("calendar", "standard")).lower()
    array = np.asarray(values)
    step = UNITS.get(unit.strip().lower())
    if not since or step is None or calendar not in CALENDARS or array.dtype.kind not in "iuf":
        return values
    start = start.strip().removesuffix("UTC").removesuffix("Z").strip()
    day, _, clock = start.replace("T", " ").partition(" ")
    try:
        day = "-".join(part.zfill(2 if i else 4) for i, part in enumerate(day.split("-")))
        origin = np.datetime64(day, "us")
        if clock.strip():
            hours, minutes, seconds, *rest = [*clock.strip().split(":"), "0", "0"]
            if rest[2:]:
                return values
            clock_seconds = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
            origin = origin + np.timedelta64(round(clock_seconds * 1e6), "us")
    except ValueError:
        return values
    known = np.isfinite(array) & (np.abs(array) < 2.0**62 / step)
    if not known.all() and not (array != array)[~known].all():
        return values
    ticks = np.where(known, array, 0)
    ticks = (
        ticks.astype(np.int64) * step if array.dtype.kind in "iu" else np.rint(ticks * float(step))
    )
    result = origin + ticks.astype(np.int64).astype("m8[us]")
    result = np.where(known, result, np.datetime64("NaT", "us"))
    for coarse in ("D", "s"):
        if (known <= (result == result.astype(f"M8[{coarse}]"))).all():
            result = result.astype(f"M8[{coarse}]")
            break
    return result if np.ndim(result) else result[()]
