"""Every word on every function: the oracle's answer for each dtype, layout, mask and tie rule.

The words multiply, so most tests walk through all combinations of masks and words and take the
fill and the layout of each by turns: over all shapes and dtypes every pair is met.
"""

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
import pytest
from arrays import DTYPES, FILLS, LAYOUTS, SEVERAL, SHAPES, Array, fill, interesting
from hypothesis import given, settings
from masks import MASKS, mask
from ml_dtypes import bfloat16
from numpy import nan
from numpy.dtypes import StringDType
from quick_oracle import Axis, axes_of, lanes_of, quick, values_at
from raised import slice_of
from test_properties import arrays

import minloc
from minloc import _core
from minloc.reference import argbest

POLICIES = ["propagate", "omit", "raise"]
TIES = ["first", "last"]


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
        """The words of the call, but for `default`."""
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


def same(x: Any, y: Any) -> bool:
    """Whether two arrays of one dtype hold the same bits, but for the padding of long double."""
    x, y = (np.asarray(z).astype(z.dtype.newbyteorder("=")) for z in (x, y))
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    if x.dtype.char in "gG":
        pairs = [(x.real, y.real), (x.imag, y.imag)] if x.dtype.char == "G" else [(x, y)]
        return all(
            np.array_equal(u, v, equal_nan=True) and np.array_equal(np.signbit(u), np.signbit(v))
            for u, v in pairs
        )
    return bool(x.tobytes() == y.tobytes())


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


def check_found(
    function: Callable[..., Any], a: Array, axis: Axis, words: dict[str, Any], want: Array
) -> None:
    """Hold findmin or findmax to the indices, and its values to the elements there."""
    missing = want < 0
    if missing.any() and a.dtype.kind in "biu":
        with pytest.raises(TypeError, match=r"NaN"):
            function(a, axis, **words, default=-1)
        return
    values, indices = function(a, axis, **words, default=-1)
    assert np.array_equal(indices, want), words
    assert np.shape(values) == want.shape
    there = values_at(a, axis, np.where(missing, 0, want))
    assert same(np.asarray(values)[~missing], np.asarray(there)[~missing]), words
    nothing = np.asarray(values)[missing]
    assert (nothing != nothing).all()


def questions(dtype: str, shape: tuple[int, ...], axis: Axis) -> Iterator[tuple[int, Question]]:
    """Ask masks and words of a few fills, which ones by turns."""
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
    """Every shape that takes its own way gives the oracle's answer for all words."""
    check_all(isa, dtype, shape, axis)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axes"), SEVERAL)
def test_several_axes(isa: str, dtype: str, shape: tuple[int, ...], axes: tuple[int, ...]) -> None:
    """Over several axes the index counts in the order in which they are given."""
    check_all(isa, dtype, shape, axes)


@pytest.mark.parametrize("dtype", DTYPES)
def test_lanes_of_every_length(isa: str, dtype: str) -> None:
    """A lane of any length gives the oracle's answer, whatever is masked and whichever tie wins."""
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


# --- ties -----------------------------------------------------------------------------------------


#: Slices as long as the vectors want them, in each direction.
LONG_SLICES: list[tuple[tuple[int, ...], Axis]] = [
    ((5000,), None),
    ((700, 40), 0),
    ((40, 700), 1),
    ((9, 30, 20), (2, 1)),
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_of_equals_is_found_everywhere(isa: str, dtype: str) -> None:
    """Two equal minima far apart: "first" is the one, "last" the other, on every path."""
    for shape, axis in LONG_SLICES:
        count = len(axes_of(len(shape), axis))
        n = lanes_of(np.empty(shape), axis).shape[-1]
        for early, late in (0, n - 1), (1, n - 2), (n // 3, n // 3 + 1):
            ones = np.ones(shape, dtype)
            lanes = np.moveaxis(ones, axes_of(len(shape), axis), range(-count, 0))
            for at in early, late:
                lanes[(..., *np.unravel_index(at, lanes.shape[-count:]))] = 0
            for change in LAYOUTS.values():
                a = change(ones)
                assert np.all(minloc.argmin(a, axis) == early)
                assert np.all(minloc.argmin(a, axis, ties="last") == late)
                zeros = a != np.ones((), dtype)
                assert np.all(minloc.argmax(a, axis, ties="last", where=zeros) == late)


def test_zeros_of_either_sign_are_equal(isa: str) -> None:
    """0.0 and -0.0 tie, so the tie rule decides; the value keeps its sign."""
    for dtype in "efdg":
        a = np.full(1000, 5, dtype)
        a[[100, 900]] = -0.0, 0.0
        words: list[dict[str, Any]] = [{"ties": "first"}, {"ties": "last"}]
        for word, at in zip(words, (100, 900), strict=True):
            values, indices = minloc.findmin(a, **word)
            assert indices == at
            assert np.signbit(values) == (at == 100)
            values, indices = minloc.findmax(-a, **word)
            assert indices == at
            assert np.signbit(values) == (at == 900)


# --- NaN ------------------------------------------------------------------------------------------


def test_the_first_or_the_last_nan_wins(isa: str) -> None:
    """Under "propagate" a NaN beats every number, and the tie rule says which one."""
    for dtype in "efdgFDG":
        for n in 3, 50, 5000:
            a = np.zeros(n, dtype)
            a[[1, n - 1]] = nan
            a[0] = -np.inf
            for function in minloc.argmin, minloc.argmax:
                assert function(a) == 1
                assert function(a, ties="last") == n - 1
                assert function(a, ties="last", where=np.arange(n) < n - 1) == 1
    dates = np.array([5, 3, "NaT", 4, "NaT", 9], "M8[D]")
    assert minloc.argmax(dates, ties="last") == minloc.argmin(dates, ties="last") == 4
    assert minloc.argmin(dates, nan_policy="omit", ties="last") == 1


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "G", "M8[s]", "bfloat16"])
def test_raise_sees_every_nan_that_counts(isa: str, dtype: str) -> None:
    """One NaN anywhere is an error, unless it is masked; `out` stays as it was."""
    a = np.ones((50, 60), dtype)
    missing = np.array("NaT", a.dtype) if a.dtype.kind == "M" else nan
    for place in (0, 0), (20, 31), (49, 59):
        b = a.copy()
        b[place] = missing
        for axis in None, 0, 1, (1, 0):
            out = np.full(np.shape(minloc.argmin(a, axis)), -7)
            words = {"nan_policy": "raise", "where": b == b}
            for function in minloc.argmin, minloc.argmax:
                assert np.all(function(a, axis, nan_policy="raise") == 0)
                for layout in b, np.asfortranarray(b), b[::-1, ::-1].copy()[::-1, ::-1]:
                    with pytest.raises(ValueError, match="NaN"):
                        function(layout, axis, out, nan_policy="raise", default=-1)
                    got = function(layout, axis, **words)
                    assert np.array_equal(got, function(a, axis, where=b == b))
            assert np.all(out == -7)


