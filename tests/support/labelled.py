"""Questions about groups and distances, drawn at random, and the ways in which they are asked."""

from __future__ import annotations

import itertools
import random
from typing import Any, NamedTuple

import numpy as np
import pytest

from minloc import Partial, _core
from support.answers import FINDS, FUNCTIONS, NAN_FORMS
from support.arrays import Array
from support.parts import drawn, merged
from support.side_by_side import ours

#: With kernels, with NaN of their own kind, and with comparisons of their own.
DTYPES = ["?", "u1", ">i2", "i8", "f2", "f4", "f8", "c16", "M8[s]", "S2", "O"]
SHAPES = [(9,), (5, 8), (3, 4, 5)]


class Asked(NamedTuple):
    """A question about an array: a function, its keywords, and what lies beside the elements.

    Attributes
    ----------
    beside : dict
        Arrays as a caller gives them: `where`, `by`, `distance_to`.
    laid_out : dict
        The same with the axes of the array, of size 1 where they do not vary.
    """

    name: str
    a: Array
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    beside: dict[str, Any]
    laid_out: dict[str, Any]


def ask_anything(seed: int) -> Asked:
    """Draw a question."""
    rng, choose = np.random.default_rng(seed), random.Random(seed)
    name, dtype, shape = choose.choice(FUNCTIONS), choose.choice(DTYPES), choose.choice(SHAPES)
    a = rng.integers(0, 20, shape).astype(dtype) if dtype in "S2O" else drawn(rng, shape, dtype)
    ndim = a.ndim
    axes = tuple(choose.sample(range(ndim), choose.randint(1, ndim)))
    axis = choose.choice([None, choose.randrange(-ndim, ndim), axes])
    if axis is None or (axis == axes and len(axes) == ndim):
        axes = tuple(range(ndim))  # labels with all axes are the array's own
        axis = choose.choice([None, axes])
    elif isinstance(axis, int):
        axes = (axis % ndim,)
    keywords: dict[str, Any] = {"axis": axis}
    args: tuple[Any, ...] = ()
    if name == "top_k":
        args, keywords["mode"] = (choose.choice([1, 3]),), choose.choice(["largest", "smallest"])
    else:
        keywords |= {"ties": choose.choice(["first", "last"])}
        keywords |= {"keepdims": choose.random() < 0.3}
        if choose.random() < 0.8:
            keywords["default"] = -1
    if name not in NAN_FORMS:
        keywords["nan_policy"] = choose.choice(["propagate", "omit", "omit", "raise"])
    if name not in FINDS:
        keywords["dtype"] = choose.choice([None, np.int16])
    beside: dict[str, Any] = {}
    laid_out: dict[str, Any] = {}
    if choose.random() < 0.7:
        groups = keywords["num_groups"] = choose.choice([1, 2, 4])
        beside["by"] = laid_out["by"] = rng.integers(-1, groups, shape, "i2")
        if choose.random() < 0.7:
            beside["by"] = rng.integers(-1, groups, [shape[i] for i in axes])
            kept = [1] * (ndim - len(axes))
            last = beside["by"].reshape(*kept, *beside["by"].shape)
            laid_out["by"] = np.moveaxis(last, range(ndim - len(axes), ndim), axes)
    if dtype not in "S2O" and choose.random() < 0.5:
        beside["distance_to"] = laid_out["distance_to"] = a.flat[0]
        if choose.random() < 0.5:
            first = tuple(slice(0, 1) if i in axes else slice(None) for i in range(ndim))
            beside["distance_to"] = laid_out["distance_to"] = a[first].copy()
    if choose.random() < 0.3:
        beside["where"] = laid_out["where"] = rng.random(shape) < 0.8
    return Asked(name, a, args, keywords, beside, laid_out)


def plainly(asked: Asked, seed: int) -> Any:
    """Ask about an array."""
    return ours(asked.name)(asked.a, *asked.args, **asked.keywords, **asked.beside)


def in_parts(asked: Asked, seed: int) -> Any:
    """Ask about an array cut in two or three along each axis."""
    choose = random.Random(seed)
    borders = [sorted({0, choose.randrange(n + 1), n}) for n in asked.a.shape]
    parts = []
    for place in itertools.product(*[itertools.pairwise(border) for border in borders]):
        key = tuple(slice(*ends) for ends in place)
        beside = {
            name: array if np.ndim(array) == 0 else part_of(array, key)
            for name, array in asked.laid_out.items()
        }
        words = asked.keywords | beside | {"offset": [s.start for s in key]}
        parts.append(
            Partial.of(asked.name, asked.a[key], *asked.args, shape=asked.a.shape, **words)
        )
    return merged(parts, choose).finish()


def part_of(array: Array, key: tuple[slice, ...]) -> Array:
    """Return the part of an array that broadcasts to a whole one."""
    part: Array = array[
        tuple(slice(None) if n == 1 else s for n, s in zip(array.shape, key, strict=True))
    ]
    return part


def lazily(asked: Asked, seed: int) -> Any:
    """Ask about a Dask array, with Dask arrays beside it or not."""
    da, dask = pytest.importorskip("dask.array"), pytest.importorskip("dask")
    choose = random.Random(seed)
    beside = {
        name: da.from_array(array, chunks=3) if np.ndim(array) and choose.random() < 0.5 else array
        for name, array in asked.beside.items()
    }
    x = da.from_array(asked.a, chunks=tuple((n + 1) // 2 for n in asked.a.shape))
    answer = ours(asked.name)(x, *asked.args, **asked.keywords, **beside)
    if not isinstance(answer, tuple):
        return dask.compute(answer, scheduler="synchronous")[0]
    parts = dask.compute(*answer, scheduler="synchronous")
    return type(answer)(*parts) if hasattr(answer, "_fields") else tuple(parts)


def from_a_store(asked: Asked, seed: int) -> Any:
    """Ask about something that gives slices, a few elements at a time."""
    a = asked.a

    class Store:
        shape, dtype, chunks = a.shape, a.dtype, (2,) * a.ndim

        def __getitem__(self, key: Any) -> Array:
            part: Array = a[key]
            return part

    return _core.hand_on(asked.name, Store(), *asked.args, **asked.keywords, **asked.beside)


WAYS = {"parts": in_parts, "dask": lazily, "store": from_a_store}
