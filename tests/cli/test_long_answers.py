"""Answers for each place: they are written as they come, and read well."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from minloc._cli import labels, locate, ranked
from minloc._cli.answers import Answers
from minloc._cli.arguments import parser
from minloc._cli.request import Request
from minloc._cli.run import run as run_request
from support.command import Run


def test_a_long_table_is_written_in_blocks(run: Run) -> None:
    """Each line has all of its cells, and they are aligned as far as they are known."""
    a = np.random.default_rng(0).normal(size=(1500, 3)) * 10.0 ** (np.arange(1500) % 30)[:, None]
    np.save("a.npy", a.astype(np.float32))
    lines = run("a.npy", "--axis", "1").out.splitlines()
    assert lines[0] == "minimum of value along axis1 in a.npy"
    assert lines[1] == ""
    assert lines[2].split() == ["value", "axis0", "axis1"]
    assert len(lines) == 1503
    rows = [line.split() for line in lines[3:]]
    assert [int(row[1]) for row in rows] == list(range(1500))
    assert len({len(line) for line in lines[3:1003]}) == 1


def test_files_with_other_labels_have_names_of_their_own(run: Run) -> None:
    """The labels of the second file are not lost."""
    with h5py.File("a.h5", "w") as file:
        file["v"] = np.zeros((1200, 2))
    with h5py.File("b.nc", "w") as file:
        file["v"] = np.zeros((1200, 2))
        file["v"].dims[0].label = "axis0"
        file["axis0"] = np.arange(1200) + 0.25
    lines = run("a.h5", "b.nc", "-v", "v", "--axis", "1").out.splitlines()
    heads = [line.split() for line in lines if line.startswith("file")]
    assert heads[-1] == ["file", "value", "axis0", "axis0", "label", "axis1"]
    assert lines[-1].split() == ["b.nc", "0.0", "1199", "1199.25", "0"]


class Head(io.StringIO):
    """A reader that goes away after ten lines."""

    lines = 0

    def write(self, text: str) -> int:
        """Count lines."""
        self.lines += text.count("\n")
        if self.lines > 10:
            raise BrokenPipeError
        return len(text)


def report_of(*argv: str) -> None:
    """Run the command without what `main` does about errors."""
    assert run_request(Request.of(parser().parse_args(argv)))


@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)])
def test_what_head_does_not_read_is_not_made(run: Run, form: tuple[str, ...]) -> None:
    """The reader sees the first lines before the last are known."""
    np.save("a.npy", np.zeros((300_000, 2)))
    made = []

    def counted(at: Any, *args: Any, **keywords: Any) -> Any:
        made.append(len(at))
        return Answers(at, *args, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(locate, "Answers", counted)
        patch.setattr(sys, "stdout", Head())
        with pytest.raises(BrokenPipeError):
            report_of("a.npy", "--axis", "1", *form)
    assert sum(made) <= 2 * ranked.BLOCK


def test_many_answers_are_written_quickly(run: Run) -> None:
    """A line with labels takes some microseconds: dates are not computed for each of them."""
    with h5py.File("a.nc", "w") as file:
        data = file.create_dataset("v", data=np.random.default_rng(1).normal(size=(2, 100, 200)))
        for i, (dim, length) in enumerate([("time", 2), ("lat", 100), ("lon", 200)]):
            scale = file.create_dataset(dim, data=np.arange(length) / 2)
            scale.make_scale(dim)
            scale.attrs["units"] = "days since 2000-01-01" if dim == "time" else "degrees"
            data.dims[i].attach_scale(scale)
    decoded = []
    real = labels.each_unpacked  # type: ignore[attr-defined]

    def counted(values: Any, attributes: Any) -> Any:
        decoded.append(values.size)
        return real(values, attributes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(labels, "each_unpacked", counted)
        answers = run("a.nc", "-v", "v", "-a", "time", "--json").answers
    assert len(answers) == 20_000
    assert answers[-1]["labels"]["lon"] == 99.5
    assert sum(decoded) <= (2 + 100 + 200) * -(-20_000 // ranked.BLOCK)


def test_the_title_keeps_to_its_line(run: Run) -> None:
    """A line break in the name of a file is escaped above any number of lines."""
    for length in 5, 2000:
        np.save("a\nb.npy", np.zeros((3, length)))
        ran = run("a\nb.npy", "--axis", "0")
        assert ran.out.splitlines()[0] == r"minimum of value along axis0 in a\nb.npy"


def test_axes_named_like_columns_of_the_table(run: Run) -> None:
    """The table shows the value beside the index along an axis that is called ``value``."""
    with h5py.File("a.nc", "w") as file:
        file["v"] = np.array([[3.5, 2.5], [1.5, 7.5]])
        for axis, name in enumerate(["value", "file"]):
            file[name] = np.array([10, 20])
            file[name].make_scale(name)
            file["v"].dims[axis].attach_scale(file[name])
    lines = run("a.nc", "-v", "v", "--axis", "value").out.splitlines()[2:]
    assert [line.split() for line in lines] == [
        ["value", "value", "index", "value", "label", "file", "file", "label"],
        ["1.5", "1", "20", "0", "10"],
        ["2.5", "0", "10", "1", "20"],
    ]


def test_wide_characters_and_signs_stay_in_their_columns(run: Run) -> None:
    """Cells are as wide as they look; what could control a terminal is replaced."""
    Path("a.csv").write_text("x,name,%s\n1,東京,5%\n2,e\u0301,\x1b[1m\n3,north,b\n")
    lines = run("a.csv", "-c", "x", "--top", "3").out.splitlines()[2:]
    assert lines == [
        "row  x  name   %s",
        "  0  1  東京   5%",
        "  1  2  e\u0301      ·[1m",
        "  2  3  north  b",
    ]
