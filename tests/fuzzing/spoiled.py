"""Calls with one wrong keyword: all paths must say so, by the same class of error."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from fuzzing.calls import Call, Rng
from fuzzing.expected import Fault


def spoil(call: Call, rng: Rng) -> tuple[Call, list[Fault]]:
    """Return a call that has an answer with something wrong in it, and the error that it raises."""
    ndim, shape = call.values.ndim, call.values.shape
    words: list[tuple[dict[str, Any], Fault]] = [
        ({"axis": ndim + 1}, _numpys({"axis": ndim + 1}, ndim)),
        (
            {"axis": (-ndim - 1,)},
            Fault(np.exceptions.AxisError, f"axis {-ndim - 1} is out of bounds"),
        ),
        ({"axis": 0.5}, _numpys({"axis": 0.5}, ndim)),
        ({"axis": (0.5,)}, Fault(TypeError, "'float' object cannot be interpreted as an integer")),
        ({"colour": 1}, Fault(TypeError, "")),
    ]
    if ndim:
        words.append(({"axis": (ndim - 1, -1)}, Fault(ValueError, "")))
    if call.name == "top_k":
        words += [({"mode": "best"}, Fault(ValueError, "mode must be"))]
        words += [({word: True}, Fault(TypeError, "")) for word in ("keepdims", "default", "dtype")]
    else:
        words += [
            ({"ties": "any"}, Fault(ValueError, "ties must be")),
            ({"default": 1.5}, Fault(TypeError, "default must be an int")),
            ({"mode": "largest"}, Fault(TypeError, "")),
        ]
        dtype_fault = "" if call.name.startswith("find") else "dtype must be an integer dtype"
        words.append(({"dtype": "f8"}, Fault(TypeError, dtype_fault)))
    policy = TypeError if call.name.startswith("nan") else ValueError
    words.append(({"nan_policy": "skip"}, Fault(policy, "")))
    others: list[tuple[dict[str, Any], Fault]] = [
        ({"where": np.ones(shape, "i1")}, Fault(TypeError, "where must be an array of bool")),
        ({"where": np.ones((*shape, 2), bool)}, Fault(ValueError, "")),
    ]
    if call.name == "top_k":
        others += [
            ({"k": -1}, Fault(ValueError, "k must be at least 0")),
            ({"k": 2.0}, Fault(TypeError, "k must be an int")),
            ({"k": True}, Fault(TypeError, "k must be an int")),
        ]
    changes = [({"words": {**call.words, **change}}, fault) for change, fault in words] + others
    change, fault = changes[rng.integers(len(changes))]
    return dataclasses.replace(call, **change, out=None, spoiled=True), [fault]


def _numpys(words: dict[str, Any], ndim: int) -> Fault:
    """Return the error that NumPy raises."""
    try:
        np.argmin(np.zeros((1,) * ndim), **words)
    except (TypeError, ValueError, IndexError) as error:
        return Fault(type(error), str(error), to_the_letter=True)
    raise AssertionError(f"NumPy takes {words}")
