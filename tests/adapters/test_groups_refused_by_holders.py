"""Labels that cannot be are refused alike, whatever holds the array: the message is the core's."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minloc

A = np.arange(6.0)


def _dask(a: Any) -> Any:
    """Return an array in two chunks: places in the whole one are named."""
    return importlib.import_module("dask.array").from_array(a, chunks=4)


HOLDERS: dict[str, Callable[[Any, Any], Any]] = {
    "numpy": lambda _, a: a,
    "dask.array": lambda _, a: _dask(a),
    "pandas": lambda pandas, a: pandas.Series(a),
    "polars": lambda polars, a: polars.Series(a),
    "pyarrow": lambda pyarrow, a: pyarrow.array(a),
    "torch": lambda torch, a: torch.from_numpy(a),
    "xarray": lambda xarray, a: xarray.DataArray(a, dims="t"),
}
REFUSALS: list[tuple[Any, Any, type[Exception], str]] = [
    ([0, 1, 0, 1, 0, 1], 0, ValueError, r"label 1, at index \(1,\), but num_groups is 0"),
    ([0, 1, 2, 3, 4, 9], 4, ValueError, r"label 9, at index \(5,\), but num_groups is 4"),
    (np.array([0, 1, 2, 2**64 - 1, 0, 0], "u8"), None, ValueError, "num_groups is 18446744073709"),
    (np.array([0, 1, 2, 2**64 - 1, 0, 0], "u8"), 4, ValueError, "label 18446744073709551615, at"),
    ([0.5] * 6, 4, TypeError, "by must be an array of integers"),
    ([0] * 6, 10**18, ValueError, "at most 2147483646 groups"),
    ([0] * 6, 2**70, ValueError, "at most 2147483646 groups"),
    ([0] * 6, -1, ValueError, "num_groups must be at least 0, got -1"),
    ([0] * 6, "3", TypeError, "num_groups must be an int, got '3'"),
    ([0] * 6, True, TypeError, "num_groups must be an int, got True"),
]


@pytest.mark.parametrize("holder", HOLDERS)
def test_bad_labels_are_refused(holder: str) -> None:
    """By every function, with the same words."""
    a = HOLDERS[holder](pytest.importorskip(holder), A)
    for by, num_groups, error, says in REFUSALS:
        words = {} if num_groups is None else {"num_groups": num_groups}
        for function in minloc.argmin, minloc.findmax, minloc.argminmax, minloc.minloc:
            with pytest.raises(error, match=says):
                function(a, by=np.asarray(by), **words)
        with pytest.raises(error, match=says):
            minloc.top_k(a, 1, by=np.asarray(by), **words)


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8", "i1", "i8"])
@pytest.mark.parametrize("holder", HOLDERS)
def test_labels_of_every_width_are_counted(holder: str, dtype: str) -> None:
    """Where `num_groups` is not given."""
    a = HOLDERS[holder](pytest.importorskip(holder), A)
    found = minloc.argmax(a, by=np.array([0, 2, 0, 2, 1, 1], dtype))
    assert np.asarray(found).tolist() == [2, 5, 3]


def test_numbers_and_labels_exclude_one_another() -> None:
    """Labels of text cannot be numbers of `num_groups` groups."""
    xarray = pytest.importorskip("xarray")
    text = xarray.DataArray(list("ababab"), dims="t")
    with pytest.raises(TypeError, match="by must be an array of integers"):
        minloc.argmin(xarray.DataArray(A, dims="t"), by=text, num_groups=2)
