"""The code base keeps what it promises of itself: names, stubs, imports."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import minloc
from minloc import _core

BUILTINS = [
    "argmax", "argmin", "argminmax", "findmax", "findmin", "maxloc", "minloc", "nanargmax",
    "nanargmin", "top_k",
]  # fmt: skip


def stub() -> ast.Module:
    """Parse the stub that is installed beside the core."""
    return ast.parse(Path(str(importlib.resources.files("minloc") / "_core.pyi")).read_text())


def test_no_test_module_imports_another() -> None:
    """What test modules share lies in tests/support, which imports none of them."""
    tests = Path(__file__).parent
    modules = {file.stem for file in tests.rglob("test_*.py")} | {"conftest"}
    files = sorted(tests.rglob("*.py"))
    assert len(files) > 50
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported = {node.module or "", *(alias.name for alias in node.names)}
            else:
                continue
            names = {part for name in imported for part in name.split(".")}
            assert not names & modules, f"{file.relative_to(tests)} imports {names & modules}"


def test_names_are_exported_and_sorted() -> None:
    """`__all__` is sorted and is exactly what the package shows."""
    assert minloc.__all__ == sorted(minloc.__all__)
    public = {n for n in vars(minloc) if not n.startswith("_")}
    modules = {n for n in public if inspect.ismodule(getattr(minloc, n))}
    assert public - modules == set(minloc.__all__)


def test_the_public_functions_are_the_builtins() -> None:
    """No Python frame stands before the core."""
    for name in BUILTINS:
        assert getattr(minloc, name) is getattr(_core, name)
        assert inspect.isbuiltin(getattr(minloc, name))


def test_the_stub_has_the_functions_of_the_core() -> None:
    """Stub and runtime have the same names."""
    stubbed = {n.name for n in stub().body if isinstance(n, ast.FunctionDef)}
    real = {n for n, f in vars(_core).items() if inspect.isbuiltin(f)}
    assert stubbed == real


def test_the_stub_has_the_signatures_of_the_core() -> None:
    """Each stub has the parameters of its builtin: names, kinds, defaults."""
    for node in stub().body:
        if not isinstance(node, ast.FunctionDef):
            continue
        real = inspect.signature(getattr(_core, node.name)).parameters
        arguments = node.args
        kinds: dict[str, inspect._ParameterKind] = {
            **{a.arg: inspect.Parameter.POSITIONAL_ONLY for a in arguments.posonlyargs},
            **{a.arg: inspect.Parameter.POSITIONAL_OR_KEYWORD for a in arguments.args},
            **{a.arg: inspect.Parameter.KEYWORD_ONLY for a in arguments.kwonlyargs},
        }
        if arguments.vararg:
            kinds[arguments.vararg.arg] = inspect.Parameter.VAR_POSITIONAL
        if arguments.kwarg:
            kinds[arguments.kwarg.arg] = inspect.Parameter.VAR_KEYWORD
        if kinds.pop("progress", None):  # only stores and memory maps take it, no plain array
            [array, *_] = arguments.posonlyargs + arguments.args
            assert array.annotation is not None
            assert ast.unparse(array.annotation) == "_Container", node.name
        assert (list(kinds) and set(kinds) == set(real)) or not real, node.name
        overloaded = any(
            isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list
        )
        for name, parameter in real.items():
            if overloaded and name == "out":
                continue  # one of the overloads takes it by keyword alone
            assert kinds[name] == parameter.kind, (node.name, name)
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None and a.arg != "progress":
                assert ast.literal_eval(default) == real[a.arg].default, (node.name, a.arg)


def test_nothing_optional_is_imported() -> None:
    """Importing minloc imports NumPy, minloc and what Python brings, nothing else."""
    program = (
        "import sys, numpy; before = set(sys.modules); import minloc;"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    added = set(done.stdout.split()) - set(sys.stdlib_module_names)
    assert added == {"minloc"}


def test_import_is_quick() -> None:
    """The import costs at most 15 ms over NumPy's (the best of some tries, on a busy machine)."""
    program = (
        "import numpy, time; t = time.perf_counter(); import minloc;"
        "print((time.perf_counter() - t) * 1e3)"
    )
    times = [
        float(
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        )
        for _ in range(5)
    ]
    assert min(times) < 15


def test_a_forced_instruction_set_is_used() -> None:
    """MINLOC_ISA chooses any available instruction set, and the error for another says so."""
    program = "import minloc; minloc.show_config()"
    for name in _core.build_info()["isa_available"]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={"MINLOC_ISA": name},
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"isa in use       {name}\n" in done.stdout
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"MINLOC_ISA": "mmx"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ImportError: MINLOC_ISA is mmx" in done.stderr
    with pytest.raises(ValueError, match="'mmx' is not to be had here; there is"):
        _core.use_isa("mmx")


def test_show_config_says_what_a_bug_report_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """Version, compiler, instruction sets, threads, NumPy."""
    minloc.show_config()
    printed = capsys.readouterr().out
    for word in "minloc", "compiler", "isa in use", "threads", f"numpy            {np.__version__}":
        assert word in printed
