"""The command `minloc`: what it finds in files of every format, and how it says so."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.feather as pa_feather
import pyarrow.parquet as pa_parquet
import pytest
import zarr
from numpy.typing import NDArray

import minloc
from minloc._cli.main import main

RNG = np.random.default_rng(5)
CUBE = RNG.integers(-50, 50, (6, 5, 4)) / 10
CUBE[0, 0, 0] = np.nan


class Ran:
    """What a run of the command left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The answers, one a line."""
        assert self.status == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _the_same_minloc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes that run in another folder import what is tested here."""
    monkeypatch.setenv("PYTHONPATH", str(Path(minloc.__file__).parent.parent))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*argv: object) -> Ran:
        try:
            status = main([str(word) for word in argv])
        except SystemExit as error:
            status = int(error.code or 0)
        out, err = capfd.readouterr()
        return Ran(status, out, err)

    return call


def in_process_of_its_own(*argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run ``python -m minloc``."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "minloc", *argv],
        capture_output=True, text=True, check=False, timeout=60, **options,
    )  # fmt: skip


PRICES = """\
id,date,region,price
1,2024-01-05,north,3.50
2,2024-01-06,south,NA
3,2024-01-07,"east, far",1.20
4,2024-01-08,west,1.20
5,2024-01-09,north,nan
6,2024-01-10,,9
"""


@pytest.fixture
def prices(run: Run) -> Path:
    """Return a small table with a null, a NaN, a quoted comma and a tie."""
    path = Path("prices.csv")
    path.write_text(PRICES)
    return path


# Tables.


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


# Arrays.


def write_zarr(path: str, version: int, a: NDArray[Any], attributes: dict[str, Any]) -> None:
    """Write a store as climate data are: packed, with labels for the axes."""
    group = zarr.open_group(path, mode="w", zarr_format=version)
    labels = {
        "time": (np.arange(6), "days since 2000-02-27"),
        "lat": (np.linspace(90, -90, 5), "degrees_north"),
        "lon": (np.arange(4) * 90.0, "degrees_east"),
    }
    dims = tuple(labels)
    for name, values, names, more in [
        ("t", a, dims, attributes),
        *((dim, values, (dim,), {"units": units}) for dim, (values, units) in labels.items()),
    ]:
        words: dict[str, Any] = {"dimension_names": names} if version == 3 else {}
        made = group.create_array(
            name, shape=values.shape, chunks=tuple(min(n, 3) for n in values.shape),
            dtype=values.dtype, **words,
        )  # fmt: skip
        made[:] = values
        made.attrs.update(more | ({"_ARRAY_DIMENSIONS": list(names)} if version == 2 else {}))


def write_netcdf(path: str, a: NDArray[Any], attributes: dict[str, Any]) -> None:
    """Write NetCDF-4, compressed, as its library does."""
    with h5py.File(path, "w") as file:
        data = file.create_dataset("t", data=a, chunks=(2, 5, 2), compression="gzip", shuffle=True)
        for name, value in attributes.items():
            data.attrs[name] = np.array([value]) if not isinstance(value, str) else value
        for i, (dim, values, units) in enumerate([
            ("time", np.arange(6), "days since 2000-02-27"),
            ("lat", np.linspace(90, -90, 5), "degrees_north"),
            ("lon", np.arange(4) * 90.0, "degrees_east"),
        ]):  # fmt: skip
            scale = file.create_dataset(dim, data=values)
            scale.make_scale(dim)
            scale.attrs["units"] = units
            data.dims[i].attach_scale(scale)


PACKED = np.where(np.isnan(CUBE), -999, CUBE * 10).round().astype(np.int16)
PACKING = {"scale_factor": 0.1, "add_offset": 270.0, "_FillValue": -999, "units": "K"}


@pytest.fixture
def climate(run: Run) -> list[str]:
    """Return three files with one packed array, of Zarr 2 and 3, and NetCDF."""
    write_zarr("two.zarr", 2, PACKED, PACKING)
    write_zarr("three.zarr", 3, PACKED, PACKING)
    write_netcdf("one.nc", PACKED, PACKING)
    return ["two.zarr", "three.zarr", "one.nc"]


