"""Objects that are no arrays of NumPy's: what they call missing is no candidate.

A container answers as the array of its elements with a mask does, in every function and as a chunk
of a `Partial`; what does not become the array that it seems to be is a TypeError that names it.
"""

import datetime
import decimal
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import xarray as xr
from test_partial import FUNCTIONS

import minloc
from minloc import Partial

#: The package, as one that its stubs do not know: they take what NumPy takes.
public: Any = minloc
masked: Any = np.ma.array
#: Two integers that are one number as float64.
LARGE, LARGER = 2**53, 2**53 + 1
TIMES = np.array(["2020-01-02", "2020-01-01", "NaT"], "M8[ns]")

#: Containers, each with the same elements as an array of NumPy's, masked where one is missing that
#: is no NaN.
CONTAINERS: dict[str, tuple[Any, Any]] = {
    "pandas, Int64": (
        pd.Series([LARGER, LARGE, None, LARGER], dtype="Int64"),
        masked([LARGER, LARGE, 0, LARGER], mask=[0, 0, 1, 0]),
    ),
    "pandas, UInt8": (
        pd.array([0, None, 255, 0], dtype="UInt8"),
        masked([0, 7, 255, 0], "u1", mask=[0, 1, 0, 0]),
    ),
    "pandas, Int64 with all": (
        pd.Series([LARGER, LARGE], dtype="Int64"),
        masked([LARGER, LARGE]),
    ),
    "pandas, index of Int64": (
        pd.Index([LARGER, LARGE, None], dtype="Int64"),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pandas, Float32": (
        pd.Series([2.0, None, 1.0], dtype="Float32"),
        masked([2, 0, 1], "f4", mask=[0, 1, 0]),
    ),
    "pandas, boolean": (
        pd.Series([None, True, False], dtype="boolean"),
        masked([False, True, False], mask=[1, 0, 0]),
    ),
    "pandas, Arrow's integers": (
        pd.Series([LARGER, LARGE, None], dtype="int64[pyarrow]"),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pandas, times in a zone": (
        pd.Series(TIMES).dt.tz_localize("Etc/GMT-1"),
        TIMES - np.timedelta64(1, "h"),
    ),
    "pandas, times": (
        pd.Series(TIMES),
        TIMES,
    ),
    "pandas, sparse": (
        pd.Series(pd.arrays.SparseArray([0.0, 0.0, -1.0, np.nan])),
        np.array([0.0, 0.0, -1.0, np.nan]),
    ),
    "pandas, strings": (
        pd.Series(["b", "a", None], dtype="string"),
        masked(["b", "a", ""], object, mask=[0, 0, 1]),
    ),
    "pandas, objects": (
        pd.Series([3, None, 1, np.nan], dtype=object),
        masked([3, 0, 1, 0], object, mask=[0, 1, 0, 1]),
    ),
    "pandas, periods": (
        pd.Series(pd.PeriodIndex(["2020-02", None, "2020-01"], freq="M")),
        masked([pd.Period("2020-02", "M"), 0, pd.Period("2020-01", "M")], object, mask=[0, 1, 0]),
    ),
    "pandas, intervals": (
        pd.arrays.IntervalArray.from_tuples([(1, 2), None, (0, 5)]),
        masked([pd.Interval(1.0, 2.0), 0, pd.Interval(0.0, 5.0)], object, mask=[0, 1, 0]),
    ),
    "pandas, categories in order": (
        pd.Series(pd.Categorical(["b", "a", None, "c"], categories=["c", "b", "a"], ordered=True)),
        None,  # compared below
    ),
    "pandas, a table of Int64": (
        pd.DataFrame(
            {"a": pd.array([LARGER, None], "Int64"), "b": pd.array([LARGE, LARGER], "Int64")}
        ),
        masked([[LARGER, LARGE], [0, LARGER]], mask=[[0, 0], [1, 0]]),
    ),
    "pandas, a table of two dtypes": (
        pd.DataFrame({"a": pd.array([3, None], "Int64"), "b": [2.5, 1.0]}),
        masked([[3, 2.5], [0, 1]], mask=[[0, 0], [1, 0]]),
    ),
    "polars": (
        pl.Series([LARGER, LARGE, None, LARGE]),
        masked([LARGER, LARGE, 0, LARGE], mask=[0, 0, 1, 0]),
    ),
    "polars, bool": (
        pl.Series([None, True, False]),
        masked([False, True, False], mask=[1, 0, 0]),
    ),
    "polars, float with NaN and null": (
        pl.Series([None, 2.0, float("nan"), 1.0]),
        masked([0.0, 2, np.nan, 1], mask=[1, 0, 0, 0]),
    ),
    "polars, strings": (
        pl.Series(["b", None, "a"]),
        masked(["b", "", "a"], object, mask=[0, 1, 0]),
    ),
    "polars, dates": (
        pl.Series([datetime.date(2020, 1, 2), None, datetime.date(2020, 1, 1)]),
        masked(["2020-01-02", "NaT", "2020-01-01"], "M8[D]", mask=[0, 1, 0]),
    ),
    "polars, decimals": (
        pl.Series([decimal.Decimal("1.5"), None, decimal.Decimal("0.5")]),
        masked([decimal.Decimal("1.5"), 0, decimal.Decimal("0.5")], object, mask=[0, 1, 0]),
    ),
    "polars, a table": (
        pl.DataFrame({"a": [LARGER, None], "b": [LARGE, LARGER]}),
        masked([[LARGER, LARGE], [0, LARGER]], mask=[[0, 0], [1, 0]]),
    ),
    "pyarrow": (
        pa.array([LARGER, LARGE, None]),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pyarrow, chunks": (
        pa.chunked_array([[LARGER], [], [LARGE, None]]),
        masked([LARGER, LARGE, 0], mask=[0, 0, 1]),
    ),
    "pyarrow, bool": (
        pa.array([None, True, False]),
        masked([False, True, False], mask=[1, 0, 0]),
    ),
    "pyarrow, times": (
        pa.array([2, None, 1], pa.timestamp("s", "UTC")),
        masked([2, 0, 1], "M8[s]", mask=[0, 1, 0]),
    ),
    "pyarrow, a dictionary": (
        pa.array(["b", None, "a"]).dictionary_encode(),
        masked(["b", "", "a"], object, mask=[0, 1, 0]),
    ),
    "pyarrow, a table": (
        pa.table({"a": [LARGER, None], "b": [LARGE, LARGER]}),
        masked([[LARGER, LARGE], [0, LARGER]], mask=[[0, 0], [1, 0]]),
    ),
}
PANDAS_FORMS = "nanargmin", "nanargmax"


