"""`distance_to`: what is compared is the distance to a value, exactly."""

import itertools
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy import inf, nan
from numpy.dtypes import StringDType

import minloc
from minloc import _core
from minloc.reference import top
from support.distances import both, quick_distances, quickly, same
from support.keywords import EVERY, POLICIES, TIES
from support.quick_oracle import quick, values_at


def test_the_k_nearest_under_the_policies() -> None:
    """Omitted NaN are no candidates, and refused ones are an error about their slice."""
    a = np.array([[1.0, nan, 3.0, 9.0], [2.0, 4.0, 8.0, 1.0]])
    words: dict[str, Any] = {"distance_to": [[3.0], [nan]], "mode": "smallest"}
    got = minloc.top_k(a[:1], 3, nan_policy="omit", mode="smallest", distance_to=3.0)
    assert got.indices.tolist() == [[2, 0, 3]]
    with pytest.raises(ValueError, match=r"top_k\(\) cannot give k=4.*3 candidates"):
        minloc.top_k(a[:1], 4, nan_policy="omit", distance_to=3.0)
    assert minloc.top_k(a, 4, **words).indices.tolist() == [[2, 0, 3, 1], [0, 1, 2, 3]]
    assert top(a, 4, largest=False, distance_to=[[3.0], [nan]])[1].tolist() == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="met a NaN") as error:
        minloc.top_k(a[1:], 2, nan_policy="raise", distance_to=nan)
    assert error.value.index == (0,)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="met a NaN"):
        minloc.top_k(a, 2, nan_policy="raise", distance_to=2.0)


def test_values_are_elements_and_places_are_coordinates() -> None:
    """`findmin` returns the nearest element itself, `minloc` where it is."""
    a = np.array([[3, 250, 9], [77, 12, 6]], np.uint8)
    found = minloc.findmin(a, distance_to=8)
    assert (found.values, found.indices) == (9, 2)
    assert found.values.dtype == np.uint8
    assert minloc.findmax(a, axis=1, distance_to=[[3], [77]]).values.tolist() == [250, 6]
    assert [int(i) for i in minloc.maxloc(a, distance_to=255)] == [0, 0]
    assert [i.tolist() for i in minloc.minloc(a, axis=0, distance_to=[70, 0, 0])] == [[1, 1, 1]]
    assert minloc.nanargmin([nan, 1.0, 4.0], distance_to=3.0) == 2
    assert minloc.argmin(a, axis=(1, 0), keepdims=True, distance_to=12).tolist() == [[3]]


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"])
def test_integers_do_not_overflow(dtype: str) -> None:
    """The distance between the ends of a dtype is larger than any other."""
    info = np.iinfo(dtype)
    middle = int(info.min) + int(info.max) // 2
    a = np.array([info.min, middle, info.max] * 50, dtype)
    assert minloc.argmax(a, distance_to=int(info.min)) == 2
    assert minloc.argmax(a, distance_to=int(info.max)) == 0
    assert minloc.argmin(a, distance_to=int(info.max) - 1) == 2
    assert minloc.top_k(a, 3, distance_to=int(info.min)).indices.tolist() == [2, 5, 8]
    assert minloc.argmin(np.array([3, 250, 9], np.uint8), distance_to=5) == 0


def test_times() -> None:
    """The differences of all times are exact, NaT is NaN, and text and Python's dates will do."""
    ends = np.array([-(2**63) + 1, 0, 2**63 - 1]).view("M8[s]")
    assert minloc.argmax(ends, distance_to=ends[0]) == 2
    assert minloc.argmax(ends[::-1], distance_to=ends[2]) == 2
    days = np.array(["2020-01-01", "NaT", "2021-06-01", "2023-01-01"], "M8[D]")
    assert minloc.argmin(days, distance_to=np.datetime64("2021-01-01")) == 1
    assert minloc.nanargmin(days, distance_to="2021-05-01") == 2
    assert minloc.nanargmin(days.astype("M8[ns]"), distance_to=days[3]) == 3
    assert minloc.nanargmin(days, distance_to=days[3].item()) == 3
    with pytest.raises(ValueError, match="met a NaN"):
        minloc.argmin(days, nan_policy="raise", distance_to=days[0])


