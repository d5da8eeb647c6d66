"""How a large array is cut into boxes that are read at once: whole chunks, about as large as pays.

A chunk of a store is read as a whole, because that is what the store must read and decode to give
a part of it. Chunks too small to be worth a call are taken together along the last axis first, as
they are laid out; where there are no chunks, the array is cut in the order in which it lies.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

#: What is read at once: enough that calls cost nothing, little enough to stay near the processor.
BYTES_AT_ONCE = 8 << 20
#: A box should be so many times as large as the answers so far of its slices, which are fetched and
#: put back for every box.
TIMES_THE_ANSWERS = 4

Slices = tuple[slice, ...]


def grouped(
    shape: Sequence[int],
    chunk: Sequence[int] | None,
    itemsize: int,
    order: Sequence[int] | None = None,
    limit: int | None = None,
) -> tuple[int, ...]:
    """Return a box of whole chunks of at most about `limit` bytes; of one, if that is larger.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    chunk : sequence of int or None
        Of what is read at once at least; None where there are no chunks.
    itemsize : int
        The bytes of an element.
    order : sequence of int, optional
        The axes from the outermost in memory to the innermost, by default as they are: chunks are
        taken together along the innermost first, so that they are one run as long as possible.
    limit : int, optional
        By default `BYTES_AT_ONCE`.

    Returns
    -------
    tuple of int
        Multiples of `chunk`, or the length of the array, along each axis, and at least 1.
    """
    limit = BYTES_AT_ONCE if limit is None else limit
    unit = [1] * len(shape) if chunk is None else chunk
    box = [max(min(n, size), 1) for n, size in zip(shape, unit, strict=True)]
    for axis in reversed(range(len(box)) if order is None else order):
        times = limit // max(math.prod(box) * itemsize, 1)
        if times < 2:
            break
        box[axis] = max(min(shape[axis], box[axis] * times), 1)
        if box[axis] < shape[axis]:
            break
    return tuple(box)


def bytes_at_once(shape: Sequence[int], kept: Sequence[int], itemsize: int, most: int) -> int:
    """Return how many bytes to read at once of an array without chunks, some axes of it being kept.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    kept : sequence of int
        The axes that are not reduced.
    itemsize : int
        The bytes of an element.
    most : int
        The most bytes.

    Returns
    -------
    int
        From `BYTES_AT_ONCE` to `most`.
    """
    answers = math.prod([shape[i] for i in kept]) * (itemsize + 8)
    return max(BYTES_AT_ONCE, min(most, TIMES_THE_ANSWERS * answers))


def boxes(shape: Sequence[int], box: Sequence[int], order: Sequence[int]) -> Iterator[Slices]:
    """Yield the boxes of an array, those at its ends being smaller.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    box : sequence of int
        Of all boxes but those at the ends.
    order : sequence of int
        Its axes from the slowest to the fastest in which boxes follow one another.

    Yields
    ------
    tuple of slice
        One for each axis of the array.
    """
    starts = [range(0, shape[i], box[i]) for i in order]
    for place in itertools.product(*starts):
        at = dict(zip(order, place, strict=True))
        yield tuple([slice(at[i], min(at[i] + n, shape[i])) for i, n in enumerate(box)])