def test_arrays_answer_with_labels(run: Run, climate: list[str]) -> None:
    """Values are unpacked, dates are dates, and the fill value is no candidate."""
    place = np.unravel_index(np.nanargmin(CUBE), CUBE.shape)
    for name in climate:
        [answer] = run(name, "--json").answers
        assert answer == {
            "extreme": "min", "rank": 0, "file": name, "variable": "t",
            "value": round(270 + float(np.nanmin(CUBE)), 1),
            "index": dict(zip(("time", "lat", "lon"), map(int, place), strict=True)),
            "labels": {
                "time": str(np.datetime64("2000-02-27") + np.timedelta64(int(place[0]), "D")),
                "lat": 90 - 45.0 * place[1],
                "lon": 90.0 * place[2],
            },
        }  # fmt: skip


def test_packing_that_turns_the_order_round_is_seen_through(run: Run) -> None:
    """A negative scale makes the largest stored number the smallest value."""
    write_netcdf("n.nc", PACKED, PACKING | {"scale_factor": -0.1, "add_offset": 0.0})
    low, high = run("n.nc", "--both", "--json").answers
    assert (low["extreme"], low["value"]) == ("min", -np.nanmax(CUBE))
    assert (high["extreme"], high["value"]) == ("max", -np.nanmin(CUBE))
    tops = run("n.nc", "--top", 4, "--json").answers
    assert [top["value"] for top in tops] == sorted(-CUBE[~np.isnan(CUBE)])[:4]


def test_files_that_are_packed_differently_are_compared_unpacked(run: Run) -> None:
    """Each part of a reanalysis has a scale of its own."""
    write_netcdf("a.nc", PACKED, PACKING)
    write_netcdf("b.nc", PACKED, PACKING | {"add_offset": 269.0})
    [answer] = run("a.nc", "b.nc", "--json").answers
    assert answer["file"] == "b.nc"
    assert answer["value"] == pytest.approx(269 + np.nanmin(CUBE))
    write_netcdf("c.nc", PACKED, PACKING | {"units": "degC"})
    ran = run("a.nc", "c.nc")
    assert ran.err == "minloc: c.nc: has 't' in degC, which cannot be compared with K\n"


