"""The oracle of distances: how far each element is from a value, as exactly as its dtype allows."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def distances(a: ArrayLike, v: Any) -> Any:
    """Return how far the elements of `a` are from `v`, in numbers that are exact or `a`'s own.

    Parameters
    ----------
    a : array_like
        The array.
    v : scalar or array_like
        What they are measured from; it broadcasts to `a`.

    Returns
    -------
    ndarray
        Python integers for integers, and for times in their unit, with NaN for NaT; whether they
        differ for booleans; ``abs(a - v)`` for floats; ``hypot`` of the parts of ``a - v`` for
        complex numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from minloc.reference_distances import distances
    >>> distances(np.array([3, 250], np.uint8), 5)
    array([2, 245], dtype=object)
    """
    array = np.asarray(a)
    v = np.asarray(v, array.dtype)
    if array.dtype.kind == "b":
        return array != v
    if array.dtype.kind in "iu":
        return abs(array.astype(object) - v.astype(object))
    with np.errstate(all="ignore"):
        if array.dtype.kind in "mM":
            apart = abs(array.astype("i8").astype(object) - v.astype("i8").astype(object))
            return np.where(np.isnat(array) | np.isnat(v), np.nan, apart)
        difference = array - v
        if array.dtype.kind == "c":
            return np.hypot(difference.real, difference.imag)
        return abs(difference)