def test_a_distance_of_nan_is_a_nan() -> None:
    """Also that of two infinities, and every distance to NaN."""
    a = np.array([1.0, inf, 3.0, nan, -inf])
    assert [int(i) for i in both(a, None, inf)] == [1, 1]
    assert [int(i) for i in both(a, None, inf, nan_policy="omit")] == [0, 0]
    assert [int(i) for i in both(a, None, nan)] == [0, 0]
    assert [int(i) for i in both(a, None, nan, nan_policy="omit", default=-7)] == [-7, -7]
    assert minloc.argmin(a[:3], distance_to=1.0, nan_policy="raise") == 0
    values: list[Any] = [nan, inf, [[nan], [1.0]]]
    for v in values:
        with pytest.raises(ValueError, match="met a NaN"):
            minloc.argmin([[1.0, inf], [2.0, 3.0]], axis=1, nan_policy="raise", distance_to=v)
    last: Any = [[1.0], [nan]]
    with pytest.raises(ValueError, match="met a NaN") as error:
        minloc.argmin([[1.0, 2.0], [2.0, 3.0]], axis=1, nan_policy="raise", distance_to=last)
    assert error.value.index == (1,)  # type: ignore[attr-defined]


@pytest.mark.parametrize("dtype", ["F", "D", "G"])
@pytest.mark.parametrize("scale", [-300, -160, -30, -20, 0, 18, 30, 155, 300])
def test_complex_numbers_by_modulus(isa: str, dtype: str, scale: int) -> None:
    """Close ones, equal ones, and those whose squares overflow or vanish."""
    rng = np.random.default_rng(5)
    with np.errstate(all="ignore"):
        factor = np.dtype(dtype).type(10.0) ** scale
        for shape, axis in [((5000,), None), ((300, 40), 0)]:
            turned = np.exp(1j * rng.random(shape)) * (1 + rng.integers(0, 3, shape) * 1e-16)
            triples = rng.choice([3 + 4j, 5, -4 + 3j, 13, 5 + 12j, 8.5], shape)
            rare = np.where(rng.random(shape) < 0.001, 2 - 1j, turned)
            for x in turned, triples, rare, np.where(triples == 13, complex(inf, nan), triples):
                a = (x.astype(dtype) * factor).astype(dtype)
                for v in np.zeros((), dtype), a.ravel()[0], a[:1] if axis == 0 else a.ravel()[7]:
                    apart = quick_distances(a, v)
                    for policy in POLICIES[:2]:
                        got = both(a, axis, v, nan_policy=policy, default=-1)
                        assert same(got, quickly(apart, axis, nan_policy=policy)), (shape, policy)


def test_no_part_of_an_infinite_number_makes_it_a_nan() -> None:
    """As in `numpy.abs`: the modulus of an infinite part and a NaN is infinite."""
    a = np.array([1 + 1j, complex(inf, nan), complex(nan, 3)] * 300)
    assert minloc.argmax(a, distance_to=0, nan_policy="omit") == 1
    assert minloc.argmax(a, distance_to=0) == 2
    assert np.isinf(np.abs(a[1]))


def test_arrays_that_repeat_their_elements() -> None:
    """Slices that are one in memory differ if they are measured from values that differ."""
    row = np.array([1.0, 5.0, 9.0])
    a = np.broadcast_to(row, (4, 3))
    assert minloc.argmin(a, axis=1, distance_to=[[1], [5], [8], [2]]).tolist() == [0, 1, 2, 0]
    assert minloc.argmin(a, axis=1, distance_to=6).tolist() == [1, 1, 1, 1]
    wide = np.broadcast_to(row[:, np.newaxis], (3, 500))
    v = np.linspace(0, 10, 500)
    want = np.abs(wide - v).argmin(0)
    assert np.array_equal(minloc.argmin(wide, axis=0, distance_to=v), want)
    assert minloc.argmin(np.broadcast_to(7.0, (3, 500)), distance_to=7) == 0


def test_places_of_values() -> None:
    """A value broadcasts as NumPy does, in any layout; reduced axes have size 1 or are absent."""
    rng = np.random.default_rng(7)
    a = rng.random((4, 5, 6))
    places: dict[Any, list[tuple[int, ...]]] = {
        0: [(), (1,), (6,), (5, 1), (5, 6), (1, 5, 6), (1, 1, 6)],
        1: [(6,), (1, 6), (4, 1, 1), (4, 1, 6)],
        (0, 2): [(5, 1), (1, 5, 1), ()],
        None: [(), (1, 1, 1)],
    }
    for axis, shapes in places.items():
        for shape in shapes:
            v = rng.random(shape)
            want = quick(np.abs(a - v), axis)
            others = [np.asfortranarray(v), v.astype(">f8"), np.flip(np.flip(v).copy())]
            ways: list[Any] = [v, *others] if shape else [v, float(v), v[()]]
            for w in ways:
                assert np.array_equal(minloc.argmin(a, axis, distance_to=w), want), (axis, shape)
            if shape:
                assert np.array_equal(minloc.argmin(a, axis, distance_to=v.tolist()), want)


