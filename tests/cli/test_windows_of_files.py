"""`--window`: the best row or element of every window, as the oracle of windows finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy import nan

from minloc._cli import window_rows
from minloc.reference_windows import moving
from support.command import PACKED, PACKING, Run, in_process_of_its_own, write_zarr

pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
RNG = np.random.default_rng(21)


def wanted(
    a: Any, window: int, center: bool = False, step: int = 1, **words: Any
) -> list[tuple[int, int]]:
    """Return where each window stands that has an answer, and the answer."""
    found = moving(a, window, step=step, default=-1, nan_policy="omit", **words).tolist()
    first = window // 2 if center else window - 1
    return [(i * step + first, at) for i, at in enumerate(found) if at >= 0]


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl"])
@pytest.mark.parametrize("window", [1, 2, 7, 120])
def test_the_rows_of_a_table(run: Run, kind: str, window: int) -> None:
    """Whole rows, with ties, gaps and windows across batches, of files and kinds of files."""
    price = RNG.integers(0, 20, 400).astype(float)
    price[100:130] = nan
    frame = pd.DataFrame({"id": np.arange(400) + 1000, "price": price})
    path = f"a.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pandas(frame), path, row_group_size=17)
    else:
        frame.to_json(path, orient="records", lines=True)
    for words, oracle in (
        ([], {}),
        (["--max", "--ties", "last"], {"largest": True, "ties": "last"}),
        (["--center"], {"center": True}),
        (["--step", "13"], {"step": 13}),
        (["--step", "500", "--center"], {"step": 500, "center": True}),
        (["--min-count", str((window + 1) // 2)], {"min_count": (window + 1) // 2}),
    ):
        got = run(path, "-c", "price", "--window", window, "--json", *words).answers
        pairs = wanted(price, window, **oracle)
        assert [(one["window"], one["row"]) for one in got] == pairs
        assert [one["value"] for one in got] == price[[at for _, at in pairs]].tolist()
        assert [int(one["fields"]["id"]) for one in got] == [1000 + at for _, at in pairs]


def test_many_batches_of_text(run: Run) -> None:
    """Only rows that may still be found are kept, and integers may be followed by fractions."""
    x = RNG.integers(0, 4, 200_000)  # ties on both sides of each border
    lines = ["id,x", *[f"{i},{one}" for i, one in enumerate(x)], "200000,-0.5", "200001,-0.25"]
    Path("a.csv").write_text("\n".join(lines) + "\n")
    got = run("a.csv", "-c", "x", "--window", 50, "--csv", "--memory", "30MB")
    assert got.status == 0, got.err
    rows = [line.split(",") for line in got.out.splitlines()[1:]]
    values = np.append(x, [-0.5, -0.25])
    best = np.lib.stride_tricks.sliding_window_view(values, 50).argmin(1) + np.arange(199_953)
    assert [int(row[4]) for row in rows] == best.tolist()
    assert [int(row[7]) for row in rows] == best.tolist()
    ran = run("a.csv", "-c", "x", "--window", 50, "--memory", "1MB")
    assert ran.status == 2
    assert "windows so far do not fit in --memory 1MB: allow more" in ran.err


def test_batches_without_a_type(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of null alone may stand before, between and behind batches of text."""
    monkeypatch.setattr(window_rows, "BLOCK", 3)
    text = pa.chunked_array([[None, None], ["b", "a"], [None, None, None], ["c"]], pa.string())
    empty = pa.nulls(2)
    assert empty.type == pa.null()
    with pa.OSFile("a.arrow", "wb") as file:
        table = pa.table({"name": text})
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    got = run("a.arrow", "-c", "name", "--window", 3, "--json").answers
    assert [(one["window"], one["row"]) for one in got] == [
        (2, 2), (3, 3), (4, 3), (5, 3), (7, 7),
    ]  # fmt: skip


def test_batches_of_text_where_nothing_stands_before(run: Run) -> None:
    """Rows that are no candidates are not taken for numbers, however many batches they fill."""
    texts = ["d", "c", None, None, None, None, "b", None, "a", "e", None, None]
    frame = pa.table({"x": pa.array(texts, pa.string()), "n": range(12)})
    keys = [float("nan") if one is None else ord(one) for one in texts]
    for rows in 1, 2, 3, 5:
        with pa.OSFile("a.arrow", "wb") as sink, pa.ipc.new_file(sink, frame.schema) as writer:
            writer.write_table(frame, max_chunksize=rows)
        for window in 1, 2, 4, 7:
            for first in 0, 3, 7:
                words = ["--window", window, "--where", f"n >= {first}", "--json"]
                got = run("a.arrow", "-c", "x", *words)
                assert got.err == ""
                chosen = np.where(np.arange(12) >= first, keys, nan)
                pairs = [(one["window"], one["row"]) for one in got.answers]
                assert pairs == wanted(chosen, window)


