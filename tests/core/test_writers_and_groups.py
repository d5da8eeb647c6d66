"""Another process may write to elements, or to labels, while groups or distances are asked for.

Elements that change are searched by labels that do not, and the other way round. One of three
elements of each group never changes and is a number, so each group always has a candidate. Labels
change between right ones and such as would lie far beyond any table of answers.
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
    Processes,
    contents,
    mapped,
    rounds_of,
    while_writing,
)

#: A dtype for each kind of key and of distance that the kernels have.
DTYPES: dict[str, Any] = {
    name: np.dtype(name) for name in ("f2", "f4", "f8", "D", "M8[s]", "?", "u1", "i4")
}
DTYPES["bfloat16"] = np.dtype(ml_dtypes.bfloat16)
DTYPES["swapped"] = np.dtype(">f4")

SECONDS = 0.4
GROUPS = 7

#: Views of a run of elements, with the axis that is asked.
LAYOUTS: list[tuple[Callable[[Any], Any], int | None]] = [
    (lambda a: a, None),
    (lambda a: a[::-3], None),
    (lambda a: a.reshape(ROWS, COLUMNS), 1),
    (lambda a: a.reshape(ROWS, COLUMNS), 0),
    (lambda a: a.reshape(ROWS, COLUMNS)[:, :5], 0),
    (lambda a: a.reshape(ROWS, COLUMNS).T, None),
]
#: What is asked: a function, and keywords.
QUESTIONS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (minloc.argmin, {}),
    (minloc.argmax, {"ties": "last"}),
    (minloc.argmin, {"nan_policy": "omit"}),
    (minloc.argmax, {"nan_policy": "omit"}),
    (minloc.argminmax, {}),
]


def labels_of(shape: tuple[int, ...], axis: int | None) -> Iterator[NDArray[Any]]:
    """Yield labels in any order, in runs, and of each element; each group has steady elements."""
    rng = np.random.default_rng(1)
    length = shape[axis] if axis is not None else int(np.prod(shape))
    lane = np.arange(length) // 3 % (2 if length < 60 else GROUPS)
    if axis is None:
        yield lane.reshape(shape)
        yield np.sort(lane).reshape(shape)
        yield rng.permutation(lane // 2 * 2).reshape(shape)
    else:
        yield lane
        yield np.sort(lane).astype("i2")
        yield np.moveaxis(np.broadcast_to(lane, (*np.delete(shape, axis), length)), -1, axis)


def indices(answer: Any) -> Iterator[NDArray[np.intp]]:
    """Yield the arrays of indices in an answer."""
    for part in answer if isinstance(answer, tuple) else (answer,):
        if np.asarray(part).dtype == np.intp:
            yield np.asarray(part)


def read(path: str, dtype: np.dtype[Any], seconds: float) -> int:
    """Ask for groups and distances while elements change; return how many rounds."""
    a = mapped(path, dtype)
    value = np.ones((), "i8").astype(dtype)[()]
    rounds = 0
    for _ in rounds_of(seconds):
        rounds += 1
        for layout, axis in LAYOUTS:
            view = layout(a)
            flat = view.ravel() if axis is None else np.moveaxis(view, axis, -1)
            for near in {}, {"distance_to": value}:
                for function, words in QUESTIONS:
                    for index in indices(function(view, axis=axis, **near, **words)):
                        assert index.min() >= 0
                        assert index.max() < flat.shape[-1]
                    for by in labels_of(view.shape, axis):
                        groups = {"by": by, "num_groups": GROUPS, "default": -1}
                        answer = function(view, axis=axis, **groups, **near, **words)
                        lane = by.ravel() if by.ndim == 1 or axis is None else by.take(0, 1 - axis)
                        there = np.bincount(lane, minlength=GROUPS) > 0
                        for index in indices(answer):
                            last = np.moveaxis(index, axis or 0, -1)
                            assert (last[..., ~there] == -1).all()
                            of_groups = np.flatnonzero(there)
                            assert (lane[last[..., there]] == of_groups).all()
    return rounds


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_answer_is_of_its_group_while_elements_change(
    dtype: str, processes: Processes, tmp_path: Path
) -> None:
    """No crash, no group without an answer, and no answer of another group."""
    path, (one, other) = tmp_path / "shared", contents(DTYPES[dtype])
    assert while_writing(processes, path, one, other, read, str(path), one.dtype, SECONDS) > 0


def read_labels(path: str, dtype: np.dtype[Any], seconds: float) -> tuple[int, int]:
    """Ask by labels that change; return how many calls had an answer, and how many an error."""
    labels = mapped(path, dtype)
    rng = np.random.default_rng(2)
    found = {"answered": 0, "refused": 0}
    values = [rng.random(SIZE), rng.integers(0, 99, SIZE).astype("i1"), rng.random(SIZE) + 0j]
    texts = np.array(list("abc"), object)[rng.integers(0, 3, SIZE)]
    for _ in rounds_of(seconds, lambda: all(found.values())):
        for layout, axis in LAYOUTS:
            for a in *values, texts:
                view, by = layout(a), layout(labels)
                for function in minloc.argmin, minloc.argminmax, top_k:
                    try:
                        answer = function(
                            view, axis=axis, by=by, num_groups=GROUPS, **DEFAULTS[function]
                        )
                    except ValueError as error:
                        expected = "num_groups is 7" in str(error) or "cannot give k=" in str(error)
                        if not expected:
                            raise
                        found["refused"] += 1
                        continue
                    found["answered"] += 1
                    length = view.size if axis is None else view.shape[axis]
                    for index in indices(answer):
                        assert index.min() >= -1
                        assert index.max() < length
    return found["answered"], found["refused"]


def top_k(a: NDArray[Any], **words: Any) -> Any:
    """Ask for the two best."""
    return minloc.top_k(a, 2, **words)


DEFAULTS: dict[Any, dict[str, Any]] = {
    minloc.argmin: {"default": -1},
    minloc.argminmax: {"default": -1},
    top_k: {},
}


@pytest.mark.parametrize("dtype", ["i8", "i4", "u1", ">i8"])
def test_labels_that_change_never_lie_beyond_the_table(
    dtype: str, processes: Processes, tmp_path: Path
) -> None:
    """A label counts as it was when it was checked: an answer, or the error about it."""
    rng = np.random.default_rng(3)
    right = rng.integers(0, GROUPS, SIZE).astype(dtype)
    wrong = right.copy()
    wrong[rng.random(SIZE) < 0.01] = np.iinfo(dtype).max - 1
    path = tmp_path / "shared"
    found = while_writing(
        processes, path, right, wrong, read_labels, str(path), right.dtype, SECONDS
    )
    assert min(found) > 0, found
