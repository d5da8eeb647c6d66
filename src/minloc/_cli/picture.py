"""A picture of one or several panels, each a line or a heat map, with marks and a title.

It is small, so that its letters are large where it is shown small.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minloc._cli import target
from minloc._cli.errors import RefusalError, library
from minloc._cli.location import NAMES, Location, text
from minloc._cli.points import Envelope
from minloc._cli.scales import Scale

#: The inches of a panel, and how many of them are side by side.
WIDTH, HEIGHT, COLUMNS = 6.0, 4.0, 3
#: Of more marks than this, none has a number.
NUMBERED = 20
#: The colours of the extremes: they differ for the colour-blind, and on the colours of the map.
COLORS = {
    **dict.fromkeys(("min", "nearest", "smallest"), "deepskyblue"),
    **dict.fromkeys(("max", "farthest", "largest"), "crimson"),
}


def check(path: str) -> None:
    """Raise RefusalError if no picture can be written there, before anything is searched.

    The suffix has to be that of a format, and the folder has to be one that can be written to.
    """
    library("matplotlib", "cli", "for --plot")
    bases = library("matplotlib.backend_bases", "cli", "for --plot")
    formats = bases.FigureCanvasBase.get_supported_filetypes()
    target.check("--plot", path, [f".{suffix}" for suffix in sorted(formats)])
    if os.path.isdir(path):
        raise RefusalError(f"--plot: {path}: it is a folder")


class Picture:
    """A picture.

    Parameters
    ----------
    count : int
        The number of panels.
    """

    def __init__(self, count: int) -> None:
        library("matplotlib", "cli", "for --plot")
        figures = library("matplotlib.figure", "cli", "for --plot")
        columns = min(count, COLUMNS)
        rows = -(-count // columns)
        self._figure = figures.Figure(
            figsize=(WIDTH * columns, HEIGHT * rows), layout="constrained"
        )
        panels = self._figure.subplots(rows, columns, squeeze=False).ravel()
        for panel in panels[count:]:
            panel.remove()
        self._panels = panels[:count]
        self._turned = [False] * count

    def line(
        self, panel: int, line: Envelope, scale: Scale, quantity: str, meaning: Scale | None = None
    ) -> None:
        """Draw an envelope along a scale; a run of several elements goes from one end to the other.

        `meaning` is given where the values are coordinates along another scale.
        """
        axes = self._panels[panel]
        starts = np.minimum(np.arange(len(line.low)) * line.step, line.count - 1)
        middles = np.minimum(starts + line.step // 2, line.count - 1)
        if line.step == 1:
            x, y = scale.centers[starts], line.low
        else:
            x = np.stack([scale.centers[starts], scale.centers[middles]], axis=1).ravel()
            y = np.stack([line.low, line.high], axis=1).ravel()
        axes.plot(x, y, linewidth=0.7, color="0.25")
        axes.margins(x=0.02, y=0.08)
        axes.grid(alpha=0.3)
        axes.set_ylabel(quantity)
        scale.dress(axes.xaxis)
        if meaning is not None:
            meaning.dress(axes.yaxis)

    def map(
        self,
        panel: int,
        grid: NDArray[np.float64],
        steps: tuple[int, int],
        scales: tuple[Scale, Scale],
        quantity: str,
        meaning: Scale | None = None,
    ) -> None:
        """Draw a heat map: north is up, depth is down; without coordinates the first row is on top.

        Parameters
        ----------
        panel : int
            Where.
        grid : ndarray
            The values.
        steps : tuple of int
            How many elements each of them stands for, along both axes.
        scales : tuple of Scale
            The axes: the first is upright, unless the second is latitude.
        quantity : str
            What the values are.
        meaning : Scale or None
            Where the values are coordinates along another scale, that.
        """
        axes = self._panels[panel]
        (upright, down_step), (across, step) = zip(scales, steps, strict=True)
        if across.degrees == "north" and upright.degrees != "north":
            self._turned[panel], grid = True, grid.T
            upright, down_step, across, step = across, step, upright, down_step
        x, y = across.edges(step), upright.edges(down_step)
        if _even(x) and _even(y):
            image = axes.imshow(
                grid, extent=(x[0], x[-1], y[0], y[-1]), origin="lower", aspect="auto",
                interpolation="nearest",
            )  # fmt: skip
        else:
            image = axes.pcolormesh(x, y, grid, rasterized=True)
        axes.set_xlim(min(x[0], x[-1]), max(x[0], x[-1]))
        ends = min(y[0], y[-1]), max(y[0], y[-1])
        axes.set_ylim(ends[::-1] if upright.down or not upright.known else ends)
        across.dress(axes.xaxis)
        upright.dress(axes.yaxis)
        bar = self._figure.colorbar(image, ax=axes, label=quantity)
        if meaning is not None:
            meaning.dress(bar.ax.yaxis)

    def mark(
        self, panel: int, points: Sequence[tuple[float, float, Location]], faint: bool = False
    ) -> None:
        """Mark locations by rings, and their ranks, if there are few; the best comes out on top."""
        effects = library("matplotlib.patheffects", "cli", "for --plot")
        halo = [effects.withStroke(linewidth=3.5, foreground="white")]
        for x, y, location in reversed(points):
            at = (y, x) if self._turned[panel] else (x, y)
            color = COLORS[location.extreme]
            self._panels[panel].plot(
                *at, "o", color=color, fillstyle="none", markersize=9, markeredgewidth=2,
                alpha=0.4 if faint else 1, path_effects=halo, clip_on=False, zorder=4,
            )  # fmt: skip
            if 1 < len(points) <= NUMBERED and not faint:
                best = len({one.rank for _, _, one in points}) == 1
                self._panels[panel].annotate(
                    location.extreme if best else str(location.rank + 1), at, (7, 7),
                    textcoords="offset points", color=color, weight="bold", path_effects=halo,
                    zorder=5, annotation_clip=False,
                )  # fmt: skip

    def title(self, panel: int, title: str) -> None:
        """Write a title above a panel; a dollar sign in it is one."""
        self._panels[panel].set_title(title.replace("$", r"\$"), fontsize="medium")

    def save(self, path: str) -> None:
        """Write the picture.

        Raises
        ------
        RefusalError
            If it cannot be written.
        """
        with target.replacing("--plot", path) as new:
            self._figure.savefig(new, dpi=150, format=target.suffix_of(path)[1:])


def title_of(found: Sequence[Location], unit: str = "") -> str:
    """Return a title: for each extreme the value, and the place and the file of the best."""
    lines = []
    for location in found:
        if location.rank == 0:
            lines += [_value(location, unit), _place(location)]
    if not lines:
        lines = [_value(found[0], unit), _place(found[0])]
    more = sum(location.rank > 0 for location in found if location is not found[0])
    return "\n".join(lines) + (f" (and {more} more)" if more else "")


def _value(location: Location, unit: str) -> str:
    value = location.value
    shown = f"{value:.6g}" if isinstance(value, float | np.floating) else text(value)
    rank = "" if location.rank == 0 else f", rank {location.rank + 1}"
    return f"{NAMES[location.extreme]} of {location.name}: {shown} {unit}".rstrip() + rank


def _place(location: Location) -> str:
    if location.row is not None:
        return f"row {location.row} of {location.file}"
    places = [
        f"{dim} {text(location.labels.get(dim, index))}" for dim, index in location.index.items()
    ]
    return f"{', '.join(places)}; {location.file}"


def _even(edges: NDArray[np.float64]) -> bool:
    steps = np.diff(edges)
    return bool(np.allclose(steps, steps[0], rtol=1e-3))
