"""The labels of a place in an array, such as dates and latitudes, as its files give them.

An axis has labels if a variable has its name. Others, such as the latitude on a rotated grid,
belong to several axes at once; the attribute ``coordinates`` names them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from minloc._cli.errors import reading
from minloc._cli.formats import roles
from minloc._cli.formats.conventions import stored_dtype, unpacked
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
    decoded : dict
        Labels that were asked for, by their indices.
    """

    name: str
    axes: tuple[str, ...]
    values: Any
    attributes: Mapping[str, Any]
    decoded: dict[tuple[int, ...], Any]


class Labels:
    """The labels of indices, read when they are first asked for."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self._known: dict[int, list[Label]] = {}

    def at(self, i: int, index: dict[str, int | None]) -> dict[str, Any]:
        """Return the labels of an index in file `i`.

        Those of axes that have no index are left out, and those of several axes are None then.
        """
        if i not in self._known:
            self._known[i] = [*self._of_axes(i), *self._of_several(i)]
        found: dict[str, Any] = {}
        for label in self._known[i]:
            known = [index[axis] for axis in label.axes]
            place = tuple([one for one in known if one is not None])
            if len(place) < len(known):
                if label.name not in index:
                    found[label.name] = None
                continue
            decoded = label.decoded
            if place not in decoded:
                if len(decoded) >= LABELS_AT_ONCE:
                    decoded.clear()
                decoded[place] = self._decode(i, label, place)
            found[label.name] = decoded[place]
        return found

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
        return Label(name, axes, store, variable.attributes, {})

    def _decode(self, i: int, label: Label, place: tuple[int, ...]) -> Any:
        """Return one label: a number or a text."""
        path = self._joined.files[i].path
        with reading(path, f"has labels of '{label.name}' that cannot be read"):
            stored = np.asarray(label.values[place])
            signed = stored_dtype(stored.dtype, label.attributes)
            stored = stored if signed == stored.dtype else stored.view(signed)
            value = unpacked(stored[()], label.attributes)
        unit = str(label.attributes.get("units", ""))
        if " since " in unit and isinstance(value, np.integer | np.floating):
            return f"{value} {unit}"  # without a date: of no calendar, or a part of a month
        return _simple(value)


def _simple(value: Any) -> Any:
    """Return a label as an int or a float of Python, or as text: it is printed many times."""
    if isinstance(value, np.float32 | np.float16):
        return float(str(value))  # 0.1, not 0.10000000149011612
    if isinstance(value, np.bool | np.integer | np.float64):
        return value.item()
    return value if value is None else text(value)
