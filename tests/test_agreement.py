"""Every implementation gives the oracle's answer.

An implementation is one leaf of the core (along, columns or rows; adjacent, strided or
byte-swapped) for one dtype, one order and one instruction set. The layouts below are chosen so
that each leaf is reached, which is itself tested; the lengths lie round the sizes at which a leaf
changes its way: a vector, a few vectors, the panel, the block, the reach of a narrow counter.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from minloc import _core
from minloc.reference import argbest

Array = NDArray[Any]

DTYPES = [
    "?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", "F", "D", "G",
    "M8[s]", "m8[ns]", "bfloat16",
]  # fmt: skip

FUNCTIONS: dict[str, tuple[Callable[..., Any], bool, bool]] = {
    # name: function, largest, omit_nan
    "argmin": (minloc.argmin, False, False),
    "argmax": (minloc.argmax, True, False),
    "nanargmin": (minloc.nanargmin, False, True),
    "nanargmax": (minloc.nanargmax, True, True),
}

#: What an array is filled with, and why.
FILLS = {
    "random": "the common case",
    "few values": "ties everywhere: the first has to win on every path",
    "constant": "nothing ever beats the first",
    "ascending": "the last element beats all under argmax: the state changes at every step",
    "extremes": "the values that a sentinel would be taken from: infinities, the integers' ends",
    "some nan": "NaN (NaT) here and there, in positions that move from lane to lane",
    "mostly nan": "lanes that begin with NaN, and candidates that are far between",
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


@functools.cache
def expected(name: str, kind: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> Any:
    """Return the oracle's answer for that fill, or None if a slice has no candidate."""
    _, largest, omit_nan = FUNCTIONS[name]
    return quick(fill(kind, dtype, shape), axis, largest, omit_nan)


def quick(a: Array, axis: int | None, largest: bool, omit_nan: bool) -> Any:
    """Return what `minloc.reference.argbest` does, in time for long arrays.

    The first NaN, or else the first that equals the extreme of the candidates.
    """
    nan = a != a
    if omit_nan and not (~nan).any(axis).all():
        return None
    hit = ~nan
    parts = (
        [a.real, a.imag] if a.dtype.kind == "c" else [a.view("i8") if a.dtype.kind in "mM" else a]
    )
    for part in parts:
        info = np.iinfo(part.dtype) if part.dtype.kind in "iu" else None
        low, high = (info.min, info.max) if info else (-np.inf, np.inf)
        if part.dtype.kind == "b":
            low, high = False, True
        candidates = np.where(hit, part, low if largest else high)
        hit = hit & (part == (np.max if largest else np.min)(candidates, axis, keepdims=True))
    if not omit_nan:
        hit = np.where(nan.any(axis, keepdims=True), nan, hit)
    return np.argmax(hit, axis)


