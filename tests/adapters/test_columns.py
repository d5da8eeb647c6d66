"""Columns of pandas, polars and pyarrow of every dtype, in every function with every keyword.

The answers are those about the array of the elements' ranks, in which a missing one is masked.
"""

import datetime
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from support.answers import FUNCTIONS
from support.columns import KINDS, as_ranks, drawn
from support.containers import elements_of, public, said

#: What each function is asked, too; `top_k` has fewer keywords.
KEYWORDS: list[dict[str, Any]] = [
    {},
    {"axis": 0},
    {"axis": (0,)},
    {"nan_policy": "propagate"},
    {"nan_policy": "raise"},
    {"nan_policy": "omit"},
]
OTHERS: list[dict[str, Any]] = [
    {"ties": "last"},
    {"keepdims": True},
    {"axis": (), "default": -1},
    {"where": False, "default": -1},
    {"where": False, "default": 4},
]
#: The kinds whose missing elements are values that follow `nan_policy`.
WITH_NAN = {f"pandas, {name}" for name in ("float64", "times", "spans", "zone", "sparse")}


def keywords_of(function: str) -> list[dict[str, Any]]:
    """Return the keywords that a function has."""
    words = KEYWORDS + (OTHERS if function != "top_k" else [{"mode": "smallest"}])
    return [w for w in words if "nan_policy" not in w or not function.startswith("nan")]


def said_of_ranks(answer: Any, elements: Any) -> Any:
    """Return an answer about ranks with elements in the place of the values."""
    if not hasattr(answer, "values"):
        parts = answer if isinstance(answer, tuple) else (answer,)
        return [np.ravel(part).tolist() for part in parts]
    values = [
        said(elements[int(value)]) if value == value else "none"
        for value in np.ravel(answer.values)
    ]
    return [values, np.ravel(answer.indices).tolist()]


def said_of(answer: Any) -> Any:
    """Return an answer in the same words."""
    parts = answer if isinstance(answer, tuple) else (answer,)
    return [[said(element) for element in elements_of(part)] for part in parts]


@pytest.mark.parametrize("kind", KINDS)
def test_every_dtype_answers_as_its_ranks(kind: str) -> None:
    """Places and elements; ties, masks and missing elements; and `default`, with nothing there."""
    elements = KINDS[kind].elements
    mask = np.arange(6) != 1
    for seed in range(3):
        ranks, present = drawn((6,), len(elements), seed)
        present[0] |= not (present & mask).any()
        x = KINDS[kind].column(as_ranks(ranks, present))
        for function in FUNCTIONS:
            k = (1,) if function == "top_k" else ()
            for given in [*keywords_of(function), {"where": mask}, {"where": mask.tolist()}]:
                if kind in WITH_NAN and given.get("nan_policy") in ("propagate", "raise"):
                    continue  # their missing elements are NaN and NaT
                here = present & np.asarray(given.get("where", True))
                # As floats, so that a slice without a candidate has a value.
                want = getattr(public, function)(
                    ranks.astype(float), *k, **{**given, "where": here}
                )
                got = getattr(public, function)(x, *k, **given)
                assert said_of(got) == said_of_ranks(want, elements), (function, given, x)


