"""Objects of other libraries answer for themselves where NumPy lets them."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from support.arrays import Array
from support.objects import AsArray
from support.side_by_side import ALL, PLAIN, SPELLINGS, agree, both, describe, ours, theirs

LOG: list[Any] = []


class Duck:
    """An array of another library: it answers for itself, or declines."""

    answer: Any = "own"

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        LOG.append((func, set(types), args, kwargs))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class DuckArray(np.ndarray[Any, Any]):
    """A subclass that answers for itself and then does as its base does."""

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Write down the function and its arguments, and let the base class answer."""
        LOG.append((func, set(types), len(args), sorted(kwargs)))
        return super().__array_function__(func, types, args, kwargs)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
@pytest.mark.parametrize(
    "answer", ["own", NotImplemented, ValueError("mine"), TypeError("mine")], ids=repr
)
def test_array_function(name: str, args: Any, kwargs: Any, answer: Any) -> None:
    """An object with `__array_function__` gets NumPy's function and the call as it was spelled."""
    duck = Duck()
    duck.answer = answer
    both(name, LOG, duck, args, kwargs)
    func, types, *rest = LOG[0]
    assert func is theirs(name)
    assert types == {Duck}
    assert rest == [(duck, *args), kwargs]


@pytest.mark.parametrize("name", ALL)
def test_array_function_with_a_by_keyword(name: str) -> None:
    """An `a` given by keyword is passed on by keyword."""
    duck = Duck()
    LOG.clear()
    assert ours(name)(axis=0, a=duck) == "own"
    (call,) = LOG
    assert call == (theirs(name), {Duck}, (), {"a": duck, "axis": 0})


@pytest.mark.parametrize("name", ALL)
def test_array_function_that_nobody_implements(name: str) -> None:
    """When all decline, the TypeError names the function and the type."""
    duck = Duck()
    duck.answer = NotImplemented
    agree(name, duck, text=f"no implementation found for 'numpy.{name}'.*Duck")


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("a", [np.ones(3), [1.0, 2.0], Duck()], ids=["array", "list", "duck"])
def test_array_function_of_out(name: str, a: Any) -> None:
    """An `out` with `__array_function__` is asked as well."""
    out = Duck()
    both(name, LOG, a, (0, out), {})
    both(name, LOG, a, (), {"out": out, "keepdims": True})


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
def test_array_function_of_a_subclass(name: str, args: Any, kwargs: Any) -> None:
    """A subclass may answer by itself and still ask its base."""
    both(name, LOG, np.array([[3, 1, 2], [0, 5, 4]]).view(DuckArray), args, kwargs)


class Own:
    """No array at all, but with methods of the same names."""

    answer: Any = "own"

    def argmin(self, *args: Any, **kwargs: Any) -> Any:
        """Write the call down and give the answer, or raise it."""
        LOG.append((args, kwargs))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    argmax = argmin

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array([[3, 1, 2], [0, 5, 4]], dtype)


class OwnByGetattr(AsArray):
    """An object whose methods exist only when asked for."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute in PLAIN:
            return functools.partial(Own.argmin, Own())
        raise AttributeError(attribute)


def with_own(value: Any) -> Any:
    """Make an object whose methods are this value."""
    a = AsArray([[3, 1, 2], [0, 5, 4]])
    a.__dict__.update(argmin=value, argmax=value)
    return a


OWN: dict[str, Callable[[], Any]] = {
    "method": Own,
    "attribute of the instance": lambda: with_own(functools.partial(Own.argmin, Own())),
    "__getattr__": lambda: OwnByGetattr([1]),
    "None": lambda: with_own(None),
    "no function": lambda: with_own(5),
    "too few parameters": lambda: with_own(lambda: "own"),
}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
@pytest.mark.parametrize("kind", OWN)
def test_an_object_with_its_own_method(name: str, args: Any, kwargs: Any, kind: str) -> None:
    """An object's own method is called as NumPy calls it, and what it returns is the answer."""
    both(name, LOG, OWN[kind](), args, kwargs)


class Unreadable(AsArray):
    """An object whose methods cannot be read."""

    @property
    def argmin(self) -> Any:
        """Fail."""
        raise ZeroDivisionError("mine")

    argmax = argmin


@pytest.mark.parametrize("name", PLAIN)
def test_a_method_that_cannot_be_read(name: str) -> None:
    """An error in looking up an object's own method is passed on."""
    agree(name, Unreadable([3, 1, 2]), text="mine")


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "answer",
    [7, None, [1], ValueError("mine"), TypeError("mine"), AttributeError("mine")],
    ids=repr,
)
def test_what_an_own_method_answers(name: str, answer: Any) -> None:
    """Any answer and any error is passed on, but for TypeError: the object is then an array."""
    own = Own()
    own.answer = answer
    both(name, LOG, own, (), {})
    both(name, LOG, own, (1,), {"keepdims": True})


class Wraps(AsArray):
    """An object that wraps results."""

    __array_priority__ = 10.0

    def __array_wrap__(self, a: Any, context: Any = None, return_scalar: bool = False) -> Any:
        LOG.append((describe(a), context, return_scalar))
        return ("wrapped", a.tolist())


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("args", "kwargs"), SPELLINGS)
def test_array_wrap(name: str, args: Any, kwargs: Any) -> None:
    """An object with `__array_wrap__` wraps the result, a 0-d one as an array."""
    both(name, LOG, Wraps([[3, 1, 2], [0, 5, 4]]), args, kwargs)
