"""Variables that lie along the joined array, by the names that a condition or ``--by`` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError
from minloc._cli.formats import roles
from minloc._cli.formats.arrays import Arrays, Variable
from minloc._cli.formats.conventions import unpacked
from minloc._cli.formats.missing import Missing
from minloc._cli.formats.times import calendar_of
from minloc._cli.joined import Joined
from minloc._cli.truth import Known
from minloc._streams.grid import Box


class Along:
    """What some names mean in each of the joined files.

    Parameters
    ----------
    joined : Joined
        The array.
    names : sequence of str
        Names of the array itself, of its axes, and of other variables along some of its axes.

    Raises
    ------
    NoNameError
        If a name means nothing.
    """

    def __init__(self, joined: Joined, names: Sequence[str]) -> None:
        self.joined, self.names = joined, names
        self._found = [
            {name: _named(file, part, name) for name in names}
            for file, part in zip(joined.files, joined.parts, strict=True)
        ]
        self._missing: dict[tuple[int, str], Missing] = {}

    def axes(self, name: str) -> tuple[int, ...]:
        """Return the axes of the array along which a variable lies, in its own order."""
        return self._found[0][name][1]

    def read(self, i: int, name: str, box: Box) -> Known:
        """Return the values of a name in a box of file `i`, in a shape that broadcasts to it."""
        variable, axes = self._found[i][name]
        if variable is None:
            values = np.arange(box[axes[0]].start, box[axes[0]].stop)
            there = None
        else:
            stored = self.joined.stored(i, variable, tuple(box[axis] for axis in axes))
            if (i, name) not in self._missing:  # once, not for each box
                self._missing[i, name] = _missing(variable, stored.dtype)
            there = self._missing[i, name].present(stored)
            values = comparable(np.asarray(unpacked(stored, variable.attributes)))
            if calendar_of(values) is not None:  # NaN has no date there
                dated = values != None  # noqa: E711
                there = dated if there is None else there & dated
                values = np.where(dated, values, values[dated][0])
        order = np.argsort(axes)
        full = [1] * len(box)
        for axis in axes:
            full[axis] = box[axis].stop - box[axis].start
        values = values.transpose(order).reshape(full)
        return values, None if there is None else there.transpose(order).reshape(full)


class NoNameError(RefusalError):
    """A name means nothing in a file.

    Attributes
    ----------
    name : str
        The name.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def _named(file: Arrays, part: Variable, name: str) -> tuple[Variable | None, tuple[int, ...]]:
    """Return the variable that a name means, None for the index of an axis, and its axes."""
    lengths = dict(zip(part.dims, part.store.shape, strict=True))
    if name in (part.name, "value"):
        return part, tuple(range(len(part.dims)))
    if name in part.dims:
        return file.coordinate(part, name), (part.dims.index(name),)
    if name not in file.names and name not in file.also:
        there = ", ".join(dict.fromkeys([part.name, *part.dims, *file.names]))
        raise NoNameError(name, f"{file.path} has no '{name}'; there are: {there}")
    other = file[name]
    if other.store.shape == part.store.shape:
        return other, tuple(range(len(part.dims)))
    if all(
        lengths.get(dim) == length
        for dim, length in zip(other.dims, other.store.shape, strict=True)
    ):
        return other, tuple(part.dims.index(dim) for dim in other.dims)
    raise NoNameError(
        name, f"'{name}' has the shape {other.store.shape}, and '{part.name}' {part.store.shape}"
    )


def _missing(variable: Variable, dtype: np.dtype[Any]) -> Missing:
    """Return which elements of a variable that has been named are missing."""
    missing = Missing.of(variable.attributes, dtype)
    if roles.labels_axis(variable) or roles.is_coordinate(variable.attributes):
        return Missing(missing.fills)  # a range of -180 to 180 beside longitudes of 0 to 360
    return missing


def comparable(values: NDArray[Any]) -> NDArray[Any]:
    """Return values, bytes decoded: they are compared as texts."""
    if values.dtype.kind != "S":
        return values
    texts: NDArray[Any] = np.char.decode(values, "utf-8", "replace")
    return texts
