"""Columns of pandas, polars and pyarrow of every dtype, in every function with every keyword.

The answers are those about the array of the elements' ranks, in which a missing one is masked.
"""

from typing import Any

import numpy as np
import pytest

from minloc._adapters import route
from minloc._adapters.call import Call
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


def test_codes_have_no_distances() -> None:
    """Ticks and numbers of categories are compared in the place of elements, never subtracted."""
    for kind in "pandas, categories", "polars, Date", "pyarrow, time32", "pandas, date32[pyarrow]":
        x = KINDS[kind].column([1, 0])
        with pytest.raises(TypeError, match=r"argmin\(\) knows no distances between the elements"):
            route(Call("argmin", x, {"distance_to": 1}, ((x,), {"distance_to": 1})))
