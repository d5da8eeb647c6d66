"""pandas: the core answers about the values; a Series has the labels of what is left.

pandas skips NaN in its own ``argmin``, so the default of `nan_policy` is "omit" for its objects.
Numbers and times of NumPy's dtypes are asked as arrays. Elements of other dtypes are looked up in
the object: an Int64 stays one, and a time keeps its zone.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from minloc._adapters import masked, tables
from minloc._adapters import windows as moving
from minloc._adapters.call import Call
from minloc._adapters.columns import with_counted_groups
from minloc._containers import arrow
from minloc._containers import pandas as containers
from minloc._containers.classes import is_of
from minloc._containers.columns import are_comparable
from minloc._containers.labels import groups_laid_as, target_laid_as
from minloc._containers.pandas import knows as knows
from minloc._results import FindResult, TopK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._adapters.table import Tags
    from minloc._containers.columns import Values

#: The names of the axes.
AXES = {"index": 0, "rows": 0, "columns": 1}


def answer(call: Call) -> Any:
    """Return the answer to a call: NumPy's integers, elements, and objects of pandas."""
    call = _with_number(call)
    target = call.keywords.get("distance_to")
    if knows(target):
        call = call.about(call.a, distance_to=target_laid_as(call.a, target, _axes(call)))
    if call.keywords.get("by") is None:
        return _answer(call)
    call, labels = _numbered(call)
    found = _answer(call)
    if labels is None:
        return found
    ndim = call.a.ndim
    place = tables.asked_by(call, ndim).in_result.index(ndim)

    def labelled(part: Any) -> Any:
        return part.set_axis(labels, axis=place) if hasattr(part, "set_axis") else part

    if not isinstance(found, tuple):
        return labelled(found)
    parts = map(labelled, found)
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def windows(call: Call) -> Any:
    """Return the answer to a call about windows: objects of pandas."""
    return moving.answer(Objects(call.a), _with_number(call), containers.array_of(call.a))


def _answer(call: Call) -> Any:
    """Return the answer to a call whose groups, if any, have numbers."""
    values = containers.array_of(call.a)
    if values is None:
        return tables.answer(Objects(call.a), call)
    return _of_array(call, values)


def _numbered(call: Call) -> tuple[Call, Any]:
    """Return a call with numbers in the place of the labels of an object of pandas, and the labels.

    They are sorted; a missing one is no group's. The labels are None where the caller has given
    numbers: an array that is not of pandas, or `num_groups`.
    """
    by = groups_laid_as(call.a, call.keywords["by"], _axes(call))
    if not knows(by) or "num_groups" in call.keywords or getattr(by, "ndim", 1) != 1:
        return with_counted_groups(call), None
    codes, labels = sys.modules["pandas"].factorize(by, sort=True)
    index = sys.modules["pandas"].Index(labels, name=getattr(by, "name", None))
    return call.about(call.a, by=codes, num_groups=len(labels)), index


def _of_array(call: Call, values: NDArray[Any]) -> Any:
    """Return the answer about elements that are an array, dressed."""
    found = masked.ask(call, values, None)
    if type(found) is np.intp or "out" in call.keywords:
        return found
    parts = found if isinstance(found, tuple) else (found,)
    times = values.dtype.kind in "mM"
    if not times and not any(isinstance(part, np.ndarray) for part in parts):
        return found
    table = Objects(call.a)
    tags = tables.tags_of(table, call)
    dressed = [table.indices(part, tags) if np.ndim(part) else part for part in parts]
    if isinstance(found, FindResult) and times and not tags:
        dressed[0] = sys.modules["pandas"].Series([dressed[0]], dtype=values.dtype).iloc[0]
    if isinstance(found, TopK) and not table.labelled:
        if found.indices.ndim == 1:
            dressed[0] = call.a.take(found.indices)
        else:  # the groups are rows, and an index has none
            dressed[0] = sys.modules["pandas"].DataFrame(found.values)
    if not isinstance(found, tuple):
        return dressed[0]
    return type(found)(*dressed) if hasattr(found, "_fields") else tuple(dressed)


def _axes(call: Call) -> tuple[int, ...]:
    """Return the numbers of the axes that a call reduces; all if the core will refuse its axis."""
    axis = call.keywords.get("axis", -1 if call.name == "top_k" else None)
    every = tuple(range(call.a.ndim))
    try:
        return every if axis is None else normalize_axis_tuple(axis, call.a.ndim)
    except (TypeError, ValueError):
        return every


def _with_number(call: Call) -> Call:
    """Return a call that names its axis by a number."""
    axis = call.keywords.get("axis")
    return call.about(call.a, axis=_number(call.a, axis)) if isinstance(axis, str) else call


def _number(x: Any, axis: str) -> int:
    """Return the number of an axis that is named."""
    if axis not in list(AXES)[: 3 if is_of(x, "pandas", "DataFrame") else 2]:
        raise ValueError(f"there is no axis {axis!r}; there are 'index' and, of tables, 'columns'")
    return AXES[axis]


