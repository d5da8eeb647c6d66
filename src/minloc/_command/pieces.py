"""How an array is cut into pieces to be read one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minloc._streams import Box, boxes, grouped


def pieces(
    shape: Sequence[int],
    itemsize: int,
    limit: int,
    chunks: Sequence[int] | None = None,
    columns: bool = False,
) -> Iterator[Box]:
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
    order = stored_order(shape, columns)
    return boxes(shape, grouped(shape, chunks, itemsize, order, limit), order)


def stored_order(shape: Sequence[int], columns: bool) -> tuple[int, ...]:
    """Return the axes from the slowest to the fastest, which is the first one of `columns`."""
    axes = tuple(range(len(shape)))
    return axes[::-1] if columns else axes
