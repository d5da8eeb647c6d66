"""The paths that one question can take: an array, its parts, Dask, a store, xarray.

Dask's blocks are asked in any order: where slices of two are wrong, either is named.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minloc import Partial, _core
from support.arrays import Array
from support.side_by_side import ours

Path = Callable[..., Any]


# Dask's blocks are asked in any order: where slices of two are wrong, either is named.


def plain(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about an array."""
    return ours(name)(a, *args, **words)


def in_parts(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about an array cut in two along each axis."""
    where = words.pop("where", True)
    where = None if where is True else np.broadcast_to(where, a.shape)
    cuts = [(slice(0, n // 2), slice(n // 2, n)) for n in a.shape]
    parts = []
    for box in np.ndindex((2,) * a.ndim):
        key = tuple(cut[i] for cut, i in zip(cuts, box, strict=True))
        offset = [along.start for along in key]
        mask = True if where is None else where[key]
        words |= {"shape": a.shape}
        parts.append(Partial.of(name, a[key], *args, offset=offset, where=mask, **words))
    return parts[-1].merge(*parts[:-1]).finish()


def lazily(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about a Dask array."""
    da = pytest.importorskip("dask.array")
    answer = ours(name)(da.from_array(a, chunks=2), *args, **words)
    # In this thread: what is asked here is small, and threads would wait for each other.
    dask = pytest.importorskip("dask")
    several = answer if isinstance(answer, tuple) else (answer,)
    return list(dask.compute(*several, scheduler="synchronous"))


def from_a_store(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about something that gives slices."""

    class Store:
        shape, dtype, chunks = a.shape, a.dtype, (1,) * a.ndim

        def __getitem__(self, key: Any) -> Array:
            part: Array = a[key]
            return part

    return _core.hand_on(name, Store(), *args, **words)


def with_names(name: str, a: Array, *args: Any, **words: Any) -> Any:
    """Ask about an array of xarray's."""
    xarray = pytest.importorskip("xarray")
    if np.isscalar(words.get("where", True)) is False:
        words["where"] = xarray.DataArray(np.broadcast_to(words["where"], a.shape))
    if not name.startswith("nan"):  # its own default is to omit them
        words.setdefault("nan_policy", "propagate")
    return ours(name)(xarray.DataArray(a), *args, **words)


PATHS: list[Path] = [plain, in_parts, lazily, from_a_store, with_names]
