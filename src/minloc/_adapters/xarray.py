"""xarray: the call is about the data, whatever array they are; labels are put back.

Axes may also be given by the names of dimensions, as `dim` or as `axis`. xarray skips NaN in its
own ``argmin``, so the default of `nan_policy` is "omit" for its objects.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from minloc._adapters.call import Call
from minloc._containers.classes import is_of
from minloc._containers.xarray import beside, has_names
from minloc._containers.xarray import knows as knows
from minloc._results import TopK
from minloc._window_axes import places_of


def answer(call: Call, route: Callable[[Call], Any]) -> Any:
    """Return the answer to a call about a DataArray, as DataArrays with the labels that are left.

    Parameters
    ----------
    call : Call
        The call.
    route : callable
        Answers a call about any array: about the data.

    Returns
    -------
    object
        What the function returns, with DataArrays in the place of arrays.
    """
    a, name = call.a, call.name
    if "dim" in call.keywords:
        call = by_name(call)
    keywords = call.keywords
    if is_of(a, "xarray", "Variable"):
        return _of_variable(call, route)
    if "out" in keywords:
        raise TypeError(
            f"{name}() of a DataArray takes no out: the result brings labels of its own"
        )
    axis = _numbers(a, keywords.get("axis", -1 if name == "top_k" else None))
    if has_names(keywords.get("distance_to")):
        call = call.about(a, distance_to=beside(keywords["distance_to"], a, "distance_to"))
    if keywords.get("by") is not None:
        from minloc._adapters.xarray_groups import numbered  # which few calls need

        axes = _reduced_axes(a, axis)
        call, groups = numbered(call, axes)
        found = route(call.about(a.data, axis=axis))
        in_place = axis is not None and not isinstance(axis, tuple)
        return groups.of_answer(a, axes, in_place, call, found)
    found = route(call.about(a.data, axis=axis))
    if name == "top_k":
        dims, labels = _dims_with_rank(a, axis)
        return TopK(*[type(a)(part, dims=dims, coords=labels, name=a.name) for part in found])
    keepdims = bool(keywords.get("keepdims", False))
    if not isinstance(found, tuple):
        return _reduced(a, found, axis, keepdims)
    return like(found, [_reduced(a, part, axis, keepdims) for part in found])


def _of_variable(call: Call, route: Callable[[Call], Any]) -> Any:
    """Return the answer to a call about a Variable, as about a DataArray without labels."""
    found = route(call.about(sys.modules["xarray"].DataArray(call.a)))
    if not isinstance(found, tuple):
        return found.variable
    return like(found, [part.variable for part in found])


def windows(call: Call, route: Callable[[Call], Any]) -> Any:
    """Return the answers of windows with the labels of the elements where these stand."""
    a, name = call.a, call.name
    if "dim" in call.keywords:
        call = by_name(call)
    if is_of(a, "xarray", "Variable"):
        return _of_variable(call, route)
    axis = _numbers(a, call.keywords.get("axis", -1))
    if axis is None and a.ndim != 1:
        raise TypeError(
            f"{name}() of a DataArray with {a.ndim} dimensions has no labels for all of its "
            f"elements in one line; pass dim, or its values, a.data"
        )
    call = call.about(a, axis=0 if axis is None else axis)
    found = route(call.about(a.data))
    places = places_of(name, call.keywords, a.shape)
    labels = a.isel(dict(zip(a.dims, places, strict=True)))
    keeps = sys.modules["xarray"].get_options()["keep_attrs"] in (True, "default")
    more = {"name": a.name, "attrs": dict(a.attrs) if keeps else None}

    def dressed(part: Any) -> Any:
        return type(a)(part, dims=a.dims, coords=labels.coords, **more)

    return like(found, map(dressed, found)) if isinstance(found, tuple) else dressed(found)


def like(found: Any, parts: Iterable[Any]) -> Any:
    """Return an answer of the same type with other parts."""
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def _reduced(a: Any, result: Any, axis: Any, keepdims: bool) -> Any:
    """Return a result as xarray returns that of a reduction of `a`."""
    gone = _reduced_axes(a, axis)
    if not hasattr(result, "shape"):  # an object: keep xarray from making an array of its elements
        element, result = result, np.empty((), object)
        result[()] = element

    def reduction(data: Any, axis: Any = None) -> Any:
        if not keepdims or a.ndim == 0:
            return result
        # xarray adds the kept dimensions again, with their names. The ellipsis keeps the result an
        # array even without axes: a scalar would lose its dtype.
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


def by_name(call: Call) -> Call:
    """Return a call with the dimensions of `dim` as its `axis`."""
    if "axis" in call.keywords:
        raise TypeError(f"{call.name}() takes axis or dim, not both")
    dim = call.keywords["dim"]
    names = call.a.dims
    if dim is None or dim is ...:
        axis: Any = None
    elif isinstance(dim, (list, tuple, set)) and dim not in names:
        axis = tuple([_number(names, one) for one in dim])
    else:
        axis = _number(names, dim)
    return call.without("dim").about(call.a, axis=axis)


def _number(names: Any, name: Any) -> int:
    """Return the number of the dimension of a name."""
    if name not in names:
        raise ValueError(f"there is no dimension {name!r}; there are {names}")
    number: int = names.index(name)
    return number


def _numbers(a: Any, axis: Any) -> Any:
    """Return an axis, or a tuple of them, with numbers in the place of names."""
    if isinstance(axis, tuple):
        return tuple(_numbers(a, one) for one in axis)
    return _number(a.dims, axis) if isinstance(axis, str) else axis
