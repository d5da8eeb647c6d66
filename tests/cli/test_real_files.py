"""Files that packages ship, each with the question that one would ask, and what others answer.

A case is skipped if its package is not installed. The group ``files`` has all of them; of these
``iris-sample-data`` has climate models, ocean profiles and a mesh.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
import xarray

from support.command import Run

Answer = tuple[Any, dict[str, int] | int]
Reference = Callable[[Path], Answer]


def file_of(package: str, name: str) -> Path:
    """Return the path of a file of a package, or skip the test."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"{package} is not installed: {name}")
    path = Path(next(iter(spec.submodule_search_locations)), name)
    if not path.exists():
        pytest.skip(f"this version of {package} does not have {name}")
    return path


def opened(path: Path, **options: Any) -> xarray.Dataset:
    """Open NetCDF by xarray and netCDF4."""
    pytest.importorskip("netCDF4")
    with warnings.catch_warnings(action="ignore"):
        return xarray.open_dataset(path, engine="netcdf4", decode_timedelta=False, **options).load()


def best(array: Any, end: str) -> Answer:
    """Return the value and the index of an extreme of an array of xarray's."""
    values = array.values
    function = np.nanargmin if end == "min" else np.nanargmax
    place = np.unravel_index(function(values), values.shape)
    return values[place], dict(zip(array.dims, map(int, place), strict=True))


def of_variable(name: str, end: str = "min") -> Reference:
    """Return what xarray says about a variable."""
    return lambda path: best(opened(path)[name], end)


def where_of(name: str, condition: Callable[[Any], Any], end: str = "min") -> Reference:
    """Return what xarray says about a variable where a condition of the data set holds."""

    def answer(path: Path) -> Answer:
        data = opened(path)
        with warnings.catch_warnings(action="ignore"):
            array = data[name]
            return best(array.where(condition(data)).transpose(*array.dims), end)

    return answer


def of_column(name: str, end: str = "min", query: str = "", **options: Any) -> Reference:
    """Return what pandas says about a column."""

    def answer(path: Path) -> Answer:
        table = pandas.read_csv(path, **options)
        if query:
            table = table.query(query)
        row = table[name].idxmin() if end == "min" else table[name].idxmax()
        return table[name][row], int(row)

    return answer


def of_member(name: str, end: str = "min") -> Reference:
    """Return what NumPy says about an array of an .npz file, or about an .npy file."""

    def answer(path: Path) -> Answer:
        array = np.load(path)
        array = array[name] if name else array
        place = np.unravel_index(array.argmin() if end == "min" else array.argmax(), array.shape)
        return array[place], {f"axis{i}": int(one) for i, one in enumerate(place)}

    return answer


