"""Labels of groups as integers of a library, one for each element of an array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minloc import _core
from minloc._containers.values import labels as plain_labels
from minloc._partial.labels import with_num_groups

if TYPE_CHECKING:
    from minloc._composed.operations import Operations
    from minloc._partial.question import Question


def with_labels(ops: Operations, a: Any, keywords: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the labels of a call, if there are any, and the keywords that make its question.

    Returns
    -------
    tuple of array and dict
        The labels are an array of NumPy's, or of the library; None if there are none.

    Raises
    ------
    TypeError
        If they are being traced: one that is too large could not be an error.
    """
    beside = ("where", "out", "distance_to", "by")
    rest = {key: value for key, value in keywords.items() if key not in beside}
    by = keywords.get("by")
    own = None if by is None else ops.own("by", by, a)
    if own is not None and not ops.has_values(own):
        raise TypeError(
            "by is being traced, and a label that is too large could not be an error; pass labels "
            "that are known while tracing, such as an array of NumPy's"
        )
    if own is None or not ops.concrete:
        plain = None if by is None else plain_labels(by if own is None else ops.read(own))
        return plain, with_num_groups(plain, rest)
    if rest.get("num_groups") is None and ops.kind(own) in "iu":
        most = (
            -1
            if 0 in own.shape
            else int(ops.xp.max(ops.xp.reshape(ops.integers(own), (-1,)), axis=0))
        )
        rest["num_groups"] = max(most + 1, 0)
    return own, rest


def laid_out(ops: Operations, by: Any, a: Any, asked: Question) -> Any:
    """Return a label for each element of an array: less than `num_groups`, negative for none.

    Raises
    ------
    TypeError, ValueError
        The core's: if they are not integers, too large, or do not fit the array.
    """
    shape = tuple([int(n) for n in a.shape])
    plain = isinstance(by, np.ndarray)
    dtype = by.dtype if plain else ops.numpy_dtype(by.dtype)
    _core.argmin(np.zeros(0, np.int8), by=np.empty(0, dtype), num_groups=0, default=-1)
    along = _core.label_axes(tuple(by.shape), shape, asked.axes, asked.group_axis)
    if plain:
        _check(by, asked)
        numbers = np.where(by < 0, -1, by).astype(ops.numpy_dtype(ops.index_dtype))
        by = ops.moved("by", numbers, a)
    else:
        given, by = by, ops.integers(by)
        wrong = by >= asked.num_groups
        if dtype.kind == "u":
            wrong = wrong | (by < 0)  # it was too large for the integers of indices
        if ops.is_true(ops.xp.any(wrong)):
            _check(ops.read(given), asked)
    by = ops.xp.permute_dims(by, tuple(sorted(range(by.ndim), key=along.__getitem__)))
    sizes = dict(zip(sorted(along), by.shape, strict=True))
    by = ops.xp.reshape(by, tuple([sizes.get(i, 1) for i in range(len(shape))]))
    return ops.xp.broadcast_to(by, shape)


def leave_enough(by: Any, asked: Question) -> bool:
    """Whether labels that Python can see give every group enough elements in every slice."""
    if not isinstance(by, np.ndarray) or by.ndim > len(asked.axes):
        return False
    counts = np.bincount(by[by >= 0].astype(np.intp), minlength=asked.num_groups or 0)
    return bool(counts.min() >= (asked.k if asked.name == "top_k" else 1))


def _check(by: Any, asked: Question) -> None:
    """Have the core say which label is too large, if any is."""
    _core.argmin(np.zeros(by.shape, np.int8), by=by, num_groups=asked.num_groups, default=-1)
