"""Groups: each has the answer that its elements have alone, for any dtype, layout and labels."""

import itertools
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.dtypes import StringDType

import minloc
from minloc.reference import argbest, top
from support.answers import agree, outcome
from support.arrays import DTYPES, LAYOUTS, Array, fill
from support.drawn import axes, broadcast_masks, things
from support.keywords import POLICIES, TIES
from support.quick_oracle import Axis, axes_of, quick

GROUPS = 5
#: Shapes, reduced axes, and which way of the core they are there for.
WAYS: dict[tuple[tuple[int, ...], Axis], str] = {
    ((1500,), 0): "one slice, in more than one piece",
    ((40, 70), 1): "slices one after the other",
    ((1300, 70), 0): "rows side by side, in more than one piece",
    ((400, 3), 0): "rows so short that each slice is read on its own",
    ((7, 5, 30), (2, 0)): "several axes, out of the order of memory",
    ((12, 11), None): "the whole array",
}
LABELS = ["i1", "u1", "<i2", ">i2", "u4", ">i4", "i8", ">u8"]


def labels(shape: tuple[int, ...], dtype: str, kind: str) -> Array:
    """Return labels from -1, or 0 where there is no -1, to GROUPS - 1."""
    rng = np.random.default_rng([*shape, len(kind)])
    low = 0 if "u" in dtype else -1
    drawn = rng.integers(low, GROUPS, shape)
    if kind == "runs":
        drawn = np.sort(drawn, axis=None).reshape(shape)
    if kind == "few":  # of each label a few, one after the other
        drawn = np.repeat(drawn.ravel()[::5], 5)[: drawn.size].reshape(shape)
    return drawn.astype(dtype)


def spread(by: Array, shape: tuple[int, ...], axis: Axis) -> Array:
    """Return labels of the reduced axes, in their order, as labels of all elements."""
    over = axes_of(len(shape), axis)
    along = by.reshape(*by.shape, *[1] * (len(shape) - len(over)))
    return np.broadcast_to(np.moveaxis(along, range(len(over)), over), shape)


def one_by_one(a: Array, axis: Axis, by: Array, **words: Any) -> Array:
    """Return the answer for each group alone, -1 if it has none; `by` is of all elements."""
    where = words.pop("where", True)
    each = [quick(a, axis, where=where & (by == group), **words) for group in range(GROUPS)]
    return np.stack(each, axis if isinstance(axis, int) else -1)


@pytest.mark.parametrize("dtype", ["i1", ">u2", "f2", "i4", "f4", "u8", "M8[s]", "f8", "c8"])
@pytest.mark.parametrize("length", [3, 17, 63, 64, 65, 100, 700])
def test_the_best_of_a_run_may_lie_anywhere(isa: str, dtype: str, length: int) -> None:
    """At either end of a run of equal labels, of a group that is new or that comes back."""
    run = np.arange(2000) // length
    starts = np.arange(run[-1] + 1) * length
    stops = np.minimum(starts + length, len(run))
    for by in run, run % 3:
        own = [np.flatnonzero(by == group) for group in range(by.max() + 1)]
        for places in starts, stops - 1, starts[-3:], stops[-3:] - 1, (starts + stops) // 2:
            for function, best in (minloc.argmin, 3), (minloc.argmax, 7):
                numbers = np.full(len(run), 5)
                numbers[places] = best
                want = [mine[np.abs(numbers[mine] - 5).argmax()] for mine in own]
                got = function(numbers.astype(dtype), by=by)
                assert got.tolist() == want, (function, places)


