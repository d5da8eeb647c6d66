"""Long calls let other Python threads run, and threads may share an array."""

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.dtypes import StringDType

from support.arrays import Array
from support.side_by_side import ALL, PLAIN, cases, ours, theirs

LONG = 4_000_000


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(
    "make",
    cases(
        ("float64", lambda: np.zeros(4 * LONG)),
        ("int8", lambda: np.zeros(16 * LONG, "i1")),
        ("columns", lambda: np.zeros((2 * LONG, 2))),
        ("stepped", lambda: np.zeros(4 * LONG)[::2]),
        ("bytes", lambda: np.zeros(LONG, "S3")),
        ("text", lambda: np.zeros(LONG, "U2")),
        ("datetime64", lambda: np.zeros(4 * LONG, "M8[s]")),
        ("StringDType", lambda: np.zeros(LONG // 4, StringDType())),
    ),
)
def test_other_threads_run_during_a_long_call(name: str, make: Callable[[], Array]) -> None:
    """Python runs on in another thread while a long array is searched."""
    a = make()
    steps: list[str] = []

    def search(started: threading.Event) -> None:
        started.set()
        ours(name)(a, 0)
        steps.append("searched")

    interval = sys.getswitchinterval()
    # From here on a thread runs until it lets go of the interpreter of its own accord.
    sys.setswitchinterval(100)
    try:
        for _ in range(10):
            steps.clear()
            started = threading.Event()
            thread = threading.Thread(target=search, args=[started])
            thread.start()
            started.wait()
            steps.append("meanwhile")
            thread.join()
            if steps == ["meanwhile", "searched"]:
                break
    finally:
        sys.setswitchinterval(interval)
    assert steps == ["meanwhile", "searched"]


@pytest.mark.parametrize("name", ALL)
def test_one_array_in_many_threads(name: str) -> None:
    """Threads that search the same array at the same time get the same answer."""
    a = np.random.default_rng(6).normal(size=(300, 200))
    expected = theirs(name)(a, 0).tolist()
    answers: list[Any] = []

    def search() -> None:
        answers.extend(ours(name)(a, 0).tolist() for _ in range(20))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 80