@pytest.mark.parametrize("last", [False, True])
def test_large_integers_stay_what_they_are(run: Run, last: bool) -> None:
    """Behind batches of nothing, and before batches of fractions."""
    large = [str(2**53 + 1 + 2 * i) for i in range(1000)]
    column = [""] * 300_000 + large if last else large + ["7"] * 200_000 + ["0.5"] * 100_000
    lines = ["id,x", *[f"{i},{one}" for i, one in enumerate(column)]]
    Path("a.csv").write_text("\n".join(lines) + "\n")
    got = run("a.csv", "-c", "x", "--window", 5, "--step", 5, "--json", "--memory", "40MB")
    assert got.status == 0, got.err
    answers = got.answers[-200:] if last else got.answers[:199]
    first = 300_000 if last else 0
    assert [one["row"] for one in answers] == [first + 5 * i for i in range(len(answers))]
    for one in answers:
        assert one["value"] == int(one["fields"]["x"]) == int(column[one["row"]])


@pytest.mark.usefixtures("prices")
def test_what_is_printed_and_written(run: Run) -> None:
    """The window, then the row; of files of answers the window and the columns of the table."""
    ran = run("prices.csv", "-c", "price", "--window", 2, "--max")
    assert ran.out == (
        "maximum of price of every 2 rows in prices.csv\n\n"
        "window  row  id  date        region     price\n"
        "     1    0   1  2024-01-05  north       3.50\n"
        "     2    2   3  2024-01-07  east, far   1.20\n"
        "     3    2   3  2024-01-07  east, far   1.20\n"
        "     4    3   4  2024-01-08  west        1.20\n"
        "     5    5   6  2024-01-10                 9\n"
    )
    assert run("prices.csv", "-c", "price", "--window", 5, "-o", "o.csv").status == 0
    assert Path("o.csv").read_text() == (
        "window,id,date,region,price\n"
        '4,3,2024-01-07,"east, far",1.20\n5,3,2024-01-07,"east, far",1.20\n'
    )
    where = run("prices.csv", "-c", "price", "--window", 3, "--where", "id != 3", "--json")
    assert [(one["window"], one["row"]) for one in where.answers] == [
        (2, 0),
        (3, 3),
        (4, 3),
        (5, 3),
    ]
    text = run("prices.csv", "-c", "region", "--window", 6, "--json").answers
    assert [one["value"] for one in text] == ["east, far"]


@pytest.mark.usefixtures("same_minloc", "prices")
def test_standard_input(tmp_path: Path) -> None:
    """Which can be read once."""
    words = ["-", "-c", "price", "--window", "2", "--csv"]
    ran = in_process_of_its_own(*words, input=Path("prices.csv").read_text(), cwd=tmp_path)
    assert [line.split(",")[0] for line in ran.stdout.splitlines()] == ["window", *"12345"]


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("step", [1, 3])
def test_arrays_with_labels(run: Run, center: bool, step: int) -> None:
    """Of packed elements, some missing: the place of the answer, and that of the window."""
    write_zarr("a.zarr", 3, PACKED, PACKING)
    words = ["--center"] * center + ["--step", str(step)] * (step > 1)
    got = run("a.zarr", "--axis", "time", "--window", 3, "--json", *words).answers
    a = np.where(PACKED == -999, nan, PACKED.astype(float))
    want = moving(a, 3, 0, step=step, nan_policy="omit")
    first = 1 if center else 2
    assert len(got) == want.size
    for one, place in zip(got, np.ndindex(*want.shape), strict=True):
        at = int(want[place])
        stands = place[0] * step + first
        assert one["window"] == stands
        assert one["window_label"] == str(np.datetime64("2000-02-27") + stands)
        assert one["index"] == {"time": at, "lat": place[1], "lon": place[2]}
        assert one["value"] == pytest.approx(PACKED[at, place[1], place[2]] / 10 + 270)


