"""The k best of each slice, stable, of a library's own top k, which is not.

    values of the k best -> those that beat the last of them, by index within equal values
                         -> the places that are left: the first elements that equal it, then NaNs

1. *Only the boundary is ambiguous.* Whatever beats the k-th value is among the k best for every
   algorithm; which of the elements that equal it are taken is all that a library leaves open.
2. *Often it leaves nothing open.* If as many elements equal the k-th value as there are places for
   them, the library has taken the right ones. One comparison tells.
3. *A second top k of integers* finds the first of them otherwise: of numbers that fall with the
   index, and are larger for elements that equal the k-th value than for NaNs. No two are equal.
4. *Stable sorts see k elements*, not the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minloc._composed.best import numbers

if TYPE_CHECKING:
    from minloc._composed.operations import Operations


def ranked(
    ops: Operations, x: Any, chosen: Any, k: int, largest: bool, omit: bool
) -> tuple[Any, Any]:
    """Return where the `k` best of each slice are, best first, equal ones in index order.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    x : array
        Slices along the last axis, of at least `k` elements.
    chosen : array of bool or None
        Which elements are candidates, in the shape of `x`.
    k : int
        At least 1.
    largest : bool
        The largest, or else the smallest.
    omit : bool
        Whether a NaN is no candidate; else it ranks after every number.

    Returns
    -------
    tuple
        The indices, and how many of them are of candidates: of the rest they mean nothing. None if
        all are.
    """
    xp = ops.xp
    keys = ops.keys(x)
    number, nan = numbers(ops, keys, chosen)
    if chosen is None and nan is not None and ops.concrete and not ops.is_true(xp.any(nan)):
        number = nan = None
    if nan is not None and (omit or chosen is not None):
        nan = None if omit else nan & chosen
    count = None
    if number is not None and (omit or chosen is not None):
        candidates = number if nan is None else number | nan
        count = xp.sum(xp.astype(candidates, ops.index_dtype), axis=-1, dtype=ops.index_dtype)
    if len(keys) > 1:
        return _sorted(ops, keys, number, nan, k, largest), count
    key, n = keys[0], x.shape[-1]
    filled = key if number is None else xp.where(number, key, ops.worst(key, largest))
    values, at = ops.top(filled, k, largest)
    boundary = values[..., -1:]
    beats = values > boundary if largest else values < boundary
    better = xp.sum(xp.astype(beats, ops.index_dtype), axis=-1, keepdims=True, dtype=ops.index_dtype)
    first = _in_index_order(ops, filled, xp.where(beats, at, n), boundary, largest)
    hit = filled == boundary if number is None else (filled == boundary) & number
    rest = _first_ties(ops, hit, nan, beats, at, k, better)
    place = ops.iota(k)
    behind = ops.take(rest, xp.clip(place - better, 0, k - 1))
    return xp.where(place < better, first, behind), count


def _in_index_order(ops: Operations, key: Any, at: Any, boundary: Any, largest: bool) -> Any:
    """Return indices by value, equal values by index; those that are out of range come last."""
    xp, n = ops.xp, key.shape[-1]
    at = xp.sort(at, axis=-1)
    values = xp.where(at < n, ops.take(key, xp.clip(at, 0, n - 1)), boundary)
    order = xp.argsort(values, axis=-1, descending=largest, stable=True)
    return ops.take(at, ops.integers(order))


def _first_ties(
    ops: Operations, hit: Any, nan: Any, beats: Any, at: Any, k: int, better: Any
) -> Any:
    """Return the first elements that equal the boundary, and then the first NaNs, by index."""
    xp, n = ops.xp, hit.shape[-1]
    if ops.concrete and nan is None:
        found = xp.sum(xp.astype(hit, ops.index_dtype), axis=-1, keepdims=True)
        if ops.is_true(xp.all(found == k - better)):
            return xp.sort(xp.where(beats, n, at), axis=-1)
    falling = n - ops.iota(n)
    nothing = ops.full((), 0, ops.index_dtype)
    rank = nothing if nan is None else xp.where(nan, falling, nothing)
    rank = xp.where(hit, falling + n, rank)
    return ops.top(rank, k, True)[1]


def _sorted(
    ops: Operations, keys: list[Any], number: Any, nan: Any, k: int, largest: bool
) -> Any:
    """Return the same by stable sorts of whole slices, for what is compared by several keys."""
    xp = ops.xp
    order = xp.broadcast_to(ops.iota(keys[0].shape[-1]), keys[0].shape)
    if number is not None:
        keys = [xp.where(number, key, xp.zeros_like(key)) for key in keys]
    for key in reversed(keys):
        by_key = xp.argsort(ops.take(key, order), axis=-1, descending=largest, stable=True)
        order = ops.take(order, ops.integers(by_key))
    if number is not None:
        rank = xp.astype(~number, xp.uint8)  # numbers, then NaNs, then what is no candidate
        rank = rank * 2 if nan is None else rank * 2 - xp.astype(nan, xp.uint8)
        by_rank = xp.argsort(ops.take(rank, order), axis=-1, stable=True)
        order = ops.take(order, ops.integers(by_rank))
    return order[..., :k]
