"""pandas: the codes of ordered categories are asked, the elements of anything else.

pandas skips NaN in its own ``argmin``, so the default of `nan_policy` is "omit" for its objects.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minloc._adapters import masked
from minloc._adapters.call import Call
from minloc._containers.classes import is_of
from minloc._containers.pandas import knows as knows
from minloc._containers.pandas import values_of
from minloc._results import FindResult, TopK


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


def _has_ordered_categories(x: Any) -> bool:
    if is_of(x, "pandas", "DataFrame"):
        return False
    return is_of(x.dtype, "pandas", "CategoricalDtype") and bool(x.dtype.ordered)
