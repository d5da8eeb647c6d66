"""The cells of a table for people, made by whole columns."""

from __future__ import annotations

from collections.abc import Sequence

from minloc._cli.answers import Answers, Block, in_order
from minloc._cli.column import Column
from minloc._cli.location import NAMES

#: The cells of each column, by its name.
Cells = dict[str, list[str]]


def cells_of(block: Block, several: bool, both: bool) -> Cells:
    """Return the cells of a block of answers, in its order.

    Parameters
    ----------
    block : Block
        The answers.
    several : bool
        Whether a column names the file.
    both : bool
        Whether a column says which extreme it is.
    """
    found = [_of_part(part, several, both) for part in block]
    return {
        name: [*in_order(block, (some.get(name) or [""] * len(part.at)
                                 for part, some in zip(block, found, strict=True)))]
        for name in names_of(found)
    }  # fmt: skip


def names_of(some: Sequence[Cells]) -> list[str]:
    """Return the names of all columns; those with most come first, and so decide the order."""
    longest_first = sorted(some, key=len, reverse=True)
    return list(dict.fromkeys(name for cells in longest_first for name in cells))


def below(some: Sequence[Cells]) -> Cells:
    """Return cells one below the other."""
    lengths = [len(next(iter(cells.values()))) for cells in some]
    return {
        name: [cell for cells, length in zip(some, lengths, strict=True)
               for cell in cells.get(name) or [""] * length]
        for name in names_of(some)
    }  # fmt: skip


def _of_part(some: Answers, several: bool, both: bool) -> Cells:
    count = len(some.at)
    cells = {"": [NAMES[end] for end in some.extreme]} if both else {}
    cells |= {"file": [some.file] * count} if several else {}
    if some.window is not None:
        cells["window"] = some.window.texts()
    if some.window_label is not None:
        cells["window label"] = some.window_label.texts()
    if some.row is not None:
        cells["row"] = list(map(str, some.row))
        for name, field in some.fields.items():
            cells[name if name not in cells else f"{name} "] = field.texts()
        return cells
    cells |= {name: group.texts() for name, group in some.groups.items()}
    cells["value"] = some.value.texts()
    for dim, index in some.index.items():
        cells[dim if dim not in cells else f"{dim} index"] = _texts(index, count)
        if dim in some.labels:
            cells[f"{dim} label"] = _texts(some.labels[dim], count)
    for name, label in some.labels.items():
        if name not in some.index:
            cells[name if name not in cells else f"{name} label"] = _texts(label, count)
    return cells


def _texts(column: Column | None, count: int) -> list[str]:
    return [""] * count if column is None else column.texts()
