"""The manual page is what the parser of the command says."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


def test_the_manual_page_is_made_of_the_parser() -> None:
    """The page that is committed is the one that the script makes."""
    pytest.importorskip("argparse_manpage")
    page = runpy.run_path(str(DOCS / "man_page.py"))["page"]
    assert (DOCS / "minloc.1").read_text("utf-8") == page()
