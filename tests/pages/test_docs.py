"""Every example in the documentation runs and prints what it says."""

import doctest
import types
from pathlib import Path

import pytest

import minloc
import minloc.reference
import minloc.reference_windows

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page: Path) -> None:
    """The examples of a page hold."""
    failed, _ = doctest.testfile(
        str(page), module_relative=False, optionflags=FLAGS, encoding="utf-8"
    )
    assert failed == 0


@pytest.mark.parametrize(
    "name", ["README.md", "docs/differences-from-numpy.md", "docs/recipes.md", "docs/windows.md"]
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
