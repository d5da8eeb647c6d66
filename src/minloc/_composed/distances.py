"""Distances of elements to a value, as keys that are compared like any others.

Distances of integers are exact, because they are unsigned and as wide as the integers: of two
integers the smaller is subtracted from the larger, and what overflows is the right bits. Those of
floats are rounded to the dtype of the array, as in the core.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._distances import cast, no_such_value
from minloc._partial.beside import check_target

if TYPE_CHECKING:
    from minloc._composed.operations import Operations
    from minloc._partial.question import Question


def distances(ops: Operations, x: Any, target: Any) -> list[Any]:
    """Return the arrays by which the distances of the elements to a value are compared.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    x : array
        The elements.
    target : array
        Of the same dtype, which broadcasts to it; as `target_of` returns it.
    """
    if ops.kind(x) == "f":
        return ops.float_distances(x, target)
    [key], [other] = ops.keys(x), ops.keys(target)
    return [ops.unsigned(ops.xp.where(key >= other, key - other, other - key))]


def target_of(ops: Operations, asked: Question, a: Any, given: Any) -> Any:
    """Return what distances are from: an array like `a`, with size 1 along the reduced axes.

    Raises
    ------
    TypeError
        If elements have no distances here, or the dtype of the value does not cast safely.
    ValueError
        If the dtype of the array has no such value, or the value varies within a slice.
    """
    if ops.kind(a) == "c" or not ops.has_distances(a):
        raise TypeError(
            f"{asked.name}() of an array that is answered by the operations of {ops.xp.__name__} "
            f"knows no distances of {a.dtype}; pass them as the array, as in abs(a - value)"
        )
    target = ops.own("distance_to", given, a)
    if target is None:
        dtype = ops.numpy_dtype(a.dtype)
        try:
            plain = cast(given, dtype)
        except ValueError:
            if np.ma.is_masked(given):
                raise
            # It is the library's dtype that the caller knows.
            raise no_such_value(given, a.dtype) from None
        most = float(ops.xp.finfo(a.dtype).max) if dtype.kind == "f" else math.inf
        if np.any(np.isfinite(plain) & (np.abs(plain) > most)):
            raise no_such_value(given, a.dtype)
        target = ops.moved("distance_to", plain, a)
    elif not ops.casts_safely(target.dtype, a.dtype):
        raise TypeError(
            f"distance_to of dtype {target.dtype} cannot be cast safely to the dtype {a.dtype} of "
            f"a; convert one of them to the dtype of the other"
        )
    shape = tuple([int(n) for n in a.shape])
    of_target = tuple([int(n) for n in target.shape])
    check_target(asked, of_target, shape)
    padded = (1,) * (len(shape) - len(of_target)) + of_target
    return ops.xp.astype(ops.xp.reshape(target, padded), a.dtype)
