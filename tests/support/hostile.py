"""Running the command as a process on files that want it to hang, to die, or to take all memory."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

#: What the command may take over the memory that it is allowed, in bytes.
OVER = 150_000_000
#: Run as the command; it leaves behind how much memory it took at most. `getrusage` would tell of
#: the process that started it, too.
PROGRAM = """
import atexit, os, pathlib, re, sys
def leave_peak():
    peak = re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
    pathlib.Path(".peak").write_text(peak)
atexit.register(leave_peak)
{before}
from minloc._cli.main import main
sys.exit(main())
"""
#: To come before: cuts a file, or what is in a folder, once it is open.
CUT = """
from minloc._cli import run
find = run.find
def find_and_cut(path, *rest):
    file = find(path, *rest)
    if path == os.environ.get("WHEN", path):
        os.truncate(os.environ.get("CUT", path), int(os.environ["LENGTH"]))
    return file
run.find = find_and_cut
"""


def refusal_of(
    *argv: str, memory: int = 64_000_000, before: str = "", within: float = 60, **options: Any
) -> str:
    """Run the command, which has to refuse: status 2, one line, no hang, bounded memory.

    Parameters
    ----------
    *argv : str
        The arguments.
    memory : int
        What ``--memory`` allows, in bytes.
    before : str
        Python that is run before the command.
    within : float
        The seconds that it may take.
    **options
        For `subprocess.run`.

    Returns
    -------
    str
        The line.
    """
    peak = Path(".peak")
    peak.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before), *argv, "--memory", str(memory)],
        capture_output=True, text=True, check=False, timeout=within,
        **{"stdin": subprocess.DEVNULL, **options},
    )  # fmt: skip
    said = (done.returncode, done.stdout, done.stderr)
    assert done.returncode == 2, said
    assert done.stdout == "", said
    assert re.fullmatch(r"minloc: [^\n]{10,500}\n", done.stderr), said
    assert "defect of minloc" not in done.stderr, said
    if sys.platform == "linux" and peak.exists():  # SIGBUS leaves no time for it
        assert 1024 * int(peak.read_text()) < memory + OVER, said
    line: str = done.stderr.removeprefix("minloc: ").rstrip("\n")
    return line
