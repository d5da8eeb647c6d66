"""A run: each case is laid out, asked of everybody who can answer, checked, and timed."""

import functools
import sys

from benchmarks.cases import Case, Shape
from benchmarks.contender import Call, Contender
from benchmarks.contenders import CONTENDERS
from benchmarks.fills import Array, fill
from benchmarks.layouts import LAYOUTS, Laid
from benchmarks.memory import MEASURED_FROM, extra_bytes
from benchmarks.oracle import is_as_good, is_right
from benchmarks.questions import QUESTIONS, Answer
from benchmarks.race import race
from benchmarks.results import Cell

REFERENCE = "minloc"
MEMORY_OF = {"minloc", "NumPy"}


def installed() -> list[Contender]:
    """Return the contenders that can take part, and say in one line who cannot."""
    absent = [contender.name for contender in CONTENDERS if not contender.is_installed]
    if absent:
        print("left out, because not installed:", ", ".join(absent), file=sys.stderr)
    return [contender for contender in CONTENDERS if contender.is_installed]


def time_case(case: Case, family: str, contenders: list[Contender]) -> Cell:
    """Check and time one case."""
    laid = _laid(case.dtype, case.shape, case.fill, case.layout)
    want = _expected(case)
    calls: dict[str, Call] = {}
    wrong: dict[str, str] = {}
    for contender in contenders:
        if not contender.can_answer(case):
            continue
        call = contender.call(case, laid)
        fault = fault_of(contender, call, laid.view, case.axis, want)
        if fault:
            wrong[contender.name] = fault
        else:
            calls[contender.name] = call
    if REFERENCE not in calls:
        return Cell(case, family, {}, {}, {}, wrong)
    extra = {
        name: extra_bytes(call)
        for name, call in calls.items()
        if name in MEMORY_OF and case.nbytes >= MEASURED_FROM
    }
    times = race(calls, REFERENCE)
    return Cell(case, family, times.seconds, times.ratios, extra, wrong)


def fault_of(contender: Contender, call: Call, view: Array, axis: int | None, want: Answer) -> str:
    """Return what is wrong with the answer, or nothing."""
    try:
        answer = call.parts(call())
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    match contender.answer:
        case "first":
            good = is_right(answer, want)
        case "any":
            good = is_as_good(answer, want, view, axis)
        case "none":
            good = True
    return "" if good else "another answer"


# Cases about the same values follow each other, so the last of each is enough.


@functools.lru_cache(maxsize=1)
def _filled(dtype: str, shape: Shape, how: str) -> Array:
    return fill(dtype, shape, how)


@functools.lru_cache(maxsize=1)
def _laid(dtype: str, shape: Shape, how: str, layout: str) -> Laid:
    return LAYOUTS[layout](_filled(dtype, shape, how))


def _expected(case: Case) -> Answer:
    if case.layout == "broadcast":  # it has values of its own
        a = _laid(case.dtype, case.shape, case.fill, case.layout).view
        return QUESTIONS[case.function].expected(a, case.axis)
    return _expected_of_values(case.dtype, case.shape, case.fill, case.axis, case.function)


@functools.lru_cache(maxsize=12)
def _expected_of_values(
    dtype: str, shape: Shape, how: str, axis: int | None, function: str
) -> Answer:
    return QUESTIONS[function].expected(_filled(dtype, shape, how), axis)
