"""netCDF4's variables as stores: read one at a time, unpacked and masked as netCDF4 reads them."""

from __future__ import annotations

import sys
import threading
from typing import Any

#: The library of NetCDF is not made for threads, and reads without Python's lock.
_reading = threading.Lock()


def knows(x: object) -> bool:
    """Whether `x` is a variable of netCDF4."""
    netcdf4 = sys.modules.get("netCDF4")
    variable = getattr(netcdf4, "Variable", None)
    return variable is not None and isinstance(x, variable)


class Store:
    """A variable with what a store has: the dtype of what is read, and chunks.

    Parameters
    ----------
    variable : netCDF4.Variable
        Its settings hold: what it masks is masked, and what it unpacks is unpacked.
    """

    def __init__(self, variable: Any) -> None:
        self.variable = variable
        self.shape = variable.shape
        chunks = variable.chunking() if variable.ndim else None
        self.chunks = tuple(chunks) if isinstance(chunks, list) else None
        self.dtype = self[(slice(0, 0),) * variable.ndim].dtype

    def __getitem__(self, key: Any) -> Any:
        with _reading:
            return self.variable[key]
