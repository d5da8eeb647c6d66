"""The masks that are asked with `where`, by what each does to the slices and how it lies."""

from typing import Any

import numpy as np

from support.arrays import Array
from support.quick_oracle import Axis, axes_of, quick

#: What a mask leaves, and why.
MASKS = {
    "none": "`where` is not given",
    "True": "one element for all: nothing moves in it",
    "nothing": "no slice has a candidate",
    "some": "the common case",
    "few": "candidates far apart, and slices without one",
    "last": "the only candidate is the last element, past every block",
    "along": "the same elements of every slice: no stride from slice to slice",
    "whole slices": "slices with all elements or none: no stride along a slice",
    "Fortran": "a mask in another order than the array",
    "reversed": "a mask in the other direction than the array",
    "stepped": "a mask with gaps",
    "NaN": "nothing but NaN",
    "smallest": "the only candidates are the worst for argmax: what a sentinel would be",
    "largest": "the only candidates are the worst for argmin",
}


def mask(kind: str, a: Array, axis: Axis) -> Any:
    """Return a mask of that kind for `a` reduced over `axis`, the same at every call."""
    random = np.random.default_rng([len(kind), *a.shape]).random(a.shape)
    some = random < 0.6
    axes = axes_of(a.ndim, axis)
    first = tuple(slice(1) if i in axes else slice(None) for i in range(a.ndim))
    others = tuple(slice(None) if i in axes else slice(1) for i in range(a.ndim))
    match kind:
        case "none" | "True":
            return np.True_
        case "nothing":
            return np.zeros(a.shape, bool)
        case "few":
            return random < 0.02
        case "last":
            chosen = np.zeros(a.shape, bool)
            chosen[tuple(-1 if i in axes else slice(None) for i in range(a.ndim))] = True
            return chosen
        case "along":
            return some[others].copy()
        case "whole slices":
            return np.broadcast_to(some[first].copy(), a.shape)
        case "Fortran":
            return np.asfortranarray(some)
        case "reversed":
            turned = (slice(None, None, -1),) * a.ndim
            return some[turned].copy()[turned]
        case "stepped":
            return np.repeat(some, 2, -1)[..., ::2]
        case "NaN":
            return a != a
        case "smallest" | "largest":
            at = int(quick(a, None, largest=kind == "largest", nan_policy="omit"))
            return a == a.reshape(-1)[at]
    return some
