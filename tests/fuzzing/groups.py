"""Asking a call for groups: each has the answer of the elements that carry its label."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import minloc
from fuzzing.calls import Call, Rng
from fuzzing.contents import SHARED_FROM
from fuzzing.paths import ISAS, THREADS, Way
from minloc import ArgMinMax, _core
from support.arrays import Array

#: The functions that answer with indices alone.
OF_INDICES = ("argmin", "argmax", "nanargmin", "nanargmax", "argminmax")
#: The dtypes of labels, and how many groups there are at most; for long runs there are fewer.
LABELS, MOST = ("i1", "u2", "i4", ">i4", "i8", "u8"), 7


def groups(call: Call, a: Array, mask: Array | None, rng: Rng) -> Iterator[Way]:
    """Ask it with labels in any order, in runs, or of whole rows."""
    if call.spoiled or call.out is not None or call.name not in OF_INDICES or a.size == 0:
        return
    words = {key: x for key, x in call.words.items() if key not in ("axis", "keepdims", "dtype")}
    words |= {"axis": call.axes, "default": -1}
    if words.get("nan_policy") == "raise":
        return
    labels, number = _labels(a, call.axes, rng)
    choice = np.True_ if mask is None else mask
    function: Any = getattr(minloc, call.name)
    every = [
        function(a, **words, where=choice & (np.broadcast_to(labels, a.shape) == group))
        for group in range(number)
    ]
    if call.name == "argminmax":
        ends = zip(*every, strict=True)
        want: Any = ArgMinMax(*[np.stack(end, axis=-1) for end in ends])
    else:
        want = np.stack(every, axis=-1)
    if mask is not None:
        words["where"] = mask
    for isa in ISAS:
        _core.use_isa(isa)
        for threads in THREADS if a.nbytes >= SHARED_FROM else [int(rng.choice(THREADS))]:
            with minloc.threads(threads):
                yield Way(
                    f"{number} groups, labels {labels.dtype}, {isa}, threads({threads})",
                    lambda: function(a, **words, by=labels, num_groups=number),
                    instead=want,
                )


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
