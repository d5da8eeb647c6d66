"""Moving windows agree with the oracles: dtypes, layouts, keywords, ties, NaN, threads."""

from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import minloc
from minloc.reference_windows import moving
from support.arrays import DTYPES, FILLS, LAYOUTS, Array, fill
from support.bits import same_elements
from support.quick_oracle import quick

KINDS = list(FILLS)


def drawn(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, Any, dict[str, Any]]:
    """Draw a window, an axis and keywords for an array of a shape."""
    ndim = len(shape)
    axis: Any = int(rng.integers(-ndim, ndim))
    window: Any = int(rng.integers(1, 8))
    if rng.random() < 0.25:
        axis = tuple(rng.permutation(ndim)[: rng.integers(1, ndim + 1)].tolist())
        window = tuple(rng.integers(1, 5, len(axis)).tolist())
    elif rng.random() < 0.1:
        axis = None
    words: dict[str, Any] = {
        "partial": bool(rng.random() < 0.6),
        "center": bool(rng.random() < 0.5),
        "relative": bool(rng.random() < 0.3),
        "step": int(rng.integers(1, 4)),
        "nan_policy": str(rng.choice(["propagate", "omit"])),
        "ties": str(rng.choice(["first", "last"])),
        "default": -1,
    }
    if rng.random() < 0.6:
        words["min_count"] = int(rng.integers(1, np.prod(window) + 1))
    if rng.random() < 0.4:
        words["where"] = rng.random(shape) < 0.6
    return window, axis, words


@pytest.mark.parametrize("dtype", DTYPES)
def test_drawn_calls_agree_with_the_oracle(dtype: str) -> None:
    """Every keyword in every combination, on small arrays of every layout."""
    rng = np.random.default_rng(len(dtype) + ord(dtype[0]))
    for turn in range(42):
        shape = [(23,), (5, 6), (3, 40), (40, 3), (4, 2, 5), (1,), (0, 3)][turn % 7]
        kind = KINDS[int(rng.integers(len(KINDS)))]
        a = fill(kind, dtype, shape) if np.prod(shape) else np.empty(shape, dtype)
        layout = list(LAYOUTS)[int(rng.integers(len(LAYOUTS)))]
        window, axis, words = drawn(rng, shape)
        largest = bool(rng.random() < 0.5)
        function = minloc.moving_argmax if largest else minloc.moving_argmin
        got = function(LAYOUTS[layout](a), window, axis, **words)
        want = moving(a, window, axis, largest=largest, **words)
        assert got.dtype == np.intp
        assert got.shape == want.shape
        assert np.array_equal(got, want), (shape, layout, window, axis, words)


@pytest.mark.parametrize("dtype", DTYPES)
def test_long_lines_agree_with_the_quick_oracle(dtype: str, isa: str) -> None:
    """Lines that are cut into pieces, strips of lines side by side or one after the other."""
    shapes = [((900,), -1), ((70, 37), 0), ((37, 70), 1), ((2, 150, 3), 1)]
    for turn, (shape, axis) in enumerate(shapes):
        for window in 1, 2, 3, 5, 16, 64, 65:
            a = fill(KINDS[(turn + window) % len(KINDS)], dtype, shape)
            words: dict[str, Any] = {
                "nan_policy": ("propagate", "omit")[window % 2],
                "ties": ("first", "last")[turn % 2],
                "where": fill("random", "?", shape) if window % 3 == 2 else True,
            }
            largest = window % 4 == 1
            views = {
                name: sliding_window_view(np.broadcast_to(x, shape), window, axis)
                for name, x in (("a", a), ("where", words["where"]))
            }
            want = quick(views["a"], -1, **(words | {"where": views["where"]}), largest=largest)
            begin = np.arange(want.shape[axis]).reshape(
                [-1 if n == axis % a.ndim else 1 for n in range(a.ndim)]
            )
            want = np.where(want < 0, -1, want + begin)
            function = minloc.moving_argmax if largest else minloc.moving_argmin
            for layout in "C", "F", "reversed", "swapped":
                got = function(LAYOUTS[layout](a), window, axis, **words, default=-1)
                assert np.array_equal(got, want), (shape, layout, window, words)


@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "u1", "c16"])
@pytest.mark.parametrize("ties", ["first", "last"])
def test_long_windows_agree_with_numpy(dtype: str, ties: str, isa: str) -> None:
    """Of which only parts are kept: lines in pieces, alone and side by side, ends in any part."""
    shapes = [((9000,), 0), ((1000,), 0), ((301, 37), 0), ((37, 301), 1), ((2, 190, 70), 1)]
    for turn, (shape, axis) in enumerate(shapes):
        for window in 127, 128, 145, 189, 256:
            if window > shape[axis]:
                continue
            a = fill(KINDS[(turn + window) % len(KINDS)], dtype, shape)
            where = fill("random", "?", shape) if window == 145 else np.ones(shape, bool)
            words: dict[str, Any] = {"nan_policy": "omit", "ties": ties, "default": -1}
            slid, chosen = (sliding_window_view(x, window, axis) for x in (a, where))
            want = minloc.argmin(slid, -1, where=chosen, **words)
            begin = np.arange(want.shape[axis])
            begin = begin.reshape([-1 if n == axis else 1 for n in range(a.ndim)])
            got = minloc.moving_argmin(a, window, axis, where=where, **words)
            assert np.array_equal(got, np.where(want < 0, -1, want + begin)), (shape, window)