def test_a_null_string_is_no_candidate_under_omit() -> None:
    """A null of StringDType is NaN: omitted, or an error."""
    a = np.array(["b", nan, "a", nan, "a", nan], StringDType(na_object=nan))
    assert minloc.argmin(a, nan_policy="omit", ties="last") == 4
    assert minloc.argmax(a, nan_policy="omit") == 0
    assert minloc.argmin(a[1::2], nan_policy="omit", default=-1) == -1
    with pytest.raises(ValueError, match="NaN"):
        minloc.argmin(a, nan_policy="raise")


# --- slices without a candidate -------------------------------------------------------------------


@pytest.mark.parametrize("default", [-1, 0, 2, 10**6, np.int8(-3), -(2**63)])
def test_a_bad_slice_gets_the_default_and_hides_no_other(isa: str, default: Any) -> None:
    """Only the slices without a candidate get it, whatever int it is."""
    a = np.array([[nan, nan, nan], [3.0, 1.0, nan], [nan, 2.0, 2.0]])
    for layout in LAYOUTS.values():
        b = layout(a)
        got = minloc.nanargmin(b, 1, default=default, ties="last")
        assert got.tolist() == [default, 1, 2]
        got = minloc.argmin(b, 1, where=~np.isnan(b), default=default)
        assert got.tolist() == [default, 1, 1]
        got = minloc.argmin(b, where=b > 5, default=default)
        assert got == default
        assert type(got) is np.intp
    assert minloc.argmin(np.zeros((0, 3)), default=default) == default
    assert minloc.argmin(np.zeros((3, 0)), 1, default=default).tolist() == [default] * 3
    assert minloc.argmin(np.zeros((3, 0)), 0, default=default).tolist() == []
    assert minloc.argmin(np.zeros((2, 0, 3, 0)), (3, 1), default=default).tolist() == (
        [[default] * 3] * 2
    )


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D", "G", "m8[s]", "bfloat16"])
def test_the_value_of_nothing_is_nan(isa: str, dtype: str) -> None:
    """With `default`, a slice without a candidate has NaN or NaT as its value."""
    a = np.arange(12).reshape(3, 4).astype(dtype)
    where = np.arange(3)[:, np.newaxis] != 1
    for function, column in (minloc.findmin, 0), (minloc.findmax, 3):
        for b, axis, rows in (a, 1, where), (a.T, 0, where.T), (np.asfortranarray(a), -1, where):
            values, indices = function(b, axis, where=rows, default=-1)
            assert values.dtype == a.dtype
            assert indices.tolist() == [column, -1, column]
            assert same(values[::2], a[::2, column])
            assert values[1] != values[1]
    value, index = minloc.findmin(a, where=np.False_, default=-5)
    assert value != value
    assert index == -5
    with pytest.raises(ValueError, match="empty sequence"):
        minloc.findmin(a, 1, where=where)


