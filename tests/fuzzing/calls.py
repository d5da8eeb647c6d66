"""Random calls: a function, its array as it lies in memory, and its keywords."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from fuzzing.contents import (
    SHARED_FROM,
    WITH_KERNELS,
    WITH_OWN_COMPARISON,
    contents,
    nan_in,
    numbers,
)
from fuzzing.layouts import OF_BYTES, WAYS_TO_LIE, laid
from support.arrays import SEVERAL, SHAPES, Array, interesting

Rng = np.random.Generator

REDUCTIONS = ["argmin", "argmax", "nanargmin", "nanargmax"]
FUNCTIONS = [*REDUCTIONS, "findmin", "findmax", "argminmax", "minloc", "maxloc", "top_k"]
SIZES = [0, 1, 2, 3, 5, 17, 64, 257]
#: What the slow oracle visits element by element stays below this many elements.
FEW = 1200


@dataclasses.dataclass(frozen=True)
class Call:
    """A call of one of minloc's functions; `words` are its keywords, all but `where` and `out`."""

    name: str
    #: The elements in C order and in the machine's order of bytes.
    values: Array
    words: dict[str, Any] = dataclasses.field(default_factory=dict)
    layout: str = "C"
    #: Broadcasts to `values`; None if it is not given.
    where: Array | None = None
    where_layout: str = "C"
    #: The dtype of an `out`; None if there is none.
    out: str | None = None
    writeable: bool = True
    #: The `k` of `top_k`.
    k: Any = None
    #: Whether one of the keywords is wrong.
    spoiled: bool = False

    def array(self) -> Array:
        """Return the array as it lies."""
        return laid(self.layout, self.values, self.writeable)

    def mask(self) -> Array | None:
        """Return `where` as it lies."""
        if self.where is None:
            return None
        return laid(self.where_layout, self.where, self.writeable)

    @property
    def args(self) -> tuple[Any, ...]:
        """What is given by position after the array."""
        return (self.k,) if self.name == "top_k" else ()

    @property
    def axis(self) -> Any:
        """The axis, given or not."""
        return self.words.get("axis", -1 if self.name == "top_k" else None)

    @property
    def has_axes(self) -> bool:
        """Whether `axes` can be told: not if it is the axis that is wrong, or there is none."""
        return self.values.ndim > 0 and not self.spoiled

    @property
    def axes(self) -> tuple[int, ...]:
        """The reduced axes, counted from the first, in the order in which they are given."""
        ndim = self.values.ndim
        if self.axis is None or ndim == 0:
            return tuple(range(ndim))
        return tuple(
            i % ndim for i in (self.axis if isinstance(self.axis, tuple) else (self.axis,))
        )

    @property
    def kept(self) -> tuple[int, ...]:
        """The other axes."""
        return tuple(i for i in range(self.values.ndim) if i not in self.axes)

    @property
    def length(self) -> int:
        """How many elements a slice has."""
        return math.prod(self.values.shape[i] for i in self.axes)

    @property
    def nan_policy(self) -> str:
        """The policy, given or not."""
        return "omit" if self.name.startswith("nan") else self.words.get("nan_policy", "propagate")

    @property
    def keepdims(self) -> bool:
        """Whether reduced axes are kept."""
        return bool(self.words.get("keepdims", False))

    @property
    def ends(self) -> tuple[bool, ...]:
        """For each answer whether it is of the largest element."""
        if self.name == "argminmax":
            return (False, True)
        if self.name == "top_k":
            return (self.words.get("mode", "largest") == "largest",)
        return (self.name in ("argmax", "nanargmax", "findmax", "maxloc"),)


