"""Dtypes that bring their own comparison, arrays of them, and their answers compared."""

from fractions import Fraction
from typing import Any

import ml_dtypes
import numpy as np
from numpy import nan
from numpy.dtypes import StringDType

from minloc import _core
from support.arrays import Array

NULLS, NONES = StringDType(na_object=nan), StringDType(na_object=None)
OF_ONE_BYTE: list[Any] = [
    getattr(ml_dtypes, name)
    for name in (
        "float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz",
        "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "float6_e2m3fn", "float6_e3m2fn",
        "float4_e2m1fn", "int4", "uint4", "int2", "uint2",
    )
]  # fmt: skip


def arrays_of(answer: Any) -> tuple[Any, ...]:
    """Return the arrays or scalars of an answer."""
    return tuple(answer) if isinstance(answer, (tuple, list)) else (answer,)


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same, NaN for NaN."""
    pairs = zip(arrays_of(one), arrays_of(other), strict=True)
    return all(
        np.shape(x) == np.shape(y)
        and np.asarray(x).dtype == np.asarray(y).dtype
        and repr(np.asarray(x).tolist()) == repr(np.asarray(y).tolist())
        for x, y in pairs
    )


def values_of(dtype: Any, shape: tuple[int, ...], seed: int = 0) -> Array:
    """Return few different values, a few of them NaN if there is one."""
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "V" or np.dtype(dtype) in map(np.dtype, OF_ONE_BYTE):
        few = np.array([0, 1, 2, 4, 0.5, 3], np.float32)
        if "uint" not in str(np.dtype(dtype)) and "e8m0" not in str(np.dtype(dtype)):
            few = np.concatenate([few, [-1, -2, -0.0]])
        a = rng.choice(few, shape).astype(dtype)
    elif dtype is object:
        few = np.array([3, 1, Fraction(1, 2), 2.5, -1], object)
        a = rng.choice(few, shape)
    else:
        a = rng.choice(np.array(["b", "abc", "", "c", "z", "a"]), shape).astype(dtype)
    # The order of objects among which some have none depends on who meets whom.
    if _core.nan_of(a.dtype) is not None and dtype is not object:
        a[rng.random(shape) < 0.2] = _core.nan_of(a.dtype)
    return a


DTYPES: list[Any] = [object, "S3", "U3", StringDType(), NULLS, *OF_ONE_BYTE]
