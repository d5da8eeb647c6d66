"""A call is read once, however many libraries it passes through on its way to an answer."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import _core
from minloc._partial import FUNCTIONS
from minloc._partial.question import _cached

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")
xr = pytest.importorskip("xarray")


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often the core reads the arguments of a call."""
    counts: Counter[str] = Counter()
    _cached.cache_clear()

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **keywords: Any) -> Any:
            counts[name] += 1
            return function(*args, **keywords)

        return call

    for name in (*FUNCTIONS, "read_call", "masked", "up_to_k", "best"):
        function = getattr(_core, name)
        monkeypatch.setattr(_core, name, counted(name, function))
        if name in FUNCTIONS:
            monkeypatch.setattr(minloc, name, counted(name, function))
    return counts


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_graph_for_xarray_over_dask_reads_the_call_once(name: str, parses: Counter[str]) -> None:
    """The builtin sorts the arguments, and the question reads them: nothing else looks at them."""
    data = np.arange(24.0).reshape(4, 6)
    a = xr.DataArray(da.from_array(data, chunks=3), dims=("x", "y"), name=name)
    k = [2] if name == "top_k" else []
    answer: Any = getattr(minloc, name)(a, *k, axis="y", where=a > 7)
    assert parses == {name: 1, "read_call": 1}
    parses.clear()
    getattr(minloc, name)(a, *k, axis="y", where=a > 7)
    assert parses == {name: 1}  # the same question is known
    found = answer if isinstance(answer, tuple) else (answer,)
    assert all(isinstance(part, xr.DataArray) for part in found)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_dataarray_of_numpys_is_answered_by_one_call(name: str, parses: Counter[str]) -> None:
    """The builtin sorts the arguments, and is called once more about the data."""
    a = xr.DataArray(np.arange(6.0).reshape(2, 3), dims=("x", "y"))
    k = [2] if name == "top_k" else []
    getattr(minloc, name)(a, *k, axis="y")
    assert parses == {name: 2}
