"""The core's answer about columns, each of them in pieces: nothing is put together first.

Along the rows each column is a question of its own, whatever the dtypes of the others. Across
columns the pieces are parts of one array, unless that is small: then it is made.
"""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._adapters import masked
from minloc._adapters.call import Call
from minloc._containers.columns import common_dtype, stacked
from minloc._containers.values import labels
from minloc._masks import boolean, excluded, is_given
from minloc._partial import (
    Beside,
    ask,
    cast,
    finish,
    laid_out,
    merge,
    question,
    with_num_groups,
)
from minloc._results import ArgMinMax, TopK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from minloc._adapters.table import Table
    from minloc._containers.columns import Values

#: Tables of fewer bytes are asked as one array.
SMALL = 1 << 20


def index_of(table: Table, call: Call, what: str) -> Any:
    """Return what a function that answers with indices, or `top_k`, returns for a table.

    Parameters
    ----------
    table : Table
        Its keys are asked; so the values of `top_k` mean nothing.
    call : Call
        The call.
    what : str
        The function that messages name, such as ``"findmin()"``.

    Returns
    -------
    object
        Plain arrays and scalars of NumPy.
    """
    if len(table.shape) == 1:
        [column] = table.columns()
        return _of_pieces(call, table.keys(what, column), "out" in call.keywords)
    asked = question(call.name, 2, asked_of(call))
    columns = table.columns()
    if asked.axes == (0,) and columns and "out" not in call.keywords:
        return _by_column(table, call, columns, asked, what)
    return _across(table, call, columns, asked, what)


def _of_pieces(call: Call, pieces: list[Values], at_once: bool = False) -> Any:
    """Return the answer about one column."""
    if len(pieces) == 1:
        return masked.ask(call, *pieces[0])
    if at_once:
        return masked.ask(call, *joined(pieces))
    where, by = call.keywords.get("where", True), call.keywords.get("by")
    target = call.keywords.get("distance_to")
    asked = question(call.name, 1, asked_of(call))
    size = sum([len(values) for values, _ in pieces])
    mask = broadcast(where, (size,))
    by = None if by is None else laid_out(by, asked, (size,))
    parts, start = [], 0
    for values, missing in pieces:
        stop = start + len(values)
        chosen = _chosen(missing, None if mask is None else mask[start:stop])
        of_piece = by if by is None or len(by) == 1 else by[start:stop]
        beside = Beside(chosen, of_piece, cast(target, values.dtype))
        parts.append(ask(asked, values, beside, (start,), (size,)))
        start = stop
    return finish(merge(parts))


def joined(pieces: list[Values]) -> Values:
    """Return a column in one piece."""
    if len(pieces) == 1:
        return pieces[0]
    values = np.concatenate([values for values, _ in pieces])
    if all(missing is None for _, missing in pieces):
        return values, None
    masks = [np.zeros(len(v), bool) if missing is None else missing for v, missing in pieces]
    return values, np.concatenate(masks)


def _by_column(table: Table, call: Call, columns: list[Any], asked: Any, what: str) -> Any:
    """Return the answers for each column, one question each."""
    where = broadcast(call.keywords.get("where", True), table.shape)
    in_place = asked.rank_axis >= 0 or asked.keepdims
    one = call.without("keepdims", "by", "num_groups", "distance_to").about(None, axis=0)
    by = call.keywords.get("by")
    by = None if by is None else np.broadcast_to(laid_out(by, asked, table.shape), table.shape)
    target = call.keywords.get("distance_to")
    found, wrong = [], list[tuple[tuple[int, ...], Exception]]()
    for number, column in enumerate(columns):
        mask: dict[str, Any] = {} if where is None else {"where": where[:, number]}
        if by is not None:
            mask |= {"by": by[:, number], "num_groups": asked.num_groups}
        if target is not None:
            mask["distance_to"] = target
            if np.ndim(target):  # one for each column
                mask["distance_to"] = np.broadcast_to(target, (1, len(columns)))[0, number]
        try:
            pieces = table.keys(what, column)
            found.append(_of_pieces(one.about(None, **mask), pieces))
        except ValueError as error:
            place = getattr(error, "index", None)  # that of a group, if there are groups
            if place is None:
                raise
            along = (0, number, *place)  # the rows, the columns, the groups
            wrong.append((tuple([along[i] for i in asked.in_result]), error))
    raise_first(wrong)
    axis = 1 if asked.group_axis >= 0 or (in_place and call.name == "top_k") else 0

    def stacked(parts: Any) -> NDArray[Any]:
        array = np.stack(parts, axis=axis)
        return array[np.newaxis] if asked.keepdims else array

    if call.name == "top_k":
        return TopK(None, stacked([top.indices for top in found]))
    if call.name == "argminmax":
        return ArgMinMax(*[stacked(end) for end in zip(*found, strict=True)])
    if call.name in ("minloc", "maxloc"):
        return (stacked([place[0] for place in found]),)
    return stacked(found)


