"""The answers of `--axis` as arrays along the axes that are kept: what a map or an index needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc import Partial
from minloc._cli.array_groups import ArrayGroups
from minloc._cli.extremes import Extremes
from minloc._cli.joined import Joined
from minloc._cli.ranked import count_of, ranked, slices_of


class AnswerMap:
    """One answer, or several, for each place along the axes that are kept.

    Parameters
    ----------
    part : Partial
        The answer for the whole array.
    joined : Joined
        The array.
    axes : sequence of int
        The reduced axes.
    extremes : Extremes
        Which elements the user asked for.
    groups : ArrayGroups, optional
        The groups that it was searched by.

    Attributes
    ----------
    dims : tuple of str
        The axes: ``extreme`` if both are asked for, ``rank`` if several are, those kept, and that
        of groups, which takes the place of a single axis that is reduced, and else is last.
    found : ndarray of bool
        Whether there is an answer.
    elements : ndarray
        The elements as they are compared.
    places : ndarray of int, (reduced axes, ...)
        Where they are along each of the reduced axes in the joined array; 0 where there is none.
    stand : range or None
        Of windows, the indices along their axis where they stand; that axis is kept, too.
    """

    stand: range | None = None
    groups: ArrayGroups | None = None

    def __init__(
        self,
        part: Partial,
        joined: Joined,
        axes: Sequence[int],
        extremes: Extremes,
        groups: ArrayGroups | None = None,
    ) -> None:
        self.joined, self.axes, self.extremes = joined, tuple(axes), extremes
        self.groups = groups
        self.kept = tuple(axis for axis in range(joined.ndim) if axis not in axes)
        self.several = {
            "extreme": len(extremes.which) > 1, "rank": extremes.k is not None
        }  # fmt: skip
        answered, lengths = slices_of(part, joined.shape)
        names = (*joined.dims, "" if groups is None else groups.dim)
        slices, ranks = int(np.prod(lengths, dtype=np.intp)), count_of(part)
        shape = (len(extremes.which), ranks, slices)
        found = np.zeros(shape, bool)
        elements: NDArray[Any] = np.zeros(shape, joined.dtype)
        places = np.zeros((len(axes), *shape), np.int64)
        for some in ranked(part, extremes, joined.descends):
            at = some.found
            end = some.largest[at].astype(np.intp) if self.several["extreme"] else 0
            key = (end, some.rank[at], some.slice[at])
            found[key], elements[key] = True, some.elements[at]
            places[(slice(None), *key)] = some.places[:, at]
        self.dims = (
            *(name for name, there in self.several.items() if there),
            *(names[axis] for axis in answered),
        )
        whole = (
            *(n for n, there in zip(shape[:2], self.several.values(), strict=True) if there),
            *lengths,
        )
        self.found, self.elements = found.reshape(whole), elements.reshape(whole)
        self.places = places.reshape(len(axes), *whole)

    def index(self) -> NDArray[np.intp]:
        """Return the indices, in C order of the reduced axes as they were given; -1 for none."""
        lengths = tuple(self.joined.shape[axis] for axis in self.axes)
        index = np.ravel_multi_index(tuple(self.places), lengths)
        return np.where(self.found, index, -1).astype(np.intp)
