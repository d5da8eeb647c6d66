"""The labels along the axes of an array, such as dates and latitudes, as its files give them."""

from __future__ import annotations

from typing import Any

import numpy as np

from minloc._cli.errors import reading
from minloc._cli.formats.conventions import unpacked
from minloc._cli.joined import Joined
from minloc._cli.location import text

#: Labels of an axis that is not longer are read at once; of a longer one, only those asked for.
LABELS_AT_ONCE = 100_000


class Labels:
    """The labels of indices along the axes, read when they are first asked for."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self._known: dict[tuple[int, str], Any] = {}
        self._decoded: dict[tuple[int, str], dict[int, Any]] = {}

    def at(self, i: int, index: dict[str, int | None]) -> dict[str, Any]:
        """Return the labels of an index in file `i`, along the axes that have some."""
        found = {}
        for dim, place in index.items():
            label = self._of(i, dim) if place is not None else None
            if label is None or place is None:
                continue
            decoded = self._decoded.setdefault((i, dim), {})
            if place not in decoded:
                if len(decoded) >= LABELS_AT_ONCE:
                    decoded.clear()
                decoded[place] = _decoded(dim, place, *label)
            found[dim] = decoded[place]
        return found

    def _of(self, i: int, dim: str) -> Any:
        if (i, dim) not in self._known:
            file, part = self._joined.files[i], self._joined.parts[i]
            coordinate = file.coordinate(part, dim)
            label = None
            if coordinate is not None:
                store: Any = coordinate.store
                if store.shape[0] <= LABELS_AT_ONCE:
                    with reading(file.path, f"has labels of '{dim}' that cannot be read"):
                        store = np.asarray(store[:])
                label = store, coordinate.attributes, file.path
            self._known[i, dim] = label
        return self._known[i, dim]


def _decoded(dim: str, place: int, values: Any, attributes: Any, path: str) -> Any:
    """Return one label: a number, a date or a text."""
    with reading(path, f"has labels of '{dim}' that cannot be read"):
        value = unpacked(np.asarray(values[place])[()], attributes)
    unit = str(attributes.get("units", ""))
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
