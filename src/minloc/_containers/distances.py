"""Distances to a value of a library's own dtype: what is said where there are none.

Times are compared by ticks, so a value must have ticks in the same unit, exactly; a time without a
zone is at no distance from one with a zone. Decimals are compared without their point, so a value
must have no more digits behind it than they have.
"""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._distances import no_such_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Units of NumPy's times that not all libraries have, and that are whole milliseconds.
COARSE = ("Y", "M", "W", "D", "h", "m", "s")


def no_distances(what: str, dtype: Any) -> TypeError:
    """Return the error for elements that have an order, but no distances."""
    return TypeError(
        f"{what} knows no distances between the elements of dtype {dtype}; pass an array of numbers"
    )


def not_of_type(value: Any, dtype: Any) -> TypeError:
    """Return the error for a value of another kind than the elements."""
    return TypeError(
        f"distance_to {value!r} cannot be cast safely to the dtype {dtype} of a; pass a value of "
        f"that dtype, with a time zone only if the elements have one"
    )


def in_array(value: np.generic) -> NDArray[Any]:
    """Return a scalar of NumPy's as an array, a time in a unit that other libraries have."""
    array = np.asarray(value).reshape(1)
    kind = array.dtype.kind
    if kind not in "mM" or np.datetime_data(array.dtype)[0] not in COARSE:
        return array
    ticks = array.astype(f"{kind}8[ms]")
    return ticks if (ticks.astype(array.dtype) == array).all() else array  # it may overflow


def scaled(value: Any, dtype: Any, scale: int, bits: int = 64) -> int:
    """Return an integer or a decimal without its point, `scale` digits before its end.

    It is one of so many bits.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it has more digits than decimals of the dtype.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer, decimal.Decimal)):
        raise TypeError(
            f"distance_to {value!r} cannot be cast safely to the dtype {dtype} of a; pass an "
            f"integer or a decimal.Decimal"
        )
    exact = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)
    number = decimal.Decimal(int(value)) if not isinstance(value, decimal.Decimal) else value
    if not number:
        return 0
    if not number.is_finite() or number.adjusted() + scale > 18:
        raise no_such_value(value, dtype)
    shifted = number.scaleb(scale, exact)
    if shifted != int(shifted) or abs(int(shifted)) >= 1 << (bits - 1):
        raise no_such_value(value, dtype)
    return int(shifted)
