"""A process that calls minloc keeps what it has: its exit, its signals, its arithmetic."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from support.subnormals import flushed_to_zero

#: Calls by what is at work when the program exits: kernels, or Python that a kernel called.
CALLS = {
    "kernels": "minloc.argmin(a, axis=0)",
    "values": "minloc.findmin(a, axis=1)",
    "the k best": "minloc.top_k(a, 3, axis=0)",
    "short calls": "minloc.argmax(a[:50, :50], axis=1)",
    "a mask": "minloc.argmin(a, where=a > 0)",
    "objects": "minloc.argmin(objects)",
    "objects, NaN left out": "minloc.argmin(objects, nan_policy='omit')",
    "strings": "minloc.argmax(strings)",
    "a list": "minloc.argmin([[3.0, 1.0]] * 1000)",
    "a partial": "minloc.Partial.of(minloc.argmin, a, axis=0).finish()",
    "a pass over memory": "_core.read_pass(a)",
}

AT_EXIT = """
import os, sys, threading, time, warnings
import numpy as np
import minloc
from minloc import _core

class Number:
    def __init__(self, value):
        self.value = value
    def __lt__(self, other):
        return self.value < other.value
    def __ne__(self, other):
        return self.value != other.value

a = np.ones((1200, 1200))
objects = np.array([Number(i) for i in range(3000)], object)
strings = a[:100].astype("U20")
minloc.set_num_threads(4)

def work():
    while True:
        {call}

# Three times, in children that have imported all: each ends by itself, as any program does.
warnings.filterwarnings("ignore", message=".*multi-threaded")  # NumPy may have threads of its own
children = []
for _ in range(3):
    children.append(os.fork())
    if children[-1] == 0:
        for _ in range(3):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.1)
        break
else:
    sys.exit(sum(os.waitpid(child, 0)[1] != 0 for child in children))
"""


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_daemon_threads_in_a_call_do_not_hinder_the_exit(call: str) -> None:
    """A program ends as it would without minloc, though daemon threads are inside calls."""
    done = run(AT_EXIT.format(call=call))
    assert (done.returncode, done.stderr) == (0, "")


#: What is asked of an array with zeros and numbers below the smallest normal one.
QUESTIONS: dict[str, Callable[[NDArray[Any]], Any]] = {
    "argmin": minloc.argmin,
    "argmax": minloc.argmax,
    "nanargmin": minloc.nanargmin,
    "argmin, axis 0": lambda a: minloc.argmin(a.reshape(-1, 8), axis=0),
    "argmax, axis 1": lambda a: minloc.argmax(a.reshape(-1, 20), axis=1),
    "argmin, axis 1, ties last": lambda a: minloc.argmin(a.reshape(4, -1), axis=1, ties="last"),
    "argmin, every second": lambda a: minloc.argmin(a[::2]),
    "argmax, masked": lambda a: minloc.argmax(a, where=np.arange(a.size) % 3 > 0),
    "argminmax": minloc.argminmax,
    "top_k": lambda a: minloc.top_k(a, 4),
    "top_k, smallest": lambda a: minloc.top_k(a.reshape(-1, 4), 3, axis=0, mode="smallest"),
}


@pytest.mark.parametrize("dtype", ["f4", "f8", "F", "D"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_helpers_compute_as_their_caller_does(question: str, dtype: str) -> None:
    """Whether subnormal numbers are zero is the calling thread's to say, for every call anew."""
    ask = QUESTIONS[question]
    a: NDArray[Any] = np.zeros(1_200_000, dtype)
    tiny = a.real.dtype.type(np.finfo(a.dtype).tiny / 8)
    a.real[100_003::100_000] = -tiny
    a.real[100_005::100_000] = tiny
    for _ in range(6):
        for flushed in False, True:
            with flushed_to_zero(really=flushed):
                with minloc.threads(1):
                    alone = ask(a)
                with minloc.threads(5):
                    together = ask(a)
            both = [x if isinstance(x, tuple) else (x,) for x in (alone, together)]
            for x, y in zip(*both, strict=True):
                assert np.array_equal(x, y), flushed


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "g", "F", "D"])
def test_subnormal_numbers_are_zero_where_they_are_to_numpy(dtype: str) -> None:
    """Under flush-to-zero the answer is NumPy's under flush-to-zero."""
    rng = np.random.default_rng(0)
    a: NDArray[Any] = (
        rng.integers(-3, 3, (70, 90)).astype(dtype) * np.finfo(dtype).smallest_subnormal
    )
    if a.dtype.kind == "c":
        a.imag = a.real[::-1]
    for flushed in False, True:
        with flushed_to_zero(really=flushed):
            for axis in None, 0, 1:
                for name in "argmin", "argmax", "nanargmin", "nanargmax":
                    got = getattr(minloc, name)(a, axis)
                    assert np.array_equal(got, getattr(np, name)(a, axis)), (flushed, name)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_helpers_leave_signals_alone_but_those_of_their_own_faults() -> None:
    """A helper's own fault is told as any thread's is; what is sent to the program is not its."""
    program = """if True:
        import os, signal, time
        import numpy as np
        import minloc
        minloc.set_num_threads(3)
        others = set(os.listdir("/proc/self/task"))
        minloc.argmin(np.zeros(2_000_000))
        helpers = set(os.listdir("/proc/self/task")) - others
        faults = signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL
        for helper in helpers:
            for _ in range(500):  # until it has begun to run everything is blocked
                with open(f"/proc/self/task/{helper}/status") as status:
                    line = next(line for line in status if line.startswith("SigBlk"))
                blocked = int(line.split()[1], 16)
                if not any(blocked >> (number - 1) & 1 for number in faults):
                    break
                time.sleep(0.01)
            else:
                raise AssertionError(f"{blocked:x}")
            for number in signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1:
                assert blocked >> (number - 1) & 1, number
        print(len(helpers))
    """
    done = run(program)
    assert done.stdout == "2\n", done.stderr


