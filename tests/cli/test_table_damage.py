"""Tables of Arrow's formats that are damaged or change: an error, and no answer of what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.parquet as pa_parquet
import pytest

from support.command import Run

TABLE = pa.table({"x": np.arange(1000, 51_000), "y": np.arange(50_000) % 7})


def test_check_sums_of_parquet_pages_are_compared(run: Run) -> None:
    """A byte that is wrong in a page is an error where the writer left a check sum."""
    pa_parquet.write_table(
        TABLE, "t.parquet", compression="none", use_dictionary=False, column_encoding="PLAIN",
        write_page_checksum=True,
    )  # fmt: skip
    assert run("t.parquet", "-c", "x", "--json").answers[0]["value"] == 1000
    data = bytearray(Path("t.parquet").read_bytes())
    at = data.index(np.arange(2000, 2010).tobytes())
    data[at : at + 8] = np.int64(-1).tobytes()
    Path("t.parquet").write_bytes(data)
    ran = run("t.parquet", "-c", "x")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("minloc: t.parquet: is damaged")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("form", ["parquet", "arrow", "arrows"])
def test_a_file_that_is_written_to_while_it_is_read_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Also where all that was read could be read."""
    from minloc._cli import of_tables

    name = f"t.{form}"
    if form == "parquet":
        pa_parquet.write_table(TABLE, name)
    elif form == "arrow":
        pa_feather.write_feather(TABLE, name)
    else:
        with pa.ipc.new_stream(name, TABLE.schema) as writer:
            writer.write_table(TABLE)
    real = of_tables._elements

    def elements(*arguments: Any) -> Any:
        with open(name, "ab") as file:
            file.write(b"\0" * 16)
        return real(*arguments)

    assert run(name, "-c", "x", "--json").answers[0]["value"] == 1000
    monkeypatch.setattr(of_tables, "_elements", elements)
    ran = run(name, "-c", "x")
    assert (ran.status, ran.out) == (2, "")
    assert f"{name}: changed while it was read" in ran.err


def test_text_of_parquet_says_that_it_is_text(run: Run) -> None:
    """So that numbers in texts are noticed; in CSV output, on standard error."""
    pa_parquet.write_table(pa.table({"x": ["10", "9"]}), "t.parquet")
    assert run("t.parquet", "-c", "x").out.startswith("minimum of x (as text): 10 in row 0")
    assert run("t.parquet", "-c", "x", "--json").answers[0]["as_text"] is True
    ran = run("t.parquet", "-c", "x", "--csv")
    assert ran.out == "extreme,rank,file,row,column,value,x\nmin,0,t.parquet,0,x,10,10\n"
    assert ran.err == "minloc: t.parquet: column 'x' was compared as text\n"


def test_integers_of_two_types_are_compared_exactly(run: Run) -> None:
    """Above 2**53, where float64 would make them equal."""
    pa_parquet.write_table(pa.table({"x": pa.array([2**62 + 1, -3], pa.int64())}), "a.parquet")
    pa_parquet.write_table(pa.table({"x": pa.array([2**62 + 2], pa.uint64())}), "b.parquet")
    for files in ("a.parquet", "b.parquet"), ("b.parquet", "a.parquet"):
        [low, high] = run(*files, "-c", "x", "--both", "--json").answers
        assert (low["value"], high["value"], high["file"]) == (-3, 2**62 + 2, "b.parquet")
        tops = run(*files, "-c", "x", "--top", 3, "--json").answers
        assert [top["value"] for top in tops] == [-3, 2**62 + 1, 2**62 + 2]
