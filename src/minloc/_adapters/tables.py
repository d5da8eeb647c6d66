"""Columns and tables of other libraries: the core finds places, and the elements stay theirs.

A Series and a table are columns, and a column has pieces, each of them a plain array with a mask.
Elements are compared by keys: themselves, or integers in the same order. So only positions are
asked of the core, and what is found is looked up in the object, whose type it keeps.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters.call import Call
from minloc._adapters.columns import asked_of, index_of, with_counted_groups
from minloc._partial import question
from minloc._results import ArgMinMax, FindResult, TopK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._adapters.table import Table, Tags

#: The functions that answer with the indices that others answer with beside the elements.
INDICES = {"findmin": "argmin", "findmax": "argmax"}
#: The functions that answer with one index, and keywords with which it is a scalar of a column's.
WHOLE, SCALAR = {"argmin", "argmax", "nanargmin", "nanargmax"}, {"where", "nan_policy", "ties"}


def answer(table: Table, call: Call) -> Any:
    """Return the answer to a call about a table, in its library's own types."""
    call = with_counted_groups(call)
    name, what = call.name, f"{call.name}()"
    if call.keywords.get("distance_to") is not None:
        call = _measured(table, call, what)
    if "out" in call.keywords:
        return index_of(table, call, what)
    if len(table.shape) == 1 and name in WHOLE and not call.keywords.keys() - SCALAR:
        return index_of(table, call, what)
    tags = tags_of(table, call)
    if name in INDICES:
        call = call._replace(name=INDICES[name])
        with told_as(name, call.name):
            found = index_of(table, call, what)
        places = _missing_as_minus_one(table, call, found, what)
        return FindResult(_elements(table, call, places, tags), _dressed(table, found, tags))
    found = index_of(table, call, what)
    if name == "top_k":
        indices = found.indices
        return TopK(_elements(table, call, indices, tags), _dressed(table, indices, tags))
    if name == "argminmax":
        return ArgMinMax(*[_dressed(table, end, tags) for end in found])
    if name in ("minloc", "maxloc"):
        return tuple([_dressed(table, along, tags) for along in found])
    return _dressed(table, found, tags)


@contextlib.contextmanager
def told_as(name: str, asked: str) -> Iterator[None]:
    """Name the caller's function in errors of the one that is asked in its place."""
    try:
        yield
    except (ValueError, TypeError) as error:
        text = str(error)
        if text.startswith(f"{asked}() "):
            error.args = (text.replace(asked, name, 1),)
        raise


def tags_of(table: Table, call: Call) -> Tags:
    """Return which axis of the table each axis of the result lies along."""
    ndim, keywords = len(table.shape), call.keywords
    is_of_column = ndim == 1 and call.name != "top_k" and keywords.get("by") is None
    if is_of_column and not keywords.get("keepdims"):
        return (0,) if keywords.get("axis") == () else ()
    asked = asked_by(call, ndim)
    tags = [i if i in asked.kept else None for i in asked.in_result]
    if call.name == "top_k":
        tags.insert(len(tags) if asked.rank_axis < 0 else asked.rank_axis, None)
    if len(tags) > 2:
        what = "over no axis of a table" if keywords.get("by") is None else "of groups of a table"
        raise TypeError(f"{call.name}() {what} would have three axes; pass its values")
    return tuple(tags)


def names_along(table: Table, tags: Tags, count: int) -> list[str]:
    """Return the names of the columns of a result: those of the table, or numbers."""
    if tags[0] == 1:
        raise TypeError(
            "top_k() over an axis in a tuple would have the columns as rows, and these have no "
            "names here; pass the axis as a number"
        )
    return list(table.names()) if tags[1] == 1 else [str(i) for i in range(count)]


def asked_by(call: Call, ndim: int) -> Any:
    """Return the question that a call asks of an object with so many axes."""
    return question(call.name, ndim, asked_of(call))


