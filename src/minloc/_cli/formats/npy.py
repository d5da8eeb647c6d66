"""``.npy``: one array, mapped into memory, never unpickled."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import IO, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from minloc._cli.errors import UnreadableError, reading
from minloc._cli.formats.arrays import Arrays, Variable, nameless
from minloc._cli.formats.mapped import mapped
from minloc._cli.formats.table import Spelling
from minloc._cli.sources.source import Source


def read(source: Source, memory: int, spelling: Spelling) -> Arrays:
    """Return the array of a file; of an array of records, the fields are the variables."""
    path, place = source.path, source.place()
    with reading(path), open(place, "rb") as file:
        shape, fortran, dtype = header(file, path)
        start = file.tell()
        there = os.fstat(file.fileno()).st_size - start
    needed = math.prod(shape) * dtype.itemsize
    if there < needed:
        raise UnreadableError(
            path,
            f"is cut off: an array of shape {shape} and dtype {dtype} has {needed} bytes, "
            f"and {there} are there",
        )
    order: Literal["F", "C"] = "F" if fortran else "C"
    with reading(path):
        if needed == 0:
            array: NDArray[Any] = np.empty(shape, dtype=dtype, order=order)
        else:
            array = mapped(path, place, dtype, start, shape, order)
    return of_array(source, {"value": array})


def of_array(source: Source, arrays: dict[str, NDArray[Any]]) -> Arrays:
    """Return the variables that these arrays are, records taken apart."""
    variables = {}
    for name, array in arrays.items():
        fields = array.dtype.names
        parts = {name: array} if fields is None else {f: array[f] for f in fields}
        for part, values in parts.items():
            full = part if fields is None or len(arrays) == 1 else f"{name}/{part}"
            variables[full] = Variable(full, values, nameless(values.ndim))
    return Arrays(
        source.path, tuple(variables), variables.__getitem__, source.close, check=source.check
    )


def header(file: IO[bytes], path: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read the header: shape, whether the first axis is the fastest, and dtype.

    Raises
    ------
    UnreadableError
        If the header is damaged, or the elements are pickles.
    """
    form = cast(Any, np.lib.format)
    readers: dict[tuple[int, int], Callable[..., Any]] = {
        (1, 0): form.read_array_header_1_0,
        (2, 0): form.read_array_header_2_0,
        (3, 0): lambda file: form._read_array_header(file, (3, 0)),
    }
    with reading(path, "has a damaged .npy header"):
        version = form.read_magic(file)
        if version not in readers:
            raise UnreadableError(path, f"has the unknown version {version} of .npy")
        shape, fortran, dtype = readers[version](file)
        if any(length < 0 for length in shape):
            raise ValueError(f"shape {shape}")
    if dtype.hasobject:
        raise UnreadableError(
            path,
            "holds pickled objects, which could run code when they are loaded, so it is not read",
        )
    return shape, fortran, dtype
