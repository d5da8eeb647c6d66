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

Slices = tuple[slice, ...]


def grouped(shape: Sequence[int], chunk: Sequence[int], itemsize: int) -> tuple[int, ...]:
    """Return a box of whole chunks of about `BYTES_AT_ONCE`; of one, if that is larger.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    chunk : sequence of int
        Of what is read at once at least.
    itemsize : int
        The bytes of an element.

    Returns
    -------
    tuple of int
        Multiples of `chunk`, or the length of the array, along each axis.
    """
    box = [min(n, max(size, 1)) for n, size in zip(shape, chunk, strict=True)]
    for axis in reversed(range(len(box))):
        times = BYTES_AT_ONCE // max(math.prod(box) * itemsize, 1)
        if times < 2:
            break
        box[axis] = min(shape[axis], box[axis] * times)
        if box[axis] < shape[axis]:
            break
    return tuple(box)


def cut(shape: Sequence[int], order: Sequence[int], itemsize: int) -> tuple[int, ...]:
    """Return a box of at most about `BYTES_AT_ONCE` of an array without chunks.

    Parameters
    ----------
    shape : sequence of int
        Of the array.
    order : sequence of int
        Its axes from the outermost in memory to the innermost.
    itemsize : int
        The bytes of an element.

    Returns
    -------
    tuple of int
        A run of memory, as long as possible.
    """
    return grouped_in(order, shape, [1] * len(shape), itemsize)


def grouped_in(
    order: Sequence[int], shape: Sequence[int], chunk: Sequence[int], itemsize: int
) -> tuple[int, ...]:
    """Return what `grouped` does for an array whose axes lie in another order."""
    box = dict(
        zip(
            order,
            grouped([shape[i] for i in order], [chunk[i] for i in order], itemsize),
            strict=True,
        )
    )
    return tuple([box[i] for i in range(len(shape))])


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
