"""Files that are damaged, cut off, empty, foreign or pickled: one clear line, no code is run."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from minloc._cli.main import main
from support.written import NUMBERS, WRITERS, write_zarr

SUFFIXES = [*WRITERS, ".csv", ".nc", ".tsv", ".feather"]

Refused = Callable[..., str]


@pytest.fixture
def refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Refused:
    """Run the command, which has to end with status 2 and one line; return the line."""
    monkeypatch.chdir(tmp_path)

    def call(path: Path | str, *, may_work: bool = False) -> str:
        status = main([str(path), *(["--column", "x"] if _is_table(str(path)) else [])])
        out, err = capfd.readouterr()
        if may_work and status in (0, 1):
            return ""
        assert status == 2, (out, err)
        assert out == ""
        assert err.startswith(f"minloc: {path}: "), err
        assert err.count("\n") == 1, err
        assert len(err) < 500, err
        return err

    return call


def _is_table(path: str) -> bool:
    return any(
        kind in path for kind in ("csv", "tsv", "parquet", "arrow", "feather", "orc", "json")
    )


@pytest.mark.parametrize("suffix", WRITERS)
def test_the_files_are_good_before_they_are_damaged(refused: Refused, suffix: str) -> None:
    """Else the other tests would test nothing."""
    path = Path(f"good{suffix}")
    WRITERS[suffix](path)
    assert refused(path, may_work=True) == ""


@pytest.mark.parametrize("suffix", WRITERS)
def test_files_that_are_cut_off(refused: Refused, suffix: str) -> None:
    """Wherever they end."""
    path = Path(f"cut{suffix}")
    WRITERS[suffix](path)
    data = path.read_bytes()
    for part in 0.02, 0.2, 0.5, 0.9, 0.999:
        path.write_bytes(data[: int(len(data) * part)])
        refused(path)
    path.write_bytes(data[:3])
    refused(path)


@pytest.mark.parametrize("suffix", WRITERS)
def test_files_with_wrong_bytes(refused: Refused, suffix: str) -> None:
    """They are refused, or answered if nobody can know; never a traceback."""
    path = Path(f"wrong{suffix}")
    WRITERS[suffix](path)
    data = np.frombuffer(path.read_bytes(), np.uint8)
    rng = np.random.default_rng(len(data))
    lines = []
    for _ in range(25):
        wrong = data.copy()
        where = rng.integers(0, len(data), 20)
        wrong[where] = rng.integers(0, 256, 20, dtype=np.uint8)
        path.write_bytes(wrong.tobytes())
        lines.append(refused(path, may_work=True))
    if suffix in (".npz", ".csv.gz", ".parquet", ".h5"):  # those have check sums or much structure
        assert any(lines)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_with_something_else_in_them(refused: Refused, suffix: str) -> None:
    """The line says so."""
    path = Path(f"foreign{suffix}")
    path.write_bytes(b"")
    assert "is empty" in refused(path)
    for other in (
        b"\x00\x01\x02\x03" * 100, b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"\x7fELF\x02\x01\x01" + bytes(99),
        b"CDF\x01" + bytes(50), bytes(range(256)),
    ):  # fmt: skip
        path.write_bytes(other)
        refused(path)
    assert "NetCDF" in refused(_written(path, b"CDF\x02" + bytes(50)))
    if not _is_table(suffix):
        refused(_written(path, b"no numbers at all\n" * 30))


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".zarr", ".xyz", ""])
def test_files_that_are_not_there_and_folders(refused: Refused, suffix: str) -> None:
    """The system's own words, and what would work for a folder."""
    assert refused(f"missing{suffix}").endswith(": No such file or directory\n")
    Path(f"folder{suffix}").mkdir()
    assert "Zarr store" in refused(f"folder{suffix}")
    Path("plain").write_text("x")
    assert refused(f"plain/below{suffix}").endswith(": Not a directory\n")


