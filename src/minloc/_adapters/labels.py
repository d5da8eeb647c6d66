"""Masks that have labels: they lie as the array does by their labels, or are refused."""

from __future__ import annotations

import sys
from typing import Any

from minloc._adapters import pandas, xarray


def laid_as(x: Any, where: Any) -> Any:
    """Return a mask whose elements lie as those of `x` do.

    Parameters
    ----------
    x : object
        An array of any library.
    where : object
        The mask. Where both have names of dimensions, it is turned to have them in the order of
        `x`.

    Returns
    -------
    object
        A mask that goes with `x` position by position.

    Raises
    ------
    ValueError
        If both have labels, and not the same.
    TypeError
        If it is several masks.
    """
    if xarray.knows(x) and xarray.has_names(where):
        return xarray.mask(where, x)
    # A mask with fewer axes lies along the last, as in NumPy.
    for of_where, of_x in zip(reversed(_labels(where)), reversed(_labels(x)), strict=False):
        if of_where is not None and of_x is not None and not of_where.equals(of_x):
            raise ValueError(
                f"where has the labels {_shown(of_where)}, and a has {_shown(of_x)}; "
                f"where.reindex puts labels in order, where.to_numpy() leaves them out"
            )
    return where


def _labels(x: Any) -> list[Any]:
    """Return the labels along each axis, as indexes of pandas; None where there are none."""
    if xarray.knows(x):
        indexes = getattr(x, "indexes", {})  # a Variable has none
        return [indexes.get(dim) for dim in x.dims]
    if pandas.knows(x):
        known = sys.modules["pandas"]
        return list(x.axes) if isinstance(x, (known.Series, known.DataFrame)) else []
    return []


def _shown(labels: Any) -> str:
    few = [str(label) for label in labels[:4]]
    return f"[{', '.join(few)}{', …' if len(labels) > 4 else ''}]"
