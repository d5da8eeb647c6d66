"""polars: results are its own, null is never a candidate, and a NaN is a number like others."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from support.columns import POLARS, as_ranks, drawn
from support.containers import public


@pytest.mark.parametrize("name", [name for name in POLARS if name != "Binary"])
def test_the_answer_is_that_of_the_method(name: str) -> None:
    """`arg_min` and `arg_max`, of every dtype that has them."""
    for seed in range(5):
        ranks, present = drawn((6,), len(POLARS[name].elements), seed)
        x = POLARS[name].column(as_ranks(ranks, present))
        assert x[int(public.argmin(x))] == x[x.arg_min()]
        assert x[int(public.argmax(x))] == x[x.arg_max()]


@pytest.fixture
def frame() -> Any:
    """Return a table whose columns have two dtypes."""
    return pl.DataFrame({"a": [3, None, 1], "b": [2.5, 1.0, None]})


def test_results_are_of_polars(frame: Any) -> None:
    """A row for the columns, as of its own reductions; a Series for the rows."""
    assert public.argmin(frame, axis=0).equals(pl.DataFrame({"a": [2], "b": [1]}))
    assert public.argmin(frame, axis=0, keepdims=True).equals(pl.DataFrame({"a": [2], "b": [1]}))
    assert public.argmin(frame, axis=1).equals(pl.Series([1, 1, 0]))
    assert public.argmin(frame, axis=1, keepdims=True).equals(pl.DataFrame({"0": [1, 1, 0]}))
    assert type(public.argmin(frame)) is np.intp
    assert public.findmin(frame, axis=0).values.equals(frame.min())
    assert public.findmax(frame, axis=1).values.equals(frame.max_horizontal().alias(""))
    ends = public.argminmax(frame, axis=0)
    assert ends.argmax.equals(pl.DataFrame({"a": [0], "b": [0]}))
    assert public.minloc(frame, axis=0)[0].equals(ends.argmin)
    best = public.top_k(frame, 2, axis=0)
    assert best.values.equals(pl.DataFrame({"a": [3, 1], "b": [2.5, 1.0]}))
    assert best.indices.equals(pl.DataFrame({"a": [0, 2], "b": [0, 1]}))
    assert public.top_k(frame["a"], 2).values.equals(pl.Series("a", [3, 1]))
    assert public.findmin(frame["a"]) == (1, 2)
    assert type(public.findmin(frame["a"]).values) is int


def test_null_stands_for_no_element(frame: Any) -> None:
    """Where `default` is the index, in every dtype."""
    found = public.findmin(frame, axis=0, where=[[True, False]] * 3, default=-1)
    assert found.values.equals(pl.DataFrame({"a": [1], "b": [None]}, schema=frame.schema))
    assert public.findmin(frame["a"], where=[False] * 3, default=7) == (None, 7)
    for policy in "propagate", "omit", "raise":
        assert public.argmin(frame["a"], nan_policy=policy) == 2
    x = pl.Series([2.0, float("nan"), None, 1.0])
    assert public.argmin(x) == public.argmax(x) == 1
    assert public.argmin(x, nan_policy="omit") == 3
    with pytest.raises(ValueError, match="met a NaN"):
        public.findmax(x, nan_policy="raise")


def test_nulls_are_found_with_and_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which gives the elements beside nulls without a copy; it is not needed."""
    x = pl.Series([2**53 + 1, None, 2**53])
    with_it = public.argmin(x), public.findmax(x)
    monkeypatch.delitem(__import__("sys").modules, "pyarrow")
    assert (public.argmin(x), public.findmax(x)) == with_it == (2, (2**53 + 1, 0))
