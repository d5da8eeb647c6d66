"""`--by` in arrays: one answer for each group of elements, as a loop over the groups finds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from support.command import Run

xr = pytest.importorskip("xarray")
pytest.importorskip("h5netcdf")
RNG = np.random.default_rng(16)
SHAPE = DAYS, ROWS, COLUMNS = 40, 3, 4
CUBE = RNG.integers(-40, 40, SHAPE) / 4
CUBE[RNG.random(SHAPE) < 0.1] = np.nan
TIME = np.datetime64("2000-01-20", "s") + 9 * np.arange(DAYS) * np.timedelta64(86400, "s")
TIME += (np.arange(DAYS) % 5 * 3600).astype("m8[s]")
MONTH = TIME.astype("M8[M]").astype(int) % 12 + 1
YEAR = TIME.astype("M8[Y]").astype(int) + 1970
REGION = np.array(
    [["sea", "land", "sea", ""], ["ice", "sea", "land", "land"], ["", "", "a", "sea"]]
)
LEVEL = np.array([[0, -3, 7, 7], [0, 0, 7, -3], [-9, -9, 7, 0]], "i4")


def dataset(days: slice = slice(None)) -> Any:
    """Return a cube, and what groups its elements."""
    return xr.Dataset(
        {
            "t": (("time", "lat", "lon"), CUBE[days]),
            "level": (("lat", "lon"), LEVEL, {"_FillValue": np.int32(-9)}),
            "region": (("lat", "lon"), REGION),
            "kind": (("time",), np.arange(DAYS)[days] % 3),
        },
        {"time": TIME[days], "lat": [10.0, 20.0, 30.0], "lon": [1, 2, 3, 4]},
    )


@pytest.fixture
def cube(run: Run) -> str:
    """Return the name of a file with the cube."""
    dataset().to_netcdf("a.nc", engine="h5netcdf")
    return "a.nc"


#: By what, what answers call it, and what each element has; None: it is in no group.
BYS: dict[str, tuple[str, NDArray[Any]]] = {
    "time.month": ("month", MONTH[:, None, None]),
    "time.season": (
        "season", np.array(["DJF", "MAM", "JJA", "SON"])[MONTH % 12 // 3][:, None, None]
    ),
    "time.hour": ("hour", (np.arange(DAYS) % 5)[:, None, None]),
    "kind": ("kind", (np.arange(DAYS) % 3)[:, None, None]),
    "region": ("region", REGION),
    "level": ("level", np.array([[None if one == -9 else one for one in row] for row in LEVEL])),
}  # fmt: skip


def keys_of(by: str) -> list[tuple[str, NDArray[Any]]]:
    """Return the name of each key, and what elements have."""
    return [(BYS[word][0], np.broadcast_to(BYS[word][1], SHAPE)) for word in by.split(",")]


def members(by: str) -> dict[tuple[Any, ...], NDArray[np.bool]]:
    """Return which elements are in each group, sorted by its keys."""
    columns = [values.ravel().tolist() for _, values in keys_of(by)]
    elements = list(zip(*columns, strict=True))
    found = sorted({one for one in elements if None not in one})
    return {key: np.array([one == key for one in elements]).reshape(SHAPE) for key in found}


def best(a: NDArray[Any], chosen: NDArray[np.bool], k: int, largest: bool) -> list[int]:
    """Return the flat indices of the best elements, the first of equal ones first."""
    places = np.flatnonzero(chosen & ~np.isnan(a))
    values = a.ravel()[places]
    order = np.argsort(-values if largest else values, kind="stable")
    return [int(place) for place in places[order][:k]]


@pytest.mark.parametrize("by", [*BYS, "time.month,kind", "level,time.season"])
@pytest.mark.parametrize(
    "words", [[], ["--max"], ["--both"], ["--top", 3], ["--near", "1.2"], ["--top", 2, "--abs"]]
)
def test_one_answer_for_each_group(run: Run, cube: str, by: str, words: list[Any]) -> None:
    """Of the whole array, in the order of the keys."""
    answers = run(cube, "--var", "t", "--by", by, "--json", *words).answers
    a = CUBE
    if "--near" in words or "--abs" in words:
        a = abs(CUBE - (1.2 if "--near" in words else 0))
    k = words[1] if "--top" in words else 1
    wanted = []
    for key, chosen in members(by).items():
        for largest in (False, True) if "--both" in words else ("--max" in words,):
            wanted += [(key, at) for at in best(a, chosen, k, largest)]
    names = [name for name, _ in keys_of(by)]
    assert [list(one["group"]) for one in answers] == [names] * len(wanted)
    assert [tuple(one["group"].values()) for one in answers] == [key for key, _ in wanted]
    places = [tuple(one["index"].values()) for one in answers]
    assert [np.ravel_multi_index(place, SHAPE) for place in places] == [at for _, at in wanted]
    assert [one["value"] for one in answers] == [CUBE.ravel()[at] for _, at in wanted]


@pytest.mark.parametrize(
    ("axis", "by"),
    [("time", "time.month"), ("time,lon", "kind"), ("lat,lon", "level"), ("lon,lat", "region")],
)
def test_groups_of_each_slice(run: Run, cube: str, axis: str, by: str) -> None:
    """With `--axis`, for each place along the others; groups take the place of a single axis."""
    dims = ["time", "lat", "lon"]
    axes = tuple(dims.index(dim) for dim in axis.split(","))
    groups = members(by)
    labels = np.full(SHAPE, -1)
    for number, chosen in enumerate(groups.values()):
        labels[chosen] = number
    index = minloc.argmin(
        CUBE, axis=axes[0] if len(axes) == 1 else axes, by=labels, num_groups=len(groups),
        nan_policy="omit", default=-1,
    )  # fmt: skip
    where = cube, "--var", "t", "--axis", axis, "--by", by
    answers = run(*where, "--json").answers
    lengths = [SHAPE[i] for i in axes]
    got = [
        -1 if (places := [one["index"][dims[i]] for i in axes])[0] is None
        else int(np.ravel_multi_index(places, lengths)) for one in answers
    ]  # fmt: skip
    assert got == index.ravel().tolist()
    kept = [dims[i] for i in range(3) if i not in axes]
    for one, place in zip(answers, np.ndindex(index.shape), strict=True):
        in_order = list(place)
        group = in_order.pop(axes[0] if len(axes) == 1 else -1)
        assert tuple(one["group"].values()) == list(groups)[group]
        assert [one["index"][dim] for dim in kept] == in_order
    assert run(*where, "-o", "o.npy").status == 0
    assert np.array_equal(np.load("o.npy"), index)
    assert run(*where, "-o", "o.nc").status == 0
    with xr.open_dataset("o.nc", engine="h5netcdf") as made:
        [(name, _)] = keys_of(by)
        assert made[name].values.tolist() == [key for (key,) in groups]
        assert made["t"].shape == index.shape
        [at] = made["t"].get_axis_num([name])
        assert at == (axes[0] if len(axes) == 1 else index.ndim - 1)
        values = minloc.findmin(
            CUBE, axis=axes[0] if len(axes) == 1 else axes, by=labels, num_groups=len(groups),
            nan_policy="omit", default=-1,
        ).values  # fmt: skip
        assert np.array_equal(made["t"].values, values, equal_nan=True)


def test_the_map_has_a_row_for_each_group(run: Run, cube: str) -> None:
    """Without `--axis`, a map has the axis of the groups alone; of two keys it is called group."""
    where = cube, "--var", "t", "--by", "time.year,time.month"
    assert run(*where, "-o", "o.nc").status == 0
    with xr.open_dataset("o.nc", engine="h5netcdf") as made:
        months = [one["group"] for one in run(*where, "--json").answers]
        assert made["t"].dims == ("group",)
        assert made["year"].values.tolist() == [one["year"] for one in months]
        assert made["month"].values.tolist() == [one["month"] for one in months]
        assert [(one["year"], one["month"]) for one in months] == sorted(
            set(zip(YEAR.tolist(), MONTH.tolist(), strict=True))
        )


def test_tables_and_csv(run: Run, cube: str) -> None:
    """The keys stand before the value; of one group they are lines of their own."""
    where = cube, "--var", "t", "--by", "time.year"
    table = run(*where).out
    assert table.startswith("minimum of t by year in a.nc\n\nyear  value  time  time label")
    assert run(*where, "--axis", "time").out.startswith("minimum of t along time by year in a.nc\n")
    header, first, *_ = run(*where, "--csv").out.splitlines()
    assert header.startswith("extreme,rank,file,variable,year,value,time_index,time_label,lat_inde")
    assert first.startswith("min,0,a.nc,t,2000,-10.0,")
    dataset(slice(0, 13)).to_netcdf("b.nc", engine="h5netcdf")
    assert "\nyear         2000\ntime" in run("b.nc", *where[1:]).out


def test_labels_in_a_file(run: Run, cube: str) -> None:
    """A `.npy` file has a label for each element along the reduced axes; negative ones are none."""
    labels = RNG.integers(-1, 3, DAYS)
    np.save("labels.npy", labels)
    np.save("cube.npy", CUBE)
    for file, axis in ((cube, "time"), ("cube.npy", "0")):
        ran = run(file, "--var", "t" if file == cube else "value", "--axis", axis,
                  "--by", "labels.npy", "-o", "o.npy", "--overwrite")  # fmt: skip
        assert (ran.status, ran.err) == (0, "")
        assert np.array_equal(
            np.load("o.npy"),
            minloc.argmin(CUBE, axis=0, by=labels, num_groups=3, nan_policy="omit", default=-1),
        )
    np.save("names.npy", np.where(labels < 0, "none", "some"))
    answers = run("cube.npy", "--axis", "0", "--by", "names.npy", "--json").answers
    assert [one["group"] for one in answers[:: ROWS * COLUMNS]] == [
        {"group": "none"}, {"group": "some"}
    ]  # fmt: skip


def test_several_files_are_one_array(run: Run, cube: str) -> None:
    """Keys along the first axis follow each other; others have to be the same in all files."""
    dataset(slice(0, 13)).to_netcdf("b.nc", engine="h5netcdf")
    dataset(slice(13, None)).to_netcdf("c.nc", engine="h5netcdf")
    for by in "time.month", "region", "level,kind":
        for words in [], ["--axis", "time,lat,lon"]:
            one = run(cube, "--var", "t", "--by", by, "--json", *words).answers
            two = run("b.nc", "c.nc", "--var", "t", "--by", by, "--json", *words).answers
            assert [each["group"] for each in two] == [each["group"] for each in one]
            assert [each["labels"] for each in two] == [each["labels"] for each in one]
    other = dataset(slice(13, None))
    other["region"] = other["region"].copy(data=REGION[::-1])
    other.to_netcdf("c.nc", engine="h5netcdf")
    ran = run("b.nc", "c.nc", "--var", "t", "--by", "region")
    assert (ran.status, ran.out) == (2, "")
    assert "c.nc: has other values of 'region' than b.nc" in ran.err


def test_dates_of_other_calendars(run: Run) -> None:
    """The dates of models have parts, too."""
    pytest.importorskip("cftime")
    a = np.array([5.0, 1.0, 4.0, 2.0])
    time = ("time", np.array([30, 59, 400, 420]), {
        "units": "days since 2001-01-01", "calendar": "360_day"})  # fmt: skip
    xr.Dataset({"t": ("time", a)}, {"time": time}).to_netcdf("a.nc", engine="h5netcdf")
    answers = run("a.nc", "--by", "time.month", "--json").answers
    assert [one["group"]["month"] for one in answers] == [2, 3]
    assert [one["value"] for one in answers] == [1.0, 2.0]
    assert len(run("a.nc", "--by", "time", "--json").answers) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "nope"], "--by: a.nc has no 'nope'; there are: t, time, lat, lon, "),
        (["--by", "nope.month"], "of dates also parts such as time.month"),
        (["--by", "lat.month"], "--by: a.nc: 'lat' has no dates, and no month"),
        (["--by", "kind,kind"], "--by: 'kind,kind' has a name twice"),
        (["--by", "lat", "--axis", "time"], "--by: 'lat' varies along lat, each place of which"),
        (["--by", "region", "--axis", "lon"], "--by: 'region' varies along lat, each"),
        (["--by", "gone.npy"], "gone.npy: No such file"),
        (["--by", "short.npy", "--axis", "time"], "--by: short.npy: by has 3 labels, but axis 0"),
        (["--by", "time.month", "--plot", "p.png"], "--plot draws no groups"),
        (["--by", "time", "--axis", "time", "--column", "t"], "--column is for tables"),
    ],
)  # fmt: skip
def test_what_is_refused(run: Run, cube: str, words: list[str], said: str) -> None:
    """In one line, with nothing printed."""
    np.save("short.npy", np.arange(3))
    ran = run(cube, "--var", "t", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    np.save("cube.npy", CUBE)
    ran = run("cube.npy", "--by", "axis0", "--nan", "raise")
    assert "'value' has a NaN, and --nan is raise" in ran.err


def test_groups_that_do_not_fit(run: Run) -> None:
    """Neither labels nor answers may take more than is allowed."""
    np.save("a.npy", np.zeros((400, 400), "i1"))
    np.save("labels.npy", np.arange(400))
    ran = run("a.npy", "--axis", "0", "--by", "labels.npy", "--memory", "1MB")
    assert ran.status == 2
    assert "the answers for 400 groups of each of 400 places do not fit in --memory 1MB" in ran.err
    ran = run("a.npy", "--by", "axis0,axis1", "--memory", "1MB")
    assert ran.status == 2
    assert "the groups of 160000 elements do not fit in --memory 1MB" in ran.err
    np.save("a.npy", np.array(3))
    assert "holds a single element, and no groups" in run("a.npy", "--by", "x").err


def test_nothing_is_found(run: Run) -> None:
    """Where no element is in a group, or a condition leaves none."""
    np.save("a.npy", np.zeros(4))
    np.save("labels.npy", np.full(4, -1))
    assert run("a.npy", "--by", "labels.npy").status == 1
    assert run("a.npy", "--by", "axis0", "--where", "value > 3").status == 1
    answers = run("a.npy", "--by", "axis0", "--where", "axis0 > 2", "--json").answers
    assert [one["value"] for one in answers] == [None, None, None, 0.0]
    assert Path("labels.npy").exists()
