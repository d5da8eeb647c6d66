"""The labels of a place in an array, such as dates and latitudes, as its files give them.

An axis has labels if a variable has its name. Others, such as the latitude on a rotated grid,
belong to several axes at once; the attribute ``coordinates`` names them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minloc._cli.column import Column
from minloc._cli.errors import reading
from minloc._cli.formats import roles
from minloc._cli.formats.conventions import each_unpacked, stored_dtype
from minloc._cli.joined import Joined
from minloc._cli.location import text

#: Labels that are not more are read at once; of more, only those asked for.
LABELS_AT_ONCE = 100_000


class Label(NamedTuple):
    """A variable that labels places.

    Attributes
    ----------
    name : str
        The name, that of an axis or that of the variable.
    axes : tuple of str
        The axes whose indices it takes.
    values : Store
        The stored labels.
    attributes : mapping
        What its file says about it.
    """

    name: str
    axes: tuple[str, ...]
    values: Any
    attributes: Mapping[str, Any]

    @property
    def dated(self) -> bool:
        """Whether the labels are numbers since a date."""
        return " since " in str(self.attributes.get("units", ""))


class Labels:
    """The labels of indices, read when they are first asked for."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self._known: dict[int, list[Label]] = {}

    def at(self, i: int, index: Mapping[str, NDArray[np.intp] | None]) -> dict[str, Column | None]:
        """Return the labels of indices in file `i`.

        Those of axes that have no index are left out, and those of several axes are None then.
        """
        found: dict[str, Column | None] = {}
        for label in self.known(i):
            places = [one for axis in label.axes if (one := index[axis]) is not None]
            if len(places) == len(label.axes):
                found[label.name] = self._column(i, label, places)
            elif label.name not in index:
                found[label.name] = None
        return found

    def known(self, i: int) -> list[Label]:
        """Return what labels places in file `i`."""
        if i not in self._known:
            self._known[i] = [*self._of_axes(i), *self._of_several(i)]
        return self._known[i]

    def _column(self, i: int, label: Label, places: list[NDArray[np.intp]]) -> Column:
        """Return the labels of some places."""
        numbers = np.ravel_multi_index(tuple(places), label.values.shape)
        _, first, codes = np.unique(numbers, return_index=True, return_inverse=True)
        values = self._decoded(i, label, [one[first] for one in places])
        return Column(values, codes.tolist(), short=label.dated)

    def _of_axes(self, i: int) -> list[Label]:
        file, part = self._joined.files[i], self._joined.parts[i]
        found = []
        for dim in part.dims:
            coordinate = file.coordinate(part, dim)
            if coordinate is not None:
                found.append(self._label(i, dim, (dim,), coordinate))
        return found

    def _of_several(self, i: int) -> list[Label]:
        file, part = self._joined.files[i], self._joined.parts[i]
        lengths = dict(zip(part.dims, part.store.shape, strict=True))
        folder = part.name.rpartition("/")[0]
        found = []
        for name in roles.coordinates(part):
            inside = f"{folder}/{name}" if folder else name
            name = inside if inside in file.names else name
            if name in part.dims or name == part.name or name not in file.names:
                continue
            other = file[name]
            shape = tuple(lengths.get(dim, -1) for dim in other.dims)
            if other.dims and other.store.shape == shape:
                found.append(self._label(i, name, other.dims, other))
        return found

    def _label(self, i: int, name: str, axes: tuple[str, ...], variable: Any) -> Label:
        store = variable.store
        if math.prod(store.shape) <= LABELS_AT_ONCE:
            with reading(self._joined.files[i].path, f"has labels '{name}' that cannot be read"):
                store = np.asarray(store[(slice(None),) * len(axes)])
        return Label(name, axes, store, variable.attributes)

    def _decoded(self, i: int, label: Label, places: list[NDArray[np.intp]]) -> Any:
        """Return the labels of different places: dates, or a list of numbers or texts."""
        path = self._joined.files[i].path
        with reading(path, f"has labels of '{label.name}' that cannot be read"):
            stored = _gathered(label.values, places)
            signed = stored_dtype(stored.dtype, label.attributes)
            stored = stored if signed == stored.dtype else stored.view(signed)
            values = each_unpacked(stored, label.attributes)
        if isinstance(values, np.ndarray) and values.dtype.kind == "M" and label.dated:
            return values
        if label.dated:  # without a date: of no calendar, or a part of a month
            unit = label.attributes["units"]
            values = [
                f"{one} {unit}" if isinstance(one, np.integer | np.floating) else one
                for one in values
            ]
        if isinstance(values, np.ndarray) and values.dtype.char in "fe":
            return list(map(float, values.astype(str).tolist()))  # 0.1, not 0.10000000149011612
        if isinstance(values, np.ndarray) and values.dtype.char in "d?bhilqBHILQ":
            return values.tolist()
        return [one if one is None else text(one) for one in values]


def _gathered(values: Any, places: list[NDArray[np.intp]]) -> NDArray[Any]:
    """Return the elements at some places of a store, by one box if it is not much larger."""
    if isinstance(values, np.ndarray):
        return values[tuple(places)]
    lows = [int(one.min()) for one in places]
    highs = [int(one.max()) + 1 for one in places]
    if math.prod(high - low for low, high in zip(lows, highs, strict=True)) <= LABELS_AT_ONCE:
        box = np.asarray(values[tuple(map(slice, lows, highs))])
        return box[tuple(one - low for one, low in zip(places, lows, strict=True))]
    points = zip(*(one.tolist() for one in places), strict=True)
    return np.array([np.asarray(values[point])[()] for point in points])
