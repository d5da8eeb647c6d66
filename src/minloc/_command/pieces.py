"""How an array is cut into pieces to be read one after the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product


def pieces(
    shape: Sequence[int],
    itemsize: int,
    limit: int,
    chunks: Sequence[int] | None = None,
    columns: bool = False,
) -> Iterator[tuple[slice, ...]]:
    """Cut an array into pieces of at most about `limit` bytes, in the order in which it is stored.

    Parameters
    ----------
    shape : sequence of int
        The array's shape.
    itemsize, limit : int
        The bytes of an element, and those that a piece should not be larger than.
    chunks : sequence of int, optional
        The shape of the chunks in which it is stored: none of them is cut, since each can only be
        read as a whole.
    columns : bool, optional
        Whether the first axis is the fastest, not the last.

    Examples
    --------
    >>> for piece in pieces((4, 6), 8, 100, chunks=(2, 3)):
    ...     print(piece)
    (slice(0, 2, None), slice(0, 6, None))
    (slice(2, 4, None), slice(0, 6, None))
    """
    grain = [1] * len(shape) if chunks is None else chunks
    steps = [max(min(g, n), 1) for g, n in zip(grain, shape, strict=True)]
    axes = range(len(shape)) if columns else range(len(shape) - 1, -1, -1)
    for axis in axes:
        room = limit // (math.prod(steps) * itemsize)
        steps[axis] = max(min(steps[axis] * max(room, 1), shape[axis]), 1)
        if steps[axis] < shape[axis]:
            break
    cuts = [
        [slice(start, min(start + step, n)) for start in range(0, n, step)]
        for n, step in zip(shape, steps, strict=True)
    ]
    for piece in product(*(cuts[::-1] if columns else cuts)):
        yield piece[::-1] if columns else piece
