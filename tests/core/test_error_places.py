"""Exceptions say which slice they are about, on every path."""

from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy import nan
from numpy.dtypes import StringDType

import minloc
from minloc.reference import argbest
from support.arrays import Array
from support.paths import PATHS, Path, from_a_store, in_parts, lazily, plain
from support.raised import slice_of
from support.side_by_side import ours

NULLS = StringDType(na_object=nan)
REDUCTIONS = (
    "argmin", "argmax", "nanargmin", "nanargmax", "findmin", "findmax", "argminmax", "minloc",
    "maxloc",
)  # fmt: skip
#: Dtypes with kernels, and dtypes that bring their own comparison, all with a NaN.
WITH_NAN: list[Any] = [
    "f2", "f4", "f8", "g", "D", "M8[s]", "m8[D]", ml_dtypes.bfloat16, object, NULLS,
    ml_dtypes.float8_e5m2, ml_dtypes.float8_e4m3fn,
]  # fmt: skip
WITHOUT_NAN: list[Any] = ["?", "i4", "u8", "S3", "U3", ml_dtypes.int4, ml_dtypes.float4_e2m1fn]


def nothing(dtype: Any) -> Any:
    """Return what is NaN in arrays of a dtype."""
    return "NaT" if np.dtype(dtype).kind in "mM" else nan


def numbers(dtype: Any, shape: tuple[int, ...]) -> Array:
    """Return ones of a dtype, text or not."""
    return np.ones(shape, "U3").astype(dtype) if dtype == NULLS else np.ones(shape, dtype)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("dtype", WITH_NAN, ids=str)
def test_a_slice_of_nan_is_named_on_every_path(path: Path, dtype: Any) -> None:
    """The text is NumPy's; the first such slice is the error's `index`."""
    a = numbers(dtype, (4, 3, 5))
    a[2, 1] = a[3, 0] = nothing(dtype)
    for name in REDUCTIONS:
        words = {} if name.startswith("nan") else {"nan_policy": "omit"}
        for keepdims, place in (False, (2, 1)), (True, (2, 1, 0)):
            with pytest.raises(ValueError, match="All-NaN") as raised:
                path(name, a, 2, keepdims=keepdims, **words)
            assert str(raised.value) == "All-NaN slice encountered"
            assert slice_of(raised) == place
    a[...] = nothing(dtype)
    with pytest.raises(ValueError, match="All-NaN") as raised:
        path("nanargmin", a)
    assert str(raised.value) == "All-NaN slice encountered"
    assert slice_of(raised) == ()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("dtype", WITH_NAN, ids=str)
def test_a_nan_that_must_not_be_is_named_on_every_path(path: Path, dtype: Any) -> None:
    """The first slice that has one, in C order, wherever in the slice it is."""
    a = numbers(dtype, (4, 3, 5))
    a[3, 0, 2] = a[2, 1, 3] = nothing(dtype)
    text = "() met a NaN, and nan_policy is 'raise'; 'omit' leaves NaN out"
    for name in REDUCTIONS:
        if name.startswith("nan"):
            continue
        for axis, place in (2, (2, 1)), ((0, 2), (0,)), ((2, 0), (0,)), (0, (0, 2)), (None, ()):
            with pytest.raises(ValueError, match="NaN") as raised:
                path(name, a, axis, nan_policy="raise")
            assert str(raised.value) == name + text
            assert slice_of(raised) == place, (name, axis)
        with pytest.raises(ValueError, match="NaN") as raised:
            path(name, a, (2, 1), nan_policy="raise", keepdims=True)
        assert slice_of(raised) == (2, 0, 0)
    for axis, place in (2, (2, 1)), (0, (0, 2)), ((2, 0), (0,)), (None, ()):
        for k in 0, 1, 3:
            with pytest.raises(ValueError, match="NaN") as raised:
                path("top_k", a, k, axis=axis, nan_policy="raise")
            assert str(raised.value) == "top_k" + text
            assert slice_of(raised) == place, (axis, k)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("dtype", WITH_NAN + WITHOUT_NAN, ids=str)
