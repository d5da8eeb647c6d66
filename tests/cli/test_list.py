"""``--list``: what is in a file; and what it says beside a value: units, digits, coordinates."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray

from support.command import Run


def test_variables_with_axes_and_units(run: Run, climate: list[str]) -> None:
    """The same in all formats, and for programs."""
    for name in climate:
        lines = run(name, "--list").out.splitlines()
        assert lines[0].split() == ["variable", "axes", "type", "units"]
        [line] = [line for line in lines if line.startswith("t ")]
        assert line.split()[-2:] == ["int16", "K"]
        assert "time 6 × lat 5 × lon 4" in line
        listed = [json.loads(line) for line in run(name, "--list", "--json").out.splitlines()]
        assert {one["variable"] for one in listed} == {"t", "time", "lat", "lon"}
        [one] = [one for one in listed if one["variable"] == "lat"]
        assert one == {
            "file": name, "variable": "lat", "axes": {"lat": 5}, "type": "float64",
            "units": "degrees_north", "description": "",
        }  # fmt: skip
    out = run(*climate, "--list").out
    assert [line for line in out.splitlines() if line in climate] == climate
    rows = list(csv.DictReader(io.StringIO(run(*climate, "--list", "--csv").out)))
    assert len(rows) == 12
    assert rows[0].keys() == {"file", "name", "axes", "type", "units", "description"}


def test_columns_of_tables(run: Run, prices: Path) -> None:
    """With their types; the file need not say which column to search."""
    lines = run(prices, "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["column", "id", "date", "region", "price"]
    listed = [json.loads(line) for line in run(prices, "-l", "--json").out.splitlines()]
    assert [one["column"] for one in listed] == ["id", "date", "region", "price"]
    assert run(prices, "missing.csv", "--list").status == 2


def test_what_cannot_be_searched_is_listed_with_the_reason(run: Run) -> None:
    """So that the others can be found in a file with a damaged array."""
    with h5py.File("a.h5", "w") as file:
        file["v"] = np.arange(3.0)
        file["link"] = np.array([file["v"].ref], dtype=h5py.ref_dtype)
        file["gone"] = h5py.SoftLink("/nothing")
    out = run("a.h5", "--list").out
    assert "axis0 3" in out
    assert "cannot be searched: has elements in 'link' that have no order" in out
    assert "cannot be searched: has a link 'gone' to /nothing, which leads nowhere" in out


def test_ambiguity_suggests_it(run: Run, prices: Path) -> None:
    """Both for columns and for variables."""
    np.savez("two.npz", a=np.zeros(2), b=np.zeros(3))
    assert "choose one with --var, or see --list: a (2), b (3)" in run("two.npz").err
    assert "choose one with --column, or see --list: " in run(prices).err


def test_zero_is_a_label(run: Run, climate: list[str]) -> None:
    """Although it is the fill value that a store of version 2 has by default."""
    for name in climate:
        [answer] = run(name, "-w", "lat == 0", "--json").answers
        assert answer["labels"]["lat"] == 0


def test_units_stand_beside_the_value(run: Run, climate: list[str]) -> None:
    """Not beside dates, which are not numbers any more."""
    low = run("one.nc").out.splitlines()[0]
    assert low == "minimum of t: 265.0 K in one.nc"
    assert run("one.nc", "-a", "time").out.startswith("minimum of t (K) along time in one.nc")
    [answer] = run("one.nc", "-v", "time", "--max", "--json").answers
    assert answer["value"] == "2000-03-03"
    assert "units" not in answer


def test_single_precision_has_as_many_digits_as_it_has(run: Run) -> None:
    """Enough to give the same number back."""
    np.save("a.npy", np.array([0.1, 1 / 3], "f4"))
    for end, value in ("--min", 0.1), ("--max", 0.33333334):
        [answer] = run("a.npy", end, "--json").answers
        assert answer["value"] == value
        assert np.float32(answer["value"]) == np.load("a.npy")[answer["index"]["axis0"]]
    data = xarray.Dataset({"v": ("x", np.array([12, 3], "i2"))})
    data["v"].attrs["scale_factor"] = np.float32(0.1)
    pytest.importorskip("netCDF4")
    data.to_netcdf("a.nc", engine="netcdf4")
    assert run("a.nc", "--json").answers[0]["value"] == 0.3


@pytest.mark.parametrize("form", ["netcdf", "zarr"])
def test_latitude_and_longitude_of_two_axes_are_the_place(run: Run, form: str) -> None:
    """On a rotated or projected grid no axis has them."""
    rng = np.random.default_rng(8)
    v, lat, lon = rng.normal(size=(3, 4, 5)), rng.normal(size=(4, 5)) + 60, rng.normal(size=(4, 5))
    data = xarray.Dataset(
        {"v": (("t", "y", "x"), v)},
        {"lat": (("y", "x"), lat), "lon": (("y", "x"), lon), "height": ((), 2.0)},
    )
    path = f"a.{form}"
    if form == "zarr":
        data.to_zarr(path, zarr_format=2)
    else:
        pytest.importorskip("netCDF4")
        data.to_netcdf(path, engine="netcdf4")
    _, y, x = np.unravel_index(v.argmin(), v.shape)
    [answer] = run(path, "--json").answers
    assert answer["labels"] == {"lat": lat[y, x], "lon": lon[y, x]}
    lines = [line.split() for line in run(path).out.splitlines()]
    assert ["lat", str(lat[y, x])] in lines
    assert ["lon", str(lon[y, x])] in lines
    answers = run(path, "--axis", "t", "--json").answers
    assert [one["labels"]["lat"] for one in answers] == list(lat.flat)
    rows = list(csv.DictReader(io.StringIO(run(path, "-a", "t", "--csv").out)))
    assert [float(row["lon_label"]) for row in rows] == list(lon.flat)
    near = "abs(lat - 60) < 0.5 and lon > 0"
    [answer] = run(path, "-w", near, "--json").answers
    inside = np.broadcast_to((abs(lat - 60) < 0.5) & (lon > 0), v.shape)
    assert answer["value"] == v[inside].min()
    head = run(path, "--axis", "t").out.splitlines()[2]
    assert head.split() == ["value", "t", "y", "x", "lat", "lon"]