def check(kind: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> None:
    """Hold all four functions against the oracle on that fill in every layout."""
    a = fill(kind, dtype, shape)
    for layout, change in LAYOUTS.items():
        b = change(a)
        for name, (function, _, _) in FUNCTIONS.items():
            want = expected(name, kind, dtype, shape, axis)
            if want is None:
                with pytest.raises(ValueError, match="All-NaN slice encountered"):
                    function(b, axis=axis)
            else:
                got = function(b, axis=axis)
                assert np.array_equal(got, want), f"{name}, {shape}, {layout}: {got} but {want}"


def interesting(itemsize: int) -> list[int]:
    """Return lengths round a vector, several of them, and the block and the stretch of `along`."""
    lanes = [max(1, size // itemsize) for size in (16, 32, 64)]
    around = [n for v in lanes for n in (v - 1, v, v + 1, 4 * v + 1, 5 * v - 1)]
    blocks = [32 * v for v in lanes]
    around += [n for block in blocks for n in (block - 1, block, block + 1, 2 * block + lanes[0])]
    stretch = 64 * blocks[-1]
    return sorted({n for n in [1, 2, 3, *around, stretch + 1, stretch + lanes[-1]] if n})


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", FILLS)
def test_lanes_of_every_length(isa: str, dtype: str, kind: str) -> None:
    """A lane of any length, in any layout, gives the oracle's answer."""
    for n in interesting(np.dtype(dtype).itemsize):
        check(kind, dtype, (n,), None)


#: Two and three dimensions: (shape, axis) and which way of the core it is there for.
SHAPES = {
    ((5, 3), 0): "fewer lanes than a vector has",
    ((5, 40), 0): "lanes that do not fill the last vector",
    ((2, 4100), 0): "lanes that do not fit one panel",
    ((300, 19), 0): "more elements than an 8-bit counter counts",
    ((66000, 2), 0): "more elements than a 16-bit counter counts",
    ((70, 3), 1): "short rows, more of them than a vector has lanes",
    ((70, 17), 1): "rows about as long as a vector",
    ((9, 700), 1): "long rows",
    ((4, 6, 35), 1): "a reduced axis in the middle: loops over what is outside",
    ((5, 4, 30), 0): "kept axes that are one run of memory",
    ((4, 5, 6), None): "everything, whatever the layout",
    ((3000, 3), 0): "lanes so few that rows are taken together",
    ((1500, 3), None): "one answer from many short lanes, if the layout is Fortran's",
    ((7, 1, 9), 1): "an axis of one element: zeros, except that NaN is no candidate",
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", FILLS)
@pytest.mark.parametrize(("shape", "axis"), SHAPES)
def test_shapes(isa: str, dtype: str, kind: str, shape: tuple[int, ...], axis: int | None) -> None:
    """Every shape that takes its own way gives the oracle's answer in every layout."""
    check(kind, dtype, shape, axis)


def test_counters_reach_further_than_they_can_count(isa: str) -> None:
    """The best element lies beyond what the narrow counter of its dtype counts."""
    for dtype, rows in ("i1", 256), ("i2", 65536):
        for at in range(rows - 2, rows + 3):
            a = np.zeros((rows + 5, 40), dtype)
            a[at] = -1
            assert np.all(minloc.argmin(a, axis=0) == at)
            assert np.all(minloc.argmin(np.asfortranarray(a)[:, ::3], axis=0) == at)


@pytest.mark.parametrize("dtype", DTYPES)
def test_masked_elements_are_no_candidates(isa: str, dtype: str) -> None:
    """With `where`, in every layout of the array and of the mask, only chosen elements count."""
    for kind in ("few values", "some nan", "extremes"):
        for shape, axis in ((50,), None), ((6, 40), 0), ((40, 6), 1), ((3, 4, 5), 1):
            a = fill(kind, dtype, shape)
            where = np.random.default_rng(1).random(shape) < 0.6
            where[(0,) * len(shape)] = True
            for layout, change in LAYOUTS.items():
                for name, (function, largest, omit_nan) in FUNCTIONS.items():
                    for mask in where, np.asfortranarray(where), where[..., ::-1].copy()[..., ::-1]:
                        try:
                            want = argbest(a, axis, largest=largest, omit_nan=omit_nan, where=where)
                        except ValueError:
                            with pytest.raises(ValueError, match=r"empty sequence|All-NaN"):
                                function(change(a), axis, where=mask)
                            continue
                        got = function(change(a), axis, where=mask)
                        assert np.array_equal(got, want), (name, kind, shape, layout)


def test_every_leaf_is_reached() -> None:
    """Layouts like those of this file lead to every leaf that the core has."""
    row, plane, few = np.zeros(100), np.zeros((100, 100)), np.zeros((3, 100))
    ways = {
        "along": (row, None, None),
        "along_down": (row[::-1], None, None),
        "along_strided": (row[::3], None, None),
        "columns": (plane, 0, None),
        "columns_strided": (plane[:, ::2], 0, None),
        "rows": (few, 0, None),
        "rows_strided": (np.ascontiguousarray(few.T), 1, None),
        "along_masked": (row, None, row > 0),
        "columns_masked": (plane, 0, plane > 0),
        "single": (row[::2], None, row[::2] > 0),
    }
    for leaf, (a, axis, mask) in ways.items():
        assert _core.plan_of(a, axis, mask)["leaf"] == leaf


def test_the_quick_oracle_is_the_oracle() -> None:
    """The vectorised oracle of this file answers as the plain one does."""
    for dtype in DTYPES:
        for kind in FILLS:
            for shape, axis in ((40,), None), ((6, 5), 0), ((6, 5), 1):
                a = fill(kind, dtype, shape)
                for name, (_, largest, omit_nan) in FUNCTIONS.items():
                    want = expected(name, kind, dtype, shape, axis)
                    try:
                        plain = argbest(a, axis, largest=largest, omit_nan=omit_nan)
                    except ValueError:
                        plain = None
                    assert np.array_equal(want, plain), (dtype, kind, shape, name)
