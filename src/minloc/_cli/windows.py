"""``--window`` in arrays: the answer of every window along one axis, for each place beside it.

An answer has two places along the axis: where it is, and where its window stands, at the last
element or in the middle. The indices and the elements of all windows are in memory, because there
are as many of them as there are elements.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli import save
from minloc._cli.answer_map import AnswerMap
from minloc._cli.answers import Block
from minloc._cli.errors import RefusalError
from minloc._cli.extremes import Extremes
from minloc._cli.found import Found
from minloc._cli.joined import Joined
from minloc._cli.locate import locate
from minloc._cli.mask import Mask
from minloc._cli.progress import bar
from minloc._cli.ranked import BLOCK, Ranked
from minloc._cli.request import Request
from minloc._streams import stream_windows
from minloc._window_axes import Axis

#: What is called so is where a window stands.
NAMES = ("window", "window_label")


def search(joined: Joined, axes: Sequence[int], request: Request) -> Found:
    """Return the answers of all windows.

    Raises
    ------
    RefusalError
        If it cannot be done.
    """
    axis = _axis(joined, axes, request)
    if request.output is not None:
        save.check_map(request.output, joined, ())
    moved = _moved(joined, Mask(joined, request.condition), axis, request)
    for file in joined.files:
        file.check()

    def blocks() -> Iterable[Block]:
        slices = moved.kept, moved.found.shape
        return locate(moved.ranked(), joined, [axis.number], request.extremes, slices, moved.stand)

    title = f"of every {axis.window} along {joined.dims[axis.number]}{request.in_steps}"
    return Found(blocks, title, map=lambda: moved)


def _axis(joined: Joined, axes: Sequence[int], request: Request) -> Axis:
    """Return the windows that are asked for."""
    path, names = joined.files[0].path, ", ".join(joined.dims)
    if len(joined.files) > 1:
        raise RefusalError(f"--window moves within one file, and there are {len(joined.files)}")
    if len(axes) != 1:
        raise RefusalError(
            f"--window moves along one axis: choose it with --axis; {path} has: {names or 'none'}"
        )
    if there := [name for name in (*joined.dims, joined.parts[0].name) if name in NAMES]:
        raise RefusalError(
            f"--window: {path} has the name '{there[0]}', which is that of the place of a window"
        )
    assert request.window is not None
    axis = Axis(axes[0], request.window, request.step, False, request.center)
    n = joined.shape[axis.number]
    if axis.window > n:
        raise RefusalError(
            f"--window {axis.window}: {path} has {n} elements along {joined.dims[axis.number]}"
        )
    return axis


def _moved(joined: Joined, mask: Mask, axis: Axis, request: Request) -> WindowMap:
    """Return the answers as arrays."""
    shape, extremes = list(joined.shape), request.extremes
    stand = axis.places(shape[axis.number])
    shape[axis.number] = len(stand)
    size = math.prod(shape) * (np.dtype(np.intp).itemsize + joined.dtype.itemsize)
    if size > request.memory:
        raise RefusalError(
            f"--window: the answers of {math.prod(shape)} windows take {size // 1_000_000 + 1} MB: "
            "allow more by --memory"
        )
    stored = extremes.reversed() if joined.descends else extremes
    keywords: dict[str, Any] = {
        "window": axis.window, "axis": axis.number, "center": axis.center, "ties": extremes.ties,
        "nan_policy": extremes.nan, "default": -1, "step": axis.step,
        "min_count": request.min_count,
    }  # fmt: skip
    if mask.needed:
        keywords["where"] = mask
    elements = np.empty(shape, joined.dtype)
    shown = bar(joined.dtype.itemsize * math.prod(joined.shape))

    def tell(done: int, of: int) -> None:
        shown.update(done - shown.n)

    progress = None if shown is None else tell
    name = f"moving_arg{stored.which[0]}"
    try:
        with nullcontext() if shown is None else closing(shown):
            index = stream_windows(name, joined, keywords, progress, elements)
    except ValueError as error:
        if extremes.nan != "raise" or not hasattr(error, "index"):
            raise
        path, variable = joined.files[0].path, joined.parts[0].name
        raise RefusalError(f"{path}: '{variable}' has a NaN, and --nan is raise") from None
    return WindowMap(joined, axis.number, stand, index, elements, extremes)


class WindowMap(AnswerMap):
    """The answer of each window: an array along all axes, that of the windows among them."""

    def __init__(
        self,
        joined: Joined,
        axis: int,
        stand: range,
        index: NDArray[np.intp],
        elements: NDArray[Any],
        extremes: Extremes,
    ) -> None:
        self.joined, self.axes, self.extremes, self.stand = joined, (axis,), extremes, stand
        self.kept, self.several = tuple(range(joined.ndim)), {"extreme": False, "rank": False}
        self.dims, self.found, self.elements = joined.dims, index >= 0, elements
        self.places = np.maximum(index, 0)[np.newaxis]

    def ranked(self) -> Iterator[Ranked]:
        """Yield the answers in C order."""
        largest = self.extremes.which == ("max",)
        found, elements, places = (
            one.reshape(-1) for one in (self.found, self.elements, self.places[0])
        )
        for start in range(0, found.size, BLOCK):
            number = np.arange(start, min(start + BLOCK, found.size))
            part = slice(start, start + BLOCK)
            yield Ranked(
                np.full(number.shape, largest), number, np.zeros_like(number), found[part],
                elements[part], places[np.newaxis, part],
            )  # fmt: skip
