"""The arguments of the command, and the help that explains them."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from minloc._cli.formats import COMPRESSED, KNOWN

#: The exit statuses.
FOUND, NOTHING, WRONG, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141

EXAMPLES = """\
examples:
  minloc prices.csv --column price          the cheapest, and its whole row
  minloc prices.csv --column price --top 5  the five cheapest
  minloc prices.csv --column price --max --where "region == 'north' and sold > 0"
  zcat log.csv.gz | minloc - --column ms --json
  minloc era5.zarr --var t2m                the coldest hour and place, by their labels
  minloc era5.zarr --var t2m --axis time    when it was coldest, for each place
  minloc 2023.nc 2024.nc --var sst --both   two files as one, both ends
  minloc big.npy --plot where.png
  minloc era5.zarr --list                   its variables, axes and units

notes:
  Rows and indices count from 0. With --json, each answer is a JSON object on its own line.

missing values:
  Null, empty fields and the file's fill value are never the answer. Neither is NaN, unless
  --nan propagate makes the first NaN the answer, as in NumPy.

exit status:
  0 found, 1 nothing found, 2 wrong usage or a file that cannot be read, 130 interrupted,
  141 the reader of the output closed the pipe.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors look like all other errors of the command."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message} (minloc --help says more)\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    made = _Parser(
        prog="minloc",
        description="Where is the minimum in these files? Several files are taken as one array, "
        "joined along the first axis, or as one table.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    add("files", nargs="+", metavar="FILE", help=f"{KNOWN}; CSV with {' or '.join(COMPRESSED)} "
        "too; - for CSV on standard input")  # fmt: skip
    what = made.add_argument_group("where to search")
    add = what.add_argument
    add("-l", "--list", action="store_true", help="search nothing, and print what is in the "
        "files: variables with axes and units, or columns")  # fmt: skip
    add("-c", "--column", metavar="NAME", help="the column of a table (default: the only one "
        "with numbers)")  # fmt: skip
    add("-v", "--var", metavar="NAME", help="the variable of an array file (default: the only one)")
    add("-w", "--where", metavar="EXPR", help="search only where this holds: comparisons, in, and, "
        "or, not, arithmetic; of columns, or of variables and the names of axes")  # fmt: skip
    add("-a", "--axis", metavar="AXES", help="reduce these axes of an array, names or numbers "
        "separated by commas: one answer for each index along the other axes")  # fmt: skip
    asked = made.add_argument_group("what to search for")
    which = asked.add_mutually_exclusive_group()
    which.add_argument("--min", action="store_true", help="the minimum (default)")
    which.add_argument("--max", action="store_true", help="the maximum")
    which.add_argument("--both", action="store_true", help="the minimum and the maximum")
    add = asked.add_argument
    add(
        "-k",
        "--top",
        metavar="K",
        type=_count,
        help="the K smallest (with --max the K largest), best first",
    )
    add(
        "--ties",
        choices=("first", "last"),
        default="first",
        help="which of equal values is the answer (default: first)",
    )
    add("--nan", choices=("omit", "propagate", "raise"), default="omit", help="ignore NaN, "
        "make the first NaN the answer, or make any NaN an error (default: omit)")  # fmt: skip
    shown = made.add_argument_group("output")
    form = shown.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON, one object for each answer")
    form.add_argument("--csv", action="store_true", help="CSV, one line for each answer")
    shown.add_argument(
        "--plot", metavar="PICTURE", help="draw what was searched and mark the answer"
    )
    read = made.add_argument_group("reading files")
    add = read.add_argument
    add("--memory", metavar="SIZE", type=size, default=512_000_000,
        help="about how much data to hold in memory (default: 512MB)")  # fmt: skip
    add("--scheduler", metavar="ADDRESS", help="search arrays on this Dask cluster")
    add("--delimiter", metavar="CHAR", help="the delimiter of CSV (default: detected)")
    add("--null", metavar="TEXT", action="append", default=[], help="in CSV, this text, "
        "too, means a missing value")  # fmt: skip
    add("--text", action="store_true", help="in CSV, compare all columns as text, even numbers")
    made.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    return made


def size(text: str) -> int:
    """Return a number of bytes.

    Examples
    --------
    >>> size("512MB"), size("2GiB"), size("1e6")
    (512000000, 2147483648, 1000000)
    """
    match = re.fullmatch(r"([0-9.]+(?:e[0-9]+)?)\s*([kmgt]?)(i?)b?", text.strip().lower())
    try:
        if match is None:
            raise ValueError
        number = float(match[1])
        bytes_ = int(number * (1024 if match[3] else 1000) ** " kmgt".index(match[2] or " "))
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size, such as 512MB or 2GiB") from None
    if bytes_ < 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is too small: at least 1MB is needed")
    return bytes_


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a count: 1, 2, 3, …")
    return int(text)


def _version() -> str:
    from minloc import _core

    return _core.build_info()["version"]
