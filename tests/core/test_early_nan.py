"""A NaN that is final ends a slice early; the answers are those of slices read to their ends."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from support.quick_oracle import quick

FUNCTIONS = {False: minloc.argmin, True: minloc.argmax}


def with_nan(dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return small integers, between which NaN can be put."""
    rng = np.random.default_rng(len(shape))
    return rng.integers(-50, 50, shape).astype("i8" if dtype[0] == "M" else "f4").astype(dtype)


def nan_of(a: NDArray[Any]) -> Any:
    """Return NaN, or NaT, as `a` has it."""
    return np.array("NaT", a.dtype) if a.dtype.kind == "M" else np.array(np.nan, a.dtype)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "M8[s]"])
@pytest.mark.parametrize("length", [150, 530, 1100, 2049])
def test_slices_that_end_at_a_nan_one_after_the_other(isa: str, dtype: str, length: int) -> None:
    """After some that did, a slice has its NaN first, later, last, several or none at all."""
    a = with_nan(dtype, (24, length))
    places = [
        [3],
        [40, 50],
        [7],
        [],
        [length - 1],
        [0],
        [length // 2, length - 2],
        [2],
        [1],
        [],
        [],
    ]
    for row in range(len(a)):
        a[row, places[row % len(places)]] = nan_of(a)
    a[13:15] = nan_of(a)
    for b in a, a[:, ::-1], a[::2], np.ascontiguousarray(a[:, 1:]), np.asfortranarray(a):
        for largest, policy, ties in itertools.product(
            (False, True), ("propagate", "omit"), ("first", "last")
        ):
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "default": -1}
            want = quick(b, 1, largest=largest, nan_policy=policy, ties=ties)
            for threads in 1, 2:
                with minloc.threads(threads):
                    got = FUNCTIONS[largest](b, 1, **words)
                assert np.array_equal(got, want), (isa, largest, policy, ties)
            both = minloc.argminmax(b, 1, **words)
            assert np.array_equal(both[largest], want), (isa, largest, policy, ties)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "F", "M8[s]"])
@pytest.mark.parametrize("length", [65, 100, 128, 131, 200, 256, 263, 520, 1030])
def test_slices_with_nan_between_many_without(isa: str, dtype: str, length: int) -> None:
    """How a slice is read depends on how long ago the last NaN was, and the answer does not."""
    rng = np.random.default_rng(length)
    a = with_nan(dtype, (400, length))
    rows = np.r_[20:60, 130:131, 300:370]  # 69 without between two, and 169
    for row in rows:
        a[row, rng.integers(0, length, rng.integers(1, 4))] = nan_of(a)
    a[rows[::5], -1] = nan_of(a)
    a[rows[1::5], -9:] = nan_of(a)
    a[rows[2::5], 0] = nan_of(a)
    for b in a, a[:, ::-1], np.ascontiguousarray(a[:, 1:]):
        for largest, policy in itertools.product((False, True), ("propagate", "omit")):
            words: dict[str, Any] = {"nan_policy": policy}
            want = quick(b, 1, largest=largest, **words)
            for threads in 1, 2, 7:
                with minloc.threads(threads):
                    got = FUNCTIONS[largest](b, 1, **words)
                assert np.array_equal(got, want), (isa, largest, policy)


@pytest.mark.parametrize("dtype", ["f4", "f8", "F", "D"])
@pytest.mark.parametrize("length", [32, 33, 64, 77])
def test_rows_most_of_which_end_at_a_nan(isa: str, dtype: str, length: int) -> None:
    """They are read one by one where most of the last ones did, and together where few did."""
    rng = np.random.default_rng(length)
    a = with_nan(dtype, (1200, length))
    rows = np.r_[0:40, 200:700, rng.integers(700, 1200, 150), 1190:1200]
    a[rows, rng.integers(0, length, len(rows))] = nan_of(a)
    a[rows[::7]] = nan_of(a)
    a[rows[1::7], 0] = nan_of(a)
    a[rows[2::7], -1] = nan_of(a)
    for b in a, a[:, ::-1], a[::2, :-1], a[:259]:
        for largest, ties in itertools.product((False, True), ("first", "last")):
            words: dict[str, Any] = {"ties": ties}
            want = quick(b, -1, largest=largest, **words)
            for threads in 1, 2, 7:
                with minloc.threads(threads):
                    got = FUNCTIONS[largest](b, -1, **words)
                assert np.array_equal(got, want), (isa, largest, ties)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "D", "M8[s]"])
