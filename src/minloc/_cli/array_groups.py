"""The groups of ``--by`` in arrays: what variables have along the axes that are reduced, numbered.

A name is that of a variable, of an axis, of a part of a date, such as ``time.month``, or of a
``.npy`` file of labels. Groups are sorted by what they have; elements that lack it are in none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from minloc import _core
from minloc._cli.along import Along, NoNameError, comparable
from minloc._cli.date_parts import PARTS, part_of_dates
from minloc._cli.errors import RefusalError, UnreadableError
from minloc._cli.formats import find
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Spelling
from minloc._cli.joined import Joined
from minloc._streams.grid import Box

#: What else is in an answer.
OTHERS = ("extreme", "rank", "file", "variable", "value")
#: About how many bytes an element takes while groups are numbered.
BYTES_A_LABEL = 40


class ArrayGroups(NamedTuple):
    """The groups of an array.

    Attributes
    ----------
    labels : ndarray of int
        The group of each element, -1 for none, with the axes of the array, of size 1 where they do
        not vary.
    values : dict of str to ndarray
        What each group has, by the names that answers call it.
    size : int
        How many groups there are.
    """

    labels: NDArray[np.intp]
    values: dict[str, NDArray[Any]]
    size: int

    @property
    def dim(self) -> str:
        """What the axis of the groups is called."""
        return next(iter(self.values)) if len(self.values) == 1 else "group"

    def of_box(self, box: Box) -> NDArray[np.intp]:
        """Return the labels of a box."""
        sizes = zip(self.labels.shape, box, strict=True)
        return self.labels[tuple(slice(0, 1) if n == 1 else part for n, part in sizes)]


def groups_of(joined: Joined, axes: Sequence[int], by: str, memory: int) -> ArrayGroups:
    """Return the groups that ``--by`` makes.

    Parameters
    ----------
    joined : Joined
        The array.
    axes : sequence of int
        The axes that are reduced.
    by : str
        Names, separated by commas.
    memory : int
        About how many bytes may be held at once.

    Raises
    ------
    RefusalError
        If a name means nothing, what it means does not lie along the reduced axes, or the groups
        do not fit in memory.
    """
    one = by in joined.files[0].names
    words = [by] if one else [word.strip() for word in by.split(",")]
    if len(set(words)) < len(words):
        raise RefusalError(f"--by: '{by}' has a name twice")
    if joined.ndim == 0:
        raise RefusalError(f"--by: {joined.files[0].path} holds a single element, and no groups")
    kept = [dim for axis, dim in enumerate(joined.dims) if axis not in axes]
    codes = np.zeros((1,) * joined.ndim, np.intp)
    values: dict[str, NDArray[Any]] = {}
    for word in words:
        each, there = _labels(joined, axes, word, memory)
        if each.dtype.kind in "cV":
            raise RefusalError(f"--by: '{word}' has elements of {each.dtype}, which make no groups")
        _check_memory(np.broadcast_shapes(codes.shape, each.shape), memory)
        distinct, numbers = np.unique(each[there], return_inverse=True)
        of_word = np.full(each.shape, -1)
        of_word[there] = numbers
        pairs = np.where((codes >= 0) & (of_word >= 0), codes * len(distinct) + of_word, -1)
        met, numbers = np.unique(pairs, return_inverse=True)
        # Where an element is in no group, -1 is the first of those that are met.
        codes = numbers.reshape(pairs.shape) - int((met < 0).any())
        firsts, seconds = np.divmod(met[met >= 0], max(len(distinct), 1))
        values = {name: column[firsts] for name, column in values.items()}
        values[_called(word, {*values, *OTHERS, *kept, joined.parts[0].name})] = distinct[seconds]
    groups = ArrayGroups(codes, values, len(next(iter(values.values()))))
    slices = math.prod(n for axis, n in enumerate(joined.shape) if axis not in axes)
    if slices * groups.size * (joined.dtype.itemsize + 8) > memory:
        raise RefusalError(
            f"--by: the answers for {groups.size} groups of each of {slices} places do not fit in "
            f"--memory {memory // 1_000_000}MB: allow more, or choose names with fewer groups"
        )
    return groups


def _called(word: str, taken: set[str]) -> str:
    """Return what answers call a group: as in xarray, the part of a date alone."""
    part = word.rpartition(".")[2]
    names = "group" if part == "npy" else part if part in PARTS else word, word, f"{word}_group"
    return next(name for name in names if name not in taken)


def _labels(
    joined: Joined, axes: Sequence[int], word: str, memory: int
) -> tuple[NDArray[Any], NDArray[np.bool]]:
    """Return what elements have, with the axes of the array, and where they have anything."""
    if word.endswith(".npy"):
        return _of_file(joined, axes, word, memory)
    name, part = word, ""
    try:
        along = Along(joined, [name])
    except NoNameError as error:
        name, _, part = word.rpartition(".")
        if part not in PARTS or not name:
            raise _unknown(error) from None
        try:
            along = Along(joined, [name])
        except NoNameError as error:
            raise _unknown(error) from None
    others = [joined.dims[axis] for axis in along.axes(name) if axis not in axes]
    if others:
        raise RefusalError(
            f"--by: '{name}' varies along {', '.join(others)}, each place of which has its own "
            "answer: --axis has to name the axes along which groups lie"
        )
    lengths = [joined.shape[axis] for axis in along.axes(name)]
    _check_memory(lengths, memory)
    found = []
    for i, file in enumerate(joined.files):
        box = tuple(slice(0, n) for n in joined.parts[i].store.shape)
        values, there = along.read(i, name, box)
        if part:
            values = part_of_dates(values, part)
            if values is None:
                raise RefusalError(f"--by: {file.path}: '{name}' has no dates, and no {part}")
        there = np.ones(values.shape, bool) if there is None else there
        found.append((values, there & np.asarray(values == values, bool)))
    return _joined(joined, name, found, 0 in along.axes(name))


def _joined(
    joined: Joined,
    name: str,
    found: Sequence[tuple[NDArray[Any], NDArray[np.bool]]],
    follow: bool,
) -> tuple[NDArray[Any], NDArray[np.bool]]:
    """Return as one what several files have, one behind the other or all the same."""
    values, there = found[0]
    for file, (other, other_there) in zip(joined.files, found, strict=True):
        alike = _kind(other) == _kind(values)
        if not follow:
            alike = alike and np.array_equal(there, other_there)
            alike = alike and bool((other == values)[there].all())
        if not alike:
            raise UnreadableError(
                file.path, f"has other values of '{name}' than {joined.files[0].path}: --by needs "
                "the same, or those of one axis"
            )  # fmt: skip
    if not follow:
        return values, there
    return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])


def _kind(values: NDArray[Any]) -> str:
    """Return what values can be sorted with."""
    return "number" if values.dtype.kind in "biuf" else values.dtype.kind


def _of_file(
    joined: Joined, axes: Sequence[int], path: str, memory: int
) -> tuple[NDArray[Any], NDArray[np.bool]]:
    """Return the labels in a file of NumPy's; negative integers leave elements out."""
    file = find(path, memory, Spelling())
    assert isinstance(file, Arrays)
    store = file[file.names[0]].store
    _check_memory(store.shape, memory)
    values = comparable(np.asarray(store[...]))
    one_axis = axes[0] if len(axes) == 1 else -1
    try:
        along = _core.label_axes(values.shape, joined.shape, tuple(axes), one_axis)
    except ValueError as error:
        raise RefusalError(f"--by: {path}: {error}") from None
    values = values.transpose(sorted(range(values.ndim), key=along.__getitem__))
    key = [slice(None) if axis in along else None for axis in range(joined.ndim)]
    values = values[tuple(key)]
    there = np.asarray(values == values, bool)
    return values, there & (values >= 0) if values.dtype.kind == "i" else there


def _check_memory(lengths: Sequence[int], memory: int) -> None:
    if math.prod(lengths) * BYTES_A_LABEL > memory:
        raise RefusalError(
            f"--by: the groups of {math.prod(lengths)} elements do not fit in --memory "
            f"{memory // 1_000_000}MB: allow more, or choose names along fewer axes"
        )


def _unknown(error: NoNameError) -> RefusalError:
    return RefusalError(f"--by: {error}; of dates also parts such as time.month")
