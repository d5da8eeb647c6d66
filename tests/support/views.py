"""Views of one array in every order, direction, spacing and alignment, for any dtype."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from support.arrays import Array


def unaligned(a: Array) -> Array:
    """Put the same values at odd addresses."""
    packed = np.zeros(a.shape, [("pad", "u1"), ("value", a.dtype)])
    packed["value"] = a
    view: Array = packed["value"]
    return view


def stepped(a: Array) -> Array:
    """Put the same values in every other place in memory."""
    every_other: tuple[Any, ...] = (..., *[slice(None, None, 2)] * a.ndim)
    view: Array = np.zeros([2 * n for n in a.shape], a.dtype)[every_other]
    view[...] = a
    return view


def reversed_in_memory(a: Array) -> Array:
    """Put the same values backwards in memory along every axis."""
    back: tuple[Any, ...] = (..., *[slice(None, None, -1)] * a.ndim)
    view: Array = a[back].copy()[back]
    return view


def last_axis_first_in_memory(a: Array) -> Array:
    """Put the last axis first in memory."""
    return np.moveaxis(np.moveaxis(a, -1, 0).copy(), 0, -1)


def read_only(a: Array) -> Array:
    """Copy the array into one that cannot be written."""
    a = a.copy()
    a.flags.writeable = False
    return a


LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "C": lambda a: a,
    "Fortran": lambda a: a.copy("F"),
    "transposed": lambda a: a.T,
    "last axis first": last_axis_first_in_memory,
    "reversed": reversed_in_memory,
    "one axis reversed": lambda a: a[:, ::-1],
    "stepped": stepped,
    "read-only": read_only,
    "broadcast": lambda a: np.broadcast_to(a[:1], a.shape),
    "broadcast in all axes": lambda a: np.broadcast_to(a[:1, :1, :1], a.shape),
    "byte-swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "unaligned": unaligned,
    "unaligned, byte-swapped, reversed": lambda a: unaligned(
        a.astype(a.dtype.newbyteorder())[::-1]
    ),
}


def layouts_of(a: Array) -> Iterator[Array]:
    """Put the array in every layout that its dtype can have."""
    for name, layout in LAYOUTS.items():
        # Strings that own their text cannot be packed in a record, nor have a byte order.
        if a.dtype.kind != "T" or not re.search("unaligned|byte-swapped", name):
            yield layout(a)
