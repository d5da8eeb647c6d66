"""Slices of an array store, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters.classes import is_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def as_array(piece: Any) -> NDArray[Any]:
    """Return a slice of a store as an array, with its mask if it has one."""
    return piece if is_of(piece, "numpy.ma", "MaskedArray") else np.asarray(piece)
