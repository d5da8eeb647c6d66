"""HDF5 beyond plain data sets: links, records, filters, virtual ones; and which one is meant."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import fsspec
import h5py
import numpy as np
import pytest
import xarray

from support.command import Run

V = np.array([3.0, 1.0, 2.0])


def test_links_can_be_named(run: Run) -> None:
    """Soft, hard and external ones; what they link to is counted once."""
    with h5py.File("far.h5", "w") as file:
        file["deep/x"] = V - 5
    with h5py.File("a.h5", "w") as file:
        file["group/v"] = V
        file["soft"] = h5py.SoftLink("/group/v")
        file["hard"] = file["group/v"]
        file["far"] = h5py.ExternalLink("far.h5", "/deep/x")
        file["gone"] = h5py.ExternalLink("nowhere.h5", "/x")
        file["dangling"] = h5py.SoftLink("/no/such")
        file["group/up"] = h5py.SoftLink("/group")
        file["group/round"] = file["/"]
    for name in "soft", "hard", "group/v":
        [answer] = run("a.h5", "-v", name, "--json").answers
        assert (answer["variable"], answer["value"]) == (name, 1)
    assert run("a.h5", "--json").answers[0]["value"] == 1
    assert run("a.h5", "-v", "far", "--json").answers[0]["value"] == -4
    [answer] = run("a.h5", "-v", "group/v", "-w", "soft > 1 and far > -4", "--json").answers
    assert answer["index"] == {"axis0": 2}
    for name, said in [
        ("gone", "a link 'gone' to nowhere.h5:/x, which leads nowhere"),
        ("dangling", "a link 'dangling' to /no/such, which leads nowhere"),
        ("group/up", "which is not an array"),
    ]:
        ran = run("a.h5", "-v", name)
        assert ran.status == 2
        assert said in ran.err


def test_a_file_of_links_only(run: Run) -> None:
    """As those that put many files together."""
    with h5py.File("far.h5", "w") as file:
        file["x"] = V
    with h5py.File("a.h5", "w") as file:
        file["far"] = h5py.ExternalLink("far.h5", "/x")
    assert run("a.h5", "--json").answers[0]["index"] == {"axis0": 1}


def test_a_virtual_data_set_without_its_source_is_refused(run: Run) -> None:
    """HDF5 would read fill values instead."""
    for i in range(2):
        with h5py.File(f"part{i}.h5", "w") as file:
            file["v"] = V + i
    layout = h5py.VirtualLayout((2, 3), float)
    for i in range(2):
        layout[i] = h5py.VirtualSource(f"part{i}.h5", "v", (3,))
    with h5py.File("a.h5", "w") as file:
        file.create_virtual_dataset("v", layout)
    assert run("a.h5", "--json").answers[0]["index"] == {"axis0": 0, "axis1": 1}
    Path("a.h5.gz").write_bytes(gzip.compress(Path("a.h5").read_bytes()))
    fsspec.filesystem("memory").pipe_file("/a.h5", Path("a.h5").read_bytes())
    for path in "a.h5.gz", "memory://a.h5", "a.h5":  # what is unpacked elsewhere has none beside it
        if path == "a.h5":
            Path("part0.h5").unlink()
        ran = run(path)
        assert (ran.status, ran.out) == (2, "")
        assert "takes 'v' from part0.h5, which is not there" in ran.err


def test_a_filter_that_is_missing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the package that has it."""
    with h5py.File("a.h5", "w") as file:
        file.create_dataset("v", data=V, chunks=(3,), compression="gzip")
    monkeypatch.setattr(h5py.h5z, "filter_avail", lambda code: False)
    ran = run("a.h5")
    assert (ran.status, ran.out) == (2, "")
    assert "compressed by the filter deflate (1), which is missing" in ran.err
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((3,))
    properties.set_filter(32018, h5py.h5z.FLAG_OPTIONAL)
    with h5py.File("b.h5", "w") as file:
        space = h5py.h5s.create_simple((3,))
        h5py.h5d.create(file.id, b"v", h5py.h5t.NATIVE_DOUBLE, space, properties)
    ran = run("b.h5")
    assert "the filter fcidecomp (32018), which is missing: pip install hdf5plugin" in ran.err


RECORDS = np.array(
    [(1, 2.5, b"b"), (0, -9, b"a"), (7, 3, b"c")], [("id", "i4"), ("y", "f8"), ("s", "S3")]
)


def test_records_of_one_data_set_are_a_table(run: Run) -> None:
    """The answer is the whole row, as for other tables."""
    with h5py.File("a.h5", "w") as file:
        file["t"] = RECORDS
    [answer] = run("a.h5", "--column", "y", "--json").answers
    assert (answer["row"], answer["value"], answer["fields"]) == (
        1, -9, {"id": 0, "y": -9.0, "s": "a"},
    )  # fmt: skip
    [answer] = run("a.h5", "-c", "id", "--max", "-w", "s < 'c' and y > 0", "--json").answers
    assert answer["row"] == 0
    assert "id, y" in run("a.h5").err
    [answer] = run("a.h5", "-c", "s", "--max", "--json").answers
    assert answer["value"] == "c"


