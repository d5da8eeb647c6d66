"""`--by`: the best rows of each group, as pandas groups them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minloc._cli import grouped_rows
from support.command import Run

pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
RNG = np.random.default_rng(15)
ROWS = 3000


def made(integers: bool = False) -> Any:
    """Return a table with keys of all kinds, some missing, and many ties."""
    price = RNG.integers(0, 60, ROWS).astype(float)
    frame = pd.DataFrame({
        "region": RNG.choice(["north", "south", "x10", "x9", "é"], ROWS),
        "year": RNG.choice([2023, 9, 100], ROWS),
        "day": RNG.choice(np.array(["2024-01-31", "2023-12-01", "2024-02-01"], "M8[s]"), ROWS),
        "price": price.astype(int) if integers else price,
    })  # fmt: skip
    if not integers:
        frame.loc[RNG.random(ROWS) < 0.05, "price"] = np.nan
    frame.loc[RNG.random(ROWS) < 0.05, "region"] = None
    return frame


def written(frame: Any, kind: str) -> str:
    """Return the name of a file with the table."""
    path = f"a.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pandas(frame), path, row_group_size=700)
    elif kind == "arrow":
        with (
            pa.OSFile(path, "wb") as file,
            pa.ipc.new_file(file, (table := pa.Table.from_pandas(frame)).schema) as writer,
        ):
            writer.write_table(table, 500)
    else:
        frame.to_json(path, orient="records", lines=True, date_format="iso")
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "arrow", "jsonl"])
@pytest.mark.parametrize("by", ["region", "year", "day", "year,region", "region,year,day"])
def test_the_rows_are_those_of_pandas(run: Run, kind: str, by: str) -> None:
    """Groups are in the order of their keys, and rows those of idxmin and idxmax."""
    frame = made()
    path = written(frame, kind)
    groups = frame.groupby(by.split(","))["price"]
    low, high = groups.idxmin().tolist(), groups.idxmax().tolist()
    call = path, "--column", "price", "--by", by, "--json"
    assert [one["row"] for one in run(*call).answers] == low
    both = run(*call, "--both").answers
    assert [one["row"] for one in both[::2]] == low
    assert [one["row"] for one in both[1::2]] == high
    assert [one["extreme"] for one in both] == ["min", "max"] * len(low)
    assert [one["value"] for one in both[::2]] == frame["price"][low].tolist()


@pytest.mark.parametrize("words", [[], ["--max"], ["--near", "30.5"], ["--near", "31", "--max"]])
def test_the_best_rows_of_a_group(run: Run, words: list[str]) -> None:
    """`--top` lists each group's, the first of equal ones first; NaN is none of them."""
    frame = made()
    path = written(frame, "csv")
    frame = frame.dropna()
    frame["key"] = abs(frame["price"] - float(words[1])) if "--near" in words else frame["price"]
    ordered = frame.sort_values("key", kind="stable", ascending="--max" not in words)
    wanted = [row for _, group in ordered.groupby("region") for row in group.index[:7]]
    ran = run(path, "--column", "price", "--by", "region", "--top", 7, "--json", *words)
    assert [one["row"] for one in ran.answers] == wanted
    assert [one["rank"] for one in ran.answers] == list(range(7)) * 5


def test_the_last_of_ties(run: Run) -> None:
    """`--ties last` holds in every group."""
    frame = made(integers=True)
    path = written(frame, "parquet")
    groups = frame[::-1].groupby("year")["price"]
    call = path, "--column", "price", "--by", "year", "--ties", "last", "--json"
    assert [one["row"] for one in run(*call).answers] == groups.idxmin().tolist()
    assert [one["row"] for one in run(*call, "--max").answers] == groups.idxmax().tolist()


def test_a_condition(run: Run) -> None:
    """A group without a candidate has no row."""
    frame = made()
    path = written(frame, "csv")
    chosen = frame[(frame.year == 9) & (frame.region != "north")]
    wanted = chosen.groupby(["region"])["price"].idxmin().tolist()
    words = "--where", "year == 9 and region != 'north'"
    ran = run(path, "--column", "price", "--by", "region", *words, "--json")
    assert [one["row"] for one in ran.answers] == wanted
    assert run(path, "--column", "price", "--by", "region", "--where", "year > 9999").status == 1


def test_rows_without_a_key(prices: Path, run: Run) -> None:
    """They are left out, and standard error says how many candidates were."""
    ran = run(prices, "--column", "price", "--by", "region")
    assert ran.out.startswith("minimum of price by region in prices.csv\n")
    assert [line.split()[1] for line in ran.out.splitlines()[3:]] == ["3", "1", "4"]
    assert ran.err == "minloc: 1 row has no region, and no group\n"


def test_groups_in_several_files(run: Run) -> None:
    """A key is the same in all files and blocks, however many there are."""
    frame = made()
    parts = [frame[:900], frame[900:901], frame[901:]]
    for i, part in enumerate(parts):
        part.to_csv(f"{i}.csv", index=False)
    ran = run("0.csv", "1.csv", "2.csv", "--column", "price", "--by", "region,year", "--json")
    starts = {"0.csv": 0, "1.csv": 900, "2.csv": 901}
    found = [starts[one["file"]] + one["row"] for one in ran.answers]
    assert found == frame.groupby(["region", "year"])["price"].idxmin().tolist()


