"""Partial: the answer for a part of an array, as users have it.

Chunk, merge, finish: a chunk is asked once and leaves its best elements with their coordinates in
the whole array; parts are merged in any order; what is left in the end is asked the question once
more, as an array whose slices have one element each. See `chunk`, `merge` and `finish`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self, SupportsIndex

from minloc._partial import chunk as chunks
from minloc._partial.beside import Beside, cast
from minloc._partial.finish import finish
from minloc._partial.merge import merge
from minloc._partial.question import Question, called, question
from minloc._partial.regions import lengths_of, offset_of, shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from minloc._partial.part import Part


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

    __slots__ = ("_part",)

    _part: Part

    def __init__(self) -> None:
        raise TypeError("a Partial is made by Partial.of(function, chunk, ...), or by merging")

    @classmethod
    def _of(cls, part: Part) -> Self:
        self = object.__new__(cls)
        self._part = part
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return partial_of, (self._part,)

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
        by: Any = None,
        distance_to: Any = None,
        **keywords: Any,
    ) -> Self:
        """Return what a chunk contributes to the function's answer for the whole array.

        Parameters
        ----------
        function : callable or str
            One of minloc's functions that take an array, or its name.
        chunk : array_like
            A rectangular part of the whole array, with all its axes. It is read once and not
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
        by : array_like of int, optional
            The chunk's own labels: the number of the group of each element. It takes
            `num_groups`, of the whole array: a chunk need not have the largest label.
        distance_to : scalar or array_like, optional
            What the chunk's elements are compared by their distance to.
        **keywords : object
            The function's other keywords: `axis`, `nan_policy`, `ties`, `keepdims`, `default`,
            `dtype`, `num_groups`, or `k` and `mode`; not `out`.

        Returns
        -------
        Partial
            Of this chunk.

        Raises
        ------
        ValueError
            If the chunk does not lie within `shape`, or a keyword has a wrong value, with the
            function's own message.
        TypeError
            If minloc has no such function, or the function has no such keyword.

        Examples
        --------
        >>> import minloc
        >>> part = minloc.Partial.of(minloc.top_k, [3, 1, 2], 2, offset=10)
        >>> print(part.merge(minloc.Partial.of("top_k", range(10), 2)).finish().indices)
        [9 8]
        """
        values, mask = chunks.read(chunk, where)
        _check_groups(by, keywords.get("num_groups"))
        asked = _read(function, chunk, values.ndim, args, keywords)
        by, target = chunks.laid(chunk, by, distance_to, asked.axes)
        beside = Beside(mask, by, cast(target, values.dtype))
        start = (0,) * values.ndim if offset is None else offset_of(offset, values.ndim)
        whole = (None,) * values.ndim if shape is None else lengths_of(shape, values.ndim)
        return cls._of(chunks.ask(asked, values, beside, start, whole))

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
        for other in others:
            if not isinstance(other, Partial):
                raise TypeError(f"a Partial merges with Partials, got {type(other).__name__}")
        return self._of(merge([self._part, *[other._part for other in others]]))

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
        return finish(self._part)

    def __sizeof__(self) -> int:
        """Return about how many bytes it takes, by which a scheduler decides what to move."""
        return self._part.__sizeof__()

    def __repr__(self) -> str:
        """Return what was asked, what has been seen, and where."""
        part = self._part
        groups, ndim = part.question.num_groups, part.question.ndim
        where = ", ".join([f"{start}:{stop}" for start, stop in part.region[:ndim]])
        if any(n is not None for n in part.shape[:ndim]):
            whole = f"an array of shape {shown(part.shape[:ndim])}"
        else:
            whole = "an array of unknown shape"
        return (
            f"Partial({part.question}; {part.seen // (groups or 1)} elements, [{where}] of {whole})"
        )


def part_of(partial: Partial) -> Part:
    """Return what a `Partial` knows."""
    return partial._part


def partial_of(part: Part) -> Partial:
    """Return a part as users have it."""
    return Partial._of(part)


def _check_groups(by: Any, num_groups: Any) -> None:
    """Raise unless both are given, or neither."""
    if by is not None and num_groups is None:
        raise TypeError(
            "Partial takes num_groups with by, because one chunk need not have the largest label"
        )
    if by is None and num_groups is not None:
        raise TypeError("num_groups is given without by, the labels of the groups")


def _read(
    function: Callable[..., Any] | str,
    chunk: Any,
    ndim: int,
    args: tuple[Any, ...],
    keywords: dict[str, Any],
) -> Question:
    """Return the question that a call of `Partial.of` asks."""
    from minloc._containers.values import with_default  # which few calls need

    name = called(function)
    if name == "top_k":
        given = len(args) + ("k" in keywords)
        if given != 1:
            raise TypeError(f"top_k() takes one k, got {given}")
    elif len(args) > 1:
        raise TypeError(f"Partial takes only the axis of {name}() by position, got {args!r}")
    elif args and "axis" in keywords:
        raise TypeError(f"{name}() got multiple values for argument 'axis'")
    if "out" in keywords:
        raise TypeError(
            f"Partial takes no out: only finish() has the whole answer of {name}(); copy it"
        )
    if args:
        keywords = {"k" if name == "top_k" else "axis": args[0], **keywords}
    return question(name, ndim, with_default(name, chunk, keywords))
