"""Columns of a table as one array, and which of its elements there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The elements, and which of them are not missing; None if none is.
Values: TypeAlias = "tuple[NDArray[Any], NDArray[np.bool] | None]"


def side_by_side(what: str, columns: Sequence[Values], names: Sequence[Any]) -> Values:
    """Return the columns of a table as one array with two axes.

    Parameters
    ----------
    what : str
        As of `values_of`.
    columns : sequence of Values
        Each with one axis.
    names : sequence
        What they are called.

    Returns
    -------
    tuple of ndarray and (ndarray of bool or None)
        Each of the shape (rows, columns).

    Raises
    ------
    TypeError
        If no dtype holds what is in all of them.
    """
    if not columns:
        return np.empty((0, 0)), None
    dtype = np.result_type(*[values.dtype for values, _ in columns])
    for name, (values, present) in zip(names, columns, strict=True):
        if values.dtype.kind in "iu" and dtype.kind in "fc":
            there = values if present is None else values[present]
            exact = 2 ** (np.finfo(dtype).nmant + 1)
            if (there > exact).any() or (there < -exact).any():
                raise TypeError(
                    f"{what} compares all columns as {dtype}, which does not hold every integer of "
                    f"column {name!r}; choose columns of one dtype"
                )
    array = np.stack([values.astype(dtype, copy=False) for values, _ in columns], axis=1)
    if all(present is None for _, present in columns):
        return array, None
    filled = [
        np.ones(len(values), bool) if present is None else present for values, present in columns
    ]
    return array, np.stack(filled, axis=1)
