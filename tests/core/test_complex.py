"""Complex numbers: by their real parts, and by their imaginary ones where these are equal."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from support.quick_oracle import quick

FUNCTIONS = {False: minloc.argmin, True: minloc.argmax}

#: Real parts of which few, some, most or all are the best, and at which ends of the order.
REAL_PARTS: dict[str, list[float]] = {
    "one": [1],
    "few": [-3, 0, 5],
    "zeros of both signs": [0.0, -0.0],
    "infinite": [np.inf],
    "both infinities": [np.inf, -np.inf, 2],
}


def numbers(dtype: str, shape: tuple[int, ...], real: list[float], seed: int) -> NDArray[Any]:
    """Return numbers with these real parts, or wide ones, and imaginary parts with ties."""
    rng = np.random.default_rng(seed)
    a = np.empty(shape, dtype)
    a.real = rng.choice(real, shape) if real else rng.standard_normal(shape)
    a.imag = rng.choice([-np.inf, -7, -1, 0.0, -0.0, 4, np.inf], shape)
    return a


@pytest.mark.parametrize("dtype", ["F", "D"])
@pytest.mark.parametrize("real", [*REAL_PARTS, "wide"])
@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 16, 17, 33, 65, 100, 257, 1025, 2065, 4200])
def test_numbers_with_equal_real_parts(isa: str, dtype: str, real: str, length: int) -> None:
    """The best imaginary part decides, the first or the last of equal numbers, and NaN is NaN."""
    rows = max(8, min(40, 4000 // length))
    a = numbers(dtype, (rows, length), REAL_PARTS.get(real, []), length)
    rng = np.random.default_rng(rows)
    share = np.resize([0, 0.002, 0.1, 1], (rows, 1))
    a.real[rng.random(a.shape) < share / 2] = np.nan
    a.imag[rng.random(a.shape) < share] = np.nan
    for b in a, a[:, ::-1]:
        for largest, policy, ties in itertools.product(
            (False, True), ("propagate", "omit"), ("first", "last")
        ):
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
            got = FUNCTIONS[largest](b, 1, default=-1, **words)
            want = quick(b, 1, largest=largest, **words)
            assert np.array_equal(got, want), (isa, largest, policy, ties)


@pytest.mark.parametrize("dtype", ["F", "D"])
def test_a_better_number_in_a_later_stretch(isa: str, dtype: str) -> None:
    """Stretches are compared by both parts, and the first of equal numbers stays."""
    n = 20_000
    for best, equal in itertools.product((0, 1023, 1024, 2048, 7777, n - 1), repeat=2):
        a = np.full(n, 1 + 1j, dtype)
        a[[best, equal]] = 1
        a[(best + equal) // 2 + 1 :: 997] = 1 + 0.5j
        for b in a, a[::-1]:
            for ties in "first", "last":
                want = quick(b, 0, ties=ties)
                for threads in 1, 2, 7:
                    with minloc.threads(threads):
                        assert minloc.argmin(b, ties=ties) == want


@pytest.mark.parametrize("dtype", ["F", "D"])
def test_two_numbers_with_the_best_real_part(isa: str, dtype: str) -> None:
    """The better of the two is found wherever they are: in one vector, one group or one lane."""
    length = 200
    pairs = [(i, i + apart) for apart in (1, 2, 7, 8, 16, 32, 64) for i in range(0, 60, 3)]
    a = numbers(dtype, (2 * len(pairs), length), [], length)
    for row, (first, second) in enumerate(pairs):
        a[row, [first, second]] = -9 + 2j, -9 + 1j
        a[len(pairs) + row, [first, second]] = -9 + 1j, -9 + 2j
    for b in a, a[:, ::-1]:
        for ties in "first", "last":
            assert np.array_equal(minloc.argmin(b, 1, ties=ties), quick(b, 1, ties=ties)), isa
            assert np.array_equal(minloc.argmax(-b, 1, ties=ties), quick(b, 1, ties=ties)), isa
