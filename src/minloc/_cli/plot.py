"""What `--plot` draws: a column, an array through the places found, or a map of the answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from minloc._cli.errors import RefusalError
from minloc._cli.joined import Joined
from minloc._cli.location import NAMES, Location
from minloc._cli.mask import Mask
from minloc._cli.picture import Picture, title_of
from minloc._cli.points import Envelope, answers_of, envelope_of, plane_of
from minloc._cli.ranked import Ranked
from minloc._cli.scales import Scale, scale_of

#: At most so many heat maps; further answers are marked, faintly, on the first.
PANELS = 6


def check_array(joined: Joined, axes: Sequence[int] | None) -> None:
    """Raise RefusalError if no picture shows this array, before it is searched.

    `axes` are those that --axis names, None if it names none.
    """
    if joined.dtype.kind not in "biuf" or " since " in str(joined.parts[0].attributes.get("units")):
        raise RefusalError("--plot draws numbers, and these elements are not numbers")
    if joined.ndim == 0:
        raise RefusalError("--plot draws an array, and this is a single element")
    if axes is None:
        return
    kept = [joined.dims[axis] for axis in range(joined.ndim) if axis not in axes]
    if not 0 < len(kept) <= 2:
        names = ", ".join(kept) or "none"
        raise RefusalError(
            f"--plot draws answers along one axis or two, and here they are along: {names}"
        )


def draw_table(path: str, line: Envelope, found: Sequence[Location]) -> None:
    """Draw a column as a line over its rows.

    Raises
    ------
    RefusalError
        If the picture cannot be written.
    """
    picture = Picture(1)
    rows = Scale("row", np.arange(line.count, dtype=float))
    picture.line(0, line, rows, found[0].name)
    points = [
        (float(location.start + (location.row or 0)), float(location.value), location)
        for location in found
    ]
    picture.mark(0, points)
    picture.title(0, title_of(found))
    picture.save(path)


def draw_array(path: str, joined: Joined, mask: Mask, found: Sequence[Location]) -> None:
    """Draw an array with one axis as a line, one with more as heat maps through the locations.

    Raises
    ------
    RefusalError
        If the picture cannot be written.
    """
    marks = []
    for location in found:
        place = [index or 0 for index in location.index.values()]
        place[0] += location.start
        marks.append((place, location))
    if joined.ndim == 1:
        picture, scale = Picture(1), scale_of(joined, 0)
        picture.line(0, envelope_of(joined, mask), scale, _quantity(joined))
        picture.mark(0, [(scale.centers[at[0]], float(one.value), one) for at, one in marks])
        picture.title(0, title_of(found, _unit(joined)))
        picture.save(path)
        return
    planes: dict[tuple[Any, ...], list[tuple[list[int], Location]]] = {}
    for place, location in marks:
        planes.setdefault((location.extreme, *place[:-2]), []).append((place, location))
    shown, others = list(planes.values())[:PANELS], list(planes.values())[PANELS:]
    upright, across = scale_of(joined, joined.ndim - 2), scale_of(joined, joined.ndim - 1)
    picture = Picture(len(shown))

    def points(which: Iterable[tuple[list[int], Location]]) -> list[tuple[float, float, Location]]:
        return [(across.centers[at[-1]], upright.centers[at[-2]], one) for at, one in which]

    for panel, here in enumerate(shown):
        place, first = here[0]
        grid, steps = plane_of(joined, mask, place, first.extreme)
        picture.map(panel, grid, steps, (upright, across), _quantity(joined))
        title = title_of([location for _, location in here], _unit(joined))
        if panel == 0 and others:
            picture.mark(panel, points(mark for plane in others for mark in plane), faint=True)
            title += "\nfaint: answers in other planes"
        picture.mark(panel, points(here))
        picture.title(panel, title)
    picture.save(path)


def draw_answers(
    path: str, joined: Joined, axes: Sequence[int], candidates: Iterable[Ranked]
) -> None:
    """Draw the answers along the axes that are kept: values, and indices along a single axis.

    Parameters
    ----------
    path : str
        The picture.
    joined : Joined
        The array.
    axes : sequence of int
        The reduced axes.
    candidates : iterable of Ranked
        All candidates, of which the best of each slice are drawn.

    Raises
    ------
    RefusalError
        If the picture cannot be written.
    """
    kept = [axis for axis in range(joined.ndim) if axis not in axes]
    scales = [scale_of(joined, axis) for axis in kept]
    along = scale_of(joined, axes[0]) if len(axes) == 1 else None
    grids = answers_of(joined, kept, candidates, None if along is None else along.centers)
    reduced = ", ".join(joined.dims[axis] for axis in axes)
    files = joined.files[0].path if len(joined.files) == 1 else f"{len(joined.files)} files"
    picture = Picture(len(grids) * (1 if along is None else 2))
    panel = 0
    for extreme, pair in grids.items():
        for grid, meaning in zip(pair, (None, along), strict=False):
            quantity = _quantity(joined) if meaning is None else meaning.label
            if len(kept) == 1:
                line = Envelope()
                line.add(grid)
                picture.line(panel, line, scales[0], quantity, meaning)
            else:
                picture.map(panel, grid, (1, 1), (scales[0], scales[1]), quantity, meaning)
            what = "" if meaning is None else "place of the "
            name = joined.parts[0].name
            picture.title(panel, f"{what}{NAMES[extreme]} of {name} along {reduced}\n{files}")
            panel += 1
    picture.save(path)


def _unit(joined: Joined) -> str:
    unit = str(joined.parts[0].attributes.get("units", ""))
    return "" if " since " in unit else unit


def _quantity(joined: Joined) -> str:
    """Return what the elements are, and their unit."""
    part = joined.parts[0]
    name = str(part.attributes.get("long_name", part.name))
    return f"{name} ({_unit(joined)})" if _unit(joined) else name
