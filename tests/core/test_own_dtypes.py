"""Dtypes that bring their own comparison: objects, strings and those of users, on every path."""

import itertools
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy import nan
from numpy.dtypes import StringDType

from minloc import Partial, _core, _own_dtypes
from minloc._partial import part_of
from minloc.reference import argbest, top
from support.arrays import Array
from support.own_dtypes import DTYPES, NONES, NULLS, OF_ONE_BYTE, same, values_of
from support.paths import from_a_store, in_parts, lazily, plain
from support.side_by_side import ours

OF_BYTES_WITH_NAN = OF_ONE_BYTE[:8]


class Bomb:
    """An object that must not be compared."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("a masked element was compared")

    __lt__ = __gt__ = __ne__ = __eq__
    __hash__ = None  # type: ignore[assignment]


def outcome(path: Callable[..., Any], *args: Any, **words: Any) -> Any:
    """Return an answer, or the text of an error without what it says of its slice."""
    try:
        return path(*args, **words)
    except ValueError as error:
        return str(error).partition(" of a slice")[0]


OTHER_PATHS = [in_parts, lazily, from_a_store]


# --- NaN ------------------------------------------------------------------------------------------


def test_one_place_knows_the_nan_of_a_dtype() -> None:
    """It is an element that is not equal to itself, or None."""
    with_nan: list[Any] = ["f2", "f4", ">f8", "g", "F", "D", "G", "M8[s]", "m8", object, NULLS]
    for dtype in (*with_nan, ml_dtypes.bfloat16, *OF_BYTES_WITH_NAN):
        a = np.zeros(1, dtype)
        a[0] = _core.nan_of(np.dtype(dtype))
        assert not (a == a).any(), dtype
    without: list[Any] = ["?", "i1", ">u8", "S3", "U3", StringDType(), NONES, "V3", [("x", "f8")]]
    for dtype in (*without, StringDType(na_object="x"), *OF_ONE_BYTE[8:]):
        assert _core.nan_of(np.dtype(dtype)) is None, dtype


@pytest.mark.parametrize("path", [plain, *OTHER_PATHS])
@pytest.mark.parametrize("dtype", [*OF_BYTES_WITH_NAN, NULLS, object], ids=str)
def test_nothing_is_found_as_nan(path: Callable[..., Any], dtype: Any) -> None:
    """A dtype that has a NaN has a value for a slice without a candidate."""
    a = np.array([["1", "2", "4"]] * 3).astype(dtype if dtype == NULLS else "f4").astype(dtype)
    where = np.ones((3, 3), bool)
    where[1] = False
    for name, best in ("findmin", 0), ("findmax", 2):
        values, indices = path(name, a, 1, where=where, default=-1)
        assert values.dtype == a.dtype
        assert indices.tolist() == [best, -1, best]
        assert values[1] != values[1] or values[1] is nan
        assert list(values[::2]) == list(a[::2, best])
    a[2] = _core.nan_of(a.dtype)
    values, indices = path("findmin", a, 1, nan_policy="omit", default=-7)
    assert indices.tolist() == [0, 0, -7]
    assert values[2] != values[2] or values[2] is nan


# --- every path -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OTHER_PATHS)
@pytest.mark.parametrize(
    "dtype", [object, "U3", NULLS, *OF_ONE_BYTE[4:6], OF_ONE_BYTE[-2]], ids=str
)
def test_every_path_gives_the_same_answer(path: Callable[..., Any], dtype: Any) -> None:
    """Whatever the kind of a dtype says of it: that of float8_e5m2 is "f"."""
    a = values_of(dtype, (4, 3, 5))
    where = np.random.default_rng(1).random(a.shape) < 0.6
    words: dict[str, Any]
    for axis, policy in itertools.product((0, 2, (2, 0), None), ("propagate", "omit")):
        for mask in True, where:
            words = {"nan_policy": policy, "where": mask, "default": -1, "ties": "last"}
            for name in "argmin", "argmax", "argminmax", "minloc":
                want = plain(name, a, axis, **words)
                assert same(path(name, a, axis, **words), want), (name, axis, policy)
            for k, mode in itertools.product((1, 2, 4), ("largest", "smallest")):
                words = {"nan_policy": policy, "where": mask, "axis": axis, "mode": mode}
                want = outcome(plain, "top_k", a, k, **words)
                got = outcome(path, "top_k", a, k, **words)
                assert got == want if isinstance(want, str) else same(got, want)


@pytest.mark.parametrize("path", [plain, *OTHER_PATHS])
def test_what_is_masked_is_never_compared(path: Callable[..., Any]) -> None:
    """Masked elements need have no order, not even where few others are left of a slice."""
    rng = np.random.default_rng(2)
    where = rng.random((5, 6)) < 0.5
    where[0], where[1] = True, [True, False, True, False, False, False]
    numbers = rng.integers(0, 9, (5, 6))
    bombs: list[tuple[Any, Any]] = [(object, Bomb()), (object, None), (NONES, None)]
    for dtype, bomb in bombs:
        a = numbers.astype("U1").astype(dtype) if dtype is not object else numbers.astype(object)
        a[~where] = bomb
        for axis in 0, 1, None:
            got = path("argmin", a, axis, where=where, default=-1)
            assert np.array_equal(np.squeeze(got), argbest(numbers, axis, where=where, default=-1))
            most = int(np.min(np.count_nonzero(where, axis=axis)))
            for k in {1, most // 2, most} - {0}:
                _, indices = path("top_k", a, k, axis=axis, where=where, mode="smallest")
                want = top(numbers, k, axis, largest=False, where=where)
                assert np.array_equal(indices, want), (dtype, axis, k)
            with pytest.raises(ValueError, match="candidates"):
                path("top_k", a, most + 1, axis=axis, where=where)


def test_slices_of_unlike_objects() -> None:
    """Each slice needs an order of its own, and no order with the others."""
    a = np.array([[2, 1, None], ["b", None, "a"], [None, None, None]], object)
    where = np.array([[True, True, False], [True, False, True], [False] * 3])
    rows = ours("top_k")(a[:2], 2, where=where[:2], mode="smallest")
    assert rows.indices.tolist() == [[1, 0], [2, 0]]
    assert rows.values.tolist() == [[1, 2], ["a", "b"]]
    found = _core.up_to_k(a, 3, where=where)
    assert found.indices.tolist() == [[0, 1, -1], [0, 2, -1], [-1, -1, -1]]
    with pytest.raises(TypeError, match="not supported"):
        ours("top_k")(a[:2], 2)


# --- up to k --------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["f8", "i2", "f2", *DTYPES], ids=str)
def test_up_to_k_is_top_k_of_what_there_is(dtype: Any) -> None:
    """Each slice gives as many as it has, and -1 for the rest."""
    a = values_of(dtype if dtype in DTYPES else object, (7, 3, 6)).astype(dtype)
    where = np.random.default_rng(3).random(a.shape) < 0.4
    for policy, k, mode in itertools.product(
        ("propagate", "omit"), (0, 1, 3, 9), ("smallest", "largest")
    ):
        values, indices = _core.up_to_k(a, k, mode=mode, nan_policy=policy, where=where)
        assert values.shape == indices.shape == (7, 3, min(k, 6))
        for place in np.ndindex(7, 3):
            one, got = a[place], indices[place]
            have = int((got >= 0).sum())
            number = np.asarray(one == one, bool) | (policy == "propagate")
            assert have == min(k, int((where[place] & number).sum()))
            want = top(
                one, have, -1, largest=mode == "largest", nan_policy=policy, where=where[place]
            )
            assert got[:have].tolist() == want.tolist()
            assert (got[have:] == -1).all()
            assert same(values[place][:have], one[want])


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0, 3)], ids=repr)
@pytest.mark.parametrize("dtype", [object, ml_dtypes.bfloat16, ml_dtypes.float8_e5m2])
def test_the_value_of_an_empty_array_is_an_element(shape: tuple[int, ...], dtype: Any) -> None:
    """It is a NaN, and not an array that holds one; with keepdims it is one element of an array."""
    a = np.empty(shape, dtype)
    for found in ours("findmin")(a, default=-1), Partial.of("findmin", a, default=-1).finish():
        assert not isinstance(found.values, np.ndarray)
        assert found.values != found.values
        assert found.indices == -1
    kept = ours("findmax")(a, default=-1, keepdims=True).values
    assert kept.shape == (1,) * len(shape)
    assert kept.dtype == dtype


# --- merging --------------------------------------------------------------------------------------


def test_an_empty_chunk_changes_nothing() -> None:
    """Whatever its dtype is."""
    for dtype in ("i4", "U3", object, NULLS, "M8[s]", *OF_ONE_BYTE[:2]):
        kind = dtype if dtype in DTYPES else object
        a = (values_of(kind, (4, 3)) if kind is not object else np.arange(12).reshape(4, 3)).astype(
            dtype
        )
        for name in "argmin", "findmax", "argminmax", "top_k":
            words: dict[str, Any] = {"axis": 0, "k": 2} if name == "top_k" else {"axis": 0}
            part = Partial.of(name, a, shape=(4, 3), **words)
            for other in "f8", "i8", "S2", object:
                empty = Partial.of(name, np.empty((0, 3), other), offset=(4, 0), **words)
                for merged in part.merge(empty), empty.merge(part), empty.merge(empty, part, empty):
                    assert same(merged.finish(), part.finish()), (dtype, name, other)
    with pytest.raises(ValueError, match="different dtypes"):
        Partial.of("argmin", [1, 2]).merge(Partial.of("argmin", [1.0], offset=2))


def test_empty_chunks_of_several_dtypes_merge_alike_in_any_order() -> None:
    """There is no element that would say which dtype is meant."""
    parts = [Partial.of("argmin", np.empty(0, t), default=-1) for t in ("f8", "i4", "S1", "U7")]
    for order in itertools.permutations(parts):
        merged = order[0].merge(*order[1:])
        assert (
            part_of(merged).ends[0].values.dtype
            == part_of(order[0].merge(order[1]).merge(order[3].merge(order[2])))
            .ends[0]
            .values.dtype
        )
        assert merged.finish() == -1


# --- many slices, and every byte ------------------------------------------------------------------


@pytest.mark.parametrize("dtype", OF_ONE_BYTE, ids=str)
def test_every_byte_has_its_rank(dtype: Any) -> None:
    """Reduced and ranked as its number is, whichever of the bytes it is."""
    numbers = np.arange(256, dtype=np.uint8).view(dtype).astype(np.float32)
    back = numbers.astype(dtype).view(np.uint8)
    valid = np.flatnonzero((back == np.arange(256)) | np.isnan(numbers))
    rng = np.random.default_rng(0)
    for shape in (1,), (7,), (300,), (40, 25):
        for _ in range(20):
            a = rng.choice(valid, shape).astype(np.uint8).view(dtype)
            wide = a.astype(np.float32)
            where = rng.random(shape) < 0.7
            for axis, policy in itertools.product((None, 0, -1), ("propagate", "omit")):
                words = {"nan_policy": policy, "where": where, "default": -1}
                for name in "argmin", "argmax":
                    assert same(ours(name)(a, axis, **words), ours(name)(wide, axis, **words))
                _, of_bytes = _core.up_to_k(a, 3, axis=axis, where=where, nan_policy=policy)
                _, of_floats = _core.up_to_k(wide, 3, axis=axis, where=where, nan_policy=policy)
                assert np.array_equal(of_bytes, of_floats)


@pytest.mark.parametrize("dtype", ["S3", "U3", StringDType(), NULLS, object], ids=str)
def test_slices_are_sorted_many_at_a_time(dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one after the other; and where one lot of them ends, the next begins."""
    lots = []
    ranked = _own_dtypes._ranked

    def counted(slices: Array, *rest: Any) -> Any:
        lots.append(len(slices))
        return ranked(slices, *rest)

    monkeypatch.setattr(_own_dtypes, "_ranked", counted)
    a = values_of(dtype, (1000, 7))
    where = np.random.default_rng(4).random(a.shape) < 0.8
    where[:, :2] = True
    answers = {}
    for at_once in 1, 30, 1 << 20:
        monkeypatch.setattr(_own_dtypes, "SORTED_AT_ONCE", at_once)
        lots.clear()
        answers[at_once] = [ours("top_k")(a, 2, where=where), ours("top_k")(a.T, 2, axis=0)]
        assert len(lots) == 2 * -(-1000 // max(at_once // 7, 1))
    for at_once in 1, 30:
        for one, other in zip(answers[at_once], answers[1 << 20], strict=True):
            assert same(one, other)
    assert np.array_equal(answers[30][0].indices, top(a, 2, where=where))
