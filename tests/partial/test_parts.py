"""Parts of an array as the core keeps and merges them: an element and a short index a slice."""

from __future__ import annotations

import itertools
import pickle
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import Partial, _core
from minloc._partial import indexed, part_of
from support.parts import DTYPES, ENDS, drawn
from support.quick_oracle import values_at

#: Shapes and reduced axes; the core answers 8192 slices at once, so the last five are two blocks or
#: more, of which some are smaller than the others.
SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((7,), (0,)),
    ((5, 3), ()),
    ((3, 0), (0,)),
    ((40, 9), (1,)),
    ((6, 7, 8), (2, 0)),
    ((3, 5, 2500), (0,)),
    ((2, 9000), (0,)),
    ((9001, 2), (1,)),
    ((2, 2, 8200, 2), (0, 3)),
    ((2, 2, 3, 1, 4100), (2, 0)),
]
POLICIES: list[Any] = ["propagate", "omit"]
TIES: list[Any] = ["first", "last"]
LAYOUTS = ["C", "F", "reversed", "broadcast"]


THREADS = [1, 2]


def laid(a: Any, layout: str) -> Any:
    """Return an array in another layout if it has axes enough; a broadcast one has repeats."""
    if layout == "F":
        return np.asfortranarray(a) if a.ndim else a
    if layout == "reversed" and a.ndim:
        return a[..., ::-1]
    if layout == "broadcast" and a.ndim > 1:
        return np.broadcast_to(a[:, :1], a.shape)
    return a


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SHAPES)
def test_a_part_has_the_answers_of_one_call(
    shape: tuple[int, ...], axes: tuple[int, ...], dtype: str
) -> None:
    """Indices fit the smallest integers, and elements are bit for bit those at them, or zero."""
    rng = np.random.default_rng([DTYPES.index(dtype), *shape])
    lengths = [shape[i] for i in axes]
    slices = tuple(n for i, n in enumerate(shape) if i not in axes)
    small = indexed.indices_of(lengths)
    for case in itertools.product(TIES, POLICIES, [False, True], LAYOUTS):
        ties, policy, masked, layout = case
        a = laid(drawn(rng, shape, dtype), layout)
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        if masked:
            words["where"] = rng.random(shape) < 0.5
        expected = {end: bests(end, a, axes, **words) for end in ENDS["argminmax"] if a.size}
        for name in ENDS:
            integer = small if rng.random() < 0.5 else np.dtype("q")
            threads = int(rng.choice(THREADS))
            answers: list[Any] = []
            for _ in ENDS[name]:
                answers += [np.ones(slices, a.dtype), np.full(slices, 99, integer)]
            with minloc.threads(threads):
                _core.first_part(name, tuple(answers), a, axes, **words)
            if not a.size:
                continue
            for end, values, indices in zip(ENDS[name], answers[::2], answers[1::2], strict=True):
                there, want = expected[end]
                assert np.array_equal(indices, want), (name, case, threads)
                assert values.tobytes() == there.tobytes(), (name, case, threads)


def bests(function: Any, a: Any, axes: tuple[int, ...], **words: Any) -> tuple[Any, Any]:
    """Return the elements at the indices of one call, zero where there is none, and the indices."""
    want = function(a, axes, default=-1, **words)
    values = values_at(a, axes, np.maximum(want, 0))
    values[want < 0] = np.zeros((), a.dtype)
    return values, want


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_merge_as_their_elements_would(dtype: str) -> None:
    """The best of all stays, of equals the earliest or the latest, in whatever order they come."""
    rng = np.random.default_rng(1)
    isnan = np.isnat if dtype == "M8[s]" else np.isnan
    # The second is worth two threads; the last is merged some of its slices at a time, and its
    # places would not fit the smallest integers if the parts were not in order.
    cases = itertools.product(
        [(1, 2), (44_000, 3), (300, 200)], TIES, POLICIES, [False, True], [False, True]
    )
    for (n, count), ties, policy, missing, in_order in cases:
        if not in_order and count > 100:
            continue
        values = drawn(rng, (count, n), dtype)
        # A part's index is its base and what counts from there; not in order it has one base.
        if in_order:
            within = rng.integers(0, 3, (count, n))
            bases = [7 * part for part in range(count)]
        else:
            within = rng.permuted(np.arange(count).repeat(n).reshape(count, n), axis=0)
            bases = [0] * count
        whole = within + np.array(bases)[:, np.newaxis]
        gone = rng.random((count, n)) < (0.4 if missing else 0)
        if policy == "omit" and values.dtype.kind in "fcM":
            gone |= isnan(values)
        values[gone] = np.zeros((), dtype)
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        order = np.argsort(whole, axis=0, kind="stable")
        rows = np.take_along_axis(values, order, 0)
        there = ~np.take_along_axis(gone, order, 0)
        best, want = bests(minloc.argmin, rows, (0,), where=there, **words)
        picked = np.take_along_axis(order, np.maximum(want, 0)[np.newaxis], 0)
        index = np.where(want >= 0, np.take_along_axis(whole, picked, 0)[0], -1)
        for integer, threads in itertools.product(["i1", "i2", "i4", "i8"], THREADS):
            narrow = np.where(gone, -1, within).astype(integer)
            parts = zip(values, narrow, bases, strict=True)
            merged = np.ones(n, dtype), np.full(n, 99)
            with minloc.threads(threads):
                _core.merge_parts("argmin", merged, tuple(parts), in_order, **words)
            assert np.array_equal(merged[1], index), (integer, threads)
            assert merged[0].tobytes() == best.tobytes(), (integer, threads)


