"""Whether two arrays have the same elements, to the bit."""

from typing import Any

import numpy as np

from support.arrays import Array


def same_bits(one: Any, other: Any) -> bool:
    """Whether two arrays, or scalars, of one shape and dtype have the same elements, to the bit."""
    one, other = np.asarray(one), np.asarray(other)
    if one.dtype.kind in "OT":
        pairs = zip(one.ravel().tolist(), other.ravel().tolist(), strict=True)
        return all(x is y or (type(x) is type(y) and (x == y or x != x)) for x, y in pairs)
    return np.array_equal(_bits(one), _bits(other))


def same_elements(one: Any, other: Any) -> bool:
    """Whether two arrays of one shape and dtype, of either byte order, have the same elements."""
    one, other = (np.asarray(x).astype(x.dtype.newbyteorder("=")) for x in (one, other))
    return one.dtype == other.dtype and one.shape == other.shape and same_bits(one, other)


def _bits(a: Array) -> Array:
    if a.dtype.char in "gG" and a.dtype.itemsize >= 16:
        a = a.astype(a.dtype.newbyteorder("="))
        if np.finfo(a.dtype).nmant == 63:  # of 16 bytes of an 80-bit float 6 mean nothing
            return np.ascontiguousarray(a).reshape(-1, 1).view("u1").reshape(-1, 16)[:, :10]
    return np.ascontiguousarray(a).reshape(-1, 1).view("u1")
