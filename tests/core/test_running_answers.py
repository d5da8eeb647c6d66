"""The best so far agrees with the oracle and with NumPy's accumulate."""

from typing import Any

import numpy as np
import pytest

import minloc
from minloc.reference_windows import running
from support.arrays import DTYPES, FILLS, LAYOUTS, fill

KINDS = list(FILLS)


@pytest.mark.parametrize("dtype", DTYPES)
def test_running_answers_agree_with_the_oracle(dtype: str, isa: str) -> None:
    """Every keyword, on arrays of every layout."""
    rng = np.random.default_rng(ord(dtype[0]))
    for turn in range(21):
        shape = [(33,), (5, 6), (40, 3), (3, 40), (2, 3, 4), (1,), (0, 3)][turn % 7]
        kind = KINDS[turn % len(KINDS)]
        a = fill(kind, dtype, shape) if np.prod(shape) else np.empty(shape, dtype)
        words: dict[str, Any] = {
            "nan_policy": str(rng.choice(["propagate", "omit"])),
            "ties": str(rng.choice(["first", "last"])),
            "default": -1,
        }
        if rng.random() < 0.4:
            words["where"] = rng.random(shape) < 0.4
        axis = None if turn % 9 == 8 else int(rng.integers(-len(shape), len(shape)))
        largest = bool(rng.random() < 0.5)
        function = minloc.running_argmax if largest else minloc.running_argmin
        layout = list(LAYOUTS)[turn % len(LAYOUTS)]
        got = function(LAYOUTS[layout](a), axis, **words)
        assert got.dtype == np.intp
        want = running(a, axis, largest=largest, **words)
        assert np.array_equal(got, want), (shape, layout, axis, words)


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "i8", "u1", "f2", "D"])
def test_the_elements_are_those_of_accumulate(dtype: str, isa: str) -> None:
    """And the index is the first with that element, on long lines and strips, on any threads."""
    for shape, axis in ((5000,), 0), ((300, 40), 0), ((40, 300), 1), ((700_000,), 0):
        for kind in "random", "ascending", "few values":
            a = fill(kind, dtype, shape)
            if dtype == "D" and shape[0] > 10_000:
                continue
            for b in a, a[::-1]:
                with minloc.threads(2):
                    got = minloc.running_argmin(b, axis)
                best = np.take_along_axis(b, got, axis)
                assert np.array_equal(best, np.minimum.accumulate(b, axis))
                before, after = (np.delete(x, end, axis) for x, end in ((got, -1), (got, 0)))
                assert (before <= after).all()
                moves = np.delete(best, -1, axis) != np.delete(best, 0, axis)
                assert np.array_equal(before != after, moves)


def test_a_nan_stays() -> None:
    """Under `propagate` the first NaN is the answer from there on."""
    a = np.array([2.0, 3, 1, np.nan, 0, np.nan])
    assert minloc.running_argmin(a).tolist() == [0, 0, 2, 3, 3, 3]
    assert minloc.running_argmax(a, ties="last").tolist() == [0, 1, 1, 3, 3, 5]
    assert minloc.running_argmin(a, nan_policy="omit").tolist() == [0, 0, 2, 2, 4, 4]
