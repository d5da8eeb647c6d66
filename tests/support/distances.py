"""Distances in whole-array operations, in dtypes of NumPy: quick, and held to the oracle's own."""

from typing import Any

import numpy as np

import minloc
from support.arrays import Array
from support.quick_oracle import Axis, axes_of, quick


def quick_distances(a: Array, v: Any) -> Array:
    """Return numbers that are ordered as the distances of elements to `v`, NaN where they are."""
    dtype = a.dtype.newbyteorder("=") if a.dtype.kind != "V" else a.dtype
    a, v = a.astype(dtype), np.asarray(v).astype(dtype)
    with np.errstate(all="ignore"):
        match dtype.kind:
            case "b":
                return np.asarray(a ^ v)
            case "i" | "u":
                unsigned = np.dtype(f"u{dtype.itemsize}")
                high, low = np.maximum(a, v).astype(unsigned), np.minimum(a, v).astype(unsigned)
                return np.asarray(high - low)
            case "m" | "M":  # NaT is the lowest integer, so there is room for all distances
                x, y = a.view("i8"), v.view("i8")
                apart = np.maximum(x, y).astype("u8") - np.minimum(x, y).astype("u8")
                shifted = (apart - np.uint64(2**63 - 1)).view("i8")
                return np.where(np.isnat(a) | np.isnat(v), np.iinfo("i8").min, shifted).view(
                    "m8[ns]"
                )
            case "c":
                difference = a - v
                return np.asarray(np.hypot(difference.real, difference.imag))
            case _:
                return np.asarray(np.abs(a - v))


def values_for(a: Array, axis: Any, rng: np.random.Generator) -> list[Array]:
    """Return values to measure from: one for all slices, one for each, and one for some of them."""
    axes = axes_of(a.ndim, axis)
    if a.size == 0:
        return [np.ones((), a.dtype)]
    each = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    some = tuple(1 if rng.random() < 0.5 else n for n in each)
    found = [a.ravel()[rng.integers(0, a.size, shape)] for shape in ((), each, some)]
    return [np.asarray(v).astype(a.dtype.newbyteorder("=") if a.dtype.kind != "V" else a.dtype)
            for v in found]  # fmt: skip


def both(a: Array, axis: Axis, v: Any, **words: Any) -> Any:
    """Return the answers of argmin and argmax."""
    return [f(a, axis, distance_to=v, **words) for f in (minloc.argmin, minloc.argmax)]


def quickly(apart: Array, axis: Axis, **words: Any) -> Any:
    """Return what they are to be, of distances."""
    return [quick(apart, axis, largest=largest, **words) for largest in (False, True)]


def same(got: Any, want: Any) -> bool:
    """Whether all answers agree."""
    return all(np.array_equal(x, y) for x, y in zip(got, want, strict=True))
