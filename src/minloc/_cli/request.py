"""What the user asks for, checked as far as it can be before any file is opened."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from decimal import Decimal

from minloc._cli.errors import RefusalError
from minloc._cli.expression import Expression
from minloc._cli.extremes import Extremes
from minloc._cli.formats.table import Spelling
from minloc._cli.nearness import Near

#: The most threads that `minloc.set_num_threads` takes.
MOST_THREADS = 4096


@dataclass(frozen=True)
class Request:
    """The arguments of the command.

    Attributes
    ----------
    files : tuple of str
        The files, as the user named them.
    column, var, axis : str or None
        The column of a table; the variable of an array file, and axes of it, separated by commas.
    by : str or None
        The columns of a table that make groups, separated by commas.
    condition : Expression or None
        Elements for which it does not hold are not candidates.
    extremes : Extremes
        Which elements are asked for.
    form : {"table", "json", "csv"}
        How the answers are printed.
    plot : str or None
        The picture to draw.
    output : str or None
        The file to write the answers to, instead of printing them.
    overwrite : bool
        Whether that file may exist.
    memory : int
        About how many bytes may be held at once.
    scheduler : str or None
        The address of the Dask scheduler that searches arrays.
    threads : int or None
        How many threads may be used; None for the default.
    spelling : Spelling
        How CSV files are written.
    """

    files: tuple[str, ...]
    column: str | None
    var: str | None
    axis: str | None
    by: str | None
    condition: Expression | None
    extremes: Extremes
    form: str
    plot: str | None
    output: str | None
    overwrite: bool
    memory: int
    scheduler: str | None
    threads: int | None
    spelling: Spelling
    #: The rows, or elements along the one axis, of the windows that are answered; None for none.
    window: int | None = None
    #: Whether windows stand at their middle and not at their end.
    center: bool = False
    #: Every how many windows one is answered, and the candidates that it needs.
    step: int = 1
    min_count: int = 1
    #: Whether to print what is in the files instead.
    listing: bool = False

    @property
    def in_steps(self) -> str:
        """How a title goes on about windows, if not all of them are answered."""
        return "" if self.step == 1 else f", in steps of {self.step}"

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Request:
        """Return what these arguments ask for.

        Raises
        ------
        RefusalError
            If they contradict each other, or the condition is not an expression.
        """
        given = arguments
        if given.top is not None and given.both:
            raise RefusalError("--top lists one end: --both cannot be used with it")
        if given.top is not None and given.ties == "last":
            raise RefusalError(
                "--top lists the first of equal values first: --ties last cannot be used with it"
            )
        which = ("min", "max") if given.both else ("max",) if given.max else ("min",)
        if given.near is not None and given.abs:
            raise RefusalError("--abs is --near 0: one of them is enough")
        near = Near("0", Decimal(0), True) if given.abs else None
        near = near if given.near is None else Near.of(given.near)
        condition = None if given.where is None else Expression.parse(given.where)
        if given.threads is not None and given.threads > MOST_THREADS:
            raise RefusalError(f"--threads: at most {MOST_THREADS}")
        if given.by is not None and given.plot is not None:
            raise RefusalError("--plot draws no groups: --by cannot be used with it")
        _check_window(given)
        if given.list and given.output is not None:
            raise RefusalError("--list searches nothing: --output cannot be used with it")
        if given.overwrite and given.output is None:
            raise RefusalError("--overwrite is for --output")
        if given.files.count("-") > 1:
            raise RefusalError("-: standard input can be read only once")
        return cls(
            files=tuple(given.files),
            column=given.column,
            var=given.var,
            axis=given.axis,
            by=given.by,
            condition=condition,
            extremes=Extremes(which, given.top, given.ties, given.nan, near),
            form="json" if given.json else "csv" if given.csv else "table",
            plot=given.plot,
            output=given.output,
            overwrite=given.overwrite,
            memory=given.memory,
            scheduler=given.scheduler,
            threads=given.threads,
            spelling=Spelling(
                "\t" if given.delimiter in (r"\t", "tab") else given.delimiter,
                tuple(given.null),
                given.text,
                given.decimal,
                given.date_order,
                given.encoding,
                given.skip_lines,
                given.comment,
                not given.no_header,
                given.quote != "none",
                given.ragged,
            ),
            window=given.window,
            center=given.center,
            step=given.step or 1,
            min_count=given.min_count or 1,
            listing=given.list,
        )


def _check_window(given: argparse.Namespace) -> None:
    """Raise RefusalError if what windows are asked for is nothing that they answer."""
    own = {
        "--center": given.center, "--step": given.step is not None,
        "--min-count": given.min_count is not None,
    }  # fmt: skip
    if given.window is None:
        for option, is_given in own.items():
            if is_given:
                raise RefusalError(f"{option} is for --window")
        return
    if (given.min_count or 1) > given.window:
        raise RefusalError(
            f"--min-count {given.min_count}: a window has --window {given.window} rows or elements"
        )
    others = {
        "--both": given.both, "--top": given.top is not None, "--near": given.near is not None,
        "--abs": given.abs, "--by": given.by is not None, "--plot": given.plot is not None,
        "--scheduler": given.scheduler is not None, "--list": given.list,
    }  # fmt: skip
    for option, is_given in others.items():
        if is_given:
            raise RefusalError(
                f"--window gives the minimum or the maximum of each window: {option} cannot be "
                "used with it"
            )