def test_many_batches_and_new_groups(run: Run) -> None:
    """Groups that come late, and better rows of old ones, are found."""
    count = 40_000
    frame = pd.DataFrame(
        {"g": np.arange(count) // 100 % 300 * 7 % 311, "x": RNG.permutation(count)}
    )
    pq.write_table(pa.Table.from_pandas(frame), "a.parquet", row_group_size=900)
    for words, way in ([], "idxmin"), (["--max"], "idxmax"):
        ran = run("a.parquet", "--column", "x", "--by", "g", "--json", *words)
        assert [one["row"] for one in ran.answers] == getattr(
            frame.groupby("g")["x"], way
        )().tolist()
    ordered = frame.sort_values("x")
    wanted = [row for _, group in ordered.groupby("g") for row in group.index[:3]]
    ran = run("a.parquet", "--column", "x", "--by", "g", "--json", "--top", 3)
    assert [one["row"] for one in ran.answers] == wanted


def test_integers_before_fractions(run: Run) -> None:
    """What is kept is compared with later elements of another type."""
    lines = ["g,x", *["a,9"] * 300_000, "b,3", *["a,8"] * 300_000, "b,2.5", "a,7.5"]
    Path("a.csv").write_text("\n".join(lines) + "\n")
    found = run("a.csv", "--column", "x", "--by", "g", "--json").answers
    assert [one["value"] for one in found] == [7.5, 2.5]


def test_text_and_propagated_nan(prices: Path, run: Run) -> None:
    """Text is compared in groups, too; a NaN is its group's answer if that is asked for."""
    found = run(prices, "--column", "date", "--by", "region", "--max", "--json").answers
    assert [one["value"] for one in found] == [
        "2024-01-07",
        "2024-01-09",
        "2024-01-06",
        "2024-01-08",
    ]
    found = run(prices, "--column", "region", "--by", "price", "--json").answers
    assert [one["row"] for one in found] == [2, 0]
    ran = run(prices, "--column", "price", "--by", "region", "--nan", "propagate", "--json")
    assert [one["row"] for one in ran.answers] == [2, 4, 3]


def test_files_of_answers(prices: Path, run: Run) -> None:
    """`--output` and `--csv` have the rows of all groups."""
    assert run(prices, "--column", "price", "--by", "region", "--output", "b.csv").status == 0
    assert pd.read_csv("b.csv")["id"].tolist() == [3, 1, 4]
    lines = run(prices, "--column", "price", "--by", "region", "--csv").out.splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == ["2", "0", "3"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--by", "regio"], "--by: prices.csv: there is no column 'regio'; there are: id,"),
        (["--by", "region,region"], "--by: 'region,region' names a column twice"),
        (["--by", "region,"], "there is no column ''"),
        (["--by", "region", "--plot", "a.png"], "--plot draws no groups"),
    ],
)
def test_what_is_refused(prices: Path, run: Run, words: list[str], message: str) -> None:
    """One line says what is wrong."""
    ran = run(prices, "--column", "price", *words)
    assert ran.status == 2, ran.out
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_too_many_groups(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups that do not fit the memory are refused, in text and in files that are read again."""
    frame = pd.DataFrame({"g": np.arange(9000), "x": np.arange(9000)})
    frame.to_csv("a.csv", index=False)
    pq.write_table(pa.Table.from_pandas(frame), "a.parquet")
    for file in "a.csv", "a.parquet":
        ran = run(file, "--column", "x", "--by", "g", "--memory", "1MB")
        assert ran.status == 2, ran.out
        assert "groups so far do not fit in --memory 1MB" in ran.err
    monkeypatch.setattr(grouped_rows, "BYTES_A_ROW", 30)
    assert (
        len(run("a.csv", "--column", "x", "--by", "g", "--memory", "1MB", "--json").answers) == 9000
    )


def test_keys_without_order(run: Run) -> None:
    """A key is a number, a text, a date, or the like, not a list."""
    pq.write_table(pa.table({"g": [[1], [2]], "x": [1, 2]}), "a.parquet")
    ran = run("a.parquet", "--column", "x", "--by", "g")
    assert ran.status == 2, ran.out
    assert "column 'g' is of type list" in ran.err


def test_keys_of_other_types(run: Run) -> None:
    """Equal keys are one group, whatever type they have in a file; conditions and decimals, too."""
    columns = {
        "n": (pa.array([2, 1, None], pa.int8()), pa.array([1.0, np.nan, 2.0])),
        "d": (pa.array([1, 0, 1], pa.int32()).cast(pa.date32()),
              pa.array([0, 86_400_000, None], pa.timestamp("ms"))),
        "t": (pa.array(["b", "a", None]).dictionary_encode(),
              pa.array(["a", "b", "a"], pa.string_view())),
        "b": (pa.array([True, False, None]), pa.array([False, True, True])),
        "m": (pa.array([2, 1, None], pa.decimal128(9, 2)), pa.array([1, 2, 2], pa.int64())),
    }  # fmt: skip
    for i in (0, 1):
        pq.write_table(
            pa.table({"x": [5, 6, 7]} | {name: both[i] for name, both in columns.items()}),
            f"{i}.parquet",
        )
    for name, (first, second) in columns.items():
        keys = [*first.to_pylist(), *second.to_pylist()]
        values = [5, 6, 7] * 2
        wanted: dict[Any, tuple[int, int]] = {}
        for row, (key, value) in enumerate(zip(keys, values, strict=True)):
            if key is None or key != key:
                continue
            plain = str(key)[:10] if name == "d" else key
            wanted[plain] = min(wanted.get(plain, (99, 0)), (value, row))
        found = run("0.parquet", "1.parquet", "--column", "x", "--by", name, "--json").answers
        rows = [one["row"] + 3 * int(one["file"][0]) for one in found]
        assert rows == [wanted[key][1] for key in sorted(wanted)], name
