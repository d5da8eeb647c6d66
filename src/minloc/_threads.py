"""How many threads a call may use: what the process is given, and what the user says."""

import contextlib
import math
import os
from collections.abc import Iterator

from minloc import _core

#: What cgroups (version 2, then 1) say of the CPU time that the process gets.
_QUOTAS = (
    ("/sys/fs/cgroup/cpu.max", None),
    ("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
)


def _words(path: str) -> list[str]:
    # Not by pathlib: to import it takes longer than to import all of minloc.
    with open(path, encoding="ascii") as file:
        return file.read().split()


def _cgroup_cpus() -> float:
    """Return how many CPUs' time the process's cgroup grants it, inf if there is no limit."""
    for quota_file, period_file in _QUOTAS:
        try:
            words = _words(quota_file) + (_words(period_file) if period_file else [])
            quota, period = float(words[0]), float(words[1])
        except (OSError, ValueError, IndexError):  # not there, or "max"
            continue
        if quota > 0 and period > 0:
            return quota / period
    return math.inf


def default_num_threads() -> int:
    """Return the number of threads to begin with.

    Returns
    -------
    int
        ``MINLOC_NUM_THREADS`` if it is set, else the CPUs that the process may use.

    Raises
    ------
    ValueError
        If the variable is not a number of threads.
    """
    wish = os.environ.get("MINLOC_NUM_THREADS", "").strip()
    if wish:
        if not wish.isdecimal() or not 1 <= int(wish) <= 4096:
            raise ValueError(f"MINLOC_NUM_THREADS must be an integer from 1 to 4096, got {wish!r}")
        return int(wish)
    has_affinity = hasattr(os, "sched_getaffinity")
    cpus = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return max(1, min(cpus, 4096, math.ceil(min(_cgroup_cpus(), cpus))))


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
