"""The arguments of the command, and the help that explains them."""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from minloc._cli.errors import RefusalError, library
from minloc._cli.formats import COMPRESSED, KNOWN

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

EXAMPLES = """\
examples:
  minloc prices.csv --column price          the cheapest, and its whole row
  minloc prices.csv --column price --top 5  the five cheapest
  minloc prices.csv --column price --by region        the cheapest of each region
  minloc prices.csv --column price --near 9.99        the price nearest to this
  minloc prices.csv --column price --window 30        the cheapest of every 30 rows
  minloc prices.csv --column price --max --where "region == 'north' and sold > 0"
  zcat log.csv.gz | minloc - --column ms --json
  minloc era5.zarr --var t2m                the coldest hour and place, by their labels
  minloc era5.zarr --var t2m --axis time    when it was coldest, for each place
  minloc era5.zarr --var t2m --by time.month          the coldest hour and place of each month
  minloc 2023.nc 2024.nc --var sst --both   two files as one, both ends
  minloc sales/ --column price --where "year >= 2023"  all files below, in year=2023/ and so on
  minloc era5.zarr --var t2m --axis time --output coldest.nc
  minloc big.npy --plot where.png
  minloc era5.zarr --list                   its variables, axes and units
"""

NOTES = """\
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
        raise RefusalError(f"{message} (minloc --help says more)")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Print help or version; errors of writing are not ignored, as they are by the class."""
        if message:
            print(message, end="", file=file or sys.stdout)


#: What completes names of files, by shell, in the words of shtab.
FILES = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}


class _Completion(argparse.Action):
    """Print a script for a shell, and exit."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        shtab = library("shtab", "cli", "for --completion")
        print(shtab.complete(parser, shell=values))
        parser.exit()


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    made = _Parser(
        prog="minloc",
        usage="%(prog)s FILE... [options]",
        description="Where is the minimum in these files? Several files are taken as one array,\n"
        f"joined along the first axis, or as one table.\n\n{EXAMPLES}",
        epilog=NOTES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    files = add("files", nargs="+", metavar="FILE", help=f"{KNOWN}; also "
        f"compressed ({', '.join(COMPRESSED)}), a.zip::member, a folder or 'pattern*' of files, an "
        "address such as https:// or s3://; - for CSV on standard input")  # fmt: skip
    files.complete = FILES  # type: ignore[attr-defined]
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
    add("-b", "--by", metavar="NAMES", help="one answer for each group: of rows that are equal "
        "in these columns of a table; of elements of an array that are equal in these variables, "
        "parts of dates such as time.month, or .npy files; separated by commas")  # fmt: skip
    add("--window", metavar="N", type=_count, help="one answer for every N rows of a table that "
        "follow each other, or every N elements along the axis that --axis names")  # fmt: skip
    add("--center", action="store_true", help="an answer of --window stands at the middle of its "
        "window (default: at its last row or element)")  # fmt: skip
    add("--step", metavar="N", type=_count, help="answer every Nth window of --window only")
    add("--min-count", metavar="N", type=_count, help="a window of --window has an answer only if "
        "N of its rows or elements can be one: not missing, and as --where says")  # fmt: skip
    asked = made.add_argument_group("what to search for")
    which = asked.add_mutually_exclusive_group()
    which.add_argument("--min", action="store_true", help="the minimum (default)")
    which.add_argument("--max", action="store_true", help="the maximum")
    which.add_argument("--both", action="store_true", help="the minimum and the maximum")
    add = asked.add_argument
    add("--near", metavar="VALUE", help="the element nearest to this number or date, with --max "
        "the farthest")  # fmt: skip
    add("--abs", action="store_true", help="compare absolute values")
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
    form.add_argument("-o", "--output", metavar="FILE", help="write the answers to this file "
        "instead: .csv, .json, .jsonl, .parquet; with --axis or --by .nc, .zarr, .npy")  # fmt: skip
    shown.add_argument("--overwrite", action="store_true", help="let --output replace a file")
    shown.add_argument(
        "--plot", metavar="PICTURE", help="draw what was searched and mark the answer"
    )
    read = made.add_argument_group("reading files")
    add = read.add_argument
    add("--memory", metavar="SIZE", type=size, default=512_000_000,
        help="about how much data to hold in memory (default: 512MB)")  # fmt: skip
    add("--threads", metavar="N", type=_count, help="use at most N threads (default: as many as "
        "the process has processors)")  # fmt: skip
    add("--scheduler", metavar="ADDRESS", help="search arrays on this Dask cluster")
    add("--completion", choices=("bash", "zsh", "tcsh"), action=_Completion,
        help="print a script that lets this shell complete options and file names")  # fmt: skip
    _add_csv(made)
    made.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    return made


def _add_csv(made: argparse.ArgumentParser) -> None:
    """Add the options that say how a CSV file is written."""
    add = made.add_argument_group("reading CSV").add_argument
    add("--delimiter", metavar="CHAR", help="the delimiter (default: detected)")
    add("--null", metavar="TEXT", action="append", default=[], help="this text, "
        "too, means a missing value")  # fmt: skip
    add("--text", action="store_true", help="compare all columns as text, even numbers")
    add("--decimal", choices=(".", ","), help="the decimal mark of numbers; the other may group "
        "digits (default: a point)")  # fmt: skip
    add("--date-order", choices=("mdy", "dmy", "ymd"), help="the order of day, month and year in "
        "dates such as 1/2/2024 (default: what all dates of the column show)")  # fmt: skip
    add("--skip-lines", metavar="N", type=_lines, default=0, help="lines before the header")
    add("--comment", metavar="CHAR", help="leave out lines that start with this")
    add("--no-header", action="store_true", help="the first line is a row; columns are called by "
        "their numbers from 0")  # fmt: skip
    add("--quote", choices=("double", "none"), default="double", help="which quotes fields may "
        "have (default: double)")  # fmt: skip
    add("--ragged", choices=("error", "skip"), default="error", help="what to do with lines of too "
        "few or too many fields (default: error)")  # fmt: skip
    add("--encoding", metavar="NAME", help="the encoding, such as latin-1 or utf-16 (default: "
        "by its mark, or UTF-8)")  # fmt: skip


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


def _lines(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of lines: 0, 1, 2, …")
    return int(text)


def _version() -> str:
    from minloc import _core

    return _core.build_info()["version"]
