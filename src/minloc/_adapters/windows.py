"""Windows along columns and tables: the core finds places, and the elements stay their library's.

A result has the labels of the elements where the windows stand: the last of each or, centred, the
middle. A table says along which axis, because its own `rolling` moves along the rows and the last
axis is that of the columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from minloc._adapters import masked
from minloc._adapters.call import Call
from minloc._adapters.columns import broadcast, joined, raise_first
from minloc._adapters.tables import picked, places_of, told_as
from minloc._containers.columns import side_by_side
from minloc._results import FindResult
from minloc._window_axes import places_of as windows_stand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._adapters.table import Table, Tags

#: The functions that answer with the indices that others answer with beside the elements.
INDICES = {"moving_findmin": "moving_argmin", "moving_findmax": "moving_argmax"}


def answer(table: Table, call: Call, values: NDArray[Any] | None = None) -> Any:
    """Return the answer to a call about windows along a table, in its library's own types.

    Parameters
    ----------
    table : Table
        A column, or columns.
    call : Call
        The call.
    values : ndarray or None
        All elements, if they are one array, none of which is missing.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    TypeError
        If windows would move along rows and columns in one line, or it is not said along which.
    """
    name, ndim = call.name, len(table.shape)
    axis = call.keywords.get("axis")
    if ndim == 2 and axis is None:
        raise TypeError(
            f"{name}() of a table needs an axis: 0 to move down each column, 1 to move across the "
            f"columns"
        )
    call = call.about(call.a, axis=0 if axis is None else axis)
    if values is not None:
        found = masked.ask(call, values, None)
        parts = found if isinstance(found, tuple) else (found,)
        thin, tags = _labels(table, call)
        dressed = [thin.indices(part, tags) for part in parts]
        return FindResult(*dressed) if isinstance(found, tuple) else dressed[0]
    asked = call._replace(name=INDICES.get(name, name))
    with told_as(name, asked.name):
        found = _index_of(table, asked, f"{name}()")
    thin, tags = _labels(table, call)
    indices = thin.indices(found, tags)
    if name not in INDICES:
        return indices
    return FindResult(_elements(table, thin, asked, _places(table, asked, found)), indices)


def _labels(table: Table, call: Call) -> tuple[Table, Tags]:
    """Return an object with the labels of the result, and which axes the result has."""
    places = windows_stand(call.name, call.keywords, table.shape)
    return table.thinned(places[0], places[-1]), tuple(range(len(places)))


def _index_of(table: Table, call: Call, what: str) -> NDArray[Any]:
    """Return the indices of the best of each window, as a plain array."""
    columns = table.columns()
    if len(table.shape) == 1:
        found: NDArray[Any] = masked.ask(call, *joined(table.keys(what, columns[0])))
        return found
    axes = normalize_axis_tuple(call.keywords["axis"], 2)
    if not columns:
        return np.asarray(masked.ask(call, np.empty(table.shape), None))
    if axes != (0,):
        keys = table.keys_across(what, columns)
        whole = side_by_side(what, [joined(pieces) for pieces in keys], table.names())
        return np.asarray(masked.ask(call, *whole))
    where = broadcast(call.keywords.get("where", True), table.shape)
    by_column, wrong = [], list[tuple[tuple[int, ...], Exception]]()
    for number, column in enumerate(columns):
        mask: dict[str, Any] = {} if where is None else {"where": where[:, number]}
        try:
            values, missing = joined(table.keys(what, column))
            by_column.append(masked.ask(call.about(None, **mask), values, missing))
        except (ValueError, TypeError) as error:
            index = getattr(error, "index", None)
            if index is None:
                raise
            wrong.append(((*index, number), error))
    raise_first(wrong)
    return np.stack(by_column, axis=1)


def _places(table: Table, call: Call, found: NDArray[Any]) -> NDArray[Any]:
    """Return the indices into the axes, and -1 where a window has no answer."""
    keywords = call.keywords
    if not keywords.get("relative") and keywords.get("default") in (None, -1):
        return found
    default = {} if keywords.get("default") is None else {"default": -1}
    plain = call.without("relative", "default", "dtype").about(call.a, **default)
    return _index_of(table, plain, f"{call.name}()")


def _elements(table: Table, thin: Table, call: Call, found: NDArray[Any]) -> Any:
    """Return the elements at indices, -1 for none, in the types of the library."""
    columns = table.columns()
    if len(table.shape) == 1:
        return thin.column(table.take(columns[0], found), 0)
    axes = normalize_axis_tuple(call.keywords["axis"], 2)
    tags = tuple([None if i in axes else i for i in range(2)])
    rows, numbers = places_of(found, axes, tags, table.shape)
    if axes == (0,):
        return thin.table(
            [table.take(x, np.ascontiguousarray(r)) for x, r in zip(columns, rows.T, strict=True)],
            (0, 1),
        )
    flat = picked(table, columns, rows.ravel(), numbers.ravel())
    at = np.arange(found.size, dtype=np.intp).reshape(found.shape)
    return thin.table([table.take(flat, along) for along in at.T], (0, 1))
