"""What the tasks of a Dask graph do: chunk, merge, finish. They run where the data are.

The scheduler gives a task one thread, so the core takes no more. Each block of the kept axes is
answered as an array of its own, whose slices are counted from its corner; only errors need to know
where the block lies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minloc import _core, _partial
from minloc._threads import threads

#: Room between chunks of unknown sizes: more elements than any array has along one axis.
ROOM = 1 << 40


def part(
    chunk: Any,
    place: tuple[slice, ...],
    *beside: Any,
    names: tuple[str, ...],
    target: Any,
    question: _partial.Question,
    lengths: tuple[int | None, ...],
    virtual: tuple[int, ...],
) -> _partial.Part:
    """Return what a chunk contributes.

    Parameters
    ----------
    chunk : array_like
        The chunk.
    place : tuple of slice
        Where it is in the whole array; along axes of unknown chunk sizes, only which comes first.
    *beside : array_like
        The chunks of what lies beside.
    names : tuple of str
        Which arguments these are.
    target : ndarray or None
        What distances are from, if it is one value.
    question : Question
        What is asked.
    lengths : tuple of int or None
        Those of the whole array along the reduced axes.
    virtual : tuple of int
        The reduced axes of unknown chunk sizes.

    Returns
    -------
    Part
        Its part of the answer.
    """
    offset = [0 if i in question.kept else along.start for i, along in enumerate(place)]
    with threads(1):
        given = dict(zip(names, beside, strict=True))
        values, where = _partial.read(chunk, given.get("where", True))
        if "distance_to" in given:
            target = _partial.cast(given["distance_to"], values.dtype)
        by = None if "by" not in given else np.asarray(given["by"])
        this = _partial.ask(question, values, _partial.Beside(where, by, target), offset, lengths)
    return _partial.at_virtual_offsets(this, virtual) if virtual else this


def merge(parts: list[_partial.Part]) -> _partial.Part:
    """Return the part that all are together."""
    with threads(1):
        return _partial.merge(parts)


def finish(parts: list[_partial.Part], place: tuple[int, ...], kept: tuple[int, ...]) -> Any:
    """Return the function's answer for a block of the kept axes.

    Parameters
    ----------
    parts : list of Part
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
            return _partial.finish(_partial.merge(parts))
    except (ValueError, TypeError) as error:
        index = getattr(error, "index", None)
        if not index or not any(place):
            raise
        of_whole, in_result = list(index), parts[0].question.in_result
        for axis, start in zip(kept, place, strict=True):
            number = in_result.index(axis)
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
