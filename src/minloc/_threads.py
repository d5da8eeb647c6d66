"""How many threads a call may use: what the process is given, and what the user says."""

import contextlib
import math
import os
from collections.abc import Iterator

from minloc import _core

#: Where cgroups are, and where a process reads which are its own.
_CGROUPS, _OWN_GROUPS = "/sys/fs/cgroup", "/proc/self/cgroup"
#: What says how much CPU time a group gets: a quota and the period that it is for, in one file of
#: version 2 or in two of version 1, by the controller's name in `_OWN_GROUPS`.
_QUOTAS = {"": ("cpu.max",), "cpu": ("cpu.cfs_quota_us", "cpu.cfs_period_us")}


def _read(path: str) -> str:
    # Not by pathlib: to import it takes longer than to import all of minloc.
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def _own_groups() -> dict[str, str]:
    """Return the process's own group for each controller of `_QUOTAS`."""
    groups = {"": "/", "cpu": "/"}
    try:
        lines = _read(_OWN_GROUPS).splitlines()
    except OSError:  # there are no cgroups
        return groups
    for line in lines:  # as in 4:cpu,cpuacct:/user or 0::/user
        _, controllers, group = line.split(":", 2)
        for controller in controllers.split(","):
            if controller in groups:
                groups[controller] = group
    return groups


def _cgroup_cpus() -> float:
    """Return how many CPUs' time the process's cgroups grant it, inf if there is no limit.

    A group has what it and all groups above it are granted. In a container, its own group may be
    the root of what is seen, whatever it is called.
    """
    least = math.inf
    for controller, group in _own_groups().items():
        names = [name for name in group.split("/") if name and name != ".."]
        for depth in range(len(names) + 1):
            folder = "/".join([_CGROUPS, *filter(None, [controller]), *names[:depth]])
            try:
                words = " ".join([_read(f"{folder}/{name}") for name in _QUOTAS[controller]])
                quota, period = map(float, words.split()[:2])
            except (OSError, ValueError):  # not there, or "max"
                continue
            if quota > 0 and period > 0:
                least = min(least, quota / period)
    return least


def _limit_of_openmp() -> float:
    """Return OMP_NUM_THREADS, inf if it is no number, which is how OpenMP reads it, too."""
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()  # of nested levels
    return int(first) if first.isdecimal() and int(first) > 0 else math.inf


def default_num_threads() -> int:
    """Return the number of threads to begin with.

    Returns
    -------
    int
        ``MINLOC_NUM_THREADS`` if it is set, else the CPUs that the process may use, but no more
        than ``OMP_NUM_THREADS``, which joblib, Dask and batch systems set for those whom they run.

    Raises
    ------
    ValueError
        If ``MINLOC_NUM_THREADS`` is not a number of threads.
    """
    wish = os.environ.get("MINLOC_NUM_THREADS", "").strip()
    if wish:
        if not wish.isdecimal() or not 1 <= int(wish) <= 4096:
            raise ValueError(f"MINLOC_NUM_THREADS must be an integer from 1 to 4096, got {wish!r}")
        return int(wish)
    has_affinity = hasattr(os, "sched_getaffinity")
    cpus = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(cpus, 4096, math.ceil(min(_cgroup_cpus(), _limit_of_openmp(), cpus))))


@contextlib.contextmanager
def threads(n: int) -> Iterator[None]:
    """Let calls use `n` threads in a block of code, in the thread that runs it.

    Parameters
    ----------
    n : int
        From 1 to 4096, the calling thread included.

    Yields
    ------
    None

    Raises
    ------
    ValueError
        If `n` is out of that range.

    See Also
    --------
    set_num_threads : Change it for good, for all threads.

    Examples
    --------
    >>> import minloc
    >>> with minloc.threads(1):
    ...     int(minloc.argmin([3, 1, 2]))
    1
    """
    if n == 0:
        raise ValueError("the number of threads must be from 1 to 4096, got 0")
    before = _core.set_num_threads_here(n)
    try:
        yield
    finally:
        _core.set_num_threads_here(before)