def of_pandas(x: Any) -> bool:
    """Whether pandas has a default of its own for `nan_policy`."""
    return type(x).__module__.startswith("pandas")


def asked(function: str, a: Any, *args: Any, **words: Any) -> Any:
    """Return an answer as lists, or what was raised."""
    k = (1,) if function == "top_k" else ()
    try:
        answer = getattr(public, function)(a, *k, *args, **words)
    except Exception as error:
        return type(error), str(error)
    return listed(answer)


def listed(answer: Any) -> Any:
    """Return an answer as its dtypes and elements, in lists."""
    if isinstance(answer, tuple):
        return [listed(part) for part in answer]
    plain = np.asarray(answer)
    return plain.dtype.kind, repr(plain.tolist())  # in which one NaN is like another


@pytest.mark.parametrize(
    "kind", [kind for kind, (_, same) in CONTAINERS.items() if same is not None]
)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_missing_is_no_candidate(kind: str, function: str) -> None:
    """Every function, with every keyword, answers as for the array with a mask, exactly."""
    x, same = CONTAINERS[kind]
    axes = [{}, {"axis": 0}, {"axis": -1}] + ([{"axis": (1, 0)}] if same.ndim == 2 else [])
    words: list[dict[str, Any]] = [dict(axis) for axis in axes]
    words += [{"where": [True] * (same.shape[-1] - 1) + [False]}]
    if function != "top_k":
        words += [{"ties": "last"}, {"keepdims": True}, {"default": -1, "where": False}]
    if function not in PANDAS_FORMS:
        words += [{"nan_policy": policy} for policy in ("propagate", "omit", "raise")]
    for given in words:
        policy = {"nan_policy": "omit"} if of_pandas(x) and function not in PANDAS_FORMS else {}
        want = asked(function, same, **{**policy, **given})
        assert asked(function, x, **given) == want, given
        if given.get("where") is not False:
            k = (1,) if function == "top_k" else ()
            try:
                part = listed(Partial.of(function, x, *k, **given).finish())
            except Exception as error:
                part = type(error), str(error)
            assert part == want, given


