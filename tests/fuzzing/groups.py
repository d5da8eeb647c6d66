"""Asking a call for groups: each has the answer of the elements that carry its label."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

import minloc
from fuzzing.calls import Call, Rng
from fuzzing.contents import SHARED_FROM, has_nan
from fuzzing.expected import expected
from fuzzing.paths import ISAS, THREADS, Way
from minloc import ArgMinMax, _core
from support.arrays import Array

#: The dtypes of labels, and how many groups there are at most; for long runs there are fewer.
LABELS, MOST = ("i1", "u2", "i4", ">i4", "i8", "u8"), 7


def groups(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it with labels in any order, in runs, or of whole rows."""
    if call.spoiled or call.out is not None or a.size == 0 or call.nan_policy == "raise":
        return
    words = {key: x for key, x in call.words.items() if key != "keepdims"} | {"axis": call.axes}
    finds = call.name.startswith("find")
    if call.name != "top_k" and (not finds or has_nan(a.dtype)):
        words["default"] = -1
    labels, number = _labels(a, call.axes, rng)
    want = _each(dataclasses.replace(call, words=words), labels, number)
    if want is None:
        return
    function: Any = getattr(minloc, call.name)
    if mask is not None:
        words["where"] = mask
    for isa in ISAS:
        _core.use_isa(isa)
        for threads in THREADS if a.nbytes >= SHARED_FROM else [int(rng.choice(THREADS))]:
            with minloc.threads(threads):
                yield Way(
                    f"{number} groups, labels {labels.dtype}, {isa}, threads({threads})",
                    lambda: function(a, *call.args, **words, by=labels, num_groups=number),
                    instead=want,
                )


def _each(call: Call, labels: Array, number: int) -> Any:
    """Return what the oracle says of each group as of a mask, or None if one has a fault."""
    choice = np.True_ if call.where is None else call.where
    every: list[Any] = []
    for group in range(number):
        mine = np.broadcast_to(labels == group, call.values.shape)
        every.append(expected(dataclasses.replace(call, where=choice & mine)))
        if isinstance(every[-1], list):
            return None
    indices = np.dtype(call.words.get("dtype", np.intp))
    if not isinstance(every[0], tuple):
        return _beside(every, indices)
    parts = zip(*every, strict=True)
    if not hasattr(every[0], "values"):
        answer = [_beside(part, indices) for part in parts]
        return ArgMinMax(*answer) if call.name == "argminmax" else tuple(answer)
    values, index = parts
    last = -2 if call.name == "top_k" else -1
    result: Any = type(every[0])
    return result(_beside(values, call.array().dtype, last), _beside(index, indices, last))


def _beside(every: Sequence[Any], dtype: np.dtype[Any], axis: int = -1) -> Array:
    """Return the answers of the groups along an axis; scalars among them do not tell the dtype."""
    return np.stack([np.asarray(x).astype(dtype) for x in every], axis).astype(dtype)


def _labels(a: Array, axes: tuple[int, ...], rng: Rng) -> tuple[Array, int]:
    """Return labels that broadcast to an array, and how many groups there are."""
    dtype = np.dtype(str(rng.choice(LABELS)))
    number = int(rng.integers(1, MOST))
    same_in_all = rng.random() < 0.6  # in all slices
    shape = [n if i in axes or not same_in_all else 1 for i, n in enumerate(a.shape)]
    lowest = 0 if dtype.kind == "u" else -1
    labels = rng.integers(lowest, number, shape)
    if rng.random() < 0.3:
        labels = np.sort(labels.reshape(-1)).reshape(shape)
    return labels.astype(dtype), number
