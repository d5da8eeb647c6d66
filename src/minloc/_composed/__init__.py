"""The public functions in a library's own operations, on its own device.

What the core cannot read, such as an array on a GPU or one that is being traced, is answered by the
operations that its library has: those of the array API standard, as `operations` names them. The
rules are the core's: the question is read by it, `best` and `ranked` settle ties, NaN and masks,
and it raises the errors about slices.

Nothing moves between devices, except which slices have no candidate, for an error about one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minloc._composed import windows
from minloc._composed.answers import Answer
from minloc._composed.distances import target_of
from minloc._composed.grouped import GroupedAnswer
from minloc._composed.labels import with_labels
from minloc._masks import is_given
from minloc._partial.question import question
from minloc._window_axes import WINDOW_FUNCTIONS

if TYPE_CHECKING:
    from minloc._composed.operations import Operations


def answer(name: str, a: Any, keywords: dict[str, Any], ops: Operations) -> Any:
    """Return the answer of a function as arrays of the library that has the array.

    Parameters
    ----------
    name : str
        A public function.
    a : array
        The array.
    keywords : dict
        What else was given, by name.
    ops : Operations
        Those of the library.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    TypeError
        If a keyword cannot be had of such an array, or an error that would depend on its elements.
    """
    where = keywords.get("where", True)
    if keywords.get("out") is not None:
        raise TypeError(
            f"{name}() of an array that is answered by the operations of {ops.xp.__name__} takes "
            f"no out; copy what it returns, as in out[...] = {name}(a)"
        )
    if name in WINDOW_FUNCTIONS:
        rest = {key: value for key, value in keywords.items() if key not in ("where", "out")}
        return windows.answer(name, a, rest, ops, ops.mask(where, a) if is_given(where) else None)
    by, rest = with_labels(ops, a, keywords)
    asked = question(name, a.ndim, rest)
    mask = ops.mask(where, a) if is_given(where) else None
    target = keywords.get("distance_to")
    if target is not None:
        target = target_of(ops, asked, a, target)
    if by is not None:
        return GroupedAnswer(a, ops, asked, "dtype" in keywords, by).of(mask, target)
    return Answer(a, ops, asked, "dtype" in keywords).of(mask, target)
