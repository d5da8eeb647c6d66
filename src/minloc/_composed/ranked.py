"""The k best of each slice, stable, of a library's own top k, which is not.

    the k + 1 best -> if the last two differ, the first k, by index within equal values
                   -> else those that beat the k-th, and then the first elements that equal it

1. *Only the boundary is ambiguous.* Whatever beats the k-th value is among the k best for every
   algorithm; which of the elements that equal it are taken is all that a library leaves open. If
   the next one differs, it leaves nothing open.
2. *A second top k of integers* finds the first equal ones otherwise: of numbers that fall with the
   index, and are larger for elements that equal the k-th value than for NaNs. No two are equal.
3. *Stable sorts see k elements*, not the array.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minloc._composed.best import numbers

if TYPE_CHECKING:
    from minloc._composed.operations import Operations


def ranked(
    ops: Operations, keys: list[Any], chosen: Any, k: int, *, largest: bool, omit: bool
) -> tuple[Any, Any]:
    """Return where the `k` best of each slice are, best first, equal ones in index order.

    Parameters
    ----------
    ops : Operations
        Those of the library.
    keys : list of array
        What elements are compared by, one after the other, in slices along the last axis, of at
        least `k` elements.
    chosen : array of bool or None
        Which elements are candidates, in the shape of the keys.
    k : int
        At least 1.
    largest : bool
        The largest, or else the smallest.
    omit : bool
        Whether a NaN is no candidate; else it ranks after every number.

    Returns
    -------
    tuple
        The indices, and how many candidates each slice has: indices beyond that mean
        nothing. None if all are of candidates.
    """
    xp = ops.xp
    if chosen is None and ops.concrete and not _has_nan(ops, keys):
        number = nan = None
    else:
        number, nan = numbers(ops, keys, chosen)
        if nan is not None:
            nan = None if omit else nan if chosen is None else nan & chosen
    count = None if number is None else candidates(ops, keys, chosen, omit)
    if len(keys) > 1:
        return _sorted(ops, keys, number, nan, k, largest), count
    key, n = keys[0], keys[0].shape[-1]
    filled = key if number is None else xp.where(number, key, ops.worst(key, largest))
    values, at = ops.top(filled, min(k + 1, n), largest)
    boundary = values[..., k - 1 : k]
    if number is None and ops.concrete:
        is_clear = k == n or not ops.is_true(xp.any(values[..., k:] == boundary))
        if is_clear:
            return _in_index_order(ops, key, at[..., :k], boundary, largest), None
    values, at = values[..., :k], at[..., :k]
    beats = values > boundary if largest else values < boundary
    better = ops.integers(xp.count_nonzero(beats, axis=-1))[..., None]
    nowhere = ops.full((), n, ops.index_dtype)
    first = _in_index_order(ops, filled, xp.where(beats, at, nowhere), boundary, largest)
    hit = filled == boundary if number is None else (filled == boundary) & number
    place = ops.iota(k)
    behind = ops.take(_first_ties(ops, hit, nan, k), xp.clip(place - better, 0, k - 1))
    return xp.where(place < better, first, behind), count


def candidates(ops: Operations, keys: list[Any], chosen: Any, omit: bool) -> Any:
    """Return how many candidates each slice has; None if all elements are candidates."""
    number = numbers(ops, keys, chosen)[0] if omit else chosen
    return None if number is None else ops.xp.count_nonzero(number, axis=-1)


def _has_nan(ops: Operations, keys: list[Any]) -> bool:
    """Whether any element is NaN: then the least of its slice is."""
    for key in keys:
        if ops.kind(key) == "f":
            least = ops.xp.min(key, axis=-1)
            if ops.is_true(ops.xp.any(least != least)):
                return True
    return False


def _in_index_order(ops: Operations, key: Any, at: Any, boundary: Any, largest: bool) -> Any:
    """Return indices by value, equal values by index; those that are out of range come last."""
    xp, n = ops.xp, key.shape[-1]
    at = xp.sort(at, axis=-1)
    values = xp.where(at < n, ops.take(key, xp.clip(at, 0, n - 1)), boundary)
    order = xp.argsort(values, axis=-1, descending=largest, stable=True)
    return ops.take(at, ops.integers(order))


def _first_ties(ops: Operations, hit: Any, nan: Any, k: int) -> Any:
    """Return the first elements that equal the boundary, and then the first NaNs, by index."""
    xp, n = ops.xp, hit.shape[-1]
    dtype = xp.int32 if 2 * n < 1 << 31 else ops.index_dtype
    falling = xp.astype(n - ops.iota(n), dtype)
    nothing = ops.full((), 0, dtype)
    rank = nothing if nan is None else xp.where(nan, falling, nothing)
    return ops.top(xp.where(hit, falling + n, rank), k, True)[1]


def _sorted(ops: Operations, keys: list[Any], number: Any, nan: Any, k: int, largest: bool) -> Any:
    """Return the same by stable sorts of whole slices, for what is compared by several keys."""
    xp = ops.xp
    order = xp.broadcast_to(ops.iota(keys[0].shape[-1]), keys[0].shape)
    if number is not None:
        keys = [xp.where(number, key, xp.zeros_like(key)) for key in keys]
        rank = xp.astype(~number, xp.uint8)  # numbers, then NaNs, then what is no candidate
        keys = [rank * 2 if nan is None else rank * 2 - xp.astype(nan, xp.uint8), *keys]
    for i, key in reversed(list(enumerate(keys))):
        falls = largest and (number is None or i > 0)
        by_key = xp.argsort(ops.take(key, order), axis=-1, descending=falls, stable=True)
        order = ops.take(order, ops.integers(by_key))
    return order[..., :k]
