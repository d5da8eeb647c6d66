"""Files at an address: the answers of files on this machine, and one line for what goes wrong."""

from __future__ import annotations

import gc
import gzip
import os
import socket
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.orc as pa_orc
import pyarrow.parquet as pa_parquet
import pytest

from minloc._cli.sources import reached
from support.command import CUBE, PACKED, PACKING, Run, in_process_of_its_own, write_netcdf
from support.command import write_zarr as write_store
from support.server import Server, late, serving

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

RNG = np.random.default_rng(31)
TABLE = pa.table({"x": RNG.integers(0, 10**6, 20_000), "s": [f"t{i}" for i in range(20_000)]})


@pytest.fixture
def server(run: Run, tmp_path: Path) -> Iterator[Server]:
    """Serve the folder in which the command runs."""
    with serving(tmp_path) as started:
        yield started


def write_all() -> dict[str, list[str]]:
    """Write a file of each format, and return the arguments that each needs."""
    text = "x,s\n" + "".join(f"{row['x']},{row['s']}\n" for row in TABLE.to_pylist())
    Path("a.csv").write_text(text)
    Path("a.csv.gz").write_bytes(gzip.compress(text.encode()))
    lines = "".join(f'{{"x": {row["x"]}, "s": "{row["s"]}"}}\n' for row in TABLE.to_pylist())
    Path("a.jsonl").write_text(lines)
    pa_parquet.write_table(TABLE, "a.parquet", row_group_size=5000)
    pa_feather.write_feather(TABLE, "a.arrow", compression="uncompressed")
    pa_orc.write_table(TABLE, "a.orc")
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write("a.csv")
        archive.write("a.parquet")
    np.save("a.npy", CUBE)
    np.savez("a.npz", v=CUBE)
    write_netcdf("a.nc", PACKED, PACKING)
    column = ["-c", "x"]
    tables = ["a.csv", "a.csv.gz", "a.jsonl", "a.parquet", "a.arrow", "a.orc", "a.zip::a.csv",
              "a.zip::a.parquet"]  # fmt: skip
    return {**dict.fromkeys(tables, column), "a.npy": [], "a.npz": [], "a.nc": ["-v", "t"]}


@pytest.mark.parametrize("parts", [True, False])
def test_every_format_at_an_address(run: Run, server: Server, parts: bool) -> None:
    """Whether the server gives parts of files or not."""
    server.parts = parts
    for name, words in write_all().items():
        expected = run(name, *words, "--both", "--json").answers
        found = run(server.address(name), *words, "--both", "--json").answers
        assert found == [one | {"file": server.address(name)} for one in expected], name
    assert gc.isenabled()


def test_every_format_in_memory(run: Run) -> None:
    """And folders and patterns, whose files have names."""
    system = fsspec.filesystem("memory")
    files = write_all()
    for name in {name.partition("::")[0] for name in files}:
        system.pipe_file(f"/data/{name}", Path(name).read_bytes())
    for name, words in files.items():
        expected = run(name, *words, "--json").answers
        answers = run(f"memory://data/{name}", *words, "--json").answers
        assert answers == [one | {"file": f"memory://data/{name}"} for one in expected], name
    for year in 2023, 2024:
        system.pipe_file(f"/parts/year={year}/a.csv", b"x\n%d\n" % year)
    system.pipe_file("/parts/_SUCCESS", b"")
    for named in "memory://parts", "memory://parts/", "memory://parts/*/*.csv":
        [found] = run(named, "-c", "x", "--max", "--json").answers
        assert found["file"].endswith("/parts/year=2024/a.csv")
        assert found["fields"] == {"x": "2024", "year": 2024}
    assert "matches no file" in run("memory://parts/*.csv").err
    assert run("memory://none.csv").err == (
        "minloc: memory://none.csv: No such file or directory\n"
    )


def test_parts_are_fetched_where_that_is_less(run: Run, server: Server) -> None:
    """Of Parquet and HDF5, only what is needed."""
    wide = pa.table({f"c{i}": RNG.normal(size=30_000) for i in range(30)})
    pa_parquet.write_table(wide, "a.parquet", row_group_size=10_000)
    with h5py.File("a.h5", "w") as file:
        for i in range(30):
            file[f"v{i}"] = RNG.normal(size=(300, 100))
    for name, words in ("a.parquet", ["-c", "c3"]), ("a.h5", ["-v", "v3"]):
        server.asked.clear()
        assert run(server.address(name), *words).status == 0
        asked = [line.split("bytes=") for line in server.asked if "bytes=" in line]
        bounds = [list(map(int, part.split("-"))) for _, part in asked]
        got = sum(stop - start + 1 for start, stop in bounds)
        assert 0 < got < Path(name).stat().st_size * (0.5 if words[0] == "-c" else 1.0), name
        assert sum(line == f"GET /{name}" for line in server.asked) == 1  # its first bytes


