"""Numbers and cases in words, the same on the terminal, in README.md and on the page."""

from benchmarks.cases import Case
from benchmarks.fills import DTYPES

LAYOUT_WORDS = {
    "C": "",
    "F": "Fortran order",
    "transposed": "axes 0 and 1 swapped",
    "second-column": "every second column",
    "reversed": "reversed",
    "broadcast": "broadcast along axis 0",
    "unaligned": "unaligned",
}
FILL_WORDS = {"random": "", "1%nan": "1 % NaN"}


def duration(seconds: float) -> str:
    """Return the time in three digits, with the unit that suits it."""
    for unit, scale in ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6):
        if seconds >= scale:
            return f"{digits(seconds / scale)} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def digits(number: float | None) -> str:
    """Return the number in about three digits, or a dash where there is none."""
    if number is None:
        return "–"
    for decimals, limit in (0, 99.95), (1, 9.995):
        if number >= limit:
            return f"{number:.{decimals}f}"
    return f"{number:.2f}"


def size(nbytes: float) -> str:
    """Return a number of bytes with its unit."""
    for unit, scale in ("GB", 1e9), ("MB", 1e6), ("kB", 1e3):
        if nbytes >= scale:
            return f"{digits(nbytes / scale)} {unit}"
    return f"{nbytes:.0f} bytes"


def sentence(case: Case) -> str:
    """Describe a case to a reader, who knows argmin and the names of NumPy's dtypes."""
    dtype = "datetime64" if case.dtype == "datetime64" else DTYPES[case.dtype].name
    shape = str(case.shape) if len(case.shape) > 1 else f"{case.shape[0]:,}".replace(",", " ")
    parts = [
        f"{shape} {dtype}",
        "" if len(case.shape) == 1 else "whole" if case.axis is None else f"axis {case.axis}",
        LAYOUT_WORDS[case.layout],
        FILL_WORDS.get(case.fill, case.fill),
        "" if case.function == "argmin" else f"`{case.function}`",
    ]
    return ", ".join(part for part in parts if part)
