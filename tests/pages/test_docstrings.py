"""Docstrings and the stub say the same, and have the keywords and defaults of the functions."""

from __future__ import annotations

import ast
import importlib.resources
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import minloc
from minloc import _core
from minloc._partial import FUNCTIONS

if TYPE_CHECKING:
    from typing import assert_type

    from numpy.typing import NDArray


ROOT = Path(__file__).parents[2]
STUB = importlib.resources.files("minloc") / "_core.pyi"


def named(doc: str, title: str) -> list[str]:
    """Return the names that a section of a docstring describes."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\n\S|\Z)", doc, re.DOTALL | re.MULTILINE)
    return re.findall(r"^(\S+) :", found[1], re.MULTILINE) if found else []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstrings_describe_the_keywords_that_there_are(name: str) -> None:
    """Parameters are those of the signature, and two that no plain array takes."""
    function = getattr(minloc, name)
    doc = inspect.getdoc(function) or ""
    assert named(doc, "Parameters") == list(inspect.signature(function).parameters)
    assert named(doc, "Other Parameters") == ["progress", "dim"]
    k = (1,) if name == "top_k" else ()
    for keyword in "progress", "dim":
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{keyword}'"):
            function(np.zeros(3), *k, **{keyword: True})


def test_see_also_names_what_there_is() -> None:
    """What a docstring of a public name refers to is public."""
    for name in minloc.__all__:
        doc = inspect.getdoc(getattr(minloc, name)) or ""
        see = re.search(r"^See Also\n-+\n(.*?)(?=\n\n|\Z)", doc, re.DOTALL | re.MULTILINE)
        for line in re.findall(r"^(\w[^:]*) :", see[1] if see else "", re.MULTILINE):
            assert set(line.split(", ")) <= set(minloc.__all__), line


def test_the_stub_is_as_it_is_generated(tmp_path: Path) -> None:
    """The committed stub is the one that the description of the builtins gives."""
    made = tmp_path / "_core.pyi"
    generate = ROOT / "core" / "interface" / "generate.py"
    subprocess.run([sys.executable, generate, "stub", made], check=True)
    assert (ROOT / "src" / "minloc" / "_core.pyi").read_text("utf-8") == made.read_text("utf-8")


def test_editors_show_what_help_shows() -> None:
    """Every builtin has one docstring: that of its stub, or of the first of its overloads."""
    docs: dict[str, str | None] = {}
    for node in ast.parse(STUB.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            docs.setdefault(node.name, ast.get_docstring(node))
    assert docs == {
        name: inspect.getdoc(thing)
        for name, thing in vars(_core).items()
        if inspect.isbuiltin(thing)
    }


def overloads() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the public functions of the stub, each overload with the defaults of its keywords."""
    for node in ast.parse(STUB.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS:
            arguments = node.args
            by_position = [*arguments.posonlyargs, *arguments.args]
            first = len(by_position) - len(arguments.defaults)
            defaults = dict(zip(by_position[first:], arguments.defaults, strict=True))
            defaults |= {
                argument: default
                for argument, default in zip(
                    arguments.kwonlyargs, arguments.kw_defaults, strict=True
                )
                if default is not None
            }
            yield node.name, {a.arg: ast.literal_eval(value) for a, value in defaults.items()}


def test_the_stub_has_the_defaults_of_the_signatures() -> None:
    """Every overload has them, and one of each function takes `progress`."""
    with_progress = set()
    for name, defaults in overloads():
        signature = inspect.signature(getattr(minloc, name)).parameters
        if "progress" in defaults:
            with_progress.add(name)
            assert defaults.pop("progress") is None
        defaults.pop("dim", None)  # the stub says only that there is one
        for keyword, default in defaults.items():
            assert signature[keyword].default == default, (name, keyword)
    assert with_progress == set(FUNCTIONS)


if TYPE_CHECKING:

    class Lazy:
        """An array of another library, which is array_like."""

        def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]: ...

    class Chunks:
        """A store."""

        shape: tuple[int, ...]
        dtype: Any
        chunks: tuple[int, ...] | None

        def __getitem__(self, key: Any) -> Any: ...

    def types(a: NDArray[np.float64], lazy: Lazy, store: Chunks, unknown: Any) -> None:
        """State what a checker of types makes of the stub: an index only where it is one."""
        assert_type(minloc.argmin(a), np.intp)
        assert_type(minloc.argmax([1, 2.5]), np.intp)
        assert_type(minloc.nanargmin([[1.0], [2.0]]), np.intp)
        assert_type(minloc.nanargmax([a, a]), np.intp)
        assert_type(minloc.argmin(a, axis=0), Any)
        assert_type(minloc.argmin(lazy), Any)
        assert_type(minloc.argmin(unknown, axis="time"), Any)
        assert_type(minloc.argmin(store, progress=True), Any)
        assert_type(minloc.findmin(store, progress=lambda done, all: None), minloc.FindResult)
        minloc.argmin(a, axis="time")  # type: ignore[call-overload]
        minloc.argmin(a, progress=True)  # type: ignore[call-overload]
