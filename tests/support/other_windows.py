"""Calls about windows of arrays of other libraries, and of the same elements in NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import minloc
from support.other_arrays import elements, outcome, with_limits

FUNCTIONS = (
    *("moving_argmin", "moving_argmax", "moving_findmin", "moving_findmax"),
    *("running_argmin", "running_argmax"),
)
SHAPES: list[tuple[int, ...]] = [(1,), (13,), (3, 5), (2, 3, 4), (2, 40), (30, 2), (0, 3), (3, 0)]


def drawn(rng: np.random.Generator, name: str, ndim: int) -> dict[str, Any]:
    """Return keywords of a function about windows of an array; a mask is not among them."""
    words: dict[str, Any] = {"axis": [None, 0, -1][rng.integers(3)]}
    words["ties"] = str(rng.choice(["first", "last"]))
    words["nan_policy"] = str(rng.choice(["propagate", "omit", "raise"]))
    if rng.random() < 0.6:
        words["default"] = int(rng.choice([-1, -7, 3]))
    if rng.random() < 0.2 and "find" not in name:
        words["dtype"] = np.dtype("i2")
    if name.startswith("moving"):
        words["window"] = int(rng.choice([1, 2, 3, 4, 5, 7, 12, 50]))
        words |= {key: bool(rng.random() < 0.4) for key in ("partial", "center", "relative")}
        words["step"] = int(rng.choice([1, 1, 2, 3]))
        if rng.random() < 0.6:
            words["min_count"] = int(rng.integers(1, words["window"] + 1))
        if rng.random() < 0.4:  # windows along several axes, in any order
            axes = rng.permutation(ndim)[: rng.integers(1, ndim + 1)]
            words["axis"] = tuple([int(axis) for axis in axes])
            words["window"] = tuple([int(rng.choice([1, 2, 2, 3, 4, 9])) for _ in axes])
            if rng.random() < 0.5:
                words["step"] = tuple([int(rng.choice([1, 1, 2, 3])) for _ in axes])
            if "min_count" in words:
                words["min_count"] = int(rng.integers(1, min(np.prod(words["window"]), 6) + 1))
    return words


def check(
    name: str, convert: Callable[[Any], Any], ask: Callable[..., Any], dtypes: str, times: int
) -> None:
    """Hold drawn calls about an array of another library against those of NumPy's array."""
    rng = np.random.default_rng(FUNCTIONS.index(name))
    for _ in range(times):
        shape = SHAPES[rng.integers(len(SHAPES))]
        a = with_limits(rng, elements(rng, shape, rng.choice(dtypes.split())))
        words = drawn(rng, name, len(shape))
        mask = np.asarray(rng.random(shape) < rng.choice([0.3, 0.6, 0.95]))
        for where in None, mask:
            ours: dict[str, Any] = {} if where is None else {"where": where}
            theirs = {} if where is None else {"where": convert(where)}
            want = outcome(getattr(minloc, name), a, **words, **ours)
            assert outcome(ask, name, convert(a), **words, **theirs) == want, (a, words, ours)