def test_answers_of_another_layout_are_refused() -> None:
    """Answers are runs of elements of the array's dtype, and of integers that hold all indices."""
    a = np.ones((300, 4))
    good = np.zeros(4), np.full(4, -1, "i2")
    for answers in (
        good[:1],
        (np.zeros(5), np.full(5, -1)),
        (np.zeros(4, "f4"), good[1]),
        (np.zeros(8)[::2], good[1]),
        (good[0], np.full(8, -1)[::2]),
        (good[0], np.full(4, 0, "u2")),
        (good[0], np.full(4, -1, ">i2")),
        (good[0], np.full(4, -1, "i1")),
        (good[0], np.full(4, -1.0)),
        (*good, *good),
    ):
        with pytest.raises(ValueError, match="answers of a part"):
            _core.first_part("argmin", answers, a, (0,))
    bytes_ = good[0], np.full(4, -1, "i1")
    _core.first_part("argmin", bytes_, a[:128], (0,))
    with pytest.raises(ValueError, match="answers of a part"):
        _core.first_part("argmin", bytes_, a[:129], (0,))
    fine = *good, 0
    parts: Any
    for parts in (
        (),
        [fine],
        (good,),
        (fine, (*good[:1], np.full(4, -1), 0)),
        (fine, (np.zeros(5), np.full(5, -1, "i2"), 0)),
        (fine, (np.zeros(4, "f4"), good[1], 0)),
        (fine, (np.zeros(8)[::2], good[1], 0)),
        (fine, (good[0], list(good[1]), 0)),
    ):
        with pytest.raises(ValueError, match="answers of a part"):
            _core.merge_parts("argmin", (np.zeros(4), np.full(4, -1)), parts, True)
    with pytest.raises(TypeError, match="integer"):
        _core.merge_parts("argmin", (np.zeros(4), np.full(4, -1)), ((*good, "0"),), True)  # type: ignore[arg-type]
    read_only = good[0].copy(), good[1].copy()
    read_only[0].flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        _core.first_part("argmin", read_only, a, (0,))


@pytest.mark.parametrize(("maps", "size"), [(10, 1), (128, 1), (129, 2), (40_000, 4)])
def test_a_partial_takes_as_few_bytes_as_its_indices_need(maps: int, size: int) -> None:
    """They count in what was seen, wherever that lies in the whole array."""
    a = np.random.default_rng(2).random((maps, 50), np.float32)
    part = Partial.of("argmin", a, axis=0, offset=(1 << 50, 0))
    assert part_of(part).ends[0].nbytes == 50 * (4 + size)
    assert part_of(pickle.loads(pickle.dumps(part))).ends[0].nbytes == 50 * (4 + size)
    late = Partial.of("argmin", a[:50], axis=0, offset=((1 << 50) + 50, 0))
    merged = Partial.of("argmin", a[:50], axis=0, offset=(1 << 50, 0)).merge(late)
    assert part_of(merged).ends[0].nbytes == 50 * 5
    assert np.array_equal(part_of(part).ends[0].places[0, :, 0], a.argmin(0) + (1 << 50))


def test_boxes_that_do_not_lie_one_behind_the_other_merge() -> None:
    """Indices are counted anew where parts differ along several axes; missing ones stay missing."""
    a = np.random.default_rng(3).integers(0, 3, (20, 3000, 20)).astype(float)
    where = np.random.default_rng(4).random(a.shape) < 0.01
    boxes = [(i, j) for i in (slice(0, 8), slice(8, 20)) for j in (slice(0, 15), slice(15, 20))]
    parts = [
        Partial.of(
            "argmin", a[i, :, j], axis=(0, 2), default=-1, ties="last", where=where[i, :, j],
            offset=(i.start, 0, j.start),
        )
        for i, j in boxes
    ]  # fmt: skip
    want = minloc.argmin(a, (0, 2), where=where, default=-1, ties="last")
    assert -1 in want
    for order in itertools.permutations(parts):
        assert np.array_equal(order[0].merge(*order[1:]).finish(), want)


def test_a_nan_that_is_written_while_a_part_is_asked_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was the best when it was compared, and is NaN when it is taken, is looked for again."""
    a = np.array([[3.0, 1.0], [2.0, 5.0]])
    first_part = _core.first_part

    def disturbed(name: str, answers: Any, chunk: Any, axes: Any, **words: Any) -> None:
        first_part(name, answers, chunk, axes, **words)
        if chunk is a:
            a[1, 0] = answers[0][0] = np.nan

    monkeypatch.setattr(_core, "first_part", disturbed)
    part = Partial.of("nanargmin", a, axis=0)
    assert part.finish().tolist() == [0, 0]
    assert part_of(part).ends[0].values.ravel().tolist() == [3.0, 1.0]
