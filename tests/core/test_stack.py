"""The stack: calls need little of it, and recursion ends as Python's own does."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest


def run(program: str) -> str:
    """Return what a program prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_small_stack_is_enough() -> None:
    """A thread of 128 KiB, which is what musl gives, can ask everything of every layout."""
    out = run(
        """
        import threading
        import numpy as np
        import minloc

        NAMES = ["argmin", "nanargmax", "findmin", "argminmax", "minloc"]

        def ask():
            rng = np.random.default_rng(0)
            for dtype in "?", "i1", "f2", "f4", ">f8", "c16", "g", "M8[s]", "O", "U3":
                for shape in (5,), (3, 7), (4, 5000), (5000, 3), (6, 40, 50), (2, 3, 2, 3, 2, 3):
                    whole = rng.integers(0, 9, shape).astype(dtype)
                    mask = rng.random(shape) < 0.9
                    mask[(0,) * len(shape)] = True
                    turned = np.asarray(mask.T, order="C")
                    for a, where in (whole, mask), (whole.T, mask.T), (whole.T, turned):
                        for axis in None, 0, -1:
                            for ties in "first", "last":
                                for name in NAMES:
                                    words = {"axis": axis, "ties": ties}
                                    getattr(minloc, name)(a, **words)
                                    if axis is None or name in ("argminmax", "minloc"):
                                        getattr(minloc, name)(a, where=where, default=-1, **words)
                            minloc.top_k(a, 2, axis=axis)
            part = minloc.Partial.of("argmin", whole, axis=0)
            print(part.finish().shape)

        threading.stack_size(128 * 1024)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        """
    )
    assert out == "(3, 2, 3, 2, 3)\n"


@pytest.mark.parametrize(
    "call",
    ["argmin(turtles)", "argmin(turtles, axis=0)", "findmin(turtles)", "argminmax(turtles)",
     "top_k(turtles, 1)", "Partial.of('argmin', turtles)"],
)  # fmt: skip
def test_recursive_comparisons_end_as_pythons_do(call: str) -> None:
    """Objects whose comparison asks minloc about objects, without an end, raise RecursionError."""
    out = run(
        f"""
        import numpy as np
        import minloc

        depth = 0

        class Turtle:
            def __lt__(self, other):
                global depth
                depth += 1
                turtles = np.array([Turtle(), Turtle()], object)
                return bool(minloc.{call})

            __gt__ = __lt__

        try:
            Turtle() < Turtle()
        except RecursionError:
            print(depth > 25)
        """
    )
    assert out == "True\n"
