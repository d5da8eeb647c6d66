"""Labels instead of indices: `argmin` and `argmax`, and a look-up in the index of what has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from numpy._globals import _NoValueType

    from minloc._core import _X, _AxisOrName, _MaskOrStore, _NanPolicy, _Ties


@overload
def idxmin(
    x: _X,
    axis: None = None,
    *,
    dim: str,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "omit",
    ties: _Ties = "first",
    default: Any = np._NoValue,
    by: Any = None,
    num_groups: SupportsIndex | None = None,
    distance_to: Any = None,
) -> _X: ...
@overload
def idxmin(
    x: Any,
    axis: _AxisOrName = None,
    *,
    dim: Hashable | Iterable[Hashable] | _NoValueType = np._NoValue,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "omit",
    ties: _Ties = "first",
    default: Any = np._NoValue,
    by: Any = None,
    num_groups: SupportsIndex | None = None,
    distance_to: Any = None,
) -> Any: ...
def idxmin(
    x: Any,
    axis: _AxisOrName = None,
    *,
    dim: Hashable | Iterable[Hashable] | _NoValueType = np._NoValue,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "omit",
    ties: _Ties = "first",
    default: Any = np._NoValue,
    by: Any = None,
    num_groups: SupportsIndex | None = None,
    distance_to: Any = None,
) -> Any:
    """Label of the smallest element, of what has labels: objects of pandas and xarray.

    Parameters
    ----------
    x : Series, DataFrame, DataArray or Dataset
        What is searched. Missing elements are not candidates.
    axis : int, str, tuple or None, optional
        The axis or axes to reduce, as of `argmin`; by default all.
    dim : hashable or iterable of hashable, optional
        The same for objects of xarray, by name.
    where : array_like of bool, optional
        An element where it is False is not a candidate.
    nan_policy : {'omit', 'propagate', 'raise'}, optional
        How to treat NaN and NaT, as of `argmin`.
    ties : {'first', 'last'}, optional
        Which of several equal elements is the answer.
    default : object, optional
        The label to return for a slice without a candidate, such as None. If it is not given,
        such a slice is an error.
    by, num_groups, distance_to : optional
        As of `argmin`: one label for each group, or of the element nearest to a value. For objects
        of xarray `by` may be the name of a coordinate, or one such as ``"time.month"``.

    Returns
    -------
    label, Series, DataArray, Dataset or tuple
        The label, or one for each position along the axes that are kept. Where several axes are
        reduced, which are all of a DataFrame unless `axis` says otherwise, a tuple: for each of
        them its label, in their order.

    Raises
    ------
    TypeError
        If `x` has no labels.
    ValueError
        As of `argmin`. If a dimension of `x` has no coordinate.

    See Also
    --------
    argmin : The index instead of the label.
    minloc : Indices along several axes.

    Notes
    -----
    The term is that of pandas and xarray. pandas reduces the rows of a DataFrame by default; here
    that is ``axis=0``.

    Examples
    --------
    >>> import pandas as pd
    >>> import minloc
    >>> t = pd.DataFrame({"Oslo": [4, -2], "Rome": [12, 9]}, index=["March", "January"])
    >>> print(minloc.idxmin(t, axis=0).to_dict())
    {'Oslo': 'January', 'Rome': 'January'}
    >>> minloc.idxmin(t)
    ('January', 'Oslo')
    """
    keywords = {"where": where, "nan_policy": nan_policy, "ties": ties}
    keywords |= _given(by=by, num_groups=num_groups, distance_to=distance_to)
    return _idx("min", x, axis, dim, keywords, default)


@overload
def idxmax(
    x: _X,
    axis: None = None,
    *,
    dim: str,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "omit",
    ties: _Ties = "first",
    default: Any = np._NoValue,
    by: Any = None,
    num_groups: SupportsIndex | None = None,
    distance_to: Any = None,
) -> _X: ...
@overload
def idxmax(
    x: Any,
    axis: _AxisOrName = None,
    *,
    dim: Hashable | Iterable[Hashable] | _NoValueType = np._NoValue,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "omit",
    ties: _Ties = "first",
    default: Any = np._NoValue,
    by: Any = None,
    num_groups: SupportsIndex | None = None,
    distance_to: Any = None,
) -> Any: ...
def idxmax(
    x: Any,
    axis: _AxisOrName = None,
    *,
    dim: Hashable | Iterable[Hashable] | _NoValueType = np._NoValue,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "omit",
    ties: _Ties = "first",
    default: Any = np._NoValue,
    by: Any = None,
    num_groups: SupportsIndex | None = None,
    distance_to: Any = None,
) -> Any:
    """Label of the largest element: `idxmin` under the reversed order.

    Parameters
    ----------
    x : Series, DataFrame, DataArray or Dataset
        What is searched. Missing elements are not candidates.
    axis, dim, where, nan_policy, ties, default, by, num_groups, distance_to : optional
        As of `idxmin`.

    Returns
    -------
    label, Series, DataArray, Dataset or tuple
        As of `idxmin`.

    See Also
    --------
    argmax : The index instead of the label.

    Notes
    -----
    The term is that of pandas and xarray.

    Examples
    --------
    >>> import pandas as pd
    >>> import minloc
    >>> minloc.idxmax(pd.Series([3.0, None, 5.0], index=["a", "b", "c"]))
    'c'
    """
    keywords = {"where": where, "nan_policy": nan_policy, "ties": ties}
    keywords |= _given(by=by, num_groups=num_groups, distance_to=distance_to)
    return _idx("max", x, axis, dim, keywords, default)


def _given(**keywords: Any) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if value is not None}


def _idx(end: str, x: Any, axis: Any, dim: Any, keywords: dict[str, Any], default: Any) -> Any:
    from minloc._adapters.labels import answer  # which few programs need

    return answer(end, x, axis, dim, keywords, default)