def test_maps_of_windows(run: Run) -> None:
    """NetCDF with the coordinates where windows stand; the indices for NumPy."""
    xr = pytest.importorskip("xarray")
    pytest.importorskip("h5netcdf")
    write_zarr("a.zarr", 3, PACKED, PACKING)
    a = np.where(PACKED == -999, nan, PACKED.astype(float))
    want = moving(a, 4, 0, step=2, largest=True, nan_policy="omit")
    for suffix in "nc", "npy":
        words = ["--axis", "time", "--window", 4, "--step", 2, "--max"]
        ran = run("a.zarr", *words, "-o", f"o.{suffix}")
        assert ran.status == 0, ran.err
    assert np.load("o.npy").tolist() == want.tolist()
    with xr.open_dataset("o.nc") as found:
        assert found.t.dims == ("time", "lat", "lon")
        assert found.time_index.values.tolist() == want.tolist()
        days = np.arange("2000-02-27", "2000-03-04", dtype="M8[D]")
        assert (found.time.values.astype("M8[D]") == days[3::2]).all()
        assert (found.time_label.values.astype("M8[D]") == days[want]).all()
        values = np.take_along_axis(a, want, 0) / 10 + 270
        np.testing.assert_allclose(found.t.values, values)
        assert found.t.attrs["units"] == "K"


def test_a_line_and_integers_with_gaps(run: Run) -> None:
    """One axis need not be named; a window without an answer has an empty place."""
    np.save("a.npy", np.array([5, 3, 4, 3, 9]))
    got = run("a.npy", "--window", 2, "--ties", "last", "--json").answers
    assert [one["index"]["axis0"] for one in got] == [1, 1, 3, 3]
    masked = run("a.npy", "--window", 2, "--where", "value > 3", "--csv").out.splitlines()
    assert [line.split(",")[5:7] for line in masked[1:]] == [
        ["5", "0"], ["4", "2"], ["4", "2"], ["9", "4"],
    ]  # fmt: skip
    gap = run("a.npy", "--window", 2, "--where", "axis0 == 0", "--json").answers
    assert [one["value"] for one in gap] == [5, None, None, None]
    assert run("a.npy", "--window", 2, "--where", "value > 99").status == 1
    words = ["--window", 3, "--where", "value > 3", "--min-count", 2, "--json"]
    two = run("a.npy", *words).answers
    assert [one["value"] for one in two] == [4, None, 4]


@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("prices.csv -c price --window 2 --both", "--both cannot be used with it"),
        ("prices.csv -c price --window 2 --top 3", "--top cannot be used with it"),
        ("prices.csv -c price --window 2 --near 3", "--near cannot be used with it"),
        ("prices.csv -c price --window 2 --by region", "--by cannot be used with it"),
        ("prices.csv -c price --window 2 --plot a.png", "--plot cannot be used with it"),
        ("prices.csv -c price --window 0", "'0' is not a count"),
        ("prices.csv -c price --center", "--center is for --window"),
        ("prices.csv -c price --step 2", "--step is for --window"),
        ("a.npy --axis 0 --min-count 2", "--min-count is for --window"),
        ("a.npy --axis 0 --window 2 --min-count 3", "--min-count 3: a window has --window 2 rows"),
        ("prices.csv -c price --window 7", "--window 7: prices.csv has 6 rows"),
        ("prices.csv prices.csv -c price --window 2", "the rows of one file, and there are 2"),
        ("prices.csv -c price --window 2 --nan raise", "has a NaN in row 4, and --nan is raise"),
        ("a.npy --window 2", "choose it with --axis; a.npy has: axis0, axis1"),
        ("a.npy --window 2 --axis 0,1", "moves along one axis"),
        ("a.npy --window 9 --axis 0", "--window 9: a.npy has 3 elements along axis0"),
        ("a.npy a.npy --window 2 --axis 0", "moves within one file, and there are 2"),
        ("a.npy --window 2 --axis 0 --nan raise", "has a NaN, and --nan is raise"),
    ],
)
def test_what_is_refused(run: Run, words: str, message: str) -> None:
    """In one line that says what would work."""
    np.save("a.npy", np.where(np.eye(3, 4) > 0, nan, 1.0))
    ran = run(*words.split())
    assert ran.status == 2, ran.out
    assert message in ran.err
    assert ran.err.count("\n") == 1


def test_too_many_windows(run: Run) -> None:
    """The answers of an array are as many as its elements, and must fit the memory."""
    np.save("a.npy", np.zeros(100_000))
    ran = run("a.npy", "--window", 2, "--memory", "1MB")
    assert ran.status == 2
    assert "the answers of 99999 windows take 2 MB: allow more by --memory" in ran.err
