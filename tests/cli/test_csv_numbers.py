"""Numbers and dates of CSV as people write them: read by what the whole column shows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.command import Run

MANY = 60_000  # rows that fill several blocks with --memory 1MB


def write(texts: list[str], *, delimiter: str = ",", name: str = "t.csv") -> None:
    """Write a table with the column `x`, its texts in quotes, beside another."""
    lines = [f'{i}{delimiter}"{text}"' for i, text in enumerate(texts)]
    Path(name).write_text("\n".join([f"row{delimiter}x", *lines, ""]), encoding="utf-8")


@pytest.mark.parametrize(
    ("texts", "numbers", "words"),
    [
        (["$1,200", "$950", "$12,000.50"], [1200, 950, 12000.5], ()),
        (["1,200", "950", "12,000"], [1200, 950, 12000], ()),
        (["1,234,567", "12,34,567", "9"], [1234567, 1234567, 9], ()),
        (["9%", "10%", "8.5 %"], [9, 10, 8.5], ()),
        (["(1,200)", "900", "-1,300"], [-1200, 900, -1300], ()),
        (["$(1,200)", "$900", "-$5"], None, ()),
        (["($1,200)", "$900", "-$5", "$-6"], [-1200, 900, -5, -6], ()),
        (["1 234.5", "12\u00a0345.5", "99"], [1234.5, 12345.5, 99], ()),
        (["1\u202f234,5", "999,75", "2"], [1234.5, 999.75, 2], ("--decimal", ",")),
        (["1.234,5", "999,75", "12.345.678"], [1234.5, 999.75, 12345678], ("--decimal", ",")),
        (["1'234.50", "999", "1\u2019000"], [1234.5, 999, 1000], ()),
        (["€5", "12 €", "7"], [5, 12, 7], ()),
        (["USD 1,000", "999 USD"], [1000, 999], ()),
        (["\u22125", "3", "1,000"], [-5, 3, 1000], ()),
        (["9007199254740993", "9,007,199,254,740,992"], [2**53 + 1, 2**53], ()),
        (["18446744073709551615", "18446744073709551614"], [2**64 - 1, 2**64 - 2], ()),
        (["1e3", "9,999", "nan"], [1000, 9999, np.nan], ()),
        ([" 5", "12 ", "+7"], [5, 12, 7], ()),
    ],
)
def test_decorated_numbers_are_numbers(
    run: Run, texts: list[str], numbers: list[float] | None, words: tuple[str, ...]
) -> None:
    """Groups, percent signs, currencies and brackets; the value is the number without them."""
    write(texts)
    if numbers is None:
        assert run("t.csv", "-c", "x", *words).status == 2
        return
    [low, high] = run("t.csv", "-c", "x", "--both", "--json", *words).answers
    assert (low["row"], low["value"]) == (int(np.nanargmin(numbers)), np.nanmin(numbers))
    if not np.isnan(numbers).any():  # in float64, which the largest integers are not
        assert (high["row"], high["value"]) == (numbers.index(max(numbers)), max(numbers))
    assert low["fields"]["x"] == texts[low["row"]]
    assert "as_text" not in low


@pytest.mark.parametrize(
    ("texts", "said", "words"),
    [
        (["9%", "10"], "'10' in row 1, which has another unit", ()),
        (["9", "10%"], "'10%' in row 1, which has another unit", ()),
        (["$9", "€10"], "'€10' in row 1, which has another unit", ()),
        (["(5)", "(6)"], "'(5)' in row 0, which is in brackets, as all are", ()),
        (["1,234", "1 234"], "'1 234' in row 1, which has other marks between groups", ()),
        (["1,234", "2,5"], "'2,5' in row 1 among numbers", ()),
        (["2,5", "3,5", "7"], "--decimal , reads commas as decimal points", ()),
        (["0,123", "4", "5"], "'0,123' in row 0 among numbers", ()),
        (["2,5", "3,5"], "'2,5' in row 0 among texts that look like numbers", ()),
        (["10:05", "9:30"], "'10:05' in row 0 among texts that look like", ()),
        (["9:30 AM", "1:05 PM"], "'9:30 AM' in row 0 among texts that look like", ()),
        (["12 km", "5", "7"], "'12 km' in row 0 among numbers", ()),
        (["n.d.", "5"], "'n.d.' in row 0 among numbers", ()),
        (["5", "n.d.", "n.d.", "n.d.", "n.d."], "'n.d.' in row 1 among numbers", ()),
        (["1/2/2024", "soon"], "'soon' in row 1 among", ()),
        (["1/2/2024", "3/4/2024"], "'1/2/2024' in row 0, which is a date that can be read", ()),
        (["1/13/2024", "13/1/2024"], "'13/1/2024' in row 1, which has no month in its place", ()),
        (["1/13/2024", "2/30/2024"], "'2/30/2024' in row 1, which is no date", ()),
        (["1/13/45", "2/14/46"], "'1/13/45' in row 0, which has a year of two digits", ()),
        (["1/13/2024", "2/14/2024"], "has no month in its place", ("--date-order", "dmy")),
        (["2024-01-05T10:00:00Z", "2024-01-05 10:00"], "has a time zone where others", ()),
        (["1/13/2024 25:00", "2/14/2024"], "has a time that the day does not have", ()),
        (["9007199254740993", "0.5"], "cannot be compared exactly", ()),
    ],
)
def test_what_is_not_sure_is_refused(
    run: Run, texts: list[str], said: str, words: tuple[str, ...]
) -> None:
    """The one line names the row, and what would make it sure."""
    write(texts)
    ran = run("t.csv", "-c", "x", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert run("t.csv", "-c", "x", "--text", "--json").answers[0]["as_text"] is True


def test_a_single_mark_is_not_sure_where_commas_do_not_separate_fields(run: Run) -> None:
    """1,234 is a thousand or one and a bit, unless another number shows it."""
    write(["1,234", "999"], delimiter=";")
    ran = run("t.csv", "-c", "x")
    assert ran.status == 2
    assert "'1,234' in row 0, which has a ',' of groups or of decimals" in ran.err
    for decimal, value in (".", 999), (",", 1.234):
        answer = run("t.csv", "-c", "x", "--decimal", decimal, "--json").answers[0]
        assert answer["value"] == value
    write(["1,234", "999", "1,234,567"], delimiter=";")
    assert run("t.csv", "-c", "x", "--json").answers[0]["value"] == 999


@pytest.mark.parametrize(
    ("texts", "form", "words"),
    [
        (["1/31/2024", "12/1/2023", "2/1/2024"], "%m/%d/%Y", ()),
        (["31/1/2024", "1/12/2023", "1/2/2024"], "%d/%m/%Y", ()),
        (["31.01.2024", "01.12.2023", "01.02.2024"], "%d.%m.%Y", ()),
        (["1/2/2024", "2/1/2024"], "%m/%d/%Y", ("--date-order", "mdy")),
        (["1/2/2024", "2/1/2024"], "%d/%m/%Y", ("--date-order", "dmy")),
        (["1/31/24", "12/1/99", "2/1/04"], "%m/%d/%y", ()),
        (["2024-1-5", "2024-10-1", "2023-12-31"], "%Y-%m-%d", ()),
        (["2024/1/5", "2024/10/1", "2023/12/31"], "%Y/%m/%d", ()),
        (["5-Jan-2024", "1-Oct-2024", "31-Dec-2023"], "%d-%b-%Y", ()),
        (["Jan 5, 2024", "Oct 1, 2024", "Dec 31, 2023"], "%b %d, %Y", ()),
        (["January 5 2024", "May 1 2024", "April 3 2024"], "%B %d %Y", ()),
        (["1/31/2024 9:05", "1/31/2024 10:05", "2/1/2024 00:00"], "%m/%d/%Y %H:%M", ()),
        (["1/31/2024 12:05 AM", "1/31/2024 12:05 PM", "1/31/2024 1:05 AM"],
         "%m/%d/%Y %I:%M %p", ()),
        (["2024-01-05 10:00:00", "2024-01-05 9:30:00"], "%Y-%m-%d %H:%M:%S", ()),
        (["2024-01-05T10:00:00+0200", "2024-01-05T09:30:00+0000"], "%Y-%m-%dT%H:%M:%S%z", ()),
        (["2024-01-05T10:00:00.5", "2024-01-05T10:00:00.25"], "%Y-%m-%dT%H:%M:%S.%f", ()),
    ],
)  # fmt: skip
def test_dates_are_compared_as_dates(
    run: Run, texts: list[str], form: str, words: tuple[str, ...]
) -> None:
    """In the order that all of them allow; as Python's own calendar has it."""
    write(texts)
    dates = [datetime.strptime(text, form) for text in texts]
    found = run("t.csv", "-c", "x", "--both", "--json", *words).answers
    ends = min(dates), max(dates)
    assert [answer["row"] for answer in found] == [dates.index(end) for end in ends]
    if ends[0].tzinfo is None:
        assert [datetime.fromisoformat(answer["value"]) for answer in found] == list(ends)
    assert found[0]["fields"]["x"] == texts[found[0]["row"]]


