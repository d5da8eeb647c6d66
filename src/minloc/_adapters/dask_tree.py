"""The tree of merges of a Dask graph: from a partial for each chunk to an answer for each block.

A block of the kept axes is answered from the chunks that lie in it, which are numbered in the order
of their indices. So many neighbours at a time are merged, as Dask's ``split_every`` says, then so
many of those, and the last merge finishes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from minloc._adapters.dask_tasks import finish, merge

#: How many are merged at a time if Dask's configuration does not say it. Dask's own default is 4;
#: partials are smaller than the arrays it has in mind, and a task costs more than a merge.
SPLIT_EVERY = 8


def tree(
    parts: str,
    numblocks: Sequence[int],
    axes: tuple[int, ...],
    kept: tuple[int, ...],
    places: Any,
    names: tuple[str, str],
    split_every: int,
) -> dict[Any, Any]:
    """Return the tasks that merge and finish, one answer for each block of the kept axes.

    Parameters
    ----------
    parts : str
        The name of the partials of the chunks.
    numblocks : sequence of int
        How many chunks there are along each axis.
    axes, kept : tuple of int
        The axes that are reduced, and those that are not.
    places : callable
        From the index of a block, along the kept axes, to where it begins.
    names : tuple of str
        Of the merges and of the answers.
    split_every : int
        How many partials one task merges.

    Returns
    -------
    dict
        From keys to tasks. The key of an answer is its name and the index of the block.
    """
    graph: dict[Any, Any] = {}
    for block in product(*[range(numblocks[i]) for i in kept]):
        keys = list(_chunks(parts, numblocks, axes, dict(zip(kept, block, strict=True))))
        level = 0
        while len(keys) > split_every:
            merged = []
            for start in range(0, len(keys), split_every):
                some = keys[start : start + split_every]
                if len(some) > 1:
                    key = (names[0], *block, level, start // split_every)
                    graph[key] = (merge, some)
                    some = [key]
                merged += some
            keys, level = merged, level + 1
        graph[(names[1], *block)] = (finish, keys, places(block), kept)
    return graph


def _chunks(
    parts: str, numblocks: Sequence[int], axes: tuple[int, ...], block: dict[int, int]
) -> Iterator[tuple[Any, ...]]:
    """Return the keys of the chunks of a block, in C order of the reduced axes."""
    for along in product(*[range(numblocks[i]) for i in axes]):
        index = block | dict(zip(axes, along, strict=True))
        yield (parts, *[index[i] for i in range(len(numblocks))])
