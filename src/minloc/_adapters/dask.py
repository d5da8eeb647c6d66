"""Dask's arrays: one task a chunk, a tree of merges, and an answer for each block of the kept axes.

A blockwise layer asks every chunk, in the task that makes the chunk; a tree merges and finishes;
and a last layer takes the answers of functions with several results apart. Errors in the call
itself are raised while the graph is built, which computes no chunk.

Chunks after chunks of unknown size have no known offset: see `minloc._partial.virtual`.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from minloc import _core
from minloc._adapters import dask_windows
from minloc._adapters.call import Call
from minloc._adapters.dask_tasks import ROOM, part
from minloc._adapters.dask_tree import SPLIT_EVERY, tree
from minloc._masks import boolean, check_boolean
from minloc._partial import Question, cast, check_target, laid_out, question, with_num_groups
from minloc._partial.finish import answer_to_nothing, check_index
from minloc._results import ArgMinMax, FindResult, TopK

#: The functions that take an `out`.
_WITH_OUT = ("argmin", "argmax", "nanargmin", "nanargmax")


def knows(a: object) -> bool:
    """Whether `a` is an array of Dask's."""
    array = sys.modules.get("dask.array")
    cls = getattr(array, "Array", None)
    return cls is not None and isinstance(a, cls)


def answer(call: Call) -> Any:
    """Return the answer to a call as one or more Dask arrays, none of which is computed yet."""
    name, x, keywords = call.name, call.a, dict(call.keywords)
    _check_planned(name, x)
    out, where = keywords.pop("out", None), keywords.pop("where", True)
    by, target = keywords.pop("by", None), keywords.pop("distance_to", None)
    if by is not None and not knows(by):
        by = np.asarray(by)
    asked = question(name, x.ndim, with_num_groups(by, keywords))
    _check_array(asked, x)
    beside = {
        "where": _mask(where, x),
        "by": None if by is None else _in_chunks_of(x, "by", laid_out(by, asked, x.shape)),
        "distance_to": _target(asked, target, x),
    }
    results = _answers(asked, _parts(asked, x, beside), x)
    return _into(out, name, results) if out is not None else results


def windows(call: Call) -> Any:
    """Return the answer to a call about windows, as `answer` does."""
    name, x, keywords = call.name, call.a, dict(call.keywords)
    _check_planned(name, x)
    where = keywords.pop("where", True)
    return dask_windows.answer(name, x, keywords, _mask(where, x))


def _check_planned(name: str, x: Any) -> None:
    """Raise TypeError if an array is one of Dask's query planning."""
    if not isinstance(x, sys.modules["dask.array.core"].Array):
        raise TypeError(
            f"{name}() does not support the experimental arrays of Dask's query planning; make "
            f"them with Dask's setting array.query-planning off"
        )


def _check_array(asked: Question, x: Any) -> None:
    """Raise what the function would, as far as dtype and shape tell."""
    _core.check_array(np.empty((0,) * x.ndim, x.dtype), None)
    if any(math.isnan(n) for n in x.shape):
        lengths = [x.shape[i] for i in asked.axes]
        if not any(math.isnan(n) for n in lengths) and math.prod(lengths):
            check_index(asked, x.shape)
        return
    if 0 in x.shape:
        groups = () if asked.num_groups is None else (asked.num_groups,)
        answer_to_nothing(asked, (*x.shape, *groups), x.dtype)
        return
    check_index(asked, x.shape)
    if asked.k > math.prod([x.shape[i] for i in asked.axes]):  # fewer elements than k: few
        few = tuple(n if i in asked.axes else 1 for i, n in enumerate(x.shape))
        asked.ask(np.zeros(few, x.dtype))


def _mask(where: Any, x: Any) -> Any:
    """Return `where` as a Dask array in the chunks of `x`, or None if it is just True."""
    if where is True:
        return None
    mask = where if knows(where) else boolean(where)
    check_boolean(mask)
    return _in_chunks_of(x, "where", mask)


def _target(asked: Question, given: Any, x: Any) -> Any:
    """Return what distances are from: a plain array without axes, or a Dask array; or None."""
    target = given if knows(given) else cast(given, x.dtype)
    if target is None or (target.ndim == 0 and target is not given):
        return target
    check_target(asked, target.shape, x.shape)
    return _in_chunks_of(x, "distance_to", target)


def _in_chunks_of(x: Any, name: str, array: Any) -> Any:
    """Return an argument that broadcasts to `x` as a Dask array in the chunks of `x`."""
    import dask.array as da

    if not knows(array):
        # With "auto", Dask divides by zero for an array without elements.
        array = da.from_array(array, chunks="auto" if array.size else -1)
    chunks: dict[int, tuple[int, ...]] = {}
    apart = x.ndim - array.ndim
    for axis, n in enumerate(array.shape):
        size = x.shape[axis + apart] if apart >= 0 else n
        if apart < 0 or (n not in (1, size) and not math.isnan(n) and not math.isnan(size)):
            raise ValueError(
                f"{name} of shape {array.shape} cannot be broadcast to the shape {x.shape} of a"
            )
        if n == 1:
            chunks[axis] = (1,)  # one chunk, which goes to every chunk of `x`
        elif n == size:
            chunks[axis] = x.chunks[axis + apart]
        elif array.numblocks[axis] != x.numblocks[axis + apart]:
            raise ValueError(
                f"{name} has {array.numblocks[axis]} chunks along axis {axis + apart}, where a has "
                f"{x.numblocks[axis + apart]} and not all sizes are known; make it in the chunks "
                f"of a, or call compute_chunk_sizes() of a first"
            )
    if array.size == 0:  # Dask's rechunk leaves some arrays without elements in their old chunks
        whole = [chunks.get(axis, sizes) for axis, sizes in enumerate(array.chunks)]
        return da.zeros(array.shape, dtype=array.dtype, chunks=whole)
    return array.rechunk(chunks) if chunks else array


