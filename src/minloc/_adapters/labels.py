"""Labels at indices: in the index of an object of pandas, in the coordinates of one of xarray."""

from __future__ import annotations

from typing import Any

import numpy as np

from minloc import _core
from minloc._containers.classes import is_of, name_of_class


def answer(end: str, x: Any, axis: Any, dim: Any, keywords: dict[str, Any], default: Any) -> Any:
    """Return the labels of one end.

    Parameters
    ----------
    end : {'min', 'max'}
        Which.
    x : object
        What is searched.
    axis, dim : object
        What is reduced; numpy._NoValue for a `dim` that is not given.
    keywords : dict
        Of the call of `argmin`: `where`, `nan_policy` and `ties`.
    default : object
        The label of a slice without a candidate; numpy._NoValue if it is an error.

    Returns
    -------
    object
        As of `minloc.idxmin`.
    """
    if default is not np._NoValue:
        keywords["default"] = -1
    if is_of(x, "xarray", "DataArray", "Dataset"):
        if dim is not np._NoValue:
            keywords["dim"] = dim
            if axis is not None:
                raise TypeError(f"idx{end}() takes axis or dim, not both")
        of_xarray = _of_dataset if is_of(x, "xarray", "Dataset") else _of_dataarray
        return of_xarray(end, x, axis, keywords, default)
    if is_of(x, "dask.dataframe", "Series", "DataFrame"):
        raise TypeError(
            f"idx{end}() does not support {name_of_class(x)}, whose labels are not in memory; its "
            f"own idx{end}() returns them"
        )
    if not is_of(x, "pandas", "Series", "DataFrame"):
        raise TypeError(
            f"idx{end}() does not support {name_of_class(x)}, which has no labels; arg{end}() "
            f"returns the index"
        )
    if dim is not np._NoValue:
        raise TypeError(f"idx{end}() of an object of pandas takes axis, not dim")
    return _of_pandas(end, x, axis, keywords, default)


def _of_pandas(end: str, x: Any, axis: Any, keywords: dict[str, Any], default: Any) -> Any:
    """Return a label, a Series of them, or a label for each of several axes."""
    if (axis is None and x.ndim == 2) or isinstance(axis, tuple):
        places = getattr(_core, f"{end}loc")(x, axis, **keywords)
        axes = range(x.ndim) if axis is None else axis
        if any(np.ndim(place) == 0 and place < 0 for place in places):
            return default
        labels = zip(axes, places, strict=True)
        return tuple([_in_index(x.axes[i], place, default) for i, place in labels])
    found = getattr(_core, f"arg{end}")(x, axis, **keywords)
    if axis is None or x.ndim == 1:
        return _in_index(x.index, found, default)
    return _in_index(x.axes[_axis_of_columns(axis)], found, default)


def _axis_of_columns(axis: Any) -> int:
    """Return the number of an axis of a DataFrame, which may be named."""
    return {"index": 0, "rows": 0, "columns": 1}[axis] if isinstance(axis, str) else axis


def _in_index(index: Any, found: Any, default: Any) -> Any:
    """Return the label at an index of pandas, or a Series of those at several."""
    if np.ndim(found) == 0:
        return index[found] if found >= 0 else default
    rows = found.to_numpy()
    if len(index) == 0:
        return type(found)([default] * len(rows), index=found.index, dtype=object)
    labels = index.take(rows)
    if getattr(index, "nlevels", 1) > 1:
        labels = labels.to_flat_index()
    labels = type(found)(labels.array, index=found.index)
    return labels if (rows >= 0).all() else labels.where(rows >= 0, default)


def _of_dataarray(end: str, x: Any, axis: Any, keywords: dict[str, Any], default: Any) -> Any:
    """Return labels as a DataArray, or one for each of several dimensions."""
    dims = keywords.pop("dim", axis)
    several = isinstance(dims, (tuple, list)) and dims not in x.dims
    if several or (dims is None and x.ndim != 1):
        numbers = range(x.ndim) if dims is None else dims
        named = tuple([_name(x, dim) for dim in numbers])
        places = getattr(_core, f"{end}loc")(x, dim=named, **keywords)
        pairs = zip(named, places, strict=True)
        return tuple([_in_coordinate(end, x, dim, place, default) for dim, place in pairs])
    dim = _name(x, 0 if dims is None else dims)
    found = getattr(_core, f"arg{end}")(x, dim=dim, **keywords)
    return _in_coordinate(end, x, dim, found, default)


def _name(x: Any, dim: Any) -> Any:
    """Return the name of a dimension, which may be given by its number."""
    return x.dims[dim] if isinstance(dim, int) and dim not in x.dims else dim


def _in_coordinate(end: str, x: Any, dim: Any, found: Any, default: Any) -> Any:
    """Return the labels along a dimension of a DataArray at indices, computed or not."""
    if dim not in x.coords:
        raise ValueError(
            f"dimension {dim!r} has no coordinate, and so no labels; arg{end}() returns the index"
        )
    values = x.coords[dim].values

    def look_up(indices: Any) -> Any:
        if not len(values):
            return np.full(np.shape(indices), default)
        return np.asarray(values[np.asarray(indices)])

    data = found.data
    if hasattr(data, "map_blocks"):
        labels = found.copy(data=data.map_blocks(look_up, dtype=values.dtype))
    else:
        labels = found.copy(data=look_up(data))
    if default is not np._NoValue:
        labels = labels.where(found >= 0, default)
    return labels.rename(dim)


def _of_dataset(end: str, x: Any, axis: Any, keywords: dict[str, Any], default: Any) -> Any:
    """Return the labels for each variable."""
    dims = keywords.pop("dim", axis)
    where = keywords.pop("where")
    if isinstance(dims, (tuple, list)) and dims not in x.dims:
        raise TypeError(f"idx{end}() of a Dataset takes one dimension; got {dims!r}")
    found = {}
    for key, variable in x.data_vars.items():
        mask = where[key] if is_of(where, "xarray", "Dataset") else where
        given = {**keywords, "where": mask}
        found[key] = _of_dataarray(end, variable, dims, given, default)
        if isinstance(found[key], tuple):
            raise TypeError(f"idx{end}() of a Dataset takes one dimension; got {dims!r}")
    return type(x)(found)
