"""NumPy's masked arrays: the mask is `where=`, the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
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


def ask(
    name: str,
    values: NDArray[Any],
    missing: NDArray[np.bool] | None,
    args: tuple[Any, ...],
    words: dict[str, Any],
) -> Any:
    """Return the function's answer for the elements that are not missing, as plain arrays.

    Parameters
    ----------
    name : str
        A public function of the core.
    values : ndarray
        The elements.
    missing : ndarray of bool or None
        Which of them are missing; None if none is.
    args, words : tuple, dict
        What else the function is given.

    Returns
    -------
    object
        What it returns.
    """
    words = dict(words)
    where = words.pop("where", True)
    if missing is None:
        if is_given(where):
            words["where"] = boolean(where)
        return getattr(_core, name)(values, *args, **words)
    if is_given(where):
        missing = excluded(missing, boolean(where))
    return _core.masked(name, missing, values, *args, **words)