@pytest.mark.parametrize("dtype", ["?", "i4", "u8", "S3", "U3"])
def test_a_dtype_without_nan_has_no_value_for_nothing(dtype: str) -> None:
    """A dtype that has neither NaN nor NaT is a TypeError that says so."""
    a = np.ones((3, 4), dtype)
    where = np.arange(3)[:, np.newaxis] != 1
    for function in minloc.findmin, minloc.findmax:
        with pytest.raises(TypeError, match=r"(?s)NaN.*NaT"):
            function(a, 1, where=where, default=-1)
        assert function(a, 1).indices.tolist() == [0, 0, 0]
    assert minloc.argmin(a, 1, where=where, default=-1).tolist() == [0, -1, 0]
    assert minloc.argminmax(a, 1, where=where, default=-1).argmax.tolist() == [0, -1, 0]


def test_masked_arrays_take_the_words_too() -> None:
    """The mask of a masked array is `where=`, beside one that is given."""
    hidden = np.array([[0, 0, 0, 1], [1, 1, 1, 1]], bool)
    a = np.ma.array([[5, 1, 1, 7], [2, 3, 4, 5]], mask=hidden)
    assert minloc.argmin(a, 1, ties="last", default=-1).tolist() == [2, -1]
    assert minloc.argmin(a, (0, 1), ties="last") == 2
    where = [[True, False, False, True], [True] * 4]
    assert minloc.argmin(a, 1, where=where, default=-1).tolist() == [0, -1]
    assert minloc.argmin(a, 1, default=-1, dtype=np.int8).dtype == np.int8
    assert minloc.argminmax(a, 1, default=-1).argmax.tolist() == [0, -1]
    assert [i.tolist() for i in minloc.minloc(a)] == [0, 1]
    values, indices = minloc.findmin(a.astype(float), 1, default=-1)
    assert indices.tolist() == [1, -1]
    assert values[0] == 1
    assert np.isnan(values[1])


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "payloads"),
    [
        ("f2", (0x7E01, 0xFE02, 0x7C03)),
        ("bfloat16", (0x7FC1, 0xFFC2, 0x7F83)),
        ("f4", (0x7FC00001, 0xFFC00002, 0x7F800003)),
        ("f8", (0x7FF8000000000001, 0xFFF8000000000002, 0x7FF0000000000003)),
    ],
)
def test_a_value_has_the_bits_of_its_element(
    isa: str, dtype: str, payloads: tuple[int, ...]
) -> None:
    """NaN comes back with its sign and payload, quiet or signalling, from every path."""
    for pattern in payloads:
        for shape, axis in LONG_SLICES:
            a = np.ones(shape, dtype)
            unsigned = np.dtype(f"u{a.itemsize}")
            count = len(axes_of(a.ndim, axis))
            lanes = np.moveaxis(a.view(unsigned), axes_of(a.ndim, axis), range(-count, 0))
            want = lanes_of(a, axis).shape[-1] // 2
            lanes[(..., *np.unravel_index(want, lanes.shape[-count:]))] = pattern
            for layout in LAYOUTS.values():
                for function in minloc.findmin, minloc.findmax:
                    values, indices = function(layout(a), axis)
                    assert np.all(indices == want)
                    native = np.asarray(values).astype(a.dtype)
                    assert np.all(native.view(unsigned) == pattern)


def test_a_value_is_the_object_itself() -> None:
    """For dtype object the value is the element, not one equal to it, and is counted once."""
    things = [[float(i * 7 % 5) for i in range(6)] for _ in range(4)]
    a = np.array(things, object)
    functions: list[Callable[..., Any]] = [minloc.findmin, minloc.findmax]
    for ties in TIES:
        for function, best in zip(functions, (min, max), strict=True):
            values, indices = function(a, 1, ties=ties)
            for row, value, index in zip(things, values, indices, strict=True):
                assert value is row[index]
                assert value == best(row)
            value, index = function(a, ties=ties)
            assert value is a.reshape(-1)[index]
            assert type(value) is float
            assert index == argbest(a, largest=best is max, ties=ties)


def test_values_have_the_arrays_dtype() -> None:
    """Unit, length and string dtype are the array's; a whole array gives a scalar of it."""
    for a in (
        np.array(["2020-01", "2019-07"], "M8[M]"),
        np.array([3, 1], "m8[25s]"),
        np.array(["bb", "a"], "U7"),
        np.array([b"bb", b"a"], "S7"),
        np.array(["bb", "a"], StringDType()),
        np.array([2, 1], bfloat16),
        np.array([2, 1], "f2"),
    ):
        values, indices = minloc.findmin(np.stack([a, a]), 1)
        assert values.dtype == a.dtype
        assert np.array_equal(values, a[[1, 1]])
        assert indices.tolist() == [1, 1]
        found = minloc.findmin(a)
        assert found.values == a[1]
        assert type(found.values) is type(a[1])
        assert type(found.indices) is np.intp


def test_results_have_names() -> None:
    """Pairs are named tuples, so both ways to read them work."""
    found = minloc.findmin([[3, 1], [0, 2]], axis=1)
    assert type(found).__name__ == "FindResult"
    assert found.values.tolist() == found[0].tolist() == [1, 0]
    assert found.indices.tolist() == found[1].tolist() == [1, 0]
    both = minloc.argminmax([[3, 1], [0, 2]], axis=1)
    assert type(both).__name__ == "ArgMinMax"
    assert both.argmin.tolist() == both[0].tolist() == [1, 0]
    assert both.argmax.tolist() == both[1].tolist() == [0, 1]
    assert minloc.findmax([3, 1]) == (3, 0)
    assert minloc.argminmax([3, 1]) == (1, 0)