@pytest.mark.parametrize("dtype", ["?", "i1", ">u2", "f2", "i4", "f4", "u8", "M8[s]", "f8", "c8"])
@pytest.mark.parametrize("groups", [GROUPS, 200_000], ids=["near", "far"])
def test_a_group_may_have_the_worst_element_alone(isa: str, dtype: str, groups: int) -> None:
    """Nothing is worse, so it beats no entry that is still empty; a missing one fills none."""
    kind = np.dtype(dtype)
    ends = [0, 1] if kind.kind == "b" else [-np.inf, np.inf]
    if kind.kind in "iuM":
        least, most = np.iinfo("i8").min + 1, np.iinfo("i8").max
        ends = [least, most] if kind.kind == "M" else [np.iinfo(kind).min, np.iinfo(kind).max]
    rng = np.random.default_rng(4)
    for by in labels((900,), "i8", "drawn"), labels((900,), "i8", "runs"):
        for function, worst in (minloc.argmin, ends[1]), (minloc.argmax, ends[0]):
            a = np.full(900, worst, "i8" if kind.kind == "M" else kind.newbyteorder("="))
            a = a.view("M8[s]") if kind.kind == "M" else a.astype(kind)
            missing = (rng.random(900) < 0.4) | (by == 0)
            if kind.kind in "fcM":
                a[missing] = np.array("NaT" if kind.kind == "M" else np.nan, kind)
            else:
                missing[:] = False
            there = [np.flatnonzero(~missing & (by == group)) for group in range(GROUPS)]
            got = function(a, by=by, num_groups=groups, nan_policy="omit", default=-1)
            assert got[:GROUPS].tolist() == [mine[0] if mine.size else -1 for mine in there]
            assert (got[GROUPS:] == -1).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["few values", "extremes", "some nan"])
def test_each_group_has_its_own_answer(isa: str, dtype: str, kind: str) -> None:
    """Every way of the core, layout, policy and tie gives the answers for groups alone."""
    turns = itertools.cycle(itertools.product(LABELS, ["random", "few", "runs"], [False, True]))
    words_in_turn = itertools.cycle([("propagate", "last"), ("omit", "first"), ("omit", "last")])
    layouts = itertools.cycle(LAYOUTS.values())
    for shape, axis in [*WAYS, *WAYS]:
        policy, ties = next(words_in_turn)
        a = fill(kind, dtype, shape)
        label_dtype, how, masked = next(turns)
        by = labels(tuple(shape[i] for i in axes_of(len(shape), axis)), label_dtype, how)
        everywhere = spread(by, shape, axis)
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        if masked:
            words["where"] = np.random.default_rng(5).random(shape) < 0.7
        given = {"by": by, "num_groups": GROUPS, "default": -1, **words}
        least = one_by_one(a, axis, everywhere, **words)
        most = one_by_one(a, axis, everywhere, largest=True, **words)
        for _ in range(2):
            b = next(layouts)(a)
            assert np.array_equal(minloc.argmin(b, axis, **given), least), (shape, b.strides, words)
            assert np.array_equal(minloc.argmax(b, axis, **given), most), (shape, b.strides, words)
        both = minloc.argminmax(a, axis, **given)
        assert np.array_equal(both.argmin, least)
        assert np.array_equal(both.argmax, most)


@pytest.mark.parametrize("dtype", LABELS)
@pytest.mark.parametrize("kind", ["random", "few"])
def test_labels_of_any_dtype_and_stride(isa: str, dtype: str, kind: str) -> None:
    """Labels may be any integers, anywhere in memory, and differ from slice to slice."""
    for (shape, axis), change in itertools.product(WAYS, LAYOUTS.values()):
        a = fill("random", "f4", shape)
        by = labels(shape, dtype, kind)
        want = one_by_one(a, axis, by)
        got = minloc.argmin(a, axis, by=change(by), num_groups=GROUPS, default=-1)
        assert np.array_equal(got, want), (shape, axis)


