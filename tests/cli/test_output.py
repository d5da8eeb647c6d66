"""`--output`: tables and maps of the answers, which other libraries read back."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow.parquet as pq
import pytest
import xarray as xr

import minloc
from support.command import CUBE, PACKED, PACKING, Run, write_netcdf


def opened(path: str) -> xr.Dataset:
    """Return a map as a user opens it."""
    words: dict[str, Any] = {"engine": "zarr", "consolidated": False} if "zarr" in path else {}
    with xr.open_dataset(path, **words) as data:
        return data.load()


@pytest.mark.parametrize("suffix", ["nc", "zarr"])
def test_a_map_is_what_xarray_computes(run: Run, suffix: str) -> None:
    """It has values, indices and labels, beside coordinates that are those of the file."""
    write_netcdf("a.nc", PACKED, PACKING)
    ran = run("a.nc", "--var", "t", "--axis", "time", "--output", f"o.{suffix}")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    source, found = opened("a.nc"), opened(f"o.{suffix}")
    assert set(found.data_vars) == {"t", "time_index", "time_label"}
    np.testing.assert_allclose(found.t, source.t.min("time"))
    np.testing.assert_array_equal(found.time_index, source.t.argmin("time"))
    np.testing.assert_array_equal(found.time_label, source.t.idxmin("time"))
    for dim in "lat", "lon":
        xr.testing.assert_identical(found[dim], source[dim])
    assert found.t.attrs == {"units": "K", "cell_methods": "time: minimum"}
    assert found.title == "minimum of t along time in a.nc"


@pytest.mark.parametrize("suffix", ["nc", "zarr"])
def test_a_slice_without_a_candidate_is_missing(run: Run, suffix: str) -> None:
    """Values, indices and dates are missing there, and only there; integers stay exact."""
    a = np.array([[2**62 + 1, 5], [7, 2**62 + 3]])
    with h5py.File("a.nc", "w") as file:
        file["v"], file["x"], file["t"] = a, [10, 20], [0, 1]
        for i, dim in enumerate("tx"):
            file[dim].make_scale(dim)
            file["v"].dims[i].attach_scale(file[dim])
        file["t"].attrs["units"] = "days since 2000-02-28"
    args = ("a.nc", "-v", "v", "--axis", "t", "--max", "--where", "x == 10")
    assert run(*args, "-o", f"o.{suffix}").status == 0
    found = opened(f"o.{suffix}")
    assert np.isnan(found.v).values.tolist() == [False, True]
    assert np.isnan(found.t_index).values.tolist() == [False, True]
    np.testing.assert_array_equal(found.t_label, np.array(["2000-02-28", "NaT"], "M8[ns]"))
    words: dict[str, Any] = {"engine": "zarr", "consolidated": False} if suffix == "zarr" else {}
    with xr.open_dataset(f"o.{suffix}", decode_cf=False, **words) as stored:
        assert int(stored.v[0]) == 2**62 + 1
    assert run(*args[:-1], "x == 30", "-o", "none.nc").status == 1
    assert not Path("none.nc").exists()


def test_a_map_of_both_ends_and_of_ranks(run: Run) -> None:
    """They are axes of their own, before those that are kept."""
    write_netcdf("a.nc", PACKED, PACKING)
    assert run("a.nc", "-v", "t", "--axis", "lat,lon", "--both", "-o", "o.nc").status == 0
    source, found = opened("a.nc").t, opened("o.nc")
    assert found.t.dims == ("extreme", "time")
    np.testing.assert_allclose(found.t.sel(extreme="maximum"), source.max(["lat", "lon"]))
    index = found.sel(extreme="minimum")
    there = source.values[np.arange(6), index.lat_index, index.lon_index]
    np.testing.assert_allclose(there, source.min(["lat", "lon"]))
    assert run("a.nc", "-v", "t", "--axis", "lon", "--top", "3", "-o", "top.nc").status == 0
    np.testing.assert_allclose(opened("top.nc").t, np.moveaxis(np.sort(source, 2)[..., :3], 2, 0))


@pytest.mark.parametrize("axes", [(0,), (2, 0), (0, 1, 2)])
def test_npy_has_the_indices_of_the_functions(run: Run, axes: tuple[int, ...]) -> None:
    """So they can be used with NumPy; where there is none, the index is -1."""
    a = CUBE.copy()
    a[:, 2, 3] = np.nan
    np.save("a.npy", a)
    assert run("a.npy", "--axis", ",".join(map(str, axes)), "-o", "o.npy").status == 0
    expected = minloc.nanargmin(a, axis=axes, default=-1)
    np.testing.assert_array_equal(np.load("o.npy"), expected, strict=True)


@pytest.mark.parametrize("calendar", ["noleap", "standard"])
def test_files_with_other_units_of_time_are_one_map(run: Run, calendar: str) -> None:
    """Dates are compared as dates, in any calendar; what no map can have is refused before."""
    for year in 2000, 2001:
        with h5py.File(f"{year}.nc", "w") as file:
            file["v"], file["t"] = np.arange(6.0).reshape(3, 2) * (year - 2002), np.arange(3)
            file["x"] = [1, 2]
            for i, dim in enumerate("tx"):
                file[dim].make_scale(dim)
                file["v"].dims[i].attach_scale(file[dim])
            file["t"].attrs.update({"units": f"days since {year}-02-27", "calendar": calendar})
    assert run("2000.nc", "2001.nc", "-v", "v", "-a", "t", "-o", "o.nc").status == 0
    assert opened("o.nc").t_label.dt.strftime("%Y-%m-%d").values.tolist() == (
        ["2000-03-01"] * 2 if calendar == "noleap" else ["2000-02-29"] * 2
    )
    assert run("2000.nc", "2001.nc", "-v", "v", "-a", "x", "-o", "x.nc").status == 0
    kept = opened("x.nc").t.dt.strftime("%Y-%m-%d").values
    assert kept[3:].tolist() == ["2001-02-27", "2001-02-28", "2001-03-01"]
    with h5py.File("2001.nc", "r+") as file:
        file["x"][:] = [3, 4]
    ran = run("2000.nc", "2001.nc", "-v", "v", "-a", "t", "-o", "no.nc")
    assert ran.status == 2
    assert "different coordinates 'x'" in ran.err
    assert not Path("no.nc").exists()


def test_a_table_of_an_array(run: Run) -> None:
    """CSV and JSON lines are what is printed; Parquet has types, and nulls where nothing is."""
    a = CUBE.copy()
    a[:, 2, 3] = np.nan
    write_netcdf("a.nc", a, {})
    args = ("a.nc", "-v", "t", "--axis", "time")
    for suffix in "csv", "jsonl", "json", "parquet":
        assert run(*args, "-o", f"o.{suffix}").status == 0
    assert Path("o.csv").read_text() == run(*args, "--csv").out
    lines = run(*args, "--json").out
    assert Path("o.jsonl").read_text() == lines
    answers = json.loads(Path("o.json").read_text())
    assert answers == [json.loads(line) for line in lines.splitlines()]
    table = pq.read_table("o.parquet")
    assert table["time_index"].to_pylist() == [one["index"]["time"] for one in answers]
    assert table["value"].to_pylist() == [one["value"] for one in answers]
    assert [None if one is None else f"{one:%Y-%m-%d}" for one in table["time_label"].to_pylist()
            ] == [one["labels"].get("time") for one in answers]  # fmt: skip


@pytest.mark.usefixtures("prices")
def test_the_rows_of_a_table(run: Run) -> None:
    """All columns and nothing else, the best row first, as they stand in the file."""
    args = ("prices.csv", "-c", "price", "--top", "3")
    for suffix in "csv", "json", "parquet":
        assert run(*args, "-o", f"o.{suffix}").status == 0
    assert Path("o.csv").read_text() == (
        'id,date,region,price\n3,2024-01-07,"east, far",1.20\n4,2024-01-08,west,1.20\n'
        "1,2024-01-05,north,3.50\n"
    )
    rows = json.loads(Path("o.json").read_text())
    assert rows == [one["fields"] for one in run(*args, "--json").answers]
    assert pq.read_table("o.parquet").to_pylist() == rows
    assert run("o.parquet", "prices.csv", "-c", "id", "--text", "-o", "two.csv").status == 0
    assert Path("two.csv").read_text().splitlines()[1] == "1,2024-01-05,north,3.50"


@pytest.mark.usefixtures("prices")
@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["-o", "o.xyz"], "o.xyz: the suffix has to be one of .csv, .json, "),
        (["-o", "o"], "the suffix has to be one of"),
        (["-o", "no/o.csv"], "no is not a folder"),
        (["-o", "o.nc"], ".nc is for the map of answers that --axis or --by makes of an array"),
        (["-o", "o.npy"], "without, the suffix has to be one of .csv, .json, .jsonl, .parquet"),
        (["-o", "there.csv"], "there.csv: it exists: --overwrite replaces it"),
        (["-o", "folder.csv", "--overwrite"], "it is a folder, which is never replaced"),
        (["-o", "prices.csv", "--overwrite"], "it is one of the files to search"),
        (["-o", "o.csv", "--json"], "not allowed with argument"),
        (["-o", "o.csv", "--list"], "--list searches nothing"),
        (["--overwrite"], "--overwrite is for --output"),
    ],
)
def test_refusals_come_before_the_search(
    run: Run, monkeypatch: pytest.MonkeyPatch, argv: list[str], reason: str
) -> None:
    """Nothing is read, nothing is written, and what is there stays."""
    from minloc._cli.rows import BestRows

    def never(*args: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(BestRows, "add", never)
    Path("there.csv").write_text("mine")
    Path("folder.csv").mkdir()
    before = sorted(os.listdir())
    ran = run("prices.csv", "-c", "price", *argv)
    assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert reason in ran.err
    assert sorted(os.listdir()) == before
    assert Path("there.csv").read_text() == "mine"


@pytest.mark.parametrize("suffix", ["csv", "nc", "zarr", "npy"])
def test_a_file_is_replaced_when_the_user_says_so(run: Run, suffix: str) -> None:
    """By the rule of --overwrite, through a link, and without anything left beside it."""
    np.save("a.npy", CUBE)
    path = f"o.{suffix}"
    args = ("a.npy", "--axis", "0", "-o", path)
    assert run(*args).status == 0
    assert run(*args).status == 2
    Path("kept").mkdir()
    os.rename(path, f"kept/{path}")
    os.symlink(f"kept/{path}", path)
    assert run(*args, "--max", "--overwrite").status == 0
    assert Path(path).is_symlink()
    assert os.listdir("kept") == [path]
    if suffix == "nc":
        np.testing.assert_array_equal(opened(path).value, np.nanmax(CUBE, axis=0))


def test_elements_that_no_map_has_are_refused_before(run: Run) -> None:
    """NetCDF has no complex numbers; the table has."""
    np.save("a.npy", np.array([[1 + 2j, 3], [0, 1j]]))
    ran = run("a.npy", "--axis", "0", "-o", "o.nc")
    assert ran.status == 2
    assert "dtype complex128 cannot be written as .nc: .npy has the indices" in ran.err
    assert run("a.npy", "--axis", "0", "-o", "o.parquet").status == 0


@contextmanager
def full_disk() -> Iterator[io.StringIO]:
    """Let no file of this process become larger than some bytes, and give what it prints."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, before[1]))
    try:
        with redirect_stdout(io.StringIO()) as out:
            yield out
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet", "npy", "nc", "zarr"])
def test_what_cannot_be_written_does_not_lose_the_answer(run: Run, suffix: str) -> None:
    """It is printed, one line says what went wrong, and no half of a file is left."""
    np.save("a.npy", np.arange(3000.0).reshape(3, 1000))
    args = ("a.npy", "--axis", "0")
    printed = run(*args).out
    old = Path(f"o.{suffix}")
    if suffix == "zarr":
        old.mkdir()
        old /= "zarr.json"
    old.write_text("mine")
    before = sorted(os.listdir())
    with full_disk() as out:
        ran = run(*args, "-o", f"o.{suffix}", "--overwrite")
    assert ran.status == 2
    assert out.getvalue() == printed
    assert ran.err.count("\n") == 1
    assert ran.err.startswith(f"minloc: --output: o.{suffix}: ")
    assert sorted(os.listdir()) == before
    assert old.read_text() == "mine"


def test_a_picture_that_cannot_be_saved_does_not_lose_the_answer(run: Run) -> None:
    """The answer is printed first; the old picture stays."""
    np.save("a.npy", CUBE)
    printed = run("a.npy", "--plot", "p.png").out
    old = Path("p.png").read_bytes()
    before = sorted(os.listdir())
    with full_disk() as out:
        ran = run("a.npy", "--plot", "p.png")
    assert (ran.status, out.getvalue()) == (2, printed)
    assert ran.err == "minloc: --plot: p.png: File too large\n"
    assert Path("p.png").read_bytes() == old
    assert sorted(os.listdir()) == before
