"""The columns of a table as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Elements, and which of them are missing; None if none is.
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
    return stacked(columns, common_dtype(what, [[column] for column in columns], names))


def stacked(columns: Sequence[Values], dtype: np.dtype[Any]) -> Values:
    """Return columns, one or more, as one array of a dtype that represents their elements."""
    array = np.empty((len(columns[0][0]), len(columns)), dtype)
    for number, (values, _) in enumerate(columns):
        array[:, number] = values
    if all(missing is None for _, missing in columns):
        return array, None
    masks = [
        np.zeros(len(values), bool) if missing is None else missing for values, missing in columns
    ]
    return array, np.stack(masks, axis=1)


def common_dtype(
    what: str, columns: Sequence[Sequence[Values]], names: Sequence[Any]
) -> np.dtype[Any]:
    """Return the dtype that represents the elements of all columns, each of them in pieces.

    Raises
    ------
    TypeError
        If there is none.
    """
    dtypes = {values.dtype for pieces in columns for values, _ in pieces}
    dtype = np.result_type(*dtypes)
    if dtype.kind in "mSU" and any(other.kind != dtype.kind for other in dtypes):
        shown = ", ".join(sorted(map(str, dtypes)))
        raise TypeError(f"{what} does not compare columns of {shown}; select columns of one dtype")
    for name, pieces in zip(names, columns, strict=True):
        for values, missing in pieces:
            if values.dtype.kind not in "iu" or dtype.kind not in "fc":
                continue
            exact = 2 ** (np.finfo(dtype).nmant + 1)
            if 8 * values.dtype.itemsize <= exact.bit_length():
                continue
            integers = values if missing is None else values[~missing]
            if integers.size and (integers.max() > exact or integers.min() < -exact):
                raise TypeError(
                    f"{what} compares columns as their common dtype {dtype}, which cannot "
                    f"represent all integers of column {name!r}; select columns of one dtype"
                )
    return dtype


def are_comparable(columns: Sequence[Sequence[Values]]) -> bool:
    """Whether all keys are objects, or none: decimals are either, and these are not comparable."""
    kinds = {values.dtype == object for pieces in columns for values, _ in pieces}
    return len(kinds) < 2
