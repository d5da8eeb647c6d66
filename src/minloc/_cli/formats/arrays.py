"""Arrays of a file: named variables, the names of their axes, and their attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np


class Store(Protocol):
    """An array in a file, which is read by slicing."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the elements."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return the elements that a tuple of slices selects."""


@dataclass(frozen=True)
class Variable:
    """An array, and what its file says about it.

    Attributes
    ----------
    name : str
        The name in the file; ``"value"`` where arrays have no names.
    store : Store
        The elements.
    dims : tuple of str
        The names of the axes; ``axis0``, ``axis1``, … where the file has none.
    attributes : mapping
        Its attributes, such as ``units`` and ``_FillValue``.
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
        Opens the variable of a name. Variables that are not used are not opened.
    """

    path: str
    names: tuple[str, ...]
    open: Callable[[str], Variable]
    #: Closes the file.
    close: Callable[[], None] = lambda: None
    #: Further names, of variables that have to be asked for.
    also: tuple[str, ...] = ()
    #: Raises an error if the file is shorter than when it was opened.
    check: Callable[[], None] = lambda: None
    #: The attributes of the whole file.
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Variable:
        if name not in self.names and name not in self.also:
            raise KeyError(name)
        return self.open(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def coordinate(self, variable: Variable, dim: str) -> Variable | None:
        """Return the variable that labels an axis, which has its name, or None."""
        length = variable.store.shape[variable.dims.index(dim)]
        folder = variable.name
        while folder:
            folder = folder.rpartition("/")[0]
            name = f"{folder}/{dim}" if folder else dim
            if name in self.names and name != variable.name:
                label = self.open(name)
                if label.store.shape == (length,) and label.dims in ((dim,), nameless(1)):
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


def unique(dims: Iterable[str]) -> tuple[str, ...]:
    """Return names of axes, with numbers added to those that come again.

    Examples
    --------
    >>> unique(["x", "y", "x"])
    ('x', 'y', 'x_1')
    """
    found: list[str] = []
    for dim in dims:
        count, name = 0, dim
        while name in found:
            count += 1
            name = f"{dim}_{count}"
        found.append(name)
    return tuple(found)
