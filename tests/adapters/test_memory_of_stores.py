"""A store is never whole in memory."""

import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import zarr

from minloc._adapters import whole_chunks
from minloc._streams import stream
from support.arrays import Array
from support.stores import Plain

PROGRAM = """
import sys
import numpy as np
import minloc
from minloc import _core

def peak():  # as ru_maxrss, which would begin with that of the parent
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) >> 10 for line in status if line.startswith("VmHWM"))

kind, path = sys.argv[1:]
if kind == "zarr":
    import zarr
    a = zarr.open(path, mode="r")
elif kind == "hdf5":
    import h5py
    a = h5py.File(path)["x"]
else:
    a = np.load(path, mmap_mode="r")
small = np.zeros((5, 5), "f4")
minloc.argmin(small), minloc.Partial.of("argmin", small).finish()
a[:1, :1]
before = peak()
for axis in None, 0, 1:
    answer = _core.hand_on("argmin", a, axis)
    print(answer if axis is None else np.flatnonzero(answer == (12345, 6789)[axis]).tolist())
print(a.size * a.dtype.itemsize >> 20, peak() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/status")
@pytest.mark.parametrize("kind", ["zarr", "hdf5", "npy"])
def test_memory_is_bounded(tmp_path: Path, kind: str) -> None:
    """A store of 512 MB, compressed where that is possible, is answered in a quarter of that."""
    shape, chunk = (16384, 8192), (1024, 1024)
    path = str(tmp_path / f"a.{kind}")
    a: Any
    if kind == "zarr":
        a = zarr.create_array(path, shape=shape, chunks=chunk, dtype="f4")
    elif kind == "hdf5":
        file = h5py.File(path, "w")
        a = file.create_dataset("x", shape, "f4", chunks=chunk, compression="lzf")
    else:
        a = np.lib.format.open_memmap(path, "w+", "f4", shape)
    rows = np.tile(np.arange(1, 1025, dtype="f4"), (1024, 8))
    for i in range(0, shape[0], 1024):
        part = rows.copy()
        if i <= 12345 < i + 1024:
            part[12345 - i, 6789] = -1
        a[i : i + 1024] = part
    if kind == "hdf5":
        file.close()
    del a
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), kind, path],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    whole, column, row, sizes = done.stdout.splitlines()
    assert int(whole) == 12345 * shape[1] + 6789
    assert eval(column) == [6789]
    assert eval(row) == [12345]
    size, peak = map(int, sizes.split())
    assert size == 512
    assert peak < 130, f"{peak} MB more than before"


def test_at_most_a_few_boxes_are_in_memory() -> None:
    """Chunks that are large are read one or two at a time."""
    alive, most, lock = 0, 0, threading.Lock()

    class Counted(np.ndarray[Any, Any]):
        def __del__(self) -> None:
            nonlocal alive
            with lock:
                alive -= 1

    class Large(Plain):
        def __getitem__(self, key: Any) -> Array:
            nonlocal alive, most
            part = np.broadcast_to(self.a[:1, :1], [s.stop - s.start for s in key])
            counted = part.view(Counted)
            with lock:
                alive += 1
                most = max(most, alive)
            return counted

    def answer(megabytes: int) -> int:
        nonlocal most
        most = 0
        rows = megabytes << 7
        a = np.broadcast_to(np.zeros(1), (20 * rows, 1024))
        assert stream("argmin", whole_chunks.WholeChunks(Large(a, (rows, 1024))), {}).finish() == 0
        return most

    assert answer(20) <= 3
    assert answer(70) == 1
