"""NumPy's masked arrays: the mask is `where=`, the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._adapters.classes import is_of
from minloc._adapters.columns import Values
from minloc._masks import boolean, is_given, selected

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
    """Return the elements of a masked array, and which are not masked."""
    return a.view(np.ndarray), None if a.mask is np.ma.nomask else ~np.asarray(a.mask)


def ask(
    name: str,
    values: NDArray[Any],
    present: NDArray[np.bool] | None,
    args: tuple[Any, ...],
    words: dict[str, Any],
) -> Any:
    """Return the function's answer for the elements that are present, as plain arrays.

    Parameters
    ----------
    name : str
        A public function of the core.
    values : ndarray
        The elements.
    present : ndarray of bool or None
        Which of them are not missing, None for all.
    args, words : tuple, dict
        What else the function is given.

    Returns
    -------
    object
        What it returns.
    """
    if is_given(words.get("where", True)):
        where = boolean(words["where"])
        words = {**words, "where": where}
        if present is not None:
            present = selected(words.pop("where"), present)
    if present is None:
        return getattr(_core, name)(values, *args, **words)
    return _core.masked(name, ~present, values, *args, **words)
