"""Asking for windows, and for running answers: each has the answer that the oracle of windows has.

A call is turned into one about windows of its array, which move along its axes with its ties, its
policy and its mask. They are asked of the array as it lies, of a store and of a Dask array.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

import minloc
from fuzzing.boxes import small_boxes
from fuzzing.calls import Call, Rng
from fuzzing.contents import has_nan, nan_in
from fuzzing.expected import Fault
from fuzzing.lazy_paths import Store, chunked
from fuzzing.paths import ISAS, THREADS, Way
from minloc import FindResult, _core
from minloc.reference_windows import moving
from support.arrays import Array

#: So many elements the oracle visits, one by one.
VISITS = 12_000


def windows(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask for windows of any length, clipped or not, along one axis or several."""
    if call.spoiled or call.out is not None or a.ndim == 0 or call.axes == ():
        return
    if a.size * (1 + a.size // 2) > VISITS and a.size > VISITS // 4:
        return
    if a.dtype.kind == "T" and call.nan_policy == "propagate" and nan_in(call.values).any():
        return  # NumPy's comparison decides, and not the oracle
    running = a.size**2 < 2 * VISITS and rng.random() < 0.25
    name, args, words = _drawn(call, a, running, rng)
    has_no_nan = not has_nan(call.values.dtype)  # that of the array may be swapped
    want = _wanted(name, a, args, words, mask, has_no_nan)
    given = words if mask is None else {**words, "where": mask}
    function: Any = getattr(minloc, name)
    told = f"{name}, {args}, {words}"
    for isa in ISAS:
        _core.use_isa(isa)
        with minloc.threads(int(rng.choice(THREADS))):
            yield Way(f"{told}, {isa}", lambda: function(a, *args, **given), "any", instead=want)
    if words["axis"] is None:
        return
    store: Any = Store(a, tuple(max(1, int(rng.integers(1, n + 2))) for n in a.shape))
    with small_boxes(a.nbytes, a.itemsize, rng) as boxes:
        how = f"{told}, of a store, {store.chunks}, {boxes}"
        yield Way(how, lambda: function(store, *args, **given), "any", instead=want)
    if a.dtype.isbuiltin == 2 and not a.dtype.isnative:
        return  # NumPy makes native ones of them where Dask joins chunks
    x = chunked(a, rng)
    how = f"{told}, of Dask, chunks {x.chunks}"
    yield Way(how, lambda: _computed(function(x, *args, **given)), "any", instead=want)


def _drawn(call: Call, a: Array, running: bool, rng: Rng) -> tuple[str, Any, dict[str, Any]]:
    """Return a function about windows, what is given by position, and its keywords."""
    words: dict[str, Any] = {"nan_policy": call.nan_policy}
    if "ties" in call.words:
        words["ties"] = call.words["ties"]
    default = call.words.get("default")
    if default is not None or rng.random() < 0.4:
        words["default"] = -1 if default is None else default
    if call.words.get("dtype") in ("i4", "i8", ">i4"):
        words["dtype"] = call.words["dtype"]
    end = "max" if call.ends[-1] else "min"
    axis: Any = None if call.axis is None else call.axes
    if axis is not None and (running or len(axis) == 1):
        axis = axis[0]
    words["axis"] = axis
    if running:
        return f"running_arg{end}", (), words
    lengths = [a.size] if axis is None else [a.shape[i] for i in call.axes]
    if isinstance(axis, int):
        lengths = lengths[:1]
    most = max(VISITS // max(a.size, 1), 1)
    sizes: list[int] = []
    for n in lengths:
        sizes.append(int(rng.integers(1, max(2, min(n + 3, most + 1)))))
        most = max(most // sizes[-1], 1)
    steps = [int(rng.choice([1, 1, 2, 5])) for _ in sizes]
    words |= {"partial": bool(rng.random() < 0.5), "center": bool(rng.random() < 0.4)}
    words["relative"] = bool(rng.random() < 0.3)
    if rng.random() < 0.6:
        words["min_count"] = int(rng.integers(1, math.prod(sizes) + 1))
    several = isinstance(axis, tuple)
    words["step"] = tuple(steps) if several else steps[0]
    kind = "find" if rng.random() < 0.3 else "arg"
    return f"moving_{kind}{end}", (tuple(sizes) if several else sizes[0],), words


def _wanted(
    name: str, a: Array, args: Any, words: dict[str, Any], mask: Array | None, has_no_nan: bool
) -> Any:
    """Return what the oracle says, or the fault of which some window is."""
    plain = {key: x for key, x in words.items() if key not in ("dtype", "relative", "axis")}
    plain |= {"largest": name.endswith("max"), "where": True if mask is None else mask}
    axis = words["axis"]
    if not args:  # running
        args = (max(a.size if axis is None else a.shape[axis], 1),)
        plain |= {"partial": True, "min_count": 1}
    try:
        index = moving(a, args[0], axis, **plain, relative=bool(words.get("relative")))
        if "find" in name:
            default = {} if plain.get("default") is None else {"default": -1}
            at = moving(a, args[0], axis, **{**plain, **default})
    except ValueError:
        return [Fault(ValueError, "")]
    index = index.astype(words.get("dtype", np.intp))
    if "find" not in name:
        return index
    if has_no_nan and (at < 0).any():
        return [Fault(TypeError, "")]
    return FindResult(_elements(a, at, axis), index)


def _elements(a: Array, at: Array, axis: Any) -> Array:
    """Return the elements at indices into the axes, NaN where they are -1."""
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    found = np.empty(at.shape, a.dtype)
    for place in np.ndindex(*at.shape):
        if at[place] < 0:
            found[place] = _core.nan_of(a.dtype)
            continue
        along = np.unravel_index(at[place], [a.shape[i] for i in axes])
        key: list[Any] = [0] * a.ndim if axis is None else list(place)
        for i, one in zip(axes, along, strict=True):
            key[i] = one
        found[place] = a[tuple(key)]
    return found


def _computed(answer: Any) -> Any:
    """Compute the Dask arrays of an answer at once."""
    import dask

    with dask.config.set(scheduler="synchronous"):
        if isinstance(answer, FindResult):
            return FindResult(*dask.compute(*answer))
        return answer.compute()
