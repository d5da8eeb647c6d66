"""The k best of each slice are the oracle's: sorted, stable, and the same on every path."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from arrays import DTYPES, FILLS, LAYOUTS, SEVERAL, SHAPES, Array, fill, interesting
from hypothesis import given, settings
from masks import MASKS, mask
from ml_dtypes import bfloat16
from numpy import nan
from numpy.dtypes import StringDType
from quick_oracle import Axis, axes_of, lanes_of, quick_top
from test_words import agree, axes, broadcast_masks, outcome, same, things

import minloc
from minloc.reference import top

MODES = ["largest", "smallest"]
POLICIES = ["propagate", "omit", "raise"]


def elements(a: Array, axis: Axis, indices: Array) -> Array:
    """Return the elements at the indices of `top_k`, in their shape."""
    if not isinstance(axis, tuple):
        indices = np.moveaxis(indices, axes_of(a.ndim, axis)[0] if axis is not None else 0, -1)
    values = np.take_along_axis(lanes_of(a, axis), indices, -1)
    if isinstance(axis, tuple) or axis is None:
        return values
    return np.moveaxis(values, -1, axis)


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
    assert same(values, elements(a, axis, want)), (k, axis, words)


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
def test_lanes_of_every_length(isa: str, dtype: str) -> None:
    """A lane of any length gives the oracle's answer, from any fill."""
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
        assert same(got.values, elements(a, axis, got.indices))


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


# --- shapes and kinds -----------------------------------------------------------------------------


def test_shapes() -> None:
    """The axis of size k is where the reduced one was; alone for None; last for a tuple."""
    a = np.random.default_rng(1).random((3, 4, 5))
    shapes: list[tuple[Any, tuple[int, ...]]] = [
        (-1, (3, 4, 2)),
        (0, (2, 4, 5)),
        (1, (3, 2, 5)),
        (None, (2,)),
        ((2, 0), (4, 2)),
        ((1,), (3, 5, 2)),
        ((0, 1, 2), (2,)),
    ]
    for axis, shape in shapes:
        values, indices = minloc.top_k(a, 2, axis=axis)
        assert values.shape == indices.shape == shape
        assert np.array_equal(indices, top(a, 2, axis))
    assert minloc.top_k(a, 2).indices.shape == (3, 4, 2)
    assert minloc.top_k(a, 1, axis=()).indices.shape == (3, 4, 5, 1)
    assert np.array_equal(minloc.top_k(a, 1, axis=()).values[..., 0], a)
    assert np.array_equal(minloc.top_k(a, 3, axis=0).values, np.sort(a, 0)[::-1])


def test_none_of_nothing() -> None:
    """A k of 0 is an empty answer of the right shape, also where there is nothing to choose."""
    for a in np.ones((3, 4)), np.ones((3, 0)), np.ones((3, 4), object):
        values, indices = minloc.top_k(a, 0)
        assert values.shape == indices.shape == (3, 0)
        assert values.dtype == a.dtype
        assert indices.dtype == np.intp
    assert minloc.top_k(np.ones((3, 4)), 0, axis=0, where=False).indices.shape == (0, 4)
    for dtype in "f8", "U3", object:
        assert minloc.top_k(np.ones((0, 4), dtype), 2).indices.shape == (0, 2)
        assert minloc.top_k(np.ones((4, 0), dtype), 2, axis=0).indices.shape == (2, 0)
        assert minloc.top_k(np.ones(3, dtype), 0, axis=()).indices.shape == (3, 0)
        assert minloc.top_k(np.ones((), dtype), 1).indices.tolist() == [0]
        with pytest.raises(ValueError, match=r"\b1\b"):
            minloc.top_k(np.ones((), dtype), 2)
    assert minloc.top_k([], 0).indices.tolist() == []


def test_other_kinds_of_array() -> None:
    """Lists, strings, objects and user dtypes are ranked by their own order."""
    found = minloc.top_k([3, 1, 2], 2)
    assert type(found).__name__ == "TopK"
    assert found.values.tolist() == found[0].tolist() == [3, 2]
    assert found.indices.tolist() == found[1].tolist() == [0, 2]
    words = ["pear", "fig", "apple", "fig", "plum"]
    things: list[Array] = [
        np.array(words),
        np.array(words, "S"),
        np.array(words, object),
        np.array(words, StringDType()),
    ]
    for a in things:
        for b in a, np.repeat(a, 2)[::2], a[::-1].copy()[::-1]:
            values, indices = minloc.top_k(b, 4, mode="smallest")
            assert indices.tolist() == [2, 1, 3, 0]
            assert values.dtype == a.dtype
            assert np.array_equal(values, a[indices])
            assert minloc.top_k(b, 2, where=a != a[4]).indices.tolist() == [0, 1]
    own = np.array([[2, nan, 5], [nan, 1, 0]], bfloat16)
    assert minloc.top_k(own, 2).indices.tolist() == [[2, 0], [1, 2]]
    held: list[Any] = [float(i) for i in (5, 3, 5, 4)]
    values, indices = minloc.top_k(np.array(held, object), 3)
    assert indices.tolist() == [0, 2, 3]
    assert all(value is held[i] for value, i in zip(values, indices, strict=True))
    assert minloc.top_k([2, 3, 1], np.int8(2)).indices.tolist() == [1, 0]


