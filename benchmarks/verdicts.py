"""What the times of a cell say: how minloc stands against NumPy, its peers and a read pass."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from benchmarks.results import Cell

#: From this many bytes on a time is compared with a read pass: below, it is the call that costs.
READ_PASS_FROM = 1_000_000
NUMPY = ("NumPy", "a.argmin()")
PEERS = (
    *("bottleneck", "move_argmin", "numbagg", "PyTorch", "polars", "argpartition", "np.abs"),
    *("lexsort", "pandas", "SciPy", "numpy_groupies", "flox"),
)


#: A ratio below this is slower, and not just unlucky.
NOISE = 0.95

Measure = Callable[[Cell], float | None]


class Rival(NamedTuple):
    """A contender, and how many times its time is minloc's."""

    name: str
    times: float


def over_numpy(cell: Cell) -> float | None:
    """Return how many times as fast as NumPy's function of the same name minloc is."""
    return cell.ratios.get("NumPy")


def over_plain(cell: Cell) -> float | None:
    """Return minloc's time over that of its argmin of the same array, without any words."""
    return 1 / cell.ratios["plain"] if "plain" in cell.ratios else None


def best_of(cell: Cell, names: Iterable[str]) -> Rival | None:
    """Return the fastest of those named that answered the case."""
    rivals = [Rival(name, cell.ratios[name]) for name in names if name in cell.ratios]
    return min(rivals, key=lambda rival: rival.times, default=None)


def best_peer(cell: Cell) -> Rival | None:
    """Return the fastest that is not NumPy."""
    return best_of(cell, PEERS)


def best_other(cell: Cell) -> Rival | None:
    """Return the fastest of all that answered."""
    return best_of(cell, NUMPY + PEERS)


def read_passes(cell: Cell) -> float | None:
    """Return how many read passes of the same bytes minloc takes, for large arrays."""
    if cell.case.nbytes < READ_PASS_FROM or "read pass" not in cell.ratios:
        return None
    return 1 / cell.ratios["read pass"]


def is_out_of_cache(cell: Cell, about: dict[str, Any]) -> bool:
    """Whether the array is larger than the last level of cache, so that memory sets the pace."""
    return bool(cell.case.nbytes > about["cache"])


def geometric_mean(values: Iterable[float]) -> float:
    """Return the mean for ratios: of twice as fast and half as fast it is 1."""
    logs = [math.log(value) for value in values]
    return math.exp(sum(logs) / len(logs)) if logs else math.nan


def over_random(cells: Iterable[Cell]) -> Measure:
    """Return a measure: a cell's time over that of the same case filled with random values."""
    random = {cell.case: cell.seconds["minloc"] for cell in cells if cell.case.fill == "random"}

    def measure(cell: Cell) -> float | None:
        base = random.get(replace(cell.case, fill="random"))
        may = cell.case.dtype == "bool" or cell.case.function == "top_k"  # depend on the values
        if base is None or cell.case.fill == "random" or may:
            return None
        return cell.seconds["minloc"] / base

    return measure
