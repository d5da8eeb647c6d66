"""Answers that are continued in place: the parts of an array, in any order, are the whole."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import _core

#: Shape, reduced axes, and the shape of a part.
CUTS: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = [
    ((7,), (0,), (3,)),
    ((40, 9), (0,), (7, 4)),
    ((9, 40), (1,), (4, 7)),
    ((6, 7, 8), (0, 2), (2, 3, 5)),
    ((6, 7, 8), (2, 0), (4, 3, 3)),
    ((20, 5000), (0,), (6, 4500)),
    ((3, 4, 5), (0, 1, 2), (2, 2, 2)),
    ((6, 700), (0,), (1, 700)),
    ((5, 3, 1), (2,), (2, 2, 1)),
    ((5, 3), (), (2, 2)),
    ((3000, 3), (0,), (1100, 3)),
    ((2, 3, 200), (1,), (1, 1, 64)),
    ((4, 600_000), (0,), (2, 600_000)),
    ((1_300_000,), (0,), (650_000,)),
]
DTYPES = ["?", "u1", "f2", "f4", ">f4", "f8", "i8", "u8", "c16", "g", "M8[s]"]
ENDS = {
    "argmin": (minloc.argmin,),
    "argmax": (minloc.argmax,),
    "argminmax": (minloc.argmin, minloc.argmax),
}


def drawn(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Any:
    """Return an array with ties, zeros of both signs and NaN."""
    a = rng.integers(-3, 4, shape)
    if dtype == "M8[s]":
        return np.where(rng.random(shape) < 0.1, np.datetime64("NaT", "s"), a.astype(dtype))
    of_dtype = a.astype(dtype)
    if of_dtype.dtype.kind in "fc":
        of_dtype[rng.random(shape) < 0.1] = np.nan
        of_dtype[rng.random(shape) < 0.1] *= -1
    return of_dtype


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes", "part"), CUTS)
def test_parts_in_any_order_are_the_whole(
    shape: tuple[int, ...], axes: tuple[int, ...], part: tuple[int, ...], dtype: str
) -> None:
    """The indices are those of the one call, and the elements are bit for bit those at them."""
    rng = np.random.default_rng(0)
    kept = [i for i in range(len(shape)) if i not in axes]
    slices = tuple(shape[i] for i in kept)
    lengths = tuple(shape[i] for i in axes)
    orders = ["C"] if np.prod(shape) > 1_000_000 else ["C", "F"]
    choices = itertools.product(
        ENDS, ["first", "last"], ["propagate", "omit"], [False, True], orders
    )
    for name, ties, policy, masked, order in choices:
        a = np.asarray(drawn(rng, shape, dtype), order="F" if order == "F" else "C")
        mask = rng.random(shape) < 0.7
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        so_far: list[Any] = []
        for _ in ENDS[name]:
            so_far += [np.zeros(slices, a.dtype), np.full(slices, -1)]
        parts = list(itertools.product(*[range(0, n, m) for n, m in zip(shape, part, strict=True)]))
        rng.shuffle(parts)
        for at in parts:
            at = tuple(map(int, at))
            box = tuple([slice(x, x + n) for x, n in zip(at, part, strict=True)])
            region = (*[box[i] for i in kept], ...)
            where = {"where": mask[box]} if masked else {}
            _core.add_part(
                name, tuple([x[region] for x in so_far]), tuple(at[i] for i in axes), lengths,
                a[box], axes, **where, **words,
            )  # fmt: skip
        whole: dict[str, Any] = {"where": mask} if masked else {}
        for end, function in enumerate(ENDS[name]):
            values, indices = so_far[2 * end : 2 * end + 2]
            want = function(a, axes, default=-1, **whole, **words)
            assert np.array_equal(indices, want)
            rows = np.moveaxis(a, axes, range(-len(axes), 0)).reshape((*slices, -1))
            there = np.take_along_axis(rows, np.maximum(want, 0)[..., np.newaxis], -1)[..., 0]
            found = want >= 0
            assert values[found].tobytes() == there[found].tobytes()


def test_answers_of_another_layout_are_refused() -> None:
    """Answers so far must lie as the slices do, and be writeable."""
    a = np.ones((3, 4))
    good = np.zeros(4), np.full(4, -1)
    for so_far in (
        good[:1],
        (np.zeros(5), np.full(5, -1)),
        (np.zeros(4, "f4"), good[1]),
        (np.zeros(8)[::2], good[1]),
        (good[0], np.full(4, -1, "i4")),
        (*good, *good),
    ):
        with pytest.raises(ValueError, match="answers so far"):
            _core.add_part("argmin", so_far, (0,), (3,), a, (0,))
    read_only = good[0].copy(), good[1].copy()
    read_only[0].flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        _core.add_part("argmin", read_only, (0,), (3,), a, (0,))
    with pytest.raises(ValueError, match="one number a reduced axis"):
        _core.add_part("argmin", good, (0, 0), (3,), a, (0,))
