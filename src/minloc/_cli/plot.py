"""A picture of what was searched, with the place marked: a line, or a heat map.

There are more elements than a picture has points, so each point stands for the smallest and the
largest of a run of elements, or for the smallest (or largest) of a block: the extreme is in the
picture, whatever was left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.answer import Answer
from minloc._cli.errors import RefusalError, library
from minloc._cli.formats.conventions import unpacked
from minloc._cli.joined import Joined, Mask
from minloc._cli.pieces import pieces
from minloc._cli.report import WORDS, text

#: How many points there are along an axis, at most.
POINTS = 1000


class Envelope:
    """The smallest and the largest of each run of a row of elements of unknown length.

    All runs are equally long, and become twice as long whenever there are too many of them.

    Examples
    --------
    >>> import numpy as np
    >>> line = Envelope(points=2)
    >>> line.add(np.array([3.0, 1.0, 4.0]))
    >>> line.add(np.array([1.0, 5.0]))
    >>> line.step, line.low, line.high
    (4, array([1., 5.]), array([4., 5.]))
    """

    def __init__(self, points: int = POINTS) -> None:
        self.points, self.step, self.count = points, 1, 0
        self.low: NDArray[np.float64] = np.empty(0)
        self.high: NDArray[np.float64] = np.empty(0)

    def add(self, values: NDArray[Any], where: NDArray[np.bool] | None = None) -> None:
        """Go on with these elements; those that are no candidates leave a gap."""
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
    """Return elements as numbers to draw, NaN for those that are no candidates.

    Raises
    ------
    RefusalError
        If they are no numbers.
    """
    if values.dtype.kind not in "biuf":
        raise RefusalError("--plot draws numbers, and these are none")
    numbers = values.astype(np.float64)
    if where is not None:
        numbers[~np.broadcast_to(where, numbers.shape)] = np.nan
    return numbers


def envelope_of(joined: Joined, mask: Mask, memory: int) -> Envelope:
    """Return the envelope of an array with one axis."""
    line = Envelope()
    for piece in pieces(joined.shape, joined.dtype.itemsize, memory // 16, joined.chunks):
        values = joined[piece]
        line.add(values, mask[piece] if mask.needed else None)
    line.low, line.high = (
        np.asarray(unpacked(end, _scale(joined)), float) for end in (line.low, line.high)
    )
    if joined.descends:
        line.low, line.high = line.high, line.low
    return line


def plane_of(
    joined: Joined, mask: Mask, place: Sequence[int], extreme: str, memory: int
) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return the last two axes through a place, each block by its extreme, and the blocks' size."""
    fixed = tuple(slice(i, i + 1) for i in place[:-2])
    shape = joined.shape[-2:]
    steps = (-(-shape[0] // POINTS) or 1, -(-shape[1] // POINTS) or 1)
    grid = np.full((-(-shape[0] // steps[0]), -(-shape[1] // steps[1])), np.nan)
    chunks = None if joined.chunks is None else joined.chunks[-2:]
    best = np.fmin if (extreme == "min") != joined.descends else np.fmax
    for piece in pieces(shape, joined.dtype.itemsize, memory // 16, chunks):
        key = (*fixed, *piece)
        where = mask[key].reshape([s.stop - s.start for s in piece]) if mask.needed else None
        block = as_numbers(joined[key].reshape([s.stop - s.start for s in piece]), where)
        at = []
        for axis, (part, step) in enumerate(zip(piece, steps, strict=True)):
            runs = np.arange(part.start, part.stop) // step
            starts = np.flatnonzero(np.diff(runs, prepend=-1))
            block = best.reduceat(block, starts, axis=axis)
            at.append(runs[starts])
        inside = np.ix_(*at)
        grid[inside] = best(grid[inside], block)
    return np.asarray(unpacked(grid, _scale(joined)), float), steps


def _scale(joined: Joined) -> dict[str, float]:
    if joined.packing is None or joined.unpacks:
        return {}
    return {"scale_factor": joined.packing[0], "add_offset": joined.packing[1]}


def draw_line(path: str, line: Envelope, marks: Sequence[tuple[int, Answer]], axis: str) -> None:
    """Draw an envelope, and marks at positions along it."""
    figure, axes = _figure(path, 1)
    x = np.arange(len(line.low)) * line.step
    if line.step > 1:
        axes[0].fill_between(x, line.low, line.high, step="post", linewidth=0.5)
    else:
        axes[0].plot(x, line.low, linewidth=1)
    for position, answer in marks:
        axes[0].plot([position], [float(answer.value)], "o", color="crimson", fillstyle="none")
    axes[0].set_xlabel(axis)
    axes[0].set_ylabel(marks[0][1].name)
    axes[0].set_title(_title(marks[0][1]))
    _save(figure, path)


def draw_planes(
    path: str,
    planes: Sequence[tuple[NDArray[np.float64], tuple[int, int]]],
    marks: Sequence[tuple[Sequence[int], Answer]],
    dims: Sequence[str],
) -> None:
    """Draw heat maps side by side, each with its mark."""
    figure, axes = _figure(path, len(planes))
    for ax, (grid, steps), (place, answer) in zip(axes, planes, marks, strict=True):
        extent = (-0.5, grid.shape[1] * steps[1] - 0.5, grid.shape[0] * steps[0] - 0.5, -0.5)
        image = ax.imshow(grid, extent=extent, aspect="auto", interpolation="nearest")
        figure.colorbar(image, ax=ax)
        ax.plot([place[-1]], [place[-2]], "o", color="crimson", fillstyle="none", markersize=12)
        ax.set_xlabel(dims[-1])
        ax.set_ylabel(dims[-2])
        ax.set_title(_title(answer))
    _save(figure, path)


def _title(answer: Answer) -> str:
    return f"{WORDS[answer.extreme]} of {answer.name}: {text(answer.value)}"


def _figure(path: str, count: int) -> tuple[Any, Any]:
    library("matplotlib", "cli", "for --plot")
    figures = library("matplotlib.figure", "cli", "for --plot")
    figure = figures.Figure(figsize=(8 * count, 5), layout="constrained")
    return figure, figure.subplots(1, count, squeeze=False)[0]


def _save(figure: Any, path: str) -> None:
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise RefusalError(f"--plot: {path}: {error.strerror or error}") from None
    except ValueError as error:  # a suffix that is no format of pictures
        raise RefusalError(f"--plot: {path}: {error}") from None
