"""pandas: results have the labels of what is left, and `argmin(x)` is what `x.argmin()` says."""

import tracemalloc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from support.columns import PANDAS, as_ranks, drawn
from support.containers import public

LABELS = ["x", "y", "z"]
#: Dtypes that pandas itself has no argmin for, or none that skips what is missing.
WITHOUT = ("intervals", "string_view[pyarrow]")


@pytest.mark.parametrize("name", [name for name in PANDAS if name not in WITHOUT])
def test_the_answer_is_that_of_the_method(name: str) -> None:
    """Of a Series, its index form and its array, wherever pandas answers."""
    for seed in range(5):
        ranks, present = drawn((6,), len(PANDAS[name].elements), seed)
        x = PANDAS[name].column(as_ranks(ranks, present))
        forms = [x, pd.Index(x), getattr(x, "array", x)] if isinstance(x, pd.Series) else [x]
        for function in "argmin", "argmax":
            for form in forms:
                assert getattr(public, function)(form) == getattr(form, function)()


def test_all_missing_is_an_error_as_in_pandas() -> None:
    """Which raises a ValueError; `default` is the answer that a caller may give."""
    for x in (
        pd.Series([np.nan, np.nan]),
        pd.Series([None], dtype="Int64"),
        pd.Series([], dtype=int),
    ):
        with pytest.raises(ValueError, match=r"."):
            x.argmin()
        with pytest.raises(ValueError, match=r"All-NaN slice|empty sequence"):
            public.argmin(x)
        assert public.argmin(x, default=-1) == -1


@pytest.fixture
def frame() -> Any:
    """Return a table with labels, whose columns have two dtypes."""
    a = pd.array([3, None, 1], dtype="Int64")
    return pd.DataFrame({"a": a, "b": [2.5, 1.0, np.nan]}, index=LABELS)


def test_results_have_the_labels_that_are_left(frame: Any) -> None:
    """A Series of the columns or of the rows; a DataFrame, if axes are kept or there are ranks."""
    for x in frame, frame.astype("Float64"), frame.astype("float64"):
        columns, rows = public.argmin(x, axis=0), public.argmin(x, 1)
        assert columns.equals(pd.Series([2, 1], index=["a", "b"]))
        assert rows.equals(pd.Series([1, 1, 0], index=LABELS))
        assert columns.dtype == rows.dtype == np.intp
        assert type(public.argmin(x)) is np.intp
        kept = public.argmin(x, axis=0, keepdims=True)
        assert kept.equals(pd.DataFrame({"a": [2], "b": [1]}))
        assert public.argmin(x, axis=1, keepdims=True).index.equals(x.index)
        ends = public.argminmax(x, axis="index")
        assert ends.argmax.equals(pd.Series([0, 0], index=["a", "b"]))
        assert public.minloc(x, axis="columns")[0].equals(rows)
        assert [int(place) for place in public.minloc(x)] == [1, 1]
        found = public.findmin(x, axis=1)
        assert found.values.tolist() == [2.5, 1.0, 1.0]
        assert found.values.index.equals(x.index)
        best = public.top_k(x, 1, axis=1, mode="smallest")
        assert best.indices.equals(pd.DataFrame({0: [1, 1, 0]}, index=LABELS))
        assert public.top_k(x, 1, axis=None).indices.equals(pd.Series([0]))
    whole = public.argmin(frame, axis=1, dtype=np.int8)
    assert whole.dtype == np.int8


def test_elements_keep_their_type(frame: Any) -> None:
    """An Int64, a time with its zone, a period; and a Series of them is one of their dtype."""
    x = pd.Series(["2020-01-02", None, "2020-01-01"], dtype="M8[ns, Europe/Paris]", name="t")
    assert public.findmin(x).values == x.min()
    best = public.top_k(x, 2)
    assert best.values.equals(x.sort_values(ascending=False)[:2].reset_index(drop=True))
    assert best.values.name == best.indices.name == "t"
    naive = x.dt.tz_localize(None)
    assert public.findmax(naive).values == naive.max()
    assert type(public.findmax(naive).values) is pd.Timestamp
    spans = naive - naive[0]
    assert public.findmin(spans).values == spans.min()
    assert public.findmin(frame[["a"]], axis=0).values.dtype == "Int64"
    missing = public.findmin(frame[["a"]], axis=0, where=False, default=-1)
    assert missing.values.isna().all()
    assert missing.indices.tolist() == [-1]
    index = public.top_k(pd.Index([3, 1, 2]), 2).values
    assert index.equals(pd.Index([3, 2]))
    with pytest.raises(TypeError, match="neither NaN nor NaT"):
        public.findmin(pd.Series([1, 2]), where=False, default=-1)


def test_missing_is_never_a_candidate_and_nan_follows_the_policy() -> None:
    """NA under no policy; NaN under "propagate" alone, which has to be asked for."""
    missing = pd.Series([3, None, 1], dtype="Int64")
    number = pd.Series([3.0, np.nan, 1.0])
    for policy in "propagate", "omit", "raise":
        for function in "argmin", "findmin", "argminmax", "minloc":
            answer = getattr(public, function)(missing, nan_policy=policy)
            assert 1 not in (answer if isinstance(answer, tuple) else (answer,))[-1:]
        assert public.argmin(missing, nan_policy=policy) == 2
    for function in "argmin", "argmax":
        assert getattr(public, function)(number, nan_policy="propagate") == 1
        with pytest.raises(ValueError, match="met a NaN"):
            getattr(public, function)(number, nan_policy="raise")
    assert public.argmin(number) == public.findmin(number).indices == 2


def test_an_axis_may_be_named() -> None:
    """As in pandas; what it does not have is an error."""
    x = pd.DataFrame({"a": [3, 1], "b": [2, 2]})
    assert public.argmin(x, axis="rows").equals(public.argmin(x, axis=0))
    assert public.argmin(x["a"], axis="index") == 1
    for bad in (x, "depth"), (x["a"], "columns"):
        with pytest.raises(ValueError, match=f"no axis '{bad[1]}'"):
            public.argmin(bad[0], axis=bad[1])
    with pytest.raises(TypeError, match="MultiIndex; pass one of its levels"):
        public.findmin(pd.MultiIndex.from_tuples([(1, 2)]))


@pytest.mark.parametrize(
    "x",
    [
        pd.Series(range(1_000_000), dtype="Int64").mask(pd.Series(range(1_000_000)) % 7 == 1),
        pd.Series(np.arange(1_000_000.0)),
        pd.DataFrame(np.arange(1_000_000.0).reshape(-1, 4)),
        pd.DataFrame({"a": np.arange(500_000), "b": np.arange(500_000.0)}),
        pd.Series(pd.date_range("2000", periods=1_000_000, freq="s")),
    ],
    ids=["Int64", "float64", "table", "table of two dtypes", "times"],
)
def test_the_data_is_not_copied(x: Any) -> None:
    """Nothing is allocated of the size of the elements, which take 8 bytes each."""
    public.argmin(x, axis=0)
    tracemalloc.start()
    try:
        public.argmin(x, axis=0)
        public.findmax(x, axis=0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000
