"""What lies beside the elements of a chunk: a mask, labels of groups, what distances are from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minloc import _distances
from minloc._partial.regions import place_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.part import Part
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


def common_target(question: Question, parts: Sequence[Part], region: Region) -> NDArray[Any] | None:
    """Return what the distances of several parts are from, in the region round them.

    The region round the chunks that a part has seen may hold slices that it has not seen. It knows
    no value for them, nor has it a candidate there.

    Raises
    ------
    ValueError
        If they are not compared by distances to the same value.
    """
    targets = [part.target for part in parts]
    first = targets[0]
    if all(target is None for target in targets):
        return None
    if first is not None and first.ndim == 0:
        if all(one is not None and one.ndim == 0 and _same(one, first) for one in targets):
            return first
        raise _different()
    if first is None or any(target is None or target.ndim == 0 for target in targets):
        raise _different()
    slices = tuple([region[i] for i in question.answered])
    whole = np.zeros([stop - start for start, stop in slices], first.dtype)
    known = np.zeros(whole.shape, bool)
    for part in parts:
        here = place_in(slices, tuple([part.region[i] for i in question.answered]))
        there = _has_candidates(part, known[here].shape)
        if not (_same(whole[here], part.target) | ~(known[here] & there)).all():
            raise _different()
        np.copyto(whole[here], part.target, where=there)  # type: ignore[arg-type]
        known[here] |= there
    return whole


def _has_candidates(part: Part, shape: tuple[int, ...]) -> NDArray[np.bool]:
    """Return in which of its slices a part has a candidate for one of its ends."""
    has = np.zeros(shape, bool)
    for end in part.ends:
        if end.values.shape[-1]:
            has |= True if end.found is None else end.found.any(axis=-1).reshape(shape)
    return has


def check_target(question: Question, of_target: Sequence[Any], shape: Sequence[Any]) -> None:
    """Raise what the core would of a whole array, whose parts cannot tell.

    Parameters
    ----------
    question : Question
        What is asked.
    of_target, shape : sequence of int
        The shape of what distances are from, and of the array; lengths that are not known are NaN.

    Raises
    ------
    ValueError
        If it does not broadcast to the array, or differs along a reduced axis.
    """
    extra = len(shape) - len(of_target)
    padded = (*(1,) * extra, *of_target)
    known = [(n, m) for n, m in zip(padded, shape, strict=False) if n == n and m == m]
    if extra < 0 or any(n not in (1, m) for n, m in known):
        raise ValueError(
            f"distance_to of shape {tuple(of_target)} cannot be broadcast to the shape "
            f"{tuple(shape)} of a"
        )
    if any(padded[i] != 1 for i in question.axes):
        raise ValueError(
            f"distance_to of shape {tuple(of_target)} differs along a reduced axis of a, whose "
            f"shape is {tuple(shape)}; it is one value for each slice, of size 1 along the reduced "
            f"axes"
        )


def _same(one: Any, other: Any) -> Any:
    """Whether values are the same, NaN too."""
    return (one == other) | ((one != one) & (other != other))


def _different() -> ValueError:
    return ValueError(
        "these are parts of answers to different questions: about distances to different values"
    )


def cast(distance_to: Any, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return what distances are from in the dtype of the elements, or None."""
    return None if distance_to is None else _distances.cast(distance_to, dtype)
