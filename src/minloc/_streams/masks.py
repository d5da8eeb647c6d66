"""A mask for an array that is read in boxes: the part of it that belongs to each box."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from minloc._masks import boolean, check_boolean, is_given

if TYPE_CHECKING:
    from minloc._streams.grid import Box

#: From a box to the mask for it, True where every element is a candidate.
MaskOf: TypeAlias = "Callable[[Box], Any]"


def mask_in_boxes(where: Any, shape: tuple[int, ...]) -> MaskOf:
    """Return a function that gives the part of a mask that belongs to a box.

    Parameters
    ----------
    where : array_like or store of bool
        Broadcasts to the array. A store is read box by box.
    shape : tuple of int
        Of the array.

    Returns
    -------
    callable
        From a box to the mask for it, which broadcasts to it.

    Raises
    ------
    ValueError
        If it does not broadcast.
    TypeError
        If it is not boolean.
    """
    if not is_given(where):
        return lambda box: True
    if not (hasattr(where, "chunks") and hasattr(where, "dtype")):  # not a store
        where = boolean(where)
    check_boolean(where)
    has = tuple(where.shape)
    extra = len(shape) - len(has)
    if extra < 0 or any(n not in (1, m) for n, m in zip(has, shape[extra:], strict=True)):
        raise ValueError(f"where of shape {has} cannot be broadcast to the shape {shape} of a")

    def mask_of(box: Box) -> Any:
        parts = zip(has, box[extra:], strict=True)
        return boolean(where[tuple([slice(0, 1) if n == 1 else part for n, part in parts])])

    return mask_of
