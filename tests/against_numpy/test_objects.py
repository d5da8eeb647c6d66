"""Objects are compared as NumPy compares them: how often, in which order, and what may fail."""

import ctypes
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from support.arrays import Array
from support.objects import Undecided, object_array
from support.side_by_side import ALL, PLAIN, agree, cases, ours, theirs
from support.views import LAYOUTS


class Logged:
    """A number that writes down each comparison."""

    def __init__(self, value: int, log: list[tuple[int, str, int]]) -> None:
        self.value = value
        self.log = log

    def __lt__(self, other: "Logged") -> bool:
        self.log.append((self.value, "<", other.value))
        return self.value < other.value

    def __gt__(self, other: "Logged") -> bool:
        self.log.append((self.value, ">", other.value))
        return self.value > other.value


class Right:
    """A number that can be compared only from the right."""

    def __init__(self, value: int, log: list[Any]) -> None:
        self.value = value
        self.log = log

    def __lt__(self, other: "Right") -> Any:
        return NotImplemented

    def __gt__(self, other: "Right") -> Any:
        self.log.append((self.value, other.value))
        return self.value > other.value


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("layout", ["C", "Fortran", "one axis reversed"])
def test_objects_are_compared_in_order(name: str, axis: int | None, layout: str) -> None:
    """Each candidate is compared once, on the left of the best so far, slice after slice."""
    log: list[tuple[int, str, int]] = []
    a = object_array([Logged(value, log) for value in (3, 1, 2, 1, 5, 0)], (2, 3))
    a = LAYOUTS[layout](a)
    agree(name, a, axis)
    half = len(log) // 2
    assert log[:half] == log[half:]
    assert half == a.size - (1 if axis is None else a.shape[1 - axis])


def test_the_candidate_stands_on_the_left() -> None:
    """The question is `candidate < best` in argmin and `candidate > best` in argmax."""
    log: list[tuple[int, str, int]] = []
    a = object_array([Logged(value, log) for value in (3, 1, 2, 7)])
    ours("argmin")(a)
    assert log == [(1, "<", 3), (2, "<", 1), (7, "<", 1)]
    log.clear()
    ours("argmax")(a)
    assert log == [(1, ">", 3), (2, ">", 3), (7, ">", 3)]


def test_the_reflected_comparison_is_asked_for() -> None:
    """An object without `<` is compared by the other's `>`, as Python does."""
    log: list[Any] = []
    agree("argmin", object_array([Right(value, log) for value in (3, 1, 2)]))
    assert log == [(3, 1), (1, 2)] * 2


class Answers:
    """An object whose comparisons give a fixed answer, or raise it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def __lt__(self, other: Any) -> Any:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer

    __gt__ = __lt__


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    ("answer", "text"),
    cases(
        ("a true object", "yes", ""),
        ("a false object", [], ""),
        ("an array", np.array([True, False]), "truth value of an array"),
        ("an object without a truth", Undecided(), "mine"),
        ("no answer", NotImplemented, "not supported between instances"),
        ("a ValueError", ValueError("mine"), "mine"),
        ("a TypeError", TypeError("mine"), "mine"),
        ("a RecursionError", RecursionError("mine"), "mine"),
    ),
)
def test_what_a_comparison_answers(name: str, answer: Any, text: str) -> None:
    """A comparison's answer counts by its truth, and its error is the call's error."""
    agree(name, object_array([Answers(answer), Answers(answer), Answers(answer)]), text=text)
    agree(name, object_array([Answers(answer)]))


class Stop(BaseException):
    """Something that is no Exception, as KeyboardInterrupt is not."""


@pytest.mark.parametrize("name", PLAIN)
def test_an_interrupt_passes_through(name: str) -> None:
    """An exception that is not an Exception passes through a comparison too."""
    for function in (theirs(name), ours(name)):
        with pytest.raises(Stop):
            function(object_array([Answers(Stop()), Answers(Stop())]))


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "values",
    cases(
        ("NaN first stays", [np.nan, 1, 0]),
        ("NaN later is passed over", [1, np.nan, 0]),
        ("all NaN", [np.nan, np.nan]),
        ("None alone", [None]),
        ("None with a number", [1, None]),
        ("two None", [None, None]),
        ("complex", [1j, 2j]),
        ("text with a number", ["a", 1]),
        ("text", ["b", "a", "c"]),
        ("tuples", [(1, 2), (1, 1), (0, 9)]),
        ("ties of unlike types", [1.0, True, 1, Fraction(1), Decimal(1)]),
        ("huge integers", [10**30, -(10**30), 10**30 + 1]),
        ("arrays", [np.array([1, 2]), np.array([3, 4])]),
        ("arrays of one", [np.array([3]), np.array([1])]),
    ),
)
def test_objects(name: str, values: list[Any]) -> None:
    """Objects are ordered by their own comparisons alone: NaN and None are not special."""
    agree(name, object_array(values))
    agree(name, object_array(values)[::-1])


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("filled", [(), (0,), (3,), (1, 3), (0, 2), (1, 2, 3)], ids=str)
def test_empty_slots_are_passed_over(name: str, filled: tuple[int, ...]) -> None:
    """A slot of an object array that holds nothing at all, not even None, is no candidate."""
    a = np.empty(4, object)
    ctypes.memset(a.ctypes.data, 0, a.nbytes)
    for place in filled:
        a[place] = 10 - place
    for function in (theirs(name), ours(name)):
        assert function(a) == theirs(name)(a)
        assert function(a.reshape(2, 2), 1).tolist() == theirs(name)(a.reshape(2, 2), 1).tolist()


class Replaces:
    """An object that replaces another element while it is compared."""

    def __init__(self, value: int, target: Array, place: int, new: int) -> None:
        self.value, self.target, self.place, self.new = value, target, place, new

    def __lt__(self, other: Any) -> bool:
        self.target[self.place] = self.new
        return self.value < int(other)

    def __int__(self) -> int:
        return self.value


@pytest.mark.parametrize("new", [-5, 9])
def test_an_element_replaced_during_a_comparison_is_seen(new: int) -> None:
    """The element that counts is the one that is there when its turn comes."""
    answers = []
    for function in (theirs("argmin"), ours("argmin")):
        a = object_array([3, None, 4, 5])
        a[1] = Replaces(6, a, 2, new)
        answers.append(function(a))
    assert answers == [2 if new == -5 else 0] * 2


@pytest.mark.parametrize("name", ALL)
def test_objects_are_neither_kept_nor_lost(name: str) -> None:
    """A call leaves the reference counts of the elements as they were."""
    values = [float(value) for value in (3, 1, 2, 7, 5, 4)]
    a = object_array(values, (2, 3))
    before = [sys.getrefcount(value) for value in values]
    for axis in (None, 0, 1):
        for view in (a, a.T, a[:, ::-1], np.asfortranarray(a)):
            ours(name)(view, axis)
    del view
    assert [sys.getrefcount(value) for value in values] == before