def raise_first(wrong: list[tuple[tuple[int, ...], Exception]]) -> None:
    """Raise the error about the first place of a result, if there are errors."""
    if wrong:
        place, error = min(wrong, key=operator.itemgetter(0))
        _core.set_place(error, place)
        raise error


def _across(table: Table, call: Call, columns: list[Any], asked: Any, what: str) -> Any:
    """Return the answer of a question that compares elements of different columns."""
    shape = table.shape
    if not columns:
        return masked.ask(call, np.empty(shape), None)
    keys = table.keys_across(what, columns)
    dtype = common_dtype(what, keys, table.names())
    if shape[0] * shape[1] * dtype.itemsize < SMALL or "out" in call.keywords:
        return masked.ask(call, *stacked(list(map(joined, keys)), dtype))
    where = broadcast(call.keywords.get("where", True), shape)
    by, target = call.keywords.get("by"), cast(call.keywords.get("distance_to"), dtype)
    by = None if by is None else np.broadcast_to(laid_out(by, asked, shape), shape)
    if target is not None and target.ndim:
        target = np.broadcast_to(target, shape)
    parts = []
    for number, pieces in enumerate(keys):
        starts = itertools.accumulate([len(values) for values, _ in pieces], initial=0)
        for start, (values, missing) in zip(starts, pieces, strict=False):
            mask = None if where is None else where[start : start + len(values), number]
            chosen = _chosen(missing, mask)
            chosen = None if chosen is None else chosen[:, np.newaxis]
            chunk = values.astype(dtype, copy=False)[:, np.newaxis]
            key = slice(start, start + len(values)), slice(number, number + 1)
            own = target
            if target is not None and target.ndim:
                first = tuple([slice(0, 1) if i in asked.axes else key[i] for i in range(2)])
                own = target[first]
            beside = Beside(chosen, None if by is None else by[key], own)
            parts.append(ask(asked, chunk, beside, (start, number), shape))
    return finish(merge(parts))


def with_counted_groups(call: Call) -> Call:
    """Return a call with its labels, if there are any, as an array, and with `num_groups`."""
    by = call.keywords.get("by")
    if by is None and "num_groups" not in call.keywords:
        return call
    numbers = None if by is None else labels(by)
    return call._replace(keywords={**with_num_groups(numbers, call.keywords), "by": numbers})


def asked_of(call: Call) -> dict[str, Any]:
    """Return the keywords of a call that make its question: all but what lies beside elements."""
    beside = ("where", "out", "by", "distance_to")
    return {key: value for key, value in call.keywords.items() if key not in beside}


def broadcast(where: Any, shape: tuple[int, ...]) -> NDArray[np.bool] | None:
    """Return a mask in the shape of the table, without a copy; None if all are candidates."""
    if not is_given(where):
        return None
    plain = boolean(where)
    try:
        return np.broadcast_to(plain, shape)
    except ValueError:
        raise ValueError(
            f"where of shape {plain.shape} cannot be broadcast to the shape {shape} of a"
        ) from None


def _chosen(missing: Any, mask: Any) -> NDArray[np.bool] | None:
    """Return which elements are candidates: neither missing nor masked; None for all."""
    if missing is None:
        return mask  # type: ignore[no-any-return]
    return np.logical_not(missing if mask is None else excluded(missing, mask))
