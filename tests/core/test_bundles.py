"""Many small tiles, such as the few channels of each of many short series, are copied together."""

import itertools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

import minloc
from support.answers import check_both_ends
from support.arrays import DTYPES, Array, fill, unaligned
from support.quick_oracle import quick

TIES: tuple[Literal["first", "last"], ...] = ("first", "last")


def series_of(channels: int) -> Callable[[Array], tuple[Array, int]]:
    """Return what makes some numbers (series, times, channels), of which times are reduced."""
    return lambda a: (a[: a.size // (9 * channels) * 9 * channels].reshape(-1, 9, channels), 1)


def spread(a: Array) -> Array:
    """Return the same numbers with others between them, along the last axis."""
    other = np.roll(a, 1)
    return np.stack([a, other], -1).reshape(*a.shape[:-1], -1)[..., ::2]


#: How tiles lie, and which axis is reduced.
LAYOUTS: dict[str, Callable[[Array], tuple[Array, int]]] = {
    **{f"{channels} channels": series_of(channels) for channels in (2, 3, 4, 5, 16, 33)},
    "long series": lambda a: (a[:2000].reshape(-1, 100, 4), 1),
    "of two times": lambda a: (a[:2000].reshape(-1, 2, 5), 1),
    "channels turned round": lambda a: (a[:2100].reshape(-1, 7, 3)[..., ::-1], 1),
    "times turned round": lambda a: (a[:2100].reshape(-1, 7, 3)[:, ::-1], 1),
    "series turned round": lambda a: (a[:2100].reshape(-1, 7, 3)[::-1], 1),
    "channels apart": lambda a: (spread(a[:2100].reshape(-1, 7, 3)), 1),
    "a channel left out": lambda a: (a[:2100].reshape(-1, 7, 3)[..., :2], 1),
    "unaligned": lambda a: (unaligned(a[:2100].reshape(-1, 7, 3)), 1),
    "in the other byte order": lambda a: (
        a[:2100].astype(a.dtype.newbyteorder()).reshape(-1, 7, 3),
        1,
    ),
    "rows": lambda a: (a[:2000].reshape(-1, 4, 10)[:, :3], 2),
    "rows of two": lambda a: (a[:2000].reshape(-1, 5, 2)[:, 1:], 2),
    "rows turned round": lambda a: (a[:2000].reshape(-1, 4, 10)[:, :3, ::-1], 2),
    "many rows": lambda a: (a[:2000].reshape(-1, 20, 5)[:, :19], 2),
    "channels repeated": lambda a: (np.broadcast_to(a[:2000].reshape(-1, 8, 1), (250, 8, 3)), 1),
    "the first axis": lambda a: (a[:2100].reshape(7, -1, 3)[..., :2], 0),
    "three loops": lambda a: (a[:2160].reshape(2, 36, 2, 5, 3)[:, :, :, :, :2], 3),
    "a remainder": lambda a: (a[: 7 * 3 * 13].reshape(13, 7, 3), 1),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_small_tiles_are_answered_as_the_oracle_does(isa: str, dtype: Any, layout: str) -> None:
    """Under every policy and mask, for one end and both, with ties and with slices of NaN."""
    rng = np.random.default_rng(3)
    for filling in "few values", "mostly nan":
        a, axis = LAYOUTS[layout](fill(filling, dtype, (2600,)))
        masks: list[Any] = [True, rng.random(a.shape) < 0.6]
        masks.append(np.broadcast_to(rng.random(a.shape[-2:]) < 0.6, a.shape))
        masks.append(np.broadcast_to(masks[1][..., :1], a.shape))
        for policy, ties, where in itertools.product(("propagate", "omit"), TIES, masks):
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "where": where}
            check_both_ends(a, axis, words, isa, a)


def test_answers_go_where_they_are_to_lie() -> None:
    """To outputs of any layout, by every number of threads."""
    a = np.random.default_rng(1).integers(0, 50, (3, 4000, 8, 3))
    want = quick(a, 2)
    outs = [
        np.zeros((3, 4000, 3), np.intp),
        np.zeros((3, 4000, 6), np.intp)[..., ::-2],
        np.zeros((4000, 3, 3), np.intp).transpose(1, 0, 2),
        np.zeros((3, 3, 4000), np.intp).transpose(0, 2, 1)[:, ::-1],
    ]
    before = minloc.get_num_threads()
    try:
        for threads, out in itertools.product((1, 2, 7), outs):
            minloc.set_num_threads(threads)
            out[...] = -1
            assert minloc.argmin(a, 2, out=out) is out
            assert np.array_equal(out, want), (threads, out.strides)
            assert np.array_equal(minloc.argmin(a, (0, 2)), quick(a, (0, 2))), threads
            assert np.array_equal(minloc.argmin(a, (2, 0)), quick(a, (2, 0))), threads
    finally:
        minloc.set_num_threads(before)


def test_a_slice_without_a_candidate_is_named() -> None:
    """In a later bundle, in a tile that is not the first."""
    a = np.random.default_rng(2).random((20_000, 8, 3))
    a[12_345, :, 1] = np.nan
    with pytest.raises(ValueError, match="All-NaN slice") as raised:
        minloc.nanargmin(a, 1)
    assert raised.value.__notes__ == ["for the slice at index (12345, 1) of the result"]


@pytest.mark.parametrize("dtype", ["i1", "f2", "f4", "D"])
@pytest.mark.parametrize("inner", [2, 3, 7])
def test_bundles_of_several_series_that_begin_anywhere(isa: str, dtype: Any, inner: int) -> None:
    """Kept loops that are no one run: a bundle ends within a series of tiles."""
    a = fill("few values", dtype, (3000, 9, 5, 3))[:, :inner, :, :2]
    where = np.random.default_rng(inner).random(a.shape) < 0.7
    for b, mask in (a, where), (a[:, ::-1], where[:, ::-1]), (a[::-1, :, ::-1], where):
        assert np.array_equal(minloc.argmin(b, 2), quick(b, 2)), isa
        got = minloc.argmax(b, 2, where=mask, ties="last", default=-1)
        assert np.array_equal(got, quick(b, 2, largest=True, where=mask, ties="last")), isa
