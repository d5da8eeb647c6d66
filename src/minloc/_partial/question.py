"""What is asked of an array that comes in parts: a function and its keywords, read by the core.

The core reads the keywords of a call, and says what is wrong with them, without an array
(`_core.read_call`). That happens once: chunks, merges and the last answer take what they need from
the question.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The names of the functions that take an array.
FUNCTIONS = (
    *("argmin", "argmax", "nanargmin", "nanargmax", "findmin", "findmax", "argminmax"),
    *("minloc", "maxloc", "top_k"),
)
_NAMES: dict[Any, str] = {getattr(_core, name): name for name in FUNCTIONS}


class Question:
    """A function and its keywords, for arrays with `ndim` axes; made by `question`.

    Attributes
    ----------
    name : str
        The function.
    ndim : int
        How many axes the array has.
    axes, kept : tuple of int
        The axes that are reduced, in the order given, and the others.
    num_groups : int or None
        How many groups there are, None if elements belong to none.
    answered : tuple of int
        The axes along which there is an answer each, in the order of the result: the kept ones,
        and that of the groups, if there are any, which is number `ndim`, because the array itself
        does not have it.
    in_result : tuple of int
        The axes of the result, but for that of the ranks: those answered, and the others under
        `keepdims`.
    group_axis : int
        Where the axis of the groups is in the result: in the place of the one reduced axis, or -1,
        which is last.
    rank_axis : int
        For `top_k`, where the axis of the k ranks is in the result: in the place of the one reduced
        axis, behind the groups that take this place, or -1, which is last.
    k : int
        For `top_k`; 0 for other functions.
    ends : tuple of {"min", "max"}
        Which elements are asked for.
    keepdims : bool
        Whether reduced axes stay in the result; never if groups take the place of the only one.
    policy : {"propagate", "omit", "raise"}
        The `nan_policy`.
    ties : {"first", "last"}
        Which of equal elements is the best.
    default : int or None
        The index of a slice without a candidate.
    dtype : dtype
        Of the indices.
    """

    __slots__ = (
        "answered",
        "axes",
        "default",
        "dtype",
        "ends",
        "group_axis",
        "in_result",
        "k",
        "keepdims",
        "kept",
        "name",
        "ndim",
        "num_groups",
        "policy",
        "rank_axis",
        "spelled",
        "ties",
    )

    def __init__(self, name: str, ndim: int, keywords: dict[str, Any]) -> None:
        self.name, self.ndim = name, ndim
        self.spelled = tuple(keywords.items())
        groups = keywords.get("num_groups")
        self.num_groups = None if groups is None else _core.count_groups(None, groups)
        (
            self.axes, self.rank_axis, self.k, self.ends, self.keepdims, self.policy, self.ties,
            self.default, self.dtype,
        ) = _core.read_call(
            name, ndim, {key: value for key, value in keywords.items() if key != "num_groups"}
        )  # fmt: skip
        self.kept = tuple([i for i in range(ndim) if i not in self.axes])
        self.answered, self.group_axis = self.kept, -1
        if self.num_groups is not None:
            axis = keywords.get("axis", -1 if name == "top_k" else None)
            if axis is not None and not isinstance(axis, tuple):
                [self.group_axis] = self.axes
                self.keepdims = False
            place = self.group_axis if self.group_axis >= 0 else len(self.kept)
            self.answered = (*self.kept[:place], ndim, *self.kept[place:])
            if self.group_axis >= 0 and name == "top_k":
                self.rank_axis = self.group_axis + 1
            else:
                self.rank_axis = -1
        every = tuple(sorted((*self.axes, *self.answered)))
        self.in_result = every if self.keepdims else self.answered

    def box(self, shape: Sequence[int]) -> tuple[int, ...]:
        """Return the shape of the result, but for ranks, for an array of this shape.

        The number of groups, if there are any, is the last length.
        """
        return tuple([1 if i in self.axes else shape[i] for i in self.in_result])

    def ask(self, a: NDArray[Any], axis: Any = None, **changes: Any) -> Any:
        """Return the function's answer to the same question about a whole array.

        Parameters
        ----------
        a : ndarray
            The array.
        axis : int or tuple of int, optional
            The axes of it that are reduced, by default those of the question.
        **changes : object
            Keywords to be added or replaced.

        Returns
        -------
        object
            What the function returns.
        """
        keywords: dict[str, Any] = {"axis": self.axes if axis is None else axis}
        if not self.name.startswith("nan"):
            keywords["nan_policy"] = self.policy
        if self.name == "top_k":
            keywords["mode"] = "smallest" if self.ends == ("min",) else "largest"
            return _core.top_k(a, self.k, **keywords | changes)
        keywords |= {"ties": self.ties, "keepdims": self.keepdims, "default": self.default}
        if not self.name.startswith("find"):
            keywords["dtype"] = self.dtype
        return getattr(_core, self.name)(a, **keywords | changes)

    def check_same(self, other: Question) -> None:
        """Raise if another question asks for something else."""
        if other is not self and self._meaning() != other._meaning():
            raise ValueError(f"these are parts of answers to different questions: {self}; {other}")

    def _meaning(self) -> tuple[Any, ...]:
        """Return what is asked, however it was spelled."""
        return (
            *(self.name, self.ndim, self.k, self.axes, self.rank_axis, self.ends),
            *(self.policy, self.ties, self.keepdims, self.dtype, self.default),
            *(self.num_groups, self.group_axis),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return question, (self.name, self.ndim, dict(self.spelled))

    def __repr__(self) -> str:
        """Return the function and the keywords that were given."""
        k = [f"k={self.k}"] if self.name == "top_k" else []
        spelled = [f"{name}={value!r}" for name, value in self.spelled if name != "k"]
        return ", ".join([self.name, *k, *spelled])


def called(function: Callable[..., Any] | str) -> str:
    """Return the name of a public function, which may be given by its name.

    Raises
    ------
    TypeError
        If there is no such function.
    """
    name = function if isinstance(function, str) else _NAMES.get(function)
    if name not in FUNCTIONS:
        raise TypeError(
            f"Partial knows no function {function!r}; it takes one of minloc's own, or its name: "
            f"{', '.join(FUNCTIONS)}"
        )
    return name


def question(name: str, ndim: int, keywords: Mapping[str, Any]) -> Question:
    """Return the question that these keywords ask of an array with `ndim` axes.

    Parameters
    ----------
    name : str
        A public function.
    ndim : int
        How many axes the array has.
    keywords : mapping
        What the function is given besides the array, `k` and `axis` included. `where`, `by` and
        `distance_to` are not: they belong to a chunk.

    Returns
    -------
    Question
        The same object for the same keywords, so that parts see at once that they belong together.

    Raises
    ------
    TypeError, ValueError
        The function's own, if a keyword is wrong.
    """
    if all(map(_is_told_apart, keywords.values())):
        return _cached(name, ndim, **keywords)
    return Question(name, ndim, dict(keywords))


@functools.lru_cache(256, typed=True)
def _cached(name: str, ndim: int, /, **keywords: Any) -> Question:
    return Question(name, ndim, keywords)


def _is_told_apart(value: Any) -> bool:
    """Whether the cache keeps a value apart from all that mean something else.

    The cache compares the types of values, but not of what is in a tuple, where 1.0 and True equal
    1. A value that cannot be hashed is wrong, or mutable.
    """
    if isinstance(value, tuple):
        return all(type(one) is int for one in value)
    try:
        hash(value)
    except TypeError:
        return False
    return True
