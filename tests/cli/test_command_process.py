"""The command as a process: memory, pipes, signals, and a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zarr

from support.command import Run, in_process_of_its_own

pytestmark = pytest.mark.usefixtures("same_minloc")


def test_memory_is_bounded(tmp_path: Path) -> None:
    """Files several times larger than the limit are searched within it, over the libraries."""
    n = 12_000_000
    a = np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.float64, (n,))
    a[:] = 1
    a[n - 5] = 0
    a.flush()
    del a
    store = zarr.create_array(
        tmp_path / "a.zarr", shape=(n,), chunks=(100_000,), dtype="f8", fill_value=1
    )
    store[:] = np.arange(n, 0, -1)
    with open(tmp_path / "a.csv", "w") as file:
        file.write("some text,x\n")
        file.writelines(
            "some text to make the line longer than it is,1\n" * 1000 for _ in range(4000)
        )
        file.write("the end,0\n")
    program = (
        "import re, sys; from minloc._cli.main import main;"
        "import pyarrow.csv, zarr, numpy, tqdm, pyarrow.compute;"
        # getrusage() would tell of the process that started this one, too
        "status = lambda: open('/proc/self/status').read();"
        "peak = lambda: 1024 * int(re.search(r'VmHWM:\\s*(\\d+)', status())[1]);"
        "before = peak(); main(sys.argv[1:]); print(peak() - before)"
    )
    for name, words in (
        ("a.npy", ()),
        ("a.npy", ("-w", "value < 5")),
        ("a.zarr", ()),
        ("a.csv", ("-w", "`some text` != 'x'")),
    ):
        done = subprocess.run(
            [sys.executable, "-c", program, name, "--json", "--memory", "32MB", *words],
            capture_output=True, text=True, check=True, cwd=tmp_path,
        )  # fmt: skip
        answer, grown = done.stdout.splitlines()
        assert json.loads(answer)["value"] == (1 if name == "a.zarr" else 0)
        # Arrow's threads and buffers are there before the first row.
        assert int(grown) < 32_000_000 + 70_000_000 * (name == "a.csv"), (name, grown)


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    """As for any command of the shell: no traceback."""
    np.save(tmp_path / "a.npy", np.zeros((200_000, 2)))
    command = f"{sys.executable} -m minloc a.npy --axis 1 --json"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1; echo ${{PIPESTATUS[0]}}"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.splitlines()[1:] == ["141"]
    assert done.stderr == ""


def test_an_interrupt_is_quiet(run: Run, prices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 130, as the shell has it."""

    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("minloc._cli.of_tables.search", interrupted)
    ran = run(prices, "-c", "price")
    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_any_text_can_be_printed(tmp_path: Path) -> None:
    """Also where the terminal has no letter for it."""
    (tmp_path / "größe.csv").write_text("größe\n1\n")
    done = subprocess.run(
        [sys.executable, "-m", "minloc", "größe.csv"], capture_output=True, text=True, check=True,
        cwd=tmp_path, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.stdout.startswith("minimum of gr\\xf6\\xdfe: 1 in row 0 of gr")


def test_the_module_is_the_command(prices: Path) -> None:
    """``python -m minloc`` works, and a library that is missing is one line."""
    done = in_process_of_its_own("prices.csv", "-c", "price", "--json")
    assert json.loads(done.stdout)["row"] == 2
    program = (
        "import sys; sys.modules['pyarrow'] = None;"
        "from minloc._cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "prices.csv"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == (
        "minloc: pyarrow is needed to read CSV files: pip install 'minloc[cli]'\n"
    )


def test_a_cluster_gives_the_same_answers(run: Run, climate: list[str]) -> None:
    """Workers in processes of their own open the files for themselves."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        a = np.random.default_rng(2).permutation(40_000).reshape(400, 100)
        np.save("big.npy", a)  # many pieces in the memory that is allowed
        for name in climate[2], "big.npy":
            axes = "1" if name == "big.npy" else "time,lon"
            where = "value > 99" if name == "big.npy" else "lat > -90"
            for words in (), ("--axis", axes, "--max", "-w", where, "--memory", "1MB"):
                here = run(name, "--json", *words)
                there = run(name, "--json", *words, "--scheduler", cluster.scheduler_address)
                assert there.answers == here.answers
    ran = run(climate[0], "--scheduler", "tcp://127.0.0.1:1")
    assert ran.status == 2
    assert "no Dask scheduler answers" in ran.err
    assert ran.err.count("\n") == 1
