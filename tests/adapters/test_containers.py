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

from minloc import Partial
from support.answers import FUNCTIONS
from support.containers import CONTAINERS, LARGE, LARGER, elements_of, public, said

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
    """Return an answer as lists of its elements: of tables those of their rows, one after another.

    One NaN is like another, and one missing element like another, of whatever library they are.
    """
    if isinstance(answer, tuple):
        return [listed(part) for part in answer]
    return [said(element) for element in elements_of(answer)]


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
        got = asked(function, x, **given)
        if (
            got != want and "has neither NaN nor NaT" in want[1]
        ):  # its own word for missing is there
            indices = asked(function.replace("find", "arg"), same, **given)
            want = [["none"] * len(indices), indices]
        assert got == want, given
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
        pl.Series([[1, 2], [3]]),
        pl.LazyFrame({"a": [1]}),
        pa.array([[1], [2]]),
        pa.array([{"a": 1}]),
        pd.Series([{"a": 1}], dtype=pd.ArrowDtype(pa.struct([("a", pa.int64())]))),
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