def test_a_nan_ends_a_slice_that_threads_share(isa: str, dtype: str) -> None:
    """The first NaN is found wherever it is, and the last where that is asked for."""
    n = (6 << 20) // np.dtype(dtype).itemsize + 11
    ones = np.ones(n, "i8").astype(dtype)
    ones[n // 3] = np.zeros((), "i8").astype(dtype)
    masked = np.arange(n) % 5 > 0
    for places in [0], [n - 1], [1, n // 2], [n // 2 - 1, n // 2], [n // 50, n // 8, n - 7], []:
        a = ones.copy()
        a[places] = nan_of(a)
        first, last = (places[0], places[-1]) if places else (n // 3, n // 3)
        kept = [place for place in places if masked[place]]
        for threads in 1, 2, 7:
            with minloc.threads(threads):
                assert minloc.argmin(a) == first
                assert minloc.argmin(a, ties="last") == last
                assert minloc.argmin(a[::-1]) == n - 1 - last
                assert minloc.nanargmin(a) == (n // 3 if n // 3 not in places else 0)
                assert minloc.argminmax(a)[0] == first
                if kept:
                    assert minloc.argmax(a, where=masked) == kept[0]
                if places:
                    assert minloc.argmax(a) == first
                    assert minloc.argminmax(a)[1] == first


def test_a_boolean_ends_a_slice_that_threads_share(isa: str) -> None:
    """So does the boolean that nothing beats, in index order whatever the order in memory."""
    shape = (3000, 2003)
    for places in [(0, 0)], [(2999, 2002)], [(5, 9), (9, 5)], [(1500, 0), (1499, 2002)], []:
        a = np.zeros(shape, np.bool)
        for place in places:
            a[place] = True
        for b in a, np.asfortranarray(a), a[:, ::-1], a[::2]:
            want = np.argmax(b), b.size - 1 - np.argmax(b.ravel()[::-1])
            for threads in 1, 2, 7:
                with minloc.threads(threads):
                    assert minloc.argmax(b) == want[0]
                    assert minloc.argmax(b, ties="last") == want[1]


@pytest.mark.parametrize("size", [4095, 4096, 4097, 16_383, 16_384, 100_000])
def test_booleans_that_begin_with_the_answer(size: int, isa: str) -> None:
    """Many booleans are searched in their first part, then all of them; any byte but 0 is true."""
    for at, wanted in itertools.product((0, 1, 4094, 4095, 4096, size - 1), (True, False)):
        a = np.full(size, not wanted)
        a[at:].view(np.uint8)[::7] = 2 * wanted
        truth = a.view(np.uint8) != 0
        for least in minloc.argmin, minloc.nanargmin:
            assert least(a) == least(a, axis=0, ties="first") == np.argmin(truth)
        for most in minloc.argmax, minloc.nanargmax:
            assert most(a) == most(a, axis=0, ties="first") == np.argmax(truth)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "G", "M8[s]"])
def test_a_nan_around_the_end_of_the_first_look(isa: str, dtype: str) -> None:
    """The first 2 KiB of a large array are looked at first; a NaN elsewhere is found, too."""
    itemsize = np.dtype(dtype).itemsize
    a = with_nan(dtype, (140_000 // itemsize,))
    end = 2048 // itemsize
    for places in [], [0], [end - 1], [end], [end - 1, end + 1], [5, end - 1], [a.size - 1]:
        b = a.copy()
        b[places] = nan_of(a)
        for largest, policy in itertools.product((False, True), ("propagate", "omit")):
            words: dict[str, Any] = {"nan_policy": policy}
            want = quick(b, None, largest=largest, **words)
            assert FUNCTIONS[largest](b, **words) == want, (isa, places, policy)
        assert minloc.argmin(b) == quick(b, None), (isa, places)
