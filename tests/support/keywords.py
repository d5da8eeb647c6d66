"""The values of keywords, the functions that take them, and slices that they are asked of."""

from collections.abc import Callable
from typing import Any

import minloc
from support.quick_oracle import Axis

POLICIES = ["propagate", "omit", "raise"]
TIES = ["first", "last"]
MODES = ["largest", "smallest"]

#: Slices as long as the vectors want them, in each direction.
LONG_SLICES: list[tuple[tuple[int, ...], Axis]] = [
    ((5000,), None),
    ((700, 40), 0),
    ((40, 700), 1),
    ((9, 30, 20), (2, 1)),
]

EVERY: list[Callable[..., Any]] = [
    minloc.argmin, minloc.argmax, minloc.nanargmin, minloc.nanargmax, minloc.findmin,
    minloc.findmax, minloc.argminmax, minloc.minloc, minloc.maxloc,
]  # fmt: skip
INDICES = EVERY[:4]
