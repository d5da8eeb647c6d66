"""Arguments with labels: dimensions match by name, and labels must be those of the array.

A mask, the labels of groups, and what distances are from lie beside the elements; where they have
labels of their own, they are not laid over other elements in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    _check("where", zip(reversed(_labels(where)), reversed(_labels(x)), strict=False))
    return where


def groups_laid_as(x: Any, by: Any, axes: Sequence[int]) -> Any:
    """Return the labels of groups of `x` so that they lie along it by position.

    Parameters
    ----------
    x : object
        An array of any library.
    by : object
        The labels.
    axes : sequence of int
        Those that are reduced, in the order in which they are given.

    Returns
    -------
    object
        The labels, with the dimensions of `x` where both have names.

    Raises
    ------
    ValueError
        If both have labels, and these differ.
    """
    if xarray.knows(x) and xarray.has_names(by):
        return xarray.beside(by, x, "by")
    own, of_x = _labels(by), _labels(x)
    if own and of_x:
        along = axes[-1:] if len(own) == 1 else range(len(of_x))
        _check("by", zip(own, [of_x[axis] for axis in along], strict=False))
    return by


def target_laid_as(x: Any, target: Any, axes: Sequence[int]) -> Any:
    """Return what distances are from so that it broadcasts to `x` by position.

    Parameters
    ----------
    x : object
        An array of any library.
    target : object
        A value, or one for each slice; a Series lies along the axis of a table that is kept.
    axes : sequence of int
        Those that are reduced.

    Returns
    -------
    object
        The same, with the dimensions of `x` where both have names.

    Raises
    ------
    ValueError
        If both have labels, and these differ along an axis that is kept.
    """
    if xarray.knows(x) and xarray.has_names(target):
        return xarray.beside(target, x, "distance_to")
    own, of_x = _labels(target), _labels(x)
    if len(own) == 1 and len(of_x) == 2 and tuple(axes) == (1,):
        target = target.to_frame()
        own.append(None)
    first = len(of_x) - len(own)
    kept = [axis for axis in range(max(first, 0), len(of_x)) if axis not in axes]
    _check("distance_to", ((own[axis - first], of_x[axis]) for axis in kept))
    return target


def _check(keyword: str, pairs: Iterable[tuple[Any, Any]]) -> None:
    """Raise ValueError unless labels along the same axis are the same."""
    for own, of_x in pairs:
        if own is not None and of_x is not None and not own.equals(of_x):
            raise differ(keyword, own, of_x)


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
