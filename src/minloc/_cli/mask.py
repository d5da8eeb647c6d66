"""Which elements of the joined array are candidates: not missing, and meeting the condition."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.expression import Expression
from minloc._cli.formats import roles
from minloc._cli.formats.arrays import Arrays, Variable
from minloc._cli.formats.conventions import stored_dtype, unpacked
from minloc._cli.formats.missing import Missing
from minloc._cli.formats.times import calendar_of
from minloc._cli.joined import Joined
from minloc._cli.truth import Known, holds
from minloc._streams.grid import Box


class Mask:
    """Which elements are candidates: those that are not missing and meet a condition.

    Parameters
    ----------
    joined : Joined
        The array.
    condition : Expression or None
        The condition; it may name the variable, its axes and other variables.

    Raises
    ------
    RefusalError
        If the condition has a name that means nothing.
    """

    def __init__(self, joined: Joined, condition: Expression | None) -> None:
        self.joined, self.condition = joined, condition
        self.shape, self.ndim, self.dtype = joined.shape, joined.ndim, np.dtype(bool)
        self.chunks = joined.chunks
        self._names: list[dict[str, tuple[Variable | None, tuple[int, ...]]]] = [
            _names(condition, file, part)
            for file, part in zip(joined.files, joined.parts, strict=True)
        ]
        self._missing = [
            Missing.of(part.attributes, stored_dtype(part.store.dtype, part.attributes))
            for part in joined.parts
        ]
        self._missing_of: dict[tuple[int, str], Missing] = {}
        #: Whether some elements may not be candidates.
        self.needed = condition is not None or any(self._missing)

    def __getitem__(self, box: Box) -> NDArray[np.bool]:
        return self.joined.gather(box, self._part)

    def _part(self, i: int, box: Box) -> NDArray[np.bool]:
        shape = tuple(s.stop - s.start for s in box)
        there = None
        if self._missing[i]:
            stored = self.joined.stored(i, self.joined.parts[i], box)
            there = self._missing[i].present(stored)
        if self.condition is not None:
            known: dict[str, Known] = {}
            for name, (variable, axes) in self._names[i].items():
                known[name] = self._along(i, name, variable, axes, box)
            chosen = np.broadcast_to(holds(self.condition, known), shape)
            there = chosen if there is None else there & chosen
        return np.ones(shape, bool) if there is None else np.asarray(there)

    def _along(
        self, i: int, name: str, variable: Variable | None, axes: tuple[int, ...], box: Box
    ) -> Known:
        """Return the values of a variable of file `i` in a box, in a shape that broadcasts to it.

        The condition calls it `name`.
        """
        if variable is None:
            values = np.arange(box[axes[0]].start, box[axes[0]].stop)
            there = None
        else:
            stored = self.joined.stored(i, variable, tuple(box[axis] for axis in axes))
            if (i, name) not in self._missing_of:  # once, not for each box
                self._missing_of[i, name] = _missing(variable, stored.dtype)
            there = self._missing_of[i, name].present(stored)
            values = _comparable(np.asarray(unpacked(stored, variable.attributes)))
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


def _names(
    condition: Expression | None, file: Arrays, part: Variable
) -> dict[str, tuple[Variable | None, tuple[int, ...]]]:
    """Return the variable that each name means, None for the index of an axis, and its axes."""
    found: dict[str, tuple[Variable | None, tuple[int, ...]]] = {}
    lengths = dict(zip(part.dims, part.store.shape, strict=True))
    for name in () if condition is None else condition.names:
        assert condition is not None
        if name in (part.name, "value"):
            found[name] = part, tuple(range(len(part.dims)))
            continue
        if name in part.dims:
            found[name] = file.coordinate(part, name), (part.dims.index(name),)
            continue
        if name not in file.names and name not in file.also:
            there = ", ".join(dict.fromkeys([part.name, *part.dims, *file.names]))
            raise condition.error(f"{file.path} has no '{name}'; there are: {there}", name)
        other = file[name]
        if other.store.shape == part.store.shape:
            found[name] = other, tuple(range(len(part.dims)))
        elif all(
            lengths.get(dim) == length
            for dim, length in zip(other.dims, other.store.shape, strict=True)
        ):
            found[name] = other, tuple(part.dims.index(dim) for dim in other.dims)
        else:
            raise condition.error(
                f"'{name}' has the shape {other.store.shape}, and '{part.name}' {part.store.shape}",
                name,
            )
    return found


def _missing(variable: Variable, dtype: np.dtype[Any]) -> Missing:
    """Return which elements of a variable that a condition names are missing."""
    missing = Missing.of(variable.attributes, dtype)
    if roles.labels_axis(variable) or roles.is_coordinate(variable.attributes):
        return Missing(missing.fills)  # a range of -180 to 180 beside longitudes of 0 to 360
    return missing


def _comparable(values: NDArray[Any]) -> NDArray[Any]:
    """Return values, bytes decoded: conditions compare texts."""
    if values.dtype.kind != "S":
        return values
    texts: NDArray[Any] = np.char.decode(values, "utf-8", "replace")
    return texts