@pytest.mark.parametrize("version", [2, 3])
def test_zarr_at_an_address(run: Run, server: Server, version: int) -> None:
    """Chunk by chunk, by its own store."""
    pytest.importorskip("zarr")
    write_store("a.zarr", version, PACKED, PACKING)
    expected = run("a.zarr", "-v", "t", "--json").answers
    system = fsspec.filesystem("memory")
    system.put("a.zarr", f"/v{version}.zarr", recursive=True)
    for address in server.address("a.zarr"), f"memory://v{version}.zarr":
        found = run(address, "-v", "t", "--json").answers
        assert found == [one | {"file": address} for one in expected]
    assert "no zarr.json" in run(server.address("none.zarr")).err
    chunk = next(path for path in Path("a.zarr/t").rglob("*[01]") if path.is_file())
    chunk.write_bytes(b"not compressed")
    assert "cannot be read" in run(server.address("a.zarr"), "-v", "t").err
    address = server.address("a.zarr")
    server.before = lambda handler: handler.send_error(500)
    assert "500" in run(address, "-v", "t").err


def test_what_a_server_refuses(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it answers, that nobody is there, or that it takes too long."""
    Path("a.csv").write_text("x\n1\n")
    assert run(server.address("none.csv")).err == (
        f"minloc: {server.address('none.csv')}: the server answers 404 File not found\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/a.csv"
        err = run(nobody).err
    assert err == f"minloc: {nobody}: cannot be reached: Connection refused\n"
    monkeypatch.setattr(reached, "NEXT", 0.2)
    server.before = late(1.0)
    err = run(server.address("a.csv"), "-c", "x").err
    assert "no answer within 0.2 s" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.nc", "a.npy", "a.csv.gz", "a.orc"])
@pytest.mark.parametrize("how", ["tag", "size", "gone", "broken"])
def test_a_file_that_changes_on_the_server(
    run: Run, server: Server, name: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its ETag, by its size, or because it is gone: at the last request it is another one."""
    words = write_all()[name]
    address = server.address(name)
    assert run(address, *words).status == 0
    count = len(server.asked)
    server.asked.clear()
    data = Path(name).read_bytes()

    def change(handler: Any) -> None:
        if len(server.asked) < count - (how == "broken"):
            return
        if how == "gone":
            Path(name).unlink(missing_ok=True)
        elif how == "broken":
            handler.send_error(500)
        else:
            Path(name).write_bytes(data + b"\0" * (how == "size"))

    server.before = change
    ran = run(address, *words)
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert ran.err.startswith(f"minloc: {address}: ")
    words_of = {"tag": "it was written to", "size": f"it had {len(data)} bytes, and has",
                "gone": "404", "broken": ""}  # fmt: skip
    assert words_of[how] in ran.err
    assert gc.isenabled()


def test_a_stream_that_ends_early(run: Run, server: Server) -> None:
    """The server promised more bytes than it sends."""
    Path("a.csv").write_text("x\n" + "1\n" * 500_000)

    def cut(handler: Any) -> None:
        if handler.command == "GET" and len(server.asked) > 3:
            copy = handler.wfile.write
            left = [100_000]

            def write(data: bytes) -> int:
                if left[0] <= 0:
                    raise BrokenPipeError
                left[0] -= len(data)
                return int(copy(data))

            handler.wfile.write = write
            handler.close_connection = True

    server.before = cut
    ran = run(server.address("a.csv"), "-c", "x")
    assert ran.status == 2
    assert ran.err.startswith(f"minloc: {server.address('a.csv')}: ")
    assert ran.err.count("\n") == 1


def test_libraries_that_are_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are named, with the extra that installs them."""
    pip = "pip install 'minloc[remote]'"
    monkeypatch.setitem(sys.modules, "s3fs", None)
    assert run("s3://bucket/a.csv").err == (
        f"minloc: s3://bucket/a.csv: s3fs is needed to read s3:// addresses: {pip}\n"
    )
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    assert run("https://example.org/a.csv").err == (
        f"minloc: aiohttp is needed to read https:// addresses: {pip}\n"
    )
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    assert run("memory://a.csv").err == f"minloc: fsspec is needed to read addresses: {pip}\n"
    monkeypatch.undo()
    assert "Protocol not known: nothing" in run("nothing://a/b.csv").err


def test_a_process_of_its_own_ends(run: Run, server: Server, tmp_path: Path) -> None:
    """Without a word, and without a temporary file left."""
    files = write_all()
    Path("temporary").mkdir()
    for name in "a.nc", "a.npy", "a.csv", "a.parquet":
        done = in_process_of_its_own(
            server.address(name), *files[name], cwd=tmp_path,
            env=os.environ | {"TMPDIR": str(tmp_path / "temporary")},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
    assert list(Path("temporary").iterdir()) == []
