"""From the candidates of the joined array to answers: the file, the index in it, the labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.answers import Answers, Block
from minloc._cli.array_groups import ArrayGroups
from minloc._cli.column import Column
from minloc._cli.extremes import Extremes
from minloc._cli.formats.conventions import meaning
from minloc._cli.joined import Joined
from minloc._cli.labels import Labels
from minloc._cli.ranked import Ranked


def locate(
    candidates: Iterable[Ranked],
    joined: Joined,
    axes: Sequence[int],
    extremes: Extremes,
    slices: tuple[Sequence[int], Sequence[int]],
    stand: range | None = None,
    groups: ArrayGroups | None = None,
) -> Iterator[Block]:
    """Yield the answers that are the candidates, in their order.

    Parameters
    ----------
    candidates : iterable of Ranked
        Those of the whole array, or of windows that move along its one axis in `axes`.
    joined : Joined
        The array.
    axes : sequence of int
        The reduced axes.
    extremes : Extremes
        Which elements the user asked for.
    slices : tuple of two sequences of int
        The axes along which there is an answer each, as `slices_of` tells, and their lengths.
    stand : range or None
        The indices where the windows stand.
    groups : ArrayGroups, optional
        The groups that it was searched by.

    Yields
    ------
    list of Answers
        A block: one answer for each candidate, and for each slice without one.
    """
    kept, lengths = slices
    labels = Labels(joined)
    meanings = [_meaning(joined, i) for i in range(len(joined.parts))]
    several = len(joined.parts) > 1
    for some in candidates:
        known = dict(zip(kept, np.unravel_index(some.slice, lengths) if kept else (), strict=True))
        group = known.pop(joined.ndim, None)
        where = None
        if stand is not None:
            where = stand.start + stand.step * known.pop(axes[0])
        if several:
            first = known[0] if 0 in known else some.places[axes.index(0)] * some.found
            parts = 2 * (np.searchsorted(joined.starts, first, "right") - 1) + some.found
        else:
            parts = np.asarray(some.found, np.intp)
        block = []
        for of_part in np.unique(parts).tolist():
            i, found = divmod(of_part, 2)
            at = np.flatnonzero(parts == of_part)
            value = Column([None], [0] * len(at))
            if found:
                dated = some.elements.dtype.kind != "M"  # those of NumPy's own have a unit
                value = Column(
                    meanings[i](some.elements[at].astype(joined.dtype, copy=False)), short=dated
                )
            index = {axis: places[at] for axis, places in known.items()}
            if found:
                index |= {axis: some.places[j, at] for j, axis in enumerate(axes)}
            if 0 in index:
                index[0] = index[0] - joined.starts[i]
            by_name = {dim: index.get(axis) for axis, dim in enumerate(joined.dims)}
            block.append(
                Answers(
                    at.tolist(), [extremes.called[one] for one in some.largest[at].tolist()],
                    some.rank[at].tolist(),
                    joined.files[i].path if not several or 0 in index else "",
                    joined.parts[0].name, bool(found), value, joined.starts[i],
                    index={dim: None if at is None else Column(at) for dim, at in by_name.items()},
                    labels=labels.at(i, by_name),
                    units=_units(joined, i),
                    window=None if where is None else Column(where[at]),
                    window_label=None
                    if where is None
                    else _label(labels, joined, axes[0], where[at]),
                    groups={} if group is None or groups is None else _keys(groups, group[at]),
                )
            )  # fmt: skip
        yield block


def _label(labels: Labels, joined: Joined, axis: int, at: NDArray[np.intp]) -> Column | None:
    """Return the labels along one axis of the one file, None if it has none."""
    dim = joined.dims[axis]
    nowhere: dict[str, NDArray[np.intp] | None] = dict.fromkeys(joined.dims)
    return labels.at(0, nowhere | {dim: at}).get(dim)


def _keys(groups: ArrayGroups, numbers: NDArray[np.intp]) -> dict[str, Column]:
    """Return what the groups of these numbers have."""
    codes = numbers.tolist()
    return {
        name: Column(values if values.dtype.kind != "O" else values.tolist(), codes, short=True)
        for name, values in groups.values.items()
    }


def _meaning(joined: Joined, i: int) -> Callable[[NDArray[Any]], Any]:
    """Return what turns elements found in file `i` into the values that they stand for."""
    attributes = dict(joined.parts[i].attributes)
    if joined.unpacks:
        attributes.pop("scale_factor", None)
        attributes.pop("add_offset", None)
    return meaning(joined.dtype, attributes)


def _units(joined: Joined, i: int) -> str:
    """Return the units of values found in file `i`; dates and pure numbers have none."""
    units = str(joined.parts[i].attributes.get("units", "")).strip()
    return "" if units == "1" or " since " in units else units
