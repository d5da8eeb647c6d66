"""pandas: Series, DataFrames, indexes and extension arrays. NA is never a candidate.

pandas skips NaN in its own ``argmin``, so the default of `nan_policy` is "omit" for its objects.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc._adapters import arrow, masked
from minloc._adapters.call import Call
from minloc._adapters.classes import is_of, name_of_class
from minloc._adapters.columns import Values, side_by_side
from minloc._results import FindResult, TopK


def knows(x: object) -> bool:
    """Whether `x` is an object of pandas that has elements; those of a MultiIndex are tuples."""
    if is_of(x, "pandas", "MultiIndex"):
        return False
    return is_of(x, "pandas", "Series", "DataFrame", "Index") or is_of(
        x, "pandas.api.extensions", "ExtensionArray"
    )


def answer(call: Call) -> Any:
    """Return the answer to a call, as NumPy scalars and arrays."""
    x = call.a
    if not _has_ordered_categories(x):
        return masked.ask(call, *values_of(f"{call.name}()", x))
    codes = getattr(x, "array", x).codes
    found = masked.ask(call, codes, codes < 0)
    if isinstance(found, (FindResult, TopK)):
        return found._replace(values=np.asarray(x.dtype.categories)[found.values])
    return found


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are NA.

    Raises
    ------
    TypeError
        If the elements have no order, or not that of an array of NumPy's.
    """
    if not is_of(x, "pandas", "DataFrame"):
        return _column(what, x)
    dtypes = set(x.dtypes)
    if len(dtypes) < 2 and all(isinstance(d, np.dtype) and d.kind != "O" for d in dtypes):
        return x.to_numpy(), None
    columns = [_column(what, x.iloc[:, i]) for i in range(x.shape[1])]
    return side_by_side(what, columns, list(x.columns))


def _column(what: str, x: Any) -> Values:
    """Return the same of an object with one axis."""
    pandas = sys.modules["pandas"]
    dtype = x.dtype
    if (isinstance(dtype, np.dtype) and dtype.kind != "O") or isinstance(dtype, pandas.SparseDtype):
        return np.asarray(x), None
    if isinstance(dtype, pandas.CategoricalDtype):
        remedy = "pass their codes" if dtype.ordered else "as_ordered() orders them"
        order = "" if dtype.ordered else "unordered "
        raise TypeError(
            f"{what} does not support a {name_of_class(x)} of {order}categories; {remedy}"
        )
    if isinstance(dtype, pandas.ArrowDtype):
        return arrow.values_of(what, getattr(x, "array", x).__arrow_array__())
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return pandas.DatetimeIndex(x).tz_convert(None).to_numpy(), None
    if is_of(x, "pandas.arrays", "NumpyExtensionArray") and x.to_numpy().dtype != object:
        return x.to_numpy(), None
    missing = np.asarray(x.isna())
    plain = getattr(dtype, "numpy_dtype", None)
    if plain is not None and plain.kind in "biuf":
        # Without na_value it would become float64, or objects.
        return x.to_numpy(dtype=plain, na_value=plain.type(0)), missing
    values = np.array(x, dtype=object)
    values[missing] = None  # pandas.NA has no order, and is not even equal to itself
    return values, missing


def _has_ordered_categories(x: Any) -> bool:
    if is_of(x, "pandas", "DataFrame"):
        return False
    return is_of(x.dtype, "pandas", "CategoricalDtype") and bool(x.dtype.ordered)
