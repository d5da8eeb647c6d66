"""Every loop that measures gives the oracle's answer: every dtype, shape, layout and mask."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from minloc.reference import argbest
from minloc.reference_distances import distances
from support.arrays import DTYPES, FILLS, LAYOUTS, SHAPES, fill
from support.distances import both, quick_distances, quickly, same, values_for
from support.keywords import MODES, POLICIES, TIES
from support.quick_oracle import Axis, quick, quick_top, slices_of

#: Beside `SHAPES`, slices that are long enough to be passed over, and several axes in any order.
LONG: list[tuple[tuple[int, ...], Axis]] = [
    ((9001,), None),
    ((3, 5000), 1),
    ((1100, 70), 0),
    ((2, 70, 90), (2, 1)),
    ((40, 3, 50), (0, 2)),
]
WHERE: list[tuple[tuple[int, ...], Axis]] = [
    *((shape, axis) for shape, axis in SHAPES if np.prod(shape) < 20_000),
    *LONG,
]
#: A layout for each fill and shape in turn.
TURNS = itertools.cycle(LAYOUTS.values())


def shapes_for(dtype: str) -> list[tuple[tuple[int, ...], Axis]]:
    """Return the shapes, but for long doubles, which have no loops of their own, the small ones."""
    most = 3000 if dtype in "gG" else 100_000
    return [(shape, axis) for shape, axis in WHERE if np.prod(shape) <= most]


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_quick_distances_are_the_oracles(dtype: str) -> None:
    """What other tests compare with orders elements as the oracle's distances do."""
    rng = np.random.default_rng(1)
    for kind in FILLS:
        a = fill(kind, dtype, (6, 50))
        for v in values_for(a, 1, rng):
            apart = quick_distances(a, v)
            for policy, largest in itertools.product(["propagate", "omit"], [False, True]):
                words: dict[str, Any] = {"nan_policy": policy, "largest": largest}
                want = argbest(distances(a, v), 1, default=-1, **words)
                assert np.array_equal(quick(apart, 1, **words), want), kind
                assert np.array_equal(argbest(a, 1, default=-1, distance_to=v, **words), want)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_shape_and_layout(isa: str, dtype: str) -> None:
    """Nearest and farthest are the oracle's, from one value and from one for each slice."""
    rng = np.random.default_rng(2)
    for kind, (shape, axis) in itertools.product(FILLS, shapes_for(dtype)):
        a = fill(kind, dtype, shape)
        b = next(TURNS)(a)
        v = values_for(a, axis, rng)[rng.integers(3)]
        policy, ties = str(rng.choice(POLICIES[:2])), str(rng.choice(TIES))
        want = quickly(quick_distances(a, v), axis, nan_policy=policy, ties=ties)
        words: dict[str, Any] = {"nan_policy": policy, "ties": ties, "default": -1}
        got = both(b, axis, v, **words)
        assert same(got, want), (kind, shape, axis, b.strides, v.shape, words)
        ends = minloc.argminmax(b, axis, distance_to=v, **words)
        assert same(ends, want), (kind, shape, axis, b.strides, v.shape, words)


