"""NetCDF-4 as its library and climate models write it: answers agree with netCDF4 and xarray."""

from __future__ import annotations

import warnings
from typing import Any

import h5py
import numpy as np
import pytest
import xarray
from numpy.typing import NDArray

from support.command import Run

netcdf = pytest.importorskip("netCDF4")
cftime = pytest.importorskip("cftime")

RNG = np.random.default_rng(14)


def write(
    path: str, values: NDArray[Any], attributes: dict[str, Any] | None = None, **times: Any
) -> None:
    """Write ``v(time, station)``, as stored; `times` are the numbers and attributes of ``time``."""
    with netcdf.Dataset(path, "w") as file:
        file.createDimension("time", len(values))
        file.createDimension("station", values.shape[1])
        attributes = dict(attributes or {})
        fill = attributes.pop("_FillValue", None)
        made = file.createVariable("v", values.dtype, ("time", "station"), fill_value=fill)
        made.set_auto_maskandscale(False)
        made.setncatts(attributes)
        made[:] = values
        if times:
            label = file.createVariable("time", "f8", ("time",))
            label[:] = times.pop("numbers")
            label.setncatts(times)


def by_netcdf4(path: str) -> Any:
    """Return ``v``, unpacked and masked by netCDF4."""
    with netcdf.Dataset(path) as file, warnings.catch_warnings(action="ignore"):
        return file["v"][:]


def by_xarray(path: str) -> Any:
    """Return ``v``, unpacked and NaN where it is missing, by xarray."""
    with warnings.catch_warnings(action="ignore"), xarray.open_dataset(path) as data:
        return data["v"].load()


def both_ends(run: Run, path: str, *more: object) -> list[Any]:
    """Return the values and places of both ends."""
    answers = run(path, "--var", "v", "--both", "--json", *more).answers
    return [(one["value"], *one["index"].values()) for one in answers]


def ends_of(values: Any) -> list[Any]:
    """Return them of an array; masked elements and NaN are missing."""
    masked = np.ma.masked_invalid(values)
    return [
        (pytest.approx(float(masked[place]), rel=1e-6), *map(int, place))
        for place in (
            np.unravel_index(masked.argmin(), masked.shape),
            np.unravel_index(masked.argmax(), masked.shape),
        )
    ]


def test_a_dimension_without_a_variable_has_no_labels(run: Run) -> None:
    """The place that NetCDF-4 keeps for it in HDF5 holds zeros, which are no labels."""
    values = RNG.normal(size=(4, 5))
    write("a.nc", values, numbers=[0, 1, 2, 3], units="days since 2000-01-01")
    [answer] = run("a.nc", "--json", "--where", "station == 3").answers
    assert answer["index"] == {"time": int(values[:, 3].argmin()), "station": 3}
    assert answer["labels"] == {"time": f"2000-01-0{1 + values[:, 3].argmin()}"}
    assert "station" not in run("a.nc", "--var", "no").err.partition("there are:")[2]
    ran = run("a.nc", "--var", "station")
    assert ran.status == 2


def test_a_variable_with_a_dimensions_name_and_other_axes(run: Run) -> None:
    """It has its own name, and does not label that dimension."""
    with netcdf.Dataset("a.nc", "w") as file:
        for dim in "x", "y":
            file.createDimension(dim, 3)
        file.createVariable("y", "f8", ("x",))[:] = [7, 8, 9]
        file.createVariable("v", "f8", ("x", "y"))[:] = np.arange(9).reshape(3, 3)[::-1]
        file.createVariable("square", "f8", ("x", "x"))[:] = np.eye(3)
    [answer] = run("a.nc", "-v", "v", "--json").answers
    assert (answer["index"], answer["labels"]) == ({"x": 2, "y": 0}, {})
    [answer] = run("a.nc", "-v", "y", "--max", "--json").answers
    assert (answer["value"], answer["index"]) == (9, {"x": 2})
    [answer] = run("a.nc", "-v", "square", "--max", "--ties", "last", "--json").answers
    assert answer["index"] == {"x": 2, "x_1": 2}


