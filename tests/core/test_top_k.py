"""The k best of each slice are the oracle's: sorted, stable, and the same on every path."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from support.arrays import DTYPES, FILLS, LAYOUTS, SEVERAL, SHAPES, Array, fill, interesting
from support.bits import same_elements
from support.elements import elements
from support.keywords import MODES, POLICIES
from support.masks import MASKS, mask
from support.quick_oracle import Axis, axes_of, quick_top


def check(a: Array, b: Array, k: int, axis: Axis, words: dict[str, Any]) -> None:
    """Hold the k best of `b`, which is `a` in another layout, to the oracle."""
    asked = {name: word for name, word in words.items() if name != "mode"}
    want = quick_top(a, k, axis, largest=words.get("mode") != "smallest", **asked)
    where = words.get("where", True)
    if words["nan_policy"] == "raise" and ((a != a) & where).any():
        with pytest.raises(ValueError, match="NaN"):
            minloc.top_k(b, k, axis=axis, **words)
        return
    if (want < 0).any():
        with pytest.raises(ValueError, match="k"):
            minloc.top_k(b, k, axis=axis, **words)
        return
    values, indices = minloc.top_k(b, k, axis=axis, **words)
    assert np.array_equal(indices, want), (k, axis, words)
    assert indices.dtype == np.intp
    assert indices.shape == values.shape == want.shape
    assert same_elements(values, elements(a, axis, want)), (k, axis, words)


def counts(n: int) -> list[int]:
    """Return how many are asked for of `n`: none, one, a few, about all."""
    return sorted({k for k in (0, 1, 3, 10, n // 2, n - 1, n) if 0 <= k <= n})


def check_all(isa: str, dtype: str, shape: tuple[int, ...], axis: Axis) -> None:
    """Ask each number with each mode, and policies, masks, fills and layouts by turns."""
    n = int(np.prod([shape[i] for i in axes_of(len(shape), axis)]))
    turn = DTYPES.index(dtype) + 2 * len(isa) + sum(shape)
    kinds, names, layouts = [*FILLS], [*MASKS], [*LAYOUTS]
    every = itertools.product(counts(n), MODES)
    for number, (k, mode) in enumerate(every, turn):
        if np.prod(shape) > 20_000 and number % 5:
            continue  # a large array is asked some of it
        a = fill(kinds[number % len(kinds)], dtype, shape)
        words = {"mode": mode, "nan_policy": POLICIES[number % 11 % 3]}
        name = names[number % len(names)] if number % 3 else "none"
        if name != "none":
            words["where"] = mask(name, a, axis)
        check(a, LAYOUTS[layouts[number // 2 % len(layouts)]](a), k, axis, words)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_one_axis(isa: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> None:
    """Every shape that takes its own way gives the oracle's answer."""
    check_all(isa, dtype, shape, axis)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "over"), SEVERAL)
def test_several_axes(isa: str, dtype: str, shape: tuple[int, ...], over: tuple[int, ...]) -> None:
    """Over several axes the index counts in their order, and the axis of size k is the last."""
    check_all(isa, dtype, shape, over)


