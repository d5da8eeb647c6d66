"""From the candidates of the joined array to locations: the file, the index in it, the labels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from minloc import Partial
from minloc._cli.extremes import Extremes
from minloc._cli.formats.conventions import meaning
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
    meanings = [_meaning(joined, i) for i in range(len(joined.parts))]
    units = [_units(joined, i) for i in range(len(joined.parts))]
    for one in ranked(part, extremes, joined.descends):
        index = dict(zip(kept, _unraveled(one.slice, lengths), strict=True))
        index.update(zip(axes, one.place, strict=False))
        i = 0
        if len(joined.parts) > 1:
            i, first = _file_of(joined, index.get(0, 0))
            if 0 in index:
                index[0] = first
        by_name = dict(zip(joined.dims, map(index.get, range(joined.ndim)), strict=True))
        yield Location(
            one.extreme,
            one.rank,
            joined.files[i].path if len(joined.parts) == 1 or 0 in index else "",
            joined.parts[0].name,
            one.found,
            meanings[i](one.element) if one.found else None,
            start=joined.starts[i],
            index=by_name,
            labels=labels.at(i, by_name),
            units=units[i],
        )


def _unraveled(number: int, lengths: Sequence[int]) -> list[int]:
    """Return the index in an array of these lengths; `np.unravel_index` is slower for one."""
    index = []
    for length in reversed(lengths):
        number, place = divmod(number, length)
        index.append(place)
    return index[::-1]


def _file_of(joined: Joined, index: int) -> tuple[int, int]:
    """Return which file holds this index along the first axis, and the index in that file."""
    i = bisect_right(joined.starts, index) - 1
    return i, index - joined.starts[i]


def _meaning(joined: Joined, i: int) -> Callable[[Any], Any]:
    """Return what turns an element found in file `i` into the value that it stands for."""
    attributes = dict(joined.parts[i].attributes)
    if joined.unpacks:
        attributes.pop("scale_factor", None)
        attributes.pop("add_offset", None)
    return meaning(joined.dtype, attributes)


def _units(joined: Joined, i: int) -> str:
    """Return the units of values found in file `i`; dates and pure numbers have none."""
    units = str(joined.parts[i].attributes.get("units", "")).strip()
    return "" if units == "1" or " since " in units else units
