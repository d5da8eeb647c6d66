"""Pictures: the extremes are in them, however many elements were left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from support.command import Run


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
