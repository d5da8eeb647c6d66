"""Groups of a DataArray: labels with names become numbers, and come back as a coordinate.

The labels are a DataArray, or the name of a coordinate, or what xarray calls a virtual one, such as
``"time.month"``. They are numbered in their sorted order; a label that is missing is no group's.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minloc._adapters.call import Call
from minloc._containers.xarray import check_lies_within, has_names
from minloc._partial import count_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Groups(NamedTuple):
    """The groups of a DataArray.

    Attributes
    ----------
    name : hashable
        Of their dimension in the result.
    labels : ndarray
        Of each group.
    """

    name: Any
    labels: NDArray[Any]

    def dressed(self, a: Any, axes: tuple[int, ...], in_place: bool, call: Call, part: Any) -> Any:
        """Return an array of the answer with dimensions and coordinates.

        Parameters
        ----------
        a : DataArray
            The array.
        axes : tuple of int
            Those that were reduced.
        in_place : bool
            Whether groups take the place of the one reduced axis; else they are last.
        call : Call
            What was asked.
        part : array
            An array of the answer, of any library.

        Returns
        -------
        DataArray
            With the coordinates that are left.
        """
        kept = [dim for axis, dim in enumerate(a.dims) if axis not in axes]
        dims = list(a.dims) if call.keywords.get("keepdims") and not in_place else list(kept)
        place = axes[0] if in_place else len(dims)
        dims[place:place] = [self.name, "rank"] if call.name == "top_k" else [self.name]
        coords = {
            key: label
            for key, label in a.coords.items()
            if set(label.dims) <= set(kept) and key != self.name
        }
        coords[self.name] = ((self.name,), self.labels)
        return type(a)(part, dims=dims, coords=coords, name=a.name)

    def of_answer(
        self, a: Any, axes: tuple[int, ...], in_place: bool, call: Call, found: Any
    ) -> Any:
        """Return an answer with all its arrays dressed."""
        if not isinstance(found, tuple):
            return self.dressed(a, axes, in_place, call, found)
        parts = [self.dressed(a, axes, in_place, call, part) for part in found]
        return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def numbered(call: Call, axes: tuple[int, ...]) -> tuple[Call, Groups]:
    """Return a call with numbers in the place of labels, and what they stand for.

    Parameters
    ----------
    call : Call
        A call about a DataArray, with `by`.
    axes : tuple of int
        Those that are reduced.

    Returns
    -------
    tuple of Call and Groups
        The `by` of the call is an array with the axes of the DataArray, or what the caller gave as
        numbers.

    Raises
    ------
    ValueError
        If there is no coordinate of a name, the labels do not lie along the array, or are called as
        a dimension that is kept.
    """
    a, by, num_groups = call.a, call.keywords["by"], call.keywords.get("num_groups")
    if isinstance(by, str):
        by = _coordinate(a, by)
    if not has_names(by):
        plain = np.asarray(by)
        num_groups = count_groups(plain, num_groups)
        call = call.about(a, by=plain, num_groups=num_groups)
        return call, Groups("group", np.arange(num_groups))
    name = getattr(by, "name", None)
    if name in [dim for axis, dim in enumerate(a.dims) if axis not in axes]:
        raise ValueError(
            f"the groups are called {name!r}, as is a dimension that is kept; rename by"
        )
    by = check_lies_within(by, a, "by")
    if num_groups is not None:
        num_groups = count_groups(by.data, num_groups)
        codes, labels = by.data, np.arange(num_groups)
    else:
        pandas = sys.modules["pandas"]  # which xarray has imported
        numbers, labels = pandas.factorize(by.values.reshape(-1), sort=True)
        codes, num_groups = numbers.reshape(by.shape), len(labels)
    order = [dim for dim in a.dims if dim in by.dims]
    codes = codes.transpose([by.dims.index(dim) for dim in order])
    codes = codes[tuple([slice(None) if dim in order else None for dim in a.dims])]
    call = call.about(a, by=codes, num_groups=num_groups)
    return call, Groups("group" if name is None else name, labels)


def _coordinate(a: Any, name: str) -> Any:
    """Return a coordinate by its name, or a virtual one."""
    try:
        return a[name]
    except (KeyError, AttributeError) as error:
        raise ValueError(
            f"by is {name!r}, and there is no such coordinate; there are "
            f"{', '.join(map(repr, a.coords)) or 'none'}, and, of times, names such as "
            f"'time.month'"
        ) from error