def _parts(asked: Question, x: Any, beside: dict[str, Any]) -> Any:
    """Return a Dask array whose chunks are the parts of those of `x`."""
    import dask.array as da
    from dask.layers import ArraySliceDep

    axes = tuple(range(x.ndim))
    unknown = [i for i, sizes in enumerate(x.chunks) if any(math.isnan(n) for n in sizes)]
    virtual = tuple(i for i in unknown if i in asked.axes)
    arrays: list[Any] = [x, axes]
    arrays += [ArraySliceDep(_countable(x.chunks)), axes] if x.ndim else [(), None]
    in_chunks = {name: array for name, array in beside.items() if knows(array)}
    for array in in_chunks.values():
        arrays += [array, axes[x.ndim - array.ndim :]]
    # In a `partial`, because Dask searches the arguments of a layer for keys, in every task.
    ask = functools.partial(
        part,
        question=asked,
        lengths=tuple(
            None if i in asked.kept or i in virtual else n for i, n in enumerate(x.shape)
        ),
        virtual=virtual,
        names=tuple(in_chunks),
        target=None if "distance_to" in in_chunks else beside["distance_to"],
    )
    return da.blockwise(
        ask,
        axes,
        *arrays,
        token=f"{asked.name}-part",
        dtype=object,
        meta=np.empty((0,) * x.ndim, object),
        align_arrays=False,
    )


def _answers(asked: Question, parts: Any, x: Any) -> Any:
    """Return what the function returns, with Dask arrays for arrays."""
    import dask
    from dask.array import Array
    from dask.base import tokenize
    from dask.highlevelgraph import HighLevelGraph

    split_every = max(dask.config.get("split_every", None) or SPLIT_EVERY, 2)
    token = tokenize(parts.name, split_every)
    names = f"{asked.name}-merge-{token}", f"{asked.name}-{token}"
    starts = [
        np.cumsum([0, *sizes]).tolist() for sizes in _countable([x.chunks[i] for i in asked.kept])
    ]

    def places(block: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(along[i] for along, i in zip(starts, block, strict=True))

    tasks = tree(parts.name, x.numblocks, asked.axes, asked.kept, places, names, split_every)
    axes, room = _result_axes(asked)
    chunks = tuple((room[i],) if i in room else x.chunks[i] for i in axes)

    def array(tasks: dict[Any, Any], name: str, dtype: np.dtype[Any], source: Any) -> Any:
        graph = HighLevelGraph.from_collections(name, tasks, dependencies=[source])
        return Array(graph, name, chunks, meta=np.empty((0,) * len(axes), dtype))

    def key(name: str, block: tuple[int, ...]) -> tuple[Any, ...]:
        index = dict(zip(asked.kept, block, strict=True))
        return (name, *[0 if i in room else index[i] for i in axes])

    dtypes = _dtypes(asked, x)
    blocks = list(itertools.product(*[range(x.numblocks[i]) for i in asked.kept]))
    if asked.name in _WITH_OUT:
        if room:
            tasks |= {key(names[1], block): tasks.pop((names[1], *block)) for block in blocks}
        return array(tasks, names[1], dtypes[0], parts)
    all_answers = Array(
        HighLevelGraph.from_collections(names[1], tasks, dependencies=[parts]),
        names[1],
        tuple(x.chunks[i] for i in asked.kept),
        meta=np.empty((0,) * len(asked.kept), object),
    )
    several = []
    for number, dtype in enumerate(dtypes):
        name = f"{asked.name}-{number}-{token}"
        picks = {key(name, b): (operator.getitem, (names[1], *b), number) for b in blocks}
        several.append(array(picks, name, dtype, all_answers))
    if asked.name == "top_k":
        return TopK(*several)
    if asked.name == "argminmax":
        return ArgMinMax(*several)
    return FindResult(*several) if asked.name.startswith("find") else tuple(several)


def _result_axes(asked: Question) -> tuple[tuple[int, ...], dict[int, int]]:
    """Return the axes of the result, and the lengths of those that do not come from the array."""
    axes, room = list(asked.in_result), dict.fromkeys(asked.axes, 1)
    if asked.num_groups is not None:
        room[asked.ndim] = asked.num_groups
    if asked.name == "top_k":
        ranks = asked.ndim + 1
        room[ranks] = asked.k
        axes.insert(len(axes) if asked.rank_axis < 0 else asked.rank_axis, ranks)
    return tuple(axes), {i: n for i, n in room.items() if i in axes}


def _dtypes(asked: Question, x: Any) -> list[np.dtype[Any]]:
    """Return the dtype of each array that the function gives."""
    if asked.name in ("minloc", "maxloc"):
        return [asked.dtype] * len(asked.axes)
    if asked.name == "argminmax":
        return [asked.dtype] * 2
    return [asked.dtype] if asked.name in _WITH_OUT else [x.dtype, asked.dtype]


def _countable(chunks: Sequence[tuple[Any, ...]]) -> tuple[tuple[int, ...], ...]:
    """Return chunk sizes that offsets count: virtual ones along axes with unknown sizes."""
    return tuple(
        (ROOM,) * len(sizes) if any(math.isnan(n) for n in sizes) else sizes for sizes in chunks
    )


def _into(out: Any, name: str, result: Any) -> Any:
    """Make `out`, a Dask array, the result, as Dask's reductions do."""
    from dask.array.core import handle_out

    if not knows(out):
        raise TypeError(
            f"{name}() of a Dask array computes nothing yet, so out must be a Dask array, which "
            f"becomes the answer, got {type(out).__name__}"
        )
    return handle_out(out, result)
