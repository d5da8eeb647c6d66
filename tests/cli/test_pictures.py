"""Pictures: the extremes are in them, however many elements were left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from support.command import CUBE, PACKED, PACKING, Run, write_zarr


@pytest.mark.parametrize("shape", [(5000,), (1500, 1300), (3, 40, 50)])
def test_the_extreme_survives_in_the_picture(run: Run, shape: tuple[int, ...]) -> None:
    """Whatever is left out of a picture with fewer points, the extremes are in it."""
    from minloc._cli import points
    from minloc._cli.formats.npy import of_array
    from minloc._cli.joined import Joined
    from minloc._cli.mask import Mask
    from minloc._cli.sources.source import Source

    a = np.random.default_rng(1).random(shape)
    low, high = np.unravel_index(a.argmin(), shape), np.unravel_index(a.argmax(), shape)
    source = of_array(Source("a.npy", "a.npy"), {"value": a})
    joined = Joined([source], [source["value"]], 6_000)
    mask = Mask(joined, None)
    if len(shape) == 1:
        line = points.envelope_of(joined, mask)
        assert (np.nanmin(line.low), np.nanmax(line.high)) == (a.min(), a.max())
        assert int(np.nanargmin(line.low)) == low[0] // line.step
        assert len(line.low) <= points.LINE_POINTS
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


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the figures that are saved."""
    from minloc._cli.picture import Picture

    saved: list[Any] = []
    save = Picture.save

    def keep(picture: Picture, path: str) -> None:
        save(picture, path)
        saved.append(picture._figure)

    monkeypatch.setattr(Picture, "save", keep)
    return saved


def rings(panel: Any) -> list[tuple[float, float]]:
    """Return where a panel has marks."""
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0]))
        for line in panel.lines
        if line.get_marker() == "o"
    ]


def test_maps_have_coordinates(run: Run, figures: list[Any]) -> None:
    """North is up, axes have units, and the title says what, where, when and in which file."""
    write_zarr("t.zarr", 3, PACKED, {**PACKING, "long_name": "air temperature"})
    ran = run("t.zarr", "--var", "t", "--plot", "p.png", "--json")
    [answer] = ran.answers
    panel, bar = figures[0].axes
    assert panel.get_ylim() == (-90, 90)
    assert panel.get_xlabel() == "lon (degrees_east)"
    assert bar.get_ylabel() == "air temperature (K)"
    labels = answer["labels"]
    assert rings(panel) == [(labels["lon"], labels["lat"])]
    value, place = panel.get_title().split("\n")
    assert value == f"minimum of t: {answer['value']:.6g} K"
    assert place == f"time {labels['time']}, lat {labels['lat']}, lon {labels['lon']}; t.zarr"


def test_a_map_is_turned_so_that_north_is_up(run: Run, figures: list[Any]) -> None:
    """Also where longitude comes before latitude; what has no coordinates is drawn as a matrix."""
    group = zarr.create_group("t.zarr")
    for name, values, dims, units in [
        ("t", np.arange(12.0).reshape(4, 3), ("lon", "lat"), "K"),
        ("lat", np.array([10.0, 0.0, -10.0]), ("lat",), "degrees_north"),
        ("lon", np.arange(4.0), ("lon",), "degrees_east"),
    ]:
        group.create_array(name, data=values, dimension_names=dims).attrs["units"] = units
    assert run("t.zarr", "--var", "t", "--plot", "p.png").status == 0
    panel = figures[0].axes[0]
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("lon (degrees_east)", "lat (degrees_north)")
    assert panel.get_ylim() == (-15, 15)
    assert rings(panel) == [(0, 10)]
    assert panel.images[0].get_array().tolist() == np.arange(12.0).reshape(4, 3).T.tolist()
    np.save("a.npy", np.arange(12.0).reshape(4, 3))
    assert run("a.npy", "--plot", "p.png").status == 0
    assert figures[1].axes[0].get_ylim() == (3.5, -0.5)


def test_depth_grows_downwards(run: Run, figures: list[Any]) -> None:
    """And unevenly spaced coordinates are drawn where they are."""
    group = zarr.create_group("t.zarr")
    depths = np.array([0.0, 10.0, 50.0, 1000.0])
    group.create_array("t", data=np.eye(4)[:, :3], dimension_names=("depth", "x"))
    depth = group.create_array("depth", data=depths, dimension_names=("depth",))
    depth.attrs.update({"units": "m", "positive": "down"})
    assert run("t.zarr", "--var", "t", "--max", "--plot", "p.png").status == 0
    panel = figures[0].axes[0]
    low, high = panel.get_ylim()
    assert low > high
    assert rings(panel) == [(0, 0)]
    mesh = panel.collections[0]
    assert mesh.get_coordinates()[:, 0, 1].tolist() == [-5, 5, 30, 525, 1475]


