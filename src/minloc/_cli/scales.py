"""The axes of a picture: from indices of an array to coordinates such as dates and latitudes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import library, reading
from minloc._cli.formats.arrays import Variable
from minloc._cli.formats.conventions import unpacked
from minloc._cli.joined import Joined

#: Along a longer axis, indices are shown.
LONG = 2_000_000
PRESSURES = ("Pa", "hPa", "mbar", "millibar", "mb")


@dataclass(frozen=True)
class Scale:
    """What an axis of an array is in a picture.

    Attributes
    ----------
    label : str
        Its name and its unit.
    centers : ndarray
        The coordinate of each element; dates as numbers of matplotlib's.
    known : bool
        Whether the file has coordinates; if not, they are indices.
    dates : bool
        Whether they are dates.
    down : bool
        Whether they grow downwards where the axis is drawn upright, as depth and pressure do.
    degrees : str
        ``"north"`` or ``"east"`` if it is latitude or longitude, else ``""``.
    """

    label: str
    centers: NDArray[np.float64]
    known: bool = False
    dates: bool = False
    down: bool = True
    degrees: str = ""

    def edges(self, step: int) -> NDArray[np.float64]:
        """Return where blocks of so many elements begin, and where the last of them ends."""
        here = self.centers
        if len(here) == 1:
            return np.array([here[0] - 0.5, here[0] + 0.5])
        first, last = 1.5 * here[0] - 0.5 * here[1], 1.5 * here[-1] - 0.5 * here[-2]
        every = np.concatenate([[first], (here[1:] + here[:-1]) / 2, [last]])
        if self.degrees == "north":
            every = np.clip(every, -90, 90)
        return np.append(every[:-1:step], every[-1])

    def dress(self, axis: Any) -> None:
        """Label an axis of matplotlib's."""
        axis.axes.set(**{f"{axis.axis_name}label": self.label})
        if self.dates:
            dates = library("matplotlib.dates", "cli", "for --plot")
            locator = dates.AutoDateLocator()
            axis.set_major_locator(locator)
            axis.set_major_formatter(dates.ConciseDateFormatter(locator))


def scale_of(joined: Joined, axis: int) -> Scale:
    """Return the scale of an axis: coordinates if the files have some that rise or fall."""
    dim, length = joined.dims[axis], joined.shape[axis]
    parts = list(zip(joined.files, joined.parts, strict=True))
    labels: list[Variable] = []
    for file, part in parts if axis == 0 else parts[:1]:
        label = file.coordinate(part, dim)
        if label is not None:
            labels.append(label)
    if not labels or len(labels) < (len(parts) if axis == 0 else 1) or length > LONG:
        return Scale(dim, np.arange(length, dtype=float))
    with reading(parts[0][0].path, f"has labels of '{dim}' that cannot be read"):
        pieces = [np.asarray(unpacked(np.asarray(one.store[:]), one.attributes)) for one in labels]
    values = np.concatenate(pieces)
    dates = values.dtype.kind == "M"
    if dates:
        values = library("matplotlib.dates", "cli", "for --plot").date2num(values)
    elif values.dtype.kind not in "iuf":
        return Scale(dim, np.arange(length, dtype=float))
    centers = values.astype(float)
    steps = np.diff(centers)
    if not np.isfinite(centers).all() or not ((steps > 0).all() or (steps < 0).all()):
        return Scale(dim, np.arange(length, dtype=float))
    attributes = labels[0].attributes
    unit = "" if dates else str(attributes.get("units", ""))
    return Scale(
        f"{dim} ({unit})" if unit else dim,
        centers,
        known=True,
        dates=dates,
        down=str(attributes.get("positive", "")).lower() == "down" or unit in PRESSURES,
        degrees=next((way for way in ("north", "east") if f"degrees_{way}" in unit), ""),
    )
