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


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer for the unmasked values of `a`, as a plain array."""
    a = args[0] if args else kwargs["a"]
    rest = args[1:]
    words = {word: value for word, value in kwargs.items() if word != "a"}
    if words.get("keepdims") is np._NoValue:
        del words["keepdims"]
    data, mask = a.view(np.ndarray), a.mask
    where = words.get("where", True)
    if where is not np._NoValue and where is not True:
        del words["where"]
        where = np.asarray(where)
        if where.dtype != bool:
            raise TypeError(f"where must be an array of bool, got one of dtype {where.dtype}")
        mask = mask | ~where
    if mask is np.ma.nomask:
        return getattr(_core, name)(data, *rest, **words)
    return _core.masked(name, mask, data, *rest, **words)
