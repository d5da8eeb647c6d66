"""What is asked of an array that comes in pieces: a function of the core and its words, checked.

The core reads the words of a call itself, and says what is wrong with them. So a question is put
to the core once, about an array of one element, before it is put about the first chunk; what is
kept of it are the few things that chunks, merges and the last answer need to know.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from minloc import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The functions, and the ends of the order that each looks at.
ENDS: dict[str, tuple[str, ...]] = {
    "argmin": ("min",),
    "argmax": ("max",),
    "nanargmin": ("min",),
    "nanargmax": ("max",),
    "findmin": ("min",),
    "findmax": ("max",),
    "argminmax": ("min", "max"),
    "minloc": ("min",),
    "maxloc": ("max",),
    "top_k": ("max",),
}
_NAMES: dict[Any, str] = {getattr(_core, name): name for name in ENDS}


class Question:
    """A function and its words, of arrays with `ndim` axes; made by `question`.

    Two questions that are asked with the same words are one object, so that partials can see at
    once whether they belong together.
    """

    __slots__ = (
        "axes",
        "dtype",
        "dtype_word",
        "ends",
        "k",
        "keepdims",
        "kept",
        "name",
        "ndim",
        "policy",
        "rank_axis",
        "ties",
        "told",
        "words",
    )

    def __init__(self, name: str, ndim: int, positional: tuple[Any, ...], words: dict[str, Any]):
        self.told = (name, ndim, positional, tuple(words.items()))
        self.name, self.ndim, self.k = name, ndim, 0
        words = dict(words)
        if name == "top_k":
            self.k = _read_k(positional, words)
        elif positional:
            words["axis"] = _read_axis(name, positional, words)
        if "out" in words:
            raise TypeError(
                f"Partial takes no out: only finish() has the whole answer of {name}(); copy it"
            )
        self._ask_of_one_element(words)
        axis = words.pop("axis", -1 if name == "top_k" else None)
        if axis is None or ndim == 0:
            self.axes = tuple(range(ndim))
        else:
            self.axes = normalize_axis_tuple(axis, ndim)
        self.kept = tuple(i for i in range(ndim) if i not in self.axes)
        # The axis of k ranks is in the place of the one reduced axis, and last for None or a tuple.
        in_place = name == "top_k" and ndim > 0 and axis is not None and not isinstance(axis, tuple)
        self.rank_axis = self.axes[0] if in_place else -1
        dtype = words.pop("dtype", None)
        self.dtype = np.dtype(np.intp if dtype is None else dtype)
        self.dtype_word: dict[str, Any] = {} if dtype is None else {"dtype": self.dtype}
        self.keepdims = words.get("keepdims", False) is not np._NoValue and bool(
            words.get("keepdims", False)
        )
        self.words = words
        self.ties = words.get("ties", "first")
        self.policy = "omit" if name.startswith("nan") else words.get("nan_policy", "propagate")
        self.ends = ("min",) if words.get("mode") == "smallest" else ENDS[name]

    def _ask_of_one_element(self, words: dict[str, Any]) -> None:
        """Let the core say what is wrong with the words."""
        one = np.zeros((1,) * self.ndim)
        if self.name == "top_k":
            _core.top_k(one, 0, **words)
        else:
            getattr(_core, self.name)(one, **words)

    def ask(
        self,
        a: NDArray[Any],
        axes: tuple[int, ...] | None = None,
        k: int | None = None,
        **more: Any,
    ) -> Any:
        """Return the function's answer to the same words for another array, or other axes."""
        among = self.axes if axes is None else axes
        positional = [self.k if k is None else k] if self.name == "top_k" else []
        return getattr(_core, self.name)(a, *positional, axis=among, **{**self.words, **more})

    def ask_nothing_of(self, empty: NDArray[Any], where: Any) -> None:
        """Let the core say what is wrong with a chunk without elements, or with its mask."""
        mask = {} if where is None else {"where": where}
        _core.argmin(empty, axis=tuple(range(empty.ndim)), default=-1, **mask)

    def check_same(self, other: Question) -> None:
        """Raise if another question asks for something else."""
        if self._meaning() != other._meaning():
            raise ValueError(f"these are parts of answers to different questions: {self}; {other}")

    def _meaning(self) -> tuple[Any, ...]:
        """Return what the words come to, however they were spelled."""
        default = self.words.get("default")
        given = None if default is None or default is np._NoValue else int(default)
        return (
            *(self.name, self.ndim, self.k, self.axes, self.rank_axis, self.ends),
            *(self.policy, self.ties, self.keepdims, self.dtype, given),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        name, ndim, positional, words = self.told
        return _again, (name, ndim, positional, dict(words))

    def __repr__(self) -> str:
        k = [f"k={self.k}"] if self.name == "top_k" else []
        words = [f"{word}={value!r}" for word, value in self.told[3] if word != "k"]
        return ", ".join([self.name, *k, *words])


def question(
    function: Callable[..., Any] | str,
    ndim: int,
    positional: tuple[Any, ...],
    words: dict[str, Any],
) -> Question:
    """Return the question that is asked by these words of an array with `ndim` axes.

    Parameters
    ----------
    function : callable or str
        A public function of minloc, or its name.
    ndim : int
        How many axes the array has.
    positional, words : tuple, dict
        What the function is given besides the array, but for `where`, which belongs to a chunk.

    Returns
    -------
    Question
        The same object for the same words.

    Raises
    ------
    TypeError, ValueError
        If there is no such function, or of the function's own if a word is wrong.
    """
    name = function if isinstance(function, str) else _NAMES.get(function)
    if name not in ENDS:
        raise TypeError(
            f"Partial knows no function {function!r}; it takes one of minloc's own, or its name: "
            f"{', '.join(ENDS)}"
        )
    return _again(name, ndim, positional, words)


def _again(name: str, ndim: int, positional: tuple[Any, ...], words: dict[str, Any]) -> Question:
    given = (*positional, *words.values())
    if all(map(_is_told_apart, given)):
        return _cached(name, ndim, *positional, **words)
    return Question(name, ndim, positional, words)


@functools.lru_cache(256, typed=True)
def _cached(name: str, ndim: int, /, *positional: Any, **words: Any) -> Question:
    return Question(name, ndim, positional, words)


def _is_told_apart(value: Any) -> bool:
    """Whether the cache keeps a value apart from all that mean something else.

    It compares the types of values, but not of what is in a tuple, where 1.0 and True equal 1. A
    value that cannot be hashed is wrong, or soon another object.
    """
    if isinstance(value, tuple):
        return all(type(one) is int for one in value)
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _read_k(positional: tuple[Any, ...], words: dict[str, Any]) -> int:
    if len(positional) + ("k" in words) != 1:
        raise TypeError(f"top_k() takes one k, got {len(positional) + ('k' in words)}")
    given = words.pop("k") if "k" in words else positional[0]
    if isinstance(given, bool) or not hasattr(given, "__index__") or operator.index(given) < 0:
        _core.top_k(np.zeros(1), given)  # raises what is wrong with it
    return operator.index(given)


def _read_axis(name: str, positional: tuple[Any, ...], words: dict[str, Any]) -> Any:
    if len(positional) > 1:
        raise TypeError(f"Partial takes only the axis of {name}() by position, got {positional!r}")
    if "axis" in words:
        raise TypeError(f"{name}() got multiple values for argument 'axis'")
    return positional[0]
