"""Objects and arrays of objects that NumPy and minloc are both given."""

from typing import Any

import numpy as np
from numpy import nan
from numpy.dtypes import StringDType

from support.arrays import Array


class Undecided:
    """An object that raises when asked for its truth."""

    def __bool__(self) -> bool:
        raise ZeroDivisionError("mine")


class Tagged(np.ndarray[Any, Any]):
    """A subclass with an attribute that views and results inherit."""

    tag = "none"

    def __array_finalize__(self, source: Any) -> None:
        """Take the attribute from the array that this one comes from."""
        self.tag = getattr(source, "tag", "none")


LATER = np.datetime64("2041-01-01", "s")


def object_array(values: list[Any], shape: Any = -1) -> Array:
    """Make an array of exactly these objects."""
    a = np.empty(len(values), object)
    a[:] = values
    return a.reshape(shape)


class AsArray:
    """An object that becomes an array by `__array__`."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self.values, dtype)


def strings(*values: Any, null: Any = nan) -> Array:
    """Make an array of strings some of which are null."""
    return np.array(values, StringDType(na_object=null))
