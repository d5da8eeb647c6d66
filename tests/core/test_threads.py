"""Threads change the time that a call takes, and nothing else."""

import multiprocessing
import os
import random
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from minloc import _core
from support.interpreter import run
from support.raised import slice_of

FUNCTIONS: list[Callable[..., Any]] = [
    minloc.argmin, minloc.argmax, minloc.nanargmin, minloc.nanargmax
]  # fmt: skip

#: Arrays large enough to be shared among threads: which loop is cut, and what can go wrong there.
ARRAYS: dict[str, tuple[tuple[int, ...], int | None]] = {
    "one long slice: parts are merged": ((1_200_011,), None),
    "few slices: parts are merged": ((3, 400_003), 1),
    "short slices, many of them": ((400_003, 3), 1),
    "few columns: the rows are cut": ((200_003, 6), 0),
    "many columns: the columns are cut": ((41, 30_011), 0),
    "a kept axis outside: it is cut": ((37, 97, 311), 1),
    "everything, not in memory order": ((1113, 997), None),
}


def filled(dtype: str, shape: tuple[int, ...], few: bool) -> NDArray[Any]:
    """Return an array of few values, so that there are ties across every cut, or of many."""
    rng = np.random.default_rng(len(shape))
    a: NDArray[Any] = rng.integers(0, 3 if few else 2**15, shape).astype(dtype)
    if a.dtype.kind == "f" and not few:
        a[rng.random(shape) < 1e-5] = np.nan
    return a


