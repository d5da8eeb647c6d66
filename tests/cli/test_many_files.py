"""Folders, patterns and partitions: many files as one table, ties and types as in one file."""

from __future__ import annotations

import json
import os
import resource
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as pa_dataset
import pyarrow.orc as pa_orc
import pyarrow.parquet as pa_parquet
import pytest

from minloc._cli import of_tables
from support.command import CUBE, Run, write_zarr

RNG = np.random.default_rng(17)


def write(path: str, text: str) -> None:
    """Write a file, and make its folder."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def test_a_folder_is_the_files_in_it(run: Run) -> None:
    """In the order of their paths; the first of equal values is the answer, or the last."""
    for path, values in [
        ("data/b.csv", [5, 2]), ("data/a/z.csv", [4, 2]), ("data/c.csv.gz", []), ("data/d.tsv", [2])
    ]:  # fmt: skip
        write(path, "x\n" + "".join(f"{value}\n" for value in values))
    Path("data/c.csv.gz").unlink()
    write("data/_SUCCESS", "")
    write("data/.hidden.csv", "x\n-9\n")
    for named in "data", "data/", "data/**", "data/**/*.*sv":
        [first] = run(named, "-c", "x", "--json").answers
        assert (first["file"], first["row"]) == ("data/a/z.csv", 1)
        [last] = run(named, "-c", "x", "--ties", "last", "--json").answers
        assert (last["file"], last["row"]) == ("data/d.tsv", 0)
    every = run("data", "-c", "x", "--top", "9", "--json").answers
    assert [(one["value"], one["file"], one["row"]) for one in every] == [
        (2, "data/a/z.csv", 1), (2, "data/b.csv", 1), (2, "data/d.tsv", 0), (4, "data/a/z.csv", 0),
        (5, "data/b.csv", 0),
    ]  # fmt: skip
    out = run("data", "-c", "x", "--max").out
    assert out.startswith("maximum of x: 5 in row 0 of data/b.csv\n")
    assert run("data/*.csv", "-c", "x", "--json").answers[0]["file"] == "data/b.csv"


def test_names_that_look_like_patterns(run: Run) -> None:
    """A file that has the name comes first."""
    write("a[1].csv", "x\n1\n")
    write("a1.csv", "x\n2\n")
    assert run("a[1].csv", "-c", "x", "--json").answers[0]["value"] == 1
    Path("a[1].csv").unlink()
    assert run("a[1].csv", "-c", "x", "--json").answers[0]["value"] == 2
    assert run("b*.csv").err == "minloc: b*.csv: matches no file\n"


def test_a_header_that_looks_like_another_format(run: Run) -> None:
    """The first letters of an ORC file may be those of a column."""
    write("a.csv", "ORCID,x\n1,2\n")
    assert run("a.csv", "-c", "ORCID", "--json").answers[0]["value"] == 1


def test_folders_that_are_not_clear(run: Run) -> None:
    """Nothing in them is passed over in silence."""
    write("data/a.csv", "x\n1\n")
    write("data/readme.md", "text")
    assert "has a file that cannot be read, readme.md: name the files" in run("data").err
    Path("data/readme.md").unlink()
    write("data/b.jsonl", '{"x": 1}\n')
    assert "has files of several formats, .csv and .jsonl" in run("data").err
    Path("data/b.jsonl").unlink()
    Path("data/more").symlink_to("..", target_is_directory=True)
    assert "is a link to a folder that it is in" in run("data").err
    Path("data/more").unlink()
    write("data/b.csv", "y\n1\n")
    assert run("data", "-c", "x").err == (
        "minloc: data/b.csv: there is no column 'x'; there are: y\n"
    )
    write("data/b.csv", "w,x\n1,2\n")
    assert "has the name 'w' for column 0, and data/a.csv 'x'" in run("data", "-c", "0").err


def test_arrays_of_a_folder_follow_one_another(run: Run) -> None:
    """A Zarr store in it is one of them."""
    Path("data").mkdir()
    np.save("data/a.npy", CUBE)
    np.save("data/b.npy", CUBE - 1)
    [found] = run("data", "--json").answers
    low = np.nanmin(CUBE)
    assert (found["value"], found["file"]) == (low - 1, "data/b.npy")
    write_zarr("stores/a.zarr", 3, CUBE, {})
    write_zarr("stores/b.zarr", 3, CUBE, {})
    for named in "stores", "stores/*", "stores/**":
        [found] = run(named, "-v", "t", "--json").answers
        assert (found["value"], found["file"]) == (low, "stores/a.zarr")


@pytest.mark.parametrize("form", ["parquet", "csv", "orc"])
def test_partitions_are_columns(run: Run, form: str) -> None:
    """As Arrow writes them; the answer is that of Arrow's own reader."""
    table = pa.table({
        "year": RNG.integers(2020, 2024, 500), "kind": RNG.choice(["a b", "c/d", "1"], 500),
        "x": RNG.integers(0, 40, 500),
    })  # fmt: skip
    schema = pa.schema([("year", pa.int64()), ("kind", pa.string())])
    parts = pa_dataset.partitioning(schema, flavor="hive")
    pa_dataset.write_dataset(table, "data", format="csv" if form == "csv" else "parquet",
        partitioning=parts)  # fmt: skip
    for path in Path("data").rglob("*.parquet") if form == "orc" else ():
        pa_orc.write_table(pa_parquet.ParquetFile(path).read(), path.with_suffix(".orc"))
        path.unlink()
    back = pa_dataset.dataset("data", format=form, partitioning=parts)
    for condition, keep in [
        ("year > 2021", pa_dataset.field("year") > 2021),
        ("kind == 'a b'", pa_dataset.field("kind") == "a b"),
        ("kind == '1' and year == 2022",
         (pa_dataset.field("kind") == "1") & (pa_dataset.field("year") == 2022)),
    ]:  # fmt: skip
        kept = back.to_table(filter=keep)
        [low, high] = run("data", "-c", "x", "-w", condition, "--both", "--json").answers
        assert low["value"] == min(kept["x"].to_pylist())
        assert high["value"] == max(kept["x"].to_pylist())
        for one in low, high:
            text = json.dumps(one["fields"]["kind"])
            assert text in json.dumps(kept["kind"].to_pylist())
            assert f"year={one['fields']['year']}/" in one["file"]
            rows = pa_dataset.dataset(one["file"], format=form).to_table()
            assert rows["x"][one["row"]].as_py() == one["value"]
    [found] = run("data", "-c", "year", "--max", "--json").answers
    assert found["value"] == max(table["year"].to_pylist())
    listed = run("data/year=2021", "--list", "--json").answers
    assert {"x", "kind", "year"} == {one["column"] for one in listed}


