"""Partial: the answer for a part of a larger array, which merges with those for its other parts.

Chunk, merge, finish. A chunk at its offset is asked once, and leaves its best elements with their
coordinates in the whole array. Partials are merged, in any order and as any tree: candidates of the
same slices are laid side by side, in the order of their places, and the core is asked for the best
of them. What is left in the end is asked the question itself once more, as an array whose slices
have one element each, so that the answer, its type and its errors are those of the function.

Coordinates are kept, not indices: an index needs to know all lengths and may not fit 64 bits, and
the order of indices is the lexicographic order of coordinates.

A chunk whose offset is not known when it is asked, because chunks before it have sizes that nobody
knows yet, takes a *virtual* offset, any number that grows from chunk to chunk with room between,
such as ``number << 40``. `Partial._virtual` marks the axes for which that is so, and then `finish`
closes the gaps.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

import numpy as np

from minloc._answer import answer
from minloc._best import best_of, of_chunk
from minloc._boxes import Box, bounding, paste, precedes
from minloc._candidates import Candidates, none_of
from minloc._choose import first_nan
from minloc._masks import boolean, excluded, is_given
from minloc._question import Question, question
from minloc._whole import (
    common_blocks,
    common_dtype,
    common_shape,
    in_words,
    lengths_of,
    offset_of,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from minloc._running import Running


class Partial:
    """The answer for a part of an array, to be merged with those for its other parts.

    A partial is what a chunk contributes to the answer for the whole: the best elements of the
    chunk and their places in the whole array. It is small, holds on to no chunk, and pickles, so
    the chunks may be met one after the other, in threads, or on other machines. Merging is
    associative and commutative, and the partial of an empty chunk changes nothing: in whatever
    order and grouping partials are merged, `finish` returns what the one call would have returned
    for the whole array, ties, NaN, errors and all.

    Partials are made by `Partial.of` and by merging.

    See Also
    --------
    argmin, argmax, nanargmin, nanargmax, findmin, findmax, argminmax, minloc, maxloc, top_k :
        The functions whose answers they are part of.

    Notes
    -----
    The term is that of the combine step of a reduction in Dask and Spark, and the operation is
    ``MPI_MINLOC`` of MPI, with NaN, ties and masks.

    Objects of an object array must have an order. Where some have none, as NaN among Python's
    numbers under ``nan_policy="propagate"``, NumPy's answer depends on the order in which it meets
    them, and so does this one.

    Examples
    --------
    The chunks of one array, in any order:

    >>> import numpy as np
    >>> import minloc
    >>> a = np.array([[6, 3, 8, 3], [5, 2, 9, 2]])
    >>> parts = [
    ...     minloc.Partial.of(minloc.argmin, a[:, i : i + 2], offset=(0, i), shape=a.shape, axis=1)
    ...     for i in (2, 0)
    ... ]
    >>> print(parts[0].merge(parts[1]).finish())
    [1 1]

    Readings that come until they end:

    >>> readings = iter([[4.0, np.nan, 2.5], [7.5, 1.0], [1.0, 3.0, 8.0]])
    >>> total, seen = None, 0
    >>> for batch in readings:
    ...     part = minloc.Partial.of("findmin", batch, offset=seen, nan_policy="omit")
    ...     total = part if total is None else total.merge(part)
    ...     seen += len(batch)
    >>> total
    Partial(findmin, nan_policy='omit'; 8 elements, [0:8] of an array of unknown shape)
    >>> lowest = total.finish()
    >>> print(lowest.values, lowest.indices)
    1.0 4
    """

    __slots__ = ("_blocks", "_box", "_ends", "_masked", "_nan", "_question", "_seen", "_shape")

    _question: Question
    #: The lengths of the whole array, None for those that are not known.
    _shape: tuple[int | None, ...]
    #: Where the elements seen lie, along all axes.
    _box: Box
    #: The candidates of the slices of that box, for each end.
    _ends: tuple[Candidates, ...]
    #: How many elements were seen.
    _seen: int
    #: Whether there was a `where`.
    _masked: bool
    #: Where along the kept axes the first slice is with a NaN that is an error and no candidate.
    _nan: tuple[int, ...] | None
    #: For each axis with virtual offsets the length of the chunk at each offset.
    _blocks: dict[int, dict[int, int]]

    def __init__(self) -> None:
        raise TypeError("a Partial is made by Partial.of(function, chunk, ...), or by merging")

    @classmethod
    def _make(cls, *fields: Any) -> Self:
        self = object.__new__(cls)
        (
            self._question, self._shape, self._box, self._ends, self._seen, self._masked, self._nan,
            self._blocks,
        ) = fields  # fmt: skip
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (
            self._question, self._shape, self._box, self._ends, self._seen, self._masked, self._nan,
            self._blocks,
        )  # fmt: skip

    @classmethod
    def of(
        cls,
        function: Callable[..., Any] | str,
        chunk: ArrayLike,
        /,
        *args: Any,
        offset: SupportsIndex | Sequence[SupportsIndex] | None = None,
        shape: SupportsIndex | Sequence[SupportsIndex | None] | None = None,
        where: Any = True,
        **words: Any,
    ) -> Self:
        """Return what a chunk contributes to the function's answer for the whole array.

        Parameters
        ----------
        function : callable or str
            One of minloc's functions that take an array, or its name.
        chunk : array_like
            A rectangular part of the whole array, with all its axes. It is read once, and not
            kept. The mask of a masked array is `where`.
        *args : object
            The axis, if it is not given by keyword, or the `k` of `top_k`.
        offset : int or sequence of int, optional
            Where the chunk begins in the whole array, along each axis; by default at its
            beginning.
        shape : int or sequence of int or None, optional
            The shape of the whole array, None for lengths that are not known: a length is then
            where the last of the chunks ends. By default none is known.
        where : array_like of bool, optional
            The chunk's own mask, which broadcasts to it.
        **words : object
            What else the function is given, `axis`, `nan_policy`, `ties`, `keepdims`, `default`,
            `dtype`, or `k` and `mode`; not `out`.

        Returns
        -------
        Partial
            Of this chunk.

        Raises
        ------
        ValueError
            If the chunk does not lie within `shape`, or a word is wrong, as the function says it.
        TypeError
            If minloc has no such function, or the function no such word.

        Examples
        --------
        >>> import minloc
        >>> part = minloc.Partial.of(minloc.top_k, [3, 1, 2], 2, offset=10)
        >>> print(part.merge(minloc.Partial.of("top_k", range(10), 2)).finish().indices)
        [9 8]
        """
        if not is_given(where):
            where = None
        if type(chunk) is np.ndarray:
            a, where = chunk, None if where is None else boolean(where)
        else:
            a, where, words = _read(function, chunk, where, words)
        asked = question(function, a.ndim, args, words)
        start = (0,) * a.ndim if offset is None else offset_of(offset, a.ndim)
        whole = (None,) * a.ndim if shape is None else lengths_of(shape, a.ndim)
        box = tuple([(at, at + n) for at, n in zip(start, a.shape, strict=True)])
        for (_, stop), length in zip(box, whole, strict=True):
            if length is not None and stop > length:
                raise ValueError(
                    f"a chunk of shape {a.shape} at offset {start} does not lie within an array of "
                    f"shape {in_words(whole)}"
                )
        ends: Sequence[Candidates]
        nan = None
        if a.size:
            ends = of_chunk(asked, a, where, start)
            nan = first_nan(asked, a, where)
            if nan is not None:
                nan = tuple([start[i] + at for i, at in zip(asked.kept, nan, strict=True)])
        else:
            asked.ask_nothing_of(a, where)
            ends = [none_of(0, 0, len(asked.axes), a.dtype) for _ in asked.ends]
        return cls._make(asked, whole, box, tuple(ends), a.size, where is not None, nan, {})

    def merge(self, *others: Partial) -> Partial:
        """Return the partial of the parts of all.

        Many at once are merged faster than one after the other.

        Parameters
        ----------
        *others : Partial
            Parts of the same array, asked the same question.

        Returns
        -------
        Partial
            A new one.

        Raises
        ------
        ValueError
            If they are not about the same question, dtype and shape.
        TypeError
            If one is no Partial.

        Examples
        --------
        >>> import minloc
        >>> days = [[21, 19], [17, 23], [18, 17]]
        >>> parts = [minloc.Partial.of("argmin", d, offset=2 * i) for i, d in enumerate(days)]
        >>> print(parts[0].merge(*parts[1:]).finish())
        2
        """
        every = (self, *others)
        shape = self._shape
        for other in others:
            if not isinstance(other, Partial):
                raise TypeError(f"a Partial merges with Partials, got {type(other).__name__}")
            if other._question is not self._question:
                self._question.check_same(other._question)
            shape = common_shape(shape, other._shape)
        blocks = self._blocks
        if any(other._blocks for other in others):
            blocks = common_blocks([one._blocks for one in every])
        full = [one for one in every if one._seen]
        box = bounding([one._box for one in full or every])
        if full:  # else no chunk says of which dtype the elements are
            dtype = functools.reduce(common_dtype, [one._ends[0].values.dtype for one in full])
            ends = [self._merge_end(i, full, box, dtype) for i in range(len(self._ends))]
        else:
            ends = list(min(every, key=lambda one: str(one._ends[0].values.dtype))._ends)
        nans = [one._nan for one in every if one._nan is not None]
        return self._make(
            self._question, shape, box, tuple(ends), sum(one._seen for one in full),
            any(one._masked for one in every), min(nans, default=None), blocks,
        )  # fmt: skip

    def _merge_end(
        self, number: int, parts: Sequence[Self], box: Box, dtype: np.dtype[Any]
    ) -> Candidates:
        """Return the best candidates of some parts, of the slices of the box round them."""
        asked = self._question
        end = asked.ends[number]
        groups: dict[Box, list[Self]] = {}
        for part in parts:
            groups.setdefault(tuple([part._box[i] for i in asked.kept]), []).append(part)
        merged = []
        for kept, group in groups.items():
            reduced = [tuple([part._box[i] for i in asked.axes]) for part in group]
            order = sorted(range(len(group)), key=reduced.__getitem__)
            in_order = all(precedes(reduced[i], reduced[j]) for i, j in pairwise(order))
            ends = [group[i]._ends[number] for i in order]
            merged.append((kept, best_of(asked, end, ends, dtype, bounding(reduced), in_order)))
        if len(merged) == 1:
            return merged[0][1]
        pasted = paste(merged, tuple([box[i] for i in asked.kept]), len(asked.axes), dtype)
        return best_of(asked, end, pasted, dtype, tuple([box[i] for i in asked.axes]), False)

    def finish(self) -> Any:
        """Return the function's answer for the whole array.

        Returns
        -------
        object
            What the function returns, of the same types, for the array as one. Arrays are plain
            ndarrays.

        Raises
        ------
        ValueError
            If a part of the array was not seen, or one was seen twice. What the function raises,
            for a slice without a candidate, or for a NaN under ``nan_policy="raise"``.
        TypeError
            What the function raises.

        Examples
        --------
        >>> import minloc
        >>> part = minloc.Partial.of("argmax", [[1, 9], [5, 2]], axis=0, keepdims=True)
        >>> print(part.finish())
        [[1 0]]
        >>> minloc.Partial.of("argmax", [1, 9], shape=5).finish()
        Traceback (most recent call last):
            ...
        ValueError: 2 elements were seen of an array of shape (5,), which has 5: a chunk is missing
        """
        this = self._without_gaps() if self._blocks else self
        return answer(this._question, this._whole_shape(), this._ends, this._masked, this._nan)

    def _whole_shape(self) -> tuple[int, ...]:
        """Return the shape of the whole array, all of which must have been seen."""
        shape = tuple(
            [
                n if n is not None else stop
                for n, (_, stop) in zip(self._shape, self._box, strict=True)
            ]
        )
        size = math.prod(shape)
        kept = [i for i in self._question.kept if self._box[i] != (0, shape[i])]
        if self._seen != size or (size and kept):
            what = "one was seen twice" if self._seen > size else "a chunk is missing"
            raise ValueError(
                f"{self._seen} elements were seen of an array of shape {shape}, which has {size}: "
                f"{what if self._seen != size else 'one chunk was seen twice, another is missing'}"
            )
        return shape

    def _complete(self, running: Running) -> Self:
        """Return the partial of the whole array, of which there is a running answer."""
        shape = running.shape
        return self._make(
            self._question, shape, tuple([(0, n) for n in shape]), running.ends(),
            math.prod(shape), running.masked, None, {},
        )  # fmt: skip

    def _virtual(self, axes: Sequence[int]) -> Self:
        """Return the same for a chunk whose offsets along these reduced axes are virtual.

        Parameters
        ----------
        axes : sequence of int
            Axes along which the offset says only which chunks come before and which after. All
            chunks at one offset have one length there.

        Returns
        -------
        Partial
            One that can be merged with others like it; `finish` puts chunk after chunk.
        """
        blocks = {i: {self._box[i][0]: self._box[i][1] - self._box[i][0]} for i in axes}
        return self._make(
            self._question, self._shape, self._box, self._ends, self._seen, self._masked,
            self._nan, blocks,
        )  # fmt: skip

    def _without_gaps(self) -> Self:
        """Return the same with the real coordinates in the place of virtual ones."""
        box, ends = list(self._box), self._ends
        for axis, lengths in self._blocks.items():
            virtual = np.array(sorted(lengths), np.int64)
            stops = np.cumsum([lengths[int(start)] for start in virtual])
            real = np.concatenate([[0], stops[:-1]])
            box[axis] = (0, int(stops[-1]))
            ends = tuple(
                [end.moved(self._question.axes.index(axis), virtual, real) for end in ends]
            )
        return self._make(
            self._question, self._shape, tuple(box), ends, self._seen, self._masked, self._nan, {},
        )  # fmt: skip

    def __sizeof__(self) -> int:
        """Return about how many bytes it takes, by which a scheduler decides what to move."""
        blocks = sum(len(lengths) for lengths in self._blocks.values())
        return 400 + 100 * blocks + sum(end.nbytes for end in self._ends)

    def __repr__(self) -> str:
        """Return what was asked, what has been seen, and where."""
        where = ", ".join([f"{start}:{stop}" for start, stop in self._box])
        if any(n is not None for n in self._shape):
            whole = f"an array of shape {in_words(self._shape)}"
        else:
            whole = "an array of unknown shape"
        return f"Partial({self._question}; {self._seen} elements, [{where}] of {whole})"


def _remake(*fields: Any) -> Partial:
    return Partial._make(*fields)


def _read(
    function: Callable[..., Any] | str, chunk: Any, where: Any, words: dict[str, Any]
) -> tuple[NDArray[Any], Any, dict[str, Any]]:
    """Return a chunk that is no plain array as one, its mask, and what the function is given."""
    from minloc._adapters.labels import laid_as  # the adapters build on this
    from minloc._adapters.values import values_of, with_default

    a, missing = values_of("Partial", chunk)
    if where is not None:
        where = boolean(laid_as(chunk, where))
    if missing is not None:
        where = ~(missing if where is None else excluded(missing, where))
    name = function if isinstance(function, str) else getattr(function, "__name__", "")
    return a, where, with_default(name, chunk, words)
