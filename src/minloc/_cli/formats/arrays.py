"""Arrays of a file: named variables, with what the file says of their axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np


class Store(Protocol):
    """What can be read piece by piece."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the elements."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return the piece that a tuple of slices names."""


@dataclass(frozen=True)
class Variable:
    """An array, and what its file says of it.

    Attributes
    ----------
    name : str
        The name in the file; ``"value"`` where arrays have no names.
    store : Store
        The elements.
    dims : tuple of str
        The names of the axes; ``axis0``, ``axis1``, … where the file has none.
    attributes : mapping
        What else is written there, such as ``units`` and ``_FillValue``.
    """

    name: str
    store: Store
    dims: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrays(Mapping[str, Variable]):
    """The variables of a file, by their names.

    Attributes
    ----------
    path : str
        The file as the user named it.
    names : tuple of str
        The variables.
    open : callable
        Returns the variable of a name; what is never asked for is never opened.
    """

    path: str
    names: tuple[str, ...]
    open: Callable[[str], Variable]
    #: Lets go of the file.
    close: Callable[[], None] = lambda: None

    def __getitem__(self, name: str) -> Variable:
        if name not in self.names:
            raise KeyError(name)
        return self.open(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def coordinate(self, variable: Variable, dim: str) -> Variable | None:
        """Return the variable that labels an axis, or None: it is called like the axis."""
        folder = variable.name.rpartition("/")[0]
        for name in (f"{folder}/{dim}" if folder else dim, dim):
            if name in self.names and name != variable.name:
                label = self.open(name)
                if label.store.shape == (variable.store.shape[variable.dims.index(dim)],):
                    return label
        return None


def nameless(ndim: int) -> tuple[str, ...]:
    """Return names for axes that have none.

    Examples
    --------
    >>> nameless(2)
    ('axis0', 'axis1')
    """
    return tuple(f"axis{i}" for i in range(ndim))