def test_keys_are_of_one_type(run: Run) -> None:
    """Integers if they are in all files; what stands for null is missing."""
    for value in "1", "2", "__HIVE_DEFAULT_PARTITION__":
        write(f"data/k={value}/a.csv", f"x\n{len(value)}\n")
    assert run("data", "-c", "x", "-w", "k >= 1", "--json").answers[0]["fields"]["k"] == 1
    [found] = run("data", "-c", "x", "-w", "isnull(k)", "--json").answers
    assert found["value"] == 26
    write("data/k=a/a.csv", "x\n1\n")
    assert run("data", "-c", "x", "-w", "k == '2'", "--json").answers[0]["fields"]["k"] == "2"
    assert run("data", "-c", "x", "-w", "k >= 1").status == 2
    write("own/k=5/a.csv", "x,k\n1,7\n")
    assert run("own", "-c", "x", "--json").answers[0]["fields"] == {"x": "1", "k": "7"}


@pytest.mark.parametrize(
    ("one", "two", "said"),
    [
        ("9\n10", "a\nb", "has text, which cannot be compared with the numbers in a.csv"),
        ("9\n10", "9%\n8%", "has numbers with '%', and before numbers without a unit"),
        ("$9\n$10", "€9\n€8", "has numbers with '€', and before numbers with '$'"),
        ("9\n10", "1/13/2024", "has dates, which cannot be compared with the numbers in a.csv"),
        ("13/1/2024", "1/13/2024", "has dates in the order mdy, and before in the order dmy"),
        ("2024-01-01T10:00Z", "2024-01-01 11:00",
         "has times without one, and before with a time zone"),
    ],
)  # fmt: skip
def test_columns_that_are_read_differently(run: Run, one: str, two: str, said: str) -> None:
    """What one file may not have, two may not have either, in whichever order."""
    write("a.csv", f"x\n{one}\n")
    write("b.csv", f"x\n{two}\n")
    assert run("a.csv", "-c", "x").status == run("b.csv", "-c", "x").status == 0
    assert run("a.csv", "b.csv", "-c", "x").err == f"minloc: b.csv: column 'x' {said}\n"
    assert run("b.csv", "a.csv", "-c", "x").err.startswith("minloc: a.csv: column 'x' has ")
    assert run("a.csv", "a.csv", "-c", "x").status == 0


