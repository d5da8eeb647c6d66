"""Running the command, and the files that it is run on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from minloc._cli.main import main

RNG = np.random.default_rng(5)
CUBE = RNG.integers(-50, 50, (6, 5, 4)) / 10
CUBE[0, 0, 0] = np.nan


class Ran:
    """What a run of the command left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The answers, one a line."""
        assert self.status == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def same_minloc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes that run in another folder import the minloc that is tested here."""
    monkeypatch.setenv("PYTHONPATH", str(Path(minloc.__file__).parent.parent))


@pytest.fixture
def run(
    same_minloc: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Run:
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*argv: object) -> Ran:
        try:
            status = main([str(word) for word in argv])
        except SystemExit as error:
            status = int(error.code or 0)
        out, err = capfd.readouterr()
        return Ran(status, out, err)

    return call


def in_process_of_its_own(*argv: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run ``python -m minloc``."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "minloc", *argv],
        capture_output=True, text=True, check=False, timeout=60, **options,
    )  # fmt: skip


PRICES = """\
id,date,region,price
1,2024-01-05,north,3.50
2,2024-01-06,south,NA
3,2024-01-07,"east, far",1.20
4,2024-01-08,west,1.20
5,2024-01-09,north,nan
6,2024-01-10,,9
"""


@pytest.fixture
def prices(run: Run) -> Path:
    """Return a small table with a null, a NaN, a quoted comma and a tie."""
    path = Path("prices.csv")
    path.write_text(PRICES)
    return path


def write_zarr(path: str, version: int, a: NDArray[Any], attributes: dict[str, Any]) -> None:
    """Write a store as climate data are: packed, with labels for the axes."""
    import zarr

    group = zarr.open_group(path, mode="w", zarr_format=version)
    labels = {
        "time": (np.arange(6), "days since 2000-02-27"),
        "lat": (np.linspace(90, -90, 5), "degrees_north"),
        "lon": (np.arange(4) * 90.0, "degrees_east"),
    }
    dims = tuple(labels)
    for name, values, names, more in [
        ("t", a, dims, attributes),
        *((dim, values, (dim,), {"units": units}) for dim, (values, units) in labels.items()),
    ]:
        words: dict[str, Any] = {"dimension_names": names} if version == 3 else {}
        made = group.create_array(
            name, shape=values.shape, chunks=tuple(min(n, 3) for n in values.shape),
            dtype=values.dtype, **words,
        )  # fmt: skip
        made[:] = values
        made.attrs.update(more | ({"_ARRAY_DIMENSIONS": list(names)} if version == 2 else {}))


def write_netcdf(path: str, a: NDArray[Any], attributes: dict[str, Any]) -> None:
    """Write NetCDF-4, compressed, as its library does."""
    import h5py

    with h5py.File(path, "w") as file:
        data = file.create_dataset("t", data=a, chunks=(2, 5, 2), compression="gzip", shuffle=True)
        for name, value in attributes.items():
            data.attrs[name] = np.array([value]) if not isinstance(value, str) else value
        for i, (dim, values, units) in enumerate([
            ("time", np.arange(6), "days since 2000-02-27"),
            ("lat", np.linspace(90, -90, 5), "degrees_north"),
            ("lon", np.arange(4) * 90.0, "degrees_east"),
        ]):  # fmt: skip
            scale = file.create_dataset(dim, data=values)
            scale.make_scale(dim)
            scale.attrs["units"] = units
            data.dims[i].attach_scale(scale)


PACKED = np.where(np.isnan(CUBE), -999, CUBE * 10).round().astype(np.int16)
PACKING = {"scale_factor": 0.1, "add_offset": 270.0, "_FillValue": -999, "units": "K"}


@pytest.fixture
def climate(run: Run) -> list[str]:
    """Return three files with one packed array, of Zarr 2 and 3, and NetCDF."""
    write_zarr("two.zarr", 2, PACKED, PACKING)
    write_zarr("three.zarr", 3, PACKED, PACKING)
    write_netcdf("one.nc", PACKED, PACKING)
    return ["two.zarr", "three.zarr", "one.nc"]
