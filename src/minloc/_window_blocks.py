"""Windows in blocks: the answers of some windows, from the part of the array that they cover.

A block of windows needs the elements from where its first window begins to where its last ends, so
parts of neighbouring blocks overlap by a window. All windows of a block are whole: what a clipped
one lacks at an end of the array is put there, masked. So each is asked exactly once, with the
candidates that it has, and no other.

A running answer needs of all that is before a block only the best so far. It is put before the
block as one more element, and is the first of equals there, as it is in the array.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minloc import _core
from minloc._results import FindResult
from minloc._window_axes import RUNNING, Axis, axes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The keywords that mean the same for a block.
ALIKE = ("nan_policy", "ties")


class Span(NamedTuple):
    """Windows along one axis, and the elements that they cover.

    Attributes
    ----------
    first, windows : int
        The number of the first window, and how many there are.
    start, stop : int
        The elements.
    left, right : int
        How many elements windows lack before and behind the array.
    """

    first: int
    windows: int
    start: int
    stop: int
    left: int
    right: int


class Asked:
    """A call about windows of an array, of which parts are given.

    Parameters
    ----------
    name : str
        A function about windows.
    keywords : mapping
        What it is given, without `where`; `axis` is not None.
    shape : tuple of int
        Of the whole array.
    dtype : dtype
        Of its elements.

    Raises
    ------
    ValueError, TypeError
        What the function raises, as far as it does not depend on elements.
    """

    def __init__(
        self,
        name: str,
        keywords: Mapping[str, Any],
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        self.name, self.shape = name, shape
        self.nothing = getattr(_core, name)(np.empty((0,) * len(shape), dtype), **keywords)
        index = self.nothing.indices if isinstance(self.nothing, FindResult) else self.nothing
        default = keywords.get("default")
        self.dtype, self.default = index.dtype, None if default is None else operator.index(default)
        self.alike = {key: keywords[key] for key in ALIKE if key in keywords}
        if self.default is not None:
            self.alike["default"] = -1
        self.relative = bool(keywords.get("relative", False))
        self.axes = axes_of(name, keywords, shape)
        window = math.prod([axis.window for axis in self.axes])
        partial = name not in RUNNING and self.axes[0].partial
        self.min_count = operator.index(keywords.get("min_count") or (window if partial else 1))
        most = [
            min(shape[axis.number], axis.window) if self.relative else shape[axis.number]
            for axis in self.axes
        ]
        _core.check_index(max(math.prod(most) - 1, 0), shape, self.dtype, self.default)

    @property
    def result_shape(self) -> tuple[int, ...]:
        """The shape of the answer."""
        shape = list(self.shape)
        for axis in self.axes:
            shape[axis.number] = len(axis.places(shape[axis.number]))
        return tuple(shape)

    def span(self, axis: Axis, start: int, stop: int) -> Span:
        """Return the windows that stand at the elements from `start` to `stop`."""
        n = self.shape[axis.number]
        places = axis.places(n)
        first, end = (
            min(max(-((places.start - at) // axis.step), 0), len(places)) for at in (start, stop)
        )
        if first >= end:
            return Span(first, 0, start, start, 0, 0)
        before, behind = _room(axis, n)
        begin, last = places[first] - before, places[end - 1] + behind + 1
        return Span(
            first, end - first, max(begin, 0), min(last, n), max(-begin, 0), max(last - n, 0)
        )

    def of_block(
        self,
        values: NDArray[Any],
        where: NDArray[np.bool] | None,
        spans: Sequence[Span],
        corner: Sequence[int],
    ) -> Any:
        """Return the answers of a block of windows.

        Parameters
        ----------
        values : ndarray
            The elements that the spans say, of some lines along the other axes.
        where : ndarray of bool or None
            Which of them are candidates; broadcasts to them.
        spans : sequence of Span
            One for each axis along which windows move.
        corner : sequence of int
            Where the block begins in the answer, along all axes.

        Returns
        -------
        ndarray or FindResult
            What the function returns for these windows.
        """
        values, where = self._padded(values, where, spans)
        rooms = [_room(axis, self.shape[axis.number]) for axis in self.axes]
        windows = tuple([before + behind + 1 for before, behind in rooms])
        found = self._ask(
            values,
            where,
            corner,
            window=windows,
            axis=tuple([axis.number for axis in self.axes]),
            step=tuple([axis.step for axis in self.axes]),
            min_count=min(self.min_count, math.prod(windows)),
        )
        of_both = isinstance(found, FindResult)
        index = self._absolute(found.indices if of_both else found, values.shape, spans)
        return FindResult(found.values, index) if of_both else index

    def _ask(
        self, values: Any, where: Any, corner: Sequence[int], back: int = 0, **words: Any
    ) -> Any:
        """Ask the function; errors are about windows of the whole."""
        mask = {} if where is None else {"where": where}
        try:
            return getattr(_core, self.name)(values, **words, **mask, **self.alike)
        except (ValueError, TypeError) as error:
            index = getattr(error, "index", None)
            if index is not None:
                place = [i + j for i, j in zip(index, corner, strict=True)]
                place[self.axes[0].number] -= back
                _core.set_place(error, tuple(place))
            raise

    def _padded(
        self, values: NDArray[Any], where: Any, spans: Sequence[Span]
    ) -> tuple[NDArray[Any], Any]:
        """Return the elements and the mask with what windows lack at the ends of the array."""
        room = [(0, 0)] * values.ndim
        for axis, span in zip(self.axes, spans, strict=True):
            room[axis.number] = span.left, span.right
        if not any(map(any, room)):
            return values, where
        chosen = np.broadcast_to(np.True_ if where is None else where, values.shape)
        inner = tuple(
            [slice(left, left + n) for (left, _), n in zip(room, values.shape, strict=True)]
        )
        shape = [left + n + right for (left, right), n in zip(room, values.shape, strict=True)]
        more = np.zeros(shape, values.dtype)
        mask = np.zeros(shape, bool)
        more[inner], mask[inner] = values, chosen
        return more, mask

    def _absolute(
        self, found: NDArray[Any], shape: tuple[int, ...], spans: Sequence[Span]
    ) -> NDArray[Any]:
        """Return indices into a padded part as those that the function returns."""
        missing = found < 0
        result: Any = 0
        below: Any = 1
        rest = np.where(missing, 0, found)
        for axis, span in zip(reversed(self.axes), reversed(spans), strict=True):
            rest, at = np.divmod(rest, max(shape[axis.number], 1))
            at += span.start - span.left
            n = self.shape[axis.number]
            if self.relative:
                across = [1] * found.ndim
                across[axis.number] = -1
                begin, end = (
                    bound[span.first : span.first + span.windows].reshape(across)
                    for bound in axis.bounds(n)
                )
                result, below = result + (at - begin) * below, below * (end - begin)
            else:
                result, below = result + at * below, below * n
        return self._filled(result, missing)

    def _filled(self, index: Any, missing: NDArray[np.bool]) -> NDArray[Any]:
        """Return indices in their dtype, with the default where there is none."""
        if self.default is not None:
            index = np.where(missing, self.default, index)
        return np.asarray(index).astype(self.dtype, copy=False)


class Best(NamedTuple):
    """The best so far, of each line: an array of length 1 along the axis.

    Attributes
    ----------
    values : ndarray
        The elements.
    indices : ndarray of int
        Where they are along the axis; -1 where there was no candidate yet.
    """

    values: NDArray[Any]
    indices: NDArray[Any]


def running(
    asked: Asked,
    values: NDArray[Any],
    where: NDArray[np.bool] | None,
    best: Best | None,
    start: int,
    corner: Sequence[int],
) -> tuple[NDArray[Any], Best]:
    """Return the running answers for a block, and the best up to its end.

    Parameters
    ----------
    asked : Asked
        The call.
    values : ndarray
        The block.
    where : ndarray of bool or None
        Which of its elements are candidates; broadcasts to it.
    best : Best or None
        The best of all before the block; None where nothing is.
    start : int
        Where the block begins along the axis.
    corner : sequence of int
        The same along all axes.

    Returns
    -------
    tuple of ndarray and Best
        In the place of the block.
    """
    axis = asked.axes[0].number
    if start == 0:
        best = None  # that of empty chunks
    if best is not None:
        if where is not None or (best.indices < 0).any():
            chosen = np.broadcast_to(np.True_ if where is None else where, values.shape)
            where = np.concatenate([best.indices >= 0, chosen], axis)
        values = np.concatenate([best.values, values], axis, dtype=values.dtype)
    back = 0 if best is None else 1
    found = asked._ask(values, where, corner, back, axis=axis)
    last = np.take(found, [-1], axis)
    ends = np.take_along_axis(values, np.maximum(last, 0), axis)
    index = np.where(found < 0, -1, found + (start - back))
    if best is not None:
        index = np.where(found == 0, best.indices, index)
        index = np.delete(index, 0, axis)
    return asked._filled(index, index < 0), Best(ends, np.take(index, [-1], axis))


def _room(axis: Axis, n: int) -> tuple[int, int]:
    """Return how many elements a window has before and behind its place, as far as it matters."""
    return (
        (min(axis.before, n), min(axis.behind, n)) if axis.partial else (axis.before, axis.behind)
    )
