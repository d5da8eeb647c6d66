"""An array larger than memory, box after box: read ahead in threads, and merged.

Each thread reads a box, asks it, and lets go of it, so that what was read is still near the
processor when it is asked, and no more than a few boxes are in memory. What is left of a box is its
`Partial`.
"""

from __future__ import annotations

import collections
import contextlib
import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from minloc import _core
from minloc._grid import Slices
from minloc._masks import boolean, check_boolean, is_given
from minloc._partial import Partial

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from numpy.typing import NDArray

#: What may be in memory at once of boxes; to decode them takes as much again.
BYTES_IN_FLIGHT = 64 << 20
#: As many partials of the same slices are merged at once.
MERGED_AT_ONCE = 32


class Source(Protocol):
    """An array that is read in boxes."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    #: The largest box.
    box: tuple[int, ...]

    def boxes(self, kept: tuple[int, ...]) -> Iterator[Slices]:
        """Yield all boxes, in the order in which they are best read; some axes are kept."""

    def read(self, box: Slices) -> NDArray[Any]:
        """Return the elements of a box; called by several threads."""

    def release(self, box: Slices) -> None:
        """Let go of what was read."""


class Call(NamedTuple):
    """A call, as it was spelled, taken apart."""

    a: Any
    #: What else was given by position.
    args: tuple[Any, ...]
    words: dict[str, Any]
    out: Any
    progress: Any

    @classmethod
    def of(cls, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """Return the parts of a call of a public function."""
        words = dict(kwargs)
        a, *rest = args if args else (words.pop("a"),)
        by_position = rest.pop() if name != "top_k" and len(rest) == 2 else None
        out = words.pop("out", by_position)
        return cls(a, tuple(rest), words, out, words.pop("progress", None))


def stream(name: str, source: Source, call: Call) -> Any:
    """Return what the function called `name` answers for an array that is read in boxes.

    Parameters
    ----------
    name : str
        A public function.
    source : Source
        The array.
    call : Call
        What the function is given besides the array. Its `progress` may be True, for a bar by tqdm,
        or a function, which is called with the bytes done and with all bytes.

    Returns
    -------
    object
        The function's answer.

    Raises
    ------
    ValueError, TypeError
        What the function raises. The error of a reading comes out as it is.
    ImportError
        If there is no tqdm for the bar.
    """
    return merged(name, source, call).finish()


def merged(name: str, source: Source, call: Call) -> Partial:
    """Return the partial answer for the whole array, as `stream` finishes it."""
    from concurrent.futures import ThreadPoolExecutor  # as slow to import as all of minloc

    args, words = call.args, dict(call.words)
    where = words.pop("where", True)
    given = {"offset": (0,) * len(source.shape), "shape": source.shape}
    # An empty chunk says at once what is wrong with the words, and how the function reads them.
    empty = np.empty((0,) * len(source.shape), source.dtype)
    total = Partial.of(name, empty, *args, **given, **words)
    mask_of = mask_in_boxes(where, source.shape)
    itemsize = source.dtype.itemsize
    most = max(1, BYTES_IN_FLIGHT // (math.prod(source.box) * itemsize))
    threads = min(max(2, _core.get_num_threads()), most)

    def ask(box: Slices) -> tuple[int, Partial]:
        a = source.read(box)
        given = {"offset": [s.start for s in box], "shape": source.shape}
        part = Partial.of(name, a, *args, where=mask_of(box), **given, **words)
        size = a.nbytes
        del a
        source.release(box)
        return size, part

    parts: dict[Any, list[Partial]] = collections.defaultdict(list)
    with (
        _told(call.progress, name, math.prod(source.shape) * itemsize) as tell,
        # Boxes are asked side by side, so each is asked by one thread.
        ThreadPoolExecutor(threads, initializer=_core.set_num_threads_here, initargs=(1,)) as pool,
    ):
        kept = total._question.kept
        for size, part in _ahead(pool, ask, source.boxes(kept), 2 * threads):
            same_slices = parts[tuple([part._box[i] for i in kept])]
            same_slices.append(part)
            if len(same_slices) == MERGED_AT_ONCE:
                same_slices[:] = [same_slices[0].merge(*same_slices[1:])]
            tell(size)
    return total.merge(*[part for same in parts.values() for part in same])


def _ahead(
    pool: ThreadPoolExecutor,
    ask: Callable[[Slices], tuple[int, Partial]],
    boxes: Iterator[Slices],
    count: int,
) -> Iterator[tuple[int, Partial]]:
    """Yield the answer for each box, while as many as `count` are under way or wait for it."""
    waiting: collections.deque[Future[tuple[int, Partial]]] = collections.deque()
    try:
        for box in boxes:
            if len(waiting) == count:
                yield waiting.popleft().result()
            waiting.append(pool.submit(ask, box))
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()


def mask_in_boxes(where: Any, shape: tuple[int, ...]) -> Callable[[Slices], Any]:
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

    def mask_of(box: Slices) -> Any:
        parts = zip(has, box[extra:], strict=True)
        return boolean(where[tuple([slice(0, 1) if n == 1 else part for n, part in parts])])

    return mask_of


@contextlib.contextmanager
def _told(progress: Any, name: str, total: int) -> Iterator[Callable[[int], Any]]:
    """Give a function that is told of each box that is done, and tells the user."""
    if progress is None or progress is False:
        yield lambda size: None
    elif callable(progress):
        done = 0

        def tell(size: int) -> None:
            nonlocal done
            done += size
            progress(done, total)

        yield tell
    elif progress is True:
        try:
            from tqdm import tqdm
        except ImportError:
            raise ImportError(
                "progress=True shows the bar of tqdm, which is not installed: "
                "pip install minloc[progress]"
            ) from None
        with tqdm(total=total, desc=name, unit="B", unit_scale=True, unit_divisor=1024) as bar:
            yield bar.update
    else:
        raise TypeError(
            f"progress must be True, False, or a function of the bytes done and of all bytes, "
            f"got {progress!r}"
        )
