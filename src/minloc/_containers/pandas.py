"""pandas: Series, DataFrames, indexes and extension arrays. NA is never a candidate."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc._containers import arrow
from minloc._containers.classes import is_of, name_of_class
from minloc._containers.columns import Values, side_by_side
from minloc._containers.distances import no_distances, not_of_type


def knows(x: object) -> bool:
    """Whether `x` is an object of pandas that has elements; those of a MultiIndex are tuples."""
    if is_of(x, "pandas", "MultiIndex"):
        return False
    return is_of(x, "pandas", "Series", "DataFrame", "Index") or is_of(
        x, "pandas.api.extensions", "ExtensionArray"
    )


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are NA.

    Raises
    ------
    TypeError
        If the elements have no order, or not that of an array of NumPy's.
    """
    if not is_of(x, "pandas", "DataFrame"):
        return _column(what, x)
    plain = array_of(x)
    if plain is not None:
        return plain, None
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


def keys_of(what: str, x: Any) -> list[Values]:
    """Return what an object with one axis is compared by, in pieces.

    These are the elements, or integers in the same order: the codes of ordered categories, the
    ordinals of periods.

    Raises
    ------
    TypeError
        If the elements have no order.
    """
    dtype = x.dtype
    if isinstance(dtype, np.dtype):
        return [_column(what, x)]
    pandas, array = sys.modules["pandas"], getattr(x, "array", x)
    if is_of(array, "pandas.core.arrays.masked", "BaseMaskedArray"):
        return [(array._data, array._mask if np.count_nonzero(array._mask) else None)]
    if isinstance(dtype, pandas.ArrowDtype):
        return arrow.keys_of(what, array.__arrow_array__())
    if isinstance(dtype, pandas.CategoricalDtype) and dtype.ordered:
        return [(array.codes, array.codes < 0)]
    if isinstance(dtype, pandas.PeriodDtype):
        return [(array.asi8, array.isna())]
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return [(array.asi8.view(f"M8[{dtype.unit}]"), None)]
    return [_column(what, x)]


def target_of(what: str, dtype: Any, value: Any) -> Any:
    """Return what distances are from as the keys of a dtype are: ordinals, or times in UTC.

    Raises
    ------
    TypeError
        If elements of the dtype have no distances, or none to such a value.
    ValueError
        If the dtype does not have the value.
    """
    pandas = sys.modules["pandas"]
    if isinstance(dtype, pandas.ArrowDtype):
        return arrow.target_of(what, dtype.pyarrow_dtype, value)
    if isinstance(dtype, pandas.CategoricalDtype):
        raise no_distances(what, dtype)
    if isinstance(dtype, pandas.PeriodDtype):
        if not isinstance(value, pandas.Period) or value.freq != dtype.freq:
            raise not_of_type(value, dtype)
        return value.ordinal
    if isinstance(dtype, pandas.DatetimeTZDtype):
        if getattr(value, "tzinfo", None) is None:
            raise not_of_type(value, dtype)
        return pandas.Timestamp(value).tz_convert(None).to_datetime64()
    return value


def columns_of(x: Any) -> list[Any]:
    """Return the columns of a DataFrame as arrays of pandas, or of NumPy's, without a copy."""
    quick = getattr(x, "_get_column_array", None)  # in a thirtieth of the time of what is public
    columns = []
    for i in range(x.shape[1]):
        column = x.iloc[:, i].array if quick is None else quick(i)
        is_of_objects = isinstance(column, np.ndarray) and column.dtype == object
        columns.append(x.iloc[:, i].array if is_of_objects else column)
    return columns


def array_of(x: Any) -> Any:
    """Return the elements of an object all of which have one of NumPy's dtypes, or None.

    Without a copy, if pandas holds them as one array. Python's objects are not meant: some of them
    may be missing.
    """
    if x.ndim == 1:
        dtype = x.dtype
        if not isinstance(dtype, np.dtype) or dtype.kind == "O":
            return None
        values = getattr(x, "_values", None)  # in a seventh of the time of what is public
        return values if type(values) is np.ndarray else x.to_numpy()
    blocks: Any = getattr(getattr(x, "_mgr", None), "blocks", ())
    if len(blocks) == 1 and type(blocks[0].values) is np.ndarray:
        return None if blocks[0].values.dtype == object else blocks[0].values.T
    if len({block.values.dtype for block in blocks}) > 1:
        return None
    dtypes = set(x.dtypes)
    plain = all(isinstance(dtype, np.dtype) and dtype.kind != "O" for dtype in dtypes)
    return x.to_numpy() if plain and len(dtypes) < 2 else None
