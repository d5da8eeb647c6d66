"""Every number of threads gives one answer, whatever the keywords."""

import itertools

import numpy as np
import pytest
from numpy import nan

import minloc
from support.elements import check_found
from support.keywords import EVERY, POLICIES, TIES
from support.masks import mask
from support.quick_oracle import Axis, axes_of, quick
from support.raised import slice_of

#: Arrays that are shared among threads: the reduced axes decide where they are cut.
SHARED: list[tuple[tuple[int, ...], Axis]] = [
    ((700_003,), None),
    ((3, 233_401), 1),
    ((233_401, 3), 1),
    ((116_703, 6), 0),
    ((23, 30_011), 0),
    ((37, 97, 195), 1),
    ((37, 97, 195), (2, 0)),
    ((97, 37, 195), (1, 2)),
]


@pytest.mark.parametrize("dtype", ["f8", "i8"])
@pytest.mark.parametrize(("shape", "axis"), SHARED)
def test_every_number_of_threads_gives_one_answer(
    dtype: str, shape: tuple[int, ...], axis: Axis
) -> None:
    """One, two and seven threads agree, with ties, NaN and masked slices across the cuts."""
    rng = np.random.default_rng(len(shape))
    a = rng.integers(0, 3, shape).astype(dtype)
    if dtype == "f8":
        a[rng.random(shape) < 1e-5] = nan
    some, slices = rng.random(shape) < 0.5, mask("whole slices", a, axis)
    policies = POLICIES[: 2 if dtype == "f8" else 1]
    combinations = itertools.product(policies, TIES, [True, some, slices])
    for number, (nan_policy, ties, where) in enumerate(combinations):
        words = {"nan_policy": nan_policy, "ties": ties, "where": where}
        want = [quick(a, axis, largest=largest, **words) for largest in (False, True)]
        places = np.unravel_index(
            np.where(want[0] < 0, 0, want[0]), [a.shape[i] for i in axes_of(a.ndim, axis)]
        )
        b = [a, np.asfortranarray(a), a[::-1].copy()[::-1]][number % 3]
        for n in 1, 2, 7:
            with minloc.threads(n):
                least = minloc.argmin(b, axis, **words, default=-1)
                both = minloc.argminmax(b, axis, **words, default=-1)
                located = minloc.maxloc(-b if dtype == "i8" else b, axis, **words, default=-1)
                if dtype == "f8" or (want[0] >= 0).all():
                    check_found(minloc.findmax, b, axis, words, want[1])
            assert np.array_equal(least, want[0]), (words, n)
            assert np.array_equal(both[0], want[0]), (words, n)
            assert np.array_equal(both[1], want[1]), (words, n)
            if dtype == "i8":
                for got, place in zip(located, places, strict=True):
                    assert np.array_equal(got, np.where(want[0] < 0, -1, place)), (words, n)


def test_threads_name_the_same_bad_slice_and_see_the_same_nan() -> None:
    """Whoever finds it, the first slice without a candidate is named, and a NaN is an error."""
    a = np.ones((40_000, 30))
    a[20_000:] = nan
    a[7] = nan
    for n in 1, 2, 7:
        with minloc.threads(n):
            for axis, function in itertools.product([1, (1,)], EVERY[4:8]):
                with pytest.raises(ValueError, match="All-NaN slice") as raised:
                    function(a, axis, nan_policy="omit")
                assert slice_of(raised) == (7,)
            for axis, place in (0, (0,)), (1, (7,)):
                with pytest.raises(ValueError, match="NaN") as raised:
                    minloc.argmin(a, axis, nan_policy="raise")
                assert slice_of(raised) == place
