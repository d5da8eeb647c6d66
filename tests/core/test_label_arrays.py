"""Labels that are an array of 32 or 64 bits, which lead to the entries of their groups at once."""

from typing import Any

import numpy as np
import pytest

import minloc
from support.arrays import Array, fill
from support.quick_oracle import quick

LENGTH = 2100
GROUPS = 5
#: How far the numbers of groups are from one another: tables are near, or in no near cache.
APART = pytest.mark.parametrize("apart", [1, 60_000], ids=["near", "far"])
LABELS = pytest.mark.parametrize("label", ["i4", "u4", "i8", "u8"])
#: Where blocks and pieces of elements begin and end.
PLACES = [0, 1, 3, 4, 63, 64, 65, 1022, 1023, 1024, 1025, 2047, 2048, LENGTH - 2, LENGTH - 1]


def drawn(dtype: str, apart: int) -> Array:
    """Return labels in any order."""
    return (np.random.default_rng(6).integers(0, GROUPS, LENGTH) * apart).astype(dtype)


def check(a: Array, by: Array, apart: int, **words: Any) -> None:
    """Compare with the answers for each group alone."""
    many = (GROUPS - 1) * apart + 1
    given = {"by": by, "num_groups": many, "default": -1, **words}
    for function, largest in (minloc.argmin, False), (minloc.argmax, True):
        want = np.full(many, -1)
        for group in range(0, many, apart):
            want[group] = quick(a, 0, largest=largest, where=by == group, **words)
        assert np.array_equal(function(a, **given), want), (function, words)


@APART
@pytest.mark.parametrize("label", ["u4", "i8"])
@pytest.mark.parametrize("dtype", ["?", "i1", "u1", "i2", ">i4", "u8", "f2", "f4", "f8", "c8"])
def test_each_dtype(isa: str, dtype: str, label: str, apart: int) -> None:
    """Few values have ties; the worst of all and NaN are candidates like others."""
    kinds: dict[str, dict[str, Any]] = {
        "few values": {"ties": "last"},
        "extremes": {},
        "some nan": {"nan_policy": "omit"},
    }
    for kind, words in kinds.items():
        for by in drawn(label, apart), np.sort(drawn(label, apart)):
            check(fill(kind, dtype, (LENGTH,)), by, apart, **words)


@APART
@pytest.mark.parametrize("label", ["i4", "i8"])
@pytest.mark.parametrize("dtype", ["u1", "f8"])
def test_a_label_of_no_group_may_lie_anywhere(isa: str, dtype: str, label: str, apart: int) -> None:
    """What comes before it and after it is merged once, with the right index."""
    a = fill("random", dtype, (LENGTH,))
    for places in [[place] for place in PLACES] + [PLACES, list(range(7, LENGTH, 100))]:
        by = drawn(label, apart)
        by[places] = -1
        check(a, by, apart)


@APART
@LABELS
def test_a_large_label_is_found_anywhere(isa: str, label: str, apart: int) -> None:
    """Nothing is written for a label that is the number of groups, or the largest of its dtype."""
    many = (GROUPS - 1) * apart + 1
    a = np.arange(float(LENGTH))
    for place in PLACES:
        for large in many, np.iinfo(label).max:
            by = drawn(label, apart)
            by[place] = large
            out = np.full(many, -9)
            with pytest.raises(ValueError, match=f"label {large}"):
                minloc.argmin(a, by=by, num_groups=many, out=out)
            assert (out == -9).all()


@pytest.mark.parametrize("label", ["i4", "i8"])
def test_labels_at_an_odd_address(isa: str, label: str) -> None:
    """An array of labels whose dtype is aligned, and one within records that is not."""
    records = np.zeros(LENGTH, np.dtype([("odd", "u1"), ("by", label)]))
    records["by"] = drawn(label, 1)
    bytes_of = np.empty(records["by"].nbytes + 1, "u1")[1:]
    odd = bytes_of.view(label)
    odd[:] = records["by"]
    for by in records["by"], odd:
        check(fill("random", "f4", (LENGTH,)), by, 1)
