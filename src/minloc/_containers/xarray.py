"""xarray: dimensions and labels, by which a mask is laid over an array."""

from __future__ import annotations

import sys
from typing import Any

from minloc._containers.classes import is_of


def knows(a: object) -> bool:
    """Whether `a` is a DataArray, or a Variable, which is one without labels."""
    return is_of(a, "xarray", "DataArray", "Variable")


def is_dataset(a: object) -> bool:
    """Whether `a` is a Dataset, which is several arrays."""
    return is_of(a, "xarray", "Dataset")


def has_names(where: object) -> bool:
    """Whether a mask has dimensions with names."""
    return is_of(where, "xarray", "DataArray", "Variable", "Dataset")


def mask(where: Any, a: Any) -> Any:
    """Return a mask with names as an array that lies as `a` does, label by label."""
    _check_is_array("where must be an array of bool", where)
    variable = check_lies_within(where, a, "where")
    return variable.set_dims(dict(a.sizes)).transpose(*a.dims).data


def beside(given: Any, a: Any, keyword: str) -> Any:
    """Return labels, or what distances are from, with the axes of `a`, of size 1 where it has none.

    Raises
    ------
    ValueError
        If it does not lie along `a`, label by label.
    TypeError
        If it is a Dataset, which is several arrays.
    """
    _check_is_array(f"{keyword} must be an array", given)
    ones = [dim for dim, n in given.sizes.items() if n == 1 and a.sizes.get(dim, 1) != 1]
    variable = check_lies_within(given.isel(dict.fromkeys(ones, 0)), a, keyword)
    return variable.set_dims({dim: variable.sizes.get(dim, 1) for dim in a.dims}).data


def _check_is_array(what: str, given: Any) -> None:
    if is_dataset(given):
        raise TypeError(
            f"{what}, got a Dataset; pass one of its variables: "
            f"{', '.join(map(repr, given.data_vars))}"
        )


def check_lies_within(given: Any, a: Any, keyword: str) -> Any:
    """Return an argument with names as a Variable, if it lies along `a`, label by label."""
    foreign = [dim for dim in given.dims if dim not in a.dims]
    if foreign:
        raise ValueError(f"{keyword} has the dimensions {given.dims}, and a has {a.dims}")
    for dim, length in given.sizes.items():
        if length != a.sizes[dim]:
            raise ValueError(
                f"{keyword} has the length {length} along {dim!r}, and a has {a.sizes[dim]}"
            )
    if is_of(given, "xarray", "DataArray"):
        if is_of(a, "xarray", "DataArray"):
            _, given = sys.modules["xarray"].align(a, given, join="exact", copy=False)
        given = given.variable
    return given