#: Calls that would take days, on windows that lie over each other in a little memory. (An axis that
#: repeats one element would be no work.)
ENDLESS = {
    "top_k": "minloc.top_k(a, 3, axis=None)",
    "top_k, NaN left out": "minloc.top_k(a, 3, axis=(0, 1, 2), nan_policy='omit')",
    "top_k, NaN refused": "minloc.top_k(a, 3, axis=None, nan_policy='raise')",
    "top_k, masked": "minloc.top_k(a, 3, axis=None, where=mask)",
    "top_k, all masked": "minloc.top_k(a, 3, axis=None, where=windows(np.zeros(9000, bool)))",
    "top_k, many slices": "minloc.top_k(a, 0, axis=-1, nan_policy='raise')",
    "top_k, k too large": "minloc.top_k(a, 2**62, axis=None)",
    "argmin": "minloc.argmin(a)",
    "argmin, an axis": "minloc.argmin(a, axis=(0, 1, 2), out=None)",
    "argmin, masked": "minloc.argmin(a, where=mask)",
    "findmin": "minloc.findmin(a, axis=(1, 2, 3))",
    "argminmax": "minloc.argminmax(a, axis=(0, 2, 3))",
    "strings": "minloc.argmin(windows(np.zeros(9000, 'U2')))",
    "objects": "minloc.argmin(windows(np.zeros(9000, object)))",
}

INTERRUPTED = f"""if True:
    import signal, sys, time
    import numpy as np
    import minloc

    def windows(a):
        return np.lib.stride_tricks.as_strided(a, (2**11,) * 4, a.strides * 4)

    a, mask = windows(np.zeros(9000)), windows(np.ones(9000, bool))
    minloc.set_num_threads(int(sys.argv[1]))
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    for name, call in {ENDLESS}.items():
        start = time.monotonic()
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            eval(call)
        except KeyboardInterrupt:
            print("ended" if time.monotonic() - start < 8 else "late", name, flush=True)
        # What comes after is answered as ever.
        top = minloc.top_k(np.arange(2_000_000), 2)
        assert top.indices.tolist() == [1_999_999, 1_999_998], name
"""


