"""The best elements so far of each slice, with their places: what a partial answer is made of.

The slices of a region are numbered in C order of the kept axes. Each has the same number m of
candidates side by side: one, or up to k. To choose among the candidates of several parts, the core
is asked about the rows of one array of the shape (slices, m), so NaN, ties, masks and dtypes follow
one rule, the core's. Elements are copied and never computed, so they keep their bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Candidates:
    """Elements, their coordinates, and which of them exist.

    Attributes
    ----------
    values : ndarray, (slices, m)
        The elements.
    places : ndarray of int64, (reduced axes, slices, m)
        Where they are in the whole array, along each reduced axis in the order given. The C order
        of the reduced axes is the lexicographic order of these.
    found : ndarray of bool, (slices, m), or None
        Whether there is such a candidate; None if all exist. Equal elements of a slice are in the
        order of their places.
    """

    __slots__ = ("_found", "_places", "values")

    def __init__(self, values: NDArray[Any], places: NDArray[np.int64], found: Any) -> None:
        self.values, self._places = values, places
        self._found: NDArray[np.bool] | None = None if found is None or found.all() else found

    @property
    def places(self) -> NDArray[np.int64]:
        """The coordinates."""
        return self._places

    @property
    def found(self) -> NDArray[np.bool] | None:
        """Which of them exist."""
        return self._found

    def __reduce__(self) -> tuple[Any, ...]:
        # With the dtype, because arrays are unpickled in native byte order.
        return _unpickled, (self.values, self.values.dtype, self.places, self.found)

    @property
    def nbytes(self) -> int:
        """The bytes that the arrays hold."""
        found = 0 if self.found is None else self.found.nbytes
        return self.values.nbytes + self.places.nbytes + found

    def index(self, lengths: Sequence[int]) -> NDArray[np.intp]:
        """Return the indices into an array of these lengths, in the shape of the elements.

        They are undefined where no candidate is found.
        """
        index = np.zeros(self.values.shape, np.intp)
        for coordinate, length in zip(self.places, lengths, strict=True):
            index = index * length + coordinate
        return index

    def take(self, columns: NDArray[np.intp]) -> Candidates:
        """Return those at `columns`, (slices, m), of each slice."""
        rows = np.arange(len(columns))[:, np.newaxis]
        found = None if self.found is None else self.found[rows, columns]
        return Candidates(self.values[rows, columns], self.places[:, rows, columns], found)

    def moved(self, axis: int, virtual: NDArray[np.int64], real: NDArray[np.int64]) -> Candidates:
        """Return the same with chunks at other offsets along one of the reduced axes."""
        places = self.places.copy()
        chunk = np.searchsorted(virtual, places[axis], "right") - 1
        places[axis] += real[chunk] - virtual[chunk]
        return Candidates(self.values, places, self.found)

    def paste(self, into: Candidates, key: tuple[slice, ...], lengths: tuple[int, ...]) -> None:
        """Copy them to their place, `key`, among the slices of `into`, of a region of `lengths`."""
        shape = tuple(s.stop - s.start for s in key)
        width = self.values.shape[1]
        inside = (*key, slice(width))
        room = into.values.shape[1]
        into.values.reshape(*lengths, room)[inside] = self.values.reshape(*shape, width)
        for to, places in zip(into.places, self.places, strict=True):
            to.reshape(*lengths, room)[inside] = places.reshape(*shape, width)
        if into.found is not None:
            found = True if self.found is None else self.found.reshape(*shape, width)
            into.found.reshape(*lengths, room)[inside] = found


def _unpickled(values: Any, dtype: np.dtype[Any], places: Any, found: Any) -> Candidates:
    return Candidates(values.astype(dtype, copy=False), places, found)


def none_of(slices: int, width: int, axes: int, dtype: np.dtype[Any]) -> Candidates:
    """Return candidates of which none exists, to paste others into."""
    nothing = Candidates(
        np.zeros((slices, width), dtype), np.zeros((axes, slices, width), np.int64), None
    )
    nothing._found = np.zeros((slices, width), bool)
    return nothing


def unravelled(index: Any, lengths: Sequence[int]) -> list[Any]:
    """Return the coordinates, along axes of these lengths, of indices in C order."""
    coordinates = []
    for length in reversed(lengths[1:]):
        index, coordinate = np.divmod(index, length)
        coordinates.append(coordinate)
    return [index, *reversed(coordinates)] if lengths else []
