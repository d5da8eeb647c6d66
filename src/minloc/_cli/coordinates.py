"""The coordinates of a joined array, whole: what labels its axes, to be written to another file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import RefusalError, library, reading
from minloc._cli.formats.conventions import scaled, stored_dtype, unpacked
from minloc._cli.formats.missing import Missing
from minloc._cli.formats.times import EPOCH, calendar_of
from minloc._cli.joined import Joined
from minloc._cli.labels import Label, Labels
from minloc._cli.location import text

#: Attributes that say what a coordinate is.
KEPT = ("units", "calendar", "long_name", "standard_name", "axis", "positive")


class Coordinate(NamedTuple):
    """What labels an axis, or several.

    Attributes
    ----------
    dims : tuple of str
        The axes.
    values : ndarray
        Numbers, unpacked, or texts; dates are numbers with units.
    attributes : dict
        What they are.
    """

    dims: tuple[str, ...]
    values: NDArray[Any]
    attributes: Mapping[str, Any]


def coordinates(joined: Joined, axes: Sequence[int]) -> dict[str, Coordinate]:
    """Return the coordinates by their names: of each axis, and of several that are kept.

    Parameters
    ----------
    joined : Joined
        The array.
    axes : sequence of int
        The axes that are not kept.

    Raises
    ------
    RefusalError
        If files have other coordinates for the same places.
    """
    labels = Labels(joined)
    files = [{one.name: one for one in labels.known(i)} for i in range(len(joined.parts))]
    reduced = {joined.dims[axis] for axis in axes}
    found = {}
    for name, first in files[0].items():
        if len(first.axes) > 1 and reduced & set(first.axes):
            continue
        if not all(name in each and each[name].axes == first.axes for each in files):
            continue
        parts = [_read(joined, i, each[name]) for i, each in enumerate(files)]
        if any(_unit(one) != _unit(parts[0]) for one in parts):
            parts = _alike(joined, name, parts)
        values = parts[0].values
        if joined.dims[0] in first.axes:
            axis = first.axes.index(joined.dims[0])
            values = np.concatenate([one.values for one in parts], axis)
        elif not all(_same(values, one.values) for one in parts):
            raise _refusal(joined, name)
        found[name.rpartition("/")[2]] = parts[0]._replace(values=values)
    return found


def _read(joined: Joined, i: int, label: Label) -> Coordinate:
    """Return a coordinate of a file."""
    with reading(joined.files[i].path, f"has labels '{label.name}' that cannot be read"):
        stored = np.asarray(label.values[(slice(None),) * len(label.axes)])
        attributes = label.attributes
        signed = stored_dtype(stored.dtype, attributes)
        stored = stored if signed == stored.dtype else stored.view(signed)
        values = np.asarray(scaled(stored, attributes))
    there = Missing(Missing.of(attributes, stored.dtype).fills).present(stored)
    if there is not None and not there.all() and values.dtype.kind in "iuf":
        values = np.where(there, values, np.nan)
    if values.dtype.kind in "SOT":
        values = np.array([text(one) for one in values.flat], object).reshape(values.shape)
    kept = {key: attributes[key] for key in KEPT if key in attributes}
    return Coordinate(label.axes, values, kept)


def as_dates(
    values: NDArray[Any], attributes: Mapping[str, Any]
) -> tuple[NDArray[Any], Mapping[str, Any]]:
    """Return numbers since a date as dates of NumPy's if they can be."""
    found = np.asarray(unpacked(values, attributes))
    if found.dtype.kind != "M":
        return values, attributes
    return found, {k: one for k, one in attributes.items() if k not in ("units", "calendar")}


def _alike(joined: Joined, name: str, parts: list[Coordinate]) -> list[Coordinate]:
    """Return coordinates of several units as dates, or as numbers since one date."""
    found = [Coordinate(one.dims, *as_dates(one.values, one.attributes)) for one in parts]
    if all(one.values.dtype.kind == "M" for one in found):
        return found
    dates = [np.asarray(unpacked(one.values, one.attributes)) for one in parts]
    calendars = {calendar_of(each) for each in dates}
    if len(calendars) > 1 or None in calendars:
        raise _refusal(joined, name)
    [calendar] = calendars
    cftime = library("cftime", "hdf5", "for dates of this calendar")
    about = {**parts[0].attributes, "units": EPOCH, "calendar": calendar}
    numbers = [np.asarray(cftime.date2num(each, EPOCH, calendar)) for each in dates]
    return [Coordinate(parts[0].dims, each, about) for each in numbers]


def _unit(one: Coordinate) -> tuple[Any, Any]:
    return one.attributes.get("units"), one.attributes.get("calendar")


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    if one.shape != other.shape:
        return False
    both_nan = np.asarray((one != one) & (other != other), bool)
    return bool((np.asarray(one == other, bool) | both_nan).all())


def _refusal(joined: Joined, name: str) -> RefusalError:
    return RefusalError(
        f"--output: {joined.files[0].path} and the other files have different coordinates "
        f"'{name}', so no map has those of all: .csv and .parquet can"
    )
