"""The arrays that implementations are held against the oracle on.

Their dtypes, what they are filled with, how they lie in memory, and the lengths and shapes round
which a leaf of the core changes its way: a vector, a few vectors, the panel, the block, the reach
of a narrow counter.
"""

from collections.abc import Callable
from typing import Any

import ml_dtypes  # noqa: F401  so that NumPy knows bfloat16 by name
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DTYPES = [
    "?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", "F", "D", "G",
    "M8[s]", "m8[ns]", "bfloat16",
]  # fmt: skip

#: What an array is filled with, and why.
FILLS = {
    "random": "the common case",
    "few values": "ties everywhere: the first has to win on every path",
    "constant": "nothing ever beats the first",
    "ascending": "the last element beats all under argmax: the state changes at every step",
    "extremes": "the values that a sentinel would be taken from: infinities, the integers' ends",
    "some nan": "NaN (NaT) here and there, in positions that move from slice to slice",
    "mostly nan": "slices that begin with NaN, and candidates that are far between",
}


def fill(kind: str, dtype: str, shape: tuple[int, ...]) -> Array:
    """Return an array of that shape and dtype, the same at every call."""
    rng = np.random.default_rng([len(kind), *shape])
    dt = np.dtype(dtype)
    n = int(np.prod(shape))
    numbers: Array
    match kind:
        case "constant":
            numbers = np.full(n, 3)
        case "ascending":
            numbers = np.arange(n)
        case "few values":
            numbers = rng.integers(0, 3, n)
        case _:
            numbers = rng.integers(0, 2**62, n) >> rng.integers(0, 62, n)
    if dt.kind == "b":
        return (numbers % 7 > 0).reshape(shape)
    if dt.kind in "iu":
        if kind == "extremes":
            info = np.iinfo(dt)
            numbers = np.array([info.min, info.max, 0], dt)[rng.integers(0, 3, n)]
        return numbers.astype(dt).reshape(shape)
    if dt.kind in "mM":
        numbers = numbers.astype("i8")
        ends = np.array([np.iinfo("i8").max, np.iinfo("i8").min + 1])
    else:
        numbers = np.where(rng.random(n) < 0.5, numbers, -numbers)
        with np.errstate(over="ignore"):
            numbers = numbers.astype(dt)
        ends = np.array([np.inf, -np.inf]).astype(dt)
        if dt.kind == "c":
            numbers = numbers + dt.type(1j) * np.roll(numbers.real % 5, 1)
            ends = np.array([complex(np.inf, np.inf), complex(-np.inf, -np.inf)]).astype(dt)
    if kind == "extremes":
        numbers[:] = ends[rng.integers(0, 2, n)]
        if dt.kind == "f":
            numbers[rng.random(n) < 0.1] = -0.0
    nan = np.iinfo("i8").min if dt.kind in "mM" else np.nan
    if kind in ("some nan", "mostly nan"):
        chosen = rng.random(n) < (0.01 if kind == "some nan" else 0.98)
        if dt.kind == "c":
            numbers.imag[chosen] = nan
            chosen &= rng.random(n) < 0.5  # the others keep a number as their real part
        numbers[chosen] = nan
        numbers[-1] = 1  # so that the nan form has an answer for the whole
    return (numbers.view(dt) if dt.kind in "mM" else numbers).reshape(shape)


def unaligned(a: Array) -> Array:
    """Return a copy of `a` one byte past where it should lie."""
    memory = np.empty(a.nbytes + 1, np.uint8)
    b: Array = np.ndarray(a.shape, a.dtype, memory, offset=1)
    b[...] = a
    return b


#: Layouts of the same values: what each makes the core do.
LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "C": lambda a: a,
    "F": np.asfortranarray,
    "reversed": lambda a: a[(slice(None, None, -1),) * a.ndim].copy()[
        (slice(None, None, -1),) * a.ndim
    ],
    "stepped": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "stepped down": lambda a: np.repeat(a, 2, axis=-1)[..., ::2][..., ::-1].copy()[..., ::-1],
    "unaligned": unaligned,
    "swapped": lambda a: a.astype(a.dtype.newbyteorder()),
}


def interesting(itemsize: int) -> list[int]:
    """Return lengths round those at which `along` changes its way: from a vector to a stretch."""
    lanes = [max(1, size // itemsize) for size in (16, 32, 64)]
    around = [n for v in lanes for n in (v - 1, v, v + 1, 4 * v + 1, 5 * v - 1)]
    blocks = [32 * v for v in lanes]
    around += [n for block in blocks for n in (block - 1, block, block + 1, 2 * block + lanes[0])]
    around += [250 * v + more for v in lanes[:2] for more in (0, 1)]
    stretch = (64 if itemsize == 1 else 256) * blocks[-1]
    return sorted({n for n in [1, 2, 3, *around, stretch + 1, stretch + lanes[-1]] if n})


#: Two and three dimensions: (shape, axis) and which way of the core it is there for.
SHAPES = {
    ((5, 3), 0): "fewer slices than a vector has lanes",
    ((5, 40), 0): "slices that do not fill the last vector",
    ((2, 4100), 0): "slices that do not fit one panel",
    ((300, 19), 0): "more elements than an 8-bit counter counts",
    ((66000, 2), 0): "more elements than a 16-bit counter counts",
    ((70, 3), 1): "short slices, more of them than a vector has lanes",
    ((70, 17), 1): "slices about as long as a vector",
    ((9, 700), 1): "long slices",
    ((4, 6, 35), 1): "a reduced axis in the middle: loops over what is outside",
    ((5, 4, 30), 0): "kept axes that are one run of memory",
    ((4, 5, 6), None): "everything, whatever the layout",
    ((3000, 3), 0): "slices so few that rows are taken together",
    ((1500, 3), None): "one answer from many short slices, if the layout is Fortran's",
    ((7, 1, 9), 1): "an axis of one element: zeros, except that NaN is no candidate",
}

#: Several axes at once, in every relation to the order of memory.
SEVERAL: dict[tuple[tuple[int, ...], tuple[int, ...]], str] = {
    ((40, 30), (0, 1)): "everything, as None",
    ((40, 30), (1, 0)): "everything, in the other order",
    ((4, 50, 30), (1, 2)): "the last two: one run of memory",
    ((50, 30, 4), (0, 1)): "the first two: columns",
    ((50, 30, 4), (1, 0)): "the first two, in the other order",
    ((12, 5, 70), (0, 2)): "with a kept axis between them",
    ((12, 5, 70), (-1, 0)): "with a kept axis between them, in the other order",
    ((6, 7, 8, 9), (3, 1)): "two of four, in the other order",
    ((6, 7, 8, 9), (0, 3, 2)): "three of four, in no order",
    ((3, 2, 400), (2,)): "a tuple of one",
    ((7, 60), ()): "none: every element is a slice",
}