def _measured(table: Table, call: Call, what: str) -> Call:
    """Return a call with what distances are from in terms of the keys."""
    given = call.keywords["distance_to"]
    targets = [table.target(what, column, given) for column in table.columns()]
    changed = [target for target in targets if target is not given]
    if not changed:
        return call
    if len(changed) < len(targets) or any(target != changed[0] for target in changed):
        raise TypeError(
            f"{what} measures distances to one value in columns of one dtype only; select them"
        )
    return call._replace(keywords={**call.keywords, "distance_to": changed[0]})


def _dressed(table: Table, found: Any, tags: Tags) -> Any:
    return table.indices(found, tags) if isinstance(found, np.ndarray) and found.ndim else found


def _missing_as_minus_one(table: Table, call: Call, found: Any, what: str) -> Any:
    """Return indices with -1 where there is no candidate, whatever `default` is."""
    default = call.keywords.get("default")
    if default is None or default == -1:
        return found
    if default < 0:
        return np.where(np.less(found, 0), -1, found)
    return index_of(table, call.about(call.a, default=-1), what)


def _elements(table: Table, call: Call, found: Any, tags: Tags) -> Any:
    """Return the elements at indices, -1 for none, as a result that lies along these axes."""
    columns, found = table.columns(), np.asarray(found)
    if len(table.shape) == 1:
        if not found.ndim:
            return table.element(columns[0], int(found))
        if 0 in tags:  # each element is a slice
            box = [-1 if tag == 0 else 1 for tag in tags]
            found = np.where(found < 0, -1, np.arange(table.shape[0]).reshape(box))
        if len(tags) == 2:
            every = [np.ascontiguousarray(along) for along in found.T]
            return table.table([table.take(columns[0], along) for along in every], tags)
        return table.column(table.take(columns[0], found), tags[0])
    rows, numbers = places_of(found, asked_by(call, 2).axes, tags, table.shape)
    if not found.ndim:
        return table.element(columns[int(numbers)], int(rows))
    if tags[-1] == 1 and columns:
        by_column = rows.reshape(-1, len(columns)).T
        parts = [
            table.take(x, np.ascontiguousarray(r)) for x, r in zip(columns, by_column, strict=True)
        ]
        return table.row(parts) if len(tags) == 1 else table.table(parts, tags)
    flat = picked(table, columns, rows.ravel(), numbers.ravel())
    if len(tags) == 1:
        return table.column(flat, tags[0])
    at = np.arange(found.size, dtype=np.intp).reshape(found.shape)
    return table.table([table.take(flat, along) for along in at.T], tags)


def places_of(
    found: NDArray[Any], axes: tuple[int, ...], tags: Tags, shape: tuple[int, ...]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the row, -1 for none, and the number of the column of each index."""
    missing = found < 0
    lengths = [shape[axis] for axis in axes]
    places: list[Any] = [0, 0]
    if axes and 0 not in lengths:
        along_axes = np.unravel_index(np.where(missing, 0, found), lengths)
        for axis, along in zip(axes, along_axes, strict=True):
            places[axis] = along
    for number, tag in enumerate(tags):
        if tag is not None:
            ones = [1] * found.ndim
            ones[number] = shape[tag]
            places[tag] = np.arange(shape[tag]).reshape(ones)
    rows, numbers = (np.broadcast_to(along, found.shape) for along in places)
    return np.where(missing, -1, rows), numbers


def picked(
    table: Table, columns: list[Any], rows: NDArray[np.intp], numbers: NDArray[np.intp]
) -> Any:
    """Return elements of several columns as one column."""
    used = np.unique(numbers) if len(numbers) else np.arange(min(len(columns), 1))
    order = np.argsort(numbers, kind="stable")
    parts = [table.take(columns[i], rows[numbers == i]) for i in used]
    back = np.empty(len(order), np.intp)
    back[order] = np.arange(len(order))
    return table.take(table.joined(parts), back)
