"""Any object as an array of its elements, and which of them are missing.

`numpy.asarray` converts anything: a sparse matrix or a set to an array of one object, and a missing
element to a number. So a library is first asked which of its elements are missing, and an object
that NumPy does not understand is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._containers import arrow, masked, netcdf4, pandas, polars, stores, torch, xarray
from minloc._containers.classes import is_of, name_of_class
from minloc._containers.columns import Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: What NumPy, too, has an answer for: to it, anything that is not an array is a scalar.
NUMPY_ANSWERS = frozenset({"argmin()", "argmax()", "nanargmin()", "nanargmax()"})


def values_of(what: str, x: Any) -> Values:
    """Return the elements of an object as a plain array, and which of them are missing.

    Parameters
    ----------
    what : str
        What messages call the receiver of the object, such as ``"argmin()"`` or ``"where"``.
    x : object
        An array, a scalar, a list, or a container of another library.

    Returns
    -------
    tuple of ndarray and (ndarray of bool or None)
        Of the same shape. Where an element is missing, its value means nothing.

    Raises
    ------
    TypeError
        If it does not convert to the array that it represents.
    """
    for library in (pandas, polars, arrow, torch):
        if library.knows(x):
            found: Values = library.values_of(what, x)
            return found
    if netcdf4.knows(x) or stores.knows(x):
        x = x[...]  # numpy.asarray would drop its mask
    if is_of(x, "numpy.ma", "MaskedArray"):
        return masked.values_of(x)
    if getattr(x, "shape", ()) is None:
        raise TypeError(
            f"{what} does not support a {name_of_class(x)} whose shape is None: an empty HDF5 "
            f"dataset without dimensions has nothing to choose from"
        )
    if is_of(x, "pandas", "MultiIndex"):
        raise TypeError(f"{what} does not support a MultiIndex; pass one of its levels")
    array = np.asarray(x)
    if array.ndim == 0 and array.dtype == object:
        _check_is_scalar(what, x)
    return array, None


def labels(by: Any) -> NDArray[Any]:
    """Return labels of groups as a plain array.

    Parameters
    ----------
    by : array_like of int
        Of any library.

    Returns
    -------
    ndarray
        -1, which is no group, where a label is missing: masked, null or NA.
    """
    if type(by) is np.ndarray:
        return by
    values, missing = values_of("by", by)
    if values.size == 0 and not hasattr(by, "dtype"):  # a list of nothing has no dtype of its own
        values = values.astype(np.intp)
    if missing is None or values.dtype.kind not in "iu":
        return np.asarray(values)
    if values.dtype.kind == "u" and (values > np.iinfo(np.int64).max)[~missing].any():
        return np.where(missing, np.zeros((), values.dtype), values)  # refused, by its name
    signed = values.astype(np.int64)
    signed[np.broadcast_to(missing, signed.shape)] = -1
    return signed


def with_default(name: str, x: object, keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the keywords of a call of `x`, with the default of `nan_policy` of its library.

    pandas and xarray skip NaN in their own ``argmin``, and so does the function for their objects
    unless it is given a policy.
    """
    if name.startswith("nan") or not (pandas.knows(x) or xarray.knows(x)):
        return keywords
    return {"nan_policy": "omit", **keywords}


def _check_is_scalar(what: str, x: Any) -> None:
    """Raise TypeError if an object that NumPy takes for a scalar is a container."""
    conversions = {"toarray": "x.toarray()", "collect": "x.collect()", "__iter__": "list(x)"}
    is_array = getattr(x, "shape", ()) != () or hasattr(x, "toarray") or hasattr(x, "collect")
    if not is_array and what in NUMPY_ANSWERS:
        return  # a set, a mapping, an iterator
    if not is_array and not hasattr(x, "__len__") and not hasattr(x, "__iter__"):
        return
    way = next((call for method, call in conversions.items() if hasattr(x, method)), "an array")
    raise TypeError(
        f"{what} does not support {name_of_class(x)}, which NumPy converts to a single object; "
        f"pass {way}"
    )
