"""What a run leaves behind: `results.json`, one line a case, and on what machine it was."""

import datetime
import importlib.metadata
import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.cases import Case
from benchmarks.contenders import CONTENDERS
from minloc import _core

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True)
class Cell:
    """One case, timed.

    Attributes
    ----------
    case : Case
        The question.
    family : str
        The family that it is of.
    seconds : dict of str to float
        The shortest time of each contender.
    ratios : dict of str to float
        The median ratio of each contender's time to that of minloc in the same round.
    extra_bytes : dict of str to int
        Memory beyond the answer, for those that it was measured of.
    wrong : dict of str to str
        The contenders that were not timed because of their answer, and what was wrong with it.
    """

    case: Case
    family: str
    seconds: dict[str, float]
    ratios: dict[str, float]
    extra_bytes: dict[str, int]
    wrong: dict[str, str]


@dataclass(frozen=True)
class Run:
    """All cells of a run, and where and how they were timed."""

    about: dict[str, Any]
    cells: list[Cell]


def about(grid: str, threads: int, minutes: float) -> dict[str, Any]:
    """Describe the run: date, machine, versions."""
    build = _core.build_info()
    return {
        "grid": grid,
        "date": datetime.date.today().isoformat(),
        "minutes": round(minutes, 1),
        "threads": threads,
        "processor": _processor(),
        "cores": os.cpu_count(),
        "cache": _largest_cache(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": _versions(),
        "compiler": build["compiler"],
        "isa": build["isa_in_use"],
    }


def save(run: Run, path: Path) -> None:
    """Write the run, a cell a line, so that two runs can be compared by eye."""
    lines = ",\n".join(json.dumps(_short(asdict(cell))) for cell in run.cells)
    about = json.dumps(run.about, indent=1)
    path.write_text(f'{{"about": {about},\n"cells": [\n{lines}\n]}}\n')


def renewed(run: Run, family: str, cells: list[Cell]) -> Run:
    """Return a run in which the cells of a family have been timed again, and which says so.

    The family may be new to it, and may have lost cases, whose cells are left out.
    """
    again = {cell.case: cell for cell in cells}
    dates = run.about.get("renewed", {}) | {family: datetime.date.today().isoformat()}
    kept = [cell for cell in run.cells if cell.family != family or cell.case in again]
    both = [again.pop(cell.case, cell) for cell in kept] + list(again.values())
    versions = run.about["versions"] | _versions()  # contenders may be new, too
    return Run(run.about | {"renewed": dates, "versions": versions}, both)


def check_machine(run: Run, now: dict[str, Any]) -> None:
    """Raise if a run was timed by another machine, or otherwise, than `about` describes now.

    Raises
    ------
    ValueError
        Because times of two machines in one run would be compared with each other.
    """
    for name in ("grid", "threads", "processor", "cores", "isa"):
        if run.about[name] != now[name]:
            raise ValueError(
                f"the results have {name} {run.about[name]!r}, this would be {now[name]!r}: a "
                "family is timed again as the others were; time the whole grid instead"
            )


def load(path: Path) -> Run:
    """Read what `save` wrote."""
    read = json.loads(path.read_text())
    cells = []
    for cell in read["cells"]:
        case = cell.pop("case")
        cells.append(Cell(Case(**{**case, "shape": tuple(case["shape"])}), **cell))
    return Run(read["about"], cells)


def _short(value: Any) -> Any:
    # Four digits are more than a timing has.
    if isinstance(value, dict):
        return {key: _short(x) for key, x in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _versions() -> dict[str, str]:
    names = sorted({c.module.partition(".")[0] for c in CONTENDERS if c.is_installed})
    return {name: importlib.metadata.version(name) for name in names}


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _largest_cache() -> int:
    """Return the bytes of the last level of cache, or 32 MiB where the system does not say."""
    sizes = Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size")
    return max((int(p.read_text().strip()[:-1]) * 1024 for p in sizes), default=32 * 2**20)
