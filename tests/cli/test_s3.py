"""Files in a bucket, where s3fs and moto are installed: the answers of files on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pa_parquet
import pytest

from minloc._cli.sources.remote import Remote
from support.command import PACKED, PACKING, Run, write_netcdf, write_zarr

#: The libraries warn of what they import.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def system() -> Iterator[Any]:
    """Serve buckets on this machine, and return a file system that writes to them."""
    s3fs = pytest.importorskip("s3fs")
    pytest.importorskip("flask")
    server = pytest.importorskip("moto.server").ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1",
        }.items():  # fmt: skip
            patch.setenv(name, value)
        made = s3fs.S3FileSystem()
        yield made
        s3fs.S3FileSystem.close_session(made.loop, made.s3)
    server.stop()


@pytest.fixture
def bucket(run: Run, system: Any) -> Iterator[Any]:
    """Return a file system with an empty bucket called ``data``."""
    system.mkdir("data")
    yield system
    system.rm("data", recursive=True)


def test_files_in_a_bucket(run: Run, bucket: Any) -> None:
    """One by one, as a folder with keys in its path, and by a pattern."""
    x = np.random.default_rng(5).permutation(30_000)
    for year, some in (2023, x[:10_000]), (2024, x[10_000:]):
        Path(f"year={year}").mkdir()
        pa_parquet.write_table(pa.table({"x": some}), f"year={year}/a.parquet", row_group_size=999)
    Path("a.csv").write_text("x\n" + "\n".join(map(str, x)))
    np.save("a.npy", x)
    write_netcdf("a.nc", PACKED, PACKING)
    write_zarr("a.zarr", 3, PACKED, PACKING)
    for name in "year=2023", "year=2024", "a.csv", "a.npy", "a.nc", "a.zarr":
        bucket.put(name, f"data/{name}", recursive=True)
    column, variable = ["-c", "x"], ["-v", "t"]
    for name, words in {
        "a.csv": column, "year=2023/a.parquet": column, "a.npy": [], "a.nc": variable,
        "a.zarr": variable,
    }.items():  # fmt: skip
        expected = run(name, *words, "--both", "--json").answers
        found = run(f"s3://data/{name}", *words, "--both", "--json").answers
        assert found == [one | {"file": f"s3://data/{name}"} for one in expected], name
    bucket.rm(["data/a.csv", "data/a.npy", "data/a.nc", "data/a.zarr"], recursive=True)
    at = int(x[10_000:].argmin())
    for named in "s3://data/", "s3://data/year=*/a.parquet":
        [one] = run(named, *column, "-w", "year == 2024", "--json").answers
        assert (one["file"], one["row"]) == ("s3://data/year=2024/a.parquet", at)
        assert one["fields"] == {"x": int(x[10_000:].min()), "year": 2024}


def test_what_a_bucket_has_not(run: Run, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what is missing, or that an object changed while it was read."""
    for address in "s3://data/none.csv", "s3://none/a.csv", "s3://data/*.csv":
        ran = run(address, "-c", "x")
        assert (ran.status, ran.out, ran.err.count("\n")) == (2, "", 1), ran.err
        assert ran.err.startswith(f"minloc: {address}: ")
    bucket.pipe_file("data/a.csv", b"x\n1\n")
    real = Remote.check

    def change(source: Remote, read: int | None = None) -> None:
        bucket.pipe_file("data/a.csv", b"x\n2\n")
        real(source, read)

    monkeypatch.setattr(Remote, "check", change)
    ran = run("s3://data/a.csv", "-c", "x")
    assert (ran.status, ran.err) == (
        2, "minloc: s3://data/a.csv: changed while it was read: it was written to\n"
    )  # fmt: skip
