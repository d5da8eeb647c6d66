"""NumPy's masked arrays: the mask is the inverse of `where=`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters.call import Call
from minloc._adapters.classes import is_of
from minloc._adapters.columns import Values
from minloc._masks import boolean, excluded, is_given

if TYPE_CHECKING:
    from numpy.typing import NDArray


def knows(a: object) -> bool:
    """Whether `a` is a masked array whose class leaves argmin as it is."""
    if not is_of(a, "numpy.ma", "MaskedArray"):
        return False
    cls: Any = type(a)
    own = np.ma.MaskedArray
    return cls.argmin is own.argmin and cls.argmax is own.argmax


def values_of(a: Any) -> Values:
    """Return the elements of a masked array, and which are masked, without a copy."""
    return a.view(np.ndarray), None if a.mask is np.ma.nomask else a.mask


def ask(call: Call, values: NDArray[Any], missing: NDArray[np.bool] | None) -> Any:
    """Return the answer to a call about the elements that are not missing, as plain arrays.

    Parameters
    ----------
    call : Call
        The call.
    values : ndarray
        The elements of its array.
    missing : ndarray of bool or None
        Which of them are missing; None if none is.

    Returns
    -------
    object
        What the function returns.
    """
    where = call.keywords.get("where", True)
    if is_given(where):
        where = boolean(where)
        if missing is None:
            return call.about(values, where=where).answer(values)
        missing = excluded(missing, where)
    return call.answer(values, missing)