@pytest.mark.parametrize(("kind", "pair"), CONTAINERS.items())
def test_every_function_has_one_place(kind: str, pair: tuple[Any, Any]) -> None:
    """The place that one function answers with is that of all the others."""
    x = pair[0]
    at = public.argmin(x)
    assert public.findmin(x).indices == at
    assert public.argminmax(x).argmin == at
    assert public.nanargmin(x) == at or not of_pandas(x)
    assert (
        np.ravel_multi_index(public.minloc(x), x.shape if hasattr(x, "shape") else (len(x),)) == at
    )


@pytest.mark.parametrize("dtype", ["float64", "M8[ns]", "Int64", "object", "double[pyarrow]"])
def test_pandas_skips_what_is_missing(dtype: str) -> None:
    """As its own methods do; a policy that is given holds."""
    x = pd.Series([3, None, 1, 2]).astype(dtype)
    for name in "argmin", "argmax":
        assert getattr(public, name)(x) == getattr(x, name)() == getattr(public, name)(x.array)
        assert getattr(public, name)(x, axis=0) == getattr(x, name)(axis=0)
        assert getattr(public, name)(pd.Index(x)) == getattr(x, name)()
    assert public.findmin(x).indices == x.argmin()
    nan = dtype in ("float64", "M8[ns]")
    assert public.argmin(x, nan_policy="propagate") == (1 if nan else 2)
    out = np.empty((), int)
    assert public.argmin(x, None, out) is out
    assert out == 2
    with pytest.raises(ValueError, match=r"All-NaN|empty sequence"):
        public.argmin(x[x.isna()])


def test_categories_have_their_own_order() -> None:
    """Not the alphabet's; those without an order have no smallest."""
    x = CONTAINERS["pandas, categories in order"][0]
    for same in x, x.array, pd.Index(x):
        assert public.argmin(same) == x.argmin() == 3
        assert public.nanargmax(same) == x.argmax() == 1
        assert public.findmin(same) == ("c", 3)
        assert public.argminmax(same) == (3, 1)
        best = public.top_k(same, 3)
        assert (best.values.tolist(), best.indices.tolist()) == (["a", "b", "c"], [1, 0, 3])
    free = x.cat.as_unordered()
    for function in FUNCTIONS:
        for same in free, free.array, pd.Index(free), pd.DataFrame({"a": free, "b": free}):
            error, text = asked(function, same)
            assert (error, "categor" in text, function in text) == (TypeError, True, True)
    with pytest.raises(TypeError, match="pass their codes"):
        Partial.of("argmin", x)


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"a": pd.array([LARGER, None], "Int64"), "b": [float(LARGE), 2.0**60]}),
        pd.DataFrame({"a": [LARGER, 1], "b": [float(LARGE), 2.0**60]}),
        pl.DataFrame({"a": [LARGER, None], "b": [float(LARGE), 2.0**60]}),
        pa.table({"a": [LARGER, None], "b": [float(LARGE), 2.0**60]}),
        pl.DataFrame({"a": [-LARGER], "b": [1.0]}),
        pl.DataFrame(
            {"a": [2**64 - 1], "b": [1]}, schema={"a": pl.UInt64, "b": pl.Int64}
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("function", FUNCTIONS)
def test_columns_are_not_rounded(table: Any, function: str) -> None:
    """Columns that no dtype holds together exactly are not compared."""
    error, text = asked(function, table, axis=1)
    assert error is TypeError
    assert "cannot represent all integers of column 'a'" in text


class Lines:
    """Something with a length, which NumPy takes for one object."""

    def __len__(self) -> int:
        return 3


class Looks(Lines):
    """A matrix, to look at."""

    shape = (2, 3)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "make", [lambda: {3, 1}, lambda: (i for i in [3, 1]), lambda: {3: 1}.keys(), Lines, Looks]
)
def test_what_becomes_one_object_is_refused(function: str, make: Callable[[], Any]) -> None:
    """But for NumPy's own answer where NumPy has one, of what has no shape."""
    if "arg" in function[:6] and function != "argminmax" and make is not Looks:
        assert getattr(public, function)(make()) == 0
        return
    error, text = asked(function, make())
    assert error is TypeError
    assert f"{function}() does not support" in text
    assert type(make()).__name__ in text
    with pytest.raises(TypeError, match="Partial does not support"):
        Partial.of(function, make(), *([1] if function == "top_k" else []))


