"""The laws of merging one by one, and what a partial keeps."""

import doctest
import gc
import itertools
import pickle
import random
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import Partial
from minloc._partial import at_virtual_offsets, part_of, partial_of
from support.answers import FUNCTIONS, same
from support.arrays import Array, fill
from support.parts import chunks, merged
from support.raised import slice_of

# --- the laws, one by one -------------------------------------------------------------------------


def halves(function: str, a: Array, *args: Any, **words: Any) -> tuple[Partial, Partial]:
    """Return the partials of the two halves of an array."""
    n = len(a) // 2
    zeros = (0,) * (a.ndim - 1)
    return (
        Partial.of(function, a[:n], *args, **words),
        Partial.of(function, a[n:], *args, offset=(n, *zeros), **words),
    )


@pytest.mark.parametrize("axis", [None, 0, 1, (1, 0)])
def test_merging_is_commutative_and_associative(axis: Any) -> None:
    """Either order and any grouping of three parts full of ties gives one answer."""
    a = np.zeros((6, 5))
    a[2:, 1:4] = np.nan
    cut = [(slice(0, 2), slice(0, 5)), (slice(2, 6), slice(0, 2)), (slice(2, 6), slice(2, 5))]
    for ties in "first", "last":
        x, y, z = (
            Partial.of("findmin", a[key], axis, offset=[s.start for s in key], ties=ties)
            for key in cut
        )
        want = minloc.findmin(a, axis, ties=ties)
        for part in (
            x.merge(y).merge(z), x.merge(y.merge(z)), z.merge(y).merge(x), y.merge(x, z),
            z.merge(x.merge(y)),
        ):  # fmt: skip
            assert same(part.finish(), want)


def test_the_partial_of_an_empty_chunk_changes_nothing() -> None:
    """Wherever it lies, and on either side."""
    a = np.array([[3, 1, 2], [0, 5, 4]])
    for axis, shape in itertools.product((None, 0, 1), (None, a.shape)):
        part = Partial.of("findmin", a, axis, shape=shape)
        for empty, offset in (a[:0], (0, 0)), (a[:, :0], (0, 2)), (a[:0, :0], (2, 3)):
            nothing = Partial.of("findmin", empty, axis, offset=offset, shape=shape)
            for both in part.merge(nothing), nothing.merge(part), nothing.merge(nothing, part):
                assert repr(both) == repr(part)
                assert same(both.finish(), part.finish())


def test_nothing_but_empty_chunks() -> None:
    """Are an empty array, with its errors and defaults."""
    one, other = (np.empty((0, n)) for n in (3, 2))
    words: dict[str, Any] = {"axis": 0, "default": -1}
    whole = Partial.of("argmin", one, **words).merge(
        Partial.of("argmin", other, offset=(0, 3), **words)
    )
    assert whole.finish().tolist() == [-1] * 5
    with pytest.raises(ValueError, match="attempt to get argmin of an empty sequence"):
        Partial.of("argmin", one, axis=0).finish()


def test_an_all_nan_slice_is_named_whatever_lies_beside_it() -> None:
    """The first slice of the whole that has nothing but NaN is what the error names."""
    a = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, np.nan]])
    for dtype in "f4", "O", "float8_e4m3fn", "D":
        top, middle, bottom = (
            Partial.of("nanargmin", a[i : i + 1].astype(dtype), axis=1, offset=(i, 0))
            for i in range(3)
        )
        with pytest.raises(ValueError, match="All-NaN slice") as raised:
            top.merge(bottom).merge(middle).finish()
        assert slice_of(raised) == (1,)


# --- what a partial is ----------------------------------------------------------------------------


def test_a_partial_is_small_and_keeps_no_chunk() -> None:
    """It pickles to less than a kilobyte, and lets go of the chunk, of any dtype."""
    for dtype in "f8", "S8", "O":
        chunk = np.arange(100_000).astype(dtype)
        parts = [
            Partial.of(function, chunk, *([3] if function == "top_k" else []))
            for function in FUNCTIONS
        ]
        assert all(len(pickle.dumps(part)) < 1000 for part in parts)
        alive = weakref.ref(chunk)
        del chunk
        gc.collect()
        assert alive() is None


def test_values_are_moved_and_not_computed() -> None:
    """A payload of a NaN, and the sign of a zero, come through."""
    payload = np.array([0x7FF8000000000123, 0xFFF8000000000456], np.uint64).view(np.float64)
    a = np.concatenate([np.ones(4), payload])
    one, other = halves("findmin", a, ties="last")
    assert other.merge(one).finish().values.tobytes() == payload[1].tobytes()
    one, other = halves("findmax", np.array([-0.0, -1, 0.0, 0.0]))
    assert np.signbit(other.merge(one).finish().values)


