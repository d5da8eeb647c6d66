"""Arrays that are in no cache: read in turn from several places, they answer as others do."""

import itertools
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from support.quick_oracle import quick

Array = NDArray[Any]

FUNCTIONS = {False: minloc.argmin, True: minloc.argmax}
TIES: tuple[Literal["first", "last"], ...] = ("first", "last")

#: More than what is taken to be in a cache.
BYTES = 12_600_000


def nan_of(dtype: str) -> Any:
    """Return NaN, or NaT, of a dtype; None if it has none."""
    kind = np.dtype(dtype).kind
    return np.array("NaT" if kind == "M" else np.nan, dtype) if kind in "fcM" else None


@pytest.mark.parametrize("dtype", ["i1", "u2", "f2", "i4", "f4", "u8", "f8", "M8[s]", "D"])
def test_equal_elements_in_several_parts_of_a_slice(isa: str, dtype: str) -> None:
    """The first or the last of two is found, wherever they are, and so is a NaN beside them."""
    size = np.dtype(dtype).itemsize
    n = BYTES // size
    # In the first block, its neighbours, other parts of a stretch, other stretches, at the end.
    places = [0, *(byte // size for byte in (1500, 70_000, 130_000, 200_000, 600_000)), n - 1]
    a = np.full(n, 7).astype(dtype)
    nan = nan_of(dtype)
    for one, other in itertools.combinations_with_replacement(places, 2):
        a[[one, other]] = np.array(3).astype(dtype)
        for b in a, a[::-1]:
            for ties in TIES:
                first = one if (ties == "first") == (b is a) else other
                want = first if b is a else n - 1 - first
                assert minloc.argmin(b, ties=ties) == want, (isa, one, other, ties)
        if nan is not None:
            a[other] = nan
            assert minloc.argmin(a) == minloc.argmax(a) == other, (isa, one, other)
            number = one if one < other else 1 if one == 0 else 0
            assert minloc.argmin(a, nan_policy="omit") == number, (isa, one, other)
            a[one] = nan
            for ties in TIES:
                want = one if ties == "first" else other
                assert minloc.argmax(a, ties=ties) == want, (isa, one, other, ties)
        a[[one, other]] = np.array(7).astype(dtype)


@lru_cache(maxsize=1)
def rows(dtype: str, row_bytes: int) -> tuple[Array, dict[tuple[Any, ...], Array]]:
    """Return rows with ties and NaN, many or few in a row, and what they are to answer."""
    rng = np.random.default_rng(row_bytes)
    shape = BYTES // row_bytes, row_bytes // np.dtype(dtype).itemsize
    small = rng.integers(-40, 40, shape, dtype="i1")
    a = small.astype("i8").view(dtype) if dtype[0] == "M" else small.astype(dtype)
    if dtype == "D":
        a.imag = np.roll(small, 3)
    nan = nan_of(dtype)
    if nan is not None:
        share = np.resize([0] * 12 + [1 / shape[1], 1 / 8, 1], (shape[0], 1))
        share[::7] = 0
        a[rng.random(shape, dtype="f4") < share] = nan
    kinds = list(itertools.product((False, True), ("propagate", "omit"), ("first", "last")))
    drawn = [kinds[int(i)] for i in rng.permutation(len(kinds))[:3]]
    wanted = {
        (largest, policy, ties): quick(a, 1, largest=largest, nan_policy=policy, ties=ties)
        for largest, policy, ties in drawn
    }
    return a, wanted


@pytest.mark.parametrize("dtype", ["u1", "i2", "f2", "f4", "f8", "M8[s]", "D"])
@pytest.mark.parametrize("row_bytes", [656, 1008, 2480, 8192, 40_000, 65_552, 264_000])
def test_rows(isa: str, dtype: str, row_bytes: int) -> None:
    """Rows that are read in turns, as they lie, reversed, from the last one on, and by threads."""
    a, wanted = rows(dtype, row_bytes)
    last = a.shape[1] - 1
    for (largest, policy, ties), want in wanted.items():
        words: dict[str, Any] = {"nan_policy": policy, "default": -1}
        other: Any = "last" if ties == "first" else "first"
        for threads in 1, 2, 7:
            with minloc.threads(threads):
                got = FUNCTIONS[largest](a, 1, ties=ties, **words)
            assert np.array_equal(got, want), (isa, largest, policy, ties, threads)
        turned = FUNCTIONS[largest](a[:, ::-1], 1, ties=other, **words)
        assert np.array_equal(np.where(turned < 0, -1, last - turned), want), (isa, largest, policy)
        got = FUNCTIONS[largest](a[::-1], 1, ties=ties, **words)
        assert np.array_equal(got[::-1], want), (isa, largest, policy, ties)
