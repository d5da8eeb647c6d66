"""The way of arrays: resolve variable and axes, join the files, search, locate, and draw."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from minloc._cli import plot, resolve, save
from minloc._cli.aim import aimed
from minloc._cli.answer_map import AnswerMap
from minloc._cli.answers import Block, locations
from minloc._cli.array_groups import groups_of
from minloc._cli.errors import RefusalError, UnreadableError
from minloc._cli.formats.arrays import Arrays
from minloc._cli.found import Found
from minloc._cli.joined import Joined
from minloc._cli.locate import locate
from minloc._cli.mask import Mask
from minloc._cli.ranked import has_nan, ranked, slices_of
from minloc._cli.request import Request
from minloc._cli.stream import partial_of

#: This part of the memory that is allowed is the size of a box: several boxes are in memory at
#: once, each with its elements and its mask, compressed and decoded.
BOXES_IN_MEMORY = 32
#: The bytes of an array that nobody waits for; a damaged or sparse file may promise them.
TOO_MANY = 1 << 53


def search(files: Sequence[Arrays], request: Request) -> Found:
    """Return the answers that are asked for.

    Raises
    ------
    RefusalError
        If it cannot be done.
    """
    path = files[0].path
    if request.column is not None:
        raise RefusalError(f"--column is for tables, and {path} holds arrays: use --var")
    variables, axes = resolve.variables(files, request.var, request.axis)
    joined = Joined(files, variables, request.memory // BOXES_IN_MEMORY)
    _check_size(joined, path, request.memory)
    if request.window is not None:
        from minloc._cli import windows

        return windows.search(joined, axes, request)
    if request.plot is not None:
        if (near := request.extremes.near) is not None:
            raise RefusalError(
                f"--plot draws where an array is smallest or largest, not with {near.option}"
            )
        plot.check_array(joined, axes if request.axis is not None else None)
    several = request.axis is not None or request.by is not None
    if request.output is not None:
        save.check_map(request.output, joined, axes if several else None)
    groups = None
    if request.by is not None:
        groups = groups_of(joined, axes, request.by, request.memory)
    mask = Mask(joined, request.condition)
    wanted = aimed(request.extremes, joined)
    stored = wanted.reversed() if joined.descends else wanted
    part = partial_of(joined, mask, axes, stored, request.memory, request.scheduler, groups)
    for file in files:
        file.check()
    if wanted.nan == "raise" and has_nan(part):
        raise RefusalError(f"{path}: '{variables[0].name}' has a NaN, and --nan is raise")

    def blocks() -> Iterable[Block]:
        candidates = ranked(part, wanted, joined.descends)
        answered = slices_of(part, joined.shape)
        return locate(candidates, joined, axes, wanted, answered, groups=groups)

    def draw() -> None:
        picture = request.plot or ""
        if request.axis is not None:
            plot.draw_answers(picture, joined, axes, ranked(part, wanted, joined.descends))
        else:
            there = [one for one in locations(blocks()) if one.found]
            plot.draw_array(picture, joined, mask, there)

    if not several:
        return Found(blocks, draw=draw)
    slices = []
    if request.axis is not None:
        slices.append("along " + ", ".join(joined.dims[axis] for axis in axes))
    if groups is not None:
        slices.append("by " + ", ".join(groups.values))
    return Found(
        blocks, " ".join(slices), draw, lambda: AnswerMap(part, joined, axes, wanted, groups)
    )


def _check_size(joined: Joined, path: str, memory: int) -> None:
    """Raise UnreadableError if the array, or a chunk of it, is larger than can be searched."""
    whole = math.prod(joined.shape) * joined.dtype.itemsize
    if whole > TOO_MANY:
        raise UnreadableError(
            path, f"says that its shape is {joined.shape}: {whole} bytes cannot be searched"
        )
    parts = joined.chunks
    if parts is not None and _bytes(joined, parts) > memory:
        # The chunks in a shard can be read by themselves, at some cost.
        parts = joined.chunks = joined.parts[0].store.chunks  # type: ignore[attr-defined]
        if (size := _bytes(joined, parts)) > memory:
            raise UnreadableError(
                path,
                f"has chunks of {size} bytes, each of which has to be held at once: allow it by "
                "--memory",
            )


def _bytes(joined: Joined, chunk: Sequence[int]) -> int:
    """Return the bytes of a chunk, which may be longer than the array."""
    return math.prod(map(min, chunk, joined.shape)) * joined.dtype.itemsize
