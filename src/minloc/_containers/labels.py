"""Masks with labels: dimensions match by name, and labels must be those of the array."""

from __future__ import annotations

from typing import Any

from minloc._containers import xarray
from minloc._containers.classes import is_of


def laid_as(x: Any, where: Any) -> Any:
    """Return a mask for `x` that broadcasts to it by position.

    Parameters
    ----------
    x : object
        An array of any library.
    where : object
        The mask.

    Returns
    -------
    object
        The mask, transposed to the order of the dimensions of `x` where both have names.

    Raises
    ------
    ValueError
        If both have labels, and these differ.
    TypeError
        If it is a Dataset, which is several masks.
    """
    if xarray.knows(x) and xarray.has_names(where):
        return xarray.mask(where, x)
    # A mask with fewer axes lies along the last, as in NumPy.
    for of_where, of_x in zip(reversed(_labels(where)), reversed(_labels(x)), strict=False):
        if of_where is not None and of_x is not None and not of_where.equals(of_x):
            raise differ("where", of_where, of_x)
    return where


def differ(keyword: str, labels: Any, of_x: Any) -> ValueError:
    """Return the error for an argument whose labels are not those of the array."""
    return ValueError(
        f"{keyword} has the labels {_shown(labels)}, and a has {_shown(of_x)}; align them by "
        f"{keyword}.reindex(), or pass {keyword}.to_numpy() to ignore labels"
    )


def _labels(x: Any) -> list[Any]:
    """Return the labels along each axis, as indexes of pandas; None where there are none."""
    if xarray.knows(x):
        indexes = getattr(x, "indexes", {})  # a Variable has none
        return [indexes.get(dim) for dim in x.dims]
    return list(x.axes) if is_of(x, "pandas", "Series", "DataFrame") else []


def _shown(labels: Any) -> str:
    few = [str(label) for label in labels[:4]]
    return f"[{', '.join(few)}{', …' if len(labels) > 4 else ''}]"
