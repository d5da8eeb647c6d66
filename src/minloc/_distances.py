"""The values that distances are measured from: `distance_to`, in the dtype of the array.

The value must be one that the dtype has. An integer fits an integer dtype that holds it, and a time
a unit that holds it; a Python number takes the precision of the array, as in NumPy's arithmetic; an
array or scalar of NumPy must have a dtype that casts safely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Whose numbers have no precision of their own.
WEAK = (bool, int, float, complex, list, tuple)
#: The kinds of dtypes that are numbers of each kind; a user dtype (V) is one of floats.
NUMBERS = {"b": "b", "i": "biu", "u": "biu", "f": "biuf", "V": "biuf", "c": "biufc"}


def cast(value: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return what distances are measured from.

    Parameters
    ----------
    value : object
        A value, or an array of several.
    dtype : dtype
        That of the array whose elements are measured.

    Returns
    -------
    ndarray
        Of that dtype, in the byte order of the machine.

    Raises
    ------
    TypeError
        If the dtype of the value does not cast safely.
    ValueError
        If the dtype of the array has no such value.
    """
    dtype = dtype.newbyteorder("=")
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError("distance_to must not have masked values; fill them first")
    given = np.asarray(value)
    if dtype.kind in "OSUT":  # they have none, as the core says
        _core.argmin(np.empty(1, dtype), distance_to=0)
    if dtype.kind in "mM":
        return _time(value, given, dtype)
    is_large = given.dtype == object and given.ndim == 0 and type(value) is int
    if is_large and dtype.kind in "iu":
        raise no_such_value(value, dtype)
    if type(value) not in WEAK and dtype.kind not in "iu":
        if not np.can_cast(given.dtype, dtype, "safe"):
            raise _no_cast(given.dtype, dtype)
        return np.asarray(given, dtype, order="C", copy=True)
    if not is_large and given.dtype.kind not in NUMBERS[dtype.kind]:
        raise _no_cast(given.dtype, dtype)
    with np.errstate(all="ignore"):
        try:
            taken: NDArray[Any] = np.asarray(given.astype(dtype))
        except OverflowError:
            raise no_such_value(value, dtype) from None
    if dtype.kind in "iu":
        fits = taken == given
    else:
        fits = np.isfinite(taken) | ~np.isfinite(0 if is_large else given)
    if not np.all(fits):
        raise no_such_value(value, dtype)
    return taken


def _time(value: Any, given: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return times in the unit of the array."""
    if given.dtype.kind in "OU":
        try:  # a datetime of Python, or text
            given = np.asarray(value, f"{dtype.kind}8")
        except (TypeError, ValueError):
            raise _no_cast(given.dtype, dtype) from None
    if given.dtype.kind != dtype.kind:
        raise _no_cast(given.dtype, dtype)
    given = given.astype(given.dtype.newbyteorder("="), order="C")
    try:
        taken = given.astype(dtype)
        fits = taken.astype(given.dtype).view(np.int64) == given.view(np.int64)
    except (OverflowError, TypeError):
        raise _no_cast(given.dtype, dtype) from None
    if not np.all(fits):
        raise no_such_value(value, dtype)
    return taken


def _no_cast(given: np.dtype[Any], dtype: np.dtype[Any]) -> TypeError:
    return TypeError(
        f"distance_to of dtype {given} cannot be cast safely to the dtype {dtype} of a; convert "
        "one of them to the dtype of the other"
    )


def no_such_value(value: Any, dtype: Any) -> ValueError:
    """Return the error for a value that a dtype does not have."""
    return ValueError(
        f"distance_to {value!r} is not a value of the dtype {dtype} of a; convert a to a dtype "
        "that has it"
    )
