"""Any object as an array of its elements, and which of them there are.

NumPy makes an array of anything. Of what only looks like one, such as a sparse matrix or a set, it
makes an array of a single object, and of a missing element it makes a number. So those who know
what a library calls missing are asked first, and what NumPy does not understand is refused.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc._adapters import arrow, netcdf4, pandas, polars, stores
from minloc._adapters.columns import Values
from minloc._adapters.names import type_name


def values_of(what: str, x: Any) -> Values:
    """Return the elements of an object as a plain array, and which of them are not missing.

    Parameters
    ----------
    what : str
        The function, or the argument, that the object is given to, for messages.
    x : object
        An array, a scalar, a list, or a container of a library.

    Returns
    -------
    tuple of ndarray and (ndarray of bool or None)
        Of one shape. What stands in the place of a missing element means nothing.

    Raises
    ------
    TypeError
        If it does not become the array that it seems to be.
    """
    if pandas.knows(x):
        return pandas.values_of(what, x)
    if polars.knows(x):
        return polars.values_of(what, x)
    if arrow.knows(x):
        return arrow.values_of(what, x)
    if netcdf4.knows(x) or stores.knows(x):
        x = x[...]  # with its mask, if it has one, which numpy.asarray would drop
    ma = sys.modules.get("numpy.ma")
    if ma is not None and isinstance(x, ma.MaskedArray):
        return x.view(np.ndarray), None if x.mask is ma.nomask else ~np.asarray(x.mask)
    if getattr(x, "shape", ()) is None:
        raise TypeError(
            f"{what} takes no {type_name(x)} that is empty: it has no shape, so there is nothing "
            f"that it is an array of"
        )
    array = np.asarray(x)
    if array.ndim == 0 and array.dtype == object:
        _check_is_one_object(what, x)
    return array, None


def _check_is_one_object(what: str, x: Any) -> None:
    """Raise TypeError if an object is not a scalar, though NumPy takes it for one."""
    sized = getattr(x, "shape", ()) != () or hasattr(x, "__getitem__")
    if not sized and what in ("argmin()", "argmax()"):
        return  # a set, a generator: as NumPy has it
    if not sized and not hasattr(x, "__len__") and not hasattr(x, "__iter__"):
        return
    ways = {"toarray": "x.toarray()", "collect": "x.collect()", "__iter__": "list(x)"}
    way = next((spelled for name, spelled in ways.items() if hasattr(x, name)), "")
    raise TypeError(
        f"{what} takes no {type_name(x)}: to NumPy it is one object and no array"
        f"{f'; {way} can be asked' if way else ''}"
    )
