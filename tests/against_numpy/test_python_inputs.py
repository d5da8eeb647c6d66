"""Lists, scalars, buffers and other objects become arrays as in NumPy."""

import array
import ctypes
import itertools
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from support.objects import LATER, AsArray
from support.side_by_side import ALL, EMPTY, NAN, ours, outcome, theirs


class AsInterface:
    """An object that becomes an array by `__array_interface__`."""

    def __init__(self, values: Any) -> None:
        self.values = np.array(values)
        self.__array_interface__ = self.values.__array_interface__


class Sequence:
    """An object that is a sequence by its `__len__` and `__getitem__`."""

    def __init__(self, values: list[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, place: int) -> Any:
        return self.values[place]


PYTHON_INPUTS: dict[str, Callable[[], Any]] = {
    "list": lambda: [3, 1, 2],
    "tuple": lambda: (3.0, 1.0, 2.0),
    "nested": lambda: [[3, 1, 2], [0, 5, 4]],
    "bools": lambda: [True, False],
    "complex": lambda: [1j, 1, -1j],
    "floats with NaN": lambda: [3.0, float("nan"), 2.0],
    "NumPy scalars": lambda: [np.float32(3), np.float64(1)],
    "arrays": lambda: [np.arange(3), np.arange(3)[::-1]],
    "strings": lambda: ["b", "a"],
    "bytes in a list": lambda: [b"b", b"a"],
    "datetimes": lambda: [LATER, np.datetime64("2001-01-01", "s")],
    "a number and a string": lambda: [1, "a"],
    "integers beyond 64 bits": lambda: [10**30, 1],
    "integers beyond int64": lambda: [2**63, 1],
    "decimals": lambda: [Decimal(2), Decimal(1)],
    "None and a number": lambda: [None, 1],
    "range": lambda: range(5),
    "range backwards": lambda: range(5, 0, -1),
    "bytes": lambda: b"abc",
    "bytearray": lambda: bytearray(b"bac"),
    "memoryview": lambda: memoryview(b"bac"),
    "memoryview backwards": lambda: memoryview(b"bac")[::-1],
    "array.array": lambda: array.array("d", [2.0, 1.0]),
    "ctypes": lambda: (ctypes.c_int * 3)(3, 1, 2),
    "__array__": lambda: AsArray([3, 1, 2]),
    "__array_interface__": lambda: AsInterface([3, 1, 2]),
    "sequence": lambda: Sequence([3, 1, 2]),
    "int": lambda: 5,
    "float": lambda: float("inf"),
    "bool": lambda: True,
    "None": lambda: None,
    "str": lambda: "text",
    "set": lambda: {1, 2},
    "dict": lambda: {1: 2},
    "iterator": lambda: iter([3, 1]),
    "generator": lambda: (n for n in (3, 1)),
    "object": lambda: object(),
    "type": lambda: int,
    "np.float64": lambda: np.float64(3),
    "np.str_": lambda: np.str_("x"),
    "np.datetime64": lambda: LATER,
    "0-d array": lambda: np.array(3),
    "empty list": list,
    "empty nested list": lambda: [[]],
    "ragged": lambda: [[1, 2], [3]],
    "__array__ of two dimensions": lambda: AsArray([[3, 1], [0, 2]]),
}
PYTHON_ERRORS = {"empty list": EMPTY, "empty nested list": EMPTY, "ragged": "inhomogeneous shape"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("kind", PYTHON_INPUTS)
def test_python_inputs(name: str, kind: str) -> None:
    """What is no array is made one as `numpy.asarray` makes it."""
    for axis, keepdims in itertools.product((None, 0, -1, 1), (False, True)):
        expected = outcome(theirs(name), PYTHON_INPUTS[kind](), axis=axis, keepdims=keepdims)
        found = outcome(ours(name), PYTHON_INPUTS[kind](), axis=axis, keepdims=keepdims)
        if name in NAN and expected.kind is np.exceptions.AxisError:
            # To a 0-d input NumPy says now that it has one dimension, and now that it has none.
            expected = expected._replace(value=found.value)
        assert found[:-1] == expected[:-1]
        if axis is None:
            assert re.search(PYTHON_ERRORS.get(kind, ""), found.text)
