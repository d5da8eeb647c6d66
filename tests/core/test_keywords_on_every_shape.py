"""Every keyword on every function: the oracle's answer for each dtype, layout, mask and tie rule.

The keywords multiply, so most tests walk through all combinations of masks and keywords and take
the fill and the layout of each by turns: over all shapes and dtypes every pair is met.
"""

import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import minloc
from support.arrays import DTYPES, FILLS, LAYOUTS, SEVERAL, SHAPES, Array, fill, interesting
from support.elements import check_found
from support.keywords import POLICIES, TIES
from support.masks import MASKS, mask
from support.quick_oracle import Axis, axes_of, quick
from support.raised import slice_of


class Question(NamedTuple):
    """What is asked, and of what."""

    kind: str
    dtype: str
    shape: tuple[int, ...]
    axis: Axis
    mask: str
    nan_policy: str
    ties: str

    @property
    def words(self) -> dict[str, Any]:
        """The keywords of the call, but for `default`."""
        words: dict[str, Any] = {"nan_policy": self.nan_policy, "ties": self.ties}
        if self.mask != "none":
            words["where"] = chosen(self.mask, self.kind, self.dtype, self.shape, self.axis)
        return words


@functools.lru_cache(8)
def filled(kind: str, dtype: str, shape: tuple[int, ...]) -> Array:
    """Return the array."""
    return fill(kind, dtype, shape)


@functools.lru_cache(40)
def laid_out(kind: str, dtype: str, shape: tuple[int, ...], layout: str) -> Array:
    """Return the array in that layout."""
    return LAYOUTS[layout](filled(kind, dtype, shape))


@functools.lru_cache(40)
def chosen(name: str, kind: str, dtype: str, shape: tuple[int, ...], axis: Axis) -> Any:
    """Return the mask."""
    return mask(name, filled(kind, dtype, shape), axis)


@functools.cache
def answers(question: Question) -> tuple[Array, Array] | None:
    """Return the oracle's indices of minima and maxima, -1 for none; None if NaN is an error."""
    a = filled(question.kind, question.dtype, question.shape)
    words = question.words
    if question.nan_policy == "raise" and ((a != a) & words.get("where", True)).any():
        return None
    least, most = (quick(a, question.axis, largest=largest, **words) for largest in (False, True))
    return least, most


def check_indices(question: Question, layout: str) -> None:
    """Hold argmin and argmax to the oracle, with `default` and without."""
    a = laid_out(question.kind, question.dtype, question.shape, layout)
    axis, words = question.axis, question.words
    want = answers(question)
    for function, indices in zip((minloc.argmin, minloc.argmax), want or (None, None), strict=True):
        if indices is None:
            with pytest.raises(ValueError, match="NaN"):
                function(a, axis, **words, default=-1)
            continue
        got = function(a, axis, **words, default=-1)
        assert np.array_equal(got, indices), (question, layout)
        if (indices >= 0).all():
            assert np.array_equal(function(a, axis, **words), indices), (question, layout)
            continue
        with pytest.raises(ValueError, match=r"empty sequence|All-NaN slice") as raised:
            function(a, axis, **words)
        assert slice_of(raised) == tuple(map(int, np.argwhere(indices < 0)[0]))