# --- coordinates ----------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (2, 0), (1,), (2, 1, 0), ()])
@pytest.mark.parametrize("order", ["C", "F"])
def test_coordinates_index_the_array(axis: Axis, order: Any) -> None:
    """`a[minloc(a)]` is the minimum; with keepdims, and open indices beside, for any axis."""
    a = np.array(np.random.default_rng(3).integers(0, 50, (4, 5, 6)), order=order)
    axes = axes_of(a.ndim, axis)
    for function, extreme in (minloc.minloc, np.min), (minloc.maxloc, np.max):
        places = function(a, axis, keepdims=True)
        assert len(places) == len(axes)
        index: list[Any] = list(np.ogrid[:4, :5, :6])
        for i, place in zip(axes, places, strict=True):
            index[i] = place
        assert np.array_equal(a[tuple(index)], extreme(a, axis=axes, keepdims=True))
        narrow = function(a, axis)
        for place, wide in zip(narrow, places, strict=True):
            assert np.array_equal(np.expand_dims(place, axes), wide)
            assert place.dtype == np.intp
    if axis is None:
        assert a[minloc.minloc(a)] == a.min()
        assert all(type(i) is np.intp for i in minloc.minloc(a))
    if axis in (0, 1):
        (place,) = minloc.minloc(a, axis, keepdims=True)
        assert np.array_equal(np.take_along_axis(a, place, axis), a.min(axis, keepdims=True))


@pytest.mark.parametrize("dtype", ["u1", "u8", "i1", "i8"])
@pytest.mark.parametrize("function", [minloc.minloc, minloc.maxloc])
def test_coordinates_of_nothing_take_every_dtype(function: Any, dtype: str) -> None:
    """An axis without elements has no index that a dtype could not hold."""
    got = function(np.empty((0, 2)), dtype=dtype, default=0)
    assert [(x, x.dtype) for x in got] == [(0, np.dtype(dtype))] * 2


def test_the_coordinates_of_nothing_are_the_default() -> None:
    """Each coordinate of a slice without a candidate is `default`."""
    a = np.array([[[nan, nan], [nan, nan]], [[3.0, 2.0], [nan, 4.0]]])
    got = minloc.minloc(a, (1, 2), nan_policy="omit", default=-1)
    assert [i.tolist() for i in got] == [[-1, 0], [-1, 1]]
    with pytest.raises(ValueError, match="All-NaN"):
        minloc.minloc(a, (1, 2), nan_policy="omit")


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_lanes_of_few_elements_under_a_mask(isa: str, dtype: Any) -> None:
    """One to six elements a slice, whatever the worst value is and whatever the mask leaves."""
    rng = np.random.default_rng(5)
    for length, slices in itertools.product((1, 2, 3, 4, 5, 6), (1, 3, 64, 65, 300)):
        for name in "ties", "worst":
            shape = (length, slices)
            a = rng.integers(0, 2, shape).astype(dtype)
            if name == "worst" and a.dtype.kind in "fc":
                a = np.where(rng.random(shape) < 0.5, rng.choice([np.inf, -np.inf], shape), a)
                a[rng.random(shape) < 0.1] = nan
                a = a.astype(dtype)
            where = rng.random(shape) < 0.5
            for policy, largest in itertools.product(("propagate", "omit"), (False, True)):
                words: dict[str, Any] = {"nan_policy": policy, "default": -1}
                want = argbest(a, 0, largest=largest, where=where, **words)
                function = minloc.argmax if largest else minloc.argmin
                for b, axis, w in (a, 0, where), (a.T, 1, where.T):
                    assert np.array_equal(function(b, axis, where=w, **words), want), (isa, shape)
                got = function(a[:, ::-1], 0, where=where[:, ::-1], **words)
                assert np.array_equal(got, want[::-1]), (isa, shape)


def test_slices_of_one_element_are_taken_many_at_once() -> None:
    """Under a mask, too, where the elements lie side by side."""
    for a, axis in (np.zeros((1, 1000)), 0), (np.zeros((1000, 1)), 1):
        assert _core.plan_of(a, axis, a != 0)["leaf"] == "columns"


# --- axis -----------------------------------------------------------------------------------------