def draw(rng: Rng) -> Call:
    """Return a random call; most are small, one in a hundred is shared among threads."""
    size = rng.choice(["small", "medium", "large"], p=[0.84, 0.15, 0.01])
    dtypes = WITH_KERNELS if size == "large" or rng.random() < 0.75 else WITH_OWN_COMPARISON
    dtype = dtypes[rng.integers(len(dtypes))]
    shape = _shape(str(size), dtype, rng)
    lies = _how_it_lies(dtype, shape, rng)
    values = contents(dtype, shape, rng)
    if lies["layout"] == "broadcast":
        axis = int(rng.integers(len(shape)))
        first = values.take(range(min(1, shape[axis])), axis)
        values = np.broadcast_to(first, shape).copy()
    name = str(rng.choice(FUNCTIONS))
    call = Call(name, values, _words(name, values, rng), **lies)
    call = dataclasses.replace(call, where=_where(call, rng))
    call = _with_default(call, rng)
    if dtype.kind in "OT":
        call = _with_order(call, rng)
    if name == "top_k":
        few = [0, 1, 2, 3, call.length // 2, call.length - 1, call.length, call.length + 1]
        k = max(0, int(rng.choice(few, p=[0.04, 0.2, 0.2, 0.2, 0.1, 0.1, 0.12, 0.04])))
        if values.size > FEW:
            k = min(k, 1000 * FEW // values.size)
        call = dataclasses.replace(call, k=k)
    if name in REDUCTIONS and rng.random() < 0.15:
        out = rng.choice(["i8", "i8", "i4", ">i8", "u4", "i1"])
        call = dataclasses.replace(call, out=str(out))
        call.words.pop("dtype", None)
    return call


def _shape(size: str, dtype: np.dtype[Any], rng: Rng) -> tuple[int, ...]:
    ndim = int(rng.choice(6, p=[0.03, 0.32, 0.3, 0.22, 0.09, 0.04]))
    if size == "large":
        n = int(SHARED_FROM / dtype.itemsize * rng.uniform(1, 1.5))
        inner = int(rng.choice([1, 2, 3, 7, 100, 1000, 4099]))
        shapes = [
            (n,),
            (n // inner + 1, inner),
            (inner, n // inner + 1),
            (4, n // 4 // inner + 1, inner),
        ]
        return shapes[rng.integers(len(shapes))]
    if size == "medium" and dtype in WITH_KERNELS:
        kind = rng.choice(["length", "bytes", "shape"])
        if kind == "bytes":  # round the sizes of what is buffered, and of what is a small array
            n, rows = int(2 ** rng.uniform(11, 17)) // dtype.itemsize, int(rng.choice([1, 1, 2, 9]))
            return (n,) if rows == 1 else (rows, n // rows)
        if kind == "length":
            lengths = interesting(dtype.itemsize)
            return (int(lengths[rng.integers(len(lengths))]),)
        known = [shape for shape, _ in (*SHAPES, *SEVERAL)]
        several = known[rng.integers(len(known))]
        return tuple(max(1, n + int(rng.integers(-2, 3))) for n in several)
    p = [0.03, 0.12, 0.17, 0.18, 0.18, 0.16, 0.1, 0.06]
    shape = [int(n) for n in rng.choice(SIZES, ndim, p=p)]
    if ndim == 1 and rng.random() < 0.5:
        shape = [int(rng.integers(FEW))]
    while math.prod(shape) > FEW:
        shape[int(np.argmax(shape))] //= 4
    return tuple(shape)


def _words(name: str, values: Array, rng: Rng) -> dict[str, Any]:
    """Return keywords, most of them left out as often as not."""
    ndim = values.ndim
    words: dict[str, Any] = {}
    if rng.random() < 0.8:
        axes = [int(i) for i in rng.permutation(ndim)[: int(rng.integers(ndim + 1))]]
        axes = [i - ndim if rng.random() < 0.3 else i for i in axes]
        one: Any = int(rng.integers(-max(ndim, 1), max(ndim, 1)))
        kinds = [None, one, one, one, np.int64(one), tuple(axes), tuple(axes)]
        words["axis"] = kinds[rng.integers(len(kinds))]
    if not name.startswith("nan") and rng.random() < 0.6:
        words["nan_policy"] = str(rng.choice(["propagate", "omit", "omit", "raise"]))
    if name == "top_k":
        if rng.random() < 0.6:
            words["mode"] = str(rng.choice(["largest", "smallest"]))
        if rng.random() < 0.2:
            words["sorted"] = bool(rng.random() < 0.5)
        return words
    if rng.random() < 0.5:
        words["ties"] = str(rng.choice(["first", "last"]))
    if rng.random() < 0.4:
        words["keepdims"] = bool(rng.random() < 0.7)
    if not name.startswith("find") and rng.random() < 0.2:
        # No coordinate is too large for a dtype that an index of the same call fits.
        narrow = ["i1", "u1", "i2"] if not name.endswith("loc") else []
        words["dtype"] = str(rng.choice([*narrow, "i4", "i8", "u8", ">i4"]))
    return words


def _where(call: Call, rng: Rng) -> Array | None:
    shape = call.values.shape
    if rng.random() < 0.5:
        return None
    kind = rng.choice(["some", "broadcast", "slices", "nan", "best"], p=[0.4, 0.2, 0.15, 0.15, 0.1])
    share = rng.choice([0, 0.02, 0.5, 0.9, 1])
    if kind == "nan":
        nan = nan_in(call.values)
        return nan if rng.random() < 0.5 else np.asarray(~nan)
    if kind == "best" and call.values.size:
        where = np.asarray(call.values != call.values.flat[rng.integers(call.values.size)])
        return where.astype(bool)
    if kind == "broadcast":
        sizes = [n if rng.random() < 0.5 else 1 for n in shape]
        return np.asarray(rng.random(sizes[int(rng.integers(len(sizes) + 1)) :]) < share)
    if kind == "slices":
        of_slices = [1 if axis in call.axes else n for axis, n in enumerate(shape)]
        return np.broadcast_to(np.asarray(rng.random(of_slices) < 0.7), shape).copy()
    return np.asarray(rng.random(shape) < share)


def _with_default(call: Call, rng: Rng) -> Call:
    """Give a default more often where it is needed."""
    needed = call.where is not None or call.values.size == 0 or call.nan_policy == "omit"
    if call.name != "top_k" and rng.random() < (0.65 if needed else 0.1):
        default = [-1, -1, -1, 0, 7, -300, np.int16(-2), None]
        call.words["default"] = default[rng.integers(len(default))]
    return call


def _with_order(call: Call, rng: Rng) -> Call:
    """Leave no two candidates without an order: NaN among objects, and None, have none."""
    values = call.values.copy()
    if call.where is not None and _takes_none(values.dtype) and rng.random() < 0.5:
        values[~np.broadcast_to(call.where, values.shape)] = None  # no candidate is compared
    if values.dtype.kind == "O" and call.nan_policy == "propagate":
        nan = nan_in(values)
        values[nan] = numbers(values.dtype, int(nan.sum()), rng)
    return dataclasses.replace(call, values=values)


def has_order(call: Call) -> bool:
    """Whether no NaN is compared with other objects, which no answer could be held against."""
    if call.values.dtype.kind != "O" or call.nan_policy != "propagate":
        return True
    nan = nan_in(call.values)
    return not (nan if call.where is None else nan & call.where).any()


def _takes_none(dtype: np.dtype[Any]) -> bool:
    return dtype.kind == "O" or getattr(dtype, "na_object", "") is None


def _how_it_lies(dtype: np.dtype[Any], shape: tuple[int, ...], rng: Rng) -> dict[str, Any]:
    layouts = [*WAYS_TO_LIE]
    if dtype.kind not in "OT":
        layouts += OF_BYTES
    if math.prod(shape) * dtype.itemsize >= SHARED_FROM:
        layouts = ["C", "F", "stepped", "swapped"]
    return {
        "layout": str(rng.choice(layouts)) if shape and rng.random() < 0.7 else "C",
        "where_layout": str(rng.choice([*WAYS_TO_LIE])) if rng.random() < 0.5 else "C",
        "writeable": bool(rng.random() < 0.8),
    }
