"""Making a call smaller for as long as something is still wrong with its answer."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from fuzzing.calls import Call
from support.arrays import Array


def shrink(call: Call, is_wrong: Callable[[Call], bool], seconds: float) -> Call:
    """Return the simplest call of those tried that is still answered wrongly."""
    deadline = time.monotonic() + seconds
    while True:
        for simpler in _simpler(call):
            if time.monotonic() > deadline:
                return call
            if _cost(simpler) < _cost(call) and is_wrong(simpler):
                call = simpler
                break
        else:
            return call


def _cost(call: Call) -> tuple[Any, ...]:
    values = call.values
    plain = [call.where is None, call.out is None, call.layout == "C", call.where_layout == "C"]
    distinct = len({x.tobytes() for x in values.ravel()}) if values.dtype.kind not in "OT" else 0
    return (
        *(values.size, values.ndim, -sum(plain), -call.writeable, len(call.words)),
        *(int(call.where.size) if call.where is not None else 0, call.k or 0, distinct),
    )


def _simpler(call: Call) -> Iterator[Call]:
    """Yield calls that are simpler in one thing."""
    for axis, n in enumerate(call.values.shape):
        parts = [slice(n // 2), slice(n // 2, None), slice(1, None), slice(n - 1)]
        for part in parts if n > 1 else []:
            yield _sliced(call, axis, np.arange(n)[part])
        for i in range(n if 2 < n <= 16 else 0):
            yield _sliced(call, axis, np.delete(np.arange(n), i))
        if n == 1 and not call.spoiled:
            yield _without_axis(call, axis)
    for word in call.words:
        rest = {other: value for other, value in call.words.items() if other != word}
        yield dataclasses.replace(call, words=rest)
    for change in (
        {"where": None, "where_layout": "C"},
        {"out": None},
        {"layout": "C"},
        {"where_layout": "C"},
        {"writeable": True},
    ):
        yield dataclasses.replace(call, **change)
    if call.name == "top_k" and isinstance(call.k, int) and call.k > 0:
        yield dataclasses.replace(call, k=call.k - 1)
    for i in range(1, call.values.size if call.values.size <= 40 else 0):
        values = call.values.copy()
        values.flat[i] = values.flat[0]
        yield dataclasses.replace(call, values=values)


def _sliced(call: Call, axis: int, kept: Array) -> Call:
    """Return the call for some places along an axis."""
    where = call.where
    if where is not None and where.dtype == bool and where.ndim <= call.values.ndim:
        where = np.broadcast_to(where, call.values.shape).take(kept, axis)
    return dataclasses.replace(call, values=call.values.take(kept, axis), where=where)


def _without_axis(call: Call, axis: int) -> Call:
    """Return the call without an axis of length 1."""
    words = dict(call.words)
    if isinstance(call.axis, tuple):
        words["axis"] = tuple(i - (i > axis) for i in call.axes if i != axis)
    elif call.axis is not None:
        if call.axes == (axis,):
            return call
        words["axis"] = call.axes[0] - (call.axes[0] > axis)
    where = call.where
    if where is not None:
        where = np.broadcast_to(where, call.values.shape).squeeze(axis)
    return dataclasses.replace(call, values=call.values.squeeze(axis), where=where, words=words)
