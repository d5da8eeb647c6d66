"""Subclasses of ndarray come back, and are asked, as NumPy does it."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.objects import Tagged
from support.side_by_side import ALL, SPELLINGS, agree, both, ours


def tagged(values: Any) -> Any:
    """Make an array of the subclass with its attribute set."""
    a = np.array(values).view(Tagged)
    a.tag = "mine"
    return a


@pytest.mark.parametrize("name", ALL)
def test_a_subclass_comes_back_with_its_attributes(name: str) -> None:
    """A result with dimensions has the input's type and attributes, a scalar is NumPy's scalar."""
    a = tagged([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    for view, axis in itertools.product(
        (a, a.T, a[:, ::-1], a[:0], a[0], a[0, 0:1]), (None, 0, -1)
    ):
        for keepdims in (False, True):
            agree(name, view, axis, keepdims=keepdims)
    assert ours(name)(a, 0).tag == ours(name)(a, 1, keepdims=True).tag == "mine"
    out = np.zeros(3, int)
    assert type(ours(name)(a, 0, out)) is np.ndarray


@pytest.mark.filterwarnings("ignore:the matrix subclass is not:PendingDeprecationWarning")
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("axis", [None, 0, 1, -1, -2, 2])
def test_matrix(name: str, axis: int | None) -> None:
    """A matrix keeps its two dimensions, as its own methods do."""
    a = np.matrix([[3, 1, 2], [0, 5, 4]])
    agree(name, a, axis)
    agree(name, a, axis, keepdims=True)


@pytest.mark.parametrize("name", ALL)
def test_memmap(name: str, tmp_path: Path) -> None:
    """An array in a file is read where it is, also when the file is opened for reading only."""
    path = tmp_path / "a"
    np.random.default_rng(5).normal(size=(3, 4)).tofile(path)
    for mode, axis in itertools.product(("r", "r+", "c"), (None, 0, 1)):
        agree(name, np.memmap(path, "d", mode, shape=(3, 4)), axis)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ALL)
def test_recarray(name: str) -> None:
    """A record array's field, and a record array that is a plain one, are arrays like others."""
    a = np.array([[(1, 2.5), (0, 3.5)], [(4, 0.5), (2, 1.5)]], "i4,f8").view(np.recarray)
    for axis in (None, 0, 1):
        agree(name, a.f0, axis)
        agree(name, a["f1"], axis)
        agree(name, np.array([[3.0, 1.0], [0.0, 2.0]]).view(np.recarray), axis)


class Overrides(np.ndarray[Any, Any]):
    """A subclass with methods of its own, which write down how they were called."""

    log: list[Any] = []  # noqa: RUF012
    answer: Any = "own"

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Write the call down and give the answer, or raise it."""
        self.log.append((args, kwargs))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    argmax = argmin


class Narrow(np.ndarray[Any, Any]):
    """A subclass whose methods do not know all the arguments."""

    def argmin(self, axis: Any = None) -> Any:  # type: ignore[override]
        """Give an answer of its own."""
        return "own"

    argmax = argmin  # type: ignore[assignment]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
@pytest.mark.parametrize("answer", ["own", ValueError("mine"), TypeError("mine")], ids=repr)
def test_a_subclass_with_its_own_method(name: str, args: Any, kwargs: Any, answer: Any) -> None:
    """The method of a subclass is called with what NumPy gives it, and its answer is the answer."""
    a = np.array([[3, 1, 2], [0, 5, 4]]).view(Overrides)
    a.answer = answer
    both(name, a.log, a, args, kwargs)


@pytest.mark.parametrize("name", ALL)
def test_a_subclass_with_a_narrow_method(name: str) -> None:
    """A method with too few parameters gives way to the base's, whose result is wrapped."""
    for args, kwargs in SPELLINGS:
        agree(name, np.array([[3, 1, 2], [0, 5, 4]]).view(Narrow), *args, **kwargs)
    agree(name, np.array([3, 1, 2]).view(Narrow))
