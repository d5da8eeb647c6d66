"""`out` takes the answer in any layout and integer dtype, and is left alone by a failure."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.dtypes import StringDType

from support.arrays import Array
from support.objects import Tagged, Undecided
from support.side_by_side import (
    ALL,
    BAD_DTYPE,
    BAD_SHAPE,
    EMPTY,
    NOT_AN_ARRAY,
    PLAIN,
    TOO_FAR,
    UNORDERED,
    agree,
    cases,
    describe,
    ours,
    outcome,
    state,
    theirs,
)
from support.views import read_only, reversed_in_memory, stepped, unaligned


def as_out(layout: Callable[[Array], Array], dtype: Any = np.intp) -> Callable[[Any], Array]:
    """Return a function that makes an `out` of a shape, in this layout and of this dtype."""

    def make(shape: Any) -> Array:
        return layout(np.ones(shape, dtype))

    return make


OUTS = cases(
    ("C", as_out(lambda a: a)),
    ("Fortran", as_out(lambda a: a.copy("F"))),
    ("stepped", as_out(stepped)),
    ("reversed", as_out(reversed_in_memory)),
    ("byte-swapped", as_out(lambda a: a, np.dtype(np.intp).newbyteorder())),
    ("unaligned", as_out(unaligned)),
    ("subclass", as_out(lambda a: a.view(Tagged))),
    ("long long", as_out(lambda a: a, "q")),
    *((code, as_out(lambda a: a, code)) for code in ("?", "b", "B", "h", "H", "i", "I", "l")),
    *((code, as_out(lambda a: a, code)) for code in (">i2", ">u4", ">i8")),
    ("reversed int8", as_out(reversed_in_memory, "b")),
    ("unaligned uint16", as_out(unaligned, "H")),
    ("unaligned, byte-swapped int32", as_out(unaligned, ">i4")),
)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("make", OUTS)
def test_out(name: str, make: Callable[[Any], Array]) -> None:
    """The answer goes into `out`, of any layout and any integer dtype, and `out` is returned."""
    a = np.random.default_rng(4).integers(0, 2, (4, 2, 3))
    two = np.array([1.0, 2.0])
    for view, axis, shape, keepdims in [
        (a, 1, (4, 3), False),
        (a, 1, (4, 1, 3), True),
        (np.asfortranarray(a), 1, (4, 3), False),
        (a.transpose(1, 0, 2), 0, (4, 3), False),
        (a[:0], 1, (0, 3), False),
        (two, None, (), False),
        (two, 0, (1,), True),
        (two[np.newaxis], None, (1, 1), True),
    ]:
        expected, found = make(shape), make(shape)
        before = state(view)
        theirs(name)(view, axis, expected, keepdims=keepdims)
        assert ours(name)(view, axis, found, keepdims=keepdims) is found
        assert describe(found) == describe(expected)
        assert state(view) == before


@pytest.mark.parametrize("name", ALL)
def test_out_with_one_cell_for_several_answers(name: str) -> None:
    """A writeable `out` with a stride of zero takes answers that are equal."""
    a = np.array([[2, 1], [4, 3], [6, 5]])
    cell = np.full(1, 7)
    out = np.lib.stride_tricks.as_strided(cell, (3,), (0,))
    assert ours(name)(a, 1, out) is out
    assert cell.tolist() == [1 if name.endswith("min") else 0]


class BadOut(NamedTuple):
    """A call that must fail and leave its `out` alone."""

    out: Any
    text: str
    a: Any = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    axis: Any = 1
    kwargs: Any = {}  # noqa: RUF012


BAD_OUTS = cases(
    *((f"shape {shape}", BadOut(np.ones(shape, int), BAD_SHAPE)) for shape in [(), 1, 3, (2, 1)]),
    ("shape without keepdims", BadOut(np.ones(2, int), BAD_SHAPE, kwargs={"keepdims": True})),
    ("1-d for a scalar", BadOut(np.ones(1, int), BAD_SHAPE, axis=None)),
    *(
        (f"dtype {dtype}", BadOut(np.ones(2, dtype), BAD_DTYPE))
        for dtype in (*"LQefdgFDGO", "S9", "U9", "m8[s]", "i4,i4")
    ),
    ("dtype M8", BadOut(np.ones(2, int).view("M8[s]"), BAD_DTYPE)),
    ("dtype StringDType", BadOut(np.array(["a", "b"], StringDType()), BAD_DTYPE)),
    ("no such axis", BadOut(np.ones(2, int), TOO_FAR, axis=2)),
    ("axis is no integer", BadOut(np.ones(2, int), "integer", axis=1.0)),
    ("keepdims has no truth", BadOut(np.ones(2, int), "mine", kwargs={"keepdims": Undecided()})),
    ("nothing to reduce", BadOut(np.ones(2, int), EMPTY, a=np.ones((2, 0)))),
    ("no order", BadOut(np.ones(2, int), UNORDERED, a=np.ones((2, 3), "V4"))),
)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("bad", BAD_OUTS)
def test_out_is_untouched_by_a_failure(name: str, bad: BadOut) -> None:
    """A call that fails writes nothing to `out`."""
    before = bad.out.tobytes()
    with pytest.raises(Exception, match=bad.text or None) as found:
        ours(name)(bad.a, bad.axis, bad.out, **bad.kwargs)
    assert bad.out.tobytes() == before
    assert found.type is outcome(theirs(name), bad.a, bad.axis, bad.out, **bad.kwargs).kind


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("out", [[0, 0], (0, 0), 0, np.int64(0), "out", memoryview(b"12")], ids=str)
def test_out_must_be_an_array(name: str, out: Any) -> None:
    """An `out` that is no array is a TypeError."""
    agree(name, np.ones((2, 3)), 1, out, text=NOT_AN_ARRAY)


@pytest.mark.parametrize("name", ALL)
def test_a_read_only_input_with_out(name: str) -> None:
    """A read-only input is no obstacle to an `out`."""
    a = read_only(np.array([[3, 1, 2], [0, 5, 4]]))
    out = np.zeros(3, int)
    assert ours(name)(a, 0, out) is out
    assert out.tolist() == theirs(name)(a, 0).tolist()
