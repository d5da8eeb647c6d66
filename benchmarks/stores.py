"""Files larger than what may be held: how fast they are read, and in how much memory.

    python -m benchmarks.stores [--gigabytes 4] [--folder DIR]

A file of random numbers is written as .npy and as an uncompressed Zarr store, and as a compressed
one, and is read from the page cache: by `cat FILE > /dev/null`, and by argmin in a process of its
own, by turns. The best of each counts. The script fails if an answer is wrong, if the .npy is read
at less than 80 % of the rate of cat or the Zarr store at less than 60 %, or if a process grows by
more than 200 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

#: By name: the least part of cat's rate, or None where decoding takes its time.
LEAST = {"npy": 0.8, "zarr": 0.6, "zarr, compressed": None}
MOST_MEGABYTES = 200
COLUMNS = 8192
ROUNDS = 3


def write(folder: Path, gigabytes: float) -> tuple[Path, int]:
    """Write the stores, and return where the smallest element is."""
    import zarr

    rows = int(gigabytes * (1 << 30)) // (8 * COLUMNS) // 512 * 512
    shape = (rows, COLUMNS)
    npy = open(folder / "npy", "wb")  # noqa: SIM115  written as numpy.save does it
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(npy, header)
    plain = zarr.create_array(
        folder / "zarr", shape=shape, chunks=(512, 2048), dtype="f8", compressors=None
    )
    small = zarr.create_array(
        folder / "zarr, compressed", shape=shape, chunks=(512, 2048), dtype="f8"
    )
    rng = np.random.default_rng(0)
    best = (2.0, 0)
    for start in range(0, rows, 512):
        part = rng.integers(0, 1 << 20, (512, COLUMNS)) / (1 << 20)
        at = int(part.argmin())
        best = min(best, (float(part.flat[at]), start * COLUMNS + at))
        plain[start : start + 512] = small[start : start + 512] = part
        npy.write(part.tobytes())
    npy.close()
    os.sync()
    return folder, best[1]


def cat(path: Path, size: int) -> float:
    """Return the gigabytes a second at which cat reads a file or all files of a folder."""
    files = sorted(map(str, path.rglob("c/*/*"))) if path.is_dir() else [str(path)]
    start = time.perf_counter()
    with open("/dev/null", "wb") as nowhere:
        subprocess.run(["cat", *files], stdout=nowhere, check=True)
    return size / (time.perf_counter() - start) / 1e9


def peak() -> int:
    """Return the most memory that this process has had, in megabytes: `ru_maxrss`, from its start.

    (The value of getrusage begins with that of the process that started this one.)
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) >> 10
    raise OSError("the system does not say how much memory a process has had")


def argmin(path: Path, axis: int | None) -> dict[str, Any]:
    """Return the rate, the memory and the answer of argmin; in a process of its own."""
    import minloc
    from minloc import _core

    def opened() -> Any:
        if path.is_dir():
            import zarr

            return zarr.open_array(path, mode="r")
        return np.load(path, mmap_mode="r")

    minloc.argmin(np.zeros(5))
    size = opened().nbytes
    before = peak()
    start = time.perf_counter()
    found = _core.hand_on("argmin", opened(), axis)
    rate = size / (time.perf_counter() - start) / 1e9
    return {"rate": rate, "megabytes": peak() - before, "answer": np.asarray(found).tolist()}


def in_a_process(path: Path, axis: int | None) -> dict[str, Any]:
    """Return what `argmin` does, of a new process."""
    program = [sys.executable, "-m", "benchmarks.stores", "--one", str(path), "--axis", str(axis)]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> int:
    """Print the table; 1 if something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=4)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--axis", default="None", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.one:
        print(json.dumps(argmin(told.one, None if told.axis == "None" else int(told.axis))))
        return 0
    wrong = 0
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder, want = write(Path(name), told.gigabytes)
        print(f"{'':<18} {'axis':<5} {'cat GB/s':>9} {'argmin':>9} {'of cat':>7} {'MB':>5}")
        for store, least in LEAST.items():
            path = folder / store
            for axis in None, 0, 1:
                cats, ours = [], []
                for _ in range(ROUNDS):
                    files = path.rglob("c/*/*") if path.is_dir() else [path]
                    cats.append(cat(path, sum(file.stat().st_size for file in files)))
                    ours.append(in_a_process(path, axis))
                rate, reference = max(one["rate"] for one in ours), max(cats)
                megabytes = max(one["megabytes"] for one in ours)
                print(
                    f"{store:<18} {axis!s:<5} {reference:9.2f} {rate:9.2f} "
                    f"{rate / reference:7.0%} {megabytes:5}"
                )
                wrong += axis is None and any(one["answer"] != want for one in ours)
                wrong += axis is None and least is not None and rate < least * reference
                wrong += megabytes > MOST_MEGABYTES
    print("as promised" if not wrong else f"{wrong} promises broken")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
