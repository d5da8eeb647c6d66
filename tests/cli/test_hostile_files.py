"""Damaged and hostile files: a process that is given one ends with one line and exit status 2.

There is no traceback, no hang, no signal, and no more memory than allowed. `MINLOC_TEST_TIMES=20`
runs each 20 times, since what threads do differs from run to run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from support.damaged import (
    CSV,
    LARGE_CHUNKS,
    arrow,
    content,
    csv_bz2,
    csv_gz,
    cut,
    cut_chunk,
    describes,
    feather,
    flip_chunk,
    flipped,
    gz_bomb,
    hdf5,
    hdf5_chunk,
    hdf5_huge,
    nest,
    npy,
    npy_header,
    npy_text,
    npz,
    npz_bomb,
    parquet,
    parquet_footer,
    secret,
    stream,
    zarr_store,
)
from support.hostile import CUT, refusal_of

pytestmark = pytest.mark.usefixtures("same_minloc")

TIMES = int(os.environ.get("MINLOC_TEST_TIMES", "1"))


class Case(NamedTuple):
    """A hostile input.

    Attributes
    ----------
    path : str
        Its name.
    write : callable
        Makes it.
    said : str
        What the line has to contain.
    before : str
        Python that is run before the command.
    """

    path: str
    write: Callable[[str], object]
    said: str
    before: str = ""


#: Root may read everything, so it stops to be root while it opens files.
NOT_ROOT = """
from minloc._cli import run
find = run.find
def find_as_nobody(*args):
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        return find(*args)
    finally:
        os.seteuid(user)
run.find = find_as_nobody
"""
ODD = "a\nb\r\x1b[2J\u2028.csv"
CASES = [
    Case("header.npy", content(npy_header()[:60]), "damaged .npy header"),
    Case("middle.npy", cut(npy, 0.5), "is cut off"),
    Case("end.npy", cut(npy, 0.9999), "is cut off"),
    Case("shape.npy", content(npy_header(shape=(2**62, 2**62)), bytes(80)), "is cut off"),
    Case("negative.npy", content(npy_header(shape=(-1, -8)), bytes(80)), "damaged .npy header"),
    Case("length.npy", content(b"\x93NUMPY\x02\x00\xff\xff\xff\x7f", bytes(80)), "damaged"),
    Case("code.npy", content(npy_text(b"__import__('os').abort()")), "damaged .npy header"),
    Case("nested.npy", content(npy_text(b"[" * 60_000)), "damaged .npy header"),
    Case("void.npy", lambda path: np.save(path, np.zeros(9, "V8")), "no order: dtype"),
    Case("shrinking.npy", npy, "became shorter", CUT),
    Case("magic.npy", content(b"\x93NUMPZ", bytes(99)), "is not a .npy file"),
    Case("middle.npz", cut(npz, 0.5), "damaged .npz file"),
    Case("bits.npz", flipped(npz, 0.3, 0.7), "damaged array"),
    Case("bomb.npz", npz_bomb, "allow it by --memory"),
    Case("nul.csv", content(CSV.encode(), bytes(50), b"\n1\n"), ""),
    Case("folder.csv", os.mkdir, "is a folder"),
    Case("secret.csv", secret, "Permission denied", NOT_ROOT),
    Case("pipe.csv", os.mkfifo, "nobody opened to write"),
    Case("loop.csv", lambda path: os.symlink(path, path), "Too many levels of symbolic links"),
    Case("x" * 300 + ".csv", lambda path: None, "File name too long"),
    Case(ODD, lambda path: None, r"a\nb\r\x1b[2J\u2028.csv: No such file"),
    Case("/dev/zero", lambda path: None, "zero bytes"),
    Case("middle.csv.gz", cut(csv_gz, 0.5), "is damaged"),
    Case("end.csv.gz", cut(csv_gz, 0.9999), "is damaged"),
    Case("bits.csv.gz", flipped(csv_gz, 0.9, 1), ""),
    Case("bomb.csv.gz", gz_bomb(b""), "zero bytes"),
    Case("late-bomb.csv.gz", gz_bomb(CSV.encode()), ""),
    Case("middle.csv.bz2", cut(csv_bz2, 0.5), "is damaged"),
    Case("bits.csv.bz2", flipped(csv_bz2, 0.3, 0.7), "is damaged"),
    Case("start.parquet", content(b"PAR1"), "damaged, or not a Parquet file"),
    Case("middle.parquet", cut(parquet, 0.5), "damaged, or not a Parquet file"),
    Case("bits.parquet", flipped(parquet, 0.1, 0.9), "is damaged"),
    Case("footer.parquet", parquet_footer, "damaged, or not a Parquet file"),
    Case("shrinking.parquet", parquet, "is damaged", CUT),
    Case("middle.arrow", cut(arrow, 0.5), "is damaged"),
    Case("stream.arrow", cut(stream, 0.7), "is damaged"),
    Case("length.arrow", content(b"\xff\xff\xff\xff\xff\xff\xff\x7f", bytes(99)), "is damaged"),
    Case("bits.feather", flipped(feather, 0.1, 0.9), "is damaged"),
    Case("cut2.zarr", zarr_store(2, cut_chunk("3")), "chunk 3 cannot"),
    Case("cut3.zarr", zarr_store(3, cut_chunk("c/3")), "chunk c/3 cannot"),
    Case("bits.zarr", zarr_store(3, flip_chunk("c/2")), "chunk c/2 cannot"),
    Case("shape.zarr", zarr_store(3, describes("zarr.json", shape=[2**60])), "cannot be searched"),
    Case("chunks.zarr", zarr_store(2, LARGE_CHUNKS), "has chunks of 2147483648 bytes"),
    Case("nested.zarr", zarr_store(3, nest), "is damaged, or not a Zarr store"),
    Case("middle.h5", cut(hdf5, 0.5), "is damaged"),
    Case("bits.h5", flipped(hdf5, 0.5, 0.9), "cannot be read in 'x'"),
    Case("huge.h5", hdf5_huge, "cannot be searched"),
    Case("chunk.h5", hdf5_chunk, "has chunks of 2147483648 bytes"),
    Case("shrinking.h5", hdf5, "cannot be read in 'x'", CUT),
    Case("magic.nc", content(b"\x89HDF\r\n\x1a\r", bytes(99)), "is damaged"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.replace("\n", " ")[:20])
def test_hostile_files(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that begins with the file's name; no traceback, hang, signal, or lack of memory."""
    monkeypatch.chdir(tmp_path)
    column = [] if case.path.endswith((".npy", ".npz", ".zarr", ".h5", ".nc")) else ["-c", "x"]
    for time in range(TIMES):
        if time == 0 or case.before == CUT:
            case.write(case.path)
        environment = os.environ | {"LENGTH": "5000"}
        line = refusal_of(case.path, *column, before=case.before, env=environment)
        assert line.isprintable()
        assert case.said in line
