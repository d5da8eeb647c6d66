"""The best of a chunk, and the best of several candidates, for all dtypes and functions.

Of most dtypes the core keeps and merges one candidate a slice itself. Of those that bring their own
comparison, and of the k of `top_k`, candidates are laid side by side and the core is asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._candidates import Candidates
from minloc._choose import choose, choose_both, unravelled
from minloc._indexed import merge, part_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._boxes import Box
    from minloc._question import Question


def of_chunk(
    question: Question, chunk: NDArray[Any], where: Any, start: Sequence[int]
) -> list[Candidates]:
    """Return the candidates of a chunk that has elements, for each end asked about.

    Parameters
    ----------
    question : Question
        What is asked.
    chunk : ndarray
        What it is asked of.
    where : array_like of bool or None
        Which elements are candidates; None for all.
    start : sequence of int
        Where the chunk begins in the whole array, along each axis.

    Returns
    -------
    list of Candidates
        One for each end. They share no memory with the chunk.
    """
    if question.name != "top_k" and _core.has_kernels(chunk.dtype):
        return part_of(question, chunk, where, start)
    axes = question.axes
    if chunk.ndim == 0:
        chunk = chunk.reshape(1)
    if len(question.ends) == 2:
        answers = choose_both(question, chunk, where)
    else:
        answers = [choose(question, question.ends[0], chunk, axes, where)]
    lengths = [chunk.shape[i] for i in axes]
    every = []
    for index, values, found in answers:
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
    box: Box,
    in_order: bool,
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
    box : Box
        The part of the reduced axes in which all of them lie.
    in_order : bool
        Whether all places of each come before all places of the next.

    Returns
    -------
    Candidates
        Up to `k` of each slice.
    """
    if len(several) == 1 and several[0].values.dtype == dtype:
        return several[0]
    if question.name != "top_k" and _core.has_kernels(dtype):
        merged = merge(question, end, several, dtype, box, in_order)
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
    columns, values, found = choose(question, end, every.values, (1,), every.found)
    return Candidates(
        values, every.places[:, np.arange(len(columns))[:, np.newaxis], columns], found
    )
