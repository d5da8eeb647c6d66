"""Calls of arrays of other libraries, and of the same elements in an array of NumPy's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import minloc
from support.answers import FINDS, FUNCTIONS, NAN_FORMS
from support.distances import values_for

#: Arrays whose slices are short, cut into blocks, and cut into blocks with a rest.
SHAPES: list[tuple[int, ...]] = [(), (7,), (3, 5), (2, 3, 4), (3, 300), (1000, 2), (0, 3), (3, 0)]


def plain(answer: Any) -> Any:
    """Return an answer of any library as its shapes and elements."""
    if isinstance(answer, tuple):
        return [plain(part) for part in answer]
    array = np.asarray(answer)
    return array.shape, repr(array.tolist())  # in which one NaN is like another


def outcome(function: Callable[..., Any], *args: Any, **words: Any) -> Any:
    """Return the answer of a call, or what it raises, with the slice that it is about."""
    try:
        return plain(function(*args, **words))
    except (ValueError, TypeError, IndexError) as error:
        notes = getattr(error, "__notes__", [])
        return type(error), str(error), getattr(error, "index", None), notes[:1]


def elements(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Any:
    """Return an array with ties and, in floats, with infinities and NaN in some slices."""
    a = np.asarray(rng.integers(-3, 4, shape)).astype(dtype)
    if a.dtype.kind not in "fc":
        return a
    with np.errstate(invalid="ignore"):
        a = np.where(rng.random(shape) < rng.choice([0, 0.3]), np.inf, a).astype(dtype)
        return np.where(rng.random(shape) < rng.choice([0, 0.02, 0.9]), np.nan, a).astype(dtype)


def words_of(rng: np.random.Generator, name: str, ndim: int) -> dict[str, Any]:
    """Return some of the keywords of a function; a mask is not among them."""
    axes: list[Any] = [None, tuple(int(i) for i in rng.permutation(ndim))]
    axes += [0, -1, ()] if ndim else []
    words: dict[str, Any] = {"axis": axes[rng.integers(len(axes))]}
    if name == "top_k":
        words["mode"] = str(rng.choice(["largest", "smallest"]))
    else:
        words["ties"] = str(rng.choice(["first", "last"]))
        words["keepdims"] = bool(rng.integers(2))
        if rng.random() < 0.6:
            words["default"] = -1
    if name not in NAN_FORMS:
        words["nan_policy"] = str(rng.choice(["propagate", "omit", "raise"]))
    if name not in FINDS and rng.random() < 0.3:
        words["dtype"] = np.dtype("i2")
    return words


def labels_of(rng: np.random.Generator, shape: tuple[int, ...], words: dict[str, Any]) -> Any:
    """Return labels for a call whose keywords, which are changed, leave one error at most."""
    if words.get("nan_policy") == "raise" and "default" not in words:
        words["nan_policy"] = "propagate"
    axis = words["axis"]
    one = isinstance(axis, int) and rng.integers(2)
    dtype = rng.choice(["i8", "i2", "u1"])
    labels = rng.integers(0 if dtype == "u1" else -1, 3, shape[axis] if one else shape)
    return labels.astype(dtype)


def with_limits(rng: np.random.Generator, a: Any) -> Any:
    """Return an array with some elements replaced by the least and the greatest of its dtype."""
    if a.dtype.kind not in "iu":
        return a
    info = np.iinfo(a.dtype)
    ends = np.where(rng.random(a.shape) < 0.5, info.min, info.max).astype(a.dtype)
    return np.where(rng.random(a.shape) < 0.3, ends, a).astype(a.dtype)


def check(
    name: str,
    convert: Callable[[Any], Any],
    ask: Callable[..., Any],
    dtypes: str = "f4 f8 i4 u1 ? c8 e",
    times: int = 40,
    shapes: list[tuple[int, ...]] = SHAPES,
    *,
    distances: bool = False,
    groups: bool = False,
) -> None:
    """Hold drawn calls about an array of another library against those of NumPy's array.

    Parameters
    ----------
    name : str
        The function.
    convert : callable
        Makes an array of the library from one of NumPy's.
    ask : callable
        The function under test: of a name, an array, and what else is given.
    dtypes : str
        Those of the arrays.
    times : int
        How many calls.
    shapes : list of tuple of int
        Of the arrays.
    distances : bool
        Whether elements are compared by their distances to a value, or to one for each slice.
    groups : bool
        Whether there is an answer for each group, some of which may be empty.
    """
    rng = np.random.default_rng(FUNCTIONS.index(name))
    for _ in range(times):
        shape = shapes[rng.integers(len(shapes))]
        a = elements(rng, shape, rng.choice(dtypes.split()))
        if distances:
            a = with_limits(rng, a)
        words = words_of(rng, name, a.ndim)
        args = [int(rng.integers(4))] if name == "top_k" else []
        mask = np.asarray(rng.random(shape) < rng.choice([0.3, 0.95]))
        for where in None, mask:
            ours: dict[str, Any] = {} if where is None else {"where": where}
            theirs = {} if where is None else {"where": convert(where)}
            if distances:
                values = values_for(a, words["axis"], rng)
                ours["distance_to"] = value = values[rng.integers(len(values))]
                theirs["distance_to"] = convert(value) if rng.integers(2) else value
            if groups:
                by = labels_of(rng, shape, words)
                ours |= {"by": by, "num_groups": 3}
                theirs |= {"by": convert(by) if rng.integers(2) else by, "num_groups": 3}
                if rng.integers(2) and by.size:
                    del ours["num_groups"], theirs["num_groups"]
            want = outcome(getattr(minloc, name), a, *args, **words, **ours)
            got = outcome(ask, name, convert(a), *args, **words, **theirs)
            assert got == want, (a, args, words, ours)


def by_operations(make: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return how functions are asked whose answers are made of a library's own operations.

    Parameters
    ----------
    make : callable
        Makes the operations for an array.
    """
    from minloc import _composed

    def ask(name: str, a: Any, *k: Any, **words: Any) -> Any:
        return _composed.answer(name, a, words | dict(zip("k", k, strict=False)), make(a))

    return ask


def public(name: str, a: Any, *args: Any, **words: Any) -> Any:
    """Call a public function by its name."""
    return getattr(minloc, name)(a, *args, **words)


def places_of_ties(n: int) -> Iterator[tuple[Any, int, int]]:
    """Yield slices of zeros with ones at two places, and the places, at the ends of blocks too."""
    places = sorted({0, 1, 63, 64, 127, 128, n // 2, n - 2, n - 1} & set(range(n)))
    for i, first in enumerate(places):
        for last in places[i:]:
            a = np.zeros(n, np.float32)
            a[[first, last]] = 1
            yield a, first, last
