"""NumPy's masked arrays: the mask is the inverse of `where=`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minloc._adapters.call import Call
from minloc._containers.masked import knows as knows
from minloc._containers.masked import values_of as values_of
from minloc._containers.values import labels
from minloc._masks import boolean, excluded, is_given

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
    by = call.keywords.get("by")
    if by is not None:
        call = call.about(call.a, by=labels(by))
    where = call.keywords.get("where", True)
    if is_given(where):
        where = boolean(where)
        if missing is None:
            return call.about(values, where=where).answer(values)
        missing = excluded(missing, where)
    return call.answer(values, missing)