def test_conditions_compare_dates_too(run: Run) -> None:
    """A text in the condition is a date in the order of the calendar."""
    write(["1/31/2024", "12/1/2023", "2/1/2024"])
    [answer] = run("t.csv", "-c", "row", "-w", "x > '2024-01-01'", "--json").answers
    assert answer["row"] == 0
    ran = run("t.csv", "-c", "row", "-w", "x > '1/1/2024'")
    assert ran.status == 2


@pytest.mark.parametrize(
    ("first", "later", "best"),
    [
        ("5", "4,000", ("min", MANY - 2, 5)),
        ("5", "-4,000.5", ("min", MANY, -4000.5)),
        ("1/1/2024", "12/31/2023", ("min", MANY, "2023-12-31")),
        ("2024-01-05", "2023-1-5", ("min", MANY, "2023-01-05")),
        ("5", "$4", ("min", MANY, 4)),
        ("NA", "1,000", ("min", MANY, 1000)),
        ("NA", "word", ("min", MANY, "word")),
    ],
)
def test_later_blocks_count_as_much_as_the_first(
    run: Run, first: str, later: str, best: tuple[str, int, Any]
) -> None:
    """What the column is shows late; the answer is that for all of it."""
    write(["NA"] * (MANY - 2) + [first, first, later])
    [answer] = run("t.csv", "-c", "x", "--json", "--memory", "1MB").answers
    assert (answer["extreme"], answer["row"], answer["value"]) == best
    write([first] * MANY + [later])
    if first != "NA":
        [answer] = run("t.csv", "-c", "x", "--json", "--memory", "1MB").answers
        assert answer["value"] == best[2]


