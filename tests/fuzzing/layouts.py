"""How arrays lie in memory: the layouts of `arrays`, and more."""

from collections.abc import Callable

import numpy as np

from support.arrays import LAYOUTS, Array


def _permuted(a: Array) -> Array:
    """Return a copy with the axes in another order in memory, the middle one last."""
    order = sorted(range(a.ndim), key=lambda axis: (axis * 2 + 1) % (a.ndim + 1))
    return np.ascontiguousarray(a.transpose(order)).transpose(np.argsort(order))


def _gapped(a: Array) -> Array:
    """Return a view of a larger array, with gaps along every axis."""
    larger = np.zeros([2 * n + 1 for n in a.shape], a.dtype)
    b: Array = larger[tuple([slice(1, None, 2)] * a.ndim)]
    b[...] = a
    return b


def _broadcast(a: Array) -> Array:
    """Return a view without a stride along the axes along which all elements are the same."""
    one = a
    for axis in range(a.ndim):
        first = one.take([0], axis) if one.shape[axis] else one
        raw, other = (np.ascontiguousarray(x).view(f"V{x.itemsize}") for x in (one, first))
        if one.shape[axis] > 1 and (raw == other).all():
            one = first
    return np.broadcast_to(one, a.shape)


#: How the array lies, and the mask; those that need the bytes of elements as such are apart.
WAYS_TO_LIE: dict[str, Callable[[Array], Array]] = {
    **{name: LAYOUTS[name] for name in ("C", "F", "reversed", "stepped", "stepped down")},
    "permuted": _permuted,
    "gapped": _gapped,
}
OF_BYTES = {
    "unaligned": LAYOUTS["unaligned"],
    "swapped": LAYOUTS["swapped"],
    "broadcast": _broadcast,
}


def laid(layout: str, values: Array, writeable: bool = True) -> Array:
    """Return an array of these values in a layout."""
    a = values.copy()
    if a.ndim:
        a = {**WAYS_TO_LIE, **OF_BYTES}[layout](a)
    a = a.view()
    if not writeable:
        a.flags.writeable = False
    return a