@pytest.mark.parametrize("dtype", DTYPES)
def test_slices_of_every_length(isa: str, dtype: str) -> None:
    """A slice of any length gives the oracle's answer, from any fill."""
    every = itertools.product(interesting(np.dtype(dtype).itemsize), FILLS)
    for number, (n, kind) in enumerate(every):
        if (number + len(isa)) % 3:
            continue
        a = fill(kind, dtype, (n,))
        words = {"mode": MODES[number % 2], "nan_policy": POLICIES[number // 2 % 2]}
        layout = [*LAYOUTS.values()][number % len(LAYOUTS)]
        check(a, layout(a), counts(n)[number % len(counts(n))], None, words)


# --- order ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_values_are_in_the_order_of_their_indices(isa: str, dtype: str) -> None:
    """Of many ties at the edge the first are taken, whatever the k and the layout."""
    n = 3000
    better = np.arange(n) % 7 == 5  # one in seven is better than the rest, and they all tie
    for mode, value in ("largest", 1), ("smallest", 0):
        a = np.full(n, 1 - value, dtype)
        a[better] = value
        want = np.concatenate([np.flatnonzero(better), np.flatnonzero(~better)])
        for change in LAYOUTS.values():
            for k in 1, 8, 64, 428, 429, 1000, n:
                values, indices = minloc.top_k(change(a), k, mode=mode)  # type: ignore[call-overload]
                assert np.array_equal(indices, want[:k])
                assert np.array_equal(values, a[want[:k]])


@pytest.mark.parametrize("dtype", ["i4", "f8", "u1", "f2"])
@pytest.mark.parametrize("mode", MODES)
def test_hard_orders(isa: str, dtype: str, mode: Any) -> None:
    """Arrays in which each element beats all before it, or none does, or every other."""
    n = 5000
    rising = (np.arange(n) // 20).astype(dtype)
    sawtooth = np.where(np.arange(n) % 2, rising, rising[::-1])
    organ = np.concatenate([rising[: n // 2], rising[: n // 2][::-1]])
    for a in rising, rising[::-1], sawtooth, organ:
        for k in 1, 2, 10, 100, 1000, len(a):
            check(a, a, k, -1, {"mode": mode, "nan_policy": "propagate"})


@pytest.mark.parametrize("dtype", ["u1", "f2", "i4", "f8", "D"])
@pytest.mark.parametrize("mode", MODES)
def test_columns_in_hard_orders(isa: str, dtype: str, mode: Any) -> None:
    """The rows get better, to the end, a plateau or the middle, in all columns or in some."""
    rng = np.random.default_rng(1)
    for n, width in itertools.product((17, 403), (9, 520)):
        rising = (np.arange(n) // 3 % 120)[:, None] + rng.integers(0, 2, (n, width))
        plateau = np.minimum(rising, n // 6)
        middle = np.where(np.arange(n)[:, None] < n // 2, rising, rising[::-1])
        some = np.where(np.arange(width) % 3 == 0, rising[::-1], rising)
        for number, b in enumerate((rising, rising[::-1], plateau, middle, some)):
            a = b.astype(dtype)
            if a.dtype.kind in "fc" and number % 2:
                a[rng.random(a.shape) < 0.1] = nan
            words: dict[str, Any] = {"mode": mode, "nan_policy": "omit"}
            for k in 1, 10:
                check(a, a, k, 0, words)
            check(a, a, 2, 0, words | {"where": rng.random(a.shape) < 0.9})


@pytest.mark.parametrize("dtype", ["u1", "f8"])
def test_one_of_the_best_is_any_of_rows_that_get_better(isa: str, dtype: str) -> None:
    """Also where the rows that are read from the last one on meet those that were read before."""
    for n in range(300, 309):
        rising = np.repeat(np.arange(n)[:, None] // 4, 64, axis=1).astype(dtype)
        for row in range(64):
            a = rising.copy()
            a[row] = 100
            check(a, a, 2, 0, {"mode": "largest", "nan_policy": "propagate"})


@pytest.mark.parametrize("dtype", DTYPES)
def test_slices_of_about_a_block_that_get_better(isa: str, dtype: str) -> None:
    """Each element beats or equals all before it, or the other way; with masks, and NaN between."""
    block = 1024 // np.dtype(dtype).itemsize
    every = itertools.product((block - 1, block + 3, 2 * block - 1), (1, 9), (1, 10, block // 4))
    for number, (n, run, k) in enumerate(every, len(isa)):
        a = (np.arange(n) // run % 120).astype(dtype)[:: 1 - number % 2 * 2].copy()
        if a.dtype.kind in "fc":
            a[3 :: 5 + number] = nan
        words = {"mode": MODES[number // 2 % 2], "nan_policy": "omit"}
        b = a[::-1]
        check(b, b, k, -1, words)
        check(a, a, k, -1, words | ({"where": np.arange(n) % 9 < 6} if number % 3 == 0 else {}))


def test_zeros_of_either_sign_are_equal(isa: str) -> None:
    """0.0 and -0.0 tie and keep their signs."""
    a = np.array([-0.0, 0.0, 1.0, -0.0, 0.0] * 40)
    for mode in MODES:
        zeros = minloc.top_k(a[a == 0], 160, mode=mode)  # type: ignore[call-overload]
        assert zeros.indices.tolist() == list(range(160))
        assert np.array_equal(np.signbit(zeros.values), np.signbit(a[a == 0]))


def test_unsorted_are_the_same_elements(isa: str) -> None:
    """With `sorted=False` it is the same choice, in any order, and values go with their indices."""
    a = np.random.default_rng(0).integers(0, 30, (20, 500))
    for mode, k, axis in itertools.product(MODES, (1, 7, 100), (0, 1, None)):
        if axis == 0 and k > 20:
            continue
        words: dict[str, Any] = {"mode": mode, "axis": axis}
        want = minloc.top_k(a, k, **words)
        got = minloc.top_k(a, k, sorted=False, **words)
        along = 0 if axis is None else axis
        assert np.array_equal(np.sort(got.indices, along), np.sort(want.indices, along))
        assert same_elements(got.values, elements(a, axis, got.indices))


# --- NaN ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "G", "M8[s]", "bfloat16"])
def test_nan_ranks_last_or_is_left_out_or_is_an_error(isa: str, dtype: str) -> None:
    """NaN come after all numbers in the order of their indices, worse than any infinity."""
    a = np.arange(200).astype(dtype)
    missing = np.array("NaT", a.dtype) if a.dtype.kind == "M" else nan
    if a.dtype.kind != "M":
        a[[20, 30]] = -np.inf, np.inf
    a[[3, 150, 151]] = missing
    for mode in MODES:
        for change in LAYOUTS.values():
            words: dict[str, Any] = {"mode": mode}
            values, indices = minloc.top_k(change(a), 200, **words)
            assert indices[-3:].tolist() == [3, 150, 151]
            assert (values[-3:] != values[-3:]).all()
            assert (values[:-3] == values[:-3]).all()
            assert np.array_equal(minloc.top_k(change(a), 198, **words).indices, indices[:198])
            omitted = minloc.top_k(change(a), 197, **words, nan_policy="omit")
            assert np.array_equal(omitted.indices, indices[:197])
            with pytest.raises(ValueError, match=r"\b197\b"):
                minloc.top_k(change(a), 198, **words, nan_policy="omit")
            with pytest.raises(ValueError, match="NaN"):
                minloc.top_k(change(a), 1, **words, nan_policy="raise")
            masked = minloc.top_k(change(a), 9, **words, nan_policy="raise", where=a == a)
            assert np.array_equal(masked.indices, indices[:9])


# --- properties -----------------------------------------------------------------------------------


def test_a_null_is_a_nan() -> None:
    """A NaN-like null of a StringDType ranks last, or is left out, or is an error."""
    a = np.array(["b", nan, "a"], StringDType(na_object=nan))
    assert minloc.top_k(a, 3).indices.tolist() == [0, 2, 1]
    assert minloc.top_k(a, 2, mode="smallest", nan_policy="omit").indices.tolist() == [2, 0]
    with pytest.raises(ValueError, match="k=3 elements of a slice with 2"):
        minloc.top_k(a, 3, nan_policy="omit")
    with pytest.raises(ValueError, match="NaN"):
        minloc.top_k(a, 1, nan_policy="raise")
