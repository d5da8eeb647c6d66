"""Arrays: the index, its labels and the value, in every format."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import h5py
import numpy as np
import pytest
import zarr

import minloc
from support.command import CUBE, PACKED, PACKING, Run, write_netcdf


def test_arrays_answer_with_labels(run: Run, climate: list[str]) -> None:
    """Values are unpacked, dates are dates, and the fill value is no candidate."""
    place = np.unravel_index(np.nanargmin(CUBE), CUBE.shape)
    for name in climate:
        [answer] = run(name, "--json").answers
        assert answer == {
            "extreme": "min", "rank": 0, "file": name, "variable": "t",
            "value": round(270 + float(np.nanmin(CUBE)), 1), "units": "K",
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


def test_a_broken_array_beside_a_good_one_is_named(run: Run) -> None:
    """It may be the one that was meant, so the other is not chosen silently."""
    for save in np.savez, np.savez_compressed:
        save("two.npz", good=CUBE, labels=np.arange(3), bad=np.arange(1000.0))
        data = bytearray(Path("two.npz").read_bytes())
        start = data.index(b"bad.npy") + 20
        data[start : start + 60] = bytes(60)
        Path("two.npz").write_bytes(data)
        ran = run("two.npz")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith("minloc: two.npz: ")
        assert "bad" in ran.err
        assert "choose a variable with --var, or see --list: good, labels, bad" in ran.err
        assert run("two.npz", "--var", "good").status == 0


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


def test_shards_larger_than_the_memory(run: Run) -> None:
    """They are read chunk by chunk; chunks that are larger are refused."""
    import zarr

    a = np.random.default_rng(4).random(400_000)
    for name, shards, chunks in (
        ("shards.zarr", (400_000,), (10_000,)),
        ("a.zarr", None, (400_000,)),
    ):
        made = zarr.create_array(name, shape=a.shape, shards=shards, chunks=chunks, dtype="f8")
        made[:] = a
    [answer] = run("shards.zarr", "--memory", "1MB", "--json").answers
    assert answer["index"]["axis0"] == a.argmin()
    ran = run("a.zarr", "--memory", "1MB")
    assert ran.status == 2
    assert "has chunks of 3200000 bytes, each of which has to be held at once" in ran.err
