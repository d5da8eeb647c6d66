"""What the tasks of a Dask graph do: chunk, merge, finish. They are run where the data are.

A task has one thread of the scheduler's, so the core uses no more. What is asked travels as the
plain words of the call. Each block of the kept axes is an array of its own here, whose slices are
counted from its corner; only an error needs to know where that is.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from minloc import _core
from minloc._partial import Partial
from minloc._threads import threads

#: The name of a function, the number of axes, and its positional and other words.
Told: TypeAlias = tuple[str, int, tuple[Any, ...], dict[str, Any]]
#: Room between chunks whose sizes are not known: more elements than any has along one axis.
ROOM = 1 << 40


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
    ValueError, TypeError
        What the function raises, of the slices of the whole array.
    """
    try:
        with threads(1):
            return parts[0].merge(*parts[1:]).finish() if parts[1:] else parts[0].finish()
    except (ValueError, TypeError) as error:
        index = getattr(error, "index", None)
        if not index or not any(place):
            raise
        # The index of a result with keepdims has zeros for the reduced axes.
        of_axis = range(len(kept)) if len(index) == len(kept) else kept
        of_whole = list(index)
        for number, start in zip(of_axis, place, strict=True):
            if start < ROOM:
                of_whole[number] += start
            else:  # the sizes of the blocks before it are not known
                of_whole[number] = None
                error.add_note(
                    f"along axis {number} of the result it is number {index[number]} of block "
                    f"{start // ROOM}"
                )
        _core.set_place(error, tuple(of_whole))
        raise