#: NetCDF's own fill value.
NEVER_WRITTEN = 9.969e36
IRIS = "iris_sample_data", "sample_data/"
SCIPY = "scipy", "io/tests/data/"
CASES: list[tuple[tuple[str, str], str, list[str], Reference]] = [
    (IRIS, "A1B_north_america.nc", [], of_variable("air_temperature")),
    (IRIS, "A1B_north_america.nc", ["--max", "-w", "time < '1900-01-01'"],
     where_of("air_temperature", lambda d: d.time.dt.year < 1900, "max")),
    (IRIS, "A1B_north_america.nc", ["--max", "-w", "latitude > 50 and longitude < 250"],
     where_of("air_temperature", lambda d: (d.latitude > 50) & (d.longitude < 250), "max")),
    (IRIS, "E1_north_america.nc", ["--max"], of_variable("air_temperature", "max")),
    (IRIS, "SOI_Darwin.nc", ["--max"], of_variable("SOI_Darwin", "max")),
    (IRIS, "SOI_Darwin.nc", ["-w", "time >= '1950-01-01'"],
     where_of("SOI_Darwin", lambda d: d.time.dt.year >= 1950)),
    (IRIS, "atlantic_profiles.nc", ["-v", "salinity", "--max"], of_variable("salinity", "max")),
    (IRIS, "atlantic_profiles.nc", ["-v", "theta", "-w", "depth < 100"],
     where_of("theta", lambda d: d.depth < 100)),
    (IRIS, "hybrid_height.nc", ["--max"], of_variable("air_potential_temperature", "max")),
    (IRIS, "hybrid_height.nc", ["-w", "surface_altitude > 300"],
     where_of("air_potential_temperature", lambda d: d.surface_altitude > 300)),
    (IRIS, "mesh_C4_synthetic_float.nc", ["--max"], of_variable("synthetic", "max")),
    (IRIS, "orca2_votemper.nc", ["--max"], of_variable("votemper", "max")),
    (IRIS, "orca2_votemper.nc", ["-w", "nav_lat < 0 and nav_lat > -50"],
     where_of("votemper", lambda d: (d.nav_lat < 0) & (d.nav_lat > -50))),
    (IRIS, "ostia_monthly.nc", ["--max"], of_variable("surface_temperature", "max")),
    (IRIS, "ostia_monthly.nc", ["-w", "time < '2007-01-01' and latitude > 0"],
     where_of("surface_temperature",
              lambda d: (d.time < np.datetime64("2007-01-01")) & (d.latitude > 0))),
    (IRIS, "rotated_pole.nc", ["--max"], of_variable("air_pressure_at_sea_level", "max")),
    (IRIS, "space_weather.nc", ["-v", "Ne", "--max"], of_variable("Ne", "max")),
    (IRIS, "space_weather.nc", ["-v", "TEC", "-w", "latitude > 60"],
     where_of("TEC", lambda d: (d.latitude > 60) & (d.latitude < 90))),
    (IRIS, "toa_brightness_stereographic.nc", [], of_variable("data")),
    (IRIS, "toa_brightness_stereographic.nc", ["-w", "lat > 0 and lon < -60", "--max"],
     where_of("data", lambda d: (d.lat > 0) & (d.lon < -60), "max")),
    (IRIS, "vlstr_type.nc", [], of_variable("wind")),
    (IRIS, "NEMO/nemo_1m_20150101-20150201_grid-T.nc", ["--max", "-v", "tos"],
     of_variable("tos", "max")),
    (SCIPY, "example_1.nc", ["-v", "rh"], of_variable("rh")),
    (SCIPY, "example_2.nc", ["--max"], of_variable("Temperature", "max")),
    (SCIPY, "example_3_maskedvals.nc", ["-v", "var1_fillval0"], of_variable("var1_fillval0")),
    (SCIPY, "example_3_maskedvals.nc", ["-v", "var4_missingValue", "--max"],
     of_variable("var4_missingValue", "max")),
    (("xarray", "tests/data/"), "example_1.nc", ["-v", "rh", "--max"],
     of_variable("rh", "max")),
    (("matplotlib", "mpl-data/sample_data/"), "topobathy.npz", ["-v", "topo"], of_member("topo")),
    (("matplotlib", "mpl-data/sample_data/"), "jacksboro_fault_dem.npz",
     ["-v", "elevation", "--max"], of_member("elevation", "max")),
    (("matplotlib", "mpl-data/sample_data/"), "axes_grid/bivariate_normal.npy", ["--max"],
     of_member("", "max")),
    (("matplotlib", "mpl-data/sample_data/"), "msft.csv", ["-c", "Volume", "--max"],
     of_column("Volume", "max")),
    (("scipy", "stats/"), "_sobol_direction_numbers.npz", ["-v", "vinit", "--max"],
     of_member("vinit", "max")),
    (("vega_datasets", "_data/"), "seattle-weather.csv", ["-c", "temp_max", "--max"],
     of_column("temp_max", "max")),
    (("vega_datasets", "_data/"), "seattle-weather.csv",
     ["-c", "temp_min", "-w", "weather == 'snow' and wind > 3"],
     of_column("temp_min", "min", "weather == 'snow' and wind > 3")),
    (("vega_datasets", "_data/"), "airports.csv", ["-c", "latitude", "--max"],
     of_column("latitude", "max")),
    (("vega_datasets", "_data/"), "stocks.csv", ["-c", "price", "--max", "-w", "symbol == 'IBM'"],
     of_column("price", "max", "symbol == 'IBM'")),
    (("vega_datasets", "_data/"), "iowa-electricity.csv", ["-c", "net_generation", "--max"],
     of_column("net_generation", "max")),
    (("vega_datasets", "_data/"), "stocks.csv", ["-c", "price", "-w", "symbol != 'AMZN'"],
     of_column("price", "min", "symbol != 'AMZN'")),
    (("vega_datasets", "_data/"), "airports.csv", ["-c", "longitude", "-w", "state == 'AK'"],
     of_column("longitude", "min", "state == 'AK'")),
    (("sklearn", "datasets/data/"), "iris.csv", ["-c", "versicolor", "--max"],
     of_column("versicolor", "max")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "name", "question", "reference"),
    CASES,
    ids=[f"{name}: {' '.join(question)}" for _, name, question, _ in CASES],
)
def test_the_answer_is_that_of_others(
    run: Run, folder: tuple[str, str], name: str, question: list[str], reference: Reference
) -> None:
    """Value and place; the variable needs a name only where a file has several."""
    path = file_of(folder[0], folder[1] + name)
    value, place = reference(path)
    [answer] = run(path, *question, "--json").answers
    assert answer["value"] == pytest.approx(value.item(), rel=1e-6)
    assert answer.get("index", answer.get("row")) == place


def test_a_variable_that_was_never_written_has_no_minimum(run: Run) -> None:
    """All of its elements are NetCDF's own fill value."""
    assert run(file_of(SCIPY[0], SCIPY[1] + "example_1.nc"), "-v", "temp").status == 1


@pytest.mark.parametrize(
    ("folder", "name"), list(dict.fromkeys(case[:2] for case in CASES if case[1].endswith(".nc")))
)
def test_all_variables_of_a_file(run: Run, folder: tuple[str, str], name: str) -> None:
    """Both ends of each variable of numbers or dates agree with xarray, dates with cftime."""
    path = file_of(folder[0], folder[1] + name)
    data = opened(path, use_cftime=None)
    seen = 0
    for each, array in data.variables.items():
        if array.dtype.kind == "f":  # xarray does not know values that were never written
            array = array.where(array < NEVER_WRITTEN)
        values = array.values
        if values.dtype.kind not in "iuf" or not values.ndim or np.isnan(values).all():
            continue
        if "range" in str(array.attrs):  # which xarray does not look at
            continue
        seen += 1
        for answer, end in zip(
            run(path, "-v", each, "--both", "--json").answers, ("min", "max"), strict=True
        ):
            value, _ = best(array, end)
            assert answer["value"] == pytest.approx(float(value), rel=1e-6), each
            found = tuple(answer["index"].values())
            assert values[found] == value
    assert seen
