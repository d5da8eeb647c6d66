"""Arrays of any library that follows the array API standard: answered by its own operations.

Such an array names its library by ``__array_namespace__``. Versions of CuPy that do not yet have it
are brought to the standard by array-api-compat.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minloc import _composed
from minloc._composed.operations import Operations
from minloc._containers.classes import is_of, name_of_class

#: Classes that have a namespace, but whose elements are not all stored.
SPARSE = ("sparse", "SparseArray")


def knows(x: object) -> bool:
    """Whether `x` is an array of the standard's, and not one of NumPy's or a sparse one."""
    if isinstance(x, (np.ndarray, np.generic)) or is_of(x, *SPARSE):
        return False
    return hasattr(type(x), "__array_namespace__") or is_of(x, "cupy", "ndarray")


def answer(name: str, x: Any, keywords: dict[str, Any]) -> Any:
    """Return the answer of a function about such an array, as arrays of its library."""
    device = getattr(x, "device", None)
    return _composed.answer(name, x, keywords, Operations(_namespace(name, x), device))


def _namespace(name: str, x: Any) -> Any:
    if hasattr(type(x), "__array_namespace__"):
        return x.__array_namespace__()
    try:
        from array_api_compat import array_namespace
    except ImportError:
        raise TypeError(
            f"{name}() of a {name_of_class(x)} needs array-api-compat, because this version of its "
            f"library does not follow the array API standard: pip install 'minloc[array-api]'"
        ) from None
    return array_namespace(x)
