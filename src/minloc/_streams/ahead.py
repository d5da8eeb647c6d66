"""Boxes worked on ahead, in threads, and used in order in the calling thread.

So many bytes of boxes are in flight at most. A source that only the calling thread may read has its
boxes worked on one after the other.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minloc import _core
from minloc._streams.grid import boxes

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from minloc._streams.grid import Box
    from minloc._streams.source import Source

#: How much of the boxes may be in memory at once; to decode them takes as much again.
BYTES_IN_FLIGHT = 64 << 20


def each_box(
    source: Source,
    kept: tuple[int, ...],
    whole: bool,
    work: Callable[[Box], Any],
    use: Callable[[Box, Any], None],
) -> None:
    """Do some work for each box, ahead and in threads, and use what it returns in this thread.

    Parameters
    ----------
    source : Source
        Whose boxes.
    kept : tuple of int
        The axes that are not reduced.
    whole : bool
        Whether slices should be whole in a box.
    work, use : callable
        `work(box)` may be called in any thread, `use(box, result)` is called in this one, in the
        order of the boxes.
    """
    from concurrent.futures import ThreadPoolExecutor  # as slow to import as all of minloc

    shape = source.box(kept, whole)
    if source.one_thread:
        for box in boxes(source.shape, shape, source.order(kept)):
            use(box, work(box))
        return
    most = max(1, BYTES_IN_FLIGHT // max(math.prod(shape) * source.dtype.itemsize, 1))
    threads = min(max(2, _core.get_num_threads()), most)
    waiting: collections.deque[tuple[Box, Future[Any] | None]] = collections.deque()

    def use_first() -> None:
        box, future = waiting.popleft()
        use(box, work(box) if future is None else future.result())

    # The boxes share the processor among them, so the core takes one thread for each.
    with ThreadPoolExecutor(threads, initializer=_core.set_num_threads_here, initargs=(1,)) as pool:
        try:
            for box in boxes(source.shape, shape, source.order(kept)):
                if len(waiting) == min(2 * threads, most):
                    use_first()
                waiting.append((box, _submit(pool, work, box)))
            while waiting:
                use_first()
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()


def _submit(pool: ThreadPoolExecutor, work: Callable[[Box], Any], box: Box) -> Future[Any] | None:
    """Return the work to come, or None where the system has no thread for it."""
    try:
        return pool.submit(work, box)
    except RuntimeError:
        return None
