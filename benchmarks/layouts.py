"""How an array lies in memory: views that have the same values and other strides."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from benchmarks.fills import Array


class Laid(NamedTuple):
    """An array as it lies.

    Attributes
    ----------
    view : ndarray
        The array that a contender is asked about.
    memory : ndarray
        One run of memory, which is what a read pass over the view has to read. Usually it is the
        memory of the view. Every second column lies in the same cache lines as the columns that
        are skipped, so there it is the whole of the base array. A broadcast array has less memory
        than elements, so there it is a copy with as many elements as the view has.
    """

    view: Array
    memory: Array


def _second_column(a: Array) -> Laid:
    wide = np.repeat(a, 2, axis=-1)
    return Laid(wide[..., ::2], wide)


def _swapped(a: Array) -> Laid:
    memory = np.ascontiguousarray(a.swapaxes(0, 1))
    return Laid(memory.swapaxes(0, 1), memory)


def _fortran(a: Array) -> Laid:
    memory = np.asfortranarray(a)
    return Laid(memory, memory)


def _reversed(a: Array) -> Laid:
    memory = np.ascontiguousarray(np.flip(a))
    return Laid(np.flip(memory), memory)


def _broadcast(a: Array) -> Laid:
    view = np.broadcast_to(a[:1], a.shape)
    return Laid(view, view.copy())


def _unaligned(a: Array) -> Laid:
    memory = np.empty(a.nbytes + 1, np.uint8)
    view: Array = np.ndarray(a.shape, a.dtype, memory, offset=1)
    view[...] = a
    return Laid(view, memory)


#: Each lays out a C-contiguous array. All but "broadcast" keep its values.
LAYOUTS: dict[str, Callable[[Array], Laid]] = {
    "C": lambda a: Laid(a, a),
    "F": _fortran,
    "transposed": _swapped,
    "second-column": _second_column,
    "reversed": _reversed,
    "broadcast": _broadcast,
    "unaligned": _unaligned,
}


def can_lie(ndim: int, itemsize: int, layout: str) -> bool:
    """Whether such an array can have the layout, and it is not another layout's too."""
    match layout:
        case "F":
            return ndim > 1
        case "transposed":
            return ndim > 2
        case "unaligned":
            return itemsize > 1
        case _:
            return True