@pytest.mark.parametrize("dtype", DTYPES)
def test_masks(isa: str, dtype: str) -> None:
    """A masked element is no candidate, however near, and whatever the layout of the mask."""
    rng = np.random.default_rng(3)
    for kind, (shape, axis) in itertools.product(
        ["random", "some nan", "few values"], shapes_for(dtype)
    ):
        a = fill(kind, dtype, shape)
        b = next(TURNS)(a)
        where = rng.random(shape) < rng.choice([0.01, 0.5, 0.95])
        mask = np.asfortranarray(where) if rng.random() < 0.5 else where
        v, policy = values_for(a, axis, rng)[rng.integers(3)], str(rng.choice(POLICIES[:2]))
        words: dict[str, Any] = {"nan_policy": policy, "where": mask, "default": -1}
        got = both(b, axis, v, **words)
        want = quickly(quick_distances(a, v), axis, nan_policy=policy, where=where)
        assert same(got, want), (kind, shape, axis, b.strides, v.shape, policy)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_k_nearest(isa: str, dtype: str) -> None:
    """`top_k` ranks by distance, equal ones by index, NaN last, and returns elements."""
    rng = np.random.default_rng(4)
    for kind, (shape, axis) in itertools.product(
        ["random", "some nan", "few values"], shapes_for(dtype)
    ):
        a = fill(kind, dtype, shape)
        b = next(TURNS)(a)
        v = values_for(a, axis, rng)[rng.integers(3)]
        k = int(rng.integers(0, min(9, slices_of(a, axis).shape[-1]) + 1))
        mode: Any = MODES[rng.integers(2)]
        got = minloc.top_k(b, k, axis=axis, mode=mode, distance_to=v)
        want = quick_top(quick_distances(a, v), k, axis, largest=mode == "largest")
        if axis is None:
            want = want.reshape(-1)
        assert np.array_equal(got.indices, want), (kind, shape, axis, b.strides, v.shape, mode)
        if axis is not None and not isinstance(axis, tuple):
            taken = np.take_along_axis(a, want, axis)
            assert got.values.astype(a.dtype).tobytes() == taken.tobytes()


@pytest.mark.parametrize("dtype", ["i1", "u2", "f2", "f4", "f8", "i8", "D", "M8[s]"])
def test_the_nearest_is_found_wherever_it_lies(isa: str, dtype: str) -> None:
    """In any block of a long slice or row of columns, from either end, and NaN after it."""
    n = 9000
    base = np.full(n, 100).astype(dtype)
    near, at_value, nat = (np.full(n, x).astype(dtype) for x in (60, 50, 50))
    if base.dtype.kind in "fcmM":
        nat = np.full(n, "NaT", dtype) if base.dtype.kind in "mM" else np.full(n, nan, dtype)
    for place in (0, 1, 255, 511, 512, 4095, 5000, n - 1):
        a = base.copy()
        a[place] = near[0]
        a[-1] = near[0]
        v = at_value[0]
        for b in a, a.reshape(-1, 45).T.copy().T.reshape(-1), a.astype(a.dtype.newbyteorder()):
            assert minloc.argmin(b, distance_to=v) == place
            assert minloc.argmin(b, distance_to=v, ties="last") == n - 1
            assert minloc.argmin(b[::-1], distance_to=v, ties="last") == n - 1 - place
        columns = np.repeat(a[:, np.newaxis], 70, 1)
        assert (minloc.argmin(columns, 0, distance_to=v) == place).all()
        assert (minloc.argmin(columns, 0, distance_to=np.full(70, v)) == place).all()
        if base.dtype.kind in "fcmM" and place < 8000:
            a[8000:8010] = nat[0]
            assert minloc.argmin(a, distance_to=v) == minloc.argmax(a, distance_to=v) == 8000
            assert minloc.nanargmin(a, distance_to=v) == place
            columns[8000:8010] = nat[0]
            assert (minloc.argmax(columns, 0, distance_to=v) == 8000).all()
            assert (minloc.nanargmin(columns, 0, distance_to=v) == place).all()


@pytest.mark.parametrize("dtype", ["u1", "i4", "f4", "f8", "D", "m8[s]"])
def test_threads(dtype: str) -> None:
    """Any number of threads gives the answer of one, also from a value for each slice."""
    rng = np.random.default_rng(6)
    for kind, (shape, axis) in itertools.product(
        ["few values", "some nan"],
        [((600_000,), None), ((1500, 400), 0), ((1500, 400), 1), ((20, 150, 200), (2, 0))],
    ):
        a = fill(kind, dtype, shape)
        for v in values_for(a, axis, rng):
            want = quickly(quick_distances(a, v), axis)
            for threads in (1, 2, 7):
                with minloc.threads(threads):
                    assert same(both(a, axis, v), want), (kind, shape, axis, threads)
                    assert same(minloc.argminmax(a, axis, distance_to=v), want)
