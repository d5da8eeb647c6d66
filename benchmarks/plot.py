"""The two pictures: a bar for each of a few arrays, and the spread of all cases."""

from statistics import median, quantiles

from benchmarks.results import Cell, Run
from benchmarks.svg import Drawing, LogAxis
from benchmarks.verdicts import NOISE, NUMPY, best_of, is_out_of_cache, over_numpy, read_passes
from benchmarks.wording import digits, sentence

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


def bars(run: Run, names: list[str]) -> str:
    """Draw how many times as fast as NumPy the named cases are."""
    cells = {cell.case.name: cell for cell in run.cells if cell.seconds}
    shown = [cells[name] for name in names if name in cells]
    height = 52 + 24 * len(shown)
    drawing = Drawing(600, height, "Times as fast as NumPy, for typical arrays")
    threads = "one thread" if run.about["threads"] == 1 else f"{run.about['threads']} threads"
    drawing.text(0, 14, f"Times as fast as NumPy, {threads}", "bold")
    axis = LogAxis(0.9, 100, 290, 555)
    drawing.grid(axis, (1, 2, 5, 10, 20, 50, 100), 26, height - 22)
    for row, cell in enumerate(shown):
        y = 32 + 24 * row
        rival = best_of(cell, NUMPY)
        if rival is None:
            continue
        drawing.text(282, y + 13, sentence(cell.case).replace("`", ""), "end")
        drawing.bar(axis(1), axis(rival.times), y, 17, "slow" if rival.times < NOISE else "bar")
        drawing.text(axis(max(rival.times, 1)) + 6, y + 13, f"{digits(rival.times)} ×")
    return str(drawing)


def spread(run: Run) -> str:
    """Draw for each way through memory where the cases lie: all, the middle half, the median."""
    large = [cell for cell in run.cells if is_out_of_cache(cell, run.about)]
    height = 76 + 26 * len(ROWS)
    drawing = Drawing(800, height, "The spread of times over NumPy's and of read passes")
    left, right = LogAxis(0.1, 10_000, 165, 510), LogAxis(0.8, 20, 570, 785)
    drawing.text(left.left, 14, "times as fast as NumPy", "bold")
    drawing.text(right.left, 14, "read passes, out of cache", "bold")
    drawing.grid(left, (0.1, 1, 10, 100, 1000, 10_000), 26, height - 46)
    drawing.grid(right, (1, 2, 5, 10, 20), 26, height - 46)
    drawing.text(left.left, height - 8, "slower  ←  1  →  faster", "note")
    drawing.text(right.left, height - 8, "1: as long as to read the array once", "note")
    for place, (row, words) in enumerate(ROWS.items()):
        y = 42 + 26 * place
        drawing.text(155, y + 5, words, "end")
        times = [over_numpy(cell) for cell in run.cells if row_of(cell) == row]
        passes = [read_passes(cell) for cell in large if row_of(cell) == row]
        _spread(drawing, left, y, [x for x in times if x is not None])
        _spread(drawing, right, y, [x for x in passes if x is not None and x > STOPPED])
    return str(drawing)


def _spread(drawing: Drawing, axis: LogAxis, y: float, values: list[float]) -> None:
    if not values:
        return
    drawing.line(axis(min(values)), y, axis(max(values)), y, "range")
    if len(values) > 1:
        low, _, high = quantiles(values, n=4, method="inclusive")
        drawing.bar(axis(low), axis(high), y - 7, 14, "bar")
    middle = axis(median(values))
    drawing.line(middle, y - 9, middle, y + 9, "median")