@pytest.mark.parametrize(
    "one", [None, decimal.Decimal(1), datetime.date(2020, 1, 1), object(), 3, "abc", b"a"]
)
def test_scalars_are_arrays_of_one_element(one: Any) -> None:
    """Objects that are no container, too."""
    assert public.argmin(one) == public.findmin(one).indices == 0
    assert public.findmin(one).values == one


def test_sparse_matrices_answer_what_they_can() -> None:
    """Their own argmin is NumPy's; what they do not have is refused."""
    sparse = pytest.importorskip("scipy.sparse")
    for x in sparse.csr_array([[3, 0, -1]]), sparse.csc_matrix([[3, 0, -1]]):
        assert public.argmin(x) == 2
        for function in set(FUNCTIONS) - {"argmin", "argmax"}:
            error, text = asked(function, x)
            assert error is TypeError
            assert type(x).__name__ in text
            assert "toarray()" in text
    for function in FUNCTIONS:
        assert asked(function, sparse.dok_array((2, 3)))[0] is TypeError
    with pytest.raises(TypeError, match=r"where does not support scipy.*toarray"):
        public.argmin([1, 2], where=sparse.csr_array([[1, 0]]))


@pytest.mark.parametrize(
    "x",
    [
        pl.Series(["b", "a"], dtype=pl.Enum(["b", "a"])),
        pl.Series(["b", "a"], dtype=pl.Categorical),
        pl.Series([[1, 2], [3]]),
        pl.Series([1, 2]).cast(pl.Time),
        pl.LazyFrame({"a": [1]}),
        pa.array([[1], [2]]),
        pa.array([{"a": 1}]),
        pa.array([1, 2], pa.time64("ns")),
        pa.DictionaryArray.from_arrays([1, 0], ["b", "a"], ordered=True),
        pd.Series([1, 2], dtype=pd.ArrowDtype(pa.time64("ns"))),
    ],
    ids=lambda x: f"{type(x).__name__} {getattr(x, 'dtype', getattr(x, 'type', ''))}",
)
def test_an_order_that_numpy_does_not_have_is_refused(x: Any) -> None:
    """With the name of the type, by every function."""
    for function in FUNCTIONS:
        error, text = asked(function, x)
        assert error is TypeError
        assert f"{function}() does not support" in text
        assert "pass x." in text or "cast it" in text


MASKS: dict[str, Any] = {
    "polars": pl.Series([True, None, True]),
    "pyarrow": pa.array([True, None, True]),
    "pandas": pd.Series([True, None, True], dtype="boolean"),
    "pandas, array": pd.array([True, None, True], dtype="boolean"),
    "masked": masked([True, True, True], mask=[False, True, False]),
    "xarray": xr.DataArray([True, False, True], dims="x"),
    "list": [True, False, True],
}
ARRAYS: dict[str, Callable[[Any], Any]] = {
    "array": np.array,
    "list": list,
    "masked": np.ma.array,
    "pandas": pd.Series,
    "polars": pl.Series,
    "pyarrow": pa.array,
    "xarray": lambda a: xr.DataArray(a, dims="x"),
    "dask": lambda a: __import__("dask.array").array.from_array(np.array(a), chunks=2),
}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("array", ARRAYS)
def test_a_mask_may_be_of_any_library(mask: str, array: str) -> None:
    """What is missing in a mask is not chosen."""
    a = ARRAYS[array]([3, 1, 2])
    for function in "argmin", "nanargmin":
        assert np.asarray(getattr(public, function)(a, where=MASKS[mask])) == 2
    for function in "findmin", "minloc":
        assert np.asarray(getattr(public, function)(a, where=MASKS[mask])[-1]) == 2
    assert np.asarray(public.argminmax(a, where=MASKS[mask])).tolist() == [2, 0]
    assert np.asarray(public.top_k(a, 2, where=MASKS[mask]).indices).tolist() == [0, 2]
    assert Partial.of("argmin", a, where=MASKS[mask]).finish() == 2


