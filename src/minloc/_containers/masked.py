"""NumPy's masked arrays: what is masked is missing."""

from __future__ import annotations

from typing import Any

import numpy as np

from minloc._containers.classes import is_of
from minloc._containers.columns import Values


def knows(a: object) -> bool:
    """Whether `a` is a masked array whose class leaves argmin as it is."""
    if not is_of(a, "numpy.ma", "MaskedArray"):
        return False
    cls: Any = type(a)
    own = np.ma.MaskedArray
    return cls.argmin is own.argmin and cls.argmax is own.argmax


def values_of(a: Any) -> Values:
    """Return the elements of a masked array, and which are masked, without a copy."""
    return a.view(np.ndarray), None if a.mask is np.ma.nomask else a.mask