@pytest.mark.parametrize("axis", ["time", "0", "-1", "lat,lon", "lon,time", "2,1,0"])
def test_axes_give_an_answer_for_each_place(run: Run, climate: list[str], axis: str) -> None:
    """By name or number, one or several, also across files."""
    dims = ("time", "lat", "lon")
    axes = tuple(dims.index(w) if w in dims else int(w) % 3 for w in axis.split(","))
    for files, a in ((climate[1:2], CUBE), (climate, np.concatenate([CUBE] * 3))):
        answers = run(*files, "--axis", axis, "--ties", "last", "--json").answers
        places = minloc.minloc(a, axis=axes, nan_policy="omit", ties="last")
        kept = [i for i in range(3) if i not in axes]
        assert len(answers) == np.prod([a.shape[i] for i in kept], dtype=int)
        for answer, place in zip(answers, np.ndindex(*[a.shape[i] for i in kept]), strict=True):
            full = dict(zip(kept, place, strict=True)) | {
                i: int(np.asarray(p)[place]) for i, p in zip(axes, places, strict=True)
            }
            assert answer["file"] == files[full[0] // 6]
            assert list(answer["index"].values()) == [full[0] % 6, full[1], full[2]]
            assert answer["value"] == pytest.approx(270 + a[full[0], full[1], full[2]])


def test_conditions_know_labels_and_other_variables(run: Run, climate: list[str]) -> None:
    """Names of axes are their labels, or their indices where there are none."""
    [answer] = run("one.nc", "-w", "lat < 0 and time >= '2000-02-29'", "--json").answers
    there = np.zeros(CUBE.shape, bool)
    there[2:, 3:] = True
    place = np.unravel_index(minloc.argmin(CUBE, where=there), CUBE.shape)
    assert list(answer["index"].values()) == list(place)
    np.savez("two.npz", a=CUBE, b=-CUBE)
    [answer] = run("two.npz", "-v", "a", "-w", "b < 2 and axis0 != 3", "--json").answers
    there = (-CUBE < 2) & (np.arange(6) != 3)[:, None, None]
    assert answer["value"] == CUBE[there].min()
    [answer] = run("two.npz", "-v", "a", "-w", "a > 1.5", "--json").answers
    assert answer["value"] == CUBE[CUBE > 1.5].min()


def test_slices_without_a_candidate_are_shown_empty(run: Run, climate: list[str]) -> None:
    """One slice with nothing in it does not hide the others; all empty is exit status 1."""
    answers = run("one.nc", "-w", "lat > 80", "--axis", "lon,time", "--json").answers
    assert [a["value"] is None for a in answers] == [False, True, True, True, True]
    assert answers[1]["index"] == {"time": None, "lat": 1, "lon": None}
    ran = run("one.nc", "-w", "lat > 99", "--axis", "lon,time")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "minloc: nothing found: there is no candidate\n"


def test_npy_of_every_kind(run: Run) -> None:
    """Maps, both orders, no axes, records; .npz compressed or not."""
    np.save("c.npy", CUBE)
    np.save("f.npy", np.asfortranarray(CUBE))
    np.save("big.npy", CUBE.astype(">f4"))
    np.savez("stored.npz", CUBE)
    np.savez_compressed("packed.npz", np.asfortranarray(CUBE))
    np.save("zero.npy", np.array(3))
    place = list(map(int, np.unravel_index(np.nanargmin(CUBE), CUBE.shape)))
    for name in "c.npy", "f.npy", "big.npy", "stored.npz", "packed.npz":
        [answer] = run(name, "--json", "--memory", "1MB").answers
        assert list(answer["index"].values()) == place
    assert run("zero.npy", "--json").answers[0]["value"] == 3
    np.save("records.npy", np.array([(1, 2.5), (0, 9)], [("x", "i4"), ("y", "f8")]))
    assert "x (2), y (2)" in run("records.npy").err
    assert run("records.npy", "-v", "x", "--json").answers[0]["index"] == {"axis0": 1}
    for dtype in "S3", "U3", "M8[D]", "?", "c16", "f2":
        np.save(
            "d.npy", np.array([5, 1, 3]).astype(dtype if dtype != "M8[D]" else "i8").astype(dtype)
        )
        expected = 0 if dtype == "?" else 1
        assert run("d.npy", "--json").answers[0]["index"] == {"axis0": expected}


def test_arrays_of_all_sizes(run: Run) -> None:
    """An empty array has no minimum, an array without axes has one."""
    np.save("empty.npy", np.empty((0, 3)))
    for words in (), ("-a", "0"), ("-a", "1"), ("--top", 2), ("--plot", "p.png"):
        ran = run("empty.npy", *words)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err == "minloc: nothing found: there is no candidate\n"
    np.save("one.npy", np.float32(2.5))
    assert run("one.npy").out == "minimum of value: 2.5 in one.npy\n"


def test_variables_in_groups(run: Run) -> None:
    """They have paths; texts are compared, too; what has no order is refused."""
    with h5py.File("g.h5", "w") as file:
        group = file.create_group("run/out")
        group["energy"] = [3.0, 1.0, 2.0]
        group["name"] = np.array(["b", "c", "a"], object).astype(h5py.string_dtype())
        file["link"] = np.array([group.ref], dtype=h5py.ref_dtype)
        file["bytes"] = np.array([-1, 1, 2], np.int8)
        file["bytes"].attrs["_Unsigned"] = "true"
        file["none"] = h5py.Empty("f")
    assert "run/out/energy (3), run/out/name (3)" in run("g.h5").err
    for name, place in ("run/out/energy", 1), ("run/out/name", 2), ("bytes", 1):
        [answer] = run("g.h5", "-v", name, "--json").answers
        assert (answer["variable"], answer["index"]) == (name, {"axis0": place})
    assert run("g.h5", "-v", "bytes", "--max", "--json").answers[0]["value"] == 255
    assert "have no order" not in run("g.h5", "-v", "none").out
    assert "no order" in run("g.h5", "-v", "link").err
    assert run("g.h5", "-v", "run/out/energy", "-w", "`run/out/energy` > 1", "--json").answers[0][
        "index"
    ] == {"axis0": 2}


@pytest.mark.parametrize("version", [2, 3])
def test_stores_that_xarray_writes(run: Run, version: int) -> None:
    """Labels that are texts and dates, and fill values in its own spelling."""
    import xarray

    values = np.array([[1.0, np.nan], [0.5, 2.0]])
    days = np.array(["2020-01-01", "2020-01-02T12:00"], "M8[ns]")
    data = xarray.Dataset({"t": (("time", "x"), values)}, coords={"time": days, "x": ["p", "q"]})
    data["t"].encoding["_FillValue"] = 0.5
    with warnings.catch_warnings(action="ignore"):
        data.to_zarr("x.zarr", zarr_format=version)
    [answer] = run("x.zarr", "--json").answers
    assert answer["labels"] == {"time": "2020-01-01", "x": "p"}  # 0.5 is the fill value now
    [answer] = run("x.zarr", "--json", "-w", "x == 'q'").answers
    assert answer["labels"] == {"time": "2020-01-02T12:00:00", "x": "q"}


def test_shards_are_read_whole(run: Run) -> None:
    """The smallest is found wherever the chunks are."""
    a = np.random.default_rng(0).permutation(10_000).reshape(100, 100)
    store = zarr.create_array(
        "s.zarr", shape=a.shape, chunks=(5, 10), shards=(50, 20), dtype=a.dtype
    )
    store[:] = a
    [answer] = run("s.zarr", "--json").answers
    assert list(answer["index"].values()) == list(np.unravel_index(a.argmin(), a.shape))


def test_nan_in_arrays_is_left_out_or_told(run: Run) -> None:
    """Left out by default, as the command's help says; else as for the functions."""
    np.save("a.npy", CUBE)
    [answer] = run("a.npy", "--nan", "propagate", "--json").answers
    assert (answer["value"], answer["index"]) == ("NaN", {"axis0": 0, "axis1": 0, "axis2": 0})
    for more in (), ("--top", 2), ("--axis", "0"):
        ran = run("a.npy", "--nan", "raise", *more)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == "minloc: a.npy: 'value' has a NaN, and --nan is raise\n"


def test_a_long_table_is_cut_on_a_terminal_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs get every line."""
    np.save("a.npy", np.arange(200).reshape(100, 2))
    assert len(run("a.npy", "-a", "1").out.splitlines()) == 103
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    ran = run("a.npy", "-a", "1")
    assert "100 in all: --csv and --json write every one" in ran.out
    assert len(ran.out.splitlines()) < 50
    assert "  198     99      0" in ran.out


# Pictures, limits, signals.


@pytest.mark.parametrize("shape", [(5000,), (1500, 1300), (3, 40, 50)])
def test_the_extreme_survives_in_the_picture(run: Run, shape: tuple[int, ...]) -> None:
    """Whatever is left out of a picture with fewer points, the extremes are in it."""
    from minloc._cli import points
    from minloc._cli.formats.npy import of_array
    from minloc._cli.joined import Joined
    from minloc._cli.mask import Mask

    a = np.random.default_rng(1).random(shape)
    low, high = np.unravel_index(a.argmin(), shape), np.unravel_index(a.argmax(), shape)
    source = of_array("a.npy", {"value": a})
    joined = Joined([source], [source["value"]], 6_000)
    mask = Mask(joined, None)
    if len(shape) == 1:
        line = points.envelope_of(joined, mask)
        assert (np.nanmin(line.low), np.nanmax(line.high)) == (a.min(), a.max())
        assert int(np.nanargmin(line.low)) == low[0] // line.step
        assert len(line.low) <= points.POINTS
    else:
        for place, end, best in (low, "min", np.nanmin), (high, "max", np.nanmax):
            grid, steps = points.plane_of(joined, mask, [int(i) for i in place], end)
            assert best(grid) == a[place]
            assert grid[place[-2] // steps[0], place[-1] // steps[1]] == a[place]
            assert max(grid.shape) <= points.POINTS
    np.save("a.npy", a)
    assert run("a.npy", "--both", "--plot", "p.png").status == 0
    assert Path("p.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("seed", range(20))
def test_an_envelope_does_not_depend_on_the_pieces(seed: int) -> None:
    """It is that of all elements at once, which are not known before; gaps are left out."""
    from minloc._cli.points import Envelope

    rng = np.random.default_rng(seed)
    a = rng.random(int(rng.integers(1, 3000)))
    there = rng.random(len(a)) < 0.7
    line = Envelope(points=50)
    for piece in np.array_split(np.arange(len(a)), int(rng.integers(1, 40))):
        line.add(a[piece], there[piece])
    runs = [slice(i, i + line.step) for i in range(0, len(a), line.step)]
    assert len(runs) <= 50
    for run, low, high in zip(runs, line.low, line.high, strict=True):
        known = a[run][there[run]]
        assert (
            (low, high) == (known.min(), known.max()) if len(known) else np.isnan([low, high]).all()
        )


def test_pictures_of_tables(run: Run, prices: Path) -> None:
    """A column is a line; what cannot be drawn is said in a line."""
    assert run(prices, "-c", "price", "--plot", "p.svg").status == 0
    assert "<svg" in Path("p.svg").read_text()
    assert "draws numbers" in run(prices, "-c", "region", "--plot", "p.png").err
    assert "p.xyz" in run(prices, "-c", "price", "--plot", "p.xyz").err


def test_memory_is_bounded(tmp_path: Path) -> None:
    """Files several times larger than the limit are searched within it, over the libraries."""
    n = 12_000_000
    a = np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.float64, (n,))
    a[:] = 1
    a[n - 5] = 0
    a.flush()
    del a
    store = zarr.create_array(
        tmp_path / "a.zarr", shape=(n,), chunks=(100_000,), dtype="f8", fill_value=1
    )
    store[:] = np.arange(n, 0, -1)
    with open(tmp_path / "a.csv", "w") as file:
        file.write("some text,x\n")
        file.writelines(
            "some text to make the line longer than it is,1\n" * 1000 for _ in range(4000)
        )
        file.write("the end,0\n")
    program = (
        "import re, sys; from minloc._cli.main import main;"
        "import pyarrow.csv, zarr, numpy, tqdm, pyarrow.compute;"
        # getrusage() would tell of the process that started this one, too
        "status = lambda: open('/proc/self/status').read();"
        "peak = lambda: 1024 * int(re.search(r'VmHWM:\\s*(\\d+)', status())[1]);"
        "before = peak(); main(sys.argv[1:]); print(peak() - before)"
    )
    for name, words in (
        ("a.npy", ()),
        ("a.npy", ("-w", "value < 5")),
        ("a.zarr", ()),
        ("a.csv", ("-w", "`some text` != 'x'")),
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, name, "--json", "--memory", "32MB", *words],
            capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        answer, grown = done.stdout.splitlines()
        assert json.loads(answer)["value"] == (1 if name == "a.zarr" else 0)
        # Arrow's threads and buffers are there before the first row.
        assert int(grown) < 32_000_000 + 70_000_000 * (name == "a.csv"), (name, grown)


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    """As for any command of the shell: no traceback."""
    np.save(tmp_path / "a.npy", np.zeros((200_000, 2)))
    command = f"{sys.executable} -m minloc a.npy --axis 1 --json"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.splitlines()[1:] == ["141"]
    assert done.stderr == ""


def test_an_interrupt_is_quiet(run: Run, prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 130, as the shell has it."""

    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("minloc._cli.of_tables.search", interrupted)
    ran = run(prices, "-c", "price")
    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_any_text_can_be_printed(tmp_path: Path) -> None:
    """Also where the terminal has no letter for it."""
    (tmp_path / "größe.csv").write_text("größe\n1\n")
    done = subprocess.run(
        [sys.executable, "-m", "minloc", "größe.csv"], capture_output=True, text=True, check=True,
        cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.stdout.startswith("minimum of gr\\xf6\\xdfe: 1 in row 0 of gr")


def test_the_bar_is_for_terminals_only(
    run: Run, prices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its total is the file's size, in bytes."""
    from minloc._cli.progress import bar

    assert bar(10) is None
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    shown = bar(10)
    assert (shown.total, shown.unit) == (10, "B")
    shown.close()
    assert run(prices, "-c", "price").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a.npy", "--nan", "maybe"), "invalid choice: 'maybe'"),
        (("a.npy", "--memory", "lots"), "'lots' is not a size, such as 512MB or 2GiB"),
        (("a.npy", "--top", "0"), "'0' is not a count"),
        (("a.npy", "--max", "--both"), "not allowed with"),
        (("a.npy", "--both", "--top", "2"), "--top lists one end"),
        (("a.npy", "--top", "2", "--ties", "last"), "--ties last cannot be used with it"),
        (("a.npy", "--axis", "height"), "has no axis 'height'; there are: 0 (axis0), 1 (axis1)"),
        (("a.npy", "--axis", "0,-2"), "names an axis twice"),
        (("a.npy", "--axis", "2"), "has no axis '2'"),
        (("a.npy", "--var", "b"), "there is no variable 'b'; there are: value"),
        (("a.npy", "--column", "b"), "--column is for tables"),
        (("a.npy", "--axis", "0", "--plot", "p.png"), "--axis cannot be used with it"),
        (("prices.csv", "--axis", "0"), "--axis is for arrays"),
        (("prices.csv", "-c", "prize"), "there is no column 'prize'; there are: id, date, region"),
        (("prices.csv", "-c", "price", "-w", "prize > 3"), "there is no column 'prize'"),
        (("prices.csv", "a.npy"), "a.npy is an array and prices.csv a table"),
        (("prices.csv", "-c", "price", "--nan", "raise"), "has a NaN in row 4"),
        (("a.npy", "b.npy"), "b.npy: has an array of shape (3,), which cannot follow one"),
        (("-", "-"), "standard input can be read only once"),
        ((), "the following arguments are required: FILE"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, prices: Path, words: tuple[str, ...], said: str) -> None:
    """Exit status 2, and what would work."""
    np.save("a.npy", np.zeros((2, 2)))
    np.save("b.npy", np.zeros(3))
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("minloc: ")
    assert said in ran.err
    assert ran.err.count("\n") == (3 if "-w" in words else 1)


def test_help_and_version(run: Run) -> None:
    """The help ends with examples, exit statuses, and what is never the answer."""
    ran = run("--help")
    assert ran.status == 0
    for words in "examples:", "exit status:", "--memory SIZE", "missing values:":
        assert words in ran.out
    assert run("--version").out.startswith("minloc ")


def test_the_module_is_the_command(prices: Path) -> None:
    """``python -m minloc`` works, and a library that is missing is one line."""
    done = in_process_of_its_own("prices.csv", "-c", "price", "--json")
    assert json.loads(done.stdout)["row"] == 2
    program = (
        "import sys; sys.modules['pyarrow'] = None;"
        "from minloc._cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "prices.csv"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "minloc: pyarrow is needed to read CSV files: pip install 'minloc[cli]'\n"
    )


def test_nothing_large_is_imported_for_help() -> None:
    """The help comes at once."""
    program = (
        "import sys; from minloc._cli.arguments import parser; parser();"
        "print(*{'pyarrow', 'zarr', 'h5py', 'matplotlib', 'tqdm'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "\n"


def test_a_cluster_gives_the_same_answers(run: Run, climate: list[str]) -> None:
    """Workers in processes of their own open the files for themselves."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        a = np.random.default_rng(2).permutation(40_000).reshape(400, 100)
        np.save("big.npy", a)  # many pieces in the memory that is allowed
        for name in climate[2], "big.npy":
            axes = "1" if name == "big.npy" else "time,lon"
            where = "value > 99" if name == "big.npy" else "lat > -90"
            for words in (), ("--axis", axes, "--max", "-w", where, "--memory", "1MB"):
                here = run(name, "--json", *words)
                there = run(name, "--json", *words, "--scheduler", cluster.scheduler_address)
                assert there.answers == here.answers
    ran = run(climate[0], "--scheduler", "tcp://127.0.0.1:1")
    assert ran.status == 2
    assert "no Dask scheduler answers" in ran.err
    assert ran.err.count("\n") == 1