def test_a_tuple_of_axes_is_what_the_contract_says() -> None:
    """The index counts in C order over the axes as given; none reduces nothing."""
    a = np.random.default_rng(4).integers(0, 9, (3, 4, 5))
    want = np.moveaxis(a, (2, 0), (-2, -1)).reshape(4, -1).argmin(-1)
    assert np.array_equal(minloc.argmin(a, axis=(2, 0)), want)
    assert np.array_equal(minloc.argmin(a, (0, 1, 2)), np.argmin(a))
    assert minloc.argmin(a, (0, 1, 2)).dtype == np.intp
    assert np.array_equal(minloc.argmin(a, ()), np.zeros(a.shape))
    assert minloc.argmin(a, (), keepdims=True).shape == a.shape
    assert minloc.argmin(a, (2, 0), keepdims=True).shape == (1, 4, 1)
    assert minloc.argmin(7, ()) == 0
    assert minloc.minloc(7) == minloc.minloc([7], ()) == ()
    for dtype in "f8", "U3", object:
        ties = np.ones((3, 4), dtype)
        ties[0, 0] = 2
        assert minloc.argmin(ties, (1, 0)) == minloc.argmin(ties, (0, 1)) == 1
        assert minloc.findmin(ties[:, 1:], (1, 0), ties="last").indices == 8
        assert np.array_equal(minloc.findmin(ties, ()).values, ties)
        assert minloc.findmin(ties, keepdims=True).values.shape == (1, 1)
    assert minloc.argmin(a.tolist(), (np.int8(2), 0)).tolist() == want.tolist()


# --- dtype and out --------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int8, "u1", np.int16, "u2", "i4", np.uint32, "i8", np.intp])
def test_indices_have_the_dtype_that_is_asked_for(isa: str, dtype: Any) -> None:
    """With `dtype` the indices are of it, scalar or array, if they fit."""
    a = np.random.default_rng(5).integers(0, 9, (40, 100))
    cases: list[tuple[Array, Axis]] = [(a[0], None), (a, 0), (a, 1), (a[:1], (1, 0))]
    for b, axis in cases:
        got = minloc.argmin(b, axis, dtype=dtype)
        assert got.dtype == np.dtype(dtype)
        assert np.array_equal(got, argbest(b, axis))
        assert type(got) is (np.ndarray if axis in (0, 1) else np.dtype(dtype).type)
    for function in minloc.argmax, minloc.nanargmin, minloc.nanargmax:
        assert function(a, 1, dtype=dtype, keepdims=True).dtype == np.dtype(dtype)
    assert minloc.argmin(a, 1, dtype=None).dtype == np.intp


@pytest.mark.parametrize(("dtype", "most"), [("i1", 127), ("u1", 255), ("i2", 32767)])
def test_dtype_and_out_hold_the_largest_index_and_the_default(dtype: str, most: int) -> None:
    """One index too many, or a default that does not fit, is refused before anything is written."""
    falling = np.arange(most + 2)[::-1]
    assert minloc.argmin(falling[1:], dtype=dtype) == most
    out = np.full((), 7, dtype)
    with pytest.raises(ValueError, match="dtype"):
        minloc.argmin(falling, dtype=dtype)
    with pytest.raises(ValueError, match="out"):
        minloc.argmin(falling, out=out)
    with pytest.raises(ValueError, match="dtype"):
        minloc.argmin(falling.reshape(1, -1), (1, 0), dtype=dtype)
    too_small = np.iinfo(dtype).min - 1
    for default in most + 1, too_small:
        with pytest.raises(ValueError, match="default"):
            minloc.argmin(falling[1:], dtype=dtype, default=default)
        with pytest.raises(ValueError, match="default"):
            minloc.argmin(falling[1:], out=out, default=default)
    assert out == 7
    for default in most, too_small + 1:
        assert minloc.argmin(falling[1:], dtype=dtype, default=default, where=False) == default
        assert minloc.argmin(falling[1:], out=out, default=default, where=False) is out
        assert out == default


@pytest.mark.parametrize("dtype", ["i1", "u1", "u4"])
def test_an_empty_slice_has_no_index_too_large(dtype: str) -> None:
    """Of no elements only `default` has to fit, signed or not."""
    for a in np.zeros((2, 0)), np.zeros((2, 0), object):
        assert minloc.argmin(a, default=7, dtype=dtype) == 7
        assert minloc.argmin(a, 1, np.zeros(2, dtype), default=7).tolist() == [7, 7]


def test_out_may_overlap_the_input_with_words_too() -> None:
    """The answer is that of a copy, whatever part of the input `out` is."""
    rows = np.random.default_rng(6).integers(0, 4, (30, 30))
    where = rows != 1
    for words in (
        {"ties": "last"},
        {"where": where, "default": -1},
        {"nan_policy": "omit", "ties": "last", "where": where, "default": -1},
    ):
        for axis in 0, 1:
            want = minloc.argmin(rows, axis, **words)
            a = rows.copy()
            assert minloc.argmin(a, axis, a[1], **words) is not None
            assert np.array_equal(a[1], want)


# --- objects --------------------------------------------------------------------------------------


class Untouchable:
    """A thing that must not be looked at."""

    def __lt__(self, other: object) -> bool:
        raise AssertionError("a masked element was compared")

    __gt__ = __le__ = __ge__ = __lt__

    def __eq__(self, other: object) -> bool:
        return self < other


