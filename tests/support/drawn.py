"""What Hypothesis draws: arrays in any layout, axes, and masks."""

import contextlib
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import numpy as np
from numpy.dtypes import StringDType
from numpy.typing import NDArray

from support.arrays import Array
from support.quick_oracle import Axis

DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="?"),
    hnp.unsigned_integer_dtypes(endianness="?"),
    hnp.floating_dtypes(endianness="?"),
    hnp.complex_number_dtypes(endianness="?"),
    hnp.datetime64_dtypes(endianness="?"),
    hnp.timedelta64_dtypes(endianness="?"),
    hnp.byte_string_dtypes(min_len=1, max_len=3),
    hnp.unicode_string_dtypes(endianness="?", min_len=1, max_len=3),
)


@st.composite
def arrays(draw: st.DrawFn) -> NDArray[Any]:
    """Draw an array, then look at it through a view with other strides."""
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=9))
    a: NDArray[Any] = draw(hnp.arrays(draw(DTYPES), shape))
    a = a.transpose(draw(st.permutations(range(a.ndim))))
    a = a[tuple(slice(None, None, draw(st.sampled_from([1, -1, 2, -2]))) for _ in a.shape)]
    if draw(st.booleans()):
        a = np.broadcast_to(a, (draw(st.integers(1, 3)), *a.shape))
    return a


@st.composite
def things(draw: st.DrawFn) -> Array:
    """Draw an array of any dtype, those with their own comparison included, in any layout."""
    a = draw(arrays())
    if a.dtype.kind in "biufSU" and draw(st.integers(0, 3)) == 0:
        a = a.astype(object)
    elif a.dtype.kind == "U" and draw(st.booleans()):
        with contextlib.suppress(TypeError):  # half of a pair of surrogates is no text
            a = a.astype(StringDType())
    if a.ndim and draw(st.integers(0, 9)) == 0:
        a = a[..., :0]
    return a


@st.composite
def axes(draw: st.DrawFn, ndim: int) -> Axis:
    """Draw an axis, several of them in any order, or None."""
    which = draw(st.integers(0, 2))
    if which == 0:
        return None
    if which == 1:
        return draw(st.integers(-ndim, ndim - 1))
    several = draw(st.permutations(range(ndim)))[: draw(st.integers(0, ndim))]
    return tuple(i - ndim if draw(st.booleans()) else i for i in several)


@st.composite
def broadcast_masks(draw: st.DrawFn, shape: tuple[int, ...]) -> Any:
    """Draw a mask of fewer dimensions or of size 1 in some, or none."""
    if draw(st.booleans()):
        return True
    own = tuple(1 if draw(st.integers(0, 3)) == 0 else n for n in shape)
    own = own[draw(st.integers(0, len(own))) :]
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    chosen = random.random(own) < draw(st.sampled_from([0.1, 0.6, 0.9]))
    return np.asarray(chosen, order=draw(st.sampled_from(["C", "F"])))