@pytest.mark.parametrize("threads", [1, 3])
def test_a_signal_ends_a_long_call(threads: int) -> None:
    """Ctrl-C is heard in the middle of a call, whatever number of threads works on it."""
    done = run(INTERRUPTED, str(threads))
    assert done.stdout.splitlines() == [f"ended {name}" for name in ENDLESS], done.stderr


@pytest.mark.parametrize("dtype", ["?", "f2", "f8", "i8", "D"])
def test_top_k_of_a_repeated_element_is_no_work(dtype: str) -> None:
    """Along an axis that repeats one element, the first k are the best of them."""
    most = 2**62 // np.dtype(dtype).itemsize
    one = np.broadcast_to(np.array(1, dtype), most)
    assert minloc.top_k(one, 3).indices.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match=f"with {most} candidates"):
        minloc.top_k(one, most + 1)
    rows = np.broadcast_to(np.array([1, 0, 1, 1], dtype)[:, np.newaxis], (4, 2**40))
    assert minloc.top_k(rows, 2, axis=1).indices.tolist() == [[0, 1]] * 4
    n = 2**40
    assert minloc.top_k(rows, 2, axis=None).indices.tolist() == [0, 1]
    assert minloc.top_k(rows, 2, axis=None, mode="smallest").indices.tolist() == [n, n + 1]
    assert minloc.top_k(rows, 3, axis=(1, 0)).indices.tolist() == [0, 2, 3]
    assert minloc.top_k(rows[::-1, ::-1], 4, axis=(1, 0)).indices.tolist() == [0, 1, 3, 4]
    chosen = np.array([False, True, False, False])[:, np.newaxis]
    assert minloc.top_k(rows, 2, axis=(0, 1), where=chosen).indices.tolist() == [n, n + 1]
    with pytest.raises(ValueError, match=f"k={n + 1} elements of a slice with {n} candidates"):
        minloc.top_k(rows, n + 1, axis=1)
    if np.dtype(dtype).kind in "fc":
        nans = np.broadcast_to(np.array([np.nan, 2], dtype), (2**40, 2))
        assert minloc.top_k(nans, 3, axis=0).indices.tolist() == [[0, 0], [1, 1], [2, 2]]
        assert minloc.top_k(nans[:3], 5, axis=None).indices.tolist() == [1, 3, 5, 0, 2]
        with pytest.raises(ValueError, match="with 0 candidates"):
            minloc.top_k(nans, 3, axis=0, nan_policy="omit")


#: What an object's comparison does to the arrays in the middle of a call.
MEDDLING = {
    "resizes the array": "a.resize(10**6, refcheck=False)",
    "resizes what the array is a view of": "base.resize(10**6, refcheck=False)",
    "resizes the mask": "mask.resize(10**6, refcheck=False)",
    "shapes the array anew": "a.shape = (20, 20)",
    "empties the array": "a.fill(None)",
}


@pytest.mark.parametrize("meddling", MEDDLING.values(), ids=MEDDLING)
def test_a_comparison_may_do_what_it_likes(meddling: str) -> None:
    """Python code that runs in the middle of a call ends it by an error at most."""
    program = f"""if True:
        import numpy as np
        import minloc

        class Meddler:
            def __init__(self, value):
                self.value = value
            def __lt__(self, other):
                try:
                    {meddling}
                except ValueError:
                    pass
                return self.value < getattr(other, "value", 0)

        for repeat in range(20):
            base = np.array([Meddler(-i) for i in range(400)], object)
            for a in base, base.view():
                mask = np.ones(400, bool)
                for ask in (
                    lambda: minloc.argmin(a),
                    lambda: minloc.findmin(a, where=mask),
                    lambda: minloc.argmin(a, axis=0, nan_policy="omit", default=-1),
                    lambda: minloc.minloc(a, where=mask[:a.size]),
                    lambda: minloc.top_k(a, 3, mode="smallest"),
                ):
                    try:
                        ask()
                    except (ValueError, IndexError, AttributeError, TypeError):
                        pass
        print("done")
    """
    done = run(program)
    assert done.stdout == "done\n", (done.returncode, done.stderr)