BYTES = np.array([[-1, 1, 100], [-56, -128, 5]], np.int8)


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        (BYTES, {"_Unsigned": "true"}),
        (BYTES, {"_Unsigned": "true", "_FillValue": np.int8(-1)}),
        (BYTES, {"_Unsigned": "true", "_FillValue": np.int8(-56), "scale_factor": -0.5}),
        (BYTES, {"_Unsigned": "true", "_FillValue": np.int8(-1), "scale_factor": np.float32(0.1)}),
        (BYTES.view("u1"), {"_Unsigned": "false", "_FillValue": np.uint8(255)}),
        (BYTES, {"missing_value": np.array([-128, 100], np.int8)}),
        (BYTES, {"_FillValue": np.int8(5), "missing_value": np.int8(100)}),
        (BYTES, {"scale_factor": -2.0, "add_offset": 3.5, "_FillValue": np.int8(-128)}),
        (BYTES.astype("f4"), {"_FillValue": np.float32("nan")}),
        (BYTES.astype("f8"), {"missing_value": 100}),
        (BYTES.astype("i2"), {"missing_value": 100.0, "scale_factor": 0.01}),
    ],
)
def test_missing_and_packed_values_agree_with_xarray(
    run: Run, values: NDArray[Any], attributes: dict[str, Any]
) -> None:
    """Fill values are compared as they are stored, in the type of the attribute."""
    write("a.nc", values, attributes)
    expected = ends_of(by_xarray("a.nc").values)
    assert both_ends(run, "a.nc") == expected


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        (BYTES, {"valid_range": np.array([-60, 10], np.int8)}),
        (BYTES, {"valid_min": np.int8(-60)}),
        (BYTES, {"valid_max": np.int8(5), "scale_factor": -0.5}),
        (
            BYTES,
            {
                "valid_range": np.array([0, -2], np.int8),
                "_Unsigned": "true",
                "_FillValue": np.int8(1),
            },
        ),
        (BYTES, {"valid_max": np.int8(-100), "_Unsigned": "true", "_FillValue": np.int8(1)}),
        (BYTES.astype("f4") * np.float32(0.1), {"valid_max": 0.5, "valid_min": -5.5}),
        (np.where(BYTES == 5, 9.969209968386869e36, BYTES), {}),
        (np.where(BYTES == 5, -32767, BYTES).astype("i2"), {}),
    ],
)
def test_values_out_of_range_are_missing(
    run: Run, values: NDArray[Any], attributes: dict[str, Any]
) -> None:
    """As in netCDF4; so are those that were never written. xarray looks at neither."""
    write("a.nc", values, attributes)
    assert both_ends(run, "a.nc") == ends_of(by_netcdf4("a.nc"))


def test_a_missing_value_of_more_digits_than_the_elements(run: Run) -> None:
    """1e20 in double precision means the nearest number of single precision."""
    values = np.array([[1, 2], [1e20, np.nan]], "f4")
    write("a.nc", values, {"missing_value": 1e20})
    assert both_ends(run, "a.nc") == [(1, 0, 0), (2, 0, 1)]


def test_a_range_in_unpacked_units(run: Run) -> None:
    """The NetCDF User Guide: a range of the type of the unpacked values is in their units."""
    packed = np.arange(-60, 60, dtype=np.int16).reshape(10, 12)
    for scale in 0.1, -0.1:
        attributes = {"scale_factor": scale, "add_offset": 270.0, "valid_range": [268.0, 272.5]}
        write("a.nc", packed, attributes)
        assert [value for value, *_ in both_ends(run, "a.nc")] == [268.0, 272.5]


def test_coordinates_are_all_there(run: Run) -> None:
    """A range that is too narrow for longitudes must not hide what they label."""
    with netcdf.Dataset("a.nc", "w") as file:
        file.createDimension("lon", 4)
        file.createVariable("v", "f8", ("lon",))[:] = [4, 3, 2, 1]
        lon = file.createVariable("lon", "f8", ("lon",))
        lon[:] = [0, 90, 180, 270]
        lon.valid_range = [-180.0, 180.0]
    assert run("a.nc", "-w", "lon > 100", "--json").answers[0]["labels"] == {"lon": 270}


def test_years_that_no_calendar_has(run: Run) -> None:
    """Climatologies count from a year 0; dates are those of cftime, or numbers with their unit."""
    units = "days since 0000-01-01"
    for calendar, labels in [
        ("standard", [f"15.0 {units}", f"800000.0 {units}"]),  # it has no year 0
        ("noleap", ["0000-01-16", "2191-10-13"]),
        ("360_day", ["0000-01-16", "2222-03-21"]),
        ("proleptic_gregorian", ["0000-01-16", "2190-04-29"]),
    ]:
        write("a.nc", np.zeros((2, 1)), numbers=[15, 800_000], units=units, calendar=calendar)
        answers = run("a.nc", "-v", "v", "-a", "station", "--json").answers
        assert [answer["labels"]["time"] for answer in answers] == labels


CALENDARS = ["standard", "gregorian", "proleptic_gregorian", "julian", "noleap", "365_day",
             "all_leap", "366_day", "360_day"]  # fmt: skip