@pytest.mark.parametrize("dtype", ["f8", "i4", "u1"])
def test_threads_do_not_change_the_answer(dtype: str) -> None:
    """One, two and seven threads give one answer: for one line, for strips, for clipped windows."""
    for shape, axis in ((1_500_000,), 0), ((3000, 500), 0), ((500, 3000), 1), ((3, 400_000), 1):
        a = fill("few values", dtype, shape)
        for window, partial in (7, False), (1000, True):
            answers = []
            for count in 1, 2, 7:
                with minloc.threads(count):
                    answers.append(
                        minloc.moving_argmin(a, window, axis, partial=partial, min_count=1)
                    )
            assert np.array_equal(answers[0], answers[1])
            assert np.array_equal(answers[0], answers[2])


def test_full_windows_are_those_of_numpy() -> None:
    """Every window of a whole array, as the docstring says it."""
    a = np.random.default_rng(1).integers(0, 5, 200)
    for window in range(1, 202):
        views = sliding_window_view(a, window) if window <= 200 else np.empty((0, 1), int)
        want = views.argmin(-1) + np.arange(len(views))
        assert np.array_equal(minloc.moving_argmin(a, window), want)
        relative = minloc.moving_argmin(a, window, relative=True)
        assert np.array_equal(relative, views.argmin(-1))


def test_windows_longer_than_the_line_are_clipped() -> None:
    """However long they are; without `partial` there is none."""
    a = np.array([3.0, 1.0, 2.0])
    for window in 4, 7, 1000, 2**62, 2**70:
        assert minloc.moving_argmin(a, window).shape == (0,)
        words: dict[str, Any] = {"partial": True, "min_count": 1}
        assert minloc.moving_argmin(a, window, **words).tolist() == [0, 1, 1]
        around = minloc.moving_argmin(a, window, **words, center=True)
        assert np.array_equal(around, moving(a, min(window, 9), center=True, **words))
        assert minloc.moving_argmin(a, window, partial=True, default=-1).tolist() == [-1] * 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_values_are_the_elements(dtype: str) -> None:
    """`moving_findmin` gives elements to the bit, and NaN where there is none."""
    for kind in "random", "some nan":
        a = fill(kind, dtype, (4, 30))
        for axis, window in (1, 4), (0, 2), ((0, 1), (2, 3)):
            for b in a, np.asfortranarray(a), a.astype(a.dtype.newbyteorder()):
                values, indices = minloc.moving_findmin(b, window, axis)
                assert np.array_equal(indices, minloc.moving_argmin(a, window, axis))
                assert values.dtype == b.dtype
                if axis == 1:
                    there = np.take_along_axis(b, indices, 1)
                    assert same_elements(values, there)
                if axis == (0, 1):
                    assert same_elements(values, b.reshape(-1)[indices])
    if np.dtype(dtype).kind not in "biu":
        found = minloc.moving_findmax(fill("random", dtype, (9,)), 3, partial=True, default=-1)
        assert (found.values[:2] != found.values[:2]).all()
        assert found.indices[:2].tolist() == [-1, -1]


def test_a_mask_is_told_from_the_worst_element() -> None:
    """The largest integer is a candidate, and a masked one is not."""
    for dtype in "i1", "u1", "i2", "i4", "u4", "i8", "u8", "m8[s]":
        worst = np.iinfo(dtype).max if dtype[0] in "iu" else np.iinfo("i8").max
        a = np.full(50, worst).astype(dtype)
        where = np.zeros(50, bool)
        where[[20, 22]] = True
        got = minloc.moving_argmin(a, 4, where=where, default=-1)
        assert got.tolist() == [-1] * 17 + [20] * 4 + [22] * 2 + [-1] * 24
        late = minloc.moving_argmin(a, 4, where=where, default=-1, ties="last")
        assert late.tolist() == [-1] * 17 + [20] * 2 + [22] * 4 + [-1] * 24


def test_the_index_has_the_dtype_that_is_asked_for() -> None:
    """Cast at the end; one that is too narrow is refused, unless indices are relative."""
    a = np.arange(300.0)
    assert minloc.moving_argmin(a, 3, dtype="i2").dtype == np.int16
    with pytest.raises(ValueError, match="int8 cannot hold the largest possible index 299"):
        minloc.moving_argmin(a, 3, dtype="i1")
    near = minloc.moving_argmax(a, 3, dtype="u1", relative=True)
    assert near.dtype == np.uint8
    assert (near == 2).all()


def test_repeated_elements_and_empty_arrays() -> None:
    """Broadcast arrays are windows of equal elements; nothing gives nothing."""
    a = np.broadcast_to(np.array([[2.0], [1.0]]), (2, 30))
    assert np.array_equal(minloc.moving_argmin(a, 3), np.tile(np.arange(28), (2, 1)))
    assert np.array_equal(minloc.moving_argmin(a, 2, 0), np.ones((1, 30)))
    for shape in (0,), (0, 4), (4, 0):
        empty = np.empty(shape)
        assert minloc.moving_argmin(empty, 2, partial=True).shape == shape
        assert minloc.moving_argmin(empty, 2).shape == (*shape[:-1], max(shape[-1] - 1, 0))


def test_the_newest_of_equal_zeros_and_nans() -> None:
    """Both zeros are equal, and so are all NaN."""
    a = np.array([0.0, -0.0, 1, np.nan, -np.nan, 2])
    assert minloc.moving_argmin(a, 2).tolist() == [0, 1, 3, 3, 4]
    assert minloc.moving_argmin(a, 2, ties="last").tolist() == [1, 1, 3, 4, 4]
    assert minloc.moving_argmax(a, 2, nan_policy="omit", default=-1).tolist() == [0, 2, 2, -1, 5]
    both: Array = np.array([np.inf, np.nan])
    assert minloc.moving_argmin(both, 2, nan_policy="omit", min_count=1).tolist() == [0]
