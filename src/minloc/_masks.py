"""Masks: the one place that reads `where`, an array of any library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def is_given(where: Any) -> bool:
    """Whether `where` is neither True, the default, nor left out."""
    return where is not True and where is not np._NoValue


def check_boolean(where: Any) -> None:
    """Raise TypeError unless a mask, an array or a store, is boolean."""
    if where.dtype != bool:
        raise TypeError(f"where must be an array of bool, got one of dtype {where.dtype}")


def boolean(where: Any) -> NDArray[np.bool]:
    """Return a mask as a plain array.

    Parameters
    ----------
    where : array_like of bool
        Of any library. An empty list has no dtype of its own, and is accepted.

    Returns
    -------
    ndarray of bool
        False also where an element of `where` is itself missing: masked, null or NA.

    Raises
    ------
    TypeError
        If it is not boolean.
    """
    if where is None:
        raise TypeError(
            "where must be an array of bool, got None; leave it out to search all elements"
        )
    if type(where) is np.ndarray:
        check_boolean(where)
        return where
    from minloc._containers.values import values_of  # which few calls need

    values, missing = values_of("where", where)
    if values.size == 0 and not hasattr(where, "dtype"):
        values = values.astype(bool)
    check_boolean(values)
    return values if missing is None else values & ~missing


def excluded(missing: NDArray[np.bool], where: NDArray[np.bool]) -> NDArray[np.bool]:
    """Return which elements are missing or not selected by a mask, which broadcasts to them.

    Raises
    ------
    ValueError
        If it does not broadcast.
    """
    try:
        chosen = np.broadcast_to(where, missing.shape)
    except ValueError:
        raise ValueError(
            f"where of shape {where.shape} cannot be broadcast to the shape {missing.shape} of a"
        ) from None
    return np.greater_equal(missing, chosen)  # missing | ~chosen, without a copy of either
