"""The questions: what of minloc is called for each, with which words, and what is right.

A *plain* question is NumPy's own. The others have words or give more than an index; they are held
against ``argmin`` of the same array, too, to see what the words cost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks import groups
from benchmarks.distances import distances, value
from benchmarks.fills import Array
from benchmarks.windows import LENGTHS, moving, running

K = 10  # of top_k

Answer = tuple[Any, ...]


def best(a: Array, axis: int | None, *, largest: bool = False, last: bool = False) -> Array:
    """Return the index of the first, or last, of the elements that are best; NaN wins.

    It is the rule of `minloc.reference`, in whole-array operations.
    """
    lanes = np.ascontiguousarray(a.reshape(-1) if axis is None else np.moveaxis(a, axis, -1))
    hit = lanes == (lanes.max if largest else lanes.min)(axis=-1, keepdims=True)
    hit |= lanes != lanes
    if last:
        return np.asarray(lanes.shape[-1] - 1 - hit[..., ::-1].argmax(axis=-1))
    return np.asarray(hit.argmax(axis=-1))


def best_number(a: Array, axis: int | None) -> Array:
    """Return the index of the first of the smallest elements that are not NaN."""
    lanes = np.ascontiguousarray(a.reshape(-1) if axis is None else np.moveaxis(a, axis, -1))
    return np.asarray((lanes == np.fmin.reduce(lanes, axis=-1, keepdims=True)).argmax(axis=-1))


def chosen(a: Array) -> Array:
    """Return a mask that leaves two elements in three, in no regular order."""
    place = np.arange(a.size, dtype=np.uint64).reshape(a.shape)
    return np.asarray((place * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)) % 3 > 0


def _best_chosen(a: Array, axis: int | None) -> Array:
    worst = np.iinfo(a.dtype).max if a.dtype.kind in "iu" else np.inf
    mask = chosen(a)
    filled = np.where(mask, a, np.asarray(worst, a.dtype))
    lanes, masks = (
        x.reshape(-1) if axis is None else np.moveaxis(x, axis, -1) for x in (filled, mask)
    )
    hit = (lanes == lanes.min(axis=-1, keepdims=True)) & masks
    return np.where(masks.any(axis=-1), hit.argmax(axis=-1), -1)


def value_at(a: Array, axis: int | None, index: Array) -> Array:
    """Return the elements at indices."""
    if axis is None:
        return np.asarray(a.reshape(-1)[index])
    return np.take_along_axis(a, np.expand_dims(index, axis), axis).squeeze(axis)


def _find(a: Array, axis: int | None) -> Answer:
    index = best(a, axis)
    return index, value_at(a, axis, index)


def _coordinates(a: Array, axis: int | None) -> Answer:
    index = best(a, axis)
    return np.unravel_index(index, a.shape) if axis is None else (index,)


def _top(a: Array, axis: int | None) -> Answer:
    return (np.argsort(a, axis=axis, kind="stable").take(range(K), 0 if axis is None else axis),)


def _windows(window: int) -> Callable[[Array, int | None], Answer]:
    return lambda a, axis: (moving(a, axis, window),)


@dataclass(frozen=True)
class Question:
    """What is asked of minloc.

    Attributes
    ----------
    function : str
        What of minloc answers.
    expected : callable
        The parts of the right answer, for an array and an axis.
    words : dict
        The keywords of the call.
    beside : callable
        Further keywords, for an array and an axis.
    parts : callable
        The parts of an answer of minloc's, in the same order.
    plain : bool
        Whether it is NumPy's own.
    """

    function: str
    expected: Callable[[Array, int | None], Answer]
    words: tuple[tuple[str, Any], ...] = ()
    beside: Callable[[Array, int | None], dict[str, Any]] = lambda a, axis: {}
    parts: Callable[[Any], Answer] = lambda answer: (answer,)
    plain: bool = False

    def words_for(self, a: Array, axis: int | None) -> dict[str, Any]:
        """Return the keywords of a call about an array, but for the axis."""
        return {**dict(self.words), **self.beside(a, axis)}


def _by(count: int, in_runs: bool = False) -> Question:
    return Question(
        "argmin",
        partial(groups.best_of_groups, count, in_runs),
        beside=partial(groups.words, count, in_runs),
    )


#: Questions about groups, of so many, with labels in any order and in runs.
GROUPED = {
    **{f"argmin by {count}": _by(count) for count in (10, 12, 1_000, 100_000, 1_000_000)},
    "argmin by 1000 in runs": _by(1_000, in_runs=True),
}
NEAR = {
    "argmin near": Question(
        "argmin",
        lambda a, axis: (best(distances(a), axis),),
        beside=lambda a, axis: {"distance_to": value(a)},
    )
}

QUESTIONS = {
    "argmin": Question("argmin", lambda a, axis: (best(a, axis),), plain=True),
    "nanargmin": Question("nanargmin", lambda a, axis: (best_number(a, axis),), plain=True),
    "argmin omit": Question(
        "argmin", lambda a, axis: (best_number(a, axis),), words=(("nan_policy", "omit"),)
    ),
    "argmin where": Question(
        "argmin",
        lambda a, axis: (_best_chosen(a, axis),),
        words=(("default", -1),),  # of three elements the mask may leave none
        beside=lambda a, axis: {"where": chosen(a)},
    ),
    "argmin last": Question(
        "argmin", lambda a, axis: (best(a, axis, last=True),), words=(("ties", "last"),)
    ),
    "findmin": Question("findmin", _find, parts=lambda answer: (answer.indices, answer.values)),
    "argminmax": Question(
        "argminmax",
        lambda a, axis: (best(a, axis), best(a, axis, largest=True)),
        parts=tuple,
    ),
    "minloc": Question("minloc", _coordinates, parts=tuple),
    "top_k": Question(
        "top_k", _top, words=(("mode", "smallest"),), parts=lambda answer: (answer.indices,)
    ),
    **{
        f"moving_argmin {window}": Question(
            "moving_argmin", _windows(window), words=(("window", window),)
        )
        for window in LENGTHS
    },
    "running_argmin": Question("running_argmin", lambda a, axis: (running(a, axis),)),
    **GROUPED,
    **NEAR,
}
