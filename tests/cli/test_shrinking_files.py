"""Files that become shorter while they are read: one line and exit status 2, not a dead process."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as pa_feather
import pytest
import zarr

from support.hostile import CUT, refusal_of

pytestmark = pytest.mark.usefixtures("same_minloc", "in_folder")

NUMBERS = np.arange(60_000.0)[::-1].copy()
TABLE = pa.table({"x": NUMBERS})
#: How often each is run: once, or as often as the environment says.
TIMES = int(os.environ.get("MINLOC_TEST_TIMES", "1"))


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of its own."""
    monkeypatch.chdir(tmp_path)


def write_npy(path: str) -> None:
    """Write an array."""
    np.save(path, NUMBERS)


def write_npz(path: str) -> None:
    """Write an array that is not compressed, which is mapped from its place in the archive."""
    np.savez(path, NUMBERS)


def write_records(path: str) -> None:
    """Write an array of records."""
    records = np.zeros(len(NUMBERS), [("x", "f8"), ("y", "i2")])
    np.save(path, records)


def write_arrow(path: str) -> None:
    """Write batches."""
    pa_feather.write_feather(TABLE, path, compression="uncompressed", chunksize=7000)


def write_stream(path: str) -> None:
    """Write batches as a stream."""
    with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=7000)


@pytest.mark.parametrize(
    ("path", "write", "words"),
    [
        ("a.npy", write_npy, ()),
        ("a.npy", write_npy, ("--where", "value > 3")),
        ("a.npy", write_npy, ("--top", "3")),
        ("a.npz", write_npz, ()),
        ("records.npy", write_records, ("--var", "x")),
        ("a.arrow", write_arrow, ()),
        ("a.arrow", write_arrow, ("--where", "x > 3")),
        ("stream.arrow", write_stream, ()),
    ],
)
def test_mapped_files(path: str, write: Callable[[str], None], words: tuple[str, ...]) -> None:
    """A page that is gone is no signal that nobody understands."""
    for _ in range(TIMES):
        write(path)
        line = refusal_of(path, *words, before=CUT, env=os.environ | {"LENGTH": "5000"})
        assert line == f"{path}: became shorter while it was read, or its device failed"


def test_the_file_that_is_cut_is_named() -> None:
    """Of several, and under a name that would break the line."""
    other = "b\n\x1b[1m.npy"
    for path in "a.npy", other:
        np.save(path, NUMBERS)
    environment = os.environ | {"LENGTH": "5000", "WHEN": other}
    line = refusal_of("a.npy", other, before=CUT, env=environment)
    assert line.startswith(r"b\n\x1b[1m.npy: became shorter")


def test_a_chunk_of_a_store_is_named() -> None:
    """Of a store, the chunk that cannot be read."""
    store = zarr.create_array(
        "a.zarr", shape=NUMBERS.shape, chunks=(1000,), dtype="f8", compressors=None
    )
    store[:] = NUMBERS
    environment = os.environ | {"LENGTH": "500", "CUT": "a.zarr/c/7"}
    line = refusal_of("a.zarr", before=CUT, env=environment)
    assert line.startswith("a.zarr: chunk c/7 cannot be read: ")


def test_another_bus_error_ends_the_process() -> None:
    """Only the files that the command has mapped are spoken of."""
    np.save("a.npy", NUMBERS)
    np.save("other.npy", NUMBERS)
    before = (
        CUT
        + "\nimport numpy\nother = numpy.load('other.npy', mmap_mode='r')\n"
        + (
            "cut = run.find\n"
            "def find_and_look(*args):\n"
            "    file = cut(*args)\n"
            "    other.sum()\n"
            "    return file\n"
            "run.find = find_and_look\n"
        )
    )
    environment = os.environ | {"LENGTH": "5000", "CUT": "other.npy"}
    with pytest.raises(AssertionError, match=r"\(-7, '', ''\)"):
        refusal_of("a.npy", before=before, env=environment)
