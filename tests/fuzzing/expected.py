"""What a call is to answer, or the errors that it may raise: the oracle's indices, dressed."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from fuzzing.calls import FEW, Call
from fuzzing.contents import WITH_KERNELS, has_nan, nan_in
from minloc import ArgMinMax, FindResult, TopK
from minloc.reference import argbest, top
from support.arrays import Array
from support.quick_oracle import quick, quick_top, slices_of, values_at


@dataclasses.dataclass(frozen=True)
class Fault:
    """An error that a call may raise."""

    type: type[Exception]
    #: Its text, to the letter if it is NumPy's, and else the beginning.
    text: str
    to_the_letter: bool = False
    #: Which places of the result have this fault, if `error.index` is to tell one of them.
    places: Array | None = None


def expected(call: Call, source: Call | None = None) -> Any:
    """Return the answer of a call, or a list of the faults of which it must raise one.

    Parameters
    ----------
    call : Call
        What is asked.
    source : Call, optional
        Whose elements are taken when their places are known; by default what was asked.
    """
    a, where = call.values, _mask(call)
    source = call if source is None else source
    indices = _top(call) if call.name == "top_k" else [_best(call, end) for end in call.ends]
    faults = [*_faults_of_dtype(call), *_faults_of_slices(call, indices)]
    if call.nan_policy == "raise":
        nan = slices_of(nan_in(a) & where, call.axes).any(-1)
        if nan.any():
            text = f"{call.name}() met a NaN"
            faults.append(Fault(ValueError, text, places=_boxed(call, np.asarray(nan))))
    if faults:
        return faults
    if call.name == "top_k":
        return _ranked(call, indices[0], source)
    if call.name in ("minloc", "maxloc"):
        return _coordinates(call, indices[0])
    results = [_indices(call, index) for index in indices]
    if call.name == "argminmax":
        return ArgMinMax(*results)
    if call.name.startswith("find"):
        return FindResult(_values(call, indices[0], source), results[0])
    return results[0]


def _mask(call: Call) -> Array:
    return np.broadcast_to(True if call.where is None else call.where, call.values.shape)


def _asks_the_slow(call: Call) -> bool:
    """Whether elements are visited one by one; not for many, where the quick oracle can help."""
    return call.values.size <= FEW or call.values.dtype not in WITH_KERNELS


def _best(call: Call, largest: bool) -> Array:
    """Return an index for each slice, -1 where a slice has no candidate."""
    policy = "omit" if call.nan_policy == "omit" else "propagate"
    words: dict[str, Any] = {"largest": largest, "nan_policy": policy, "where": _mask(call)}
    words["ties"] = call.words.get("ties", "first")
    kept = tuple(call.values.shape[i] for i in call.kept)
    if call.length == 0:
        return np.full(kept, -1)
    if not _asks_the_slow(call):
        return np.asarray(quick(call.values, call.axes, **words))
    best = np.asarray(argbest(call.values, call.axes, **words, default=-1))
    if call.values.dtype.kind == "T" and not largest and policy == "propagate":
        # To NumPy a null is larger than every string, and not a NaN that beats all.
        words["nan_policy"] = "omit"
        strings = np.asarray(argbest(call.values, call.axes, **words, default=-1))
        best = np.where(strings < 0, best, strings)
    return best


def _candidates(call: Call) -> Array:
    """Return how many candidates each slice has."""
    chosen = _mask(call)
    if call.nan_policy == "omit":
        chosen = chosen & ~nan_in(call.values)
    return np.asarray(slices_of(chosen, call.axes).sum(-1))


def _top(call: Call) -> list[Array]:
    """Return the ranked indices of each slice, ranks last; none if a slice has too few."""
    if (_candidates(call) < call.k).any():
        return []
    policy = "omit" if call.nan_policy == "omit" else "propagate"
    words: dict[str, Any] = {"largest": call.ends[0], "nan_policy": policy, "where": _mask(call)}
    ask = top if _asks_the_slow(call) else quick_top
    return [np.asarray(ask(call.values, call.k, call.axes, **words))]


def _faults_of_dtype(call: Call) -> list[Fault]:
    """Return what is wrong with the dtype of the indices."""
    dtype = call.out or call.words.get("dtype")
    if dtype is None:
        return []
    info, faults = np.iinfo(dtype), []
    if call.length - 1 > info.max:
        text = f"dtype {np.dtype(dtype)} cannot hold the largest possible index {call.length - 1}"
        faults.append(Fault(ValueError, ("out of " if call.out else "") + text))
    default = call.words.get("default")
    if default is not None and not info.min <= default <= info.max:
        text = f"dtype {np.dtype(dtype)} cannot hold the default {default}"
        faults.append(Fault(ValueError, ("out of " if call.out else "") + text))
    return faults


def _faults_of_slices(call: Call, indices: list[Array]) -> list[Fault]:
    """Return what is wrong with slices that have too few candidates."""
    if call.name == "top_k":
        lack = _candidates(call) < call.k
        if not lack.any():
            return []
        text = f"top_k() cannot give k={call.k} elements of a slice with "
        return [Fault(ValueError, text, places=lack)]
    name = "argmax" if call.ends == (True,) else "argmin"
    missing = indices[0] < 0
    if call.words.get("default") is None:
        if call.length == 0:  # no slice in particular
            return [Fault(ValueError, f"attempt to get {name} of an empty sequence", True)]
        if not missing.any():
            return []
        empty = f"attempt to get {name} of an empty sequence"
        text = "All-NaN slice encountered" if call.nan_policy == "omit" else empty
        return [Fault(ValueError, text, True, _boxed(call, missing))]
    if call.name.startswith("find") and missing.any() and not has_nan(call.values.dtype):
        return [Fault(TypeError, f"{call.name}() has no value for a slice without a candidate")]
    return []


def _boxed(call: Call, x: Array) -> Array:
    """Return what there is for each slice in the shape of the result."""
    return np.expand_dims(x, call.axes) if call.keepdims else x


def _scalar_or_array(call: Call, x: Array) -> Any:
    """Return a result as NumPy's reductions do."""
    x = _boxed(call, x)
    return x if x.ndim else x[()]


