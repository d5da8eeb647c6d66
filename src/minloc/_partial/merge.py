"""Parts of one array become one part: the best of each slice, where they have slices in common.

Parts of the same slices are merged all at once, in the order of their places. Their candidates are
then pasted into the region round all parts.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from minloc._partial.beside import common_target
from minloc._partial.best import best_of
from minloc._partial.part import Part
from minloc._partial.regions import (
    bounding,
    common_dtype,
    common_shape,
    paste,
    place_in,
    precedes,
)
from minloc._partial.virtual import common_blocks

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from minloc._partial.candidates import Candidates
    from minloc._partial.regions import Region


def merge(parts: Sequence[Part]) -> Part:
    """Return the part that some parts are together.

    Parameters
    ----------
    parts : sequence of Part
        At least one. Many at once are merged faster than one after the other.

    Returns
    -------
    Part
        Of the smallest region that holds all of theirs.

    Raises
    ------
    ValueError
        If they are not about the same question, dtype and shape.
    """
    first, *others = parts
    if not others:
        return first
    shape = first.shape
    for other in others:
        first.question.check_same(other.question)
        shape = common_shape(shape, other.shape)
    blocks = first.blocks
    if any(other.blocks for other in others):
        blocks = common_blocks([part.blocks for part in parts])
    full = [part for part in parts if part.seen]
    region = bounding([part.region for part in full or parts])
    target = None
    if full:  # empty chunks may have any dtype
        target = common_target(first.question, full, region)
        dtype = functools.reduce(common_dtype, [part.ends[0].values.dtype for part in full])
        ends = [_merge_end(i, full, region, dtype, target) for i in range(len(first.ends))]
    else:
        ends = list(min(parts, key=lambda part: str(part.ends[0].values.dtype)).ends)
    nans = [part.nan for part in parts if part.nan is not None]
    return Part(
        first.question, shape, region, tuple(ends), sum(part.seen for part in full),
        any(part.masked for part in parts), min(nans, default=None), blocks, target,
    )  # fmt: skip


def _merge_end(
    number: int,
    parts: Sequence[Part],
    region: Region,
    dtype: np.dtype[Any],
    target: NDArray[Any] | None,
) -> Candidates:
    """Return the best candidates for one end, of the slices of the region round the parts."""
    question = parts[0].question
    end = question.ends[number]
    groups: dict[Region, list[Part]] = {}
    for part in parts:
        groups.setdefault(tuple([part.region[i] for i in question.answered]), []).append(part)
    slices = tuple([region[i] for i in question.answered])
    merged = []
    for kept, group in groups.items():
        reduced = [tuple([part.region[i] for i in question.axes]) for part in group]
        order = sorted(range(len(group)), key=reduced.__getitem__)
        in_order = all(precedes(reduced[i], reduced[j]) for i, j in pairwise(order))
        ends = [group[i].ends[number] for i in order]
        own = target
        if target is not None and target.ndim:
            own = target[place_in(slices, kept)]
        best = best_of(question, end, ends, dtype, bounding(reduced), in_order, own)
        merged.append((kept, best))
    if len(merged) == 1:
        return merged[0][1]
    pasted = paste(merged, slices, len(question.axes), dtype)
    along = tuple([region[i] for i in question.axes])
    return best_of(question, end, pasted, dtype, along, False, target)