def test_repr_says_what_was_asked_and_seen() -> None:
    """The question, how much, and where."""
    part = Partial.of("top_k", np.zeros((2, 3)), 5, axis=1, offset=(4, 0), shape=(None, 30))
    assert repr(part) == (
        "Partial(top_k, k=5, axis=1; 6 elements, [4:6, 0:3] of an array of shape (?, 30))"
    )
    with pytest.raises(TypeError, match=r"Partial\.of"):
        Partial()


def test_a_partial_is_of_anything_that_is_an_array() -> None:
    """Lists, scalars, and masked arrays, whose mask is `where`."""
    assert Partial.of("argmin", [3, 1, 2]).finish() == 1
    assert Partial.of("argmin", 3.0).finish() == 0
    masked = np.ma.array([0, 2, 1], mask=[True, False, False])
    assert Partial.of("argmin", masked).finish() == 2
    assert Partial.of("argmin", masked, where=np.array([True, True, False])).finish() == 1


@pytest.mark.parametrize("method", ["of", "merge", "finish"])
def test_docstrings(method: str) -> None:
    """The examples of the methods hold."""
    text = getattr(Partial, method).__doc__
    test = doctest.DocTestParser().get_doctest(text, {}, method, None, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


# --- lengths that are not known -------------------------------------------------------------------


def test_batches_of_unknown_number() -> None:
    """The length is known when the last one has come."""
    a = np.random.default_rng(0).integers(0, 50, 1000)
    total, seen = None, 0
    for batch in np.split(a, [3, 3, 500, 999]):
        part = Partial.of("argmax", batch, offset=seen, ties="last")
        total = part if total is None else total.merge(part)
        seen += batch.size
    assert total is not None
    assert total.finish() == minloc.argmax(a, ties="last")


def virtual(*args: Any, **keywords: Any) -> Partial:
    """Return the partial of a chunk with virtual offsets along its two axes."""
    return partial_of(at_virtual_offsets(part_of(Partial.of(*args, **keywords)), (0, 1)))


def test_virtual_offsets_become_real_at_the_end() -> None:
    """Of chunks that know only their number, those with fewer elements leave no gap."""
    rng = random.Random(1)
    for number in range(60):
        lengths = [[rng.choice([0, 1, 2, 5]) for _ in range(4)] for _ in range(2)]
        lengths[0][0], lengths[1][0] = 3, 2
        a = fill("few values", "f4", (sum(lengths[0]), sum(lengths[1])))
        function = FUNCTIONS[number % len(FUNCTIONS)]
        k = [4] if function == "top_k" else []
        axis: Any = None if number % 2 else (1, 0)
        cuts = [list(itertools.accumulate(n))[:-1] for n in lengths]
        numbers = itertools.product(range(4), range(4))
        parts = [
            virtual(function, chunk, *k, axis=axis, offset=(i << 40, j << 40))
            for (chunk, _, _), (i, j) in zip(chunks(a, True, cuts), numbers, strict=True)
        ]
        parts = pickle.loads(pickle.dumps(parts))
        got = merged(parts, rng).finish()
        assert same(got, getattr(minloc, function)(a, *k, axis=axis))


def test_more_elements_than_an_index_counts() -> None:
    """Coordinates are given, an index is refused."""
    shape = (2**33, 2**33)
    part = Partial.of("minloc", [[2.0, 1.0]], offset=(2**33 - 1, 2**33 - 2), shape=shape)
    part_of(part).seen = 2**66  # the rest of it takes a while
    assert part.finish() == (2**33 - 1, 2**33 - 1)
    part = Partial.of("argmin", [[2.0, 1.0]], offset=(2**33 - 1, 2**33 - 2), shape=shape)
    part_of(part).seen = 2**66
    with pytest.raises(ValueError, match=rf"{2**66 - 1}.* does not fit int64; minloc\(\)"):
        part.finish()


# --- refusals -------------------------------------------------------------------------------------


def test_a_lost_or_doubled_chunk_is_noticed() -> None:
    """By the number of elements, of a shape that was said or that came out."""
    a = np.arange(6.0)
    one, other = halves("argmin", a, shape=6)
    for part, message in (one, "3 elements .* missing"), (one.merge(other, one), "9 .* twice"):
        with pytest.raises(ValueError, match=message):
            part.finish()
    with pytest.raises(ValueError, match="3 elements were seen of an array of shape"):
        halves("argmin", a)[1].finish()
    rows, more = halves("argmin", np.zeros((4, 3)), 1, shape=(4, 3))
    with pytest.raises(ValueError, match="one chunk was seen twice, another is missing"):
        rows.merge(rows).finish()
    assert rows.merge(more).finish().tolist() == [0] * 4


@pytest.mark.parametrize(
    ("error", "match", "call"),
    [
        (TypeError, "knows no function 'mean'", lambda: Partial.of("mean", [1])),
        (TypeError, "knows no function <function argmin", lambda: Partial.of(np.argmin, [1])),
        (TypeError, "takes no out", lambda: Partial.of("argmin", [1], out=None)),
        (TypeError, "unexpected keyword argument 'k'", lambda: Partial.of("argmin", [1], k=3)),
        (TypeError, "one k, got 0", lambda: Partial.of("top_k", [1])),
        (ValueError, "k must be at least 0", lambda: Partial.of("top_k", [1], -1)),
        (TypeError, "k must be an int", lambda: Partial.of("top_k", [1], 1.5)),
        (TypeError, "multiple values for argument 'axis'",
         lambda: Partial.of("argmin", [1], 0, axis=0)),
        (IndexError, "axis 1 is out of bounds", lambda: Partial.of("argmin", [1], 1)),
        (TypeError, "list", lambda: Partial.of("argmin", [1], [0])),
        (ValueError, "ties must be", lambda: Partial.of("argmin", [1], ties="middle")),
        (ValueError, "nan_policy must be", lambda: Partial.of("argmin", [[]], nan_policy="no")),
        (TypeError, "dtype must be an integer", lambda: Partial.of("argmin", [1], dtype=float)),
        (TypeError, "array of bool", lambda: Partial.of("argmin", [1], where=[1])),
        (ValueError, "broadcast", lambda: Partial.of("argmin", [1, 2], where=[True] * 3)),
        (ValueError, "each of its 1 axes", lambda: Partial.of("argmin", [1], offset=(0, 0))),
        (ValueError, "from 0 on, got -1", lambda: Partial.of("argmin", [1], offset=-1)),
        (ValueError, "a length, or None", lambda: Partial.of("argmin", [1], shape=(1, 1))),
        (ValueError, r"at offset \(4,\) does not lie within an array of shape \(5,\)",
         lambda: Partial.of("argmin", [1, 2], offset=4, shape=5)),
        (TypeError, "data type not ordered", lambda: Partial.of("argmin", np.zeros(2, "V3"))),
        (TypeError, "merges with Partials, got int", lambda: Partial.of("argmin", [1]).merge(1)),  # type: ignore[arg-type]
        (ValueError, "different questions: argmin; argmax",
         lambda: Partial.of("argmin", [1]).merge(Partial.of("argmax", [1]))),
        (ValueError, "different dtypes, int8 and float32; cast",
         lambda: Partial.of("argmin", np.zeros(1, "i1")).merge(
             Partial.of("argmin", np.zeros(1, "f4")))),
        (ValueError, r"different shapes, \(3,\) and \(4,\)",
         lambda: Partial.of("argmin", [1], shape=3).merge(Partial.of("argmin", [1], shape=4))),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(
    error: type[Exception], match: str, call: Callable[[], Any]
) -> None:
    """With the function's own words where it has some."""
    with pytest.raises(error, match=match):
        call()


def test_one_question_in_other_keywords() -> None:
    """What is asked counts, not how it is spelled."""
    one = Partial.of("argmin", [[3, 1]], axis=1, ties="first", nan_policy="omit", default=-1)
    for other in (
        Partial.of("argmin", [[0]], -1, offset=(0, 2), default=np.int8(-1), nan_policy="omit"),
        Partial.of(minloc.argmin, [[0]], axis=(1,), offset=(0, 2), keepdims=False,
                   default=-1, nan_policy="omit", ties="first", dtype=int),
    ):  # fmt: skip
        assert one.merge(other).finish().tolist() == [2]
        assert other.merge(one).finish().tolist() == [2]
    with pytest.raises(ValueError, match="different questions"):
        one.merge(Partial.of("argmin", [[0]], 1, offset=(0, 2), nan_policy="omit"))


def test_true_is_no_axis_and_one_is() -> None:
    """Words that are equal to right ones, and are wrong, are not taken for those."""
    assert Partial.of("argmin", [[3, 1]], axis=1).finish().tolist() == [1]
    with pytest.raises(TypeError, match="integer"):
        Partial.of("argmin", [[3, 1]], axis=True)


def test_strings_of_several_lengths_merge() -> None:
    """The longer dtype holds the shorter."""
    one = Partial.of("findmax", np.array(["b", "a"]))
    other = Partial.of("findmax", np.array(["long", "c"]), offset=2)
    want = minloc.findmax(np.array(["b", "a", "long", "c"]))
    assert same(one.merge(other).finish(), want)
    assert same(other.merge(one).finish(), want)
