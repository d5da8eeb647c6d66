"""The cases, declared: families of them, and why each family is there.

The product of every dtype, shape, axis, layout and fill is too much to time. A family is the
product of those dimensions that can interact; its reason says which. A case that is in several
families belongs to the first.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from benchmarks.fills import DTYPES, NAN
from benchmarks.layouts import can_lie

Shape = tuple[int, ...]
Place = tuple[Shape, int | None]  # a shape, and an axis of it or None for the whole array


@dataclass(frozen=True)
class Case:
    """One question about one array.

    Attributes
    ----------
    function : str
        A key of `questions.QUESTIONS`.
    dtype, layout, fill : str
        Keys of `fills.DTYPES`, `layouts.LAYOUTS` and `fills.FILLS`.
    shape : tuple of int
        The shape of the view.
    axis : int or None
        The axis, or None for the whole array.
    """

    function: str
    dtype: str
    shape: Shape
    axis: int | None
    layout: str
    fill: str

    @property
    def name(self) -> str:
        """All of it in one line, as ``--only`` matches it."""
        shape = "x".join(map(str, self.shape))
        words = self.function, self.dtype, shape, f"axis={self.axis}", self.layout, self.fill
        return " ".join(words)

    @property
    def nbytes(self) -> int:
        """How many bytes the elements have."""
        return math.prod(self.shape) * DTYPES[self.dtype].itemsize

    @property
    def exists(self) -> bool:
        """Whether there can be such an array."""
        return (self.fill != "1%nan" or self.dtype in NAN) and can_lie(
            len(self.shape), DTYPES[self.dtype].itemsize, self.layout
        )


@dataclass(frozen=True)
class Family:
    """A product of values, and the reason why it is timed."""

    name: str
    reason: str
    dtypes: Iterable[str]
    places: Iterable[Place]
    layouts: Iterable[str] = ("C",)
    fills: Iterable[str] = ("random",)
    functions: Iterable[str] = ("argmin",)

    def __iter__(self) -> Iterator[Case]:
        """Yield the cases."""
        every = product(self.functions, self.dtypes, self.places, self.layouts, self.fills)
        for function, dtype, (shape, axis), layout, fill in every:
            case = Case(function, dtype, shape, axis, layout, fill)
            if case.exists:
                yield case


def every_axis(*shapes: Shape) -> list[Place]:
    """Return each shape with None and with each of its axes; of one axis, with None alone."""
    return [
        (shape, axis)
        for shape in shapes
        for axis in (None, *(range(len(shape)) if len(shape) > 1 else ()))
    ]