def test_masked_arrays() -> None:
    """A masked element is no candidate."""
    hidden = np.array([[True, False, False], [False, False, True]])
    a = np.ma.array([[9, 1, 2], [3, 4, 9]], mask=hidden)
    assert minloc.top_k(a, 2).indices.tolist() == [[2, 1], [1, 0]]
    with pytest.raises(ValueError, match=r"\b2\b"):
        minloc.top_k(a, 3)


# --- bad input ------------------------------------------------------------------------------------


def test_too_few_candidates_are_counted() -> None:
    """The message says how many there are, and of which slice."""
    a = np.arange(12.0).reshape(3, 4)
    a[1, 1:] = nan
    where = np.ones((3, 4), bool)
    where[2, 1:3] = False
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({}, 5, r"\b4\b"),
        ({"axis": 0}, 4, r"\b3\b"),
        ({"axis": None}, 13, r"\b12\b"),
        ({"axis": (1, 0)}, 13, r"\b12\b"),
        ({"nan_policy": "omit"}, 2, r"(?s)\b1\b.*\(1,\)"),
        ({"where": where}, 3, r"(?s)\b2\b.*\(2,\)"),
        ({"where": where, "nan_policy": "omit", "axis": None}, 8, r"\b7\b"),
        ({"where": np.False_}, 1, r"\b0\b|\bno\b"),
    ]
    for words, k, says in cases:
        with pytest.raises(ValueError, match=says):
            minloc.top_k(a, k, **words)
        with pytest.raises(ValueError, match=says):
            minloc.top_k(a.astype(object), k, **words)


def refusals() -> Iterator[Any]:
    """List what is refused: an id, k, words, the error, what its message says."""
    yield "a negative k", -1, {}, ValueError, "k.*-1"
    yield "a k of float", 2.0, {}, TypeError, "k|int"
    yield "a k of str", "2", {}, TypeError, "k|int"
    yield "a k of None", None, {}, TypeError, "k|int"
    yield "a k past all memory", 2**70, {}, (ValueError, OverflowError), "k"
    yield "an unknown mode", 1, {"mode": "max"}, ValueError, "mode.*'largest'.*'smallest'.*'max'"
    yield "a mode that is no word", 1, {"mode": 1}, (ValueError, TypeError), "mode.*'largest'"
    yield "an unknown policy", 1, {"nan_policy": "skip"}, ValueError, "nan_policy.*'propagate'"
    yield "a mask of ints", 1, {"where": [1, 0, 1]}, TypeError, "where.*bool"
    yield "a mask that does not fit", 1, {"where": np.ones(4, bool)}, ValueError, "where"
    yield "an axis twice", 1, {"axis": (0, 0)}, ValueError, "axis"
    yield "an axis out of bounds", 1, {"axis": 2}, np.exceptions.AxisError, "axis 2"
    yield "an axis that is a list", 1, {"axis": [0]}, TypeError, "int"
    yield "a word of other functions", 1, {"ties": "last"}, TypeError, "ties"
    yield "k by name", 1, {"k": 1}, TypeError, "k"


@pytest.mark.parametrize(
    ("k", "words", "error", "says"), [pytest.param(*case[1:], id=case[0]) for case in refusals()]
)
def test_bad_words_are_refused(k: Any, words: dict[str, Any], error: Any, says: str) -> None:
    """An error names the argument."""
    top_k: Callable[..., Any] = minloc.top_k
    for a in np.ones((2, 3)), np.ones((2, 3), object), [[1, 2, 3], [4, 5, 6]]:
        with pytest.raises(error, match=f"(?s){says}"):
            top_k(a, k, **words)


def test_k_is_needed_and_words_are_given_by_name() -> None:
    """The array and k are positional; nothing else is."""
    top_k: Callable[..., Any] = minloc.top_k
    for args in [], [[3, 1, 2]], [[3, 1, 2], 1, -1]:
        with pytest.raises(TypeError):
            top_k(*args)
    with pytest.raises(TypeError):
        top_k(a=[3, 1, 2], k=1)


# --- threads --------------------------------------------------------------------------------------


