"""Part: what a `Partial` knows, for the rest of the package: the question, and the best so far.

The adapters, the streams and the command ask, merge and finish parts. `Partial` is the same for
users: one part, with methods and checked arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minloc._partial.candidates import Candidates
from minloc._partial.question import Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._partial.regions import Blocks, Region, Shape


class Part:
    """The answer for a part of an array; it is never changed.

    Attributes
    ----------
    question : Question
        What is asked.
    shape : tuple of int or None
        The lengths of the whole array, None where they are not known, and the number of groups, if
        there are any: they are an axis of which each element has a copy for each group.
    region : Region
        Where the elements seen lie, along all axes, and which groups they may belong to.
    ends : tuple of Candidates
        The best of each slice of that region, for each end asked about. `values`, `places` and
        `found` are what an answer is made of.
    seen : int
        How many elements were seen, of every group.
    masked : bool
        Whether there was a `where`.
    nan : tuple of int or None
        Where along the kept axes the first slice with a NaN lies, if a NaN is an error but would
        not be the best of its slice.
    blocks : dict
        For each axis with virtual offsets, the length of the chunk at each offset.
    target : ndarray or None
        What elements are compared by their distance to: one value, without axes, or one for each
        answer, in the region's shape along the axes that are answered. None: they are compared
        themselves.
    """

    __slots__ = ("blocks", "ends", "masked", "nan", "question", "region", "seen", "shape", "target")

    def __init__(
        self,
        question: Question,
        shape: Shape,
        region: Region,
        ends: tuple[Candidates, ...],
        seen: int,
        masked: bool,
        nan: tuple[int, ...] | None = None,
        blocks: Blocks | None = None,
        target: NDArray[Any] | None = None,
    ) -> None:
        self.question, self.shape, self.region, self.ends = question, shape, region, ends
        self.seen, self.masked, self.nan = seen, masked, nan
        self.blocks: Blocks = {} if blocks is None else blocks
        self.target = target

    def _fields(self) -> tuple[Any, ...]:
        return (
            self.question, self.shape, self.region, self.ends, self.seen, self.masked, self.nan,
            self.blocks, self.target,
        )  # fmt: skip

    def __reduce__(self) -> tuple[Any, ...]:
        return Part, self._fields()

    def replaced(self, **fields: Any) -> Part:
        """Return the same part with some fields replaced."""
        part = Part(*self._fields())
        for name, value in fields.items():
            setattr(part, name, value)
        return part

    def __sizeof__(self) -> int:
        """Return about how many bytes it takes, by which a scheduler decides what to move."""
        blocks = sum(len(lengths) for lengths in self.blocks.values())
        target = 0 if self.target is None else self.target.nbytes
        return 400 + 100 * blocks + target + sum(end.nbytes for end in self.ends)
