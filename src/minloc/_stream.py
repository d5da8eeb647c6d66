"""An array larger than memory, box after box: read ahead, and added to the answer so far.

Threads read boxes ahead; each box is then added to the running answer by the core, on its own
threads, and let go of. So what is in memory is the answer and a few boxes. Dtypes and functions for
which the core keeps no running answer are asked box by box, side by side, and what is left of a box
is its `Partial`.
"""

from __future__ import annotations

import collections
import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from minloc import _core
from minloc._grid import Slices, boxes
from minloc._masks import boolean, check_boolean, excluded, is_given
from minloc._partial import Partial
from minloc._running import Running, can_run

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from numpy.typing import NDArray

    from minloc._question import Question

#: From a box to the part of a mask for it, True for all.
MaskOf: TypeAlias = Callable[[Slices], Any]
#: What may be in memory at once of boxes; to decode them takes as much again.
BYTES_IN_FLIGHT = 64 << 20
#: As many partials of the same slices are merged at once, or as many as hold so many bytes.
MERGED_AT_ONCE, MERGED_BYTES = 32, 32 << 20


class Source(Protocol):
    """An array that is read in boxes."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    #: Whether only the thread that calls may read.
    one_thread: bool

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of all boxes but those at the ends; some axes are kept.

        If `whole`, slices should be whole in a box where that costs no more to read.
        """

    def order(self, kept: tuple[int, ...]) -> Sequence[int]:
        """Return the axes from the slowest to the fastest in which boxes are best read."""

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
    args, words = call.args, dict(call.words)
    where = words.pop("where", True)
    # An empty chunk says at once what is wrong with the words, and how the function reads them.
    empty = np.empty((0,) * len(source.shape), source.dtype)
    nothing = Partial.of(name, empty, *args, offset=(0,) * empty.ndim, shape=source.shape, **words)
    asked = nothing._question
    mask_of = mask_in_boxes(where, source.shape)
    size = math.prod(source.shape) * source.dtype.itemsize
    with _told(call.progress, name, size) as tell:
        if size and can_run(asked, source.shape, source.dtype):
            return nothing._complete(_run(asked, source, mask_of, tell))
        return nothing.merge(*_parts(asked, source, mask_of, tell))


def _run(asked: Question, source: Source, mask_of: MaskOf, tell: Callable[[int], Any]) -> Running:
    """Return the running answer for all boxes."""
    from minloc._adapters.values import values_of  # the adapters build on this

    running = Running(asked, source.shape, source.dtype)

    def read(box: Slices) -> tuple[NDArray[Any], Any]:
        a, mask = source.read(box), mask_of(box)
        if type(a) is np.ndarray:
            return a, None if mask is True else mask
        values, missing = values_of(asked.name, a)
        if missing is None:
            return values, None if mask is True else mask
        return values, ~(missing if mask is True else excluded(missing, mask))

    def add(box: Slices, values_and_mask: tuple[NDArray[Any], Any]) -> None:
        a, mask = values_and_mask
        running.add(a, mask, [s.start for s in box])
        tell(a.nbytes)
        source.release(box)

    _each_box(source, asked.kept, False, read, add)
    return running


def _parts(
    asked: Question, source: Source, mask_of: MaskOf, tell: Callable[[int], Any]
) -> list[Partial]:
    """Return partial answers of all boxes, few of the same slices."""
    name, _, args, words = asked.told
    parts: dict[Any, list[Partial]] = collections.defaultdict(list)

    def ask(box: Slices) -> tuple[int, Partial]:
        a = source.read(box)
        given = {"offset": [s.start for s in box], "shape": source.shape}
        part = Partial.of(name, a, *args, where=mask_of(box), **given, **dict(words))
        source.release(box)
        return a.nbytes, part

    def keep(box: Slices, answer: tuple[int, Partial]) -> None:
        size, part = answer
        same_slices = parts[tuple([box[i].start for i in asked.kept])]
        same_slices.append(part)
        several = len(same_slices) > 1
        if len(same_slices) == MERGED_AT_ONCE or (several and part.__sizeof__() >= MERGED_BYTES):
            same_slices[:] = [same_slices[0].merge(*same_slices[1:])]
        tell(size)

    _each_box(source, asked.kept, True, ask, keep)
    return [part for same in parts.values() for part in same]


def _each_box(
    source: Source,
    kept: tuple[int, ...],
    whole: bool,
    work: Callable[[Slices], Any],
    use: Callable[[Slices, Any], None],
) -> None:
    """Do some work for all boxes, ahead and in threads, and use what it gave in this one."""
    from concurrent.futures import ThreadPoolExecutor  # as slow to import as all of minloc

    box = source.box(kept, whole)
    if source.one_thread:
        for at in boxes(source.shape, box, source.order(kept)):
            use(at, work(at))
        return
    most = max(1, BYTES_IN_FLIGHT // max(math.prod(box) * source.dtype.itemsize, 1))
    threads = min(max(2, _core.get_num_threads()), most)
    waiting: collections.deque[tuple[Slices, Future[Any] | None]] = collections.deque()

    def use_first() -> None:
        at, future = waiting.popleft()
        use(at, work(at) if future is None else future.result())

    # Boxes are worked at side by side, so each is worked at by one thread.
    with ThreadPoolExecutor(threads, initializer=_core.set_num_threads_here, initargs=(1,)) as pool:
        try:
            for at in boxes(source.shape, box, source.order(kept)):
                if len(waiting) == min(2 * threads, most):
                    use_first()
                waiting.append((at, _submit(pool, work, at)))
            while waiting:
                use_first()
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()


def _submit(
    pool: ThreadPoolExecutor, work: Callable[[Slices], Any], box: Slices
) -> Future[Any] | None:
    """Return the work to come, or None where the system has no thread for it."""
    try:
        return pool.submit(work, box)
    except RuntimeError:
        return None


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
