"""xarray's DataArray: its data are asked, whatever array they are, and its labels put back.

Axes may be named, too, by the names of the dimensions. xarray skips NaN in its own ``argmin``, so
the default of `nan_policy` is "omit" for its objects.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

import minloc
from minloc import _core
from minloc._adapters.classes import is_of
from minloc._results import TopK


def knows(a: object) -> bool:
    """Whether `a` is a DataArray, or a Variable, which is one without labels."""
    return is_of(a, "xarray", "DataArray", "Variable")


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer for a DataArray, as DataArrays with the labels left."""
    if is_of(args[0] if args else kwargs["a"], "xarray", "Variable"):
        return _of_variable(name, args, dict(kwargs))
    function = getattr(_core, name)
    # `progress` is in no signature: only some kinds of data have it, and they are asked below.
    progress = {word: given for word, given in kwargs.items() if word == "progress"}
    others = {word: given for word, given in kwargs.items() if word != "progress"}
    words = {**inspect.signature(function).bind(*args, **others).arguments, **progress}
    a = words.pop("a")
    if words.pop("out", None) is not None:
        raise TypeError(
            f"{name}() of a DataArray takes no out: the result brings labels of its own"
        )
    positional = (words.pop("k"),) if name == "top_k" else ()
    axis = _numbers(a, words.get("axis", -1 if name == "top_k" else None))
    words["axis"] = axis
    if name == "top_k":
        top = minloc.top_k(a.data, *positional, **words)
        dims, labels = _dims_with_rank(a, axis)
        return TopK(*[type(a)(part, dims=dims, coords=labels, name=a.name) for part in top])
    keepdims = bool(words.get("keepdims", False))
    found = getattr(minloc, name)(a.data, **words)
    if not isinstance(found, tuple):
        return _reduced(a, found, axis, keepdims)
    return _like(found, [_reduced(a, part, axis, keepdims) for part in found])


def _of_variable(name: str, args: tuple[Any, ...], words: dict[str, Any]) -> Any:
    """Return the function's answer for a Variable, as for a DataArray that has no labels."""
    a, *rest = args if args else (words.pop("a"),)
    found = answer(name, (sys.modules["xarray"].DataArray(a), *rest), words)
    if not isinstance(found, tuple):
        return found.variable
    return _like(found, [part.variable for part in found])


def _like(found: Any, parts: list[Any]) -> Any:
    """Return other parts in the place of those of an answer."""
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def _reduced(a: Any, result: Any, axis: Any, keepdims: bool) -> Any:
    """Return a result as xarray dresses that of a reduction of `a`."""
    gone = _reduced_axes(a, axis)
    if not hasattr(result, "shape"):  # an object, of which xarray would make an array of its own
        element, result = result, np.empty((), object)
        result[()] = element

    def reduction(data: Any, axis: Any = None) -> Any:
        if not keepdims or a.ndim == 0:
            return result
        # The function keeps the dimensions too, but it is xarray that knows their names. With the
        # ellipsis what is left is an array even without axes: a scalar would lose its dtype.
        return result[(*[0 if i in gone else slice(None) for i in range(a.ndim)], ...)]

    return a.reduce(reduction, axis=gone, keepdims=keepdims)


def _reduced_axes(a: Any, axis: Any) -> tuple[int, ...]:
    """Return the numbers of the axes that a function has reduced, having accepted `axis`."""
    if axis is None or a.ndim == 0:  # an array without axes accepts 0 and -1, as in NumPy
        return tuple(range(a.ndim))
    return normalize_axis_tuple(axis, a.ndim)


def _dims_with_rank(a: Any, axis: Any) -> tuple[list[Any], dict[Any, Any]]:
    """Return dimensions with the ranks in the place of the one reduced, or last, and the labels."""
    takes_place = a.ndim > 0 and axis is not None and not isinstance(axis, tuple)
    reduced = {a.dims[number] for number in _reduced_axes(a, axis)}
    kept = [dim for dim in a.dims if dim not in reduced]
    labels = {key: label for key, label in a.coords.items() if set(label.dims) <= set(kept)}
    if takes_place:
        return list(a.dims), labels
    if "rank" in kept or "rank" in labels:
        raise ValueError(
            f"top_k() over several dimensions returns a new one called 'rank', and a has "
            f"{'a dimension' if 'rank' in kept else 'a coordinate'} of this name; rename it"
        )
    return [*kept, "rank"], labels


def has_names(where: object) -> bool:
    """Whether a mask has dimensions with names."""
    return is_of(where, "xarray", "DataArray", "Variable", "Dataset")


def mask(where: Any, a: Any) -> Any:
    """Return a mask with names as an array that lies as `a` does, label by label."""
    if is_of(where, "xarray", "Dataset"):
        raise TypeError(
            f"where must be an array of bool, got a Dataset; pass one of its variables: "
            f"{', '.join(map(repr, where.data_vars))}"
        )
    foreign = [dim for dim in where.dims if dim not in a.dims]
    if foreign:
        raise ValueError(f"where has the dimensions {where.dims}, and a has {a.dims}")
    for dim, length in where.sizes.items():
        if length != a.sizes[dim]:
            raise ValueError(
                f"where has the length {length} along {dim!r}, and a has {a.sizes[dim]}"
            )
    if is_of(where, "xarray", "DataArray"):
        if is_of(a, "xarray", "DataArray"):
            _, where = sys.modules["xarray"].align(a, where, join="exact", copy=False)
        where = where.variable
    return where.set_dims(dict(a.sizes)).transpose(*a.dims).data


def _numbers(a: Any, axis: Any) -> Any:
    """Return an axis, or a tuple of them, with numbers in the place of names."""
    if isinstance(axis, tuple):
        return tuple(_numbers(a, one) for one in axis)
    if isinstance(axis, str):
        if axis not in a.dims:
            raise ValueError(f"there is no dimension {axis!r}; there are {a.dims}")
        return a.dims.index(axis)
    return axis
