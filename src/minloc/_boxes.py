"""Boxes of an array: where chunks lie, what encloses them, and which of two comes first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from minloc._candidates import Candidates, none_of

#: Along each axis the first coordinate, and the one past the last.
Box: TypeAlias = tuple[tuple[int, int], ...]


def bounding(boxes: Sequence[Box]) -> Box:
    """Return the smallest box that holds all of some boxes."""
    if len(boxes) == 1:
        return boxes[0]
    return tuple(
        [(min([s for s, _ in a]), max([s for _, s in a])) for a in zip(*boxes, strict=True)]
    )


def precedes(one: Box, other: Box) -> bool:
    """Whether all of one box comes before all of the other, in C order of the axes."""
    for (start, stop), (other_start, other_stop) in zip(one, other, strict=True):
        if stop <= other_start:
            return True
        if stop - start != 1 or other_stop - other_start != 1 or start != other_start:
            return False
    return False


def paste(
    parts: Sequence[tuple[Box, Candidates]], box: Box, axes: int, dtype: np.dtype[Any]
) -> list[Candidates]:
    """Return candidates of boxes of slices as candidates of all slices of one box.

    Parameters
    ----------
    parts : sequence of (Box, Candidates)
        What there is, of slices within `box`.
    box : Box
        The kept axes of the result.
    axes : int
        How many axes are reduced.
    dtype : dtype
        Of the result.

    Returns
    -------
    list of Candidates
        As few as possible are made of those that do not overlap, usually one.
    """
    shape = tuple(stop - start for start, stop in box)
    slices = int(np.prod(shape))
    width = max(candidates.values.shape[1] for _, candidates in parts)
    pasted: list[tuple[np.ndarray[Any, np.dtype[np.bool]], Candidates]] = []
    for part, candidates in parts:
        region = tuple(
            slice(start - origin, stop - origin)
            for (start, stop), (origin, _) in zip(part, box, strict=True)
        )
        layer = next((layer for layer in pasted if not layer[0][region].any()), None)
        if layer is None:
            layer = np.zeros(shape, bool), none_of(slices, width, axes, dtype)
            pasted.append(layer)
        layer[0][region] = True
        candidates.paste(layer[1], region, shape)
    return [Candidates(into.values, into.places, into.found) for _, into in pasted]
