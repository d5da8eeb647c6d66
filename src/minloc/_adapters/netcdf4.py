"""netCDF4 variables as stores: unpacked and masked by netCDF4, which reads in one thread."""

from __future__ import annotations

import threading
from typing import Any

from minloc._adapters import stores
from minloc._adapters.call import Call
from minloc._containers.netcdf4 import knows as knows

#: The NetCDF library is not thread-safe, and netCDF4 releases the GIL while it reads.
_reading = threading.Lock()


def answer(call: Call) -> Any:
    """Return the answer to a call about a variable, as NumPy scalars and arrays."""
    return call.about(Variable(call.a)).put_to(stores)


class Variable:
    """A variable with what a store has: the dtype of what is read, and the shape of its chunks.

    Parameters
    ----------
    variable : netCDF4.Variable
        Its settings hold: what it masks is masked, and what it unpacks is unpacked.
    """

    #: Two threads may not use the NetCDF library at once, and the caller's thread may use it at any
    #: time, such as when it closes another file.
    one_thread = True

    def __init__(self, variable: Any) -> None:
        self.variable = variable
        self.shape = tuple(variable.shape)
        chunking = getattr(variable, "chunking", None)
        chunks = chunking() if chunking is not None and self.shape else None
        self.chunks = tuple(chunks) if isinstance(chunks, list) else None
        self.dtype = self[(slice(0, 0),) * len(self.shape)].dtype

    def __getitem__(self, key: Any) -> Any:
        with _reading:
            return self.variable[key]