def test_every_answer_is_marked(run: Run, figures: list[Any]) -> None:
    """Those of --top in a panel for each plane, the rest on the first; both ends on one line."""
    write_zarr("t.zarr", 3, PACKED, PACKING)
    ran = run("t.zarr", "--var", "t", "--top", "9", "--plot", "p.png", "--json")
    panels = [axes for axes in figures[0].axes if axes.get_title()]
    answers = [(one["labels"]["lon"], one["labels"]["lat"]) for one in ran.answers]
    assert sorted(ring for panel in panels for ring in rings(panel)) == sorted(answers)
    assert len(panels) == len({one["index"]["time"] for one in ran.answers})
    np.save("line.npy", CUBE[1].ravel())
    ran = run("line.npy", "--both", "--plot", "p.png", "--json")
    [panel] = figures[1].axes
    expected = [(one["index"]["axis0"], one["value"]) for one in ran.answers]
    assert sorted(rings(panel)) == sorted(expected)
    assert sorted(words.get_text() for words in panel.texts) == ["max", "min"]
    np.save("many.npy", np.random.default_rng(1).random((10, 4, 5)))
    assert len(run("many.npy", "--top", "30", "--plot", "p.png", "--json").answers) == 30
    panels = [axes for axes in figures[2].axes if axes.get_title()]
    assert len(panels) == 6
    assert sum(len(rings(panel)) for panel in panels) == 30
    assert "answers in other planes" in panels[0].get_title()


def test_a_line_of_some_thousand_points_is_a_line(run: Run, figures: list[Any]) -> None:
    """All of them are in it; of more, the extremes of each run. Dates are dates."""
    for length in 4000, 50_000:
        values = np.random.default_rng(1).random(length)
        group = zarr.create_group("t.zarr", overwrite=True)
        group.create_array("t", data=values, dimension_names=("time",))
        hours = group.create_array("time", data=np.arange(length), dimension_names=("time",))
        hours.attrs["units"] = "hours since 2000-01-01"
        assert run("t.zarr", "--var", "t", "--plot", "p.png").status == 0
        panel = figures[-1].axes[0]
        line = next(line for line in panel.lines if line.get_marker() != "o")
        drawn = line.get_ydata()
        if length == 4000:
            assert drawn.tolist() == values.tolist()
        assert (drawn.min(), drawn.max()) == (values.min(), values.max())
        hour = (rings(panel)[0][0] - line.get_xdata()[0]) * 24
        assert round(hour) == values.argmin()
        assert "Concise" in type(panel.xaxis.get_major_formatter()).__name__


def test_axis_draws_the_map_of_answers(run: Run, figures: list[Any]) -> None:
    """Values, and where they are along the axis that is reduced; a line where one axis is kept."""
    write_zarr("t.zarr", 3, PACKED, PACKING)
    a = np.where(np.isnan(CUBE), np.inf, CUBE)
    assert run("t.zarr", "--var", "t", "--axis", "time", "--plot", "p.png").status == 0
    values, places = (axes for axes in figures[0].axes if axes.get_title())
    drawn = values.collections[0].get_array()
    np.testing.assert_allclose(drawn, np.round(a.min(0), 1) + 270)
    days = places.collections[0].get_array()
    assert (days - days.min()).tolist() == (a.argmin(0) - a.argmin(0).min()).tolist()
    assert places.get_title() == "place of the minimum of t along time\nt.zarr"
    assert run("t.zarr", "--var", "t", "--axis", "lat,lon", "--both", "--plot", "p.png").status == 0
    largest = np.where(np.isnan(CUBE), -np.inf, CUBE).max((1, 2))
    for panel, expected in zip(figures[1].axes, (a.min((1, 2)), largest), strict=True):
        np.testing.assert_allclose(panel.lines[0].get_ydata(), expected + 270)
    ran = run("t.zarr", "--var", "t", "--axis", "time,lat,lon", "--plot", "p.png")
    assert "along one axis or two, and here they are along: none" in ran.err
    np.save("four.npy", np.zeros((2, 2, 2, 2)))
    assert "along: axis1, axis2, axis3" in run("four.npy", "--axis", "0", "--plot", "p.png").err


def test_what_cannot_be_drawn_is_refused_before_the_search(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dates, complex numbers, a single element."""

    def search(*arguments: object) -> None:
        raise AssertionError("it was searched")

    monkeypatch.setattr("minloc._cli.of_arrays.partial_of", search)
    for array in np.array(["2020-01-01"], "M8[D]"), np.zeros(3, complex), np.array(3.0):
        np.save("a.npy", array)
        ran = run("a.npy", "--plot", "p.png")
        assert ran.status == 2
        assert "--plot draws" in ran.err
