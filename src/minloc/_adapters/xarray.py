"""xarray's DataArray: its data are asked, whatever array they are, and its labels put back.

Axes may be named, too, by the names of the dimensions.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

from numpy.lib.array_utils import normalize_axis_tuple

import minloc
from minloc import _core
from minloc._results import TopK


def knows(a: object) -> bool:
    """Whether `a` is a DataArray."""
    module = sys.modules.get("xarray")
    return module is not None and isinstance(a, module.DataArray)


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer for a DataArray, as DataArrays with the labels left."""
    function = getattr(_core, name)
    words = dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    a = words.pop("a")
    if words.pop("out", None) is not None:
        raise TypeError(
            f"{name}() of a DataArray takes no out: the result brings labels of its own"
        )
    positional = (words.pop("k"),) if name == "top_k" else ()
    axis = _numbers(a, words.get("axis", -1 if name == "top_k" else None))
    words["axis"] = axis
    if knows(words.get("where")):
        words["where"] = _mask(words["where"], a)
    if name == "top_k":
        return _ranked(a, minloc.top_k(a.data, *positional, **words), axis)
    keepdims = bool(words.get("keepdims", False))
    found = getattr(minloc, name)(a.data, **words)
    if not isinstance(found, tuple):
        return _reduced(a, found, axis, keepdims)
    parts = [_reduced(a, part, axis, keepdims) for part in found]
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def _reduced(a: Any, result: Any, axis: Any, keepdims: bool) -> Any:
    """Return a result as xarray dresses that of a reduction of `a`."""

    def reduction(data: Any, axis: Any = None) -> Any:
        if not keepdims:
            return result
        # The function keeps the dimensions too, but it is xarray that knows their names.
        gone = normalize_axis_tuple(range(a.ndim) if axis is None else axis, a.ndim)
        return result[tuple([0 if i in gone else slice(None) for i in range(a.ndim)])]

    return a.reduce(reduction, axis=axis, keepdims=keepdims)


def _ranked(a: Any, top: TopK, axis: Any) -> TopK:
    """Return the k best with ranks in the place of one dimension, or last."""
    several = axis is None or isinstance(axis, tuple)
    given = (range(a.ndim) if axis is None else axis) if several else (axis,)
    reduced = {a.dims[number] for number in given}
    kept = [dim for dim in a.dims if dim not in reduced]
    dims = [*kept, "rank"] if several else a.dims
    labels = {key: label for key, label in a.coords.items() if set(label.dims) <= set(kept)}
    return TopK(*[type(a)(part, dims=dims, coords=labels, name=a.name) for part in top])


def _mask(where: Any, a: Any) -> Any:
    """Return a mask with names as an array that lies as `a` does, label by label."""
    foreign = [dim for dim in where.dims if dim not in a.dims]
    if foreign:
        raise ValueError(f"where has the dimensions {where.dims}, and a has {a.dims}")
    _, mask = sys.modules["xarray"].align(a, where, join="exact", copy=False)
    return mask.variable.set_dims(dict(a.sizes)).transpose(*a.dims).data


def _numbers(a: Any, axis: Any) -> Any:
    """Return an axis, or a tuple of them, with numbers in the place of names."""
    if isinstance(axis, tuple):
        return tuple(_numbers(a, one) for one in axis)
    if isinstance(axis, str):
        if axis not in a.dims:
            raise ValueError(f"there is no dimension {axis!r}; there are {a.dims}")
        return a.dims.index(axis)
    return axis