def test_a_masked_object_is_never_compared() -> None:
    """What is no candidate is not asked anything, so it may be of any class."""
    taboo = Untouchable()
    a = np.array([[taboo, 3, 1, 1], [4, taboo, 2, taboo], [taboo] * 4], object)
    where = np.array([[x is not taboo for x in row] for row in a])
    for layout in a, np.asfortranarray(a), a[:, ::-1].copy()[:, ::-1]:
        for policy in POLICIES:
            words: dict[str, Any] = {"where": where, "nan_policy": policy, "default": -1}
            assert minloc.argmin(layout, 1, **words).tolist() == [2, 2, -1]
            assert minloc.argmin(layout, 1, **words, ties="last").tolist() == [3, 2, -1]
            assert minloc.argmax(layout, 1, **words).tolist() == [1, 0, -1]
            assert minloc.argmin(layout, (1, 0), **words) == 6
    values, indices = minloc.findmin(a[:2], 1, where=where[:2], ties="last")
    assert values.tolist() == [1, 2]
    assert indices.tolist() == [3, 2]


# --- bad input ------------------------------------------------------------------------------------

EVERY: list[Callable[..., Any]] = [
    minloc.argmin, minloc.argmax, minloc.nanargmin, minloc.nanargmax, minloc.findmin,
    minloc.findmax, minloc.argminmax, minloc.minloc, minloc.maxloc,
]  # fmt: skip
INDICES = EVERY[:4]


def refusals() -> Iterator[Any]:
    """List what is refused: an id, words, the error, what its message says."""
    yield "a mask that does not broadcast", {"where": np.ones(4, bool)}, ValueError, "where.*(4,)"
    yield "a mask larger than a", {"where": np.ones((2, 2, 3), bool)}, ValueError, "where"
    yield "a mask of ints", {"where": [1, 0, 1]}, TypeError, "where.*bool"
    yield "a mask of floats", {"where": np.ones((2, 3))}, TypeError, "where.*bool"
    yield "a mask of objects", {"where": np.ones((2, 3), object)}, TypeError, "where.*bool"
    yield "an unknown tie", {"ties": "random"}, ValueError, "ties.*'first'.*'last'.*'random'"
    yield "a tie that is no word", {"ties": 1}, (ValueError, TypeError), "ties.*'first'"
    yield "a default of float", {"default": 1.0}, TypeError, "default.*int"
    yield "a default of bool", {"default": True}, TypeError, "default.*int"
    yield "a default of NumPy's bool", {"default": np.False_}, TypeError, "default.*int"
    yield "a default of NaN", {"default": nan}, TypeError, "default.*int"
    yield "a default of str", {"default": "-1"}, TypeError, "default.*int"
    yield "a default past intp", {"default": 2**63}, ValueError, "default"
    yield "a default before intp", {"default": -(2**63) - 1}, ValueError, "default"
    yield "an axis twice", {"axis": (0, 0)}, ValueError, "axis"
    yield "an axis twice, once from behind", {"axis": (1, -1)}, ValueError, "axis"
    yield "an axis out of bounds", {"axis": (0, 2)}, np.exceptions.AxisError, "axis 2"
    yield "an axis that is a list", {"axis": [0, 1]}, TypeError, "int"
    yield "an axis of floats", {"axis": (0.0,)}, TypeError, "int"
    yield "an axis of bools", {"axis": (True,)}, TypeError, "int"
    yield "an unknown word", {"tie": "last"}, TypeError, "tie"


@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("words", "error", "says"), [pytest.param(*case[1:], id=case[0]) for case in refusals()]
)
def test_bad_words_are_refused(
    function: Callable[..., Any], words: dict[str, Any], error: Any, says: str
) -> None:
    """An error names the argument, before any work; `out` is untouched."""
    for a in np.ones((2, 3)), np.ones((2, 3), object), [[1, 2, 3], [4, 5, 6]]:
        with pytest.raises(error, match=f"(?s){says}"):
            function(a, **words)
        if function in INDICES:
            out = np.full((), -7)
            with pytest.raises(error, match=f"(?s){says}"):
                function(a, **{"axis": None, "out": out, **words})
            assert out == -7


@pytest.mark.parametrize("bad", ["ignore", "", "OMIT", None, 3, b"omit"])
def test_the_message_lists_the_policies(bad: Any) -> None:
    """An unknown policy is refused with the words that there are."""
    for function in EVERY:
        if function in EVERY[2:4]:
            with pytest.raises(TypeError, match="nan_policy"):
                function([1.0], nan_policy="omit")
            continue
        for a in [1.0, 2.0], np.ones(3, int), np.ones(3, object):
            with pytest.raises((ValueError, TypeError), match=r"nan_policy.*'propagate', 'omit'"):
                function(a, nan_policy=bad)


@pytest.mark.parametrize("dtype", ["f8", "?", "M8[s]", "O", "S1", "c16"])
@pytest.mark.parametrize("function", INDICES, ids=lambda f: f.__name__)
def test_indices_are_integers(function: Callable[..., Any], dtype: str) -> None:
    """Any other dtype is a TypeError that names it."""
    with pytest.raises(TypeError, match=r"dtype.*int"):
        function([1.0, 2.0], dtype=dtype)


@pytest.mark.parametrize("function", EVERY, ids=lambda f: f.__name__)
def test_words_are_given_by_name(function: Callable[..., Any]) -> None:
    """Nothing but NumPy's own arguments is taken by position."""
    with pytest.raises(TypeError):
        function([1.0, 2.0], None, None, None)
    if function not in INDICES:
        with pytest.raises(TypeError):
            function([1.0, 2.0], None, None)
    with pytest.raises(TypeError, match="'a'"):
        function()


