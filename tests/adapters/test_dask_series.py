"""Series of Dask get the answers of one Series of pandas, partition by partition."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from support.answers import FUNCTIONS
from support.containers import elements_of, public, said
from support.lazy import dask

dd = pytest.importorskip("dask.dataframe")

SERIES: dict[str, Any] = {
    "floats": pd.Series([3.0, np.nan, 1.0, 1.0, 5.0, 5.0, np.nan]),
    "Int64": pd.Series([2**53 + 1, None, 2**53, 2**53, None, 2**53 + 1, 2**53], dtype="Int64"),
    "times": pd.Series(pd.to_datetime(["2020-02", None, "2020-01", "2020-03", "2020-01"])),
    "flags": pd.Series([True, None, False, False], dtype="boolean"),
    "small": pd.Series([7, 3, 3], dtype="uint8", index=[1, 1, 1]),
}


@pytest.fixture(autouse=True)
def _synchronous() -> Any:
    """Let a failing task fail here."""
    with dask.config.set(scheduler="synchronous"):
        yield


def listed(answer: Any) -> Any:
    """Return an answer as lists of its elements, computed if it is not."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    computed = [part.compute() if hasattr(part, "compute") else part for part in parts]
    return [[said(element) for element in elements_of(part)] for part in computed]


@pytest.mark.parametrize("kind", SERIES)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_series_of_dask_gets_the_answer_of_one_series(kind: str, function: str) -> None:
    """NaN and what is missing are no candidates; ties are those of one Series."""
    x = SERIES[kind]
    k = (2,) if function == "top_k" else ()
    others: list[dict[str, Any]] = [{}, {"where": x.notna() & (np.arange(len(x)) != 2)}]
    others += (
        [{"mode": "smallest"}] if k else [{"ties": "last"}, {"where": x.isna(), "default": -1}]
    )
    for partitions in 1, 2, 3:
        lazy = dd.from_pandas(x, npartitions=partitions, sort=False)
        for words in others:
            try:
                want = listed(getattr(public, function)(x, *k, **words))
            except (ValueError, TypeError) as error:
                if "neither NaN nor NaT" not in str(error):  # pandas has NA, which is a mask
                    with pytest.raises(type(error)):
                        listed(getattr(public, function)(lazy, *k, **words))
                continue
            if ["none"] in want:
                continue  # NA, which no array has
            given = dict(words)
            if "where" in words:
                given["where"] = dd.from_pandas(words["where"], npartitions=partitions, sort=False)
            assert listed(getattr(public, function)(lazy, *k, **given)) == want, words


def test_nothing_is_computed_before_it_is_asked_for() -> None:
    """The answer is a Dask array; a partition is made when that is computed."""

    def fail(part: Any) -> Any:
        raise AssertionError("computed")

    lazy = dd.from_pandas(SERIES["floats"], npartitions=2)
    at = public.argmin(lazy.map_partitions(fail, meta=SERIES["floats"].iloc[:0]))
    with pytest.raises(AssertionError, match="computed"):
        at.compute()
    assert int(public.argmin(lazy.index).compute()) == 0
    policy = public.argmin(lazy, nan_policy="propagate").compute()
    assert policy == 1


def test_what_is_refused() -> None:
    """Tables, elements that would lose their type, and labels; each says what would work."""
    frame = dd.from_pandas(pd.DataFrame({"a": [3, 1], "b": [2.5, 1.0]}), npartitions=1)
    with pytest.raises(
        TypeError, match=r"argmin\(\) does not support .*DataFrame; pass one of its"
    ):
        public.argmin(frame)
    assert public.argmin(frame["a"]).compute() == 1
    zone = dd.from_pandas(SERIES["times"].dt.tz_localize("UTC"), npartitions=2)
    assert public.argmin(zone).compute() == 2
    with pytest.raises(TypeError, match=r"findmin\(\) does not return elements of datetime64"):
        public.findmin(zone)
    codes = dd.from_pandas(pd.Series(["a"], dtype="category"), npartitions=1)
    with pytest.raises(TypeError, match="categories"):
        public.argmin(codes)
    with pytest.raises(TypeError, match=r"idxmin\(\) does not support .*Series, whose labels"):
        public.idxmin(frame["a"])
