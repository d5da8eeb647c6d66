"""GRIB and GeoTIFF, where the libraries that read them are installed: the answers of xarray."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.command import Run

RNG = np.random.default_rng(37)
#: The libraries warn of what they import.
pytestmark = pytest.mark.filterwarnings("ignore")


def write_grib(path: str, fields: list[tuple[dict[str, Any], Any]]) -> None:
    """Write messages: what each is about, and its values on a grid of 3 by 4, NaN for missing."""
    eccodes = pytest.importorskip("eccodes")
    pytest.importorskip("cfgrib")
    with Path(path).open("wb") as file:
        for words, values in fields:
            message = eccodes.codes_grib_new_from_samples("regular_ll_pl_grib2")
            grid = {
                "Ni": 4, "Nj": 3, "latitudeOfFirstGridPointInDegrees": 60,
                "latitudeOfLastGridPointInDegrees": 40, "longitudeOfFirstGridPointInDegrees": 0,
                "longitudeOfLastGridPointInDegrees": 30, "iDirectionIncrementInDegrees": 10,
                "jDirectionIncrementInDegrees": 10, "bitmapPresent": 1, "missingValue": 9999.0,
            }  # fmt: skip
            for key, value in (grid | words).items():
                eccodes.codes_set(message, key, value)
            eccodes.codes_set_values(message, np.where(np.isnan(values), 9999.0, values).ravel())
            eccodes.codes_write(message, file)
            eccodes.codes_release(message)


def test_grib_is_an_array_of_its_messages(run: Run) -> None:
    """With dates and places; a missing value is never the answer."""
    values = RNG.normal(270, 10, (2, 3, 3, 4)).round(1)
    values[0, 0, 0, 0] = np.nan
    levels, days = [1000, 850, 500], [20240101, 20240102]
    fields = [
        ({"shortName": "t", "level": level, "dataDate": day}, values[i, j])
        for i, day in enumerate(days)
        for j, level in enumerate(levels)
    ]
    write_grib("a.grib2", fields)
    for end, where in ("--min", np.nanargmin(values)), ("--max", np.nanargmax(values)):
        [found] = run("a.grib2", end, "--json").answers
        i, j, y, x = map(int, np.unravel_index(where, values.shape))
        assert found["variable"] == "t"
        assert found["value"] == pytest.approx(values[i, j, y, x], abs=0.02)
        labels = found["labels"]
        assert labels["time"].startswith(f"2024-01-0{1 + i}")
        assert (labels["isobaricInhPa"], labels["latitude"], labels["longitude"]) == (
            levels[j], 60 - 10 * y, 10 * x,
        )  # fmt: skip
        assert found["units"] == "K"
    [found] = run("a.grib2", "-w", "isobaricInhPa == 500", "--json").answers
    assert found["value"] == pytest.approx(values[:, 2].min(), abs=0.02)
    assert [path.name for path in Path().iterdir()] == ["a.grib2"]  # no index beside it
    more = ({"shortName": "2t", "typeOfLevel": "heightAboveGround", "level": 2}, values[1, 0])
    write_grib("b.grb", [*fields, more])
    assert "choose one with --var" in run("b.grb").err
    [found] = run("b.grb", "-v", "heightAboveGround/t2m", "--json").answers
    assert found["value"] == pytest.approx(values[1, 0].min(), abs=0.02)
    assert set(found["labels"]) >= {"latitude", "longitude"}
    data = Path("a.grib2").read_bytes()
    Path("a.grib2").write_bytes(data[:-9])
    assert run("a.grib2").status == 2


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_bands_of_a_raster(run: Run, dtype: str) -> None:
    """With the coordinates of its pixels; what has no data is never the answer."""
    rasterio = pytest.importorskip("rasterio")
    pytest.importorskip("rioxarray")
    values = RNG.integers(1, 200, (2, 40, 50)).astype(dtype)
    values[:, :3] = 0
    values[1, 20, 30] = 250 if dtype == "uint8" else -250
    transform = rasterio.transform.from_origin(500_000, 6_000_000, 10, 10)
    words = {"driver": "GTiff", "width": 50, "height": 40, "count": 2, "dtype": dtype,
             "crs": "EPSG:32632", "transform": transform, "tiled": True, "blockxsize": 16,
             "blockysize": 16}  # fmt: skip
    with rasterio.open("a.tif", "w", nodata=0, **words) as file:
        file.write(values)
    kept = np.where(values == 0, np.nan, values.astype(float))
    for end, where in ("--min", np.nanargmin(kept)), ("--max", np.nanargmax(kept)):
        [found] = run("a.tif", end, "--json").answers
        band, y, x = map(int, np.unravel_index(where, values.shape))
        assert found["value"] == values[band, y, x]
        assert found["labels"] == {
            "band": 1 + band, "y": 6_000_000 - 10 * y - 5, "x": 500_000 + 10 * x + 5,
        }  # fmt: skip
    [found] = run("a.tif", "-w", "band == 1", "--json").answers
    assert found["value"] == np.nanmin(kept[0])
    with rasterio.open("m.tif", "w", **words) as file:
        file.write(values)
        file.write_mask(values[0] > 100)
    assert "has a mask of its own" in run("m.tif").err
    Path("b.tif").write_bytes(Path("a.tif").read_bytes()[:3000])
    assert run("b.tif").status == 2


@pytest.mark.parametrize(
    ("start", "library"), [(b"GRIB\0\0\0\2", "cfgrib"), (b"II*\0", "rioxarray")]
)
def test_libraries_that_are_missing(
    run: Run, start: bytes, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are named, with the extra that installs them; first bytes say what a file is."""
    monkeypatch.setitem(sys.modules, library, None)
    Path("a.bin").write_bytes(start + bytes(100))
    err = run("a.bin").err
    assert err.startswith(f"minloc: {library} is needed to read ")
    assert err.endswith("pip install 'minloc[climate]'\n")
