"""Comparing answers: all of them that can be seen, to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from fuzzing.expected import Fault
from support.arrays import Array
from support.bits import same_bits


def difference(got: Any, want: Any, place: str = "first") -> str | None:
    """Return how an outcome differs from what `expected` said, or None.

    Parameters
    ----------
    got : object
        An answer, or an exception that was raised.
    want : object
        An answer, or a list of faults.
    place : str
        Which slice an error may be about, as a `Way` says it.
    """
    if isinstance(want, list):
        return _differs_from_all(got, want, place)
    if isinstance(got, BaseException):
        return f"{type(got).__name__}: {got}"
    if not isinstance(want, tuple):
        return _part_differs(got, want)
    if type(got) is not type(want):
        return f"it is a {type(got).__name__}, not a {type(want).__name__}"
    if len(got) != len(want):
        return f"it has {len(got)} parts, not {len(want)}"
    names = getattr(want, "_fields", range(len(want)))
    for name, one, other in zip(names, got, want, strict=True):
        differs = _part_differs(one, other)
        if differs:
            return f"{name}: {differs}"
    return None


def _part_differs(got: Any, want: Any) -> str | None:
    if type(got) is not type(want):
        return f"it is {got!r} of type {type(got)}, not {type(want)}"
    one, other = (_as_array(x) for x in (got, want))
    if one.dtype != other.dtype:
        return f"its dtype is {one.dtype!r}, not {other.dtype!r}"
    if one.shape != other.shape:
        return f"its shape is {one.shape}, not {other.shape}"
    if same_bits(one, other):
        return None
    if one.ndim == 0:
        return f"it is {got!r}, not {want!r}"
    places = [(*place, None) for place in np.ndindex(one.shape)]
    wrong = [place[:-1] for place in places if not same_bits(one[place], other[place])]
    at = wrong[0]
    return (
        f"{len(wrong)} of {one.size} elements differ, first at {at}: {one[at]!r}, not {other[at]!r}"
    )


def _as_array(x: Any) -> Array:
    if isinstance(x, (np.ndarray, np.generic)):
        return np.asarray(x)
    boxed = np.empty((), object)  # an object of an object array, or a string
    boxed[()] = x
    return boxed


def _differs_from_all(got: Any, faults: list[Fault], place: str) -> str | None:
    if not isinstance(got, BaseException):
        return f"it is {got!r}, and no error"
    differs = [_differs_from(got, fault, place) for fault in faults]
    return None if None in differs else "; and ".join(str(text) for text in differs)


def _differs_from(error: BaseException, fault: Fault, place: str) -> str | None:
    text = str(error)
    if type(error) is not fault.type:
        return f"{type(error).__name__}: {error}, not a {fault.type.__name__}: {fault.text}"
    if text != fault.text if fault.to_the_letter else not text.startswith(fault.text):
        return f"its text is {text!r}, not {fault.text!r}"
    if fault.places is None or fault.places.size < 2:
        return None
    if not fault.to_the_letter and not hasattr(error, "index"):
        return None  # only texts of NumPy's need an attribute beside them
    told = getattr(error, "index", None)
    right = [tuple(int(i) for i in at) for at in np.argwhere(fault.places)]
    if told in (right[:1] if place == "first" else right):
        return None
    if place == "any, as far as known" and any(_agrees(told, at) for at in right):
        return None
    return f"its index is {told}, not {right[0]}"


def _agrees(told: Any, at: tuple[int, ...]) -> bool:
    """Whether the index of an error is a place as far as it tells one."""
    if not isinstance(told, tuple) or len(told) != len(at):
        return False
    return all(one is None or one == other for one, other in zip(told, at, strict=True))
