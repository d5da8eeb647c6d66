"""Table: what `tables` asks of an object that is a column or has columns, whatever its library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from minloc._containers.columns import Values

#: Which axis of the table each axis of a result lies along: 0, its rows; 1, its columns; None, the
#: ranks of `top_k`, and what `keepdims` keeps.
Tags: TypeAlias = "tuple[int | None, ...]"


class Table(Protocol):
    """An object with one axis or two, as a library has it."""

    #: The number of axes, and the lengths along them.
    shape: tuple[int, ...]

    def names(self) -> Sequence[Any]:
        """Return the names of the columns of an object with two axes."""

    def columns(self) -> list[Any]:
        """Return the columns."""

    def keys(self, what: str, column: Any) -> list[Values]:
        """Return what the elements of a column are compared by, in pieces."""

    def keys_across(self, what: str, columns: list[Any]) -> list[list[Values]]:
        """Return the same of all columns, so that different columns are comparable."""

    def target(self, what: str, column: Any, value: Any) -> Any:
        """Return what distances are from in terms of the keys of a column."""

    def element(self, column: Any, row: int) -> Any:
        """Return an element of a column; for row -1 what stands for a missing one."""

    def take(self, column: Any, rows: NDArray[np.intp]) -> Any:
        """Return elements of a column as another one; for row -1 a missing one."""

    def joined(self, columns: list[Any]) -> Any:
        """Return columns one after the other, as a column of a common dtype."""

    def thinned(self, rows: slice, columns: slice) -> Table:
        """Return an object with the labels of some rows and columns, whatever its elements are."""

    def indices(self, found: NDArray[Any], tags: Tags) -> Any:
        """Return an array of indices in the library's own type."""

    def column(self, column: Any, tag: int | None) -> Any:
        """Return what `take` has made as a result with one axis."""

    def table(self, columns: list[Any], tags: Tags) -> Any:
        """Return columns as a result with two axes."""

    def row(self, columns: list[Any]) -> Any:
        """Return columns of one element each as a result with one axis, along the columns."""
