"""What lies beside the elements of a chunk: a mask, labels of groups, what distances are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minloc import _distances

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.question import Question
    from minloc._partial.regions import Region


class Beside(NamedTuple):
    """Arrays that a chunk is asked with, each of which broadcasts to it; None where there is none.

    Attributes
    ----------
    where : ndarray of bool or None
        Which elements are candidates.
    by : ndarray of int or None
        The number of the group of each element.
    distance_to : ndarray or None
        What elements are compared by their distance to, of size 1 along the reduced axes.
    """

    where: NDArray[np.bool] | None = None
    by: NDArray[Any] | None = None
    distance_to: NDArray[Any] | None = None

    def keywords(self, question: Question) -> dict[str, Any]:
        """Return the keywords by which the core is asked."""
        keywords: dict[str, Any] = {}
        if self.where is not None:
            keywords["where"] = self.where
        if self.by is not None:
            keywords |= {"by": self.by, "num_groups": question.num_groups}
        if self.distance_to is not None:
            keywords["distance_to"] = self.distance_to
        return keywords

    def target(self, question: Question, region: Region) -> NDArray[Any] | None:
        """Return what distances are from as a `Part` has it: for each answer of a region."""
        given = self.distance_to
        if given is None or given.ndim == 0:
            return given
        every = given.reshape((1,) * (question.ndim - given.ndim) + given.shape)
        kept = every.reshape([every.shape[i] for i in question.kept])
        if question.num_groups is not None:
            kept = np.expand_dims(kept, question.answered.index(question.ndim))
        return np.broadcast_to(kept, [region[i][1] - region[i][0] for i in question.answered])


def common_target(
    question: Question, parts: Sequence[tuple[Region, NDArray[Any] | None]], region: Region
) -> NDArray[Any] | None:
    """Return what the distances of several parts are from, in the region round them.

    Raises
    ------
    ValueError
        If they are not compared by distances to the same value.
    """
    first = parts[0][1]
    if all(target is None for _, target in parts):
        return None
    if first is not None and first.ndim == 0:
        if all(target is not None and _same(target, first) for _, target in parts):
            return first
        raise _different()
    if first is None or any(target is None or target.ndim == 0 for _, target in parts):
        raise _different()
    whole = np.zeros([region[i][1] - region[i][0] for i in question.answered], first.dtype)
    for part, target in parts:
        key = [
            slice(part[i][0] - region[i][0], part[i][1] - region[i][0]) for i in question.answered
        ]
        whole[tuple(key)] = target
    return whole


def _same(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Whether two values are the same, NaN too."""
    return one.ndim == other.ndim and bool((one == other) | ((one != one) & (other != other)))


def _different() -> ValueError:
    return ValueError(
        "these are parts of answers to different questions: about distances to different values"
    )


def cast(distance_to: Any, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return what distances are from in the dtype of the elements, or None."""
    return None if distance_to is None else _distances.cast(distance_to, dtype)
