"""Distances: the value they are from, the right ones, and the recipe that everybody copies."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.fills import Array


def value(a: Array) -> Any:
    """Return a value of the dtype, off the middle of what arrays are filled with."""
    match a.dtype.kind:
        case "c":
            return a.dtype.type(300 + 0.25j)
        case "f":
            return a.dtype.type(0.25)
        case _:
            return a.dtype.type(100)


def distances(a: Array) -> Array:
    """Return the distances of elements from `value`, exact for integers."""
    near = value(a)
    if a.dtype.kind == "c":
        away = a - near
        return np.asarray(np.hypot(away.real, away.imag))
    if a.dtype.kind == "f":
        return np.asarray(np.abs(a - near))
    unsigned = np.dtype(f"u{a.dtype.itemsize}")
    whole, one = a.astype(unsigned), np.array(near).astype(unsigned)
    return np.asarray(np.where(a >= near, whole - one, one - whole))


def by_abs(
    numpy: ModuleType, a: Array, axis: int | None, given: Mapping[str, Any]
) -> Callable[[], Any]:
    """Return ``np.abs(a - v).argmin()``, which is wrong for integers that wrap around."""
    near = given["distance_to"]
    return lambda: np.abs(a - near).argmin(axis)
