"""Tables of pandas, polars and pyarrow: their columns are an array, along any axes.

The answers are those about the array of the elements' ranks, in which a missing one is masked: as
one array, and by pieces, as large tables are asked.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from minloc._adapters import columns
from support.answers import FUNCTIONS
from support.columns import ARROW, PANDAS, POLARS, Kind, as_ranks, drawn
from support.containers import elements_of, public, said

ROWS, COLUMNS = 4, 3
#: The kinds whose columns are not compared with each other.
BY_COLUMN = (
    "categories",
    "periods",
    "intervals",
    "ordered dictionary",
    "ordered dictionary, chunks",
)
AXES: list[dict[str, Any]] = [
    {},
    {"axis": 0},
    {"axis": 1},
    {"axis": -1},
    {"axis": (0, 1)},
    {"axis": (1, 0)},
    {"axis": (0,)},
    {"axis": ()},
]
ROW = np.array([True, False, True])
#: As many as have no factor in common with the axes, so that they meet all of them.
OTHERS: list[dict[str, Any]] = [
    {"where": ROW},
    {"ties": "last"},
    {"keepdims": True},
    {"default": -1, "where": ROW, "keepdims": True},
    {"default": 2, "where": False},
]
NAMES = ["a", "b", "c"]
TABLES: dict[str, tuple[dict[str, Kind], Callable[[list[Any]], Any]]] = {
    "pandas": (
        {name: kind for name, kind in PANDAS.items() if "index" not in name},
        lambda made: pd.DataFrame(dict(zip(NAMES, made, strict=True))),
    ),
    "polars": (
        POLARS,
        lambda made: pl.DataFrame([x.alias(name) for x, name in zip(made, NAMES, strict=True)]),
    ),
    "pyarrow": (ARROW, lambda made: pa.table(made, names=NAMES)),
}


def cases() -> list[Any]:
    """Return every library with each of its dtypes, by pieces, and a few as one array."""
    one = ("Int64", "float64", "Enum", "int64, chunks", "timestamp")
    return [
        pytest.param(library, name, small, id=f"{library}, {name}{', one' if small else ''}")
        for library, (kinds, _) in TABLES.items()
        for name in kinds
        for small in ([0, 1 << 20] if name in one else [0])
    ]


def answered(function: Callable[..., Any], *args: Any, **words: Any) -> Any:
    """Return an answer in the same words, or the error's type and text."""
    try:
        answer = function(*args, **words)
    except ValueError as error:
        return str(error), getattr(error, "index", None), getattr(error, "__notes__", [])
    parts = answer if isinstance(answer, tuple) else (answer,)
    return [[said(element) for element in elements_of(part)] for part in parts]


