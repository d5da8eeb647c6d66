"""How a large array is cut into boxes, each of which is read at once: some whole chunks.

A chunk of a store is read as a whole, because the store must read and decode all of it to give any
part of it. Several small chunks are read together, neighbours along the last axis first, as they
are stored. An array without chunks is cut in memory order.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TypeAlias

#: How much is read at once: enough to make the cost of a call negligible, and few enough bytes to
#: stay in a cache.
BYTES_AT_ONCE = 8 << 20
#: A box should be this many times as large as the answers so far of its slices, which are read and
#: written for every box.
TIMES_THE_ANSWERS = 4

#: Where a box lies: a slice for each axis of the array.
Box: TypeAlias = tuple[slice, ...]


def grouped(
    shape: Sequence[int],
    chunk: Sequence[int] | None,
    itemsize: int,
    order: Sequence[int] | None = None,
    limit: int | None = None,
) -> tuple[int, ...]:
    """Return the shape of a box: whole chunks of at most about `limit` bytes, or one larger chunk.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    chunk : sequence of int or None
        The shape of a chunk; None where there are no chunks.
    itemsize : int
        The bytes of an element.
    order : sequence of int, optional
        The axes from the outermost in memory to the innermost, by default 0, 1, …. A box grows
        along the innermost first, so that it is contiguous as far as possible.
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
    """Return how many bytes of an array without chunks to read at once.

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


def boxes(shape: Sequence[int], box: Sequence[int], order: Sequence[int]) -> Iterator[Box]:
    """Yield the boxes of an array; those at its ends may be smaller.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    box : sequence of int
        The shape of all boxes but those at the ends.
    order : sequence of int
        The axes from the outermost loop over the boxes to the innermost.

    Yields
    ------
    tuple of slice
        One for each axis of the array.
    """
    starts = [range(0, shape[i], box[i]) for i in order]
    for place in itertools.product(*starts):
        at = dict(zip(order, place, strict=True))
        yield tuple([slice(at[i], min(at[i] + n, shape[i])) for i, n in enumerate(box)])
