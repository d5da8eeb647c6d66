"""A contender: what it is called, what it can answer, and the call that answers a case."""

import importlib
import importlib.util
import warnings
from collections.abc import Callable, Container
from dataclasses import dataclass
from operator import attrgetter
from timeit import Timer
from types import ModuleType
from typing import Any, Literal, NamedTuple

from benchmarks.cases import Case
from benchmarks.fills import DTYPES, Array
from benchmarks.layouts import LAYOUTS, Laid
from benchmarks.questions import QUESTIONS, Answer


class Call(NamedTuple):
    """``function(*subjects, **words)``, and the parts of its answer."""

    function: Callable[..., Any]
    subjects: tuple[Any, ...]
    words: dict[str, Any]
    parts: Callable[[Any], Answer]

    def __call__(self) -> Any:
        """Return the answer."""
        return self.function(*self.subjects, **self.words)

    def timer(self) -> Timer:
        """Return a timer of the bare call, with no Python function round it."""
        names = [f"x{i}" for i in range(len(self.subjects))]
        given = dict(zip(names, self.subjects, strict=True))
        arguments = ", ".join([*names, *(f"{word}={word}" for word in self.words)])
        return Timer(
            f"function({arguments})", globals={"function": self.function, **given, **self.words}
        )


class Way(NamedTuple):
    """How a contender answers a question: what is called, with what besides the array.

    Attributes
    ----------
    function : str or callable
        What is called, or where in its module that is.
    more : tuple
        Positional arguments after the array.
    words : tuple of pairs
        Keywords.
    parts : callable
        The parts of its answer, the indices first.
    makes : callable, optional
        What makes a function without arguments instead: from the module, the array, the axis, and
        the keywords that minloc is given.
    """

    function: str | Callable[..., Any]
    more: tuple[Any, ...] = ()
    words: tuple[tuple[str, Any], ...] = ()
    parts: Callable[[Any], Answer] = lambda answer: (answer,)
    makes: Callable[[ModuleType, Array, int | None, dict[str, Any]], Callable[[], Any]] | None = (
        None
    )


@dataclass(frozen=True)
class Contender:
    """A way to answer a case, or to do a part of it.

    Attributes
    ----------
    name : str
        What tables call it.
    module : str
        What it is imported from.
    functions : dict of str to Way
        For each question, what answers it.
    answer : {"first", "any", "none"}
        Whether the answer has to be the expected one, may be any of the elements equal to it, or
        is none, for what is timed only as a measure.
    dtypes, layouts : container of str
        What it can be asked about.
    limits : callable
        What else it can be asked.
    takes : callable
        What is given to the function, from the module and the array as it lies.
    takes_axis : bool
        Whether the function is told the axis.
    """

    name: str
    module: str
    functions: dict[str, Way]
    answer: Literal["first", "any", "none"] = "first"
    dtypes: Container[str] = tuple(DTYPES)
    layouts: Container[str] = tuple(LAYOUTS)
    limits: Callable[[Case], bool] = lambda case: True
    takes: Callable[[ModuleType, Laid], Any] = lambda module, laid: laid.view
    takes_axis: bool = True

    @property
    def is_installed(self) -> bool:
        """Whether it can take part."""
        return importlib.util.find_spec(self.module.partition(".")[0]) is not None

    def can_answer(self, case: Case) -> bool:
        """Whether it can be asked."""
        return (
            case.function in self.functions
            and case.dtype in self.dtypes
            and case.layout in self.layouts
            and self.limits(case)
        )

    def call(self, case: Case, laid: Laid) -> Call:
        """Prepare the call that answers the case."""
        module = importlib.import_module(self.module)
        way, question = self.functions[case.function], QUESTIONS[case.function]
        if way.makes is not None:
            given = question.words_for(laid.view, case.axis)
            return Call(way.makes(module, laid.view, case.axis, given), (), {}, way.parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of PyTorch, about tensors of read-only memory
            subject = self.takes(module, laid)
        words = dict(way.words)
        if self.name == "minloc":
            words.update(question.words_for(laid.view, case.axis))
        if self.takes_axis and case.axis is not None:
            words["axis"] = case.axis
        function = way.function if callable(way.function) else attrgetter(way.function)(module)
        return Call(function, (subject, *way.more), words, way.parts)
