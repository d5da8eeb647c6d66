"""Tables: which row is the answer, in every format, and how it is printed."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.feather as pa_feather
import pyarrow.parquet as pa_parquet
import pytest

import minloc
from support.command import PRICES, Run


def test_a_person_reads_the_row_in_the_files_own_words(run: Run, prices: Path) -> None:
    """The whole row is printed, its fields as they stand in the file."""
    ran = run(prices, "--column", "price")
    assert ran.status == 0
    assert ran.out == (
        "minimum of price: 1.2 in row 2 of prices.csv\n\n"
        "row  id  date        region     price\n"
        "  2   3  2024-01-07  east, far   1.20\n"
    )
    assert ran.err == ""


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ((), [2]),
        (("--ties", "last"), [3]),
        (("--max",), [5]),
        (("--both",), [2, 5]),
        (("--top", 3), [2, 3, 0]),
        (("--top", 99), [2, 3, 0, 5]),
        (("--top", 2, "--max"), [5, 0]),
        (("--nan", "propagate"), [4]),
        (("--where", "region == 'north'"), [0]),
        (("--where", "region != 'west' and price < 1.3 or id > 5"), [2]),
        (("--where", "isnull(region)"), [5]),
        (("--where", "not id < 6"), [5]),
    ],
)
def test_words_choose_the_row(
    run: Run, prices: Path, words: tuple[Any, ...], rows: list[int]
) -> None:
    """Each word means what it means for the functions; null and NaN are no candidates."""
    ran = run(prices, "-c", "price", "--json", *words)
    assert [answer["row"] for answer in ran.answers] == rows


def test_json_has_these_keys(run: Run, prices: Path) -> None:
    """Programs rely on them."""
    [answer] = run(prices, "-c", "price", "--json").answers
    assert answer == {
        "extreme": "min", "rank": 0, "file": "prices.csv", "row": 2, "column": "price",
        "value": 1.2,
        "fields": {"id": "3", "date": "2024-01-07", "region": "east, far", "price": "1.20"},
    }  # fmt: skip


def test_csv_has_a_header_and_quotes(run: Run, prices: Path) -> None:
    """What comes out can be read as CSV again."""
    ran = run(prices, "-c", "price", "--csv")
    assert ran.out.splitlines() == [
        "extreme,rank,file,row,column,value,id,date,region,price",
        'min,0,prices.csv,2,price,1.2,3,2024-01-07,"east, far",1.20',
    ]


def test_without_a_column_the_only_one_of_numbers_is_taken(run: Run, prices: Path) -> None:
    """If there are more, they are listed."""
    ran = run(prices)
    assert ran.status == 2
    assert ran.err.startswith("minloc: prices.csv: has several columns of numbers")
    assert ran.err.endswith("id, price\n")
    Path("one.csv").write_text("name;weight\nb;2\na;1\n")
    assert run("one.csv", "--json").answers[0]["row"] == 1


def test_text_is_compared_as_text(run: Run, prices: Path) -> None:
    """The first in the order of the alphabet; an empty field is none."""
    [answer] = run(prices, "-c", "region", "--json").answers
    assert (answer["row"], answer["value"]) == (2, "east, far")
    [answer] = run(prices, "-c", "id", "--text", "--max", "--json").answers
    assert answer["value"] == "6"


def test_a_number_that_is_none_is_named(run: Run) -> None:
    """It is neither skipped in silence nor makes texts of all numbers."""
    for number in 3, 70_000:
        Path("odd.csv").write_text("x\n" + "12\n" * number + "1O\n" + "7\n" * 5)
        ran = run("odd.csv", "--memory", "1MB")
        assert ran.status == 2
        ran = run("odd.csv", "-c", "x", "--memory", "1MB")
        assert ran.err.count("\n") == 1
        assert f"column 'x' has '1O' in row {number} among numbers" in ran.err
        assert run("odd.csv", "-c", "x", "--null", "1O", "--json").answers[0]["value"] == 7


def test_whole_numbers_stay_exact_and_may_go_on_as_fractions(run: Run) -> None:
    """Numbers above 2**53 differ by one; a fraction may come late."""
    low = 2**60
    Path("a.csv").write_text(f"x\n{low + 1}\n{low}\n{low + 2}\n")
    assert run("a.csv", "--json").answers[0] | {"fields": None} == {
        "extreme": "min", "rank": 0, "file": "a.csv", "row": 1, "column": "x", "value": low,
        "fields": None,
    }  # fmt: skip
    numbers = [5, *[9] * 70_000, 4.5, 4, *[9] * 10]
    Path("b.csv").write_text("x\n" + "\n".join(map(str, numbers)))
    [least] = run("b.csv", "--memory", "1MB", "--json").answers
    assert (least["row"], least["value"]) == (70_002, 4)
    tops = run("b.csv", "--memory", "1MB", "--json", "--top", 3).answers
    assert [top["value"] for top in tops] == [4, 4.5, 5]


@pytest.mark.parametrize("form", ["csv", "gz", "tsv", "parquet", "arrow", "stream"])
@pytest.mark.parametrize("seed", range(4))
def test_tables_agree_with_numpy(run: Run, form: str, seed: int) -> None:
    """Every format, with nulls, in many batches: the row is that of NumPy's argmin."""
    rng = np.random.default_rng(seed)
    n = 30_000
    values = rng.integers(0, 3000, n)
    there = rng.random(n) < 0.9
    table = pa.table({
        "k": pa.array(rng.choice(["a", "b", "c"], n)).dictionary_encode(),
        "x": pa.array(values, mask=~there),
        "note": [f"n, {i}" for i in range(n)],
    })  # fmt: skip
    name = f"t.{form}"
    if form in ("csv", "gz", "tsv"):
        made = io.BytesIO()
        plain = table.set_column(0, "k", table["k"].cast(pa.string()))
        pa_csv.write_csv(plain, made, pa_csv.WriteOptions(delimiter="\t" if form == "tsv" else ","))
        data = made.getvalue()
        Path(name).write_bytes(gzip.compress(data, 1) if form == "gz" else data)
    elif form == "parquet":
        pa_parquet.write_table(table, name, row_group_size=7_001)
    elif form == "arrow":
        pa_feather.write_feather(table, name, chunksize=7_001)
    else:
        name = "t.arrows"
        with pa.ipc.new_stream(name, table.schema) as writer:
            for batch in table.to_batches(5_003):
                writer.write_batch(batch)
    chosen = there & (np.asarray(table["k"]) == "b")
    for ties in "first", "last":
        [answer] = run(
            name, "-c", "x", "-w", "k == 'b'", "--ties", ties, "--json", "--memory", "2MB"
        ).answers
        row = int(minloc.argmin(values, where=chosen, ties=ties))
        assert (answer["row"], answer["value"]) == (row, values[row])
        assert answer["fields"]["note"] == f"n, {row}"
    best = minloc.top_k(values, 7, where=chosen)
    answers = run(name, "-c", "x", "-w", "k == 'b'", "--top", 7, "--max", "--json").answers
    assert [a["row"] for a in answers] == list(best.indices)
    assert [a["fields"]["note"] for a in answers] == [f"n, {row}" for row in best.indices]


