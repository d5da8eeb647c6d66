"""Answers that are continued in place: the parts of an array, in any order, are the whole."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import _core
from support.parts import DTYPES, ENDS, drawn
from support.quick_oracle import values_at

#: Shape, reduced axes, and the shape of a part.
CUTS: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = [
    ((7,), (0,), (3,)),
    ((40, 9), (0,), (7, 4)),
    ((9, 40), (1,), (4, 7)),
    ((6, 7, 8), (0, 2), (2, 3, 5)),
    ((6, 7, 8), (2, 0), (4, 3, 3)),
    ((7, 4700), (0,), (3, 4300)),
    ((3, 4, 5), (0, 1, 2), (2, 2, 2)),
    ((6, 700), (0,), (1, 700)),
    ((5, 3, 1), (2,), (2, 2, 1)),
    ((5, 3), (), (2, 2)),
    ((3000, 3), (0,), (1100, 3)),
    ((2, 3, 200), (1,), (1, 1, 64)),
]
#: The bytes, read and continued, from which on the core shares a part among threads.
WORTH_SHARING = 4 << 20


def check(
    shape: tuple[int, ...],
    axes: tuple[int, ...],
    part: tuple[int, ...],
    dtype: str,
    order: Any = "C",
    chosen: float = 0.7,
) -> None:
    """Hold the answers that are continued over all parts to those of one call.

    A mask leaves as many of the elements as `chosen` says.
    """
    rng = np.random.default_rng(0)
    kept = [i for i in range(len(shape)) if i not in axes]
    slices = tuple(shape[i] for i in kept)
    lengths = tuple(shape[i] for i in axes)
    parts = list(itertools.product(*[range(0, n, m) for n, m in zip(shape, part, strict=True)]))
    for case in itertools.product(["first", "last"], ["propagate", "omit"], [False, True]):
        ties, policy, masked = case
        a = np.asarray(drawn(rng, shape, dtype), order=order)
        mask = rng.random(shape, "f4") < chosen
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        whole: dict[str, Any] = {"where": mask} if masked else {}
        expected = {}
        for function in ENDS["argminmax"]:
            want = function(a, axes, default=-1, **whole, **words)
            expected[function] = want, values_at(a, axes, np.maximum(want, 0))
        for name in ENDS:
            so_far: list[Any] = []
            for _ in ENDS[name]:
                so_far += [np.zeros(slices, a.dtype), np.full(slices, -1)]
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
            for end, values, indices in zip(ENDS[name], so_far[::2], so_far[1::2], strict=True):
                want, there = expected[end]
                assert np.array_equal(indices, want), (name, case)
                found = want >= 0
                assert values[found].tobytes() == there[found].tobytes(), (name, case)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes", "part"), CUTS)
def test_parts_in_any_order_are_the_whole(
    shape: tuple[int, ...], axes: tuple[int, ...], part: tuple[int, ...], dtype: str
) -> None:
    """The indices are those of the one call, and the elements are bit for bit those at them."""
    for order in "C", "F":
        check(shape, axes, part, dtype, order)


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_that_threads_share_are_the_whole(dtype: str) -> None:
    """Each thread continues slices of its own, or all of them merge what they found of one."""
    size = np.dtype(dtype).itemsize
    n = WORTH_SHARING // (3 * size + 8) + 100  # two elements, and the answer so far
    with minloc.threads(2):
        check((4, n), (0,), (2, n), dtype)
        # Small elements would have to be too many; of 70,000 a slice is just a long one. The mask
        # leaves so few that the best is as often in what one thread reads as in the other's.
        n = WORTH_SHARING // size + 100 if size >= 8 else 70_000
        check((2 * n,), (0,), (n,), dtype, chosen=10 / n)


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
