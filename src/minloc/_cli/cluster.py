"""The same on a Dask cluster: one task a piece, and a tree of merges.

Tasks carry the names of the files, not what is in them: each worker opens them for itself, and what
travels back is a `Partial`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from minloc._cli.answer import Question
from minloc._cli.errors import RefusalError, library
from minloc._cli.expression import Expression
from minloc._cli.joined import Joined, Mask
from minloc._cli.pieces import pieces
from minloc._partial import Partial

#: How many partial answers are merged in a task.
FAN_IN = 16


def partial_on(
    address: str,
    joined: Joined,
    mask: Mask,
    axes: tuple[int, ...],
    question: Question,
    memory: int,
    limit: int,
) -> Partial:
    """Return the partial answer for all of it, found on the cluster with this scheduler.

    Raises
    ------
    RefusalError
        If no scheduler answers there.
    """
    dask = library("dask", "dask", "for --scheduler")
    distributed = library("distributed", "dask", "for --scheduler")
    try:
        client = distributed.Client(address, timeout=5, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise RefusalError(f"--scheduler: {address}: no Dask scheduler answers: {reason}") from None
    task = dask.delayed(_of_piece, pure=False)
    merge = dask.delayed(_merged, pure=False)
    with client:
        paths = tuple(os.path.abspath(source.path) for source in joined.sources)
        names = tuple(part.name for part in joined.parts)
        where = None if mask.condition is None else mask.condition.text
        run = uuid.uuid4().hex
        parts: list[Any] = [
            task(run, paths, names, where, piece, axes, question, memory)
            for piece in pieces(
                joined.shape, joined.dtype.itemsize, limit, joined.chunks, joined.columns
            )
        ]
        while len(parts) > 1:
            parts = [merge(parts[i : i + FAN_IN]) for i in range(0, len(parts), FAN_IN)]
        total: Partial = client.compute(parts[0]).result()
        return total


def _of_piece(
    run: str,
    paths: tuple[str, ...],
    names: tuple[str, ...],
    where: str | None,
    piece: tuple[slice, ...],
    axes: tuple[int, ...],
    question: Question,
    memory: int,
) -> Partial:
    joined, mask = _opened(run, paths, names, where, memory)
    name, words = (question.of_negatives() if joined.descends else question).function()
    if mask.needed:
        words["where"] = mask[piece]
    start = tuple(s.start for s in piece)
    return Partial.of(name, joined[piece], offset=start, shape=joined.shape, axis=axes, **words)


def _merged(parts: Sequence[Partial]) -> Partial:
    return parts[0].merge(*parts[1:])


@lru_cache(maxsize=4)
def _opened(
    run: str, paths: tuple[str, ...], names: tuple[str, ...], where: str | None, memory: int
) -> tuple[Joined, Mask]:
    """Return what the command opened, opened on a worker.

    Once for each run of the command: the files may be others by the next.
    """
    from minloc._cli.formats import find
    from minloc._cli.formats.arrays import Arrays
    from minloc._cli.formats.table import Spelling

    sources = []
    for path in paths:
        source = find(path, memory, Spelling())
        assert isinstance(source, Arrays)
        sources.append(source)
    joined = Joined(sources, [source[name] for source, name in zip(sources, names, strict=True)])
    return joined, Mask(joined, None if where is None else Expression.parse(where))
