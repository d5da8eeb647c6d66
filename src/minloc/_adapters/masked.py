"""NumPy's masked arrays: the mask is `where=`, the other way round."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._masks import boolean, chosen, is_given

if TYPE_CHECKING:
    from numpy.typing import NDArray


def knows(a: object) -> bool:
    """Whether `a` is a masked array whose class leaves argmin as it is."""
    ma = sys.modules.get("numpy.ma")
    if ma is None or not isinstance(a, ma.MaskedArray):
        return False
    cls = type(a)
    return cls.argmin is ma.MaskedArray.argmin and cls.argmax is ma.MaskedArray.argmax


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
            present = chosen(words.pop("where"), present)
    if present is None:
        return getattr(_core, name)(values, *args, **words)
    return _core.masked(name, ~present, values, *args, **words)