@pytest.mark.parametrize("kind", KINDS)
def test_all_functions_name_one_place(kind: str) -> None:
    """`argmin(x)` and `findmin(x).indices` never disagree, nor do the others."""
    for seed in range(4):
        ranks, present = drawn((5,), len(KINDS[kind].elements), seed)
        x = KINDS[kind].column(as_ranks(ranks, present))
        for end, mode in ("min", "smallest"), ("max", "largest"):
            at = getattr(public, f"arg{end}")(x)
            assert getattr(public, f"nanarg{end}")(x) == at
            assert getattr(public, f"find{end}")(x).indices == at
            assert getattr(public.argminmax(x), f"arg{end}") == at
            assert getattr(public, f"{end}loc")(x) == (at,)
            assert said_of(public.top_k(x, 1, mode=mode).indices) == [[at]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_column_without_elements_is_an_error(kind: str) -> None:
    """Empty, or with missing ones alone; both have NumPy's words, and `default`."""
    for ranks in [], [None], [None, None, None]:
        x = KINDS[kind].column(ranks)
        for function in "argmin", "argmax", "findmin", "argminmax", "minloc":
            with pytest.raises(ValueError, match=r"All-NaN slice|an empty sequence"):
                getattr(public, function)(x)
        assert public.argmin(x, default=-1) == public.minloc(x, default=-1)[0] == -1
        if len(x):
            assert said_of(public.findmin(x, default=-1)) == [["none"], [-1]]


@pytest.mark.parametrize("kind", KINDS)
def test_out_is_written_to(kind: str) -> None:
    """A result goes into an array of NumPy's, of whatever chunks the column is."""
    ranks, present = drawn((5,), len(KINDS[kind].elements), 0)
    out = np.empty((), np.int8)
    x = KINDS[kind].column(as_ranks(ranks, present))
    assert public.argmin(x, None, out) is out
    assert out == public.argmin(x)
    with pytest.raises(TypeError, match="output must be an array"):
        public.argmin(x, out=[0])


@pytest.mark.parametrize("kind", KINDS)
def test_results_with_two_axes(kind: str) -> None:
    """The k best of each group are a table, or of each element; so is what `keepdims` keeps."""
    elements = KINDS[kind].elements
    x = KINDS[kind].column([1, 0, None, 1])
    best = public.top_k(x, 1, axis=-1, mode="smallest", by=[0, 1, 0, -1])
    assert said_of(best) == [[said(elements[1]), said(elements[0])], [0, 1]]
    assert said_of(public.top_k(x[:2], 1, axis=()))[1] == [0, 0]
    found = public.findmin(x, axis=(0,), keepdims=True, by=[0, 1, 2, -1], default=-1)
    assert said_of(found) == [[said(elements[1]), said(elements[0]), "none"], [0, 1, -1]]
    each = public.findmin(x, axis=(), where=[True, False, True, True], default=-1)
    assert said_of(each) == [[said(elements[1]), "none", "none", said(elements[1])], [0, -1, -1, 0]]
    none = KINDS[kind].column([])
    assert said_of(public.argmin(none, by=[], num_groups=2, default=-1)) == [[-1, -1]]


def test_categories_have_no_distances() -> None:
    """Their numbers are compared in the place of elements, never subtracted."""
    for kind in "pandas, categories", "polars, Enum", "pyarrow, dictionary", "polars, Categorical":
        x = KINDS[kind].column([1, 0])
        with pytest.raises(TypeError, match=r"argmin\(\) knows no distances between the elements"):
            public.argmin(x, distance_to=1)


TIMES = (
    *("pandas, times", "pandas, spans", "pandas, zone", "pandas, periods"),
    *("pandas, date32[pyarrow]", "pandas, time64[pyarrow]", "polars, Date", "polars, Datetime"),
    *("polars, Datetime, zone", "polars, Duration", "polars, Time", "pyarrow, date32"),
    *("pyarrow, date64", "pyarrow, timestamp", "pyarrow, duration", "pyarrow, time32"),
)


DECIMALS = ("pandas, decimal[pyarrow]", "polars, Decimal", "pyarrow, decimal", "pyarrow, decimal32")


@pytest.mark.parametrize("kind", TIMES + DECIMALS)
def test_times_and_decimals_have_distances(kind: str) -> None:
    """From a value of theirs, in whole ticks or digits, in columns and in tables."""
    ranks = [4, 0, 2, 1]
    x = KINDS[kind].column([4, None, 2, 1])
    for rank, nearest, farthest in (2, 2, 0), (4, 0, 3), (0, 3, 0):
        value = KINDS[kind].element(rank)
        assert public.argmin(x, distance_to=value) == nearest
        assert said_of(public.findmin(x, distance_to=value)) == [
            [said(KINDS[kind].elements[ranks[nearest]])],
            [nearest],
        ]
        assert public.argmax(x, distance_to=value) == farthest
    if kind.startswith("polars"):
        table = pl.DataFrame({"a": x, "b": x})
        assert public.argmin(table, axis=0, distance_to=value).row(0) == (nearest, nearest)
        assert public.argmin(table, distance_to=value) == 2 * nearest


def test_what_distances_of_times_are_from_is_checked() -> None:
    """A number is no time, a time of day has no date, and what the unit has not is no value."""
    noon, day = datetime.datetime(2020, 1, 1, 12), datetime.date(2020, 1, 1)
    aware = noon.replace(tzinfo=datetime.UTC)
    for kind in TIMES[2:]:  # the core reads the first two
        x = KINDS[kind].column([1, 0])
        of_day = "time" in kind.lower() and "stamp" not in kind and "Datetime" not in kind
        for value in 1, "2020", day if of_day else noon.time(), noon if "zone" in kind else aware:
            with pytest.raises(TypeError, match="cannot be cast safely to the dtype"):
                public.argmin(x, distance_to=value)
    for kind in "polars, Date", "pyarrow, date32", "pandas, date32[pyarrow]":
        x = KINDS[kind].column([1, 0])
        with pytest.raises(ValueError, match=r"is not a value of the dtype [Dd]ate.* of a"):
            public.argmin(x, distance_to=noon)
    for kind in "polars, Datetime", "pyarrow, timestamp":
        assert public.argmin(KINDS[kind].column([1, 0]), distance_to=day) == 0
    seconds = pa.array([noon], pa.timestamp("s"))
    with pytest.raises(ValueError, match="is not a value of the dtype"):
        public.argmin(seconds, distance_to=noon.replace(microsecond=1))
    mixed = pl.DataFrame({"a": [day], "b": [noon]})
    with pytest.raises(TypeError, match="in columns of one dtype only"):
        public.argmin(mixed, axis=0, distance_to=day)


def test_distances_from_times_of_numpy_and_pandas() -> None:
    """They are values as those of the library are, in any unit; a missing one is none."""
    pd = pytest.importorskip("pandas")
    noon, second = np.datetime64("2020-01-02T12", "h"), np.timedelta64(1, "s")
    times: list[Any] = [noon.astype(f"M8[{unit}]") for unit in ("h", "m", "s", "ms", "us", "ns")]
    spans: list[Any] = [second.astype(f"m8[{unit}]") for unit in ("s", "ms", "us", "ns")]
    values = {
        "times": [*times, np.datetime64("2020-01-03"), pd.Timestamp(noon)],
        "spans": [*spans, pd.Timedelta(second)],
    }
    for kind in "polars, Datetime", "pyarrow, timestamp", "polars, Duration", "pyarrow, duration":
        x = KINDS[kind].column([4, None, 2, 1])
        for value in values["spans" if "uration" in kind else "times"]:
            assert public.argmin(x, distance_to=value) == 2
        for value in np.datetime64("NaT"), pd.NaT, np.datetime64(10**12, "Y"):
            with pytest.raises(TypeError, match="cannot be cast safely to the dtype"):
                public.argmin(x, distance_to=value)