def check_relatives(question: Question, layout: str) -> None:
    """Hold the functions that answer more than an index to what the indices say."""
    a = laid_out(question.kind, question.dtype, question.shape, layout)
    axis, words, want = question.axis, question.words, answers(question)
    functions: list[Callable[..., Any]] = [
        minloc.argminmax, minloc.findmin, minloc.findmax, minloc.minloc, minloc.maxloc
    ]  # fmt: skip
    if want is None:
        for function in functions:
            with pytest.raises(ValueError, match="NaN"):
                function(a, axis, **words, default=-1)
        return
    axes = axes_of(a.ndim, axis)
    wide = tuple(np.expand_dims(indices, axes) for indices in want)
    for keepdims, both in (False, want), (True, wide):
        got = minloc.argminmax(a, axis, **words, keepdims=keepdims, default=-1)
        for index, indices in zip(got, both, strict=True):
            assert np.array_equal(index, indices), (question, layout)
            assert np.shape(index) == indices.shape
    if question.nan_policy == "omit":
        del words["nan_policy"]
        for function, indices in zip((minloc.nanargmin, minloc.nanargmax), wide, strict=True):
            out = np.full(indices.shape, -7)
            assert function(a, axis, out, **words, keepdims=True, default=-1) is out
            assert np.array_equal(out, indices), (question, layout)
        words["nan_policy"] = "omit"
    for function, indices in zip((minloc.findmin, minloc.findmax), want, strict=True):
        check_found(function, a, axis, words, indices)
    for function, indices in zip((minloc.minloc, minloc.maxloc), want, strict=True):
        places = function(a, axis, **words, default=-1)
        assert type(places) is tuple
        missing = indices < 0
        shape = tuple(a.shape[i] for i in axes)
        unraveled = np.unravel_index(np.where(missing, 0, indices), shape) if shape else ()
        for place, along in zip(places, unraveled, strict=True):
            assert np.array_equal(place, np.where(missing, -1, along)), (question, layout)


def questions(dtype: str, shape: tuple[int, ...], axis: Axis) -> Iterator[tuple[int, Question]]:
    """Ask masks and keywords of a few fills, which ones by turns."""
    turn = DTYPES.index(dtype) + sum(shape) + len(shape)
    rotated = [*FILLS][turn % len(FILLS) :] + [*FILLS][: turn % len(FILLS)]
    every = itertools.product(MASKS, POLICIES, TIES)
    fifths = 1 if np.prod(shape) > 20_000 else 2 if np.prod(shape) > 2000 else 4
    for number, (name, nan_policy, ties) in enumerate(every):
        if (number + turn) % 5 >= fifths:
            continue  # each array is asked some of it, a large one less
        kind = "extremes" if name in ("smallest", "largest") else rotated[number // 6 % 4]
        if name == "NaN":
            kind = "mostly nan"
        yield number + turn, Question(kind, dtype, shape, axis, name, nan_policy, ties)


def check_all(isa: str, dtype: str, shape: tuple[int, ...], axis: Axis) -> None:
    """Ask everything of that shape, in layouts by turns, with each instruction set in others."""
    layouts = [*LAYOUTS]
    for number, question in questions(dtype, shape, axis):
        check_indices(question, layouts[(number + 2 * len(isa)) % len(layouts)])
        if number % 4 == 0:
            check_relatives(question, layouts[number // 4 % len(layouts)])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_one_axis(isa: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> None:
    """Every shape that takes its own way gives the oracle's answer for all keywords."""
    check_all(isa, dtype, shape, axis)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SEVERAL)
def test_several_axes(isa: str, dtype: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    """Over several axes the index counts in the order in which they are given."""
    check_all(isa, dtype, shape, axes)


@pytest.mark.parametrize("dtype", DTYPES)
def test_slices_of_every_length(isa: str, dtype: str) -> None:
    """A slice of any length gives the oracle's answer, with any mask and tie rule."""
    masks = ["none", "some", "few", "last", "stepped", "largest"]
    every = itertools.product(interesting(np.dtype(dtype).itemsize), masks, POLICIES[:2], TIES)
    for number, (n, name, nan_policy, ties) in enumerate(every):
        if (number + len(isa)) % 5 < 3:
            kind = "extremes" if name == "largest" else [*FILLS][number % len(FILLS)]
            question = Question(kind, dtype, (n,), None, name, nan_policy, ties)
            check_indices(question, [*LAYOUTS][number // 7 % len(LAYOUTS)])


def test_every_pair_is_met() -> None:
    """The turns that the questions take meet every mask with every fill, and every dtype."""
    met = {
        (question.mask, question.kind)
        for dtype in DTYPES
        for shape, axis in SHAPES
        for _, question in questions(dtype, shape, axis)
    }
    free = set(MASKS) - {"NaN", "smallest", "largest"}
    assert met >= set(itertools.product(free, FILLS))
