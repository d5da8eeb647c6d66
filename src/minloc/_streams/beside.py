"""What lies beside an array that is read in boxes: the part of it that belongs to each box.

That is a mask, which may be a store that is read box by box, too; the labels of groups; and what
distances are from.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from minloc import _partial
from minloc._masks import boolean, check_boolean, is_given

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._streams.grid import Box
    from minloc._streams.source import Source

#: From a box to the mask for it, True where every element is a candidate.
MaskOf: TypeAlias = "Callable[[Box], Any]"


class BesideBoxes(NamedTuple):
    """What lies beside a whole array.

    Attributes
    ----------
    mask_of : callable
        From a box to the mask for it.
    by : ndarray of int or None
        The labels, with the axes of the array.
    distance_to : ndarray or None
        What distances are from.
    """

    mask_of: MaskOf
    by: NDArray[Any] | None
    distance_to: NDArray[Any] | None

    def of(self, box: Box, chunk: Any) -> tuple[NDArray[Any], _partial.Beside]:
        """Return a box that has been read as a plain array, and what lies beside it."""
        values, mask = _partial.read(chunk, self.mask_of(box))
        by = None if self.by is None else _part(self.by, box)
        target = None if self.distance_to is None else _part(self.distance_to, box)
        return values, _partial.Beside(mask, by, target)


def beside_boxes(
    question: _partial.Question, source: Source, where: Any, by: Any, distance_to: Any
) -> BesideBoxes:
    """Return what lies beside an array, given what a call was given.

    Parameters
    ----------
    question : Question
        What is asked.
    source : Source
        The array.
    where : array_like or store of bool
        Broadcasts to the array. A store is read box by box.
    by : ndarray or None
        Labels.
    distance_to : object
        What distances are from, None if elements are compared.

    Returns
    -------
    BesideBoxes
        It gives the part of each box.

    Raises
    ------
    ValueError
        If one does not fit the array.
    TypeError
        If one is of a wrong dtype.
    """
    labels = None if by is None else _partial.laid_out(by, question, source.shape)
    target = _partial.cast(distance_to, source.dtype)
    if target is not None:
        _partial.check_target(question, target.shape, source.shape)
    return BesideBoxes(mask_in_boxes(where, source.shape), labels, target)


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
    return lambda box: boolean(_part(where, box))


def _part(array: Any, box: Box) -> Any:
    """Return the part of an array that broadcasts to a whole one, for a box of that."""
    has = tuple(array.shape)
    of_axes = zip(has, box[len(box) - len(has) :], strict=True)
    return array[tuple([slice(0, 1) if n == 1 else part for n, part in of_axes])]
