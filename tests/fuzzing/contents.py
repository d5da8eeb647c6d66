"""What the arrays of random calls hold: everything that a dtype can, and ties."""

from typing import Any

import ml_dtypes
import numpy as np

from support.arrays import Array

Dtype = np.dtype[Any]

#: Dtypes with kernels, which are drawn more often, since they have more ways of being answered.
WITH_KERNELS: list[Dtype] = [
    *map(np.dtype, ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g"]),
    *map(np.dtype, ["F", "D", "G", "M8[s]", "M8[D]", "m8[ns]", "bfloat16"]),
]
#: Dtypes that bring their own comparison.
WITH_OWN_COMPARISON: list[Dtype] = [
    *map(np.dtype, ["S3", "U2", "O"]),
    np.dtypes.StringDType(),
    np.dtypes.StringDType(na_object=np.nan),
    np.dtypes.StringDType(na_object=None),
    np.dtype(ml_dtypes.float8_e5m2),
    np.dtype(ml_dtypes.float8_e4m3fn),
    np.dtype(ml_dtypes.int4),
]
_WORDS = ["", "a", "b", "ab", "ba", "a\0b", "é", "z" * 3]
_FINITE = [0.0, -0.0, 1.0, -1.0, 2.5, 1e-3, -1e4]
#: Threads share what has as many bytes.
SHARED_FROM = 4 << 20
#: What an array is filled with: anything, few values, one, few in order, what may count as zero.
KINDS = ["any", "few", "equal", "ascending", "descending", "subnormal"]


def is_float(dtype: Dtype) -> bool:
    """Whether it holds floats, NumPy's or not."""
    return dtype.kind == "f" or dtype in (ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn)


def has_nan(dtype: Dtype) -> bool:
    """Whether a NaN, NaT, or null that is a NaN, can be an element."""
    if isinstance(dtype, np.dtypes.StringDType):
        return getattr(dtype, "na_object", None) is not None
    return is_float(dtype) or dtype.kind in "cmMO"


def nan_in(a: Array) -> Array:
    """Return which elements are NaN, NaT, or a null that is a NaN."""
    if a.dtype.kind in "OT":  # whose != may be another thing, and not be defined for all
        return np.array([bool(x != x) for x in a.ravel().tolist()], bool).reshape(a.shape)
    return np.asarray(a != a)


def contents(dtype: Dtype, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return an array of that dtype and shape in C order, filled in one of many ways."""
    size = int(np.prod(shape))
    kind = rng.choice(KINDS, p=[0.35, 0.25, 0.1, 0.1, 0.1, 0.1])
    large = size * dtype.itemsize >= SHARED_FROM
    if is_float(dtype) and (kind == "subnormal" or (large and rng.random() < 0.5)):
        tiny = _ENDS[dtype.name][-3:]
        chosen = rng.random(size) < rng.choice([3 / max(size, 1), 0.5])
        a = np.where(chosen, tiny[rng.integers(0, len(tiny), size)], dtype.type(0))
    elif kind in ("any", "subnormal"):
        a = numbers(dtype, size, rng)
    else:
        few = numbers(dtype, 1 if kind == "equal" else int(rng.integers(2, 6)), rng)
        a = few[rng.integers(0, len(few), size)]
    if kind in ("ascending", "descending"):
        a = np.sort(a)[:: 1 if kind == "ascending" else -1].copy()
    if has_nan(dtype):
        chosen = rng.random(size) < rng.choice([0, 0.02, 0.5, 1], p=[0.5, 0.25, 0.2, 0.05])
        a[chosen] = nans(dtype, int(chosen.sum()), rng)
    return a.reshape(shape)


def numbers(dtype: Dtype, size: int, rng: np.random.Generator) -> Array:
    """Return elements that are not NaN, anything from zero to the ends of the dtype."""
    if dtype.kind == "c":
        part = np.empty(0, dtype).real.dtype
        a = np.empty(size, dtype)
        a.real, a.imag = numbers(part, size, rng), numbers(part, size, rng)
        return a
    if dtype.kind == "b":
        return rng.random(size) < rng.random()
    if dtype.kind in "iu":
        special = np.array([np.iinfo(dtype).min, np.iinfo(dtype).max, 0, 1], dtype)
        return _mixed(special, np.frombuffer(rng.bytes(size * dtype.itemsize), dtype), rng)
    if dtype.kind in "mM":
        a = numbers(np.dtype("i8"), size, rng)
        a[a == np.iinfo("i8").min] = -7  # NaT
        return a.view(dtype)
    if is_float(dtype):
        return _floats(dtype, size, rng)
    if dtype == ml_dtypes.int4:
        return rng.integers(-8, 8, size).astype(dtype)
    a = np.empty(size, dtype)
    if dtype.kind == "O":
        a[:] = [int(n) << int(shift) for n, shift in zip(
            rng.integers(-3, 4, size), rng.choice([0, 0, 0, 70], size), strict=True
        )]  # fmt: skip
        return a
    words = [word.encode() if dtype.kind == "S" else word for word in _WORDS]
    a[:] = [words[i] for i in rng.integers(0, len(words), size)]
    return a


def nans(dtype: Dtype, size: int, rng: np.random.Generator) -> Array:
    """Return NaN or NaT, with the bits of a NaN that mean nothing set at random."""
    if dtype.kind in "mM":
        return np.full(size, "NaT", dtype)
    if dtype.kind == "c":
        a = numbers(dtype, size, rng)
        parts = rng.integers(1, 4, size)  # the one, the other, or both
        for number, part in enumerate((a.real, a.imag)):
            chosen = (parts >> number & 1).astype(bool)
            part[chosen] = nans(part.dtype, int(chosen.sum()), rng)
        return a
    a = np.full(size, np.nan, dtype)
    if dtype in ("f2", "f4", "f8", ml_dtypes.bfloat16):
        bits = a.view(f"u{dtype.itemsize}")
        payload = np.frombuffer(rng.bytes(a.nbytes), bits.dtype) & bits.dtype.type(0x1F)
        bits |= payload
        bits |= payload << bits.dtype.type(8 * dtype.itemsize - 1)  # its lowest bit is the sign
    return a


def _mixed(special: Array, others: Array, rng: np.random.Generator) -> Array:
    """Return the others, with some of what is special among them."""
    chosen = special[rng.integers(0, len(special), others.size)]
    return np.where(rng.random(others.size) < rng.choice([0.1, 0.5, 0.9]), chosen, others)


def _floats(dtype: Dtype, size: int, rng: np.random.Generator) -> Array:
    with np.errstate(all="ignore"):
        special = np.array([*_FINITE, np.inf, -np.inf], dtype)
        exponents = rng.uniform(-9, 9, size) * (1 if rng.random() < 0.8 else 40)
        others = (rng.normal(size=size) * 10.0**exponents).astype(dtype)
        a = _mixed(np.concatenate([special, _ENDS[dtype.name]]), others, rng)
        a[np.asarray(a != a)] = 1  # a dtype without infinity has NaN in its place
    return a


def _ends(dtype: Dtype) -> Array:
    """Return the ends of a dtype of floats: of all numbers, normal ones, and subnormal ones."""
    info = np.finfo(dtype) if dtype == np.longdouble else ml_dtypes.finfo(dtype)
    tiny: Any = info.smallest_subnormal
    with np.errstate(all="ignore"):
        return np.array([info.max, info.min, info.tiny, tiny, -tiny, 3 * tiny], dtype)


#: Found once: they are few.
_ENDS = {d.name: _ends(d) for d in [*WITH_KERNELS, *WITH_OWN_COMPARISON] if is_float(d)}