@pytest.mark.parametrize(
    ("first", "later", "said"),
    [
        ("5", "4%", f"'4%' in row {MANY}"),
        ("word", "5", "'word' in row 0 among numbers"),
        ("1/13/2024", "13/1/2024", f"'13/1/2024' in row {MANY}"),
        ("5", "1/13/2024", f"'1/13/2024' in row {MANY} among numbers"),
        ("(5)", "(6)", "'(5)' in row 0, which is in brackets"),
        ("2024-01-05", "2024-01-05T00:00:00Z", f"row {MANY}, which has a time zone"),
    ],
)
def test_later_blocks_that_contradict_are_refused(
    run: Run, first: str, later: str, said: str
) -> None:
    """With the number of the row."""
    write([first] * MANY + [later] * (MANY // 5 if first == "word" else 1))
    ran = run("t.csv", "-c", "x", "--memory", "1MB")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_text_says_that_it_is_compared_as_text(run: Run) -> None:
    """What stands for a missing value is missing among texts, too."""
    write(["pear", "N/A", "apple", "NA", "null", "-", "None", "zebra", "n/a", " NA "])
    [low, high] = run("t.csv", "-c", "x", "--both", "--json").answers
    assert (low["value"], high["value"]) == ("apple", "zebra")
    assert low["as_text"] is True
    assert run("t.csv", "-c", "x").out.startswith("minimum of x (as text): apple in row 2")
    assert run("t.csv", "-c", "x", "-w", "isnull(x)", "--top", 9).status == 1
    rows = run("t.csv", "-c", "row", "-w", "isnull(x)", "--top", 9, "--json").answers
    assert [answer["row"] for answer in rows] == [1, 3, 4, 5, 6, 8, 9]
    write(["tea"] * 30 + ["1984"])
    assert run("t.csv", "-c", "x", "--json").answers[0]["value"] == "1984"


def test_integers_beyond_64_bits_of_both_signs_stay_exact(run: Run) -> None:
    """Blocks of int64 are followed by uint64."""
    write(["-5"] + ["7"] * MANY + [str(2**64 - 1), str(2**64 - 2)])
    [low, high] = run("t.csv", "-c", "x", "--both", "--json", "--memory", "1MB").answers
    assert (low["value"], high["value"], high["row"]) == (-5, 2**64 - 1, MANY + 1)
    tops = run("t.csv", "-c", "x", "--max", "--top", 3, "--json", "--memory", "1MB").answers
    assert [top["value"] for top in tops] == [2**64 - 1, 2**64 - 2, 7]