class Objects:
    """A Series, a DataFrame, an Index or an extension array as a table."""

    def __init__(self, x: Any) -> None:
        self.x, self.shape = x, x.shape
        self.pandas = sys.modules["pandas"]

    @property
    def labelled(self) -> bool:
        """Whether it has labels, which answers have, too."""
        return is_of(self.x, "pandas", "Series", "DataFrame")

    @property
    def name(self) -> Any:
        """The name of a Series, None of anything else."""
        return self.x.name if is_of(self.x, "pandas", "Series") else None

    def names(self) -> Sequence[Any]:
        """Return the names of the columns."""
        return list(self.x.columns)

    def columns(self) -> list[Any]:
        """Return the columns as arrays of pandas, or itself if it has one axis."""
        if len(self.shape) == 1:
            return [self.x]
        return containers.columns_of(self.x)

    def keys(self, what: str, column: Any) -> list[Values]:
        """Return what the elements of a column are compared by, in pieces."""
        return containers.keys_of(what, column)

    def keys_across(self, what: str, columns: list[Any]) -> list[list[Values]]:
        """Return the same of all columns; codes and ordinals only if all have one dtype."""
        first = columns[0].dtype
        if all(type(column.dtype) is type(first) and column.dtype == first for column in columns):
            keys = [containers.keys_of(what, column) for column in columns]
            if are_comparable(keys):
                return keys
        return [[containers.values_of(what, column)] for column in columns]

    def target(self, what: str, column: Any, value: Any) -> Any:
        """Return what distances are from: an ordinal, ticks or UTC for a time, else as given."""
        return containers.target_of(what, column.dtype, value)

    def element(self, column: Any, row: int) -> Any:
        """Return an element; for row -1 NA."""
        array = getattr(column, "array", column)
        return array[row] if row >= 0 else self.take(array, np.array([-1]))[0]

    def take(self, column: Any, rows: NDArray[np.intp]) -> Any:
        """Return elements as an array of pandas, or as an index if that is what it is."""
        array = column if is_of(column, "pandas", "Index") else getattr(column, "array", column)
        if is_of(array, "pandas.arrays", "NumpyExtensionArray"):
            array = array.to_numpy()
        if isinstance(array, np.ndarray):
            if array.dtype != object and not (rows < 0).any():
                return array.take(rows)
            if (rows < 0).any() and array.dtype.kind in "biu":
                array = array.astype(object if array.dtype.kind == "b" else np.float64)
            return self.pandas.array(
                self.pandas.api.extensions.take(array, rows, allow_fill=True), dtype=array.dtype
            )
        if is_of(array, "pandas.arrays", "ArrowExtensionArray") and isinstance(
            array.dtype, self.pandas.ArrowDtype
        ):
            return type(array)(arrow.taken(array.__arrow_array__(), rows))
        return array.take(rows, allow_fill=True) if (rows < 0).any() else array.take(rows)

    def joined(self, columns: list[Any]) -> Any:
        """Return arrays one after the other, in pandas' common dtype."""
        if all(isinstance(column, np.ndarray) and column.dtype.kind in "iuf" for column in columns):
            return np.concatenate(columns)  # of the dtype that pandas chooses, too
        series = [self.pandas.Series(column) for column in columns]
        return self.pandas.concat(series, ignore_index=True).array

    def thinned(self, rows: slice, columns: slice) -> Objects:
        """Return zeros with the labels of some of the rows and of the columns."""
        if not self.labelled:
            return self
        index = self.x.index[rows]
        if len(self.shape) == 1:
            nothing: Any = np.broadcast_to(np.int8(0), len(index))
            return Objects(self.pandas.Series(nothing, index=index, name=self.name))
        names = self.x.columns[columns]
        nothing = np.broadcast_to(np.int8(0), (len(index), len(names)))
        return Objects(self.pandas.DataFrame(nothing, index=index, columns=names))

    def indices(self, found: NDArray[Any], tags: Tags) -> Any:
        """Return indices as a Series or a DataFrame; as an array where `x` has no labels."""
        if not self.labelled:
            return found
        if found.ndim == 1:
            return self.pandas.Series(
                found, index=self._labels(tags[0], len(found)), name=self.name
            )
        rows, columns = map(self._labels, tags, found.shape)
        return self.pandas.DataFrame(found, index=rows, columns=columns)

    def column(self, column: Any, tag: int | None) -> Any:
        """Return an array as a Series."""
        if not self.labelled:
            return column
        index = self._labels(tag, len(column))
        return self.pandas.Series(column, index=index, name=self.name)

    def table(self, columns: list[Any], tags: Tags) -> Any:
        """Return arrays as a DataFrame."""
        length = len(columns[0]) if columns else 0
        made = self.pandas.DataFrame(dict(enumerate(columns)), index=self._labels(tags[0], length))
        made.columns = self._labels(tags[1], len(columns))
        return made

    def row(self, columns: list[Any]) -> Any:
        """Return the elements as a Series over the names, of objects where numbers would change."""
        made = self.joined(columns)
        if made.dtype.kind in "fc":
            exact = all(
                column.dtype.kind not in "iu"
                or self.pandas.isna(column[0])
                or int(made[i]) == int(column[0])
                for i, column in enumerate(columns)
            )
            if not exact:
                made = self.pandas.array([column[0] for column in columns], dtype=object)
        return self.column(made, 1)

    def _labels(self, tag: int | None, length: int) -> Any:
        """Return the labels of the object along an axis of it, or of a new axis."""
        is_new = tag is None or not self.labelled
        return self.pandas.RangeIndex(length) if is_new else self.x.axes[tag]
