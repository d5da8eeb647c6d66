"""How many threads everybody may use: the one place that tells them."""

import importlib
import importlib.util
import os

import minloc


def use_threads(n: int) -> None:
    """Give minloc, its read pass and every contender `n` threads.

    The environment is read when a library is imported, so call this before any contender is.
    """
    for name in "OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS":
        os.environ[name] = str(n)
    minloc.set_num_threads(n)
    if importlib.util.find_spec("torch"):
        importlib.import_module("torch").set_num_threads(n)
