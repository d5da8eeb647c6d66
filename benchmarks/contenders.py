"""The contenders: who can answer which case, and what is called.

A contender is asked only what it answers with code of its own: bottleneck hands other dtypes than
four to NumPy, numbagg casts them. Whatever can be made before the question is asked, a tensor or
a Series, is made before the clock starts.
"""

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
from benchmarks.fills import DTYPES
from benchmarks.layouts import LAYOUTS, Laid


class Call(NamedTuple):
    """``function(subject, axis=axis)``, or without the axis where it is None."""

    function: Callable[..., Any]
    subject: Any
    axis: int | None

    def __call__(self) -> Any:
        """Return the answer."""
        if self.axis is None:
            return self.function(self.subject)
        return self.function(self.subject, axis=self.axis)

    def timer(self) -> Timer:
        """Return a timer of the bare call, with no Python function round it."""
        arguments = "subject" if self.axis is None else "subject, axis=axis"
        return Timer(f"function({arguments})", globals=self._asdict())


@dataclass(frozen=True)
class Contender:
    """A way to answer a case, or to do a part of it.

    Attributes
    ----------
    name : str
        What tables call it.
    module : str
        What it is imported from.
    functions : dict of str to str
        For each function of a case, what answers it.
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
    functions: dict[str, str]
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of PyTorch, about tensors of read-only memory
            subject = self.takes(module, laid)
        axis = case.axis if self.takes_axis else None
        return Call(attrgetter(self.functions[case.function])(module), subject, axis)


def _leaves_out(case: Case) -> bool:
    return case.function == "nanargmin" or case.fill != "1%nan"


def _numpy_can(case: Case) -> bool:
    # Its nanargmin does not leave out NaT.
    return (case.function, case.dtype, case.fill) != ("nanargmin", "datetime64", "1%nan")


def _is_line(case: Case) -> bool:
    return case.layout == "C" and len(case.shape) == 1 and case.axis is None


NAN_LEFT_OUT = {"argmin": "nanargmin", "nanargmin": "nanargmin"}
OWN_CODE = {"i32", "i64", "f32", "f64"}  # of bottleneck and of numbagg
FORWARD = set(LAYOUTS) - {"reversed"}  # a tensor has no negative strides

CONTENDERS = [
    Contender("minloc", "minloc", {"argmin": "argmin", "nanargmin": "nanargmin"}),
    Contender("NumPy", "numpy", {"argmin": "argmin", "nanargmin": "nanargmin"}, limits=_numpy_can),
    Contender(
        "a.argmin()",
        "numpy",
        {"argmin": "ndarray.argmin"},
        limits=lambda case: case.nbytes < 100_000,  # what it saves is a fraction of a call
    ),
    Contender("np.min", "numpy", {"argmin": "min"}, answer="none"),
    Contender("bottleneck", "bottleneck", NAN_LEFT_OUT, dtypes=OWN_CODE, limits=_leaves_out),
    Contender("numbagg", "numbagg", NAN_LEFT_OUT, dtypes=OWN_CODE, limits=_leaves_out),
    Contender(
        "PyTorch",
        "torch",
        {"argmin": "argmin"},
        answer="any",
        dtypes={"u8", "i8", "i16", "i32", "i64", "f16", "f32", "f64"},
        layouts=FORWARD,
        takes=lambda torch, laid: torch.from_numpy(laid.view),
    ),
    Contender(
        "polars",
        "polars",
        {"argmin": "Series.arg_min", "nanargmin": "Series.arg_min"},
        dtypes=set(DTYPES) - {"complex128"},
        limits=lambda case: _leaves_out(case) and _is_line(case),
        takes=lambda polars, laid: polars.Series(laid.view),
    ),
    Contender(
        "read pass",
        "minloc._core",
        {"argmin": "read_pass", "nanargmin": "read_pass"},
        answer="none",
        takes=lambda core, laid: laid.memory,
        takes_axis=False,
    ),
]
