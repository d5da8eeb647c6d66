"""Series of Dask: their partitions are the chunks of a Dask array of unknown sizes.

Each partition is a Series of pandas, and what pandas calls missing is no candidate. Only `dask`
asks them, so that the answers are Dask arrays; the elements in them are NumPy's.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minloc._adapters import dask
from minloc._adapters.call import Call
from minloc._containers.classes import is_of, name_of_class
from minloc._containers.values import values_of

#: The functions that return elements.
WITH_ELEMENTS = frozenset({"findmin", "findmax", "top_k"})


def knows(x: object) -> bool:
    """Whether `x` is a Series, an Index or a DataFrame of Dask's."""
    return is_of(x, "dask.dataframe", "Series", "DataFrame")


def answer(call: Call) -> Any:
    """Return the answer to a call as one or more Dask arrays, none of which is computed yet."""
    name, x = call.name, call.a
    if is_of(x, "dask.dataframe", "DataFrame"):
        raise TypeError(
            f"{name}() does not support {name_of_class(x)}; pass one of its columns, or "
            f"x.to_dask_array() if they have one dtype"
        )
    array = _array(f"{name}()", x)
    if name in WITH_ELEMENTS and array.dtype.kind in "mMO" and array.dtype != x.dtype:
        raise TypeError(
            f"{name}() does not return elements of {x.dtype} of a Dask Series, because they would "
            f"be {array.dtype}; arg{'max' if name == 'findmax' else 'min'}() returns where they "
            f"are, or pass x.compute()"
        )
    changes = {
        keyword: _array(keyword, given) if knows(given) else given
        for keyword in ("where", "by")
        if (given := call.keywords.get(keyword)) is not None
    }
    if not name.startswith("nan") and "nan_policy" not in call.keywords:
        changes["nan_policy"] = "omit"  # NaN is how pandas writes a missing number
    return call.about(array, **changes).put_to(dask)


def _array(what: str, x: Any) -> Any:
    """Return a Dask array, each chunk of which is a partition as it is: a Series of pandas."""
    import dask.array as da

    dtype = values_of(what, x._meta)[0].dtype
    chunks = [
        da.from_delayed(part, (math.nan,), meta=np.empty(0, dtype)) for part in x.to_delayed()
    ]
    return da.concatenate(chunks, allow_unknown_chunksizes=True)
