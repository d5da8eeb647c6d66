"""What an array store gives when it is sliced."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def as_array(piece: Any) -> NDArray[Any]:
    """Return a slice of a store as an array, with the mask that it has, if it has one."""
    ma = sys.modules.get("numpy.ma")
    return piece if ma is not None and isinstance(piece, ma.MaskedArray) else np.asarray(piece)
