"""xarray's DataArrays: the array inside is asked, and xarray dresses the answer as a reduction's.

So a DataArray over Dask stays lazy, and gets minloc's ties and NaN instead of Dask's.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc import _core
from minloc._results import TopK


def knows(a: object) -> bool:
    """Whether `a` is a DataArray."""
    xarray = sys.modules.get("xarray")
    cls = getattr(xarray, "DataArray", None)
    return cls is not None and isinstance(a, cls)


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer with the dimensions and coordinates that are kept."""
    words = {word: value for word, value in kwargs.items() if value is not np._NoValue}
    x = args[0] if args else words.pop("a")
    positional = args[1:]
    if words.get("out") is not None or (
        name != "top_k" and any(x is not None for x in positional[1:])
    ):
        raise TypeError(f"{name}() of a DataArray makes a new one, so it takes no out")
    if "where" in words:
        words["where"] = _mask(words["where"], x)
    if name == "top_k":
        return _ranked(x, _core.top_k(x.data, *positional, **words), words.get("axis", -1))
    # The core would dress its answer for keepdims; but it is xarray that knows the dimensions.
    keepdims = bool(words.pop("keepdims", False))
    result = getattr(_core, name)(x.data, *positional, **words)
    axis = words.get("axis", positional[0] if positional else None)
    if not isinstance(result, tuple):
        return _reduced(x, result, axis, keepdims)
    several = [_reduced(x, one, axis, keepdims) for one in result]
    return type(result)(*several) if hasattr(result, "_fields") else tuple(several)


def _reduced(x: Any, result: Any, axis: Any, keepdims: bool) -> Any:
    """Return a result as that of a reduction of `x`."""

    def reduction(data: Any, axis: Any = None) -> Any:
        return result

    return x.reduce(reduction, axis=axis, keepdims=keepdims)


def _ranked(x: Any, top: TopK, axis: Any) -> TopK:
    """Return the k best along a dimension, which has ranks and no coordinates then."""
    if not hasattr(axis, "__index__"):
        raise TypeError(
            f"top_k() of a DataArray takes one axis, got {axis!r}; of its data it takes several"
        )
    dimension = x.dims[axis]
    bare = x.drop_vars([c for c, along in x.coords.items() if dimension in along.dims])
    ranks = bare.isel({dimension: slice(0, top.values.shape[axis])})
    return TopK(*[ranks.copy(data=one) for one in top])


def _mask(where: Any, x: Any) -> Any:
    """Return `where` as an array that lies as `x` does; one with names is matched by them."""
    if not knows(where):
        return where
    xarray = sys.modules["xarray"]
    _, mask = xarray.align(x, where, join="exact", copy=False)
    return mask.variable.set_dims(dict(x.sizes)).transpose(*x.dims).data