def test_several_files_are_one_table(run: Run) -> None:
    """The answer names the file, and the row in it; types may differ."""
    Path("a.csv").write_text("x,y\n3,p\n4,q\n")
    Path("b.csv").write_text("y,x\nr,2.5\ns,2.75\n")
    pa_parquet.write_table(pa.table({"x": pa.array([9, 2], pa.int8())}), "c.parquet")
    answers = run("a.csv", "b.csv", "c.parquet", "-c", "x", "--top", 3, "--json").answers
    assert [(a["file"], a["row"]) for a in answers] == [
        ("c.parquet", 1),
        ("b.csv", 0),
        ("b.csv", 1),
    ]
    ran = run("a.csv", "b.csv", "-c", "x", "--both")
    assert "minimum  b.csv    0" in ran.out
    assert "maximum  a.csv    1" in ran.out


DAY = date(2024, 1, 2)
COLUMNS = {
    "bool": (pa.array([True, None, False]), 2, False),
    "date": (pa.array([DAY, None, date(1999, 1, 1)]), 2, "1999-01-01"),
    "time": (pa.array([None, 9, 7], pa.int64()).cast(pa.timestamp("ns", "UTC")), 2, None),
    "clock": (pa.array([9, 7, None], pa.int32()).cast(pa.time32("s")), 1, "00:00:07"),
    "span": (pa.array([9, 7, None], pa.duration("us")), 1, "0:00:00.000007"),
    "decimal": (pa.array([None, Decimal("1.10"), Decimal("1.09")]), 2, "1.09"),
    "text": (pa.array(["b", None, "a"]), 2, "a"),
    "dictionary": (pa.array(["b", None, "a"]).dictionary_encode(), 2, "a"),
    "numbers": (pa.array([2, None, 1], pa.uint64()).dictionary_encode(), 2, 1),
    "half": (pa.array(np.array([2, 1, 3], np.float16)), 1, 1.0),
    "large": (pa.array([2**64 - 1, None, 2**64 - 2], pa.uint64()), 2, 2**64 - 2),
}  # fmt: skip


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_columns_of_every_type(run: Run, kind: str, form: str) -> None:
    """What has an order has a minimum; null never is it."""
    column, row, value = COLUMNS[kind]
    table = pa.table({"x": column, "i": range(3)})
    name = f"t.{form}"
    if form == "parquet":
        pa_parquet.write_table(table, name)
    else:
        pa_feather.write_feather(table, name)
    [answer] = run(name, "-c", "x", "--json").answers
    assert (answer["row"], answer["fields"]["i"]) == (row, row)
    if value is not None:
        assert answer["value"] == value
    if kind != "half":
        assert run(name, "-c", "x", "-w", "isnull(x)").status == 1


def test_columns_without_order_are_refused(run: Run) -> None:
    """Lists have no minimum."""
    pa_parquet.write_table(pa.table({"x": [[1], [2]], "y": [1, 2]}), "t.parquet")
    ran = run("t.parquet", "-c", "x")
    assert ran.status == 2
    assert "has no order" in ran.err
    assert run("t.parquet", "--json").answers[0]["fields"] == {"x": [1], "y": 1}


def test_standard_input_is_streamed(prices: Path) -> None:
    """``-`` is CSV, gzipped or not."""
    for data in PRICES.encode(), gzip.compress(PRICES.encode()):
        done = subprocess.run(
            [sys.executable, "-m", "minloc", "-", "-c", "price", "--json"],
            input=data, capture_output=True, check=True,
        )  # fmt: skip
        assert json.loads(done.stdout)["row"] == 2
        assert json.loads(done.stdout)["file"] == "-"


def test_pipes_are_tables(prices: Path) -> None:
    """A process substitution of the shell has no name that tells anything."""
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m minloc <(gzip -c prices.csv) -c price --json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["row"] == 2
