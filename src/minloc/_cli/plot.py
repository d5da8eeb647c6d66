"""Pictures of what was searched, with the locations marked: a line, or a heat map."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError, library
from minloc._cli.joined import Joined
from minloc._cli.location import NAMES, Location, text
from minloc._cli.mask import Mask
from minloc._cli.points import Envelope, envelope_of, plane_of


def check(path: str) -> None:
    """Raise RefusalError if no picture can be written there, before anything is searched.

    The suffix has to be that of a format, and the folder has to be one that can be written to.
    """
    library("matplotlib", "cli", "for --plot")
    bases = library("matplotlib.backend_bases", "cli", "for --plot")
    formats = bases.FigureCanvasBase.get_supported_filetypes()
    suffix = os.path.splitext(path)[1].lower().removeprefix(".")
    if suffix not in formats:
        known = ", ".join(sorted(formats))
        raise RefusalError(f"--plot: {path}: the suffix has to be one of {known}")
    folder = os.path.dirname(path) or "."
    for wrong, reason in (
        (not os.path.isdir(folder), f"{folder} is not a folder"),
        (os.path.isdir(path), "it is a folder"),
        (os.path.exists(path) and not os.access(path, os.W_OK), "it may not be written to"),
        (not os.path.exists(path) and not os.access(folder, os.W_OK), "no file may be made there"),
    ):
        if wrong:
            raise RefusalError(f"--plot: {path}: {reason}")


def draw_table(path: str, line: Envelope, found: Sequence[Location]) -> None:
    """Draw a column as a line over its rows.

    Raises
    ------
    RefusalError
        If the picture cannot be written.
    """
    marks = [(location.start + (location.row or 0), location) for location in found]
    _draw_line(path, line, marks, "row")


def draw_array(path: str, joined: Joined, mask: Mask, found: Sequence[Location]) -> None:
    """Draw an array with one axis as a line, one with more as a heat map through the location.

    Raises
    ------
    RefusalError
        If the array cannot be drawn, or the picture cannot be written.
    """
    if joined.ndim == 0:
        raise RefusalError("--plot draws an array, and this is a single element")
    marks = []
    for location in found:
        place = [index or 0 for index in location.index.values()]
        place[0] += location.start
        marks.append((place, location))
    if joined.ndim == 1:
        line = envelope_of(joined, mask)
        positions = [(place[0], location) for place, location in marks]
        _draw_line(path, line, positions, joined.dims[0])
        return
    marks = [mark for mark in marks if mark[1].rank == 0]
    planes = [plane_of(joined, mask, place, location.extreme) for place, location in marks]
    _draw_planes(path, planes, marks, joined.dims)


def _draw_line(path: str, line: Envelope, marks: Sequence[tuple[int, Location]], axis: str) -> None:
    """Draw an envelope, and marks at positions along it."""
    figure, axes = _figure(path, 1)
    x = np.arange(len(line.low)) * line.step
    if line.step > 1:
        axes[0].fill_between(x, line.low, line.high, step="post", linewidth=0.5)
    else:
        axes[0].plot(x, line.low, linewidth=1)
    for position, location in marks:
        axes[0].plot([position], [float(location.value)], "o", color="crimson", fillstyle="none")
    axes[0].set_xlabel(axis)
    axes[0].set_ylabel(marks[0][1].name)
    axes[0].set_title(_title(marks[0][1]))
    _save(figure, path)


def _draw_planes(
    path: str,
    planes: Sequence[tuple[NDArray[np.float64], tuple[int, int]]],
    marks: Sequence[tuple[Sequence[int], Location]],
    dims: Sequence[str],
) -> None:
    """Draw heat maps side by side, each with its mark."""
    figure, axes = _figure(path, len(planes))
    for ax, (grid, steps), (place, location) in zip(axes, planes, marks, strict=True):
        extent = (-0.5, grid.shape[1] * steps[1] - 0.5, grid.shape[0] * steps[0] - 0.5, -0.5)
        image = ax.imshow(grid, extent=extent, aspect="auto", interpolation="nearest")
        figure.colorbar(image, ax=ax)
        ax.plot([place[-1]], [place[-2]], "o", color="crimson", fillstyle="none", markersize=12)
        ax.set_xlabel(dims[-1])
        ax.set_ylabel(dims[-2])
        ax.set_title(_title(location))
    _save(figure, path)


def _title(location: Location) -> str:
    return f"{NAMES[location.extreme]} of {location.name}: {text(location.value)}"


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
