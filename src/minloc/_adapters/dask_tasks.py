"""What the tasks of a Dask graph do: chunk, merge, finish. They run where the data are.

The scheduler gives a task one thread, so the core takes no more. Each block of the kept axes is
answered as an array of its own, whose slices are counted from its corner; only errors need to know
where the block lies.
"""

from __future__ import annotations

from typing import Any

from minloc import _core, _partial
from minloc._threads import threads

#: Room between chunks of unknown sizes: more elements than any array has along one axis.
ROOM = 1 << 40


def part(
    chunk: Any,
    place: tuple[slice, ...],
    mask: Any = True,
    *,
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
    mask : array_like of bool
        The chunk of `where`.
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
        values, where = _partial.read(chunk, mask)
        this = _partial.ask(question, values, where, offset, lengths)
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
