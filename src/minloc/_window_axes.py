"""Which windows move along the axes of an array, and at which element each of them stands.

A window stands at its last element or, centred, at the one in its middle. So it does whether or not
windows are clipped: where an answer has a label, it is the label of that element.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

if TYPE_CHECKING:  # at run time it would take longer than the rest of the import
    from numpy.typing import NDArray

#: The functions with running answers, and all that answer for windows.
RUNNING = frozenset({"running_argmin", "running_argmax"})
WINDOW_FUNCTIONS = RUNNING | {"moving_argmin", "moving_argmax", "moving_findmin", "moving_findmax"}


class Axis(NamedTuple):
    """Windows along one axis: which, how long, each how many elements behind the one before."""

    number: int
    window: int
    step: int
    partial: bool
    center: bool

    @property
    def before(self) -> int:
        """How many elements a window has before the one where it stands."""
        return self.window // 2 if self.center else self.window - 1

    @property
    def behind(self) -> int:
        """How many it has behind that one."""
        return self.window - 1 - self.before

    def places(self, n: int) -> range:
        """Return the elements, of `n`, where windows stand."""
        if self.partial:
            return range(0, n, self.step)
        count = n - self.window + 1
        return range(self.before, self.before + count, self.step) if count > 0 else range(0)

    def bounds(self, n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return where the windows along `n` elements begin and end."""
        places = self.places(n)
        at = np.arange(places.start, places.stop, places.step)
        begin = np.maximum(at - min(self.before, n), 0)
        return begin, np.minimum(at + min(self.behind, n) + 1, n)


def axes_of(name: str, keywords: Mapping[str, Any], shape: tuple[int, ...]) -> list[Axis]:
    """Return the windows of a call along each of its axes.

    Parameters
    ----------
    name : str
        The function.
    keywords : mapping
        What it was given. The core has accepted it, and `axis` is not None.
    shape : tuple of int
        Of the array.

    Returns
    -------
    list of Axis
        In the order in which the axes were given.
    """
    numbers = normalize_axis_tuple(keywords.get("axis", -1), len(shape))
    if name in RUNNING:
        return [Axis(i, max(shape[i], 1), 1, True, False) for i in numbers]
    words = bool(keywords.get("partial", False)), bool(keywords.get("center", False))
    windows, steps = (
        tuple(given) if isinstance(given, (tuple, list)) else (given,) * len(numbers)
        for given in (keywords["window"], keywords.get("step", 1))
    )
    return [
        Axis(i, operator.index(window), operator.index(step), *words)
        for i, window, step in zip(numbers, windows, steps, strict=True)
    ]


def places_of(name: str, keywords: Mapping[str, Any], shape: tuple[int, ...]) -> list[slice]:
    """Return the elements where windows stand, as a slice for each axis of the array."""
    places = [slice(None)] * len(shape)
    for axis in axes_of(name, keywords, shape):
        along = axis.places(shape[axis.number])
        places[axis.number] = slice(along.start, along.stop, along.step)
    return places