@pytest.mark.parametrize("shape", [(3_000_000,), (40, 50_000), (9000, 400), (900, 3, 900)])
def test_threads_give_one_answer(shape: tuple[int, ...]) -> None:
    """Threads share slices, and cut them: every number of threads answers alike."""
    rng = np.random.default_rng(3)
    a = rng.integers(0, 1000, shape).astype("f4")
    a[a == 7] = np.nan
    for axis in range(len(shape)):
        by = rng.integers(-1, 50, shape[axis])
        every: list[dict[str, Any]] = [{"nan_policy": "omit"}, {"ties": "last"}]
        for words in every:
            answers = []
            for threads in 1, 2, 7:
                with minloc.threads(threads):
                    answers.append(minloc.argmax(a, axis, by=by, default=-1, **words))
            assert np.array_equal(answers[0], answers[1])
            assert np.array_equal(answers[0], answers[2])
            where = spread(by == 7, shape, axis)
            alone = quick(a, axis, largest=True, where=where, **words)
            assert np.array_equal(answers[0].take(7, axis), alone)


@pytest.mark.parametrize("many", [40_000, 300_000])
@pytest.mark.parametrize("dtype", ["f8", "i2"])
def test_more_groups_than_a_cache_holds(dtype: str, many: int) -> None:
    """Tables of any size, sorted labels or not, give the first of the smallest."""
    rng = np.random.default_rng(many)
    a, by = rng.integers(0, 9, 200_000).astype(dtype), rng.integers(0, many, 200_000)
    for order in by, np.sort(by), np.repeat(by[::7], 7)[: by.size]:
        places = np.lexsort((np.arange(a.size), a, order))
        first = np.unique(order[places], return_index=True)
        want = np.full(many, -1)
        want[first[0]] = places[first[1]]
        assert np.array_equal(minloc.argmin(a, by=order, num_groups=many, default=-1), want)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Array, Axis, Array, dict[str, Any]]:
    """Draw an array of any dtype, axes, labels and keywords."""
    a, words = draw(things()), {}
    axis = draw(axes(a.ndim))
    over = axes_of(a.ndim, axis)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape: tuple[int, ...] = a.shape
    if isinstance(axis, int) and draw(st.booleans()):
        shape = (a.shape[axis],)
    elif isinstance(axis, tuple) and len(over) < a.ndim and draw(st.booleans()):
        shape = tuple(a.shape[i] for i in over)
    by = rng.integers(-1, draw(st.sampled_from([1, 3])), shape)
    if draw(st.booleans()):
        by = np.sort(by, axis=None).reshape(shape)
    if draw(st.booleans()):
        words["where"] = draw(broadcast_masks(a.shape))
    words["ties"] = draw(st.sampled_from(TIES))
    nans = a.dtype == object and (a != a).any()  # those have no order, and NumPy's rule is none
    words["nan_policy"] = draw(st.sampled_from(POLICIES[1:] if nans else POLICIES))
    if draw(st.booleans()):
        words["default"] = draw(st.integers(-3, 3))
    return a, axis, by.astype(draw(st.sampled_from(["i1", ">i4", "i8"]))), words


