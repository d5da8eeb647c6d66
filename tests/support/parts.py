"""Arrays, cut into parts and merged again in any order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

import minloc
from minloc import Partial
from support.arrays import Array


def chunks(a: Array, where: Any, cuts: list[list[int]]) -> Iterator[tuple[Array, Any, list[int]]]:
    """Cut an array, and its mask, along all axes: yield chunks, their masks and offsets."""
    borders = [[0, *sorted(cut), n] for cut, n in zip(cuts, a.shape, strict=True)]
    for place in itertools.product(*[itertools.pairwise(border) for border in borders]):
        key: Any = (*(slice(*ends) for ends in place), ...)
        chosen = where if where is True else np.broadcast_to(where, a.shape)[key]
        yield a[key], chosen, [ends[0] for ends in place]


def merged(parts: list[Partial], rng: random.Random) -> Partial:
    """Merge parts in a random order and as a random tree."""
    parts = parts.copy()
    while len(parts) > 1:
        rng.shuffle(parts)
        first, *others = [parts.pop() for _ in range(rng.randint(2, min(5, len(parts))))]
        parts.append(first.merge(*others))
    return parts[0]


DTYPES = ["?", "u1", "f2", "f4", ">f4", "f8", "i8", "u8", "c16", "g", "M8[s]"]
ENDS: dict[str, tuple[Any, ...]] = {
    "argmin": (minloc.argmin,),
    "argmax": (minloc.argmax,),
    "argminmax": (minloc.argmin, minloc.argmax),
}


def drawn(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Any:
    """Return an array with ties, zeros of both signs and NaN."""
    a = rng.integers(-3, 4, shape, "i1").astype(dtype)
    if a.dtype.kind in "fcM":
        chance = rng.integers(0, 20, shape, "i1")  # faster than floats
        a[chance < 2] = np.nan if a.dtype.kind in "fc" else np.datetime64("NaT", "s")
        if a.dtype.kind in "fc":
            np.negative(a, out=a, where=(chance == 1) | (chance == 2))
    return a
