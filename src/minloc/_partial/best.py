"""The best of a chunk, and the best of several candidates, for all dtypes and functions.

Of most dtypes the core keeps and merges one candidate for each slice. Of dtypes with a comparison
of their own, and of the k of `top_k`, candidates are laid side by side, and the core is asked for
the best among them. A slice without a candidate is not an error here: another chunk may have one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from minloc import _core
from minloc._partial import indexed
from minloc._partial.beside import Beside
from minloc._partial.candidates import Candidates, unravelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.question import Question
    from minloc._partial.regions import Region

#: Indices over the reduced axes, 0 where nothing is found; elements; and which are found, None if
#: all are. All of the shape (slices, m).
_Best: TypeAlias = "tuple[NDArray[np.intp], NDArray[Any], NDArray[np.bool] | None]"


def of_chunk(
    question: Question, chunk: NDArray[Any], beside: Beside, start: Sequence[int]
) -> list[Candidates]:
    """Return the candidates of a chunk that has elements, for each end asked about.

    Parameters
    ----------
    question : Question
        What is asked.
    chunk : ndarray
        What it is asked of.
    beside : Beside
        The chunk's own mask, labels, and what distances are from.
    start : sequence of int
        Where the chunk begins in the whole array, along each axis.

    Returns
    -------
    list of Candidates
        One for each end. They share no memory with the chunk.
    """
    axes, small = question.axes, question.name != "top_k" and _core.has_kernels(chunk.dtype)
    if small and beside.by is None:
        return indexed.of_chunk(question, chunk, beside, start)
    lengths = [chunk.shape[i] for i in axes]
    every: list[Candidates] = []
    for index, values, found in _best(question, question.ends, chunk, axes, beside):
        if small:
            every.append(indexed.of_groups(index, values, found, [start[i] for i in axes], lengths))
            continue
        places = np.empty((len(axes), *index.shape), np.int64)
        for i, coordinate in enumerate(unravelled(index, lengths)):
            np.add(coordinate, start[axes[i]], out=places[i])
        every.append(Candidates(values, places, found))
    return every


def best_of(
    question: Question,
    end: str,
    several: Sequence[Candidates],
    dtype: np.dtype[Any],
    region: Region,
    in_order: bool,
    target: NDArray[Any] | None = None,
) -> Candidates:
    """Return the best among several candidates of the same slices.

    Parameters
    ----------
    question : Question
        What is asked.
    end : {"min", "max"}
        Of which end.
    several : sequence of Candidates
        They have the same slices.
    dtype : dtype
        Of the result.
    region : Region
        The part of the reduced axes in which all of them lie.
    in_order : bool
        Whether all places of each come before all places of the next.
    target : ndarray or None
        What distances are from, one value or one for each slice; None if elements are compared.

    Returns
    -------
    Candidates
        Up to `k` of each slice.
    """
    if len(several) == 1 and several[0].values.dtype == dtype:
        return several[0]
    if question.name != "top_k" and _core.has_kernels(dtype):
        merged = indexed.merge(question, end, several, dtype, region, in_order, target)
        if merged is not None:
            return merged
    found = None
    if any(one.found is not None for one in several):
        found = np.concatenate(
            [
                np.ones(one.values.shape, bool) if one.found is None else one.found
                for one in several
            ],
            axis=1,
        )
    every = Candidates(
        np.concatenate([one.values for one in several], axis=1, dtype=dtype),
        np.concatenate([one.places for one in several], axis=2),
        found,
    )
    if not in_order and len(every.places):
        every = every.take(np.lexsort(every.places[::-1], axis=-1))
    if every.values.shape[1] <= max(question.k, 1):
        return every
    if target is not None and target.ndim:
        target = target.reshape(-1, 1)
    beside = Beside(every.found, distance_to=target)
    [(columns, values, found)] = _best(question, (end,), every.values, (1,), beside)
    return Candidates(
        values, every.places[:, np.arange(len(columns))[:, np.newaxis], columns], found
    )


def _best(
    question: Question,
    ends: tuple[str, ...],
    a: NDArray[Any],
    axes: tuple[int, ...],
    beside: Beside,
) -> list[_Best]:
    """Return the best of each slice of an array that has elements, for each end.

    Parameters
    ----------
    question : Question
        What is asked.
    ends : tuple of {"min", "max"}
        The ends that are looked at.
    a : ndarray
        A chunk, or candidates side by side.
    axes : tuple of int
        The reduced axes of it.
    beside : Beside
        What lies beside its elements.

    Returns
    -------
    list of _Best
        One for each end.
    """
    policy = "omit" if question.policy == "omit" else "propagate"
    keywords = beside.keywords(question)
    along: Any = axes
    if beside.by is not None and question.group_axis >= 0:  # where groups are to be, too
        [along] = axes
    if question.name == "top_k":
        mode = "largest" if ends == ("max",) else "smallest"
        top = _core.up_to_k(a, question.k, axis=along, mode=mode, nan_policy=policy, **keywords)
        values, index = top
        if along is not axes:  # the ranks follow the groups; otherwise they are last
            values, index = (np.moveaxis(x, question.rank_axis, -1) for x in top)
        shape = math.prod(values.shape[:-1]), values.shape[-1]
        values, index = values.reshape(shape), index.reshape(shape)
        if beside.where is None and beside.by is None and not indexed.omits(question, a.dtype):
            return [(index, values, None)]
        return [(np.maximum(index, 0), values, index >= 0)]
    name = indexed.function_of(ends)
    best = [
        (index.reshape(-1, 1), values.reshape(-1, 1), None if found is None else found[:, None])
        for index, values, found in _core.best(
            name, a, along, nan_policy=policy, ties=question.ties, **keywords
        )
    ]
    if any(indexed.has_changed(question, values, found) for _, values, found in best):
        return _best(question, ends, a.copy(), axes, beside)
    return best
