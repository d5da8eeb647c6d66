"""What attributes mean in the CF conventions: the dtype of elements, packing, and units of time.

`missing` says which elements are missing, `times` what numbers since a date are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from minloc._cli.errors import RefusalError
from minloc._cli.formats.times import dates


def stored_dtype(dtype: np.dtype[Any], attributes: Mapping[str, Any]) -> np.dtype[Any]:
    """Return the dtype of stored elements: that of the file, or of the sign that attributes say."""
    unsigned = str(attributes.get("_Unsigned", "")).lower()
    if dtype.kind == "i" and unsigned == "true":
        return np.dtype(dtype.str.replace("i", "u"))
    if dtype.kind == "u" and unsigned == "false":
        return np.dtype(dtype.str.replace("u", "i"))
    return dtype


def packing(attributes: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the scale and the offset of packed values, or None if they are not packed.

    Raises
    ------
    RefusalError
        If they are not numbers.
    """
    numbers = []
    for name, default in ("scale_factor", 1.0), ("add_offset", 0.0):
        given = np.ravel(attributes.get(name, default))
        try:
            [number] = given
            numbers.append(float(number))
        except (TypeError, ValueError):
            raise RefusalError(
                f"the attribute {name} is {attributes[name]!r}, which is not a number, so the "
                "packed elements cannot be compared"
            ) from None
    scale, offset = numbers
    return None if (scale, offset) == (1.0, 0.0) else (scale, offset)


def scaled(values: Any, attributes: Mapping[str, Any]) -> Any:
    """Return packed values unpacked, as floats of the width that the attributes have.

    Examples
    --------
    >>> print(scaled(np.int16(3), {"scale_factor": 0.5, "add_offset": 10}))
    11.5
    """
    pack = packing(attributes)
    stored = np.asarray(values)
    if pack is None or stored.dtype.kind not in "biuf":
        return values
    unpacked = np.asarray(stored, np.float64) * pack[0] + pack[1]
    if _is_single(stored.dtype, attributes):
        unpacked = unpacked.astype(np.float32)
    return unpacked if unpacked.ndim else unpacked[()]


def meaning(dtype: np.dtype[Any], attributes: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return what turns elements of a dtype into what each of them means; see `each_unpacked`."""
    pack = packing(attributes)
    if pack is None or " since " in str(attributes.get("units", "")) or dtype.kind not in "biuf":
        return lambda elements: each_unpacked(elements, attributes)
    scale, offset = pack
    if _is_single(dtype, attributes):
        return lambda elements: (elements.astype(float) * scale + offset).astype(np.float32)

    def rounded(elements: Any) -> list[float]:  # 271.92, not 271.91999999999996
        numbers = (elements.astype(float) * scale + offset).tolist()
        return [float(f"{number:.13g}") for number in numbers]

    return rounded


def _is_single(dtype: np.dtype[Any], attributes: Mapping[str, Any]) -> bool:
    """Whether unpacked values are of single precision: the attributes are, and no digit is lost."""
    given = [attributes[name] for name in ("scale_factor", "add_offset") if name in attributes]
    return all(getattr(one, "dtype", None) == np.float32 for one in given) and (
        dtype.itemsize <= 2 or dtype == np.float32
    )


def unpacked(values: Any, attributes: Mapping[str, Any]) -> Any:
    """Return what stored values mean: unpacked ones, and numbers since a date as dates."""
    return dates(scaled(values, attributes), attributes)


def each_unpacked(values: Any, attributes: Mapping[str, Any]) -> Any:
    """Return what each of some stored values means by itself: an array, or a list of objects.

    Examples
    --------
    >>> print(each_unpacked(np.array([0, 0.5]), {"units": "days since 2000-02-29"}))
    ['2000-02-29T00:00:00' '2000-02-29T12:00:00']
    >>> each_unpacked(np.array([0, 0.5]), {"units": "months since 2000-02-01"})
    [np.datetime64('2000-02-01'), np.float64(0.5)]
    """
    if " since " not in str(attributes.get("units", "")) or values.dtype.kind not in "iuf":
        return scaled(values, attributes)
    found = unpacked(values, attributes)
    if found.dtype.kind == "M":
        return found
    different, which = np.unique(values, return_inverse=True)
    each = [unpacked(one, attributes) for one in different]
    return [each[i] for i in which.tolist()]
