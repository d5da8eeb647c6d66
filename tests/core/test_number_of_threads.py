"""How many threads there are: as set, as the environment says, as the process may use."""

import math
import os
import threading
from pathlib import Path

import numpy as np
import pytest

import minloc
from minloc import _core, _threads
from support.interpreter import run


def test_numbers_of_threads() -> None:
    """The number is what was set, in this thread or for all, and nonsense is refused."""
    before = minloc.get_num_threads()
    try:
        minloc.set_num_threads(5)
        assert minloc.get_num_threads() == 5
        with minloc.threads(2):
            assert minloc.get_num_threads() == 2
            with minloc.threads(3):
                assert minloc.get_num_threads() == 3
            assert minloc.get_num_threads() == 2
            seen: list[int] = []
            other = threading.Thread(target=lambda: seen.append(minloc.get_num_threads()))
            other.start()
            other.join()
            assert seen == [5]
        for bad in 0, -1, 4097, 2**70:
            with pytest.raises(ValueError, match="number of threads must be from 1 to 4096"):
                minloc.set_num_threads(bad)
            with (
                pytest.raises(ValueError, match="number of threads must be from 1 to 4096"),
                minloc.threads(bad),
            ):
                pass
        with pytest.raises(TypeError):
            minloc.set_num_threads(1.5)  # type: ignore[arg-type]
        assert minloc.get_num_threads() == 5
    finally:
        minloc.set_num_threads(before)


def test_the_environment_chooses_the_number() -> None:
    """MINLOC_NUM_THREADS is the number at import; what is no number is refused."""
    program = "import minloc; print(minloc.get_num_threads())"
    assert run(program, MINLOC_NUM_THREADS="3").stdout == "3\n"
    assert (
        "must be an integer from 1 to 4096, got 'many'"
        in run(program, MINLOC_NUM_THREADS="many").stderr
    )


@pytest.mark.parametrize(
    ("openmp", "threads"),
    [("", 8), ("3", 3), ("3,2", 3), (" 1 ", 1), ("99", 8), ("0", 8), ("-1", 8), ("many", 8)],
)
def test_openmps_number_is_a_limit(
    openmp: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OMP_NUM_THREADS holds where MINLOC_NUM_THREADS is not set; what is no number is ignored."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr(_threads, "_cgroup_cpus", lambda: math.inf)
    monkeypatch.setenv("OMP_NUM_THREADS", openmp)
    monkeypatch.delenv("MINLOC_NUM_THREADS", raising=False)
    assert _threads.default_num_threads() == threads
    monkeypatch.setenv("MINLOC_NUM_THREADS", "5")
    assert _threads.default_num_threads() == 5


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity here")
def test_the_affinity_mask_is_respected() -> None:
    """A process that may use one CPU uses one thread."""
    program = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))});"
        "import minloc; print(minloc.get_num_threads())"
    )
    assert run(program, MINLOC_NUM_THREADS="").stdout == "1\n"


def test_the_read_pass_reads_everything() -> None:
    """What benchmarks measure against sees every byte, with any number of threads."""
    for n in 0, 1, 63, 1000, 12345:
        for at in {0, n // 2, n - 1} - {-1}:
            a = np.zeros(n, np.uint8)
            if n:
                a[at] = 5
            for count in 1, 3:
                with minloc.threads(count):
                    bits = _core.read_pass(a)
                assert bits in ({5 << (8 * byte) for byte in range(8)} if n else {0})


#: The process's own groups, files of groups, and how many CPUs' time they grant together.
QUOTAS: dict[str, tuple[str, dict[str, str], float]] = {
    "version 2, none": ("0::/", {"cpu.max": "max 100000"}, math.inf),
    "version 2, as a container sees it": ("0::/", {"cpu.max": "150000 100000"}, 1.5),
    "version 2, its own group": (
        "0::/user/job",
        {"cpu.max": "max 100000", "user/cpu.max": "max 100000", "user/job/cpu.max": "50000 100000"},
        0.5,
    ),
    "version 2, a group above it": (
        "0::/user/job",
        {"user/cpu.max": "200000 100000", "user/job/cpu.max": "max 100000"},
        2.0,
    ),
    "version 1, as a container sees it": (
        "4:cpu,cpuacct:/docker/0123\n1:name=systemd:/docker/0123",
        {"cpu/cpu.cfs_quota_us": "300000", "cpu/cpu.cfs_period_us": "100000"},
        3.0,
    ),
    "version 1, its own group": (
        "4:cpuacct,cpu:/jobs/7\n3:memory:/other",
        {
            "cpu/cpu.cfs_quota_us": "-1",
            "cpu/cpu.cfs_period_us": "100000",
            "cpu/jobs/7/cpu.cfs_quota_us": "25000",
            "cpu/jobs/7/cpu.cfs_period_us": "50000",
        },
        0.5,
    ),
    "no cgroups": ("", {}, math.inf),
}


@pytest.mark.parametrize("case", QUOTAS)
def test_threads_are_no_more_than_the_cpu_time_that_is_granted(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The quota is that of the process's own group or of one above it, whichever is less."""
    own, files, cpus = QUOTAS[case]
    (tmp_path / "own").write_text(own + "\n" if own else "")
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    monkeypatch.setattr(_threads, "_CGROUPS", str(tmp_path))
    monkeypatch.setattr(_threads, "_OWN_GROUPS", str(tmp_path / "own"))
    assert _threads._cgroup_cpus() == cpus
