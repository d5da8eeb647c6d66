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
    "argmax", "argmin", "argminmax", "findmax", "findmin", "maxloc", "minloc", "moving_argmax",
    "moving_argmin", "moving_findmax", "moving_findmin", "nanargmax", "nanargmin", "running_argmax",
    "running_argmin", "top_k",
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
        for keyword in "progress", "dim":  # which containers take, but no plain array
            if kinds.pop(keyword, None):
                [array, *_] = arguments.posonlyargs + arguments.args
                assert array.annotation is not None
                assert ast.unparse(array.annotation) in ("_Container", "_X"), node.name
        assert (list(kinds) and set(kinds) == set(real)) or not real, node.name
        overloaded = any(
            isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list
        )
        for name, parameter in real.items():
            if overloaded and name == "out":
                continue  # one of the overloads takes it by keyword alone
            assert kinds[name] == parameter.kind, (node.name, name)
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if default is not None and a.arg not in ("progress", "dim"):
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
    """The import takes at most a tenth of the processor time of NumPy's (the best of some tries).

    A ratio of processor times: a busy machine slows both down.
    """
    program = (
        "import time; start = time.process_time(); import numpy; between = time.process_time();"
        "import minloc; print((time.process_time() - between) / (between - start))"
    )
    ratios = [
        float(
            subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
        )
        for _ in range(5)
    ]
    assert min(ratios) < 0.1


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
    with pytest.raises(ValueError, match="'mmx' is not available on this machine; choose from"):
        _core.use_isa("mmx")


def test_show_config_says_what_a_bug_report_needs(capsys: pytest.CaptureFixture[str]) -> None:
    """Version, compiler, instruction sets, threads, NumPy."""
    minloc.show_config()
    printed = capsys.readouterr().out
    for word in "minloc", "compiler", "isa in use", "threads", f"numpy            {np.__version__}":
        assert word in printed


def imports() -> dict[str, set[str]]:
    """Return which modules of minloc each of them imports, at its top or in a function."""
    root = Path(minloc.__file__).parent
    paths = {
        ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): path
        for path in root.rglob("*.py")
    }
    found: dict[str, set[str]] = {}
    for name, path in paths.items():
        found[name] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found[name].update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                below = [f"{node.module}.{alias.name}" for alias in node.names]
                found[name].update(one if one in paths else node.module for one in below)
                found[name] -= {node.module} if below == ["minloc._core"] else set()
        found[name] &= paths.keys()
    return found


def circle(name: str, graph: dict[str, set[str]]) -> set[str]:
    """Return the modules that import a module and that it imports, through others or not."""

    def reached(start: str, edges: dict[str, set[str]]) -> set[str]:
        seen: set[str] = set()
        todo = [start]
        while todo:
            new = edges[todo.pop()] - seen
            seen |= new
            todo += new
        return seen

    backwards: dict[str, set[str]] = {module: set() for module in graph}
    for module, others in graph.items():
        for other in others:
            backwards[other].add(module)
    return reached(name, graph) & reached(name, backwards)


def test_imports_have_no_circles() -> None:
    """No module of minloc imports one that imports it, not even in a function."""
    graph = imports()
    assert "minloc._cli.errors" in graph["minloc._cli.main"]
    assert circle("b", {"a": {"b"}, "b": {"c"}, "c": {"b", "a"}}) == {"a", "b", "c"}
    assert [name for name in graph if circle(name, graph)] == []


def test_nothing_private_of_partial_is_used_outside_its_package() -> None:
    """Adapters, streams and the command go through what `minloc._partial` documents."""
    root = Path(str(importlib.resources.files("minloc")))
    room = root / "_partial"
    private = {"_part"}
    for file in room.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                private |= {node.name}
    private = {name for name in private if name.startswith("_") and not name.startswith("__")}
    assert "_of" in private
    for file in root.rglob("*.py"):
        if room in file.parents:
            continue
        own = ast.parse(file.read_text())
        defined = {n.name for n in ast.walk(own) if isinstance(n, ast.FunctionDef)}
        defined |= {
            n.attr
            for n in ast.walk(own)
            if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)
        }
        for node in ast.walk(own):
            if isinstance(node, ast.Attribute):
                assert node.attr not in private - defined, (file.name, node.attr)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "minloc._partial"
            ):
                assert not any(alias.name.startswith("_") for alias in node.names), file.name


def test_files_are_short() -> None:
    """A file about one idea has at most 300 lines; only the generated stub has more."""
    root = Path(__file__).parent.parent
    files = [
        file
        for folder in ("core", "src", "tests", "benchmarks", "examples")
        for kind in ("*.py", "*.hpp", "*.cpp")
        for file in (root / folder).rglob(kind)
    ]
    assert len(files) > 300
    assert [f.name for f in files if len(f.read_text("utf-8").splitlines()) > 300] == []