def test_other_keywords_and_shapes_without_elements() -> None:
    """`out`, `dtype`, 0-d arrays, slices that are empty, and no slices."""
    a = np.arange(12.0).reshape(3, 4)
    out = np.full(4, -7, "i2")
    assert minloc.argmin(a, 0, out, distance_to=5.0) is out
    assert out.tolist() == [1, 1, 1, 0]
    assert minloc.argmax(a, 1, dtype="u1", distance_to=6).dtype == np.uint8
    assert minloc.argmin(np.array(3.0), distance_to=1.0) == 0
    assert minloc.argmin(np.ones((0, 3)), axis=1, distance_to=1.0).shape == (0,)
    assert minloc.argmin(np.ones((0, 3)), axis=0, default=-1, distance_to=1.0).tolist() == [-1] * 3
    with pytest.raises(ValueError, match="attempt to get argmin of an empty sequence"):
        minloc.argmin([], distance_to=1.0)
    assert minloc.argmin([4, 9, 2], distance_to=3) == 0
    assert minloc.argmin([4, 9, 2], distance_to=None) == 2
    masked = np.ma.array([4, 9, 2], mask=[True, False, False])
    assert minloc.argmin(masked, distance_to=4) == 2


def test_answers_are_continued_and_merged_by_distance() -> None:
    """The builtins of `Partial` know the distance: of a part, of parts in and out of order."""
    rng = np.random.default_rng(8)
    a = rng.integers(-50, 50, (60, 40)).astype(float)
    a[rng.random(a.shape) < 0.05] = nan
    v = rng.integers(-50, 50, 40).astype(float)
    for policy, ties, w in itertools.product(["propagate", "omit"], TIES, [v, v[3]]):
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "distance_to": w}
        want = minloc.argmin(a, 0, **words)
        order = [2, 0, 1] if ties == "first" else [1, 2, 0]
        values, indices = np.zeros(40), np.full(40, -1)
        parts = []
        for n in order:
            part = a[20 * n : 20 * n + 20]
            _core.add_part("argmin", (values, indices), (20 * n,), (60,), part, (0,), **words)
            own = np.zeros(40), np.full(40, -1, "i1")
            _core.first_part("argmin", own, part, (0,), **words)
            parts.append((*own, 20 * n))
        assert np.array_equal(indices, want)
        assert np.array_equal(values, values_at(a, 0, want), equal_nan=True)
        for in_order in False, True:
            some = sorted(parts, key=lambda part: part[2]) if in_order else parts
            merged = np.zeros(40), np.full(40, -1)
            _core.merge_parts("argmin", merged, tuple(some), in_order, **words)
            assert np.array_equal(merged[1], want), (words, in_order)


