"""Parts of an array as the core keeps and merges them: an element and a short index a slice."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from test_running import DTYPES, ENDS, drawn

import minloc
from minloc import Partial, _core, _indexed

#: Shapes and reduced axes; those of many slices are answered block by block.
SHAPES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((), ()),
    ((7,), (0,)),
    ((5, 3), ()),
    ((3, 0), (0,)),
    ((40, 9), (1,)),
    ((6, 7, 8), (2, 0)),
    ((3, 20, 3000), (0,)),
    ((2, 20_000), (0,)),
    ((20_001, 2), (1,)),
    ((2, 3, 9000, 2), (0, 3)),
    ((3, 2, 5, 1, 4000), (2, 0)),
]
POLICIES: list[Any] = ["propagate", "omit"]
TIES: list[Any] = ["first", "last"]
LAYOUTS = ["C", "F", "reversed", "broadcast"]


@pytest.fixture(params=[1, 2], ids=["1 thread", "2 threads"])
def _threads(request: pytest.FixtureRequest) -> Iterator[None]:
    with minloc.threads(request.param):
        yield


def laid(a: Any, layout: str) -> Any:
    """Return an array in another layout if it has axes enough; a broadcast one has repeats."""
    if layout == "F":
        return np.asfortranarray(a) if a.ndim else a
    if layout == "reversed" and a.ndim:
        return a[..., ::-1]
    if layout == "broadcast" and a.ndim > 1:
        return np.broadcast_to(a[:, :1], a.shape)
    return a


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SHAPES)
def test_a_part_has_the_answers_of_one_call(
    shape: tuple[int, ...], axes: tuple[int, ...], dtype: str
) -> None:
    """Indices fit the smallest integers, and elements are bit for bit those at them, or zero."""
    rng = np.random.default_rng(0)
    lengths = [shape[i] for i in axes]
    slices = tuple(n for i, n in enumerate(shape) if i not in axes)
    small = _indexed.indices_of(lengths)
    for number, (name, ties, policy, masked, layout) in enumerate(
        itertools.product(ENDS, TIES, POLICIES, [False, True], LAYOUTS)
    ):
        a = laid(drawn(rng, shape, dtype), layout)
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        if masked:
            words["where"] = rng.random(shape) < 0.5
        answers: list[Any] = []
        for _ in ENDS[name]:
            answers += [np.ones(slices, a.dtype), np.full(slices, 99, small if number % 2 else "q")]
        _core.first_part(name, tuple(answers), a, axes, **words)
        for end, function in enumerate(ENDS[name]):
            values, indices = answers[2 * end : 2 * end + 2]
            if not a.size:
                continue
            want = function(a, axes, default=-1, **words)
            assert np.array_equal(indices, want)
            rows = np.moveaxis(a, axes, range(-len(axes), 0)).reshape((*slices, -1))
            there = np.take_along_axis(rows, np.maximum(want, 0)[..., np.newaxis], -1)[..., 0]
            found = want >= 0
            assert values[found].tobytes() == there[found].tobytes()
            assert not any(values[~found].tobytes())


@pytest.mark.usefixtures("_threads")
@pytest.mark.parametrize("integer", ["i1", "i2", "i4", "i8"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_merge_as_their_elements_would(dtype: str, integer: str) -> None:
    """The best of all stays, of equals the earliest or the latest, in whatever order they come."""
    rng = np.random.default_rng(1)
    for n, count in (1, 2), (70_000, 3), (300, 200):
        choices = itertools.product(TIES, POLICIES, [False, True], [False, True])
        for ties, policy, missing, in_order in choices:
            values = np.stack([drawn(rng, (n,), dtype) for _ in range(count)], dtype=dtype)
            isnan = np.isnat if dtype == "M8[s]" else np.isnan
            places = np.arange(count).repeat(n).reshape(count, n)
            if not in_order:
                places = rng.permuted(places, axis=0)
            # A part's index is its base and what counts from there; not in order it has one base.
            within = rng.integers(0, 3, (count, n)) if in_order else places % 100
            bases = [7 * part if in_order else 0 for part in range(count)]
            if not in_order and count > 100:
                continue  # places would not fit the smallest integers
            whole = within + np.array(bases)[:, np.newaxis]
            gone = rng.random((count, n)) < (0.4 if missing else 0)
            if policy == "omit" and values.dtype.kind in "fcM":
                gone |= isnan(values)
            narrow = np.where(gone, -1, within).astype(integer)
            values[gone] = np.zeros((), dtype)
            parts = [(values[i], narrow[i], bases[i]) for i in range(count)]
            merged = np.ones(n, dtype), np.full(n, 99)
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
            _core.merge_parts("argmin", merged, tuple(parts), in_order, **words)
            order = np.argsort(whole, axis=0, kind="stable")
            rows = np.take_along_axis(values, order, 0).astype(dtype)
            there = ~np.take_along_axis(gone, order, 0)
            want = minloc.argmin(rows, 0, where=there, default=-1, **words)
            found = want >= 0
            picked = np.maximum(want, 0)[np.newaxis]
            index = np.take_along_axis(np.take_along_axis(whole, order, 0), picked, 0)[0]
            assert np.array_equal(merged[1], np.where(found, index, -1))
            best = np.take_along_axis(rows, picked, 0)[0].astype(dtype)
            assert merged[0][found].tobytes() == best[found].tobytes()
            assert not any(merged[0][~found].tobytes())


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
    assert part._ends[0].nbytes == 50 * (4 + size)
    assert pickle.loads(pickle.dumps(part))._ends[0].nbytes == 50 * (4 + size)
    late = Partial.of("argmin", a[:50], axis=0, offset=((1 << 50) + 50, 0))
    merged = Partial.of("argmin", a[:50], axis=0, offset=(1 << 50, 0)).merge(late)
    assert merged._ends[0].nbytes == 50 * 5
    assert np.array_equal(part._ends[0].places[0, :, 0], a.argmin(0) + (1 << 50))


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
    assert part._ends[0].values.ravel().tolist() == [3.0, 1.0]
