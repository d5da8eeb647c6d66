"""Arrow files that other libraries write, and Parquet's row groups."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from minloc._cli.formats.parquet import Parquet
from minloc._cli.formats.table import Spelling
from minloc._cli.sources import source_of
from support.command import Run

#: Polars writes texts as views, alone, in lists and as categories.
FRAME = pl.DataFrame({
    "s": ["b", "é", None, "a" * 40, "zz"],
    "x": [3, 1, 2, 5, 4],
    "c": pl.Series(["u", "v", "u", None, "v"], dtype=pl.Categorical),
    "l": [["a"], ["b", "c"], [], None, ["d"]],
    "b": [b"1", b"2", None, b"4", b"5"],
})  # fmt: skip


@pytest.mark.parametrize("name", ["a.arrow", "a.arrows", "a.feather"])
@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["-c", "s", "--both"], [3, 1]),
        (["-c", "s", "--top", "3"], [3, 0, 4]),
        (["-c", "x", "--top", "2", "-w", "s > 'b'"], [1, 4]),
        (["-c", "c", "--max", "--ties", "last"], [4]),
        (["-c", "x", "-w", "c == 'u'"], [2]),
    ],
)
def test_views_of_texts(run: Run, name: str, words: list[str], rows: list[int]) -> None:
    """They are texts like others, in whole rows and in conditions."""
    if name == "a.arrows":
        FRAME.write_ipc_stream(name)
    else:
        FRAME.write_ipc(name, compression="zstd" if name == "a.feather" else "uncompressed")
    answers = run(name, *words, "--json").answers
    assert [one["row"] for one in answers] == rows
    for one in answers:
        expected = FRAME.row(one["row"], named=True)
        expected["b"] = expected["b"] and expected["b"].decode()
        assert one["fields"] == expected


def test_columns_with_one_name(run: Run) -> None:
    """None of them can be searched; in a row, each has its number."""
    table = pa.Table.from_arrays([pa.array([i, 1]) for i in (4, 3, 2)], names=["x", "y", "x"])
    pa_parquet.write_table(table, "a.parquet")
    with pa.ipc.new_file("a.arrow", table.schema) as file:
        file.write_table(table)
    for name in "a.parquet", "a.arrow":
        for column in "x", "0", "2":
            assert run(name, "-c", column).err == f"minloc: {name}: has 2 columns named 'x'\n"
    [found] = run("a.arrow", "-c", "y", "--max", "--json").answers
    assert found["fields"] == {"x#0": 4, "y": 3, "x#2": 2}


def test_rows_do_not_keep_their_batches(run: Run) -> None:
    """What is found has no more memory than it needs, even if every batch has a row of it."""
    columns = {f"c{i}": np.arange(200_000) for i in range(10)}
    pa_parquet.write_table(pa.table(columns), "a.parquet", row_group_size=20_000)
    table = Parquet(source_of("a.parquet"), 1 << 29, Spelling())
    before = pa.total_allocated_bytes()
    found: dict[str, Any] = table.rows(range(5_000, 200_000, 20_000), None)
    assert found["c3"].to_pylist() == list(range(5_000, 200_000, 20_000))
    assert pa.total_allocated_bytes() - before < 100_000
    table.close()


def test_one_row_needs_little_of_pyarrow(run: Run) -> None:
    """Neither its compute functions, which take long to import, nor the modules for arrays."""
    x = np.arange(300_000.0)
    x[-1] = -1
    pa_parquet.write_table(pa.table({"x": x}), "a.parquet")
    program = (
        "import sys; from minloc._cli.main import main; main(['a.parquet', '-c', 'x']);"
        "print(sorted({'pyarrow.compute', 'minloc._cli.of_arrays', 'minloc._cli.plot'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
