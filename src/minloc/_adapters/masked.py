"""NumPy's masked arrays: the mask is `where=`, the other way round."""

import sys
from typing import Any

import numpy as np

from minloc import _core


def knows(a: object) -> bool:
    """Whether `a` is a masked array whose class leaves argmin as it is."""
    ma = sys.modules.get("numpy.ma")
    if ma is None or not isinstance(a, ma.MaskedArray):
        return False
    cls = type(a)
    return cls.argmin is ma.MaskedArray.argmin and cls.argmax is ma.MaskedArray.argmax


def answer(
    name: str,
    a: Any,
    axis: Any = None,
    out: Any = None,
    *,
    keepdims: Any = np._NoValue,
    where: Any = np._NoValue,
) -> Any:
    """Return the function's answer for the unmasked values of `a`, as a plain array."""
    data = a.view(np.ndarray)
    if keepdims is np._NoValue:
        keepdims = False
    mask = a.mask
    if where is not np._NoValue and where is not True:
        mask = mask | ~np.asarray(where)
    if mask is np.ma.nomask:
        return getattr(_core, name)(data, axis, out, keepdims=keepdims)
    return _core.masked(name, data, mask, axis, out, keepdims)
