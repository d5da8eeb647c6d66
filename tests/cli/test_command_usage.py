"""Usage: what is wrong with the arguments is said in one line; help; the progress bar."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

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
    """The help begins with examples, and ends with what is never the answer and statuses."""
    ran = run("--help")
    assert ran.status == 0
    assert ran.out.startswith("usage: minloc FILE... [options]\n\nWhere is the minimum in these")
    parts = ["\nexamples:\n", "\nwhere to search:\n", "\noutput:\n", "\nexit status:\n"]
    assert parts == sorted(parts, key=ran.out.index)
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


@pytest.mark.usefixtures("same_minloc")
@pytest.mark.parametrize(
    ("setting", "styled"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_is_for_terminals_that_want_it(
    tmp_path: Path, setting: dict[str, str], styled: bool
) -> None:
    """Bold letters and a red `minloc:` on a terminal, unless NO_COLOR is set; never in a pipe."""
    pty = pytest.importorskip("pty")
    np.save(tmp_path / "a.npy", np.arange(3))
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"}
    for name, text in ("a.npy", "\x1b[1m0\x1b[0m"), ("b.npy", "\x1b[1;31mminloc:\x1b[0m b.npy"):
        ours, theirs = pty.openpty()
        words = [sys.executable, "-m", "minloc", name]
        environment = environment | setting
        subprocess.run(words, stdout=theirs, stderr=theirs, cwd=tmp_path, env=environment)
        os.close(theirs)
        shown = os.read(ours, 10_000).decode()
        os.close(ours)
        assert (text in shown) == styled, shown
        assert ("\x1b" in shown) == styled, shown
    piped = subprocess.run(words, capture_output=True, cwd=tmp_path, env=environment)
    assert b"\x1b" not in piped.stderr


def test_wide_characters_are_aligned(run: Run) -> None:
    """A column is as wide as a terminal shows it, whatever its characters are."""
    Path("t.csv").write_text("x,place,z\n1,東京,a\n2,e\u0301,b\n3,north,c\n", encoding="utf-8")
    lines = run("t.csv", "-c", "x", "--top", "3").out.splitlines()[2:]
    assert lines == [
        "row  x  place  z",
        "  0  1  東京   a",
        "  1  2  e\u0301      b",
        "  2  3  north  c",
    ]


def test_threads_are_limited(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the search of both kinds of files, and not for what comes after it."""
    import pyarrow

    from minloc import get_num_threads
    from minloc._cli import of_arrays, of_tables

    before = get_num_threads(), pyarrow.cpu_count()
    seen = []
    for module in of_arrays, of_tables:
        search = module.search

        def searched(*arguments: Any, search: Any = search) -> Any:
            seen.append((get_num_threads(), pyarrow.cpu_count()))
            return search(*arguments)

        monkeypatch.setattr(module, "search", searched)
    np.save("a.npy", np.zeros(3))
    Path("t.csv").write_text("x\n1\n")
    assert run("a.npy", "--threads", "3").status == run("t.csv", "--threads", "5").status == 0
    assert seen == [(3, before[1]), (5, 5)]
    assert (get_num_threads(), pyarrow.cpu_count()) == before
    assert "at most 4096" in run("a.npy", "--threads", "5000").err


@pytest.mark.usefixtures("same_minloc")
def test_the_bar_counts_the_bytes_of_standard_input(tmp_path: Path) -> None:
    """Of a pipe, how many have come; of a file, how many there are, too."""
    program = (
        "import sys; from minloc._cli import of_tables, main\n"
        "class Bar:\n"
        "    n = 0\n"
        "    def __init__(self, total): self.total = total or None\n"
        "    def update(self, size): self.n += size\n"
        "    def close(self): print(self.n, self.total, file=sys.stderr)\n"
        "of_tables.bar = Bar\n"
        "main.main(['-', '--json'])"
    )
    text = "x\n" + "12345\n" * 100_000
    (tmp_path / "t.csv").write_text(text)
    for command, total in ("cat t.csv |", None), ("< t.csv", len(text)):
        left, right = (command, "") if total is None else ("", command)
        done = subprocess.run(
            ["bash", "-c", f'{left} {sys.executable} -c "$0" {right}', program],
            capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        assert done.stderr == f"{len(text)} {total}\n"


def test_a_shell_can_complete_options(run: Run) -> None:
    """The script knows the options and their choices, and names of files."""
    pytest.importorskip("shtab")
    script = run("--completion", "bash").out
    for words in "--where", "--threads", "propagate", "_shtab_compgen_files":
        assert words in script
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_completion_without_its_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is said."""
    monkeypatch.setitem(sys.modules, "shtab", None)
    ran = run("--completion", "bash")
    assert ran.status == 2
    assert ran.err == "minloc: shtab is needed for --completion: pip install 'minloc[cli]'\n"
