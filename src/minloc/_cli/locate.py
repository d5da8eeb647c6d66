"""From the candidates of the joined array to locations: the file, the index in it, the labels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minloc import Partial
from minloc._cli.extremes import Extremes
from minloc._cli.formats.conventions import packing, unpacked
from minloc._cli.joined import Joined
from minloc._cli.labels import Labels
from minloc._cli.location import Location
from minloc._cli.ranked import ranked


def locate(
    part: Partial, joined: Joined, axes: Sequence[int], extremes: Extremes
) -> Iterator[Location]:
    """Yield the locations of the candidates, in the order of `ranked`.

    Parameters
    ----------
    part : Partial
        The answer for the whole array.
    joined : Joined
        The array.
    axes : sequence of int
        The reduced axes.
    extremes : Extremes
        Which elements the user asked for.

    Yields
    ------
    Location
        One for each candidate, and for each slice without one.
    """
    kept = [axis for axis in range(joined.ndim) if axis not in axes]
    lengths = [joined.shape[axis] for axis in kept]
    labels = Labels(joined)
    for one in ranked(part, extremes, joined.descends):
        numbers = np.unravel_index(one.slice, lengths) if kept else ()
        index = {axis: int(number) for axis, number in zip(kept, numbers, strict=True)}
        index |= {axis: int(number) for axis, number in zip(axes, one.place, strict=False)}
        i, first = _file_of(joined, index.get(0, 0)) if joined.ndim else (0, 0)
        if 0 in index:
            index[0] = first
        by_name = {dim: index.get(axis) for axis, dim in enumerate(joined.dims)}
        yield Location(
            one.extreme,
            one.rank,
            joined.files[i].path if len(joined.parts) == 1 or 0 in index else "",
            joined.parts[0].name,
            one.found,
            _meaning(joined, i, one.element) if one.found else None,
            start=joined.starts[i],
            index=by_name,
            labels=labels.at(i, by_name),
        )


def _file_of(joined: Joined, index: int) -> tuple[int, int]:
    """Return which file holds this index along the first axis, and the index in that file."""
    i = bisect_right(joined.starts, index) - 1
    return i, index - joined.starts[i]


def _meaning(joined: Joined, i: int, element: Any) -> Any:
    """Return the value that an element found in file `i` stands for."""
    attributes = dict(joined.parts[i].attributes)
    if joined.unpacks:
        attributes.pop("scale_factor", None)
        attributes.pop("add_offset", None)
    value = unpacked(element, attributes)
    if packing(attributes) is not None and isinstance(value, float):
        return float(f"{value:.13g}")  # 271.92, not 271.91999999999996
    return value