# --- threads --------------------------------------------------------------------------------------

#: Arrays that are shared among threads: the reduced axes decide where they are cut.
SHARED: list[tuple[tuple[int, ...], Axis]] = [
    ((700_003,), None),
    ((3, 233_401), 1),
    ((233_401, 3), 1),
    ((116_703, 6), 0),
    ((23, 30_011), 0),
    ((37, 97, 195), 1),
    ((37, 97, 195), (2, 0)),
    ((97, 37, 195), (1, 2)),
]


@pytest.mark.parametrize("dtype", ["f8", "i8"])
@pytest.mark.parametrize(("shape", "axis"), SHARED)
def test_every_number_of_threads_gives_one_answer(
    dtype: str, shape: tuple[int, ...], axis: Axis
) -> None:
    """One, two and seven threads agree, with ties, NaN and masked slices across the cuts."""
    rng = np.random.default_rng(len(shape))
    a = rng.integers(0, 3, shape).astype(dtype)
    if dtype == "f8":
        a[rng.random(shape) < 1e-5] = nan
    some, slices = rng.random(shape) < 0.5, mask("whole slices", a, axis)
    policies = POLICIES[: 2 if dtype == "f8" else 1]
    combinations = itertools.product(policies, TIES, [True, some, slices])
    for number, (nan_policy, ties, where) in enumerate(combinations):
        words = {"nan_policy": nan_policy, "ties": ties, "where": where}
        want = [quick(a, axis, largest=largest, **words) for largest in (False, True)]
        places = np.unravel_index(
            np.where(want[0] < 0, 0, want[0]), [a.shape[i] for i in axes_of(a.ndim, axis)]
        )
        b = [a, np.asfortranarray(a), a[::-1].copy()[::-1]][number % 3]
        for n in 1, 2, 7:
            with minloc.threads(n):
                least = minloc.argmin(b, axis, **words, default=-1)
                both = minloc.argminmax(b, axis, **words, default=-1)
                located = minloc.maxloc(-b if dtype == "i8" else b, axis, **words, default=-1)
                if dtype == "f8" or (want[0] >= 0).all():
                    check_found(minloc.findmax, b, axis, words, want[1])
            assert np.array_equal(least, want[0]), (words, n)
            assert np.array_equal(both[0], want[0]), (words, n)
            assert np.array_equal(both[1], want[1]), (words, n)
            if dtype == "i8":
                for got, place in zip(located, places, strict=True):
                    assert np.array_equal(got, np.where(want[0] < 0, -1, place)), (words, n)


def test_threads_name_the_same_bad_slice_and_see_the_same_nan() -> None:
    """Whoever finds it, the first slice without a candidate is named, and a NaN is an error."""
    a = np.ones((40_000, 30))
    a[20_000:] = nan
    a[7] = nan
    for n in 1, 2, 7:
        with minloc.threads(n):
            for axis, function in itertools.product([1, (1,)], EVERY[4:8]):
                with pytest.raises(ValueError, match="All-NaN slice") as raised:
                    function(a, axis, nan_policy="omit")
                assert slice_of(raised) == (7,)
            for axis, place in (0, (0,)), (1, (7,)):
                with pytest.raises(ValueError, match="NaN") as raised:
                    minloc.argmin(a, axis, nan_policy="raise")
                assert slice_of(raised) == place


# --- properties -----------------------------------------------------------------------------------


@st.composite
def things(draw: st.DrawFn) -> Array:
    """Draw an array of any dtype, those with their own comparison included, in any layout."""
    a = draw(arrays())
    if a.dtype.kind in "biufSU" and draw(st.integers(0, 3)) == 0:
        a = a.astype(object)
    elif a.dtype.kind == "U" and draw(st.booleans()):
        with contextlib.suppress(TypeError):  # half of a pair of surrogates is no text
            a = a.astype(StringDType())
    if a.ndim and draw(st.integers(0, 9)) == 0:
        a = a[..., :0]
    return a


@st.composite
def axes(draw: st.DrawFn, ndim: int) -> Axis:
    """Draw an axis, several of them in any order, or None."""
    which = draw(st.integers(0, 2))
    if which == 0:
        return None
    if which == 1:
        return draw(st.integers(-ndim, ndim - 1))
    several = draw(st.permutations(range(ndim)))[: draw(st.integers(0, ndim))]
    return tuple(i - ndim if draw(st.booleans()) else i for i in several)


@st.composite
def broadcast_masks(draw: st.DrawFn, shape: tuple[int, ...]) -> Any:
    """Draw a mask of fewer dimensions or of size 1 in some, or none."""
    if draw(st.booleans()):
        return True
    own = tuple(1 if draw(st.integers(0, 3)) == 0 else n for n in shape)
    own = own[draw(st.integers(0, len(own))) :]
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    chosen = random.random(own) < draw(st.sampled_from([0.1, 0.6, 0.9]))
    return np.asarray(chosen, order=draw(st.sampled_from(["C", "F"])))


