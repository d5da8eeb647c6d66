"""`top_k` with groups: positions are sorted by group, and each group's elements are chosen from.

A stable sort of the labels leaves the positions of each group in their order; its elements, of all
slices that share the labels, are copied side by side, and the core chooses among them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray


def top_k(
    a: NDArray[Any],
    k: int,
    takes_fewer: bool,
    axes: tuple[int, ...],
    one_axis: int,
    largest: bool,
    nan_policy: str,
    where: NDArray[np.bool] | None,
    labels: NDArray[Any],
    groups: int,
    target: NDArray[Any] | None,
) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the values and the indices that `minloc.top_k` answers with.

    Parameters
    ----------
    a : ndarray
        The array.
    k : int
        How many of each group of each slice.
    takes_fewer : bool
        Whether a group may have fewer candidates; the index of the rest is then -1.
    axes : tuple of int
        The reduced axes, in the order in which they make up the index.
    one_axis : int
        The axis whose place groups and ranks take; -1: they come last.
    largest : bool
        The largest, or else the smallest.
    nan_policy : str
        As of the public function.
    where : ndarray of bool or None
        Which elements are candidates, in the shape of `a`.
    labels : ndarray of int
        The group of each element, in the shape of `a`; less than `groups`.
    groups : int
        How many groups there are.
    target : ndarray or None
        What distances are from, in the shape of `a`; None if elements are compared.

    Returns
    -------
    tuple of ndarray
        Values and indices.

    Raises
    ------
    ValueError
        As the public function.
    """
    kept = [axis for axis in range(a.ndim) if axis not in axes]
    shape = [a.shape[axis] for axis in kept]
    before = len(kept) if one_axis < 0 else sum(axis < one_axis for axis in kept)
    length = math.prod(a.shape[axis] for axis in axes)
    rows, lanes = (_lanes(x, kept, axes, length) for x in (a, labels))
    choice = None if where is None else _lanes(where, kept, axes, length)
    # One value for each slice, because it does not vary along the reduced axes.
    values_at = None if target is None else _lanes(target, kept, axes, length)[:, :1]
    alike = all(labels.strides[axis] == 0 or labels.shape[axis] == 1 for axis in kept)
    none = len(rows) == 0 or groups == 0
    wanted = k
    if not none and not takes_fewer and k > length:
        k = length + 1  # an error, whatever it is, without room for so many
    ranks = (len(rows), groups, k)
    values, indices = np.zeros(ranks, a.dtype), np.full(ranks, -1, np.intp)
    bundles = [slice(None)] if alike else [slice(i, i + 1) for i in range(len(rows))]
    choose: Any = _core.up_to_k if takes_fewer else _core.top_k
    mode = "largest" if largest else "smallest"
    wrong: list[tuple[int, tuple[int, ...], Exception]] = []
    for bundle in bundles if not none else []:
        lane = lanes[bundle][0]
        order = np.argsort(lane, kind="stable")
        borders = np.searchsorted(lane[order], np.arange(groups + 1))
        for group in range(groups):
            positions = order[borders[group] : borders[group + 1]]
            mask = True if choice is None else choice[bundle][:, positions]
            measured = {} if values_at is None else {"distance_to": values_at[bundle]}
            try:
                found = choose(
                    rows[bundle][:, positions],
                    k,
                    mode=mode,
                    where=mask,
                    nan_policy=nan_policy,
                    **measured,
                )
            except ValueError as error:
                row = (bundle.start or 0) + error.index[0]  # type: ignore[attr-defined]
                place = [int(i) for i in np.unravel_index(row, shape)] if shape else []
                place.insert(before, group)
                sizes = [*shape[:before], groups, *shape[before:]]
                wrong.append((int(np.ravel_multi_index(place, sizes)), tuple(place), error))
                continue
            few = found.indices.shape[1]
            values[bundle, group, :few] = found.values
            taken = np.append(positions, -1)  # so that -1 stays what it is
            indices[bundle, group, :few] = taken[found.indices]
    if wrong:
        _, of_first, first = min(wrong, key=lambda one: one[0])
        _core.set_place(first, of_first)
        first.args = (str(first).replace(f"k={k} ", f"k={wanted} "),)
        raise first
    box = (*shape, groups, k)
    return tuple(  # type: ignore[return-value]
        np.moveaxis(x.reshape(box), (-2, -1), (before, before + 1)) for x in (values, indices)
    )


def _lanes(x: NDArray[Any], kept: list[int], axes: tuple[int, ...], length: int) -> NDArray[Any]:
    slices = math.prod(x.shape[axis] for axis in kept)
    return x.transpose([*kept, *axes]).reshape(slices, length)
