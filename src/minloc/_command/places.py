"""Where the extreme of an array is, in the words of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from minloc._command.answer import OTHER, Answer, Question, ranked
from minloc._command.joined import Joined
from minloc._partial import Partial, part_of
from minloc._sources.arrays import Arrays, Variable
from minloc._sources.conventions import unpacked
from minloc._sources.errors import RefusalError, reading
from minloc._sources.table import listed

#: Axes whose labels are read at once; of a longer one, those that are asked for.
LABELS_AT_ONCE = 100_000


def variable_of(source: Arrays, name: str | None) -> Variable:
    """Return the variable that is meant; if none was named, the only one that labels no axis."""
    if name is not None:
        if name in source:
            return source[name]
        raise RefusalError(
            f"{source.path}: there is no variable '{name}'; there are: {listed(source.names)}"
        )
    if len(source) == 1:
        return source[source.names[0]]
    found, refused = {}, []
    for each in source.names:
        try:
            found[each] = source[each]
        except RefusalError as error:
            refused.append(error)
    if not found:
        raise refused[0]
    axes = {dim for variable in found.values() for dim in variable.dims}
    bounds = {str(variable.attributes.get("bounds")) for variable in found.values()}
    data = [
        variable
        for each, variable in found.items()
        if variable.dims and each.rpartition("/")[2] not in axes | bounds
    ]
    if len(data) == 1:
        return data[0]
    described = [f"{v.name} {_shape(v)}" for v in data or found.values()]
    raise RefusalError(
        f"{source.path}: has several variables, so say which one by --var: {listed(described)}"
    )


def axes_of(joined: Joined, text: str | None) -> tuple[int, ...] | None:
    """Return the axes that are meant by names or numbers with commas between."""
    if text is None:
        return None
    axes = []
    for word in text.split(","):
        if word in joined.dims:
            axes.append(joined.dims.index(word))
            continue
        try:
            axis = int(word)
        except ValueError:
            axis = joined.ndim
        if not -joined.ndim <= axis < joined.ndim:
            raise RefusalError(
                f"--axis: {joined.sources[0].path} has no axis '{word}'; there are: "
                + (", ".join(f"{i} ({dim})" for i, dim in enumerate(joined.dims)) or "none")
            )
        axes.append(axis % joined.ndim)
    if len(set(axes)) < len(axes):
        raise RefusalError(f"--axis: '{text}' names an axis twice")
    return tuple(axes)


def answers(
    part: Partial, joined: Joined, axes: Sequence[int], question: Question
) -> Iterator[Answer]:
    """Give the places that a partial answer for the whole array holds.

    Slices come in C order, of each the best first, the smallest before the largest.
    """
    kept = [axis for axis in range(joined.ndim) if axis not in axes]
    lengths = [joined.shape[axis] for axis in kept]
    labels = Labels(joined)
    name = joined.parts[0].name
    asked = question.of_negatives() if joined.descends else question
    found: Iterable[tuple[str, int, int, Any, Any]] = ranked(part, asked)
    if len(asked.ends) == 2:
        found = sorted(found, key=lambda one: (one[1], (one[0] == "max") != joined.descends))
    for end, number, rank, element, places in found:
        extreme = OTHER[end] if joined.descends else end
        index: dict[int, int] = dict(
            zip(kept, map(int, np.unravel_index(number, lengths)) if kept else (), strict=True)
        )
        index |= {axis: int(place) for axis, place in zip(axes, places, strict=False)}
        i, first = joined.file_of(index.get(0, 0)) if joined.ndim else (0, 0)
        if joined.ndim and 0 in index:
            index[0] = first
        there = {dim: index.get(axis) for axis, dim in enumerate(joined.dims)}
        file = joined.sources[i].path if len(joined.parts) == 1 or 0 in index else ""
        yield Answer(
            extreme,
            max(rank, 0),
            file,
            name,
            rank >= 0,
            joined.meaning(i, element) if rank >= 0 else None,
            start=joined.starts[i],
            index=there,
            labels=labels.at(i, there),
        )


def refuse_nan(part: Partial, joined: Joined) -> None:
    """Raise if a NaN was met.

    Raises
    ------
    RefusalError
        Then.
    """
    met = part_of(part).nan is not None
    for end in part_of(part).ends:
        nan = np.asarray(end.values != end.values, bool)
        met = met or bool((nan if end.found is None else nan & end.found).any())
    if met:
        name = joined.parts[0].name
        raise RefusalError(f"{joined.sources[0].path}: '{name}' has a NaN, and --nan is raise")


class Labels:
    """What the files call the places along their axes."""

    def __init__(self, joined: Joined) -> None:
        self._joined = joined
        self._known: dict[tuple[int, str], Any] = {}

    def at(self, i: int, index: dict[str, int | None]) -> dict[str, Any]:
        """Return the labels of a place in a file, along the axes that have them."""
        found = {}
        for dim, place in index.items():
            label = self._of(i, dim) if place is not None else None
            if label is None or place is None:
                continue
            values, attributes, path = label
            with reading(path, f"has labels of '{dim}' that cannot be read"):
                value = unpacked(np.asarray(values[place])[()], attributes)
            if isinstance(value, bytes):
                value = value.decode(errors="replace")
            found[dim] = value
        return found

    def _of(self, i: int, dim: str) -> Any:
        if (i, dim) not in self._known:
            source, part = self._joined.sources[i], self._joined.parts[i]
            coordinate = source.coordinate(part, dim)
            label = None
            if coordinate is not None:
                store: Any = coordinate.store
                if store.shape[0] <= LABELS_AT_ONCE:
                    with reading(source.path, f"has labels of '{dim}' that cannot be read"):
                        store = np.asarray(store[:])
                label = store, coordinate.attributes, source.path
            self._known[i, dim] = label
        return self._known[i, dim]


def _shape(variable: Variable) -> str:
    lengths = " × ".join(map(str, variable.store.shape))
    return f"({lengths})" if lengths else "(a single element)"