@pytest.mark.parametrize("calendar", CALENDARS)
@pytest.mark.parametrize(
    "units",
    ["days since 1500-01-01", "hours since 0001-01-01 00:00:0.0", "days since 2000-1-1",
     "seconds since 1970-01-01T12:00:00Z", "days since 1582-10-01",
     "minutes since 1899-12-30 06:30",
     "hours since 1990-06-15 00:00:00 +02:00"],
)  # fmt: skip
def test_dates_of_all_calendars_agree_with_cftime(run: Run, calendar: str, units: str) -> None:
    """Also those before 1582, which the standard calendar counts as Julian."""
    numbers = np.array([0, 1, 30, 59, 60, 364, 365, 366, 100_000, 213_000.25])
    write("a.nc", np.zeros((10, 1)), numbers=numbers, units=units, calendar=calendar)
    answers = run("a.nc", "-v", "v", "--axis", "station", "--json").answers
    labels = [answer["labels"]["time"] for answer in answers]
    dates = cftime.num2date(numbers, units, calendar, only_use_cftime_datetimes=True)
    assert labels == [date.isoformat().removesuffix("T00:00:00") for date in dates]
    for date in dates[5], dates[8]:
        for sign, expected in (">=", dates >= date), ("<", dates < date), ("==", dates == date):
            ran = run("a.nc", "-v", "v", "-w", f"time {sign} '{date.isoformat()}'",
                      "--top", 10, "--json")  # fmt: skip
            found = [answer["index"]["time"] for answer in ran.answers]
            assert found == list(np.flatnonzero(expected)), (sign, date)


def test_conditions_on_dates_that_the_calendar_lacks(run: Run) -> None:
    """An error that points at the text; a number is not a date either."""
    write("a.nc", np.zeros((3, 1)), numbers=[0, 59, 60], units="days since 2000-01-01",
          calendar="360_day")  # fmt: skip
    [answer] = run("a.nc", "-v", "v", "-w", "time == '2000-02-30'", "--json").answers
    assert answer["labels"]["time"] == "2000-02-30"
    for text in "'2000-02-31'", "'soon'", "3":
        ran = run("a.nc", "-v", "v", "-w", f"time == {text}")
        assert ran.status == 2
        assert "cannot be computed of dates and" in ran.err
    write("b.nc", np.zeros((3, 1)), numbers=[0, 59, 60], units="days since 2000-01-01")
    assert run("b.nc", "-v", "v", "-w", "time == 3").status == 2
    assert run("b.nc", "-v", "v", "-w", "time != 'soon'").status == 2


def test_months_are_dates_where_they_are_whole(run: Run) -> None:
    """Half a month has no length, except in years of 360 days; then the number says its unit."""
    zeros = np.zeros((3, 1))
    for values, calendar, labels in [
        ([0, 1, 14], "standard", ["1960-01-01", "1960-02-01", "1961-03-01"]),
        ([0.5, 1.5, 14.5], "360_day", ["1960-01-16", "1960-02-16", "1961-03-16"]),
        ([0.5, 1.5, 14.5], "360", ["1960-01-16", "1960-02-16", "1961-03-16"]),
        ([0.5, 1, 2], "standard", ["0.5 months since 1960-01-01", "1960-02-01", "1960-03-01"]),
        ([1, 2, 3], "none", [f"{i}.0 months since 1960-01-01" for i in (1, 2, 3)]),
    ]:
        write("a.nc", zeros, numbers=values, units="months since 1960-01-01", calendar=calendar)
        answers = run("a.nc", "-v", "v", "-a", "station", "--json").answers
        assert [answer["labels"]["time"] for answer in answers] == labels


def test_dates_are_not_compared_across_origins(run: Run) -> None:
    """The numbers of two files that count from different days are no order of their dates."""
    for name, units in ("a.nc", "days since 2000-01-01"), ("b.nc", "days since 1999-01-01"):
        write(name, np.zeros((3, 1)), numbers=[0, 1, 2], units=units)
    ran = run("a.nc", "b.nc", "-v", "time")
    assert (ran.status, ran.out) == (2, "")
    assert "cannot be compared with days since 2000-01-01" in ran.err


def test_files_with_axes_in_another_order_are_not_joined(run: Run) -> None:
    """Even where the shapes fit."""
    for name, dims in ("a.nc", ("x", "y")), ("b.nc", ("y", "x")):
        xarray.Dataset({"v": (dims, np.zeros((2, 2)))}).to_netcdf(name, engine="netcdf4")
    assert "b.nc: has 'v' with the axes y, x" in run("a.nc", "b.nc").err


def test_packing_that_is_not_a_number_is_refused(run: Run) -> None:
    """The stored elements could be in any order."""
    write("a.nc", BYTES, {"scale_factor": "tenths"})
    ran = run("a.nc")
    assert (ran.status, ran.out) == (2, "")
    assert "a.nc: 'v': the attribute scale_factor is 'tenths', which is not a number" in ran.err


def test_a_file_that_is_cut_while_it_is_read_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HDF5 reads zeros past the end of a file."""
    with h5py.File("a.h5", "w") as file:
        file["v"] = np.full(100_000, 5.0)
    assert run("a.h5", "--json").answers[0]["value"] == 5
    from minloc._cli.joined import Joined

    real = Joined.read

    def cut(joined: Joined, box: Any) -> Any:
        with open("a.h5", "r+b") as file:
            file.truncate(50_000)
        return real(joined, box)

    monkeypatch.setattr(Joined, "read", cut)
    ran = run("a.h5")
    assert (ran.status, ran.out) == (2, "")
    assert "a.h5: changed while it was read" in ran.err
