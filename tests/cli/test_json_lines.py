"""JSON lines: rows of objects, numbers exactly, and one line for what cannot be sure."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from support.command import Run

RNG = np.random.default_rng(23)


def write(path: str, *values: object) -> None:
    """Write rows with a column x; what is no value of JSON is left out."""
    lines = [json.dumps({"i": i, "x": value}) for i, value in enumerate(values)]
    Path(path).write_text("".join(f"{line}\n" for line in lines))


def test_rows_are_objects(run: Run) -> None:
    """Keys may be missing, in another order or nested; blank lines are no rows."""
    Path("a.jsonl").write_text(
        '{"x": 3, "s": "a", "more": {"deep": [1, null]}}\n\n{"s": "é\\n", "x": 1.5}\n{"s": "c"}\n'
        '{"s": null, "x": null}'
    )
    [found] = run("a.jsonl", "-c", "x", "--json").answers
    assert found == {
        "extreme": "min", "rank": 0, "file": "a.jsonl", "row": 1, "column": "x", "value": 1.5,
        "fields": {"x": 1.5, "s": "é\n", "more": None},
    }  # fmt: skip
    [found] = run("a.jsonl", "-c", "x", "--max", "-w", "s == 'a'", "--json").answers
    assert found["fields"]["more"] == {"deep": [1, None]}
    [found] = run("a.jsonl", "-c", "s", "--max", "--json").answers
    assert (found["value"], found["as_text"]) == ("é\n", True)
    assert run("a.jsonl").status == 0  # the only column of numbers
    assert "has several" not in run("a.jsonl").err
    listed = run("a.jsonl", "--list", "--json").answers
    assert [one["type"] for one in listed] == ["float64", "text", "object"]


@pytest.mark.parametrize("suffix", [".ndjson", ".json", ".jsonl.gz"])
def test_names_of_files(run: Run, suffix: str) -> None:
    """All mean the same; a pipe can be one, too."""
    data = b'{"x": 2}\r\n{"x": 1}\r\n'
    Path(f"a{suffix}").write_bytes(gzip.compress(data) if suffix.endswith("gz") else data)
    assert run(f"a{suffix}", "-c", "x", "--json").answers[0]["row"] == 1


@pytest.mark.parametrize("seed", range(3))
def test_many_blocks_agree_with_python(run: Run, seed: int) -> None:
    """Types change from block to block: nulls, integers, fractions."""
    rng = np.random.default_rng(seed)
    values: list[object] = [None] * 4000
    values += [int(value) for value in rng.integers(-(10**6), 10**6, 30_000)]
    values += [round(float(value), 3) for value in rng.normal(0, 10**6, 30_000)]
    rng.shuffle(values[4000 + 30_000 * (seed > 0) :])
    write("a.jsonl", *values)
    assert Path("a.jsonl").stat().st_size > 20 << 16
    numbers = [(value, i) for i, value in enumerate(values) if isinstance(value, int | float)]
    for words in (), ("--where", "i % 7 == 3"):
        kept = [one for one in numbers if not words or one[1] % 7 == 3]
        top = run("a.jsonl", "-c", "x", "--top", "5", "--memory", "1MB", *words, "--json").answers
        assert [(one["value"], one["row"]) for one in top] == sorted(kept)[:5]
        assert [one["fields"]["i"] for one in top] == [one["row"] for one in top]


def test_integers_are_exact(run: Run) -> None:
    """Beyond what a float holds, and beyond int64; with fractions beside them they cannot be."""
    big = 2**60
    write("a.jsonl", big + 1, big, big + 2)
    [low, high] = run("a.jsonl", "-c", "x", "--both", "--json").answers
    assert (low["value"], high["value"]) == (big, big + 2)
    write("a.jsonl", 2**64 - 1, 2**64 - 2, 5)
    [low, high] = run("a.jsonl", "-c", "x", "--both", "--json").answers
    assert (low["value"], high["value"]) == (5, 2**64 - 1)
    write("a.jsonl", 0.5, 2**60 + 1)
    assert run("a.jsonl", "-c", "x").err == (
        "minloc: a.jsonl: column 'x' has 1152921504606846977 in row 1, an integer that cannot be "
        "compared exactly with the other numbers\n"
    )
    write("a.jsonl", 0.5, 2**60, 1e300)
    assert run("a.jsonl", "-c", "x", "--max", "--json").answers[0]["value"] == 1e300


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((1, "2"), '"2" in row 1, which is a text among values that are numbers'),
        (("a", 2), "2 in row 1, which is a number among values that are texts"),
        ((1, True), "true in row 1, which is a boolean among values that are numbers"),
        ((None, [1]), "[1] in row 1, which has no order"),
        (({"a": 1}, None), '{"a": 1} in row 0, which has no order'),
        (("9%", "5"), "'5' in row 1, which has another unit than others"),
        (("1/2/2024", "3/4/2024"), "which is a date that can be read in two ways"),
    ],
)
def test_values_that_do_not_fit(run: Run, values: tuple[object, ...], said: str) -> None:
    """They are refused with their row, at the start and far behind."""
    write("a.jsonl", *values)
    assert said in run("a.jsonl", "-c", "x").err
    write("a.jsonl", *[values[0]] * 8000, *values)
    ran = run("a.jsonl", "-c", "x", "--memory", "1MB")
    assert ran.status == 2
    assert ran.err.startswith("minloc: a.jsonl: column 'x' has ")
    if isinstance(values[0], int | bool):
        assert said.replace("row 1", "row 8001") in ran.err


def test_texts_are_read_as_those_of_csv(run: Run) -> None:
    """Numbers and dates in quotes, missing markers; --text compares them as they are."""
    write("a.jsonl", "1,200.50", "950", "NA", "")
    assert run("a.jsonl", "-c", "x", "--json").answers[0]["value"] == 950
    assert run("a.jsonl", "-c", "x", "--text", "--json").answers[0]["value"] == "1,200.50"
    write("a.jsonl", "2024-03-01", "2024-01-05")
    assert run("a.jsonl", "-c", "x", "--json").answers[0]["value"] == "2024-01-05"
    write("a.jsonl", "1/2/2024", *["3/4/2024"] * 8000, "12/31/2023")
    ran = run("a.jsonl", "-c", "x", "--memory", "1MB", "--json")
    assert ran.answers[0]["value"] == "2023-12-31"
    write("b.jsonl", 1, 2)
    write("c.jsonl", "9%", "8%")
    assert "cannot be compared" not in run("b.jsonl", "-c", "x").err
    assert (
        "has numbers with '%', and before numbers without"
        in run("b.jsonl", "c.jsonl", "-c", "x").err
    )


def test_lines_that_are_no_rows(run: Run) -> None:
    """The line is named, also where Arrow would read on."""
    good = '{"x": 1}\n' * 8000
    for bad, said in [
        ('{"x": 1,}', "line {} is not a JSON object"), ("5", "line {} is not a JSON object"),
        ('{"x": 1} {"x": 0}', "line {} is not a JSON object: Extra data"),
        ('{"x": ', "line {} is not a JSON object"), ("x,y", "line {} is not a JSON object"),
        ("[" * 5000, "line {} is not a JSON object"),
    ]:  # fmt: skip
        for before, line in ("", 1), ("\n\n", 3), (good, 8001):
            if bad[0] == "[" and before != good:
                continue
            Path("a.jsonl").write_text(f"{before}{bad}\n")
            err = run("a.jsonl", "-c", "x", "--memory", "1MB").err
            assert said.format(line) in err, (bad, line)
            assert err.count("\n") == 1
    Path("a.json").write_text('[{"x": 1},\n {"x": 2}]\n')
    assert (
        "is one JSON array; a row of a table is an object on a line of its own"
        in run("a.json", "-c", "x").err
    )
    Path("a.json").write_text("\n \n")
    assert "is empty" in run("a.json", "-c", "x").err
    Path("a.json").write_text('{"x": 1}\n')
    assert "there is no column 'y'; there are: x" in run("a.json", "-c", "y").err


def test_special_floats_and_repeated_keys(run: Run) -> None:
    """NaN as Python writes it is NaN; a key that comes twice is refused or the last counts."""
    write("a.jsonl", 1.5, float("nan"), float("-inf"))
    assert run("a.jsonl", "-c", "x", "--json").answers[0]["value"] == "-Infinity"
    assert run("a.jsonl", "-c", "x", "--nan", "propagate", "--json").answers[0]["row"] == 1
    Path("a.jsonl").write_text('{"x": 1, "x": 5}\n{"x": 3}\n')
    [found] = run("a.jsonl", "-c", "x", "--json").answers
    assert (found["value"], found["fields"]["x"]) == (3, 3)


def test_a_missing_pyarrow_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that installs it."""
    write("a.jsonl", 1)
    monkeypatch.setitem(sys.modules, "pyarrow.json", None)
    assert run("a.jsonl").err == (
        "minloc: pyarrow is needed to read JSON lines: pip install 'minloc[cli]'\n"
    )
