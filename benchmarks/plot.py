"""The plot: every case is a dot, in a row for its way through memory."""

import importlib
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.results import Cell, Run
from benchmarks.verdicts import NOISE, Measure, is_out_of_cache, over_numpy, read_passes

FASTER, SLOWER, INK = "#2a78b5", "#d1495b", "#333333"
SMALL = 10_000  # bytes; below, it is the call that takes the time
STOPPED = 0.5  # read passes; who takes less has stopped early, or read a broadcast array

ROWS = {
    "small": "under 10 kB, any axis",
    "C whole": "C order, whole array",
    "C last": "C order, last axis",
    "C other": "C order, another axis",
    "F": "Fortran order",
    "transposed": "axes 0 and 1 swapped",
    "second-column": "every second column",
    "reversed": "reversed",
    "broadcast": "broadcast",
    "unaligned": "unaligned",
    "nan": "nanargmin, all of these",
}


def row_of(cell: Cell) -> str:
    """Return the key of the row that a case belongs to."""
    case = cell.case
    if case.function == "nanargmin":
        return "nan"
    if case.nbytes < SMALL:
        return "small"
    if case.layout != "C":
        return case.layout
    if case.axis is None:
        return "C whole"
    return "C last" if case.axis == len(case.shape) - 1 else "C other"


def draw(run: Run, path: Path) -> None:
    """Draw the plot, the same for the same results, in the format of the path's suffix."""
    matplotlib = importlib.import_module("matplotlib")
    matplotlib.use("agg")
    plt: Any = importlib.import_module("matplotlib.pyplot")
    style = {
        "svg.hashsalt": "minloc",
        "svg.fonttype": "path",
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
    }
    with plt.rc_context(style):
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(10, 4.8), sharey=True, width_ratios=[3, 2], layout="constrained"
        )
        _strip(left, _rows(run.cells, over_numpy), red_below=NOISE)
        large = [cell for cell in run.cells if is_out_of_cache(cell, run.about)]
        passes = _rows(large, read_passes)
        _strip(
            right,
            {row: [x for x in values if x > STOPPED] for row, values in passes.items()},
            red_below=0,
        )
        left.set_title("times as fast as NumPy", loc="left", fontsize=11, weight="bold")
        right.set_title("read passes, arrays out of cache", loc="left", fontsize=11, weight="bold")
        _number_ticks(left, [10.0**k for k in range(-3, 5)])
        _number_ticks(right, [1, 1.5, 2, 3, 5, 10, 20])
        caption = "slower (red: by more than 5 %)  ←   →  faster       bar: the median"
        left.set_xlabel(caption, x=0, ha="left")
        right.set_xlabel("1: as long as to read the array once", x=0, ha="left")
        left.set_yticks(range(len(ROWS)), ROWS.values())
        left.set_ylim(len(ROWS) - 0.5, -0.5)
        metadata = {"Date": None} if path.suffix == ".svg" else None
        figure.savefig(path, metadata=metadata, dpi=110)
        plt.close(figure)


def _rows(cells: list[Cell], measure: Measure) -> dict[str, list[float]]:
    rows: dict[str, list[float]] = {row: [] for row in ROWS}
    for cell in cells:
        value = measure(cell)
        if value is not None:
            rows[row_of(cell)].append(value)
    return rows


def _strip(axes: Any, rows: dict[str, list[float]], *, red_below: float) -> None:
    """Draw a row of dots for each group, its median as a bar, and the line of equality."""
    random = Random(0)
    axes.set_xscale("log")
    axes.axvline(1, color=INK, linewidth=1, zorder=1)
    for y, values in enumerate(rows.values()):
        if not values:
            continue
        heights = [y + random.uniform(-0.28, 0.28) for _ in values]
        colors = [SLOWER if value < red_below else FASTER for value in values]
        axes.scatter(values, heights, s=9, c=colors, alpha=0.45, linewidths=0, zorder=2)
        axes.plot([median(values)] * 2, [y - 0.38, y + 0.38], color=INK, linewidth=2, zorder=3)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#dddddd", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _number_ticks(axes: Any, ticks: list[float]) -> None:
    low, high = axes.get_xlim()
    shown = [tick for tick in ticks if low <= tick <= high]
    axes.set_xticks(shown, [f"{tick:,g}".replace(",", " ") for tick in shown])
    axes.minorticks_off()
