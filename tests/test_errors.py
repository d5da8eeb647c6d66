"""What exceptions say: NumPy's texts to the letter, and beside them what else we know."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from numpy import nan
from numpy.dtypes import StringDType
from numpy.typing import NDArray
from pairs import ours, theirs
from raised import slice_of

import minloc
from minloc import Partial, _core
from minloc.reference import argbest

Array = NDArray[Any]
Path = Callable[..., Any]

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


# --- the paths that a question can take -----------------------------------------------------------
# Dask's blocks are asked in any order: where slices of two are wrong, either is named.


def plain(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about an array."""
    return ours(name)(a, *args, **words)


def in_parts(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about an array cut in two along each axis."""
    where = words.pop("where", True)
    where = None if where is True else np.broadcast_to(where, a.shape)
    cuts = [(slice(0, n // 2), slice(n // 2, n)) for n in a.shape]
    parts = []
    for box in np.ndindex((2,) * a.ndim):
        key = tuple(cut[i] for cut, i in zip(cuts, box, strict=True))
        offset = [along.start for along in key]
        mask = True if where is None else where[key]
        words |= {"shape": a.shape}
        parts.append(Partial.of(name, a[key], *args, offset=offset, where=mask, **words))
    return parts[-1].merge(*parts[:-1]).finish()


def lazily(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about a Dask array."""
    da = pytest.importorskip("dask.array")
    answer = ours(name)(da.from_array(a, chunks=2), *args, **words)
    # In this thread: what is asked here is small, and threads would wait for each other.
    dask = pytest.importorskip("dask")
    several = answer if isinstance(answer, tuple) else (answer,)
    return list(dask.compute(*several, scheduler="synchronous"))


def from_a_store(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about something that gives slices."""

    class Store:
        shape, dtype, chunks = a.shape, a.dtype, (1,) * a.ndim

        def __getitem__(self, key: Any) -> Array:
            part: Array = a[key]
            return part

    return _core.hand_on(name, Store(), *args, **words)


def with_names(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about an array of xarray's."""
    xarray = pytest.importorskip("xarray")
    if np.isscalar(words.get("where", True)) is False:
        words["where"] = xarray.DataArray(np.broadcast_to(words["where"], a.shape))
    if not name.startswith("nan"):  # its own default is to omit them
        words.setdefault("nan_policy", "propagate")
    return ours(name)(xarray.DataArray(a), *args, **words)


PATHS: list[Path] = [plain, in_parts, lazily, from_a_store, with_names]


# --- NumPy's texts --------------------------------------------------------------------------------

BAD_CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "nothing": (([],), {}),
    "nothing along an axis": ((np.ones((3, 0)), 1), {}),
    "no slices of nothing": ((np.ones((0, 0)), 0), {}),
    "an axis too far": ((np.ones((2, 3)), 2), {}),
    "an axis too low": ((np.ones((2, 3)), -3), {}),
    "an axis of 0-d": ((5, 1), {}),
    "no array": ((), {}),
    "too many arguments": (([1, 2], 0, None, True), {}),
    "an axis twice": (([1, 2], 0), {"axis": 0}),
    "a bool axis": (([1, 2], True), {}),
    "a float axis": (([1, 2], 1.0), {}),
    "a list of axes": (([1, 2], [0]), {}),
    "an array of axes": (([1, 2], np.array([0])), {}),
    "a text axis": (([1, 2], "0"), {}),
    "an axis too large for C": (([1, 2], 2**40), {}),
    "an axis too large for all": (([1, 2], 2**70), {}),
    "no order": ((np.zeros(3, "V2"),), {}),
    "a record": ((np.zeros(3, [("x", "i4")]),), {}),
    "an out of another shape": ((np.ones((2, 3)), 1, np.zeros(3, int)), {}),
    "an out of too many axes": ((np.ones(3), 0, np.zeros(1, int)), {}),
    "an out of floats": ((np.ones((2, 3)), 1, np.zeros(2)), {}),
    "an out of unsigned integers": ((np.ones((2, 3)), 1, np.zeros(2, "u8")), {}),
    "an out that is a list": ((np.ones((2, 3)), 1, [0, 0]), {}),
    "an ambiguous keepdims": (([1, 2],), {"keepdims": np.array([1, 2])}),
    "no such keyword": (([1, 2],), {"foo": 1}),
    "objects without an order": ((np.array([1, None], object),), {}),
    "nulls without an order": ((np.array(["a", None], StringDType(na_object=None)),), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", ["argmin", "argmax", "nanargmin", "nanargmax"])
@pytest.mark.parametrize("call", BAD_CALLS.values(), ids=BAD_CALLS.keys())
def test_a_text_is_numpys_to_the_letter(name: str, call: tuple[Any, Any]) -> None:
    """Programs compare `str(error)` with it."""
    args, words = call
    errors = []
    for function in theirs(name), ours(name):
        with pytest.raises(Exception, match=r".") as raised:
            function(*args, **words)
        errors.append((raised.type, str(raised.value)))
    assert errors[0] == errors[1]


@pytest.mark.parametrize("name", ["nanargmin", "nanargmax"])
def test_the_text_of_a_slice_of_nan_is_numpys(name: str) -> None:
    """Whatever else is known is not in it."""
    for a, axis in (([nan, nan], None), ([[1, 2], [nan, nan]], 1), (np.full((2, 3, 2), nan), 0)):
        errors = []
        for function in theirs(name), ours(name):
            with pytest.raises(ValueError, match="NaN") as raised:
                function(a, axis)
            errors.append(str(raised.value))
        assert errors == ["All-NaN slice encountered"] * 2


def test_the_shape_of_out_is_in_a_note() -> None:
    """The text is NumPy's; which shapes there are is said beside it."""
    with pytest.raises(ValueError, match="out") as raised:
        minloc.argmax(np.ones((2, 3)), 1, np.zeros(3, int))
    assert str(raised.value) == "output array does not match result of np.argmax."
    assert raised.value.__notes__ == ["out has the shape (3,), the result (2,)"]


# --- which slice ----------------------------------------------------------------------------------


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


# --- on the way -----------------------------------------------------------------------------------


def fails(axis: int) -> Any:
    """Raise an error about a slice."""
    return minloc.nanargmin(np.array([[1.0, 2.0], [nan, nan]]), axis, where=np.True_)


def test_an_error_travels() -> None:
    """Pickled, copied, and out of another process: text, notes and place."""
    with pytest.raises(ValueError, match="All-NaN") as raised:
        fails(1)
    for again in pickle.loads(pickle.dumps(raised.value)), copy.copy(raised.value):
        assert type(again) is ValueError
        assert str(again) == "All-NaN slice encountered"
        assert getattr(again, "index", None) == (1,)
        assert again.__notes__ == raised.value.__notes__
    with ProcessPoolExecutor(1) as pool, pytest.raises(ValueError, match="All-NaN") as far:
        pool.submit(fails, 1).result()
    assert slice_of(far) == (1,)


def test_a_call_that_succeeds_after_an_error_is_not_touched_by_it() -> None:
    """Errors are made anew: what one says of its slice is not said of the next."""
    for place in 1, 0:
        a = np.ones((2, 2))
        a[place] = nan
        with pytest.raises(ValueError, match="All-NaN") as raised:
            minloc.nanargmax(a, 1)
        assert slice_of(raised) == (place,)
        assert len(raised.value.__notes__) == 1
