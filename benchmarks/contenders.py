"""The contenders: who can answer which case, and what is called.

A contender is asked only what it answers with code of its own: bottleneck hands other dtypes than
four to NumPy, numbagg casts them. Whatever can be made before the question is asked, a tensor or
a Series, is made before the clock starts.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from benchmarks import groups
from benchmarks.cases import Case
from benchmarks.contender import Contender, Way
from benchmarks.distances import by_abs
from benchmarks.fills import DTYPES, Array
from benchmarks.layouts import LAYOUTS
from benchmarks.questions import GROUPED, NEAR, QUESTIONS, Answer, K
from benchmarks.windows import LENGTHS, SHORT, by_numpy, of_bottleneck, of_numpy


def _leaves_out(case: Case) -> bool:
    return case.function != "argmin" or case.fill != "1%nan"


def _numpy_can(case: Case) -> bool:
    # Its nanargmin does not leave out NaT.
    return case.function == "argmin" or (case.dtype, case.fill) != ("datetime64", "1%nan")


def _torch_can(case: Case) -> bool:
    # Of a whole array, its `min` gives the value alone; its `cummin` is asked of lines.
    if case.function == "running_argmin":
        return case.axis is None
    return case.function != "findmin" or case.axis is not None


def _is_line(case: Case) -> bool:
    return case.layout == "C" and len(case.shape) == 1 and case.axis is None


def _is_plain_or_line(case: Case) -> bool:
    return case.function not in GROUPED or _is_line(case)


def partition_and_sort(a: Array, k: int, axis: int = -1) -> tuple[Array]:
    """Return the indices of the k smallest elements, sorted, as it is done with NumPy."""
    some = np.argpartition(a, k - 1, axis).take(range(k), axis)
    order = np.argsort(np.take_along_axis(a, some, axis), axis, kind="stable")
    return (np.take_along_axis(some, order, axis),)


def _both(answer: Any) -> Answer:
    return (answer.indices, answer.values)


NAN_LEFT_OUT = {
    "argmin": Way("nanargmin"),
    "nanargmin": Way("nanargmin"),
    "argmin omit": Way("nanargmin"),
}


def _for_each(names: Iterable[str], makes: Callable[..., Callable[[], Any]]) -> dict[str, Way]:
    return {name: Way("", makes=makes) for name in names}


OWN_CODE = {"i32", "i64", "f32", "f64"}  # of bottleneck and of numbagg
FORWARD = set(LAYOUTS) - {"reversed"}  # a tensor has no negative strides

CONTENDERS = [
    Contender(
        "minloc",
        "minloc",
        {
            name: Way(question.function, (K,) if name == "top_k" else (), (), question.parts)
            for name, question in QUESTIONS.items()
        },
    ),
    Contender(
        "plain",
        "minloc",
        {name: Way("argmin") for name, question in QUESTIONS.items() if not question.plain},
        answer="none",
    ),
    Contender(
        "NumPy",
        "numpy",
        {
            "argmin": Way("argmin"),
            "nanargmin": Way("nanargmin"),
            "argmin omit": Way("nanargmin"),
            **{
                f"moving_argmin {window}": Way(by_numpy(window), parts=of_numpy)
                for window in LENGTHS
                if window <= SHORT
            },
        },
        limits=_numpy_can,
    ),
    Contender(
        "argpartition",
        "numpy",
        {"top_k": Way(partition_and_sort, (K,), (), tuple)},
        answer="any",
    ),
    Contender(
        "a.argmin()",
        "numpy",
        {"argmin": Way("ndarray.argmin")},
        limits=lambda case: case.nbytes < 100_000,  # what it saves is a fraction of a call
    ),
    Contender("np.min", "numpy", {"argmin": Way("min")}, answer="none"),
    Contender("bottleneck", "bottleneck", NAN_LEFT_OUT, dtypes=OWN_CODE, limits=_leaves_out),
    Contender(
        "move_argmin",
        "bottleneck",
        {
            f"moving_argmin {window}": Way("move_argmin", (window,), parts=of_bottleneck(window))
            for window in LENGTHS
        },
        answer="any",
        dtypes=OWN_CODE,
    ),
    Contender(
        "numbagg",
        "numbagg",
        NAN_LEFT_OUT | _for_each(GROUPED, groups.by_numbagg),
        dtypes=OWN_CODE,
        limits=lambda case: _leaves_out(case) and _is_plain_or_line(case),
    ),
    *(
        Contender(
            name,
            module,
            _for_each(GROUPED, makes),
            layouts={"C"},
            limits=limits,
        )
        for name, module, makes, limits in (
            # Of ten million, a sort takes seven seconds.
            ("lexsort", "numpy", groups.by_lexsort, lambda case: case.nbytes < 1_000_000),
            ("pandas", "pandas", groups.by_pandas, _is_line),
            ("SciPy", "scipy.ndimage", groups.by_scipy, _is_line),
            ("numpy_groupies", "numpy_groupies", groups.by_groupies, _is_line),
            ("flox", "flox", groups.by_flox, lambda case: case.nbytes > 1_000_000),
        )
    ),
    Contender("np.abs", "numpy", _for_each(NEAR, by_abs)),
    Contender(
        "PyTorch",
        "torch",
        {
            "argmin": Way("argmin"),
            "findmin": Way("min", parts=_both),
            "top_k": Way("topk", (K,), (("largest", False),), _both),
            "running_argmin": Way("cummin", (0,), (), _both),
        },
        answer="any",
        dtypes={"u8", "i8", "i16", "i32", "i64", "f16", "f32", "f64"},
        layouts=FORWARD,
        limits=_torch_can,
        takes=lambda torch, laid: torch.from_numpy(laid.view),
    ),
    Contender(
        "polars",
        "polars",
        {
            "argmin": Way("Series.arg_min"),
            "nanargmin": Way("Series.arg_min"),
            **_for_each(GROUPED, groups.by_polars),
        },
        dtypes=set(DTYPES) - {"complex128"},
        limits=lambda case: _leaves_out(case) and _is_line(case),
        takes=lambda polars, laid: polars.Series(laid.view),
    ),
    Contender(
        "read pass",
        "minloc._core",
        {name: Way("read_pass") for name in QUESTIONS} | _for_each(GROUPED, groups.floor),
        answer="none",
        takes=lambda core, laid: laid.memory,
        takes_axis=False,
    ),
]
