"""The search of the joined array, in boxes: here, or on a Dask cluster."""

from __future__ import annotations

import math
from contextlib import closing, nullcontext

from minloc import Partial
from minloc._adapters.memmap import Map
from minloc._cli.aim import Floats, as_floats, is_between
from minloc._cli.array_groups import ArrayGroups
from minloc._cli.cluster import partial_on, words
from minloc._cli.extremes import Extremes
from minloc._cli.joined import Joined
from minloc._cli.mask import Mask
from minloc._cli.progress import bar
from minloc._streams import Source, stream
from minloc._streams.ahead import BYTES_IN_FLIGHT


def partial_of(
    joined: Joined,
    mask: Mask,
    axes: tuple[int, ...],
    extremes: Extremes,
    memory: int,
    scheduler: str | None,
    groups: ArrayGroups | None = None,
) -> Partial:
    """Return the answer for the whole array, as a `Partial`.

    Parameters
    ----------
    joined : Joined
        The array.
    mask : Mask
        Which of its elements are candidates.
    axes : tuple of int
        The reduced axes.
    extremes : Extremes
        Which elements are asked for, in terms of stored elements.
    memory : int
        About how many bytes may be held at once.
    scheduler : str or None
        The Dask scheduler whose workers search; None to search here.
    groups : ArrayGroups, optional
        The groups that elements belong to.
    """
    if scheduler is not None:
        return partial_on(scheduler, joined, mask, axes, extremes, memory, groups)
    name, keywords = extremes.call()
    keywords |= words(axes, groups)
    if groups is not None:
        keywords["by"] = groups.labels
    if joined.ndim == 0:  # it cannot be cut into boxes
        where = {"where": mask[()]} if mask.needed else {}
        values = joined.read(())
        if is_between(extremes, joined.dtype):
            values = as_floats(joined.files[0].path, values)
        return Partial.of(name, values, **keywords, **where)
    if mask.needed:
        keywords["where"] = mask
    source: Source = joined
    if is_between(extremes, joined.dtype):
        source = Floats(joined)
    elif not mask.needed and memory >= BYTES_IN_FLIGHT and joined.mapped is not None:
        source = Map(joined.mapped)  # the fastest way, whose windows do not depend on `memory`
    shown = bar(joined.dtype.itemsize * math.prod(joined.shape))

    def tell(done: int, of: int) -> None:
        shown.update(done - shown.n)

    progress = None if shown is None else tell
    with nullcontext() if shown is None else closing(shown):
        return stream(name, source, keywords, progress)
