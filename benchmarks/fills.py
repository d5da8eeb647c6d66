"""What an array is filled with: values that rise, fall, stay or jump.

All of them are made of numbers from [0, 1), spread over the range of the dtype.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: The dtypes by the short names that cases have.
DTYPES = {
    "bool": np.dtype("?"),
    "u8": np.dtype("u1"),
    "i8": np.dtype("i1"),
    "i16": np.dtype("i2"),
    "i32": np.dtype("i4"),
    "i64": np.dtype("i8"),
    "u64": np.dtype("u8"),
    "f16": np.dtype("f2"),
    "f32": np.dtype("f4"),
    "f64": np.dtype("f8"),
    "datetime64": np.dtype("M8[ns]"),
    "complex128": np.dtype("c16"),
}

#: A value that is not a number, for the dtypes that have one. The complex one has a real part that
#: is a number: who looks at real parts only overlooks it.
NAN: dict[str, Any] = {
    "f16": np.nan,
    "f32": np.nan,
    "f64": np.nan,
    "datetime64": np.datetime64("NaT", "ns"),
    "complex128": complex(1, np.nan),
}

#: What the values do in C order, and why that may matter.
FILLS = {
    "random": "the common case",
    "ascending": "the first element is the answer",
    "descending": "every element beats all before it",
    "constant": "ties everywhere, and no False for bool to stop at",
    "1%nan": "random, with NaN or NaT here and there",
}


def fill(dtype: str, shape: tuple[int, ...], how: str) -> Array:
    """Return a C-contiguous array of this shape, the same at every call.

    Parameters
    ----------
    dtype : str
        A key of `DTYPES`.
    shape : tuple of int
        The shape.
    how : str
        A key of `FILLS`.

    Returns
    -------
    ndarray
        The array. If every axis has two elements or more, no lane is all NaN.
    """
    n = math.prod(shape)
    rng = np.random.default_rng(shape)
    match how:
        case "ascending":
            unit = np.arange(n) / n
        case "descending":
            unit = np.arange(n - 1, -1, -1) / n
        case "constant":
            unit = np.full(n, 0.5)
        case _:
            unit = rng.random(n)
    a = _spread(unit, DTYPES[dtype]).reshape(shape)
    if how == "1%nan":
        # Of the squares of a chessboard only the black ones, so that a lane of two keeps a number.
        black: Array = np.zeros(1, np.intp)
        for axis in np.ogrid[tuple(slice(m) for m in shape)]:
            black = black ^ (axis & 1)
        a[(black == 1) & (rng.random(shape) < 0.02)] = NAN[dtype]
    return a


def _spread(unit: NDArray[np.float64], dtype: np.dtype[Any]) -> Array:
    match dtype.kind:
        case "b":
            return np.asarray(unit >= 0.5)
        case "i" | "u":
            info = np.iinfo(dtype)
            return np.floor(unit * 2.0**info.bits + float(info.min)).astype(dtype)
        case "M":
            return (unit * 2.0**62).astype(np.int64).view(dtype)
        case "c":
            # Few real parts, so that it is the imaginary parts that decide.
            return np.asarray(np.floor(unit * 1000) + 1j * unit)
        case _:
            return (2 * unit - 1).astype(dtype)
