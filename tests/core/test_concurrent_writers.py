"""Another process may write to an array while it is asked: whatever index comes back exists.

A file is mapped by two processes. One of them writes two contents in turn, which differ in most of
their numbers, and one of which is half NaN; the other asks for the array in every way. A third of
the elements are steady: they never change, and are numbers, so every slice always has a candidate.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from support.writers import (
    COLUMNS,
    ROWS,
    SIZE,
    STEADY,
    Processes,
    contents,
    mapped,
    rounds_of,
    while_writing,
)

#: A dtype for each kind of key that the kernels have.
DTYPES: dict[str, Any] = {
    name: np.dtype(name) for name in ("f2", "f4", "f8", "g", "F", "D", "M8[s]", "?", "u1", "i4")
}
DTYPES["bfloat16"] = np.dtype(ml_dtypes.bfloat16)
DTYPES["swapped"] = np.dtype(">f4")

SECONDS = 0.6

#: Views of a run of elements, with the axis that is asked.
LAYOUTS: dict[str, tuple[Callable[[Any], Any], int | tuple[int, ...] | None]] = {
    "a slice": (lambda a: a, None),
    "a short slice": (lambda a: a[:13], None),
    "a slice that runs down": (lambda a: a[::-1], None),
    "every second element": (lambda a: a[::2], None),
    "every fifth element, down": (lambda a: a[::-5], None),
    "slices": (lambda a: a.reshape(ROWS, COLUMNS), 1),
    "short slices": (lambda a: a.reshape(-1, 9), 1),
    "slices of three": (lambda a: a.reshape(-1, 3), 1),
    "columns": (lambda a: a.reshape(ROWS, COLUMNS), 0),
    "columns that run down": (lambda a: a.reshape(ROWS, COLUMNS)[::-1], 0),
    "few columns": (lambda a: a.reshape(ROWS, COLUMNS)[:, :5], 0),
    "columns apart": (lambda a: a.reshape(ROWS, COLUMNS)[:, ::7], 0),
    "two axes": (lambda a: a.reshape(20, 27, 11), (0, 2)),
    "another order than memory's": (lambda a: a.reshape(ROWS, COLUMNS).T, None),
}


def top_k(a: NDArray[Any], k: int, **words: Any) -> Any:
    """Ask for the k best, with k a keyword."""
    return minloc.top_k(a, k, **words)


def partial(a: NDArray[Any], where: Any = None, **words: Any) -> Any:
    """Ask by way of a partial answer."""
    return minloc.Partial.of(minloc.argmin, a, where=where, **words).finish()


#: What is asked: a function, and keywords.
QUESTIONS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (minloc.argmin, {}),
    (minloc.argmax, {}),
    (minloc.argmin, {"ties": "last"}),
    (minloc.argmax, {"nan_policy": "raise"}),
    (minloc.nanargmin, {}),
    (minloc.nanargmax, {"ties": "last"}),
    (minloc.findmin, {}),
    (minloc.findmax, {"nan_policy": "omit"}),
    (minloc.argminmax, {}),
    (minloc.argminmax, {"nan_policy": "omit"}),
    (minloc.maxloc, {"nan_policy": "omit"}),
    (partial, {}),
    (partial, {"nan_policy": "omit"}),
    (top_k, {"k": 3}),
    (top_k, {"k": 3, "mode": "smallest"}),
    (top_k, {"k": 1, "nan_policy": "omit"}),
    (top_k, {"k": 3, "nan_policy": "raise"}),
]


def masks_of(view: Callable[[Any], Any], axis: Any) -> Iterator[NDArray[np.bool] | None]:
    """Yield masks in several orders; each leaves all steady elements and some others."""
    yield None
    mask = view(STEADY | (np.arange(SIZE) % 7 < 4))
    yield mask
    yield np.ascontiguousarray(mask.T).T
    yield np.ascontiguousarray(mask)
    if mask.ndim == 2:
        one = np.arange(mask.shape[1 if axis == 1 else 0]) % 7 < 4
        yield one if axis == 1 else one[:, np.newaxis]


def ask(view: NDArray[Any], axis: Any, mask: Any) -> None:
    """Ask everything about a view, and assert that the answers are possible.

    Indices are of elements, and of those that the mask leaves, and those of ranks differ.
    """
    axes = tuple(range(view.ndim)) if axis is None else tuple(np.atleast_1d(axis).tolist())
    lengths = [view.shape[i] for i in axes]
    chosen = np.ones(view.shape, bool) if mask is None else np.broadcast_to(mask, view.shape)
    slices = np.moveaxis(chosen, axes, range(-len(axes), 0))
    slices = slices.reshape(*slices.shape[: view.ndim - len(axes)], -1)
    most = int(slices.sum(-1).min())
    where = {} if mask is None else {"where": mask}
    for function, words in QUESTIONS:
        given = {**words, "k": min(words["k"], most)} if "k" in words else words
        try:
            answer = function(view, axis=axis, **where, **given)
        except ValueError as error:
            if words.get("nan_policy") == "raise" and "met a NaN" in str(error):
                continue
            raise
        if function is top_k:
            answers = [np.moveaxis(answer.indices, axis if isinstance(axis, int) else -1, -1)]
        elif function is minloc.maxloc:
            answers = [np.ravel_multi_index(answer, lengths)[..., np.newaxis]]
        else:
            both = answer if isinstance(answer, tuple) else (answer,)
            answers = [x[..., np.newaxis] for x in both if np.asarray(x).dtype == np.intp]
        for index in answers:
            assert index.min() >= 0
            assert index.max() < slices.shape[-1]
            assert np.take_along_axis(slices, index, -1).all()
            assert (np.diff(np.sort(index, -1)) > 0).all()


def read(path: str, dtype: np.dtype[Any], seconds: float) -> int:
    """Ask about the array while it changes; return how often."""
    a = mapped(path, dtype)
    rounds = 0
    for _ in rounds_of(seconds):
        rounds += 1
        for layout, axis in LAYOUTS.values():
            for mask in masks_of(layout, axis):
                ask(layout(a), axis, mask)
    return rounds


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_index_exists_while_another_process_writes(
    dtype: str, processes: Processes, tmp_path: Path
) -> None:
    """No crash, no -1, no masked element and no error, in any layout, while elements change."""
    path, (one, other) = tmp_path / "shared", contents(DTYPES[dtype])
    assert while_writing(processes, path, one, other, read, str(path), one.dtype, SECONDS) > 0
