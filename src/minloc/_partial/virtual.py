"""Virtual offsets: of chunks whose place is not known when they are asked, only their order.

Chunks before them may have sizes that nobody knows yet. Such a chunk takes any offset that grows
from chunk to chunk with enough room between, such as ``number << 40``, and its part remembers the
chunk's length. When all parts are merged, every length is known, and the gaps are closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from minloc._partial.part import Part
    from minloc._partial.regions import Blocks


def at_virtual_offsets(part: Part, axes: Sequence[int]) -> Part:
    """Return the same part, of a chunk whose offsets along these reduced axes are virtual.

    Parameters
    ----------
    part : Part
        Of one chunk.
    axes : sequence of int
        Axes along which the offset says only which chunks come before and which after. All
        chunks at one offset have one length there.

    Returns
    -------
    Part
        One that can be merged with others like it.
    """
    blocks = {i: {part.region[i][0]: part.region[i][1] - part.region[i][0]} for i in axes}
    return part.replaced(blocks=blocks)


def common_blocks(parts: Iterable[Blocks]) -> Blocks:
    """Return the lengths of all chunks with virtual offsets, or raise if two differ."""
    blocks: Blocks = {}
    for part in parts:
        for axis, lengths in part.items():
            known = blocks.setdefault(axis, {})
            for start, length in lengths.items():
                if known.setdefault(start, length) != length:
                    raise ValueError(
                        f"chunks at the same offset along axis {axis} have lengths "
                        f"{known[start]} and {length}"
                    )
    return blocks


def without_gaps(part: Part) -> Part:
    """Return the same part with real coordinates instead of virtual ones."""
    region, ends = list(part.region), part.ends
    for axis, lengths in part.blocks.items():
        virtual = np.array(sorted(lengths), np.int64)
        stops = np.cumsum([lengths[int(start)] for start in virtual])
        real = np.concatenate([[0], stops[:-1]])
        region[axis] = (0, int(stops[-1]))
        among = part.question.axes.index(axis)
        ends = tuple([end.moved(among, virtual, real) for end in ends])
    return part.replaced(region=tuple(region), ends=ends, blocks={})