@pytest.mark.parametrize(("library", "name", "small"), cases())
def test_a_table_answers_as_its_ranks(
    library: str, name: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places and elements along every axis, with every keyword, and what is raised."""
    monkeypatch.setattr(columns, "SMALL", small)
    kinds, table = TABLES[library]
    kind = kinds[name]
    ranks, present = drawn((ROWS, COLUMNS), len(kind.elements), 1)
    x = table([kind.column(as_ranks(r, p)) for r, p in zip(ranks.T, present.T, strict=True)])
    numbers = ranks.astype(float)  # so that a slice without a candidate has a value
    for at, (function, axis) in enumerate(itertools.product(FUNCTIONS, AXES)):
        over = axis.get("axis", -1 if function == "top_k" else None)
        if name in BY_COLUMN and over not in (0, (0,)):
            continue
        if function == "top_k" and over in ((), (0,)):
            continue  # tested below
        other = OTHERS[at % len(OTHERS)] if function != "top_k" else {"where": ROW}
        k = (1,) if function == "top_k" else ()
        for words in axis, axis | other:
            here = {**words, "where": present & np.asarray(words.get("where", True))}
            want = answered(getattr(public, function), numbers, *k, **here)
            got = answered(getattr(public, function), x, *k, **words)
            if isinstance(want, tuple):
                assert got[1] == want[1], (function, words, x)
                continue
            if function.startswith(("find", "top")):
                want[0] = [e if e == "none" else said(kind.elements[int(e)]) for e in want[0]]
            assert got == want, (function, words, x)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_columns_of_different_dtypes_are_answered_each(library: str) -> None:
    """Along the rows nothing is compared across columns; across them it must have an order."""
    kinds, table = TABLES[library]
    chosen = {
        "pandas": ("Int64", "categories", "float64"),
        "polars": ("Int64", "Enum", "Date"),
        "pyarrow": ("int64, chunks", "ordered dictionary", "timestamp"),
    }[library]
    made = [kinds[name].column([3, None, 1, 1]) for name in chosen]
    x = table(made)
    for function in set(FUNCTIONS) - {"top_k"}:
        got = answered(getattr(public, function), x, axis=0)
        want = [answered(getattr(public, function), column) for column in made]
        assert got == [[part[i][0] for part in want] for i in range(len(got))]
    best = public.top_k(x, 2, axis=0, mode="smallest")
    assert [said(e) for e in elements_of(best.indices)] == [2, 2, 2, 3, 3, 3]
    for axis in None, 1:
        with pytest.raises(TypeError):
            public.argmin(x, axis=axis)


def test_numbers_of_different_dtypes_stay_exact() -> None:
    """An integer beyond 2**53 beside a float is not rounded, in whatever is returned."""
    large = 2**53 + 1
    x = pd.DataFrame({"a": [large, large + 1], "b": [0.5, 1.0]})
    assert public.findmin(x, axis=0).values.tolist() == [large, 0.5]
    for frame in pl.DataFrame(x.to_dict("list")), pa.table(x.to_dict("list")):
        assert elements_of(public.findmin(frame, axis=0).values)[0] in (large, pa.scalar(large))
    for frame in x, pl.DataFrame(x.to_dict("list")), pa.table(x.to_dict("list")):
        for axis in None, 1:
            with pytest.raises(TypeError, match="cannot represent all integers of column 'a'"):
                public.findmin(frame, axis=axis)
    spans = pl.DataFrame({"a": [1, 2], "b": [3, 4]}).with_columns(b=pl.col("b").cast(pl.Duration))
    with pytest.raises(TypeError, match="does not compare columns of int64, timedelta64"):
        public.argmin(spans)


def test_units_of_time_are_not_mixed_up() -> None:
    """Ticks of different units are not compared as numbers."""
    seconds = pl.Series("a", [2, 5]).cast(pl.Int64)
    x = pl.DataFrame(
        [
            (seconds * 1_000_000).cast(pl.Datetime("us")).alias("us"),
            (seconds * 1_000 - 500).cast(pl.Datetime("ms")).alias("ms"),
        ]
    )
    assert public.argmin(x) == 1
    assert public.argmin(x, axis=1).to_list() == [1, 1]
    same = pa.table([x["us"].to_arrow(), x["ms"].to_arrow()], names=["us", "ms"])
    assert public.argmin(same) == 1
    # The alphabet's order holds across columns too, although each has numbers of its own.
    words = pl.DataFrame({"a": ["z", "y"], "b": ["x", "zz"]}).cast(pl.Categorical)
    assert public.argmin(words) == 1
    assert public.argmax(words, axis=1).to_list() == [0, 1]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_tables_without_rows_or_columns(library: str) -> None:
    """As arrays of the same shape: an error, an answer for none, or `default`."""
    kinds, table = TABLES[library]
    kind = kinds["int64" if library == "pyarrow" else "Int64"]
    none = table([kind.column([]) for _ in NAMES])
    for axis in None, 0:
        with pytest.raises(ValueError, match="attempt to get argmin of an empty sequence"):
            public.argmin(none, axis=axis)
    assert elements_of(public.argmin(none, axis=1)) == []
    assert [said(e) for e in elements_of(public.argmin(none, axis=0, default=-1))] == [-1] * 3
    empty = {"pandas": pd.DataFrame(), "polars": pl.DataFrame(), "pyarrow": pa.table({})}[library]
    with pytest.raises(ValueError, match="attempt to get argmin of an empty sequence"):
        public.argmin(empty)
    with pytest.raises(ValueError, match="attempt to get argmin of an empty sequence"):
        public.argmin(empty, axis=0)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_an_error_names_the_first_group_and_its_column(library: str) -> None:
    """In the order of the result, whose columns are asked one after the other."""
    kinds, table = TABLES[library]
    kind = kinds["int64" if library == "pyarrow" else "Int64"]
    x = table([kind.column(ranks) for ranks in ([0, 1, None], [0, 1, 1], [None, 1, 1])])
    with pytest.raises(ValueError, match=r"All-NaN slice|an empty sequence") as caught:
        public.argmin(x, axis=0, by=[0, 1, 2])
    assert caught.value.index == (0, 2)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"All-NaN slice|an empty sequence") as caught:
        public.argmin(x, axis=(0,), by=[[0], [1], [2]])
    assert caught.value.index == (0, 2)  # type: ignore[attr-defined]
    x = table([kind.column(ranks) for ranks in ([0, 1, None], [0, 1, 1], [0, None, 1])])
    with pytest.raises(ValueError, match=r"All-NaN slice|an empty sequence") as caught:
        public.argmin(x, axis=(0,), by=[[0], [1], [2]])
    assert caught.value.index == (0, 2)  # type: ignore[attr-defined]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_results_with_three_axes_are_refused(library: str) -> None:
    """They would be no table."""
    kinds, table = TABLES[library]
    kind = kinds["int64" if library == "pyarrow" else "Int64"]
    x = table([kind.column([0, 1])] * 3)
    with pytest.raises(TypeError, match="three axes; pass its values"):
        public.top_k(x, 1, axis=())
    if library != "pandas":
        with pytest.raises(TypeError, match="pass the axis as a number"):
            public.top_k(x, 1, axis=(0,))
    else:
        assert public.top_k(x, 1, axis=(0,)).indices.index.tolist() == NAMES


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_table_and_an_out(library: str) -> None:
    """What is written is what is returned without."""
    kinds, table = TABLES[library]
    kind = kinds["int64" if library == "pyarrow" else "Int64"]
    x = table([kind.column([0, 1]), kind.column([None, 1]), kind.column([2, 0])])
    for axis in 0, 1:
        out = np.empty(3 - axis, np.intp)
        assert public.argmin(x, axis, out) is out
        assert out.tolist() == [said(e) for e in elements_of(public.argmin(x, axis))]
