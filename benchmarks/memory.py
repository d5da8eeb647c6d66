"""How much memory a call uses beyond its answer.

Two measures, of which the larger counts, because each sees what the other does not. tracemalloc
sees every allocation of Python and NumPy, to the byte. The peak of resident memory, which Linux
lets a process reset, sees the pages of all others too; before it counts, glibc has to give back the
pages that it keeps for later, and pages must not be huge, or what is used of the last one is lost
in it. On other systems there is tracemalloc alone.
"""

import ctypes
import sys
import tracemalloc
from pathlib import Path
from typing import Any

from benchmarks.contender import Call

#: Arrays from this many bytes on are measured: a copy of them is more than the noise.
MEASURED_FROM = 1_000_000
PROCESS = Path("/proc/self")
PR_SET_THP_DISABLE = 41  # from <sys/prctl.h>


def extra_bytes(call: Call) -> int:
    """Return the peak of memory during the call, less its answer and what there was before."""
    _use_huge_pages(False)
    before = _reset_peak()
    tracemalloc.start()
    answer: Any = call()
    _, traced = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    grown = 0 if before is None else _resident("VmHWM") - before
    _use_huge_pages(True)
    return max(0, max(traced, grown) - _nbytes(answer))


def _nbytes(answer: Any) -> int:
    if isinstance(answer, tuple):
        return sum(map(_nbytes, answer))
    return int(getattr(answer, "nbytes", 0))


def _use_huge_pages(yes: bool) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, int(not yes), 0, 0, 0)


def _reset_peak() -> int | None:
    try:
        ctypes.CDLL(None).malloc_trim(0)
        (PROCESS / "clear_refs").write_text("5")
    except (OSError, AttributeError, TypeError):
        return None
    return _resident("VmRSS")


def _resident(field: str) -> int:
    lines = (PROCESS / "status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))
