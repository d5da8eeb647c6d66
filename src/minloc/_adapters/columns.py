"""The columns of a table as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Elements, and which of them are present; None if all are.
Values: TypeAlias = "tuple[NDArray[Any], NDArray[np.bool] | None]"


def side_by_side(what: str, columns: Sequence[Values], names: Sequence[Any]) -> Values:
    """Return the columns of a table as one array.

    Parameters
    ----------
    what : str
        What messages call the receiver of the table, such as ``"argmin()"``.
    columns : sequence of Values
        Each with one axis.
    names : sequence
        The names of the columns.

    Returns
    -------
    tuple of ndarray and (ndarray of bool or None)
        Of the shape (rows, columns).

    Raises
    ------
    TypeError
        If the columns' common dtype does not represent all of their elements.
    """
    if not columns:
        return np.empty((0, 0)), None
    dtype = np.result_type(*[values.dtype for values, _ in columns])
    for name, (values, present) in zip(names, columns, strict=True):
        if values.dtype.kind in "iu" and dtype.kind in "fc":
            integers = values if present is None else values[present]
            exact = 2 ** (np.finfo(dtype).nmant + 1)
            if (integers > exact).any() or (integers < -exact).any():
                raise TypeError(
                    f"{what} compares columns as their common dtype {dtype}, which cannot "
                    f"represent all integers of column {name!r}; select columns of one dtype"
                )
    array = np.stack([values.astype(dtype, copy=False) for values, _ in columns], axis=1)
    if all(present is None for _, present in columns):
        return array, None
    everywhere = [
        np.ones(len(values), bool) if present is None else present for values, present in columns
    ]
    return array, np.stack(everywhere, axis=1)
