"""A file of NumPy's tests, run with minloc's functions in the place of NumPy's.

`keep` drops the tests that are not taken; `Substitute` turns each `np.argmin`, `x.argmin` and
`getattr(x, "argmin")` into a call of `in_place`, which answers with minloc's function for the
module numpy, for an array and for a NumPy scalar; `run_as_module` runs the result. A test fails
unless it has used one of minloc's functions by the time it ends.
"""

import ast
import functools
import inspect
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import numpy as np

import minloc

NUMPY = Path(np.__file__).parent
NAMES = ("argmin", "argmax", "nanargmin", "nanargmax")

# Marks that only NumPy's own plugins read (reference leaks, free threading, valgrind).
NUMPYS_MARKS = {"leaks_references", "thread_unsafe", "valgrind_error"}


class Entry(NamedTuple):
    """A test function, a test class, or some methods of a test class, in a file of NumPy's."""

    file: str
    name: str
    methods: tuple[str, ...] = ()
    since: str = "2.0.0"


class InPlace:
    """minloc's function where NumPy's stood; it counts its calls and looks at its signature."""

    def __init__(self, name: str) -> None:
        self.function: Callable[..., Any] = getattr(minloc, name)
        self.uses = 0
        functools.update_wrapper(self, self.function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call minloc's function."""
        self.uses += 1
        return self.function(*args, **kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        self.uses += 1
        return inspect.signature(self.function)


IN_PLACE = {name: InPlace(name) for name in NAMES}


def uses() -> int:
    """Count the times that minloc's functions have been used by NumPy's tests."""
    return sum(function.uses for function in IN_PLACE.values())


def in_place(owner: Any, name: str, *default: Any) -> Any:
    """Do `getattr(owner, name, *default)`, but give minloc's function where NumPy would answer."""
    if name in NAMES:
        if owner is np:
            return IN_PLACE[name]
        if isinstance(owner, np.ndarray | np.generic):
            return functools.partial(IN_PLACE[name], owner)
    return getattr(owner, name, *default)


def must_use_minloc(test: Callable[..., None]) -> Callable[..., None]:
    """Make the test fail if it ends without having used one of minloc's functions."""

    @functools.wraps(test)
    def checked(*args: Any, **kwargs: Any) -> None:
        before = uses()
        test(*args, **kwargs)
        assert uses() > before, "the test passed, but has not used minloc"

    return checked


def mentions(*nodes: ast.AST | None) -> bool:
    """Tell whether the code names one of the four functions, be it in a string."""
    return any(
        getattr(part, field, None) in NAMES
        for node in nodes
        if node is not None
        for part in ast.walk(node)
        for field in ("id", "attr", "value")
        if isinstance(getattr(part, field, None), str)
    )


def is_test(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    """Tell whether pytest would collect what the statement defines."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name.startswith(
        ("test", "Test")
    )


class Substitute(ast.NodeTransformer):
    """Put minloc's functions in NumPy's place, and have each test checked for using them."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Turn `x.argmin` into `in_place(x, "argmin")`."""
        self.generic_visit(node)
        if node.attr not in NAMES or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.Call(ast.Name("in_place", ast.Load()), [node.value, ast.Constant(node.attr)], [])
        return ast.copy_location(call, node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Turn `getattr(x, name)` into `in_place(x, name)`."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "getattr":
            node.func.id = "in_place"
        return node

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Keep the rows about ours of a table of functions."""
        rows = list(zip(node.keys, node.values, strict=True))
        ours = [row for row in rows if mentions(*row)] or rows
        node.keys, node.values = [key for key, _ in ours], [value for _, value in ours]
        return self.generic_visit(node)

    def visit_List(self, node: ast.List) -> ast.AST:
        """Do the same to a table that is a list of lists."""
        if all(isinstance(row, ast.List) for row in node.elts):
            node.elts = [row for row in node.elts if mentions(row)] or node.elts
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Keep the marks of a class that pytest knows."""
        self.adapt_marks(node)
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Keep the marks that pytest knows, and have a test checked for using minloc."""
        self.adapt_marks(node)
        self.generic_visit(node)
        if is_test(node):
            node.decorator_list.append(ast.Name("must_use_minloc", ast.Load()))
        return node

    @staticmethod
    def adapt_marks(node: ast.ClassDef | ast.FunctionDef) -> None:
        """Drop NumPy's private marks, and make lists of cases that can be read only once."""
        kept = []
        for mark in node.decorator_list:
            function = mark.func if isinstance(mark, ast.Call) else mark
            name = function.attr if isinstance(function, ast.Attribute) else ""
            if name == "parametrize" and isinstance(mark, ast.Call):
                mark.args[1] = ast.Call(ast.Name("list", ast.Load()), [mark.args[1]], [])
            if name not in NUMPYS_MARKS:
                kept.append(mark)
        node.decorator_list = kept


def keep(tree: ast.Module, entries: Iterable[Entry]) -> None:
    """Drop from a file of NumPy's every test that is not taken; one that is missing is an error."""
    wanted = {entry.name: set(entry.methods) for entry in entries}
    tree.body = [node for node in tree.body if not is_test(node) or node.name in wanted]
    found = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for name, methods in wanted.items():
        node = found.pop(name, None)
        if node is None:
            raise LookupError(f"NumPy {np.__version__} has no test named {name}")
        missing = methods - {getattr(part, "name", "") for part in node.body}
        if missing:
            raise LookupError(f"NumPy {np.__version__} has no {missing} in {name}")
        if methods:
            node.body = [part for part in node.body if not is_test(part) or part.name in methods]


def run_as_module(tree: ast.Module, path: Path) -> types.ModuleType:
    """Run a file of NumPy's with minloc in NumPy's place; its path gives its name and package."""
    package = ".".join(path.relative_to(NUMPY.parent).parent.parts)
    module = types.ModuleType(f"{package}.{path.stem}")
    module.__dict__.update(
        __file__=str(path),
        __package__=package,
        in_place=in_place,
        must_use_minloc=must_use_minloc,
    )
    tree = ast.fix_missing_locations(Substitute().visit(tree))
    exec(compile(tree, str(path), "exec"), module.__dict__)
    return module
