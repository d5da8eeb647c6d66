"""NetCDF's classic formats, as netCDF4 writes them: no other library is needed to read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.command import Run

netcdf = pytest.importorskip("netCDF4")

RNG = np.random.default_rng(15)
FORMATS = ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4"]
TYPES = ["i1", "i2", "i4", "f4", "f8"]
MORE = ["u1", "u2", "u4", "i8", "u8"]


def write(path: str, form: str, types: list[str], records: int = 3) -> dict[str, Any]:
    """Write two variables of each type, one with the unlimited dimension, and return them."""
    arrays = {}
    with netcdf.Dataset(path, "w", format=form) as file:
        file.title = "odd"
        file.createDimension("time", None)
        file.createDimension("x", 5)
        file.createDimension("length", 7)
        for dtype in types:
            for name, dims, shape in (
                (f"fixed_{dtype}", ("x",), (5,)),
                (f"record_{dtype}", ("time", "x"), (records, 5)),
            ):
                values = (RNG.random(shape) * 100).astype(dtype)
                made = file.createVariable(name, dtype, dims)
                made.units = "m"
                made.levels = np.arange(3.0)
                if records or dims == ("x",):
                    made[:] = values
                arrays[name] = values
        names = file.createVariable("name", "S1", ("x", "length"))
        names[:] = netcdf.stringtochar(np.array(["delta", "b", "c", "alpha", "epsilon"], "S7"))
    return arrays


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("records", [0, 1, 3])
def test_all_types_in_all_formats(run: Run, form: str, records: int) -> None:
    """Records of several variables take turns, each of them padded to four bytes."""
    arrays = write("a.nc", form, TYPES + (MORE if form.endswith(("DATA", "4")) else []), records)
    for name, values in arrays.items():
        ran = run("a.nc", "-v", name, "--both", "--json")
        if not values.size:
            assert ran.status == 1
            continue
        for answer, place in zip(ran.answers, (values.argmin(), values.argmax()), strict=True):
            assert answer["value"] == pytest.approx(float(values.flat[place]))
            assert tuple(answer["index"].values()) == np.unravel_index(place, values.shape)


@pytest.mark.parametrize("dtype", ["i1", "i2", "f4"])
@pytest.mark.parametrize("form", FORMATS)
def test_the_only_variable_with_records_is_not_padded(run: Run, form: str, dtype: str) -> None:
    """An exception that the format makes."""
    values = write("a.nc", form, [dtype])[f"record_{dtype}"]
    answers = run("a.nc", "-v", f"record_{dtype}", "-a", "x", "--max", "--json").answers
    assert [answer["index"]["x"] for answer in answers] == list(values.argmax(axis=1))


@pytest.mark.parametrize("form", FORMATS[:3])
def test_values_that_were_never_written_are_missing(run: Run, form: str) -> None:
    """The fill values are the format's own; a record that is there may be so for one variable."""
    with netcdf.Dataset("a.nc", "w", format=form) as file:
        file.createDimension("time", None)
        for name in "v", "w":
            file.createVariable(name, "f4", ("time",))
        file["v"][:] = [3, 2]
        file["w"][:] = [1, 2, 3, 4]
    assert run("a.nc", "-v", "v", "--max", "--json").answers[0]["value"] == 3
    assert run("a.nc", "-v", "w", "--max", "--json").answers[0]["index"] == {"time": 3}


@pytest.mark.parametrize("form", FORMATS)
def test_characters_are_texts(run: Run, form: str) -> None:
    """A row of characters is one element."""
    write("a.nc", form, ["f4"])
    [answer] = run("a.nc", "-v", "name", "--json").answers
    assert (answer["value"], answer["index"]) == ("alpha", {"x": 3})
    [answer] = run("a.nc", "-v", "fixed_f4", "-w", "name == 'c'", "--json").answers
    assert answer["index"] == {"x": 2}


@pytest.mark.parametrize("form", FORMATS[:3])
def test_damage_is_one_line(run: Run, form: str) -> None:
    """Cut anywhere, or with other bytes in the header."""
    write("a.nc", form, TYPES)
    data = Path("a.nc").read_bytes()
    for length in (5, 30, 200, len(data) // 2, len(data) - 5):
        Path("a.nc").write_bytes(data[:length])
        ran = run("a.nc", "-v", "fixed_i1")
        assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1), ran.err
    for at in range(4, 400, 3):
        Path("a.nc").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
        ran = run("a.nc", "-v", "fixed_i1")
        assert ran.status in (0, 1, 2)
        assert ran.err.count("\n") <= 1


def test_a_stream_of_records_has_no_number_of_them(run: Run) -> None:
    """It follows from the size of the file."""
    values = write("a.nc", FORMATS[0], ["f4"])["record_f4"]
    data = bytearray(Path("a.nc").read_bytes())
    data[4:8] = b"\xff" * 4
    Path("a.nc").write_bytes(data)
    answers = run("a.nc", "-v", "record_f4", "-a", "x", "--json").answers
    assert [answer["index"]["x"] for answer in answers] == list(values.argmin(axis=1))
