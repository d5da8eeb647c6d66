"""The coldest and the warmest month: of each year, over the years, and of all.

Sixty-one years of monthly sea surface temperature off Peru and Ecuador, one row a year and one
column a month, asked along each axis in turn. A strong El Niño shows in both tables: 1982 was
warmest in December, 1997 was coldest in January, and 1983, 1997 and 1998 hold the warm records.

Run it from anywhere: ``python examples/coldest_month.py``. The data are described in
``examples/README.md``.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from minloc import argmax, argmin

DATA = Path(__file__).parent / "elnino.csv"
YEARS_ABREAST = 3


class Series(NamedTuple):
    """Sea surface temperature in °C, shape (years, months), and what its rows and columns are."""

    years: NDArray[np.int64]
    months: list[str]
    sst: NDArray[np.float64]


def read(path: Path) -> Series:
    """Read the file: a header of names, then a row a year, the year first."""
    header = path.read_text(encoding="utf-8").splitlines()[0]
    months = [name.strip('"').title() for name in header.split(",")[1:]]
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    return Series(table[:, 0].astype(np.int64), months, table[:, 1:])


def extreme_months(series: Series) -> list[str]:
    """Tabulate the coldest and the warmest month of every year, down and then across."""
    years, months, sst = series
    coldest = argmin(sst, axis=1)
    warmest = argmax(sst, axis=1)
    cells = [
        f"{year}  {months[low]} {row[low]:.2f}  {months[high]} {row[high]:.2f}"
        for year, row, low, high in zip(years, sst, coldest, warmest, strict=True)
    ]
    depth = -(-len(cells) // YEARS_ABREAST)
    columns = ["year  coldest    warmest  "] * YEARS_ABREAST
    return ["   ".join(columns).rstrip()] + ["   ".join(cells[n::depth]) for n in range(depth)]


def extreme_years(series: Series) -> list[str]:
    """Tabulate the coldest and the warmest year of every calendar month."""
    years, months, sst = series
    lines = [" " * 7 + "".join(f"{month:>6}" for month in months)]
    for name, rows in (("coldest", argmin(sst, axis=0)), ("warmest", argmax(sst, axis=0))):
        values = sst[rows, np.arange(len(months))]
        lines.append(name + "".join(f"{year:6}" for year in years[rows]))
        lines.append(" " * 7 + "".join(f"{value:6.2f}" for value in values))
    return lines


def extremes(series: Series) -> list[str]:
    """Name the coldest and the warmest month of the whole series."""
    years, months, sst = series
    lines = []
    for name, index in (("coldest", argmin(sst)), ("warmest", argmax(sst))):
        row, column = np.unravel_index(index, sst.shape)
        lines.append(f"{name}  {months[column]} {years[row]}  {sst[row, column]:.2f}")
    return lines


def main() -> None:
    """Print the three tables."""
    series = read(DATA)
    first, last = series.years[0], series.years[-1]
    print(f"Sea surface temperature in the Niño 1+2 region, {first} to {last}, in °C")
    print("\nEach year's months: argmin(sst, axis=1), argmax(sst, axis=1)\n")
    print(*extreme_months(series), sep="\n")
    print("\nEach month's years: argmin(sst, axis=0), argmax(sst, axis=0)\n")
    print(*extreme_years(series), sep="\n")
    print("\nThe whole series: argmin(sst), argmax(sst)\n")
    print(*extremes(series), sep="\n")


if __name__ == "__main__":
    main()
