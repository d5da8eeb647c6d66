"""Windows of Dask's arrays: one task a chunk, with as much of its neighbours as windows cover.

The answers of windows are in the chunk in which these stand. Chunks shorter than a window are
merged with others first. A part of a neighbour is a task of its own, so no more than that part
travels. Running answers take the best of each chunk, which are merged one after the other, and
each chunk is answered after the best of all before it.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from minloc import _core, _partial
from minloc._results import FindResult
from minloc._threads import threads
from minloc._window_axes import RUNNING
from minloc._window_blocks import Asked, Best, Span, running


def answer(name: str, x: Any, keywords: dict[str, Any], where: Any) -> Any:
    """Return the answer to a call about windows as Dask arrays, none of which is computed yet.

    Parameters
    ----------
    name : str
        A function about windows.
    x : dask.array.Array
        The array.
    keywords : dict
        What the function is given besides the array.
    where : dask.array.Array or None
        The mask, which broadcasts to the array.

    Returns
    -------
    dask.array.Array or FindResult
        What the function returns.
    """
    import dask.array as da

    if any(math.isnan(n) for n in x.shape):
        raise ValueError(
            f"{name}() cannot tell where chunks of unknown sizes lie; call compute_chunk_sizes() "
            f"of a first"
        )
    if where is not None:
        where = da.broadcast_to(where, x.shape, chunks=x.chunks)
    if "axis" in keywords and keywords["axis"] is None:
        x, where = x.reshape(-1), None if where is None else where.reshape(-1)
        keywords = {**keywords, "axis": 0}
    asked = Asked(name, keywords, x.shape, x.dtype)
    if 0 in asked.result_shape:
        index = da.empty(asked.result_shape, dtype=asked.dtype, chunks=-1)
        if not isinstance(asked.nothing, FindResult):
            return index
        return FindResult(da.empty(asked.result_shape, dtype=x.dtype, chunks=-1), index)
    if name in RUNNING:
        return _running(asked, x, where)
    return _moving(asked, x, where)


def _moving(asked: Asked, x: Any, where: Any) -> Any:
    """Return the answers of windows that move."""
    from dask.base import tokenize

    longer = {axis.number: merged(x.chunks[axis.number], axis.window) for axis in asked.axes}
    x = x.rechunk(longer)
    where = None if where is None else where.rechunk(x.chunks)
    starts = [np.cumsum([0, *sizes]).tolist() for sizes in x.chunks]
    spans: list[list[Any]] = [[None] * len(sizes) for sizes in x.chunks]
    chunks = list(x.chunks)
    for axis in asked.axes:
        i = axis.number
        every = [asked.span(axis, *ends) for ends in itertools.pairwise(starts[i])]
        spans[i] = [span for span in every if span.windows]
        chunks[i] = tuple([span.windows for span in spans[i]])
    token = tokenize(asked.name, asked.alike, asked.axes, asked.min_count, asked.relative,
                     asked.default, asked.dtype, x.name, getattr(where, "name", None))  # fmt: skip
    name = f"{asked.name}-{token}"
    tasks: dict[Any, Any] = {}
    into = [np.cumsum([0, *sizes]).tolist() for sizes in chunks]
    moves = [axis.number for axis in asked.axes]
    for block in itertools.product(*[range(len(sizes)) for sizes in chunks]):
        along = [
            _pieces(starts[i], spans[i][at]) if i in moves else [(at, None)]
            for i, at in enumerate(block)
        ]
        grid = tuple(map(len, along))
        pieces = [_piece(tasks, x.name, token, places) for places in itertools.product(*along)]
        masks = None
        if where is not None:
            masks = [
                _piece(tasks, where.name, token, places) for places in itertools.product(*along)
            ]
        ask = functools.partial(
            _of_block,
            asked=asked,
            grid=grid,
            spans=[spans[i][block[i]] for i in moves],
            corner=[into[i][at] for i, at in enumerate(block)],
        )
        tasks[(name, *block)] = (ask, pieces, masks)
    return _arrays(asked, x, name, tasks, tuple(chunks), [x] if where is None else [x, where])


def merged(sizes: Sequence[int], window: int) -> tuple[int, ...]:
    """Return chunk sizes, as few as possible merged, none of which is shorter than a window."""
    made: list[int] = []
    for size in sizes:
        if made and (made[-1] < window or not size):
            made[-1] += size
        else:
            made.append(size)
    if len(made) > 1 and made[-1] < window:
        made[-2:] = [sum(made[-2:])]
    return tuple(made)


def _pieces(starts: Sequence[int], span: Span) -> list[tuple[int, slice | None]]:
    """Return the chunks along an axis that windows cover, and which part of each, None for all."""
    found: list[tuple[int, slice | None]] = []
    for i, (start, stop) in enumerate(itertools.pairwise(starts)):
        one, other = max(start, span.start), min(stop, span.stop)
        if one < other:
            whole = (one, other) == (start, stop)
            found.append((i, None if whole else slice(one - start, other - start)))
    return found


def _piece(
    tasks: dict[Any, Any], name: str, token: str, places: Sequence[tuple[int, slice | None]]
) -> Any:
    """Return the key of a chunk, or of a part of one, whose task is added."""
    key = (name, *[i for i, _ in places])
    if all(part is None for _, part in places):
        return key
    parts = tuple([slice(None) if part is None else part for _, part in places])
    ends = [-1 if end is None else end for part in parts for end in (part.start, part.stop)]
    of_part = (f"{name}-part-{token}", *key[1:], *ends)
    tasks[of_part] = (operator.getitem, key, parts)
    return of_part


def _running(asked: Asked, x: Any, where: Any) -> Any:
    """Return running answers."""
    from dask.base import tokenize

    axis = asked.axes[0].number
    starts = [np.cumsum([0, *sizes]).tolist() for sizes in x.chunks]
    token = tokenize(asked.name, asked.alike, asked.default, asked.dtype, axis, x.name,
                     getattr(where, "name", None))  # fmt: skip
    name, of_chunk, so_far = (f"{asked.name}-{what}{token}" for what in ("", "best-", "so-far-"))
    tasks: dict[Any, Any] = {}
    for block in itertools.product(*map(range, x.numblocks)):
        mask = None if where is None else (where.name, *block)
        corner = [starts[i][at] for i, at in enumerate(block)]
        before = None
        if block[axis]:
            previous = (*block[:axis], block[axis] - 1, *block[axis + 1 :])
            before = (so_far, *previous)
        of_whole = functools.partial(_running_block, asked=asked, corner=corner)
        tasks[(name, *block)] = (of_whole, (x.name, *block), mask, before)
        if block[axis] == x.numblocks[axis] - 1:
            continue  # nothing is behind it
        best = functools.partial(_best_of_chunk, asked=asked, start=corner[axis])
        tasks[(of_chunk, *block)] = (best, (x.name, *block), mask)
        merge = functools.partial(_better, asked=asked)
        tasks[(so_far, *block)] = (merge, before, (of_chunk, *block))
    return _arrays(asked, x, name, tasks, x.chunks, [x] if where is None else [x, where])


def _arrays(
    asked: Asked, x: Any, name: str, tasks: dict[Any, Any], chunks: Any, sources: list[Any]
) -> Any:
    """Return the Dask array, or the two, that tasks make."""
    from dask.array import Array
    from dask.highlevelgraph import HighLevelGraph

    def array(name: str, tasks: dict[Any, Any], dtype: Any, sources: list[Any]) -> Any:
        graph = HighLevelGraph.from_collections(name, tasks, dependencies=sources)
        return Array(graph, name, chunks, meta=np.empty((0,) * len(chunks), dtype))

    if not isinstance(asked.nothing, FindResult):
        return array(name, tasks, asked.dtype, sources)
    both = array(name, tasks, object, sources)
    blocks = list(itertools.product(*[range(len(sizes)) for sizes in chunks]))
    parts = []
    for number, dtype in enumerate((x.dtype, asked.dtype)):
        one = f"{asked.name}-{number}-{name}"
        picks = {(one, *b): (operator.getitem, (name, *b), number) for b in blocks}
        parts.append(array(one, picks, dtype, [both]))
    return FindResult(*parts)


# --- what tasks do: the scheduler gives each one thread ------------------------------------------


def _of_block(
    pieces: list[Any],
    masks: list[Any] | None,
    *,
    asked: Asked,
    grid: tuple[int, ...],
    spans: Sequence[Span],
    corner: Sequence[int],
) -> Any:
    """Return the answers of the windows that stand in a chunk."""
    read = [
        _partial.read(piece, True if masks is None else masks[i]) for i, piece in enumerate(pieces)
    ]
    values = _side_by_side([one for one, _ in read], grid)
    where = None
    if any(mask is not None for _, mask in read):
        every = [np.broadcast_to(np.True_ if m is None else m, v.shape) for v, m in read]
        where = _side_by_side(every, grid)
    with threads(1):
        return asked.of_block(values, where, spans, corner)


def _side_by_side(pieces: list[Any], grid: tuple[int, ...]) -> Any:
    """Return the pieces of a grid as one array, of their dtype and in its byte order."""
    dtype = pieces[0].dtype
    for axis in reversed(range(len(grid))):
        n = grid[axis]
        if n > 1:
            pieces = [
                np.concatenate(pieces[i : i + n], axis, dtype=dtype)
                for i in range(0, len(pieces), n)
            ]
    return pieces[0]


def _running_block(
    chunk: Any, mask: Any, before: Best | None, *, asked: Asked, corner: Sequence[int]
) -> Any:
    """Return the running answers in a chunk, after the best of all before it."""
    values, where = _partial.read(chunk, True if mask is None else mask)
    if values.size == 0:
        return np.empty(values.shape, asked.dtype)
    with threads(1):
        return running(asked, values, where, before, corner[asked.axes[0].number], corner)[0]


def _best_of_chunk(chunk: Any, mask: Any, *, asked: Asked, start: int) -> Best:
    """Return the best of each line of a chunk."""
    values, where = _partial.read(chunk, True if mask is None else mask)
    best = _best(asked, values, where)
    return Best(best.values, np.where(best.indices < 0, -1, best.indices + start))


def _better(before: Best | None, this: Best, *, asked: Asked) -> Best:
    """Return the best up to the end of a chunk."""
    if before is None:
        return this
    axis = asked.axes[0].number
    values = np.concatenate([before.values, this.values], axis, dtype=this.values.dtype)
    indices = np.concatenate([before.indices, this.indices], axis)
    best = _best(asked, values, indices >= 0)
    at = np.take_along_axis(indices, np.maximum(best.indices, 0), axis)
    return Best(best.values, np.where(best.indices < 0, -1, at))


def _best(asked: Asked, values: Any, where: Any) -> Best:
    """Return the best along the axis. A NaN that is an error is one where it is answered."""
    axis = asked.axes[0].number
    words = {**asked.alike, "default": -1}
    if words.get("nan_policy") == "raise":
        words["nan_policy"] = "propagate"
    if where is not None:
        words["where"] = where
    argbest: Any = _core.argmin if asked.name.endswith("min") else _core.argmax
    with threads(1):
        found = argbest(values, axis, keepdims=True, **words)
    if values.shape[axis] == 0:
        shape = found.shape
        return Best(np.zeros(shape, values.dtype), found)
    return Best(np.take_along_axis(values, np.maximum(found, 0), axis), found)