@given(calls(), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_keywords_answer_as_the_oracle(
    call: tuple[Array, Axis, Array, dict[str, Any]], keepdims: bool
) -> None:
    """The index functions with groups and any other keywords answer, or refuse, as the oracle."""
    a, axis, by, words = call
    words |= {"by": by, "num_groups": 3, "keepdims": keepdims}
    least = outcome(argbest, a, axis, **words)
    assert agree(outcome(minloc.argmin, a, axis, **words), least)
    most = outcome(argbest, a, axis, largest=True, **words)
    both = outcome(minloc.argminmax, a, axis, **words)
    assert agree(both if both is ValueError else both.argmax, most)
    if least is not ValueError:
        out = np.empty(least.shape, np.intp)
        assert minloc.argmin(a, axis, out, **words) is out
        assert np.array_equal(out, least)


@given(calls(), st.integers(0, 3), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_k_best_of_each_group(
    call: tuple[Array, Axis, Array, dict[str, Any]], k: int, largest: bool
) -> None:
    """The axes of groups and of ranks take the place of one axis, or come last."""
    a, axis, by, words = call
    words = {name: words[name] for name in ("where", "nan_policy") if name in words}
    words |= {"by": by, "num_groups": 3}
    if a.dtype.kind == "T":
        return  # to NumPy a null is no NaN
    want = outcome(top, a, k, axis, largest=largest, **words)
    mode: Any = "largest" if largest else "smallest"
    got = outcome(minloc.top_k, a, k, axis=axis, mode=mode, **words)
    assert agree(got if got is ValueError else got.indices, want)
    if got is not ValueError:
        assert got.values.shape == got.indices.shape


def test_values_and_coordinates() -> None:
    """Elements, coordinates and both ends are those of each group."""
    a = np.array([[6, 3, 8, 1], [5, 2, 9, 7]])
    by = [0, 1, 0, 1]
    found = minloc.findmin(a, axis=1, by=by)
    assert found.values.tolist() == [[6, 1], [5, 2]]
    assert found.indices.tolist() == [[0, 3], [0, 1]]
    rows, columns = minloc.minloc(a, by=[by, by])
    assert (rows.tolist(), columns.tolist()) == ([1, 0], [0, 3])
    least, most = minloc.argminmax(a, axis=1, by=by)
    assert (least.tolist(), most.tolist()) == ([[0, 3], [0, 1]], [[2, 1], [2, 3]])
    missing = minloc.findmax(a * 1.0, axis=1, by=by, num_groups=3, default=-1)
    assert np.isnan(missing.values[:, 2]).all()
    assert (missing.indices[:, 2] == -1).all()


@pytest.mark.parametrize("dtype", ["O", "U2", "S2", StringDType()])
def test_dtypes_with_their_own_comparison(dtype: Any) -> None:
    """Strings and objects have groups, too, and their elements are found."""
    a = np.array([["pear", "fig"], ["nut", "date"]], dtype=object).astype(dtype)
    found = minloc.findmin(a, axis=0, by=[1, 0])
    assert found.indices.tolist() == [[1, 1], [0, 0]]
    assert np.array_equal(found.values, a[::-1])


def test_shape_of_the_result() -> None:
    """Groups take the place of one axis, and are last otherwise, after axes of size 1."""
    a = np.zeros((4, 5, 6))
    assert minloc.argmin(a, axis=1, by=[0, 1, 0, 1, 0]).shape == (4, 2, 6)
    assert minloc.argmin(a, axis=1, by=[0, 1, 0, 1, 0], keepdims=True).shape == (4, 2, 6)
    by = np.zeros((4, 6), int)
    assert minloc.argmin(a, axis=(0, 2), by=by, num_groups=1).shape == (5, 1)
    assert minloc.argmin(a, axis=(0, 2), by=by, keepdims=True).shape == (1, 5, 1, 1)
    assert minloc.argmin(a, by=np.zeros(a.shape, int)).shape == (1,)
    assert minloc.top_k(a, 2, axis=1, by=[0, 1, 0, 1, 0]).indices.shape == (4, 2, 2, 6)
    assert minloc.top_k(a, 2, axis=(0, 2), by=by).indices.shape == (5, 1, 2)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_group_depends_on_its_own_elements_alone(data: st.DataObject) -> None:
    """Whatever the elements of other groups become, its answer stays."""
    dtype = data.draw(st.sampled_from(["f4", "i1", "M8[s]", "O"]))
    a = fill("random" if dtype == "O" else "some nan", "i8" if dtype == "O" else dtype, (60,))
    a = a.astype(dtype)
    by = labels((60,), "i8", data.draw(st.sampled_from(["random", "runs"])))
    group = data.draw(st.integers(0, GROUPS - 1))
    words: dict[str, Any] = {"by": by, "num_groups": GROUPS, "default": -1, "nan_policy": "omit"}
    before = minloc.argmin(a, **words)
    b = a.copy()
    b[by != group] = np.roll(a, data.draw(st.integers(1, 59)))[by != group]
    assert minloc.argmin(b, **words)[group] == before[group]