@pytest.mark.parametrize("suffix", WRITERS)
def test_files_that_may_not_be_read(
    refused: Refused, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's own words."""
    path = Path(f"secret{suffix}")
    WRITERS[suffix](path)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything
        real = open

        def no_root(file: Any, *args: Any, **kwargs: Any) -> Any:
            if file == str(path):
                raise PermissionError(13, "Permission denied")
            return real(file, *args, **kwargs)

        monkeypatch.setattr("builtins.open", no_root)
    assert refused(path).endswith(": Permission denied\n")


def test_zarr_stores_with_damage(refused: Refused) -> None:
    """In the metadata, and in a chunk."""
    good, path = Path("good.zarr"), Path("bad.zarr")
    write_zarr(good)
    for damage in (
        lambda: (path / "zarr.json").write_text('{"zarr_format": 3'),
        lambda: (path / "zarr.json").write_text('{"zarr_format": 7, "node_type": "array"}'),
        lambda: (path / "zarr.json").write_text("[]"),
        lambda: (path / "zarr.json").unlink(),
        lambda: (path / "c" / "3").write_bytes(b"not compressed"),
        lambda: (path / "c" / "0").write_bytes(b""),
    ):
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(good, path)
        assert refused(path, may_work=True) == ""
        damage()
        refused(path)
    zarr.open_group("none.zarr", mode="w")
    assert "without an array" in refused("none.zarr")
    Path("file.zarr").write_text("{}")
    assert "is a folder" in refused("file.zarr")


class Trap:
    """An object that leaves a file behind when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("sprung"),)


def test_nothing_is_unpickled(refused: Refused) -> None:
    """No file can run code: not as an array of objects, not as a pickle, not by a codec."""
    trap = np.array([Trap(), Trap()], object)
    np.save("trap.npy", trap)
    assert "run code" in refused("trap.npy")
    np.savez("trap.npz", trap)
    assert "run code" in refused("trap.npz")
    np.savez("two.npz", trap, NUMBERS)
    refused("two.npz", may_work=True)  # the other array can be read
    for name in "trap.pkl", "pickle.npy", "pickle.npz", "pickle.csv", "pickle":
        Path(name).write_bytes(pickle.dumps(Trap()))
        assert "pickle" in refused(name)
    store = Path("trap.zarr")
    store.mkdir()
    (store / ".zarray").write_text(
        '{"zarr_format": 2, "shape": [2], "chunks": [2], "dtype": "|O", "fill_value": null, '
        '"order": "C", "compressor": null, "filters": [{"id": "pickle", "protocol": 4}]}'
    )
    (store / "0").write_bytes(pickle.dumps([trap, "|O", [2]]))
    refused(store)
    assert not Path("sprung").exists()
    pickle.loads(pickle.dumps(Trap()))
    assert Path("sprung").exists()


def test_tables_that_are_none(refused: Refused) -> None:
    """Rows of unequal length, no text, no line."""
    for text, said in [
        (b"x,y\n1,2\n3\n", "Expected 2 columns, got 1"),
        (b"x,y\n1,2\n3,4,5\n", "Expected 2 columns, got 3"),
        (b"x\n1\n\xff\xfe\n", "in row 1 among numbers"),
        (b"x\0\n\0", "zero bytes"),
        (b"\n\n", "no header"),
        (b"x" * 100_000, "no line break"),
        (b'x\n"1\n2\n', "line 2: a quoted field is opened and never closed"),
        (b"x,x\n1,2\n", "2 columns named 'x'"),
        (b"y\n1\n", "there is no column 'x'"),
    ]:
        path = Path("t.csv")
        path.write_bytes(text)
        line = refused(path, may_work=not said)
        assert said in line
    path.write_bytes(b"x\n")
    assert main(["t.csv", "--column", "x"]) == 1


def test_an_archive_that_lies_about_its_size(refused: Refused) -> None:
    """What an array would take is compared with what is there before memory is asked for."""
    with zipfile.ZipFile("bomb.npz", "w") as archive:
        head = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            head, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)}
        )
        archive.writestr("x.npy", head.getvalue() + bytes(100))
    assert "cut off" in refused("bomb.npz")
    Path("bomb.npy").write_bytes(head.getvalue() + bytes(100))
    assert "cut off" in refused("bomb.npy")
    np.savez_compressed("large.npz", np.zeros(10_000_000))
    status = main(["large.npz", "--memory", "1MB"])
    assert status == 2
