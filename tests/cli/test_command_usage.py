"""Usage: what is wrong with the arguments is said in one line; help; the progress bar."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.command import Run


def test_the_bar_is_for_terminals_only(
    run: Run, prices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its total is the file's size, in bytes."""
    from minloc._cli.progress import bar

    assert bar(10) is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = bar(10)
    assert (shown.total, shown.unit) == (10, "B")
    shown.close()
    assert run(prices, "-c", "price").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a.npy", "--nan", "maybe"), "invalid choice: 'maybe'"),
        (("a.npy", "--memory", "lots"), "'lots' is not a size, such as 512MB or 2GiB"),
        (("a.npy", "--top", "0"), "'0' is not a count"),
        (("a.npy", "--max", "--both"), "not allowed with"),
        (("a.npy", "--both", "--top", "2"), "--top lists one end"),
        (("a.npy", "--top", "2", "--ties", "last"), "--ties last cannot be used with it"),
        (("a.npy", "--axis", "height"), "has no axis 'height'; there are: 0 (axis0), 1 (axis1)"),
        (("a.npy", "--axis", "0,-2"), "names an axis twice"),
        (("a.npy", "--axis", "2"), "has no axis '2'"),
        (("a.npy", "--var", "b"), "there is no variable 'b'; there are: value"),
        (("a.npy", "--column", "b"), "--column is for tables"),
        (("prices.csv", "--axis", "0"), "--axis is for arrays"),
        (("prices.csv", "-c", "prize"), "there is no column 'prize'; there are: id, date, region"),
        (("prices.csv", "-c", "price", "-w", "prize > 3"), "there is no column 'prize'"),
        (("prices.csv", "a.npy"), "a.npy is an array and prices.csv a table"),
        (("prices.csv", "-c", "price", "--nan", "raise"), "has a NaN in row 4"),
        (("a.npy", "b.npy"), "b.npy: has an array of shape (3,), which cannot follow one"),
        (("-", "-"), "standard input can be read only once"),
        ((), "the following arguments are required: FILE"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, prices: Path, words: tuple[str, ...], said: str) -> None:
    """Exit status 2, and what would work."""
    np.save("a.npy", np.zeros((2, 2)))
    np.save("b.npy", np.zeros(3))
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("minloc: ")
    assert said in ran.err
    assert ran.err.count("\n") == (3 if "-w" in words else 1)


def test_help_and_version(run: Run) -> None:
    """The help ends with examples, exit statuses, and what is never the answer."""
    ran = run("--help")
    assert ran.status == 0
    for words in "examples:", "exit status:", "--memory SIZE", "missing values:":
        assert words in ran.out
    assert run("--version").out.startswith("minloc ")


@pytest.mark.usefixtures("same_minloc")
def test_nothing_large_is_imported_for_help() -> None:
    """The help comes at once."""
    program = (
        "import sys; from minloc._cli.arguments import parser; parser();"
        "print(*{'pyarrow', 'zarr', 'h5py', 'matplotlib', 'tqdm'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "\n"
