"""Which stored elements are missing: by fill values, and by the range of valid ones.

All are compared as they are stored, before they are unpacked. netCDF4 and xarray agree on fill
values; on ranges the NetCDF User Guide is followed, as netCDF4 does and xarray does not.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.formats.conventions import packing

#: What NetCDF writes where nothing was written, by kind and size; bytes have no such value.
DEFAULT_FILLS: dict[str, Any] = {
    "f4": 9.969209968386869e36, "f8": 9.969209968386869e36,
    "i2": -32767, "i4": -2147483647, "i8": -9223372036854775806,
    "u2": 65535, "u4": 4294967295, "u8": 18446744073709551614,
}  # fmt: skip


def with_default_fill(attributes: Mapping[str, Any], dtype: np.dtype[Any]) -> dict[str, Any]:
    """Return the attributes of a NetCDF variable, with NetCDF's fill value if they have none."""
    fill = DEFAULT_FILLS.get(f"{dtype.kind}{dtype.itemsize}")
    default = {} if fill is None else {"_FillValue": dtype.newbyteorder("=").type(fill)}
    return default | dict(attributes)


@dataclass(frozen=True)
class Missing:
    """Which stored elements are missing.

    Attributes
    ----------
    fills : tuple
        Values that stand for a missing one.
    low, high : number or None
        The smallest and the largest valid element.
    """

    fills: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None

    @classmethod
    def of(cls, attributes: Mapping[str, Any], dtype: np.dtype[Any]) -> Missing:
        """Return what the attributes of a variable say.

        Parameters
        ----------
        attributes : mapping
            The attributes.
        dtype : dtype
            The dtype of the stored elements, unsigned if ``_Unsigned`` says so.

        Examples
        --------
        >>> Missing.of({"_FillValue": -1, "valid_max": 200}, np.dtype("u1"))
        Missing(fills=(np.uint8(255),), low=None, high=200)
        """
        found = []
        for name in ("_FillValue", "missing_value"):
            for value in np.ravel(attributes.get(name, [])):
                fill = _stored(value, dtype)
                if fill is not None:
                    found.append(fill)
        return cls(tuple(found), *_range(attributes, dtype))

    def __bool__(self) -> bool:
        return bool(self.fills) or self.low is not None or self.high is not None

    def present(self, values: NDArray[Any]) -> NDArray[np.bool] | None:
        """Return where stored values are not missing; None if nothing is ever missing."""
        there: Any = None
        for fill in self.fills:
            this = values == values if fill != fill else values != fill
            there = this if there is None else there & this
        for outside in (
            None if self.low is None else values < self.low,
            None if self.high is None else values > self.high,
        ):
            if outside is not None:  # NaN is not outside: it is left to --nan
                there = ~outside if there is None else there & ~outside
        present: NDArray[np.bool] | None = there
        return present


def _stored(value: Any, dtype: np.dtype[Any]) -> Any:
    """Return a value of an attribute as a stored element, None if no element can be equal to it."""
    if isinstance(value, str) and dtype.kind in "iuf":
        value = _number(value, dtype)
    if dtype.kind == "u" and isinstance(value, int | np.integer) and value < 0:
        value = int(value) + 2 ** (8 * dtype.itemsize)  # the attribute is of the signed type
    elif dtype.kind == "i" and isinstance(value, int | np.integer):
        value = int(value)
        if 2 ** (8 * dtype.itemsize - 1) <= value < 2 ** (8 * dtype.itemsize):
            value -= 2 ** (8 * dtype.itemsize)
    try:
        with np.errstate(all="ignore"):
            fill = np.asarray(value).astype(dtype)[()]
    except (ValueError, TypeError, OverflowError):
        return None
    # A float of the file is often the attribute rounded: 1e20 in single precision.
    return fill if dtype.kind in "fc" or fill == value else None


def _number(text: str, dtype: np.dtype[Any]) -> Any:
    """Return the number that a text means: how xarray writes one into Zarr, or a decimal."""
    if dtype.kind == "f" and text not in ("NaN", "nan"):
        try:
            return struct.unpack("<d", base64.standard_b64decode(text))[0]
        except (ValueError, struct.error):
            pass
    try:
        return int(text) if dtype.kind in "iu" else float(text)
    except ValueError:
        return text


def _range(attributes: Mapping[str, Any], dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """Return the smallest and the largest valid stored element, None where there is no limit."""
    if dtype.kind not in "iuf":
        return None, None
    both = np.ravel(attributes.get("valid_range", []))
    low, high = both if len(both) == 2 else (None, None)
    bounds = [
        _bound(low if low is not None else attributes.get("valid_min")),
        _bound(high if high is not None else attributes.get("valid_max")),
    ]
    pack = packing(attributes)
    if dtype.kind == "f":
        with np.errstate(all="ignore"):
            return tuple(None if b is None else dtype.type(b) for b in bounds)  # type: ignore[return-value]
    floats = [isinstance(b, float) for b in bounds]
    if pack is not None and pack[0] != 0 and any(floats):
        # Of the type of the unpacked values, so in their units.
        bounds = [None if b is None else (b - pack[1]) / pack[0] for b in bounds]
        bounds = bounds[::-1] if pack[0] < 0 else bounds
        slack = 1e-6  # a bound may be rounded; stored elements are integers
        low, high = bounds
        return None if low is None else low - slack, None if high is None else high + slack
    if dtype.kind == "u":
        bounds = [b + 2 ** (8 * dtype.itemsize) if b is not None and b < 0 else b for b in bounds]
    return bounds[0], bounds[1]


def _bound(value: Any) -> Any:
    """Return a bound as an int or a float of Python, None if it is not a number."""
    array = np.ravel(value)
    if value is None or len(array) != 1:
        return None
    one = array[0]
    if isinstance(one, str):
        try:
            one = float(one)
        except ValueError:
            return None
    if not isinstance(one, int | float | np.integer | np.floating) or one != one:
        return None
    return int(one) if isinstance(one, int | np.integer) else float(one)
