"""Standard streams that are closed or full, and other requests that can be refused at once."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import zarr

from support.command import Run

pytestmark = pytest.mark.usefixtures("same_minloc")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ("a.npy > /dev/full", 2, "standard output: No space left on device"),
        ("a.npy --json --axis 0 > /dev/full", 2, "standard output: No space left on device"),
        ("t.csv --csv > /dev/full", 2, "standard output: No space left on device"),
        ("--help > /dev/full", 2, "standard output: No space left on device"),
        ("--version > /dev/full", 2, "standard output: No space left on device"),
        ("a.npy >&-", 2, "standard output: it is closed"),
        ("--help >&-", 2, "standard output: it is closed"),
        ("- <&-", 2, "-: standard input is closed"),
        ("- < /dev/null", 2, "-: is empty: it has no header"),
        ("missing.npy 2>&-", 2, None),
        ("missing.npy 2> /dev/full", 2, None),
        ("--no-such-option 2> /dev/full", 2, None),
        ("text.csv -c x --text --csv > /dev/null 2> /dev/full", 0, None),
        ("a.npy --where 'value > 9' 2>&-", 1, None),
    ],
)
def test_streams_that_do_not_work(tmp_path: Path, words: str, status: int, said: str) -> None:
    """One line, if there is somewhere to print it, and never the status of another outcome."""
    np.save(tmp_path / "a.npy", np.zeros((20, 3000)))
    (tmp_path / "t.csv").write_text("x\n1\n")
    (tmp_path / "text.csv").write_text("x\na\nb\n")
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m minloc {words}"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60, env=buffered,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr == ("" if said is None else f"minloc: {said}\n")


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    """What is printed on a closed standard error does not end up in the picture."""
    np.save(tmp_path / "a.npy", np.zeros((20, 30)))
    program = (
        "import os, sys; from minloc._cli.main import main; main();"
        "print(os.readlink('/proc/self/fd/2'))"
    )
    done = subprocess.run(
        ["bash", "-c", f'{sys.executable} -c "{program}" a.npy 2>&-'],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "/dev/null"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("p.xyz", "p.xyz: the suffix has to be one of"),
        ("p", "p: the suffix has to be one of"),
        ("nowhere/p.png", "nowhere/p.png: nowhere is not a folder"),
        ("folder.png", "folder.png: it is a folder"),
    ],
)
def test_a_picture_is_refused_before_the_search(
    run: Run, monkeypatch: pytest.MonkeyPatch, path: str, said: str
) -> None:
    """A search may take hours."""

    def search(*arguments: object) -> None:
        raise AssertionError("it was searched")

    monkeypatch.setattr("minloc._cli.of_arrays.search", search)
    Path("folder.png").mkdir()
    np.save("a.npy", np.zeros(3))
    ran = run("a.npy", "--plot", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"minloc: --plot: {said}")
    assert ran.err.count("\n") == 1


def test_elements_without_an_order(run: Run) -> None:
    """Their dtype is named."""
    np.save("void.npy", np.zeros(3, "V8"))
    np.save("records.npy", np.zeros(3, [("x", "f8"), ("inner", [("y", "f8")])]))
    for words in ("void.npy",), ("records.npy", "--var", "inner"):
        ran = run(*words)
        assert ran.status == 2
        assert "that have no order: dtype" in ran.err
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "missing port number"),
        ("", "missing port number"),
        ("gopher://localhost:80", "has to begin with one of tcp, tls, ws, wss"),
        ("inproc://1", "has to begin with one of tcp, tls, ws, wss"),
        ("tls://127.0.0.1:1", "no certificates"),
        ("tcp://127.0.0.1:port", "invalid literal"),
        ("tcp://127.0.0.1:99999", "there is no port 99999"),
    ],
)
def test_a_scheduler_that_cannot_be(tmp_path: Path, address: str, said: str) -> None:
    """Neither a traceback nor a wait for it at the end of the process."""
    np.save(tmp_path / "a.npy", np.zeros(3))
    done = subprocess.run(
        [sys.executable, "-m", "minloc", "a.npy", "--scheduler", address],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"minloc: --scheduler: {address}: no Dask scheduler answers: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("version", [2, 3])
def test_the_damaged_chunk_is_named(tmp_path: Path, version: int) -> None:
    """Also in a group; nothing else is printed, however many chunks are read at once."""
    group = zarr.open_group(tmp_path / "g.zarr", mode="w", zarr_format=version)
    made = group.create_array("t", shape=(300, 40), chunks=(50, 20), dtype="f8")
    made[:] = np.random.default_rng(1).random((300, 40))
    name = "t/c/3/1" if version == 3 else "t/3.1"
    for damage in b"not compressed", b"":
        (tmp_path / "g.zarr" / name).write_bytes(damage)
        done = subprocess.run(
            [sys.executable, "-m", "minloc", "g.zarr"],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr.startswith(f"minloc: g.zarr: chunk {name} cannot be read: ")
        assert done.stderr.count("\n") == 1


def test_a_defect_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 1 means that nothing was found, so nothing else may end with it."""

    def search(*arguments: object) -> None:
        raise KeyError("two\nlines")

    monkeypatch.setattr("minloc._cli.of_arrays.search", search)
    np.save("a.npy", np.zeros(3))
    ran = run("a.npy")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("minloc: this is a defect of minloc, please report it: KeyError: ")
    assert ran.err.count("\n") == 1
    assert os.path.basename(__file__) in ran.err


def test_names_cannot_break_lines(run: Run) -> None:
    """Neither in errors nor in answers; programs get names as they are."""
    name = "a\nb\x1b[31m.npy"
    assert run(name).err == "minloc: a\\nb\\x1b[31m.npy: No such file or directory\n"
    np.save(name, np.zeros(3))
    assert run(name).out.splitlines()[0] == r"minimum of value: 0.0 in a\nb\x1b[31m.npy"
    assert run(name, "--json").answers[0]["file"] == name


def test_errors_come_back_from_workers() -> None:
    """The workers of a cluster send them, with their lines as they are."""
    from minloc._cli.errors import RefusalError, UnreadableError
    from minloc._cli.expression import ExpressionError

    for error in UnreadableError("a\nb", "is cut off"), ExpressionError("x > y", 4, "no 'y'"):
        back = pickle.loads(pickle.dumps(error))
        assert isinstance(back, RefusalError)
        assert str(back) == str(error)
