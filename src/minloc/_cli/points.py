"""Few points for many elements, such that a picture of the points still shows the extremes.

A point of a line stands for the smallest and the largest of a run of elements; a point of a heat
map, for the smallest or the largest of a block.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError
from minloc._cli.formats.conventions import unpacked
from minloc._cli.joined import Joined
from minloc._cli.mask import Mask
from minloc._cli.ranked import Ranked
from minloc._streams.grid import boxes, grouped

#: The most points along an axis of a map, and along a line.
POINTS, LINE_POINTS = 1000, 4000


class Envelope:
    """The smallest and the largest of each run of a sequence of elements of unknown length.

    All runs are equally long, and are doubled in length whenever there are too many of them.

    Examples
    --------
    >>> import numpy as np
    >>> line = Envelope(points=2)
    >>> line.add(np.array([3.0, 1.0, 4.0]))
    >>> line.add(np.array([1.0, 5.0]))
    >>> line.step, line.low, line.high
    (4, array([1., 5.]), array([4., 5.]))
    """

    def __init__(self, points: int = LINE_POINTS) -> None:
        self.points, self.step, self.count = points, 1, 0
        self.low: NDArray[np.float64] = np.empty(0)
        self.high: NDArray[np.float64] = np.empty(0)

    def add(self, values: NDArray[Any], where: NDArray[np.bool] | None = None) -> None:
        """Add the next elements; those that are not candidates leave a gap."""
        numbers = as_numbers(values, where)
        while self.count + len(numbers) > self.points * self.step:
            self.step *= 2
            even = np.arange(0, len(self.low), 2)
            if len(even):
                self.low = np.fmin.reduceat(self.low, even)
                self.high = np.fmax.reduceat(self.high, even)
        if len(numbers) == 0:
            return
        runs = (self.count + np.arange(len(numbers))) // self.step
        starts = np.flatnonzero(np.diff(runs, prepend=-1))
        room = np.full(int(runs[-1]) + 1, np.nan)
        low, high = room, room.copy()
        low[: len(self.low)], high[: len(self.high)] = self.low, self.high
        at = runs[starts]
        low[at] = np.fmin(low[at], np.fmin.reduceat(numbers, starts))
        high[at] = np.fmax(high[at], np.fmax.reduceat(numbers, starts))
        self.low, self.high = low, high
        self.count += len(numbers)


def as_numbers(values: NDArray[Any], where: NDArray[np.bool] | None) -> NDArray[np.float64]:
    """Return elements as numbers to draw, NaN for those that are not candidates.

    Raises
    ------
    RefusalError
        If they are not numbers.
    """
    if values.dtype.kind not in "biuf":
        raise RefusalError("--plot draws numbers, and these elements are not numbers")
    numbers = values.astype(np.float64)
    if where is not None:
        numbers[~np.broadcast_to(where, numbers.shape)] = np.nan
    return numbers


def envelope_of(joined: Joined, mask: Mask) -> Envelope:
    """Return the envelope of an array with one axis."""
    line = Envelope()
    for box in boxes(joined.shape, joined.box((), False), (0,)):
        line.add(joined.read(box), mask[box] if mask.needed else None)
    line.low, line.high = (
        np.asarray(unpacked(end, _scale(joined)), float) for end in (line.low, line.high)
    )
    if joined.descends:
        line.low, line.high = line.high, line.low
    return line


def plane_of(
    joined: Joined, mask: Mask, place: Sequence[int], extreme: str
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the extreme of each block of the plane of the last two axes, and the blocks' shape.

    Parameters
    ----------
    joined : Joined
        An array with two axes or more.
    mask : Mask
        Which of its elements are candidates.
    place : sequence of int
        The index, along each axis, of an element in the plane.
    extreme : {"min", "max"}
        Whether a point stands for the smallest or for the largest of its block.
    """
    fixed = tuple(slice(i, i + 1) for i in place[:-2])
    shape = joined.shape[-2:]
    steps = (-(-shape[0] // POINTS) or 1, -(-shape[1] // POINTS) or 1)
    grid = np.full((-(-shape[0] // steps[0]), -(-shape[1] // steps[1])), np.nan)
    chunks = None if joined.chunks is None else joined.chunks[-2:]
    best = np.fmin if (extreme == "min") != joined.descends else np.fmax
    read = grouped(shape, chunks, joined.dtype.itemsize, limit=joined.limit)
    for box in boxes(shape, read, (0, 1)):
        key, lengths = (*fixed, *box), [s.stop - s.start for s in box]
        where = mask[key].reshape(lengths) if mask.needed else None
        block = as_numbers(joined.read(key).reshape(lengths), where)
        at = []
        for axis, (part, step) in enumerate(zip(box, steps, strict=True)):
            runs = np.arange(part.start, part.stop) // step
            starts = np.flatnonzero(np.diff(runs, prepend=-1))
            block = best.reduceat(block, starts, axis=axis)
            at.append(runs[starts])
        inside = np.ix_(*at)
        grid[inside] = best(grid[inside], block)
    return np.asarray(unpacked(grid, _scale(joined)), float), steps


def answers_of(
    joined: Joined,
    kept: Sequence[int],
    candidates: Iterable[Ranked],
    coordinates: NDArray[np.float64] | None,
) -> dict[str, list[NDArray[np.float64]]]:
    """Return the best value of each slice, and where it is along the reduced axis if that is one.

    Parameters
    ----------
    joined : Joined
        The array.
    kept : sequence of int
        The axes that are not reduced.
    candidates : iterable of Ranked
        The candidates.
    coordinates : ndarray or None
        The coordinates along the reduced axis, if it is only one.

    Returns
    -------
    dict
        By extreme, arrays of the lengths of the kept axes, NaN for slices without a candidate.
    """
    shape = [joined.shape[axis] for axis in kept]
    grids: dict[str, list[NDArray[np.float64]]] = {}
    for some in candidates:
        for largest in np.unique(some.largest).tolist():
            pair = grids.setdefault(
                "max" if largest else "min",
                [np.full(shape, np.nan) for _ in range(1 + (coordinates is not None))],
            )
            at = np.flatnonzero(some.found & (some.rank == 0) & (some.largest == largest))
            pair[0].flat[some.slice[at]] = some.elements[at]
            if coordinates is not None:
                pair[1].flat[some.slice[at]] = coordinates[some.places[0, at]]
    for pair in grids.values():
        pair[0] = np.asarray(unpacked(pair[0], _scale(joined)), float)
    return grids


def _scale(joined: Joined) -> dict[str, float]:
    if joined.packing is None or joined.unpacks:
        return {}
    return {"scale_factor": joined.packing[0], "add_offset": joined.packing[1]}
