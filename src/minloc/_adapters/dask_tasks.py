"""What the tasks of a Dask graph do: chunk, merge, finish. They are run where the data are.

A task has one thread of the scheduler's, so the core uses no more. What is asked travels as the
plain words of the call. Each block of the kept axes is an array of its own here, whose slices are
counted from its corner; only an error needs to know where that is.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from minloc._partial import Partial
from minloc._threads import threads

#: The name of a function, the number of axes, and its positional and other words.
Told: TypeAlias = tuple[str, int, tuple[Any, ...], dict[str, Any]]
#: Room between chunks whose sizes are not known: more elements than any has along one axis.
ROOM = 1 << 40
_PLACE = re.compile(r"at index \(([\d, ]*)\) of the result")


def part(
    chunk: Any,
    place: tuple[slice, ...],
    mask: Any = True,
    *,
    told: Told,
    kept: tuple[int, ...],
    lengths: tuple[int | None, ...],
    unknown: tuple[int, ...],
) -> Partial:
    """Return what a chunk contributes.

    Parameters
    ----------
    chunk : array_like
        The chunk.
    place : tuple of slice
        Where it is in the whole array; along axes of unknown chunk sizes, only which comes first.
    mask : array_like of bool
        What `where` says of it.
    told : Told
        What is asked.
    kept : tuple of int
        The axes that are not reduced.
    lengths : tuple of int or None
        Those of the whole array along the reduced axes.
    unknown : tuple of int
        The reduced axes of unknown chunk sizes.

    Returns
    -------
    Partial
        Its answer.
    """
    name, _, positional, words = told
    offset = [0 if i in kept else along.start for i, along in enumerate(place)]
    with threads(1):
        this = Partial.of(
            name, chunk, *positional, offset=offset, shape=lengths, where=mask, **words
        )
    return this._virtual(unknown) if unknown else this


def merge(parts: list[Partial]) -> Partial:
    """Return the partial of all."""
    with threads(1):
        return parts[0].merge(*parts[1:])


def finish(parts: list[Partial], place: tuple[int, ...], kept: tuple[int, ...]) -> Any:
    """Return the function's answer for a block of the kept axes.

    Parameters
    ----------
    parts : list of Partial
        Those of all chunks of the block.
    place : tuple of int
        Where it begins along the kept axes.
    kept : tuple of int
        Which they are.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    ValueError
        What the function raises, of the slices of the whole array.
    """
    try:
        with threads(1):
            return parts[0].merge(*parts[1:]).finish() if parts[1:] else parts[0].finish()
    except ValueError as error:
        message = str(error)
        found = _PLACE.search(message)
        if found is None or not any(place):
            raise
        index = [int(i) for i in found[1].split(",") if i.strip()]
        # The index of a result with keepdims has zeros for the reduced axes.
        of_axis = range(len(kept)) if len(index) == len(kept) else kept
        moved = [str(i) for i in index]
        for number, start in zip(of_axis, place, strict=True):
            moved[number] = _moved(index[number], start)
        text = f"({', '.join(moved)}{',' if len(moved) == 1 else ''})"
        raise ValueError(message.replace(f"({found[1]})", text)) from None


def _moved(index: int, start: int) -> str:
    """Return the words for an index into a block that begins there."""
    if start < ROOM:
        return str(index + start)
    return f"{index} of block {start // ROOM}"
