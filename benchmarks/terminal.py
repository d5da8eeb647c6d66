"""Cells as rows of text, for the terminal."""

from collections.abc import Iterable

from benchmarks.results import Cell
from benchmarks.verdicts import best_other, best_peer, over_numpy, read_passes
from benchmarks.wording import digits, duration


def row(cell: Cell) -> str:
    """Return a cell in one line: name, time, and how it stands."""
    wrong = "".join(f"  {name.upper()} IS WRONG: {why}" for name, why in cell.wrong.items())
    if not cell.seconds:
        return f"{cell.case.name:<56}{wrong}"
    peer, passes = best_peer(cell), read_passes(cell)
    words = (
        f"{cell.case.name:<56}",
        f"{duration(cell.seconds['minloc']):>8}",
        f"{digits(over_numpy(cell)):>6} x NumPy",
        f"{f'{digits(peer.times)} x {peer.name}' if peer else '':>18}",
        f"{digits(passes):>6} read passes" if passes else "",
    )
    return "  ".join(words).rstrip() + wrong


def worst(cells: Iterable[Cell], count: int = 40) -> str:
    """Tabulate the cells furthest from the fastest other contender, and from a read pass."""
    timed = [cell for cell in cells if cell.seconds]
    lines = ["minloc's time over that of the fastest other contender:"]
    rivals = [(cell, rival) for cell in timed if (rival := best_other(cell))]
    for cell, rival in sorted(rivals, key=lambda pair: pair[1].times)[:count]:
        lines.append(f"{digits(1 / rival.times):>5} {rival.name:<11} {row(cell)}")
    lines.append("\nminloc's time over that of a read pass, arrays of 1 MB and more:")
    passes = [(cell, p) for cell in timed if (p := read_passes(cell)) is not None]
    for cell, p in sorted(passes, key=lambda pair: -pair[1])[:count]:
        lines.append(f"{digits(p):>5} {cell.case.nbytes / 1e6:>6.0f} MB   {row(cell)}")
    return "\n".join(lines)