def test_types_that_cannot_be_compared(run: Run) -> None:
    """Times of other units are other integers; a zone is no zone."""
    columns = {
        "s": pa.array([1, 2], pa.time32("s")), "us": pa.array([1, 2], pa.time64("us")),
        "n": pa.array([1, 2]), "d": pa.array([1.5, None]), "zone": pa.array([1], pa.timestamp("s",
        "UTC")), "plain": pa.array([1], pa.timestamp("ms")), "none": pa.nulls(2),
        "b": pa.array([True, False]),
    }  # fmt: skip
    for name, column in columns.items():
        pa_parquet.write_table(pa.table({"x": column}), f"{name}.parquet")
    fits = {("n", "d"), ("n", "none"), ("none", "s"), ("zone", "none")}
    for one in columns:
        for two in columns:
            ran = run(f"{one}.parquet", f"{two}.parquet", "-c", "x")
            good = one == two or (one, two) in fits or (two, one) in fits or "none" in (one, two)
            assert ran.status == ((1 if one == two == "none" else 0) if good else 2), (one, two)
            if not good:
                assert ran.err.startswith(f"minloc: {two}.parquet: column 'x' has ")


def test_more_files_than_a_process_may_open(run: Run) -> None:
    """A table is open only while it is read."""
    Path("data").mkdir()
    for i in range(60):
        Path(f"data/{i:02}.csv").write_text(f"x\n{abs(i - 41)}\n")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 30
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 20, limits[1]))
    try:
        [found] = run("data", "-c", "x", "--json").answers
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (found["file"], found["row"], found["value"]) == ("data/41.csv", 0, 0)


def test_a_file_that_changes_before_its_turn(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found out when all files were opened is true of it no more."""
    for name in "a.csv", "b.csv":
        Path(name).write_text("x\n1\n2\n")
    search = of_tables.search

    def changed(*words: object) -> object:
        Path("b.csv").write_text("x\n0\n")
        return search(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(of_tables, "search", changed)
    assert run("a.csv", "b.csv", "-c", "x").err == (
        "minloc: b.csv: changed while it was read: it was written to\n"
    )


def test_integers_and_fractions_are_compared_exactly(run: Run) -> None:
    """Or not at all: a large integer and a fraction in two files, or far apart in one."""
    big = 2**60 + 1
    Path("a.csv").write_text(f"x\n{big}\n3\n")
    Path("b.csv").write_text("x\n0.5\n7\n")
    Path("c.csv").write_text("x\n3\n" * 1 + "4\n" * 40_000 + f"{big}\n" + "4\n" * 400_000 + "0.5\n")
    for files in ["a.csv", "b.csv"], ["b.csv", "a.csv"], ["c.csv"]:
        ran = run(*files, "-c", "x", "--max", "--memory", "1MB")
        assert ran.status == 2, files
        assert "exactly" in ran.err
    Path("a.csv").write_text("x\n9007199254740992\n3\n")
    [high] = run("a.csv", "b.csv", "-c", "x", "--max", "--json").answers
    assert high["value"] == 2**53


def test_tables_that_wait_for_their_turn_hold_nothing(run: Run) -> None:
    """Neither their first rows nor anything else that they have read."""
    peaks = []
    for count in 2, 30:
        Path(f"{count}").mkdir()
        for i in range(count):
            Path(f"{count}/{i:02}.csv").write_text("x\n" + "1\n" * 100_000)
        tracemalloc.start()
        try:
            assert run(f"{count}", "-c", "x").status == 0
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 10 * 200_000