@pytest.mark.parametrize("array", ARRAYS)
def test_a_mask_of_nothing_has_no_dtype(array: str) -> None:
    """An empty list is a mask, though it would be an array of float64."""
    a = ARRAYS[array]([])
    for function in "argmin", "nanargmax":
        assert np.asarray(getattr(public, function)(a, where=[], default=-1)) == -1
    assert Partial.of("argmin", a, where=[], default=-1).finish() == -1
    two = np.zeros((2, 0))
    assert public.argmin(two, axis=1, where=[[], []], default=-1).tolist() == [-1, -1]
    with pytest.raises(TypeError, match="array of bool, got one of dtype float64"):
        public.argmin(two[0], where=np.array([]), default=-1)


def test_labels_of_a_mask_are_those_of_the_array() -> None:
    """In the same order, or it is refused; a mask without labels lies by position."""
    a = pd.Series([3, 1, 2], index=["x", "y", "z"])
    table = pd.DataFrame({"p": [3, 1], "q": [1, 2]})
    named = xr.DataArray([3, 1, 2], dims="k", coords={"k": ["x", "y", "z"]})
    mask = a > 1
    for x in a, named:
        assert public.argmin(x, where=mask) == 2
        assert public.argmin(x, where=mask.to_numpy()) == 2
        for bad in mask.iloc[::-1], mask.reset_index(drop=True):
            with pytest.raises(
                ValueError, match=r"where has the labels \[.*\], and a has \[x, y, z\]"
            ):
                public.argmin(x, where=bad)
            with pytest.raises(ValueError, match="where has the labels"):
                Partial.of("argmin", x, where=bad)
    assert public.argmin(np.array([3, 1, 2]), where=mask.iloc[::-1]) == 2
    assert public.argmin(table, axis=0, where=table > 1).tolist() == [0, 1]
    columns = pd.Series([True, False], index=["p", "q"])
    assert public.argmin(table, axis=1, where=columns).tolist() == [0, 0]
    for bad in columns[::-1], pd.Series([True, False]), (table > 1)[["q", "p"]]:
        with pytest.raises(ValueError, match="where has the labels"):
            public.argmin(table, axis=0, where=bad)


def test_an_out_that_is_foreign_is_named() -> None:
    """The error is about `out`, not about `a`."""

    class Quantity(np.ndarray[Any, Any]):
        def __array_function__(self, *args: Any) -> Any:
            return "its own"

    a, out = np.zeros(3), np.zeros((), int).view(Quantity)
    assert public.argmin(a, out=out) == "its own"
    with pytest.raises(TypeError, match=r"out of class .*Quantity .* 'ties'; .* ndarray as out"):
        public.argmin(a, out=out, ties="last")
    with pytest.raises(TypeError, match=r"argmin\(\) of a .*Quantity .* no keyword 'ties'"):
        public.argmin(out, ties="last")
    for foreign in [0], pd.Series([0]), pl.Series([0]), xr.DataArray(0):
        for words in {}, {"ties": "last"}, {"where": [True] * 3}:
            for one in a, a.tolist(), masked(a):
                with pytest.raises(TypeError, match="output must be an array"):
                    public.argmin(one, out=foreign, **words)


def test_advice_keeps_the_mask() -> None:
    """A class with an argmin of its own is not sent to numpy.asarray, which drops a mask."""

    class Own(np.ma.MaskedArray[Any, Any]):
        def argmin(self, *args: Any, **words: Any) -> Any:
            return 7

    x = Own([1, 2], mask=[True, False])
    assert public.argmin(x) == 7
    for name, words in ("findmin", {}), ("argmin", {"ties": "last"}):
        with pytest.raises(TypeError, match="missing elements, if any, excluded by where"):
            getattr(public, name)(x, **words)


def test_an_axis_of_a_tuple_is_an_integer() -> None:
    """Also when the same question was asked with integers before."""
    assert Partial.of("argmin", [[3, 1]], axis=(1,)).finish().tolist() == [1]
    for axis in 1.0, True:
        for given in (axis,), axis:
            with pytest.raises(TypeError, match="integer"):
                Partial.of("argmin", [[3, 1]], axis=given)
            with pytest.raises(TypeError, match="integer"):
                public.argmin([[3, 1]], axis=given)
    assert Partial.of("argmin", [[3, 1]], axis=(np.int64(1),)).finish().tolist() == [1]
