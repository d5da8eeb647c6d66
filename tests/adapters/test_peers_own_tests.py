"""The tests that pandas and xarray have of argmin and idxmin, with minloc in their place.

A few of them, in a process each: those of all their files take minutes. What is left out says
something else than the contract: pandas orders unordered categories, and answers for a table that
has neither rows nor columns.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

#: The plugin, the files, the tests, and how many calls minloc answers in them, less a margin.
RUNS = {
    "pandas": (
        "support.in_pandas",
        ["reductions/test_reductions.py", "extension/test_masked.py"],
        "(argm or idxm) and not category",
        250,
    ),
    "xarray": ("support.in_xarray", ["test_dataarray.py"], "TestReduce1D and (argm or idxm)", 100),
}


@pytest.mark.parametrize("library", RUNS)
def test_their_own_tests_pass(library: str, tmp_path: Path) -> None:
    """With minloc's answers in the place of theirs."""
    package = pytest.importorskip(library)
    plugin, files, chosen, least = RUNS[library]
    folder = Path(package.__file__).parent / "tests"
    if not folder.exists():
        pytest.skip(f"this {library} comes without its tests")
    options = ["-q", "-p", plugin, "-p", "no:cacheprovider", "-W", "ignore", "-k", chosen]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *[str(folder / file) for file in files]],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    answered = re.search(r"minloc answered (\d+) calls", done.stdout)
    assert answered is not None
    assert int(answered[1]) >= least
