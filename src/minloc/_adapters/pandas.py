"""pandas: Series, DataFrames, indexes and extension arrays; what is NA is no candidate.

pandas skips NaN in its own ``argmin``, so for its objects the default of `nan_policy` is "omit".
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc._adapters import arrow, masked
from minloc._adapters.columns import Values, side_by_side
from minloc._adapters.names import type_name
from minloc._results import FindResult, TopK


def knows(x: object) -> bool:
    """Whether `x` is an object of pandas that has elements; the tuples of a MultiIndex are none."""
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):  # it is just being imported
        return False
    kinds = (pandas.Series, pandas.DataFrame, pandas.Index, pandas.api.extensions.ExtensionArray)
    return isinstance(x, kinds) and not isinstance(x, pandas.MultiIndex)


def answer(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return the function's answer, as NumPy scalars and arrays."""
    words = dict(kwargs)
    x, *rest = args if args else (words.pop("a"),)
    words = with_default(name, x, words)
    if not _has_ordered_categories(x):
        return masked.ask(name, *values_of(f"{name}()", x), tuple(rest), words)
    codes = getattr(x, "array", x).codes
    found = masked.ask(name, codes, codes >= 0, tuple(rest), words)
    if isinstance(found, (FindResult, TopK)):
        return found._replace(values=np.asarray(x.dtype.categories)[found.values])
    return found


def with_default(name: str, x: object, words: dict[str, Any]) -> dict[str, Any]:
    """Return the words for an object, with the policy that pandas has where none is given."""
    if not knows(x) or name.startswith("nan"):
        return words
    return {"nan_policy": "omit", **words}


def _has_ordered_categories(x: Any) -> bool:
    pandas = sys.modules["pandas"]
    return (
        not isinstance(x, pandas.DataFrame)
        and isinstance(x.dtype, pandas.CategoricalDtype)
        and bool(x.dtype.ordered)
    )


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are not NA."""
    if not isinstance(x, sys.modules["pandas"].DataFrame):
        return _column(what, x)
    dtypes = set(x.dtypes)
    if len(dtypes) < 2 and all(isinstance(d, np.dtype) and d.kind != "O" for d in dtypes):
        return x.to_numpy(), None
    columns = [_column(what, x.iloc[:, i]) for i in range(x.shape[1])]
    return side_by_side(what, columns, list(x.columns))


def _column(what: str, x: Any) -> Values:
    """Return the elements of what has one axis."""
    pandas = sys.modules["pandas"]
    dtype = x.dtype
    if isinstance(dtype, pandas.ArrowDtype):
        return arrow.values_of(what, getattr(x, "array", x).__arrow_array__())
    if isinstance(dtype, pandas.CategoricalDtype):
        raise TypeError(
            f"{what} takes no {type_name(x)} of categories{'' if dtype.ordered else ' in no order'}"
            f"; their codes can be asked, or as_ordered() gives them an order"
        )
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return pandas.DatetimeIndex(x).tz_convert(None).to_numpy(), None
    if isinstance(dtype, pandas.SparseDtype):
        return np.asarray(x), None
    present = np.asarray(x.notna() if hasattr(x, "notna") else ~x.isna())
    plain = getattr(dtype, "numpy_dtype", dtype)
    if not isinstance(plain, np.dtype) or plain.kind == "O":
        values = np.array(x, dtype=object)
        values[~present] = None  # pandas.NA has no order, and is not even equal to itself
        return values, present
    if hasattr(dtype, "na_value"):  # a nullable dtype, of which NumPy makes floats or objects
        return x.to_numpy(dtype=plain, na_value=plain.type(0)), present
    return np.asarray(x), None