#: Arrays that are shared among threads, and how many are asked for.
SHARED: list[tuple[tuple[int, ...], Axis, int]] = [
    ((700_003,), -1, 3),
    ((700_003,), None, 1000),
    ((3, 233_401), 1, 10),
    ((233_401, 3), 1, 2),
    ((116_703, 6), 0, 10),
    ((97, 37, 195), (2, 0), 10),
]


@pytest.mark.parametrize(("shape", "axis", "k"), SHARED)
@pytest.mark.parametrize("spread", [3, 2**40])
def test_every_number_of_threads_gives_one_answer(
    shape: tuple[int, ...], axis: Axis, k: int, spread: int
) -> None:
    """One, two and seven threads agree, with ties and NaN across the cuts."""
    rng = np.random.default_rng(len(shape))
    a = rng.integers(0, spread, shape).astype(float)
    a[rng.random(shape) < 1e-5] = nan
    where = rng.random(shape) < 0.9
    if shape[-1] == 3:
        where[:, 1:] = True  # so that each slice has two
    for b, words in itertools.product(
        (a, np.asfortranarray(a)),
        [{"mode": "largest"}, {"mode": "smallest", "where": where}],
    ):
        asked: dict[str, Any] = {"axis": axis, "nan_policy": "propagate", **words}
        with minloc.threads(1):
            want = minloc.top_k(b, k, **asked)
        for n in 2, 7:
            with minloc.threads(n):
                got = minloc.top_k(b, k, **asked)
            assert np.array_equal(got.indices, want.indices)
            assert same(got.values, want.values)
        if shape[-1] != 3:
            largest = words["mode"] == "largest"
            mask = words.get("where", True)
            assert np.array_equal(want.indices, quick_top(b, k, axis, largest=largest, where=mask))


# --- properties -----------------------------------------------------------------------------------


@st.composite
def calls(draw: st.DrawFn) -> tuple[Array, int, Axis, dict[str, Any]]:
    """Draw an array, k, axes and words."""
    a = draw(things())
    over = draw(axes(a.ndim))
    n = lanes_of(np.empty(a.shape), over).shape[-1]
    words: dict[str, Any] = {"axis": over, "mode": draw(st.sampled_from(MODES))}
    if draw(st.booleans()):
        words["where"] = draw(broadcast_masks(a.shape))
    nans = a.dtype == object and (a != a).any()
    words["nan_policy"] = draw(st.sampled_from(POLICIES[1:] if nans else POLICIES))
    return a, draw(st.integers(0, min(n + 1, 12))), over, words


@given(calls())
@settings(max_examples=400, deadline=None)
def test_any_words_on_any_array_answer_as_the_oracle(
    call: tuple[Array, int, Axis, dict[str, Any]],
) -> None:
    """Indices are the oracle's or its refusal, and values are the elements there."""
    a, k, axis, words = call
    asked = {name: word for name, word in words.items() if name != "mode"}
    want = outcome(top, a, k, **asked, largest=words["mode"] == "largest")
    got = outcome(minloc.top_k, a, k, **words)
    assert agree(got if got is ValueError else got.indices, want)
    if got is ValueError:
        return
    assert got.values.dtype.kind == a.dtype.kind
    there = elements(a, axis, want)
    if a.dtype.kind in "OTSU":
        assert got.values.tolist() == there.tolist()
    else:
        assert same(got.values, there)


@given(things(), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_the_best_is_argmax(a: Array, k: int) -> None:
    """The first of the k largest is argmax, of the k smallest argmin, where there is no NaN."""
    if a.dtype.kind in "fcmMO" and (a != a).any():
        return
    for axis in range(a.ndim):
        if a.shape[axis] >= k and a.size:
            first = minloc.top_k(a, k, axis=axis).indices.take(0, axis)
            assert np.array_equal(first, minloc.argmax(a, axis))
            first = minloc.top_k(a, k, axis=axis, mode="smallest").indices.take(0, axis)
            assert np.array_equal(first, minloc.argmin(a, axis))


def test_a_null_is_a_nan() -> None:
    """A NaN-like null of a StringDType ranks last, or is left out, or is an error."""
    a = np.array(["b", nan, "a"], StringDType(na_object=nan))
    assert minloc.top_k(a, 3).indices.tolist() == [0, 2, 1]
    assert minloc.top_k(a, 2, mode="smallest", nan_policy="omit").indices.tolist() == [2, 0]
    with pytest.raises(ValueError, match="k=3 elements of a slice with 2"):
        minloc.top_k(a, 3, nan_policy="omit")
    with pytest.raises(ValueError, match="NaN"):
        minloc.top_k(a, 1, nan_policy="raise")
