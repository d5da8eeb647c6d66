"""The elements at the places of an answer, compared to the bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from support.arrays import Array
from support.quick_oracle import Axis, axes_of, lanes_of, values_at


def same(x: Any, y: Any) -> bool:
    """Whether two arrays of one dtype hold the same bits, but for the padding of long double."""
    x, y = (np.asarray(z).astype(z.dtype.newbyteorder("=")) for z in (x, y))
    if x.dtype != y.dtype or x.shape != y.shape:
        return False
    if x.dtype.char in "gG":
        pairs = [(x.real, y.real), (x.imag, y.imag)] if x.dtype.char == "G" else [(x, y)]
        return all(
            np.array_equal(u, v, equal_nan=True) and np.array_equal(np.signbit(u), np.signbit(v))
            for u, v in pairs
        )
    return bool(x.tobytes() == y.tobytes())


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
    assert same(np.asarray(values)[~missing], np.asarray(there)[~missing]), words
    nothing = np.asarray(values)[missing]
    assert (nothing != nothing).all()


def elements(a: Array, axis: Axis, indices: Array) -> Array:
    """Return the elements at the indices of `top_k`, in their shape."""
    if not isinstance(axis, tuple):
        indices = np.moveaxis(indices, axes_of(a.ndim, axis)[0] if axis is not None else 0, -1)
    values = np.take_along_axis(lanes_of(a, axis), indices, -1)
    if isinstance(axis, tuple) or axis is None:
        return values
    return np.moveaxis(values, -1, axis)