#: What is refused: elements, the value, the error and what it says.
REFUSED: dict[str, tuple[Any, Any, type[Exception], str]] = {
    "a float for integers": ([1, 2], 1.5, TypeError, "float64 cannot be cast safely .* int64"),
    "a whole float for integers": ([1, 2], 1.0, TypeError, "float64 cannot be cast safely"),
    "a complex number for floats": ([1.0], 1j, TypeError, "complex128 cannot be cast safely"),
    "a wider float": (np.ones(2, "f4"), np.float64(1), TypeError, "float64 .* float32"),
    "an array of wider floats": (np.ones(2, "f2"), np.ones(1, "f4"), TypeError, "float32"),
    "integers that floats do not hold": (np.ones(2, "f4"), np.int64(1), TypeError, "int64"),
    "a number for booleans": ([True, False], 1, TypeError, "int64 .* bool"),
    "too large an integer": (np.ones(2, "u1"), 256, ValueError, "256 is not a value of .* uint8"),
    "a negative integer": (np.ones(2, "u1"), -1, ValueError, "-1 is not a value of .* uint8"),
    "a large uint64": (np.ones(2, "i8"), np.uint64(2**63), ValueError, "not a value of .* int64"),
    "an integer past float32": (np.ones(2, "f4"), 2**200, ValueError, "not a value of .* float32"),
    "a float past float32": (np.ones(2, "f4"), 1e300, ValueError, "not a value of .* float32"),
    "an integer past all dtypes": (np.ones(2, "i8"), 2**70, ValueError, "not a value of .* int64"),
    "an integer past all floats": (np.ones(2), 10**400, ValueError, "not a value of .* float64"),
    "a float past float16": (np.ones(2, "f2"), 1e6, ValueError, "not a value of .* float16"),
    "text": (np.ones(2), "1", TypeError, "<U1 cannot be cast safely"),
    "an object": (np.ones(2), object(), TypeError, "object cannot be cast safely"),
    "a number for times": (np.zeros(2, "M8[s]"), 5, TypeError, "int64 .* datetime64"),
    "text that is no time": (np.zeros(2, "M8[s]"), "soon", TypeError, "<U4 .* datetime64"),
    "a time that falls between": (
        np.zeros(2, "M8[s]"), np.datetime64("2020-01-01T00:00:00.5"), ValueError, "not a value",
    ),
    "a difference for times": (np.zeros(2, "M8[s]"), np.timedelta64(1, "s"), TypeError, "cast"),
    "masked values": (np.ones(2), np.ma.array([1.0], mask=True), ValueError, "masked"),
    "strings": (np.array(["a", "b"]), "a", TypeError, "no distances.*"),
    "bytes": (np.array([b"a", b"b"]), b"a", TypeError, "distance_to .* dtype [|]S1"),
    "StringDType": (np.array(["a"], StringDType()), "a", TypeError, "distance_to .* StringDType"),
    "objects": (np.array([1, 2], object), 1, TypeError, "distance_to .* dtype object"),
    "a user's dtype": (np.ones(2, ml_dtypes.float8_e5m2), 1.0, TypeError, "distance_to .* float8"),
    "a shape that does not fit": (np.ones((2, 3)), np.ones(4), ValueError, r"\(4,\).*\(2, 3\)"),
    "too many axes": (np.ones(3), np.ones((1, 3)), ValueError, r"shape \(1, 3\).*\(3,\)"),
    "one value for each element": (np.ones((2, 3)), np.ones(3), ValueError, "differs along"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_bad_values_are_refused(case: str) -> None:
    """The error names the argument, before any work, and leaves `out` alone."""
    a, v, error, says = REFUSED[case]
    for function in EVERY:
        with pytest.raises(error, match=f"distance_to.*{says}|{says}"):
            function(a, distance_to=v)
    out = np.full((), -7)
    with pytest.raises(error, match="distance_to"):
        minloc.argmax(a, out=out, distance_to=v)
    assert out == -7
    with pytest.raises(error, match="distance_to"):
        minloc.top_k(a, 1, axis=None, distance_to=v)


def test_numbers_of_python_take_the_precision_of_the_array() -> None:
    """As in NumPy's arithmetic; integers may be of any dtype that the value fits."""
    a = np.array([1, 2, 3], "f4")
    for v in 3, 2.9, True, [2.9], np.float16(3), np.int16(3):
        assert minloc.argmin(a, distance_to=v) in (0, 2)
    assert minloc.argmin(a.astype("F"), distance_to=2.9 - 1j) == 2
    assert minloc.argmin(a.astype(ml_dtypes.bfloat16), distance_to=2.9) == 2
    assert minloc.argmin(a.astype("u1"), distance_to=np.int64(3)) == 2
    assert minloc.argmin(a.astype("i2"), distance_to=np.uint64(3)) == 2
    assert minloc.argmax(a.astype("f8"), distance_to=10**30) == 0
    assert minloc.argmin([True, False], distance_to=False) == 1


@pytest.mark.parametrize(
    "dtype", ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8", "c16"]
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_spelling_of_a_value_is_one_value(dtype: str, order: str) -> None:
    """Python's numbers and NumPy's scalars, which take a short way, are what an array is."""
    a = np.array([90, 7, 60, 5, 9, 120], order + dtype)
    ends = np.iinfo(dtype) if np.dtype(dtype).kind in "iu" else np.finfo(dtype)
    for value in (0, 6, 8, 61, 100, int(min(ends.max, 2**64))):
        of_array = np.array(value, dtype)
        want = [minloc.argmin(a, distance_to=of_array), minloc.argmax(a, distance_to=of_array)]
        spellings: list[Any] = [value, of_array[()], of_array.astype(order + dtype)]
        if of_array.dtype.kind in "fc":
            spellings.append(float(value))
        if of_array.dtype.kind == "c":
            spellings.append(complex(value))
        for one in spellings:
            got = [minloc.argmin(a, distance_to=one), minloc.argmax(a, distance_to=one)]
            assert got == want, (value, type(one))
