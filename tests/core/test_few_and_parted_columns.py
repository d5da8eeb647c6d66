"""Columns that are few, and are joined to wider rows, and columns with others between them."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from support.arrays import DTYPES, Array, fill
from support.quick_oracle import quick


def drawn(dtype: str, shape: tuple[int, ...]) -> Array:
    """Few values, so that there are ties, and a NaN in one of fifty where the dtype has it."""
    a = fill("few values", dtype, shape)
    if a.dtype.kind not in "biu":
        missing = np.array("NaT" if a.dtype.kind in "mM" else nan, a.dtype)
        a[np.random.default_rng(shape).random(shape) < 0.02] = missing
    return a


def check(isa: str, whole: Any, part: tuple[Any, ...], axis: int) -> None:
    """Compare what is said of a part of an array, however it lies, with the oracle."""
    for largest, policy, ties in itertools.product(
        (False, True), ("propagate", "omit"), ("first", "last")
    ):
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
        want = quick(whole[part], axis, largest=largest, **words)
        function = minloc.argmax if largest else minloc.argmin
        for a in whole, whole.astype(whole.dtype.newbyteorder()):
            got = function(a[part], axis, default=-1, **words)
            assert np.array_equal(got, want), (isa, whole.shape, part, largest, words)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("apart", [2, 3, 4, 5, 8, 9])
def test_other_columns_between(isa: str, dtype: Any, apart: int) -> None:
    """Around the numbers of slices and elements at which another loop is taken."""
    narrow, at_once, long = 63 // apart + 1, 1023 // apart + 1, 12 * apart
    for slices, length in itertools.chain(
        itertools.product((2, narrow, narrow + 1, 90), (3, long, long + 9)),
        [(at_once, long), (at_once + 1, long), (2 * at_once + 30, long + 1)],
    ):
        whole = drawn(dtype, (length, (slices - 1) * apart + 3))
        check(isa, whole, (slice(None), slice(1, -1, apart)), 0)
    back = (slice(None, None, -1), slice(None, None, -apart))
    check(isa, drawn(dtype, (12 * apart + 5, 50 * apart)), back, 0)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_what_lies_between_does_not_count(isa: str, dtype: Any) -> None:
    """Neither the best nor the worst value, nor a NaN."""
    for value, (slices, length, apart) in itertools.product(
        (0, 1, nan), ((5, 100, 2), (70, 90, 3), (600, 25, 2))
    ):
        whole = drawn(dtype, (length, slices * apart))
        if value != value and whole.dtype.kind not in "fc":
            continue
        others = np.arange(slices * apart) % apart != 0
        whole[:, others] = np.array(value).astype(whole.dtype)
        check(isa, whole, (slice(None), slice(None, None, apart)), 0)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_few_columns(isa: str, dtype: Any) -> None:
    """Two to forty, of lengths that more or fewer rows are joined for, and that leave a rest."""
    for slices, length in itertools.product((2, 3, 5, 17, 40), (15, 16, 31, 129, 640, 1027)):
        check(isa, drawn(dtype, (length, slices)), (slice(None),), 0)
    check(isa, drawn(dtype, (3, 200, 7)), (slice(None), slice(None, None, -1)), 1)


@pytest.mark.parametrize("dtype", ["u1", "f4", "f8"])
def test_few_columns_under_a_mask(isa: str, dtype: Any) -> None:
    """The mask lies like the array, or across it."""
    for slices, length in itertools.product((2, 5, 40), (16, 129, 1027)):
        a = drawn(dtype, (length, slices))
        where = np.random.default_rng(slices).random(a.shape) < 0.3
        want = quick(a, 0, where=where)
        for w in where, np.asfortranarray(where):
            assert np.array_equal(minloc.argmin(a, 0, where=w, default=-1), want), (isa, a.shape)
