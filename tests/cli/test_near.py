"""`--near` and `--abs`: the elements nearest to a value, or farthest from it, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.command import CUBE, RNG, Run

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

INTEGERS = ["i1", "u2", "i8", "u8"]


def order(values: Any, target: Fraction, farthest: bool = False) -> list[int]:
    """Return indices by distance, the first of equal ones first."""
    distances = [abs(Fraction(one) - target) for one in values]
    sign = -1 if farthest else 1
    return sorted(range(len(distances)), key=lambda i: (sign * distances[i], i))


def edges(dtype: str) -> np.ndarray[Any, Any]:
    """Integers at the ends of a dtype and around the targets, in no order."""
    limits = np.iinfo(dtype)
    some = [limits.min, limits.max, limits.max - 1, 0, 1, 2, 3, 4, 100, 101, limits.min]
    return RNG.permutation(np.array(some * 3, dtype))


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("target", ["2", "2.5", "2.75", "-0.5", "300", "9223372036854775807"])
def test_integers_of_every_width(run: Run, dtype: str, target: str) -> None:
    """A fraction, or a number beyond the dtype, has a nearest integer, too."""
    a = edges(dtype)
    pq.write_table(pa.table({"x": a}), "a.parquet")
    for words in [], ["--max"]:
        found = run("a.parquet", f"--near={target}", *words, "--json", "--top", 12).answers
        assert [one["row"] for one in found] == order(a.tolist(), Fraction(target), bool(words))[
            :12
        ]
        assert [one["value"] for one in found] == [a[one["row"]] for one in found]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("target", ["2", "2.5", "2.25", "300", "-1e30"])
def test_arrays_of_integers(run: Run, dtype: str, target: str) -> None:
    """Arrays answer as tables do; integers too large for the middle of two are refused."""
    a = edges(dtype)
    np.save("a.npy", a)
    for words in [], ["--max"], ["--both"]:
        top = ["--top", 12] if words != ["--both"] else []
        ran = run("a.npy", f"--near={target}", *words, *top, "--json")
        limits = np.iinfo(dtype)
        inside = limits.min <= Fraction(target) <= limits.max
        if a.itemsize == 8 and inside and Fraction(target).denominator > 1:
            assert ran.status == 2, ran.out
            assert "too large to be compared exactly" in ran.err
            continue
        at = [one["index"]["axis0"] for one in ran.answers]
        near, far = (order(a.tolist(), Fraction(target), one) for one in (False, True))
        assert at == {"": near[:12], "--max": far[:12], "--both": [near[0], far[0]]}["".join(words)]
        assert [one["value"] for one in ran.answers] == a[at].tolist()


def test_large_integers_are_not_rounded(run: Run) -> None:
    """Their distances to a large integer are exact, where floats are equal."""
    a = np.array([2**60, 2**60 + 3, 2**60 + 2, 2**62], np.int64)
    np.save("a.npy", a)
    Path("a.csv").write_text("x\n" + "\n".join(map(str, a.tolist())))
    for file in "a.npy", "a.csv":
        [found] = run(file, "--near", str(2**60 + 2), "--json").answers
        assert found["value"] == 2**60 + 2


def test_small_integers_farthest_apart(run: Run) -> None:
    """The magnitude of -128 is 128, which int8 has not."""
    np.save("a.npy", np.array([127, -128, 3], np.int8))
    [found] = run("a.npy", "--abs", "--max", "--json").answers
    assert (found["value"], found["extreme"]) == (-128, "largest")
    [found] = run("a.npy", "--abs", "--json").answers
    assert (found["value"], found["extreme"]) == (3, "smallest")


@pytest.mark.parametrize("words", [[], ["--max"], ["--both"], ["--top", 3], ["--max", "--top", 3]])
def test_floats(run: Run, words: list[object]) -> None:
    """NaN is never the answer; of an array, as `np.abs` orders."""
    a = RNG.normal(size=5000)
    a[7] = np.nan
    np.save("a.npy", a)
    Path("a.csv").write_text("x\n" + "\n".join(map(repr, a.tolist())))
    distances = np.abs(a - 0.25)
    distances[7] = -1 if "--max" in words else 9
    ranks = np.argsort(distances, kind="stable")
    near, far = ranks[:3].tolist(), ranks[::-1][:3].tolist()
    wanted = far if "--max" in words else near
    if words == ["--both"]:
        wanted = [near[0], int(np.nanargmax(np.abs(a - 0.25)))]
    elif "--top" not in words:
        wanted = wanted[:1]
    rows = [one["row"] for one in run("a.csv", "--near", 0.25, "--json", *words).answers]
    indices = [o["index"]["axis0"] for o in run("a.npy", "--near", 0.25, "--json", *words).answers]
    assert rows == indices == wanted


def test_decimals(run: Run) -> None:
    """Decimals are subtracted without rounding."""
    texts = ["1.10", "0.10000000000000000000000000000000001", "0.3", "0.1000000000000000000000000"]
    column = pa.array([*map(Decimal, texts), None], pa.decimal128(38, 35))
    pq.write_table(pa.table({"x": column}), "a.parquet")
    found = run("a.parquet", "--column", "x", "--near", "0.1", "--top", 9, "--json").answers
    assert [one["row"] for one in found] == [3, 1, 2, 0]


def test_integers_before_fractions(run: Run) -> None:
    """A column whose first blocks are integers, later ones not, is one column."""
    lines = ["x", *["9"] * 400_000, "3", *["8"] * 400_000, "2.6", "2.2"]
    Path("a.csv").write_text("\n".join(lines) + "\n")
    found = run("a.csv", "--near", "2.5", "--top", 4, "--json").answers
    assert [one["value"] for one in found] == [2.6, 2.2, 3, 8]


def test_fractions_before_integers(run: Run) -> None:
    """Integers of a later file are compared with the fractions that are kept."""
    pq.write_table(pa.table({"x": np.full(20_000, 4.25)}), "0.parquet")
    pq.write_table(pa.table({"x": [9, 4]}), "1.parquet")
    [found] = run("0.parquet", "1.parquet", "--near", "2.25", "--top", 1, "--json").answers
    assert (found["file"], found["row"]) == ("1.parquet", 1)


def test_dates(run: Run) -> None:
    """A time between two days has a nearest day."""
    days = np.array(["2024-01-05", "2024-01-01", "2024-02-01"], "M8[D]")
    pq.write_table(pa.table({"day": days, "at": days.astype("M8[us]")}), "a.parquet")
    for column in "day", "at":
        call = "a.parquet", "--column", column, "--json"
        found = run(*call, "--near", "2024-01-03T13", "--top", 3).answers
        assert [one["row"] for one in found] == [0, 1, 2]
        [farthest] = run(*call, "--near", "2024-01", "--max").answers
        assert farthest["row"] == 2
    np.save("a.npy", days)
    assert run("a.npy", "--near", "2024-01-04", "--json").answers[0]["value"] == "2024-01-05"
    for unit, date in ("D", "2024-01-04T12"), ("ns", "3000-01-01"), ("M", "2024-01"):
        np.save("a.npy", days.astype(f"M8[{unit}]"))
        ran = run("a.npy", "--near", date)
        assert ran.status == 2, ran.out
        assert f"has dates in the unit {unit}, in which '{date}' is not" in ran.err


def test_packed_elements(climate: list[str], run: Run) -> None:
    """The value is one of those that are shown, not of those that are stored."""
    flat = (CUBE * 10).round().ravel()
    for file in climate:
        for words, best in ([], np.nanargmin), (["--max"], np.nanargmax):
            [found] = run(file, "--var", "t", "--near", "271.17", "--json", *words).answers
            place = np.unravel_index(best(np.abs(flat - 11.7)), CUBE.shape)
            assert tuple(found["index"].values()) == place
            assert found["value"] == pytest.approx(270 + CUBE[place])
        mapped = run(file, "--var", "t", "--near", "271.17", "--axis", "time", "--json").answers
        wanted = np.nanargmin(np.abs((CUBE * 10).round() - 11.7), axis=0).ravel().tolist()
        assert [one["index"]["time"] for one in mapped] == wanted


def test_descending_packing(run: Run) -> None:
    """A negative scale factor reverses the order of the stored elements, not distances."""
    import h5py

    with h5py.File("a.nc", "w") as file:
        made = file.create_dataset("x", data=np.array([0, 10, 127, -128], np.int8))
        made.attrs["scale_factor"] = np.array([-0.5])
    for target, words, value in [("-4", [], -5), ("-4", ["--max"], 64), ("900", [], 64),
                                 ("900", ["--max"], -63.5), ("-900", [], -63.5)]:  # fmt: skip
        [found] = run("a.nc", f"--near={target}", "--json", *words).answers
        assert (found["value"], found["extreme"]) == (value, "farthest" if words else "nearest")


def test_dates_of_conventions(run: Run) -> None:
    """Numbers since a date are compared with a date of their calendar."""
    import h5py

    for calendar, date in ("standard", "2000-02-29T12:00"), ("360_day", "2000-02-30"):
        with h5py.File("a.nc", "w") as file:
            made = file.create_dataset("x", data=np.array([3, 57, 59, 70]))
            made.attrs.update(units="days since 2000-01-01", calendar=calendar)
        [found] = run("a.nc", "--var", "x", "--near", date, "--json").answers
        assert found["index"] == {"axis0": 2}
        ran = run("a.nc", "--var", "x", "--near", "59")
        assert ran.status == 2, ran.out
        assert "has dates, and '59' is none" in ran.err


def test_what_is_printed(prices: Path, run: Run) -> None:
    """The table says what was asked for; CSV and JSON have it as the extreme."""
    assert run(prices, "--column", "price", "--near", "3").out.startswith(
        "nearest value of price: 3.5 in row 0 of prices.csv\n"
    )
    both = run(prices, "--column", "price", "--abs", "--both").out
    assert both.startswith("smallest magnitude and largest magnitude of price in prices.csv\n")
    lines = run(prices, "--column", "price", "--near", "3", "--max", "--csv").out.splitlines()
    assert lines[1].startswith("farthest,0,prices.csv,5,price,9")


def test_a_picture_of_a_table(prices: Path, run: Run) -> None:
    """The nearest values are marked on the line of all."""
    pytest.importorskip("matplotlib")
    ran = run(prices, "--column", "price", "--near", "3", "--both", "--plot", "a.png")
    assert ran.status == 0, ran.err
    assert Path("a.png").stat().st_size > 1000


def test_a_map_of_answers(climate: list[str], run: Run) -> None:
    """A NetCDF file of answers says what they are, and has no cell method that is not one."""
    xr = pytest.importorskip("xarray")
    assert (
        run("one.nc", "--var", "t", "--axis", "time", "--near", 271, "--output", "m.nc").out == ""
    )
    with xr.open_dataset("m.nc") as made:
        assert "nearest value of t" in made.attrs["title"]
        assert "cell_methods" not in made["t"].attrs
        assert made["t"].shape == CUBE.shape[1:]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--column", "price", "--near", "abc"], "--near: 'abc' is neither a number nor a date"),
        (["--column", "price", "--near", "inf"], "--near: 'inf' is not a finite number"),
        (["--column", "price", "--near", "1e999999"], "is not a finite number of ordinary size"),
        (["--column", "price", "--near", "2024-01-31"], "'2024-01-31' is a date: give a number"),
        (["--column", "region", "--near", "3"], "column 'region' has text"),
        (["--column", "date", "--near", "3"], "column 'date' has dates, and '3' is none"),
        (["--column", "date", "--near", "2024-13-01"], "there is no date '2024-13-01'"),
        (["--column", "date", "--abs"], "--abs: prices.csv: column 'date' has dates"),
        (["--column", "price", "--abs", "--near", "3"], "--abs is --near 0"),
        (["--column", "prize", "--near", "3"], "there is no column 'prize'"),
    ],
)
def test_what_is_refused(prices: Path, run: Run, words: list[str], message: str) -> None:
    """One line says why there are no distances."""
    ran = run(prices, *words)
    assert ran.status == 2, ran.out
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_arrays_that_are_refused(run: Run) -> None:
    """Elements without distances, values that a dtype has not, and plots of maps."""
    np.save("b.npy", np.array([True, False]))
    np.save("s.npy", np.array(["a", "b"]))
    np.save("f.npy", np.array([1, 2], "f2"))
    np.save("i.npy", np.array([1, 2]))
    for call, message in [
        (("b.npy", "--near", "1"), "has booleans, and needs numbers"),
        (("s.npy", "--near", "1"), "has elements of"),
        (("f.npy", "--near", "1e6"), "1e6 is too large for elements of float16"),
        (("i.npy", "--near", "1152921504606846976.5"), "give a whole number"),
        (("i.npy", "--near", "1", "--plot", "p.png"), "not with --near"),
    ]:
        ran = run(*call)
        assert ran.status == 2, ran.out
        assert message in ran.err
        assert ran.err.count("\n") == 1
