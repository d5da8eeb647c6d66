"""Short axes innermost: the longest reduced axis is read in blocks, whatever lies inside it."""

import itertools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

import minloc
from support.answers import check_both_ends
from support.arrays import Array, fill

TIES: tuple[Literal["first", "last"], ...] = ("first", "last")
DTYPES = ["?", "i1", "u2", "f2", "i4", "f4", "u8", "f8", "g", "F", "D", "M8[s]", "bfloat16"]

#: What shape to fill, and the view of it whose reduced axes are short where they are innermost.
VIEWS: dict[str, tuple[tuple[int, ...], Callable[[Array], Array], Any]] = {
    "parts of matrices": ((4000, 3, 3), lambda a: a[:, :2, :2], None),
    "parts of matrices, by rows": ((4000, 3, 3), lambda a: a[:, :2, :2], (0, 2)),
    "parts of matrices, last axis first": ((4000, 3, 3), lambda a: a[:, :2, :2], (2, 0)),
    "each matrix": ((4000, 3, 3), lambda a: a[:, :2, :2], (2, 1)),
    "every second column, transposed": ((9000, 4), lambda a: a[:, ::2].T, None),
    "channels first": ((30, 40, 4), lambda a: a[..., :3].transpose(2, 0, 1), None),
    "axes in another order": ((2000, 2, 2, 3), lambda a: a.transpose(3, 1, 2, 0), None),
    "the other way round": ((2000, 2, 5), lambda a: a[::-1, ::-1, :3], None),
    "of matrices and channels": ((1500, 2, 3, 4), lambda a: a[:, :, :2, :3], (0, 2)),
    "a kept axis in between": ((700, 3, 2, 4), lambda a: a[:, :, :, ::2], (0, 3)),
    "far apart": ((300, 50, 3), lambda a: a[:, ::25, :2], None),
    "repeated": ((3000, 2), lambda a: np.broadcast_to(a[:, None], (3000, 3, 2)), None),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_whatever_lies_innermost(isa: str, dtype: Any, view: str) -> None:
    """Under every policy and mask, for one end and both, in either byte order."""
    shape, seen, axis = VIEWS[view]
    rng = np.random.default_rng(4)
    for filling in "few values", "some nan", "mostly nan":
        a = seen(fill(filling, dtype, shape))
        for swapped, policy, ties, masked in itertools.product(
            (False, True), ("propagate", "omit"), TIES, (False, True)
        ):
            b = seen(fill(filling, dtype, shape).astype(a.dtype.newbyteorder())) if swapped else a
            where = rng.random(a.shape) < 0.3 if masked else True
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "where": where}
            check_both_ends(b, axis, words, isa, a)


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_blocks_on_several_threads(threads: int) -> None:
    """Of an array that threads share, the first and the last of two equals in different blocks."""
    a = np.full((200_000, 3, 3), 5.0)
    view = a[:, :2, :2]
    before = minloc.get_num_threads()
    try:
        minloc.set_num_threads(threads)
        for one, other in itertools.combinations([0, 3, 681 * 4, 682 * 4 + 1, 799_999], 2):
            view[np.unravel_index([one, other], view.shape)] = 1
            assert minloc.argmin(view) == one
            assert minloc.argmin(view, ties="last") == other
            assert minloc.argmin(view.T, (2, 1, 0)) == one
            view[...] = 5
    finally:
        minloc.set_num_threads(before)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_an_axis_of_one_element(dtype: Any) -> None:
    """It is the answer, unless it is no candidate."""
    a = fill("mostly nan", dtype, (40, 5))[:, None, ::2]
    is_nan = (a != a)[:, 0]
    zero = np.zeros((40, 3), np.intp)
    for words in {}, {"ties": "last"}, {"nan_policy": "propagate", "keepdims": True}:
        assert np.array_equal(minloc.argmin(a, 1, **words).reshape(40, 3), zero)
    assert np.array_equal(minloc.findmax(a, 1).indices, zero)
    assert np.array_equal(minloc.argminmax(a, 1).argmax, zero)
    out = np.full((3, 80), 7)[:, ::2].T
    assert minloc.argmax(a, 1, out=out) is out
    assert np.array_equal(out, zero)
    assert np.array_equal(minloc.nanargmin(a, 1, default=-1), zero - is_nan)
    where = np.arange(a.size).reshape(a.shape) % 3 > 0
    assert np.array_equal(minloc.argmin(a, 1, where=where, default=-1), zero - ~where[:, 0])
    if is_nan.any():
        with pytest.raises(ValueError, match="met a NaN"):
            minloc.argmin(a, 1, nan_policy="raise")
