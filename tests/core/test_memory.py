"""No input makes the core copy it, and inputs of any size are answered."""

import subprocess
import sys

import numpy as np
import pytest

import minloc

#: Expressions over `a`, a C-contiguous array of the dtype with 4096 rows and 8 MiB: the classes of
#: input.
INPUTS = {
    "C": "a",
    "F": "a.T",
    "reversed": "a[::-1, ::-1]",
    "every second column": "a[:, ::2]",
    "every second row": "a[::2]",
    "broadcast": "np.broadcast_to(a[:, :1], a.shape)",
    "middle": "a.reshape(64, 64, -1).transpose(1, 0, 2)",
    "unaligned": "np.ndarray((4096, a.shape[1] - 1), a.dtype, a, offset=1)",
    "read-only": "readonly(a)",
    "swapped": "a.view(a.dtype.newbyteorder())",
    "subclass": "a.view(Subclass)",
    "masked": "np.ma.array(a, mask=mask, copy=False)",
    "memmap": "np.memmap(path, a.dtype, 'r', shape=a.shape)",
}

PROGRAM = """
import os, resource, sys, tempfile, threading, traceback
import numpy as np
import numpy.ma
import minloc

# Of the address space a thread takes 8 MiB, unless told otherwise, and there is one for each core.
threading.stack_size(1 << 20)
minloc.set_num_threads(2)

dtype, *expressions = sys.argv[1:]

class Subclass(np.ndarray):
    pass

def readonly(a):
    a = a[:]
    a.flags.writeable = False
    return a

shape = 4096, 2048 // np.dtype(dtype).itemsize
mask = np.zeros(shape, bool)
mask.flat[::3] = True  # every row and column keeps a value
a = np.ones(shape, "i1").astype(dtype)
a.flat[5] = 0

def ask(expression, path):
    if "memmap" in expression:
        a.tofile(path)
    x = eval(expression)
    for axis in None, 0, x.ndim - 1:  # once first: modules and pools may load
        minloc.argmin(x[:9], axis)
    # Three eighths of a copy fit: enough for results of up to 512 KiB, the pool's stacks and what
    # the allocator rounds up, not for the copy.
    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    limit = used + x.nbytes * 3 // 8
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for function in minloc.argmin, minloc.argmax, minloc.nanargmin, minloc.nanargmax:
        for axis in None, 0, x.ndim - 1:
            function(x, axis)
    try:
        x.copy()
    except MemoryError:
        return
    raise AssertionError("a copy would not have been noticed")

with tempfile.NamedTemporaryFile() as file:
    for expression in expressions:
        child = os.fork()  # a process for each, for its limit and for what others have freed
        if child == 0:
            try:
                ask(expression, file.name)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        print("copied" if os.waitpid(child, 0)[1] else "in place", expression)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs RLIMIT_AS")
@pytest.mark.parametrize("dtype", ["f8", "f2", "D", "g", "S8", "O"])
def test_no_input_is_copied(dtype: str) -> None:
    """With memory for less than a copy, every function answers every class of input."""
    none_such = set()
    if dtype == "O":  # there are no such arrays of objects
        none_such |= {"unaligned", "swapped", "memmap"}
    if dtype == "S8":  # which has no byte order
        none_such |= {"swapped"}
    expressions = [x for kind, x in INPUTS.items() if kind not in none_such]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, dtype, *expressions],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"in place {x}" for x in expressions], done.stderr


def test_more_elements_than_32_bits_count() -> None:
    """An index beyond 2**31 is found along a slice, and a slice of that many rows is counted."""
    n = 2**31 + 100
    a = np.zeros(n, bool)
    a[n - 3] = True
    assert minloc.argmax(a) == n - 3
    assert minloc.argmax(a[::-1]) == 2
    assert minloc.argmax(a.reshape(2, -1), axis=1).tolist() == [0, n // 2 - 3]
    two = a.reshape(-1, 2)
    assert minloc.argmax(two, axis=0).tolist() == [0, n // 2 - 2]
    a[n - 3] = False
    assert minloc.argmax(a[n // 2 :]) == 0


def test_a_broadcast_array_is_as_large_as_it_says() -> None:
    """A broadcast axis of more elements than fit in memory costs nothing."""
    a = np.broadcast_to(np.array([3.0, 1.0, 2.0])[:, None], (3, 2**40))
    assert minloc.argmin(a) == 2**40
    assert minloc.argmin(a, axis=1).tolist() == [0, 0, 0]


def test_nothing_leaks() -> None:
    """Calls and failing calls give back every reference they took."""
    a, out = np.zeros((4, 5)), np.zeros(5, np.intp)
    bad = np.zeros(3, np.intp)
    o = np.array([1, "a", 2], object)
    where = np.zeros((4, 5), bool)

    def everything() -> None:
        minloc.argmin(a, 0, out)
        minloc.argmin(a, axis=1, keepdims=True, where=~where)
        minloc.nanargmax(a.view(np.recarray), 0)
        minloc.argmin([1, 2, 3])
        minloc.argmin(np.ma.array(a, mask=where), 0)
        for call in (
            lambda: minloc.argmin(a, 0, bad),
            lambda: minloc.argmin(a, 7),
            lambda: minloc.argmin(a, where=where),
            lambda: minloc.argmin(a, 0, where=where[:3]),
            lambda: minloc.nanargmin(a + np.nan, 1),
            lambda: minloc.argmin(o),
            lambda: minloc.argmin(a, nonsense=1),  # type: ignore[call-overload]
            lambda: minloc.argmin(a[:0], 0),
        ):
            with pytest.raises((ValueError, TypeError, IndexError)):
                call()

    objects = [a, out, bad, o, where, a.dtype, out.dtype, minloc, np, "a", np.ndarray]
    for _ in range(20):
        everything()
    before = [sys.getrefcount(x) for x in objects]
    for _ in range(50):
        everything()
    after = [sys.getrefcount(x) for x in objects]
    assert max(abs(x - y) for x, y in zip(before, after, strict=True)) < 10