@st.composite
def calls(draw: st.DrawFn) -> tuple[Array, Axis, dict[str, Any]]:
    """Draw an array, its axes, and words."""
    a = draw(things())
    words: dict[str, Any] = {}
    if draw(st.booleans()):
        words["where"] = draw(broadcast_masks(a.shape))
    if draw(st.booleans()):
        words["ties"] = draw(st.sampled_from(TIES))
    nans = a.dtype == object and (a != a).any()  # those have no order, and NumPy's rule is none
    if nans or draw(st.booleans()):
        words["nan_policy"] = draw(st.sampled_from(POLICIES[1:] if nans else POLICIES))
    if draw(st.booleans()):
        words["keepdims"] = draw(st.booleans())
    if draw(st.booleans()):
        words["default"] = draw(st.integers(-3, 3))
    return a, draw(axes(a.ndim)), words


def outcome(function: Callable[..., Any], *args: Any, **words: Any) -> Any:
    """Return the answer, or ValueError if it is that."""
    try:
        return function(*args, **words)
    except ValueError:
        return ValueError


def agree(got: Any, want: Any) -> bool:
    """Whether both are the same indices, or both an error."""
    if got is ValueError or want is ValueError:
        return got is want
    return np.shape(got) == np.shape(want) and np.array_equal(got, want)


@given(calls(), st.sampled_from([None, "i4", "u2", ">i8"]))
@settings(max_examples=600, deadline=None)
def test_any_words_on_any_array_answer_as_the_oracle(
    call: tuple[Array, Axis, dict[str, Any]], dtype: Any
) -> None:
    """The index functions with any words give the oracle's answer or its refusal."""
    a, axis, words = call
    least = outcome(argbest, a, axis, **words)
    most = outcome(argbest, a, axis, largest=True, **words)
    assert agree(outcome(minloc.argmin, a, axis, **words), least)
    assert agree(outcome(minloc.argmax, a, axis, **words), most)
    both = outcome(minloc.argminmax, a, axis, **words)
    assert agree(both if both is ValueError else both.argmin, least)
    assert agree(both if both is ValueError else both.argmax, most)
    if words.get("nan_policy") == "omit":
        rest = {name: word for name, word in words.items() if name != "nan_policy"}
        assert agree(outcome(minloc.nanargmin, a, axis, **rest), least)
        assert agree(outcome(minloc.nanargmax, a, axis, **rest), most)
    if dtype is not None and words.get("default", 0) >= 0:
        got = outcome(minloc.argmin, a, axis, dtype=dtype, **words)
        assert agree(got, least)
        assert got is ValueError or got.dtype.str[1:] == np.dtype(dtype).str[1:]
    if least is not ValueError:
        out = np.empty(least.shape, np.intp)
        assert minloc.argmin(a, axis, out, **words) is out
        assert np.array_equal(out, least)


@given(calls())
@settings(max_examples=400, deadline=None)
def test_any_words_find_the_value_and_the_place(call: tuple[Array, Axis, dict[str, Any]]) -> None:
    """With any words the value is the element at the oracle's index, and the place its index."""
    a, axis, words = call
    keepdims = words.pop("keepdims", False)
    over = axes_of(a.ndim, axis)
    missing = outcome(argbest, a, axis, **{**words, "default": -9})
    bad = missing is not ValueError and bool((missing < 0).any())
    for find, locate, largest in (
        (minloc.findmin, minloc.minloc, False),
        (minloc.findmax, minloc.maxloc, True),
    ):
        want = outcome(argbest, a, axis, largest=largest, **words)
        places = outcome(locate, a, axis, keepdims=keepdims, **words)
        if want is ValueError:
            assert places is ValueError
            assert outcome(find, a, axis, keepdims=keepdims, **words) is ValueError
            continue
        wide = np.expand_dims(want, over) if keepdims else want
        gone = np.expand_dims(missing, over) if keepdims else missing
        shape = tuple(a.shape[i] for i in over)
        if shape and not bad:
            for place, along in zip(places, np.unravel_index(wide, shape), strict=True):
                assert agree(place, along)
        if bad and (a.dtype.kind not in "fcmM"):
            continue  # what is said then has its own tests
        values, indices = find(a, axis, keepdims=keepdims, **words)
        assert agree(indices, wide)
        assert np.shape(values) == wide.shape
        nothing = gone < 0
        assert all(x != x for x in np.asarray(values)[nothing])
        if lanes_of(a, axis).shape[-1]:
            there = values_at(a, axis, np.where(missing < 0, 0, want))
            found = np.asarray(values)[~nothing]
            there = np.asarray(there).reshape(wide.shape)[~nothing]
            if a.dtype.kind in "OTSU":
                assert list(found) == list(there)
            else:
                assert same(found, there)


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=6)))
@settings(max_examples=200, deadline=None)
def test_first_and_last_are_each_others_mirror(a: Array) -> None:
    """The last of a slice is the first of its mirror image."""
    for axis in range(a.ndim):
        n = a.shape[axis]
        for function in minloc.argmin, minloc.argmax:
            mirrored = function(np.flip(a, axis), axis)
            assert np.array_equal(function(a, axis, ties="last"), n - 1 - mirrored)