def test_records_of_a_long_data_set(run: Run) -> None:
    """They are read in batches; fields of arrays and of references are left out."""
    long = np.zeros(200_000, [("x", "f4"), ("xyz", "f4", 3), ("when", "i8")])
    long["x"] = np.random.default_rng(0).permutation(200_000)
    long["when"] = np.arange(200_000)
    with h5py.File("a.h5", "w") as file:
        file["t"] = long
    answers = run("a.h5", "a.h5", "-c", "x", "--top", 3, "--memory", "1MB", "--json").answers
    first, second = (int(np.flatnonzero(long["x"] == i)[0]) for i in (0, 1))
    assert [answer["row"] for answer in answers] == [first, first, second]
    assert answers[2]["fields"] == {"x": 1.0, "when": second}
    assert "there is no column 'xyz'; there are: x, when" in run("a.h5", "-c", "xyz").err


def test_records_beside_arrays_are_arrays(run: Run) -> None:
    """Each field is a variable."""
    with h5py.File("a.h5", "w") as file:
        file["t"] = RECORDS
        file["v"] = V
    [answer] = run("a.h5", "-v", "t/y", "--json").answers
    assert (answer["index"], answer["value"]) == ({"axis0": 1}, -9)
    assert "t/id (3), t/y (3)" in run("a.h5").err


def climate(**more: Any) -> xarray.Dataset:
    """Return a data set with everything that the conventions let stand beside the data."""
    t = np.random.default_rng(3).normal(size=(4, 3, 2))
    made = xarray.Dataset(
        {
            "tas": (("time", "y", "x"), t, {
                "grid_mapping": "crs: x y", "ancillary_variables": "tas_error tas_flag",
                "cell_measures": "area: cell_area", "units": "K",
            }),
            "tas_error": (("time", "y", "x"), t),
            "tas_flag": (("time", "y", "x"), (t > 0).astype("i1")),
            "cell_area": (("y", "x"), t[0]),
            "crs": ((), 0, {"grid_mapping_name": "polar_stereographic"}),
            "time_bnds": (("time", "nv"), np.zeros((4, 2))),
            "climatology_bounds": (("time", "nv"), np.zeros((4, 2))),
            "lat_vertices": (("y", "x", "four"), np.zeros((3, 2, 4))),
        },
        {
            "time": ("time", np.arange(4.0), {
                "bounds": "time_bnds", "climatology": "climatology_bounds",
                "units": "days since 2000-01-01",
            }),
            "lat": (("y", "x"), t[0] + 50, {"units": "degrees_north", "bounds": "lat_vertices"}),
            "lon": (("y", "x"), t[0], {"units": "degrees_east"}),
            "station": (("x",), ["p", "q"]),
        },
    )  # fmt: skip
    return made.assign(**more)


@pytest.mark.parametrize("form", ["NETCDF4", "NETCDF3_64BIT", "zarr"])
def test_the_variable_that_holds_the_data_needs_no_name(run: Run, form: str) -> None:
    """Coordinates, bounds, errors, areas and projections belong to others that name them."""
    pytest.importorskip("netCDF4")
    data = climate()

    def save(data: xarray.Dataset) -> str:
        if form == "zarr":
            data.to_zarr("a.zarr", mode="w", zarr_format=2)
            return "a.zarr"
        data.to_netcdf("a.nc", format=form, engine="netcdf4")
        return "a.nc"

    [answer] = run(save(data), "--json").answers
    assert answer["variable"] == "tas"
    place = np.unravel_index(data["tas"].values.argmin(), (4, 3, 2))
    assert list(answer["index"].values()) == list(place)
    ran = run(save(climate(pr=data["tas"] * 2)))
    assert ran.status == 2
    assert "choose one with --var, or see --list: " in ran.err
    listed = ran.err.partition("--list: ")[2].strip()
    assert sorted(listed.removesuffix(")").split("), ")) == ["pr (4 × 3 × 2", "tas (4 × 3 × 2"]


def test_a_folder_is_no_trap(run: Run) -> None:
    """A source of a virtual data set is looked for beside the file."""
    Path("sub").mkdir()
    with h5py.File("sub/part.h5", "w") as file:
        file["v"] = V
    layout = h5py.VirtualLayout((3,), float)
    layout[:] = h5py.VirtualSource("part.h5", "v", (3,))
    with h5py.File("sub/a.h5", "w") as file:
        file.create_virtual_dataset("v", layout)
    assert run(os.path.join("sub", "a.h5"), "--json").answers[0]["value"] == 1
