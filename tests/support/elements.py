"""The elements at the places of an answer."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from support.arrays import Array
from support.bits import same_elements
from support.quick_oracle import Axis, axes_of, slices_of, values_at


def check_found(
    function: Callable[..., Any], a: Array, axis: Axis, words: dict[str, Any], want: Array
) -> None:
    """Hold findmin or findmax to the indices, and its values to the elements there."""
    missing = want < 0
    if missing.any() and a.dtype.kind in "biu":
        with pytest.raises(TypeError, match=r"NaN"):
            function(a, axis, **words, default=-1)
        return
    values, indices = function(a, axis, **words, default=-1)
    assert np.array_equal(indices, want), words
    assert np.shape(values) == want.shape
    there = values_at(a, axis, np.where(missing, 0, want))
    assert same_elements(np.asarray(values)[~missing], np.asarray(there)[~missing]), words
    nothing = np.asarray(values)[missing]
    assert (nothing != nothing).all()


def elements(a: Array, axis: Axis, indices: Array) -> Array:
    """Return the elements at the indices of `top_k`, in their shape."""
    if not isinstance(axis, tuple):
        indices = np.moveaxis(indices, axes_of(a.ndim, axis)[0] if axis is not None else 0, -1)
    values = np.take_along_axis(slices_of(a, axis), indices, -1)
    if isinstance(axis, tuple) or axis is None:
        return values
    return np.moveaxis(values, -1, axis)
