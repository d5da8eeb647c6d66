"""Every example in the documentation runs and prints what it says."""

import doctest
import re
import types
from pathlib import Path

import numpy as np
import pytest

import minloc
import minloc.reference
import minloc.reference_windows

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
#: Pages whose examples need a library that the README's commands do not install.
NEEDS = {"tensors.md": "torch"}
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page: Path) -> None:
    """The examples of a page hold."""
    if page.name in NEEDS:
        pytest.importorskip(NEEDS[page.name])
    failed, _ = doctest.testfile(
        str(page), module_relative=False, optionflags=FLAGS, encoding="utf-8"
    )
    assert failed == 0


def test_the_calls_of_the_readmes_table_print_what_it_says() -> None:
    """Every row of the table of questions has a call, and what it prints."""
    text = (ROOT / "README.md").read_text("utf-8")
    names = {"np": np, "minloc": minloc}
    [array] = re.findall(r"^>>> (sst = .*)$", text, re.MULTILINE)
    exec(array, names)
    table = text.partition("| question | call | prints |\n")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| [^|]+ \| `(.*)` \| `(.*)` \|$", table, re.MULTILINE)
    assert len(rows) == len(table.splitlines()) - 1 >= 8
    for call, prints in rows:
        assert str(eval(call, names)) == prints, call


@pytest.mark.parametrize(
    "name",
    [
        *("README.md", "docs/differences-from-numpy.md", "docs/recipes.md", "docs/guide/top-k.md"),
        *("docs/other-libraries.md", "docs/windows.md"),
    ],
)
def test_pages_have_examples(name: str) -> None:
    """The pages that are there for their examples are not empty of examples."""
    assert len(doctest.DocTestParser().get_examples((ROOT / name).read_text())) >= 5


@pytest.mark.parametrize("name", [*minloc.__all__, "reference", "reference_windows"])
def test_docstrings(name: str) -> None:
    """The examples of a public name hold, and there are some."""
    thing = getattr(minloc, name)
    oracles = {"reference": ("argbest", "top"), "reference_windows": ("moving", "running")}
    is_module = isinstance(thing, types.ModuleType)
    texts = [getattr(thing, oracle) for oracle in oracles[name]] if is_module else [thing]
    for x in texts:
        assert x.__doc__ is not None
        test = doctest.DocTestParser().get_doctest(x.__doc__, {}, name, None, 0)
        assert test.examples
        assert doctest.DocTestRunner(optionflags=FLAGS).run(test).failed == 0
