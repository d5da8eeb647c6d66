"""Line: windows along one axis of a library's arrays, made whole by what is put around these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from minloc._composed.operations import Operations
    from minloc._window_axes import Axis


class Line(NamedTuple):
    """Windows along one axis.

    Attributes
    ----------
    axis, n : int
        The axis, and how many elements there are along it.
    step : int
        How many elements a window is behind the one before.
    before, behind : int
        How many elements are put before and behind the `n`, so that no window is clipped.
    length : int
        That of the windows, of which none needs to be longer than all there is.
    """

    axis: int
    n: int
    step: int
    before: int
    behind: int
    length: int

    @classmethod
    def of(cls, windows: Axis, n: int) -> Line:
        """Return the windows along an axis of `n` elements."""
        if not windows.partial:
            return cls(windows.number, n, windows.step, 0, 0, windows.window)
        before, behind = min(windows.before, n), min(windows.behind, n)
        return cls(windows.number, n, windows.step, before, behind, before + behind + 1)

    def padded(self, ops: Operations, part: Any, value: int) -> Any:
        """Return an array with a value before it and behind it."""
        if self.before == self.behind == 0:
            return part
        ends = []
        for count in (self.before, self.behind):
            shape = (*part.shape[: self.axis], count, *part.shape[self.axis + 1 :])
            ends.append(ops.full(tuple(map(int, shape)), value, part.dtype))
        return ops.xp.concat([ends[0], part, ends[1]], axis=self.axis)

    def cut(self, part: Any, along: slice) -> Any:
        """Return a part of an array along the axis."""
        return part[(*[slice(None)] * self.axis, along, ...)]

    def stepped(self, part: Any) -> Any:
        """Return what belongs to the windows that are answered, of what every window has."""
        if self.step == 1:
            return part
        return self.cut(part, slice(0, part.shape[self.axis], self.step))