@pytest.mark.parametrize("dtype", ["f8", "f2", "i8", "u1", "D"])
@pytest.mark.parametrize("case", ARRAYS)
def test_every_number_of_threads_gives_one_answer(dtype: str, case: str) -> None:
    """One, two and seven threads answer as NumPy does, ties and NaN across the cuts included."""
    shape, axis = ARRAYS[case]
    # More than the 4 MiB from which on work is shared.
    shape = (shape[0] * 8 // np.dtype(dtype).itemsize, *shape[1:])
    for few in True, False:
        a = filled(dtype, shape, few)
        for layout in a, a[::-1].copy()[::-1], np.asfortranarray(a):
            for function in FUNCTIONS:
                answers = []
                for n in 1, 2, 7:
                    with minloc.threads(n):
                        answers.append(function(layout, axis))
                assert np.array_equal(answers[0], answers[1])
                assert np.array_equal(answers[0], answers[2])
                if function in (minloc.argmin, minloc.argmax):
                    want = getattr(np, function.__name__)(a, axis)
                    assert np.array_equal(answers[0], want)


def test_a_missing_slice_is_named_alike_by_every_number_of_threads() -> None:
    """The first slice without a candidate is the one in the message, whoever finds it."""
    a = np.ones((40_000, 30))  # 9 MiB
    a[20_000:] = np.nan
    a[7] = np.nan
    for n in 1, 2, 7:
        with (
            minloc.threads(n),
            pytest.raises(ValueError, match="All-NaN slice encountered") as raised,
        ):
            minloc.nanargmin(a, axis=1)
        assert slice_of(raised) == (7,)


@pytest.fixture
def restless() -> Iterator[None]:
    """Let threads take turns a thousand times as often as they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def at_once(count: int, work: Callable[[int], None]) -> None:
    """Run `work` in so many threads that begin together; what one of them raises is raised here."""
    start = threading.Barrier(count)

    def begin(number: int) -> None:
        start.wait()
        work(number)

    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(begin, number) for number in range(count)]:
            done.result(120)


def test_many_python_threads_at_once() -> None:
    """Calls from many threads share the helpers and get their own answers."""
    a = np.random.default_rng(0).random(700_000)
    want = np.argmin(a)

    def work(_: int) -> None:
        with minloc.threads(3):
            for _ in range(30):
                assert minloc.argmin(a) == want

    at_once(8, work)


def calls_of_every_kind() -> list[Callable[[], Any]]:
    """Return calls that take all the ways through the core, each with memory of its own."""
    rng = np.random.default_rng(1)
    numbers = rng.integers(0, 50, (60, 70))
    floats = np.where(numbers % 7 == 0, np.nan, numbers)
    large = rng.random((90, 8000))
    strings = numbers.astype("U4")

    def into_out() -> NDArray[Any]:
        out = np.empty(60, np.intp)
        minloc.argmax(numbers, 1, out)
        return out

    def error() -> str:
        with pytest.raises(ValueError, match="All-NaN") as raised:
            minloc.nanargmin([[1.0], [np.nan]], 1)
        return str(raised.value)

    return [
        lambda: minloc.argmin([3, 1, 2]),
        lambda: minloc.argmin(numbers),
        lambda: minloc.argmax(numbers, 0, keepdims=True),
        lambda: minloc.argmin(numbers.T[::-1], 0),
        lambda: minloc.nanargmax(floats, 1),
        lambda: minloc.argmin(floats, 0, where=numbers != 3),
        lambda: minloc.argmin(np.ma.masked_less(numbers, 5), 0),
        lambda: minloc.argmin(numbers.astype(object), 0),
        lambda: minloc.argmax(strings, 1),
        lambda: minloc.argmax(strings.astype(np.dtypes.StringDType())),
        lambda: minloc.argmin(large, 0),
        lambda: minloc.argmax(large),
        into_out,
        error,
    ]


@pytest.mark.usefixtures("restless")
def test_calls_of_every_kind_at_once() -> None:
    """Many Python threads that share arrays each get the answers that one thread gets."""
    calls = calls_of_every_kind()
    wanted = [call() for call in calls]

    def work(number: int) -> None:
        order = list(range(len(calls))) * 20
        random.Random(number).shuffle(order)
        with minloc.threads(1 + number % 3):
            for which in order:
                assert np.array_equal(calls[which](), wanted[which])

    at_once(8, work)


@pytest.mark.usefixtures("restless")
def test_settings_may_change_while_calls_run() -> None:
    """Whatever the instruction set and the number of threads at the moment, answers are right."""
    a = np.random.default_rng(2).random((41, 15_000))
    wanted = np.argmin(a, 0)
    before = _core.build_info()["isa_in_use"], minloc.get_num_threads()
    names = _core.build_info()["isa_available"]

    def work(number: int) -> None:
        for turn in range(60):
            if number % 2:
                _core.use_isa(names[turn % len(names)])
                minloc.set_num_threads(1 + turn % 5)
            assert np.array_equal(minloc.argmin(a, 0), wanted)

    try:
        at_once(6, work)
    finally:
        _core.use_isa(before[0])
        minloc.set_num_threads(before[1])


def test_first_calls_at_once() -> None:
    """Threads may be the first to import minloc, and the first to call it, all together."""
    program = """if True:
        import sys, threading
        import numpy as np
        start = threading.Barrier(8)
        right = []
        def work():
            start.wait()
            import minloc
            a = np.arange(600_000.0)[::-1]
            right.append(minloc.argmin([2, 1]) == 1
                         and minloc.argmin(a) == 599_999
                         and minloc.argmin(a, where=a > 5) == 599_993)
        sys.setswitchinterval(5e-6)
        workers = [threading.Thread(target=work) for _ in range(8)]
        for worker in workers: worker.start()
        for worker in workers: worker.join()
        print(right == [True] * 8)
    """
    done = run(program)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="this Python cannot do without its GIL"
)
def test_the_gil_stays_off() -> None:
    """Importing minloc does not bring the GIL back to a free-threaded Python."""
    done = run("import minloc, sys; print(sys._is_gil_enabled())", PYTHON_GIL="")
    assert done.stdout == "False\n", done.stderr


def test_other_threads_run_meanwhile() -> None:
    """The GIL is released during a large reduction."""
    a = np.zeros(30_000_000)
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.0005)

    before = sys.getswitchinterval()
    sys.setswitchinterval(100)  # nobody is made to let go of the GIL
    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        start = ticks
        for _ in range(100):  # on a busy machine one call may be over before the other thread wakes
            minloc.argmin(a)
            if ticks > start:
                break
        assert ticks > start
    finally:
        sys.setswitchinterval(before)
        done.set()
        ticker.join()


def _child(queue: Any) -> None:
    minloc.set_num_threads(2)
    queue.put(int(minloc.argmin(np.arange(700_000)[::-1])))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_a_working_pool() -> None:
    """After helpers were started, children of fork start their own and get the answer."""
    with minloc.threads(4):
        minloc.argmin(np.zeros(700_000))
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    children = [context.Process(target=_child, args=(queue,)) for _ in range(3)]
    for child in children:
        child.start()
    assert [queue.get(timeout=60) for _ in children] == [699_999] * 3
    for child in children:
        child.join(60)
        assert child.exitcode == 0