def test_a_slice_that_is_masked_is_named_on_every_path(path: Path, dtype: Any) -> None:
    """That a mask left nothing is a note; the text is NumPy's."""
    a = numbers(dtype, (4, 3, 5))
    where = np.ones((4, 3, 5), bool)
    where[2, 1] = where[3, 0] = False
    for name, end in ("argmin", "min"), ("argmax", "max"), ("minloc", "min"), ("argminmax", "min"):
        with pytest.raises(ValueError, match="empty sequence") as raised:
            path(name, a, 2, where=where)
        assert str(raised.value) == f"attempt to get arg{end} of an empty sequence"
        assert slice_of(raised) == (2, 1)
        assert raised.value.__notes__[1:] == ["no element is left by the mask"]
    with pytest.raises(ValueError, match="All-NaN") as raised:
        path("nanargmax", a, 2, where=where)
    assert slice_of(raised) == (2, 1)
    assert raised.value.__notes__[1:] == ["elements that are masked out do not count"]
    with pytest.raises(ValueError, match="top_k") as raised:
        path("top_k", a, 2, axis=2, where=where)
    assert str(raised.value) == "top_k() cannot give k=2 elements of a slice with 0 candidates"
    assert slice_of(raised) == (2, 1)


@pytest.mark.parametrize("path", [plain, in_parts, lazily, from_a_store])
@pytest.mark.parametrize("dtype", WITHOUT_NAN, ids=str)
def test_a_slice_without_a_value_is_named(path: Path, dtype: Any) -> None:
    """A dtype without NaN has no value for a slice that `findmin` finds nothing in."""
    a = numbers(dtype, (4, 3, 5))
    where = np.ones((4, 3, 5), bool)
    where[3, 0] = False
    with pytest.raises(TypeError, match="has neither NaN nor NaT") as raised:
        path("findmin", a, 2, where=where, default=-1)
    assert slice_of(raised) == (3, 0)


def test_masked_arrays_name_the_slice() -> None:
    """As `where` does."""
    for dtype in "f8", "i2", object, "U3":
        a = np.ma.masked_array(np.ones((3, 4), dtype), False)
        a[1] = np.ma.masked
        with pytest.raises(ValueError, match="empty") as raised:
            minloc.argmin(a, axis=1)
        assert slice_of(raised) == (1,)
        with pytest.raises(ValueError, match="top_k") as raised:
            minloc.top_k(a, 1)
        assert slice_of(raised) == (1,)


def test_an_empty_slice_is_named() -> None:
    """Every slice is empty; the first of them is named, if there is one."""
    for function in (ours(name) for name in REDUCTIONS):
        with pytest.raises(ValueError, match="empty sequence") as raised:
            function(np.ones((2, 3, 0)), 2)
        assert slice_of(raised) == (0, 0)
        with pytest.raises(ValueError, match="empty sequence") as raised:
            function([])
        assert slice_of(raised) == ()
        with pytest.raises(ValueError, match="empty sequence") as raised:
            function(np.ones((0, 0)), 1)
        assert not hasattr(raised.value, "index")


def test_the_first_slice_is_named_in_any_layout() -> None:
    """It is the first in the order of the result, whichever is met first."""
    rng = np.random.default_rng(0)
    for _ in range(40):
        shape = tuple(rng.integers(2, 5, 3))
        a = rng.integers(0, 9, shape).astype("f4")
        a[tuple(rng.integers(0, shape))] = a[tuple(rng.integers(0, shape))] = nan
        a = a.transpose(rng.permutation(3))[:: rng.choice([-1, 1]), :, :: rng.choice([-1, 1])]
        for dtype in "f4", object, ml_dtypes.float8_e5m2:
            for axis, ties in ((0, "first"), (1, "last"), ((0, 2), "last"), ((2, 1), "first")):
                words: dict[str, Any] = {"nan_policy": "raise", "ties": ties}
                places = []
                for function in argbest, minloc.argmin, minloc.argmax:
                    with pytest.raises(ValueError, match="NaN") as raised:
                        function(a.astype(dtype), axis, **words)
                    places.append(slice_of(raised))
                assert places[0] == places[1] == places[2]


def test_the_oracle_names_the_slice() -> None:
    """As the functions do."""
    a = np.ones((2, 3, 4))
    a[1, 2] = nan
    for keepdims in False, True:
        errors = []
        for function in minloc.argmin, argbest:
            with pytest.raises(ValueError, match="All-NaN") as raised:
                function(a, 2, nan_policy="omit", keepdims=keepdims)
            errors.append((str(raised.value), slice_of(raised)))
        assert errors[0] == errors[1]
