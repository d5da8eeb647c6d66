"""The transcripts of the command's page are what the command prints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import minloc

PAGE = Path(__file__).parents[2] / "docs" / "command.md"


def transcript(commands: list[str]) -> str:
    """Run commands of the shell in the folder that is the current one, and return what is seen."""
    seen = []
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", f'minloc() {{ "{sys.executable}" -m minloc "$@"; }}; {command}'],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            env=os.environ | {"COLUMNS": "100"},
        )  # fmt: skip
        seen.append(f"$ {command}\n{done.stdout}")
    return "".join(seen)


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every console block is run, in order, beside the files that the page makes."""
    page = PAGE.read_text()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(minloc.__file__).parent.parent))
    [setup] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(compile(setup, str(PAGE), "exec"), {})
    blocks = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    assert len(blocks) >= 5
    for block in blocks:
        commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
        assert transcript(commands) == block
