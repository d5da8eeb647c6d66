"""The command on large tables, beside Polars and DuckDB: time and memory of whole processes.

``python -m benchmarks.tables FOLDER`` writes a CSV file of 455 MB and a Parquet file to
the folder, if they are not there, and asks each program for the row of the smallest price, with the
files in the page cache. All answers have to be the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROWS, BLOCK = 9_500_000, 500_000
REGIONS = np.array(["north", "south", "east", "west", "far away"])
#: How often each program is run; the quickest counts.
REPEATS = 3

#: Runs a command. The peak of a process is at least what its parent had when it was started, so
#: the parent has to be as small as this.
MEASURE = """
import os, sys, time
start = time.perf_counter()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
status, usage = os.wait4(pid, 0)[1:]
seconds = time.perf_counter() - start
print(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000, file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status) and 1)
"""
ANSWER = "import json, sys; path, k = sys.argv[1], int(sys.argv[2])\n"
POLARS = """
import polars
scan = polars.scan_parquet(path) if path.endswith("parquet") else polars.scan_csv(path)
found = scan.bottom_k(k, by="price").collect(engine="streaming").sort("price")
print(json.dumps([found["id"][0], len(found)]))
"""
DUCKDB = """
import duckdb
duckdb.execute("set enable_progress_bar = false")
found = duckdb.execute(f"select * from '{path}' order by price limit {k}").fetchall()
print(json.dumps([found[0][0], len(found)]))
"""


def write(folder: Path) -> list[Path]:
    """Write the two files, unless they are there."""
    import pyarrow as pa
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pa_parquet

    paths = [folder / "table.csv", folder / "table.parquet"]
    if all(path.exists() for path in paths):
        return paths
    rng = np.random.default_rng(0)
    csv = parquet = None
    for start in range(0, ROWS, BLOCK):
        table = pa.table({
            "id": np.arange(start, start + BLOCK),
            "day": (np.datetime64("2020-01-01") + rng.integers(0, 1500, BLOCK)).astype("M8[s]"),
            "region": REGIONS[rng.integers(0, len(REGIONS), BLOCK)].tolist(),
            "price": rng.random(BLOCK).round(12) * 1000,
            "sold": rng.integers(0, 100_000, BLOCK),
        })  # fmt: skip
        table = table.set_column(1, "day", table["day"].cast(pa.date32()))
        csv = csv or pa_csv.CSVWriter(paths[0], table.schema)
        parquet = parquet or pa_parquet.ParquetWriter(
            paths[1], table.schema, compression="none", use_dictionary=False
        )
        csv.write(table)
        parquet.write(table)
    for writer in csv, parquet:
        if writer is not None:
            writer.close()
    return paths


def run(command: Sequence[str]) -> tuple[float, float, float, str]:
    """Return the seconds, those of all CPUs, the peak memory in MB, and what a process prints."""
    measured = [sys.executable, "-S", "-c", MEASURE, *command]
    done = subprocess.run(measured, capture_output=True, text=True)
    *told, figures = done.stderr.splitlines() or [""]
    if done.returncode:
        raise RuntimeError(f"{command} failed: {' '.join(told[-1:])}")
    seconds, worked, memory = map(float, figures.split())
    return seconds, worked, memory, done.stdout


def contenders(path: Path, k: int) -> dict[str, list[str]]:
    """Return the command of each program."""
    words = [str(path), "--column", "price", "--json"] + (["--top", str(k)] if k > 1 else [])
    return {
        "minloc": [sys.executable, "-m", "minloc", *words],
        "polars": [sys.executable, "-c", ANSWER + POLARS, str(path), str(k)],
        "duckdb": [sys.executable, "-c", ANSWER + DUCKDB, str(path), str(k)],
    }


def answer(name: str, out: str) -> tuple[int, int]:
    """Return the id of the best row, and how many rows there are."""
    if name != "minloc":
        best, count = json.loads(out.splitlines()[-1])
        return int(best), count
    lines = out.splitlines()
    return int(json.loads(lines[0])["fields"]["id"]), len(lines)


def main(folder: Path) -> None:
    """Print a line for each file, number of rows and program."""
    for path in write(folder):
        print(f"{path.name}: {path.stat().st_size / 1e6:.0f} MB")
        for k in 1, 10_000, 100_000:
            answers = set()
            for name, command in contenders(path, k).items():
                try:
                    runs = [run(command) for _ in range(REPEATS)]
                except RuntimeError as error:
                    print(f"  {name}: {error}")
                    continue
                seconds, worked, memory = (min(r[i] for r in runs) for i in range(3))
                answers.add(answer(name, runs[0][3]))
                print(
                    f"  top {k:6}  {name:8} {seconds:6.2f} s, {worked:6.2f} s of CPUs, "
                    f"{memory:6.0f} MB",
                    flush=True,
                )
            assert len(answers) == 1, answers


if __name__ == "__main__":
    main(Path(sys.argv[1]))