def _indices(call: Call, index: Array) -> Any:
    default = call.words.get("default")
    filled = np.where(index < 0, -1 if default is None else default, index)
    if call.out:
        return _boxed(call, filled).astype(call.out)
    return _scalar_or_array(call, filled.astype(call.words.get("dtype") or np.intp))


def _values(call: Call, index: Array, source: Call) -> Any:
    """Return the elements at the indices, NaN where there is none."""
    a = source.values
    if call.length == 0:
        values = np.empty(index.shape, a.dtype)
    else:
        values = values_at(a, call.axes, np.maximum(index, 0))
    if (index < 0).any():
        values[index < 0] = "NaT" if a.dtype.kind in "mM" else np.nan
    return _scalar_or_array(call, values.astype(source.array().dtype))


def _coordinates(call: Call, index: Array) -> tuple[Any, ...]:
    lengths = [call.values.shape[i] for i in call.axes]
    results = []
    for number in range(len(lengths)):
        along = index // max(1, math.prod(lengths[number + 1 :])) % max(1, lengths[number])
        results.append(_indices(call, np.where(index < 0, -1, along)))
    return tuple(results)


def _ranked(call: Call, index: Array, source: Call) -> TopK:
    a = source.values
    slices = slices_of(a, call.axes)
    values = np.take_along_axis(slices, index, -1) if call.k else np.empty(index.shape, a.dtype)
    if len(call.axes) == 1 and call.axis is not None and not isinstance(call.axis, tuple):
        values, index = (np.moveaxis(x, -1, call.axes[0]) for x in (values, index))
    return TopK(values.astype(source.array().dtype), index)
