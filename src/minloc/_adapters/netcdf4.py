"""netCDF4 variables as stores: unpacked and masked by netCDF4, which reads in one thread."""

from __future__ import annotations

import threading
from typing import Any

from minloc._adapters import stores
from minloc._adapters.classes import is_of

#: The NetCDF library is not thread-safe, and netCDF4 releases the GIL while it reads.
_reading = threading.Lock()


def knows(x: object) -> bool:
    """Whether `x` is a variable of one file or, as a `MFDataset` has them, of several."""
    return is_of(x, "netCDF4", "Variable") or is_of(x, "netCDF4._netCDF4", "_Variable")


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer for a variable, as NumPy scalars and arrays."""
    words = dict(kwargs)
    variable, *rest = args if args else (words.pop("a"),)
    return stores.answer(name, (Variable(variable), *rest), words)


class Variable:
    """A variable with what a store has: the dtype of what is read, and the shape of its chunks.

    Parameters
    ----------
    variable : netCDF4.Variable
        Its settings hold: what it masks is masked, and what it unpacks is unpacked.
    """

    #: The NetCDF library may not be used by two threads at once; and one that is not ours may be
    #: using it at any time, as when it lets go of another file.
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
