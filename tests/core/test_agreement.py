"""Every implementation gives the oracle's answer.

An implementation is one leaf of the core (along, columns, rows or gathered) for one dtype, one
extreme, one NaN policy and one instruction set. The layouts of `arrays` are chosen so that each
leaf is reached, which is itself tested.
"""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import _core
from minloc.reference import argbest
from support.arrays import DTYPES, FILLS, LAYOUTS, SHAPES, fill, interesting
from support.quick_oracle import quick

#: Each function, and the keywords by which the oracle does what it does.
FUNCTIONS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "argmin": (minloc.argmin, {}),
    "argmax": (minloc.argmax, {"largest": True}),
    "nanargmin": (minloc.nanargmin, {"nan_policy": "omit"}),
    "nanargmax": (minloc.nanargmax, {"largest": True, "nan_policy": "omit"}),
}


@functools.lru_cache(2)
def filled(kind: str, dtype: str, shape: tuple[int, ...]) -> Any:
    """Return the array, which several questions in turn are about."""
    return fill(kind, dtype, shape)


@functools.cache
def expected(name: str, kind: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> Any:
    """Return the oracle's answer for that fill, or None if a slice has no candidate."""
    want = quick(filled(kind, dtype, shape), axis, **FUNCTIONS[name][1])
    return want if (want >= 0).all() else None


def check(kind: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> None:
    """Hold all four functions against the oracle on that fill in every layout."""
    a = filled(kind, dtype, shape)
    for layout, change in LAYOUTS.items():
        b = change(a)
        for name, (function, _) in FUNCTIONS.items():
            want = expected(name, kind, dtype, shape, axis)
            if want is None:
                with pytest.raises(ValueError, match="All-NaN slice encountered"):
                    function(b, axis=axis)
            else:
                got = function(b, axis=axis)
                assert np.array_equal(got, want), f"{name}, {shape}, {layout}: {got} but {want}"


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", FILLS)
def test_slices_of_every_length(isa: str, dtype: str, kind: str) -> None:
    """A slice of any length, in any layout, gives the oracle's answer."""
    for n in interesting(np.dtype(dtype).itemsize):
        check(kind, dtype, (n,), None)


@pytest.mark.parametrize("length", [7, 31, 33, 129, 300, 513, 1025])
@pytest.mark.parametrize("dtype", ["u1", "i2", "f2", "f4", "f8", "i8", "c8"])
def test_the_best_is_found_wherever_it_lies(isa: str, dtype: str, length: int) -> None:
    """Slice i has its best at i, and again at i + 1; the middle of a vector is no other place."""
    a = np.full((length, length), 3, dtype)
    first = np.arange(length)
    last = np.minimum(first + 1, length - 1)
    a[first, first] = a[first, last] = 2
    apart = np.full((length, 3 * length), 1, dtype)[:, ::3]
    apart[...] = a
    down = a[:, ::-1].copy()[:, ::-1]
    for layout in a, down, apart, a.astype(a.dtype.newbyteorder()):
        assert np.array_equal(minloc.argmin(layout, axis=1), first)
        assert np.array_equal(minloc.argmin(layout, axis=1, ties="last"), last)
        assert np.array_equal(minloc.argmin(layout[:, ::-1], axis=1), length - 1 - last)
        assert np.array_equal(minloc.argminmax(layout, axis=1)[0], first)
        assert np.array_equal(minloc.argmin(layout, axis=1, where=layout < 3), first)
    if dtype[0] in "fc":
        a[first, last] = np.nan
        assert np.array_equal(minloc.nanargmin(a[:-1], axis=1), first[:-1])
        assert np.array_equal(minloc.argmin(a, axis=1), last)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", FILLS)
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_shapes(isa: str, dtype: str, kind: str, shape: tuple[int, ...], axis: int | None) -> None:
    """Every shape that takes its own way gives the oracle's answer in every layout."""
    check(kind, dtype, shape, axis)


def test_counters_reach_further_than_they_can_count(isa: str) -> None:
    """The best element lies beyond what the narrow counter of its dtype counts."""
    for dtype, rows in ("i1", 256), ("i2", 65536):
        for at in range(rows - 2, rows + 3):
            a = np.zeros((rows + 5, 40), dtype)
            a[at] = -1
            assert np.all(minloc.argmin(a, axis=0) == at)
            assert np.all(minloc.argmin(np.asfortranarray(a)[:, ::3], axis=0) == at)


@pytest.mark.parametrize("dtype", DTYPES)
def test_masked_elements_are_no_candidates(isa: str, dtype: str) -> None:
    """With `where`, in every layout of the array and of the mask, only chosen elements count."""
    for kind in ("few values", "some nan", "extremes"):
        for shape, axis in ((50,), None), ((6, 40), 0), ((40, 6), 1), ((3, 4, 5), 1):
            a = fill(kind, dtype, shape)
            where = np.random.default_rng(1).random(shape) < 0.6
            where[(0,) * len(shape)] = True
            masks = where, np.asfortranarray(where), where[..., ::-1].copy()[..., ::-1]
            for name, (function, words) in FUNCTIONS.items():
                try:
                    want = argbest(a, axis, **words, where=where)
                except ValueError:
                    want = None
                for (layout, change), mask in itertools.product(LAYOUTS.items(), masks):
                    if want is None:
                        with pytest.raises(ValueError, match=r"empty sequence|All-NaN"):
                            function(change(a), axis, where=mask)
                        continue
                    got = function(change(a), axis, where=mask)
                    assert np.array_equal(got, want), (name, kind, shape, layout)


@pytest.mark.parametrize("dtype", ["f8", "i2", "u1"])
def test_masks_that_lie_across_the_array(isa: str, dtype: str) -> None:
    """Masks in another order than the array, larger than the pieces in which they are turned."""
    for shape in (70, 1100), (1100, 70):
        a = fill("few values", dtype, shape)
        where = np.random.default_rng(2).random(shape) < 0.01
        where[3, 3] = True
        masks = np.asfortranarray(where), np.asfortranarray(where[::-1])[::-1]
        for axis, ties in itertools.product((None, 0, 1), ("first", "last")):
            words: dict[str, Any] = {"ties": ties, "default": -1}
            want = argbest(a, axis, where=where, **words)
            for mask, change in itertools.product(masks, LAYOUTS.values()):
                got = minloc.argmin(change(a), axis, where=mask, **words)
                assert np.array_equal(got, want), (shape, axis, ties)


def test_every_leaf_is_reached() -> None:
    """Layouts like those of this file lead to every leaf that the core has."""
    row, plane, few = np.zeros(100), np.zeros((100, 100)), np.zeros((3, 100))
    swapped = plane.astype(plane.dtype.newbyteorder())
    ways = [
        ("along", row, None, None),
        ("along", row[::-1], None, None),
        ("along", row, None, row > 0),
        ("columns", plane, 0, None),
        ("columns", plane, 0, plane > 0),
        ("columns", swapped, 0, None),
        ("rows", few, 0, None),
        ("rows", np.ascontiguousarray(few.T), 1, None),
        ("gathered", row[::3], None, None),
        ("gathered", row[::2], None, row[::2] > 0),
        ("gathered", plane[:, ::2], 0, None),
        ("gathered", swapped, 1, None),
    ]
    for leaf, a, axis, mask in ways:
        assert _core.plan_of(a, axis, mask)["leaf"] == leaf
