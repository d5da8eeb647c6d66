"""polars: Series and DataFrames. A null is never a candidate."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from minloc._containers import arrow
from minloc._containers.classes import is_of
from minloc._containers.columns import Values, side_by_side
from minloc._containers.distances import in_array, no_distances, not_of_type, scaled
from minloc._distances import no_such_value

#: Dtypes whose physical integers have their order.
TICKS = ("Date", "Datetime", "Duration", "Time", "Enum")
#: The integer dtypes, and the others whose elements NumPy compares as polars does.
INTEGERS = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
FLOATS = ("Float16", "Float32", "Float64")
OTHERS = (
    *("Boolean", *FLOATS, "Decimal", "String", "Binary", "Null"),
    *("Date", "Datetime", "Duration"),
)


def knows(x: object) -> bool:
    """Whether `x` is a Series or a DataFrame of polars."""
    return is_of(x, "polars", "Series", "DataFrame")


def values_of(what: str, x: Any) -> Values:
    """Return the elements of `x`, and which are null.

    Raises
    ------
    TypeError
        If no dtype of NumPy's has the same order.
    """
    polars = sys.modules["polars"]
    if isinstance(x, polars.DataFrame):
        columns = [values_of(what, column) for column in x.iter_columns()]
        return side_by_side(what, columns, x.columns)
    name = x.dtype.base_type().__name__
    if name == "Categorical" and is_lexical(x.dtype):
        x, name = x.cast(polars.String), "String"
    if name not in INTEGERS and name not in OTHERS:
        raise TypeError(
            f"{what} does not support a polars Series of dtype {x.dtype}, whose order NumPy does "
            f"not have; cast it, or pass x.to_physical()"
        )
    missing = x.is_null().to_numpy() if x.null_count() else None
    if missing is not None and (name in INTEGERS or name == "Boolean"):
        x = x.fill_null(False if name == "Boolean" else 0)  # or it would become float64, or objects
    return x.to_numpy(), missing


def is_lexical(dtype: Any) -> bool:
    """Whether categories of a dtype are in the order of the alphabet, as in recent versions."""
    return "physical" not in repr(dtype)


def target_of(what: str, dtype: Any, value: Any) -> Any:
    """Return what distances are from as the keys of a dtype are: ticks for a time.

    Raises
    ------
    TypeError
        If elements of the dtype have no distances, or none to such a value.
    ValueError
        If the dtype does not have the value.
    """
    polars, name = sys.modules["polars"], dtype.base_type().__name__
    if name in ("Enum", "Categorical"):
        raise no_distances(what, dtype)
    if name == "Decimal":
        return scaled(value, dtype, dtype.scale)
    if name not in TICKS:
        return value
    try:
        own = polars.Series(in_array(value) if isinstance(value, np.generic) else [value])
        zones = [getattr(one, "time_zone", None) for one in (own.dtype, dtype)]
        if (
            not own.dtype.is_temporal()
            or own.null_count()
            or (zones[0] is None) is not (zones[1] is None)
        ):
            raise not_of_type(value, dtype)
        if zones[1] is not None:
            own = own.dt.convert_time_zone(zones[1])
        cast = own.cast(dtype)
        is_exact = bool((cast.cast(own.dtype) == own).all())
    except (polars.exceptions.PolarsError, ValueError, TypeError):  # some only with pandas.NaT
        raise not_of_type(value, dtype) from None
    if not is_exact:
        raise no_such_value(value, dtype)
    return cast.to_physical()[0]


def keys_of(what: str, x: Any) -> list[Values]:
    """Return what a Series is compared by, for each of its chunks.

    These are the elements, or integers in the same order: ticks of times, the numbers of
    categories, decimals without their point.

    Raises
    ------
    TypeError
        If the elements have no order.
    """
    name = x.dtype.base_type().__name__
    if name == "Decimal":
        integers = x.to_physical().cast(sys.modules["polars"].Int64, strict=False)
        fits = integers.null_count() == x.null_count()
        return keys_of(what, integers) if fits else [values_of(what, x)]
    if name == "Categorical" and is_lexical(x.dtype):
        return [_ranks(x)]
    if name in ("Int128", "UInt128"):
        missing = np.array([element is None for element in x], bool)
        return [(np.array(x.to_list(), object), missing if missing.any() else None)]
    if name in ("Enum", "Categorical") or (name in TICKS and "pyarrow" not in sys.modules):
        x = x.to_physical()
        name = x.dtype.base_type().__name__
    if x.n_chunks() == 1:
        return [_keys_of_chunk(what, x, name)]
    return [_keys_of_chunk(what, chunk, name) for chunk in x.get_chunks()]


def _keys_of_chunk(what: str, x: Any, name: str) -> Values:
    """Return the elements where they lie, if they are numbers; beside nulls, pyarrow finds them."""
    has_nulls, is_number = x.null_count() > 0, name in INTEGERS or name in FLOATS
    if is_number and not has_nulls:
        return x.to_numpy(), None
    if "pyarrow" in sys.modules:
        if is_number:
            return arrow.in_memory(x.to_arrow(), np.dtype(name.lower()))
        if name in TICKS or (name == "Boolean" and has_nulls):
            [values] = arrow.keys_of(what, x.to_arrow())
            return values
    return values_of(what, x)


def _ranks(x: Any) -> Values:
    """Return the ranks of categories in the order of the alphabet."""
    numbers, missing = values_of("", x.to_physical())
    used = x.drop_nulls().unique()
    ranks = np.zeros(int(numbers.max(initial=0)) + 1, np.uint32)
    order = used.cast(sys.modules["polars"].String).arg_sort().to_numpy()
    ranks[used.to_physical().to_numpy()[order]] = np.arange(len(used))
    return ranks[numbers], missing
