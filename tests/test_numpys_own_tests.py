"""NumPy's own tests of argmin, argmax, nanargmin and nanargmax, with minloc in NumPy's place.

The tests are read from the NumPy that is installed, so they are always those of the NumPy at hand.

1. `TAKEN` names every test of NumPy's that is about the four functions; `LEFT` names the rest of
   those that mention them, with the reason why they say nothing about minloc.
2. A file is parsed, the tests that are not taken are dropped, and `Substitute` turns each
   `np.argmin`, `x.argmin` and `getattr(x, "argmin")` into a call of `in_place`, which answers
   with minloc's function for the module numpy, for an array and for a NumPy scalar.
3. The result runs as a module, and its tests are put among this module's names, where pytest
   finds them with their parametrisation and marks.

Nothing can pass for want of a test: a name in `TAKEN` that NumPy lacks is an error when this
module is imported, a test that mentions the functions and is in neither table fails the census,
and each test fails unless it has used one of minloc's functions by the time it ends.
"""

import ast
import functools
import inspect
import types
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import numpy as np
import pytest

import minloc

pytestmark = pytest.mark.filterwarnings(
    # NumPy's own run ignores this one as well.
    "ignore:the matrix subclass is not:PendingDeprecationWarning",
)

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


ABOUT_THE_FUNCTIONS = (
    Entry("_core/tests/test_multiarray.py", "TestArgmaxArgminCommon"),
    Entry("_core/tests/test_multiarray.py", "TestArgmax"),
    Entry("_core/tests/test_multiarray.py", "TestArgmin"),
    Entry(
        "_core/tests/test_multiarray.py",
        "TestWritebackIfCopy",
        ("test_argmax_with_out", "test_argmin_with_out"),
    ),
    Entry("_core/tests/test_array_api_info.py", "test_default_dtypes", since="2.1.0"),
    Entry("_core/tests/test_half.py", "TestHalf", ("test_half_funcs",)),
    Entry(
        "_core/tests/test_regression.py",
        "TestRegression",
        (
            "test_argmax",
            "test_argmax_byteorder",
            "test_attributes",
            "test_method_args",
            "test_misaligned_objects_segfault",
            "test_object_argmax",
        ),
    ),
    Entry("_core/tests/test_stringdtype.py", "test_argmax"),
    Entry("_core/tests/test_stringdtype.py", "test_arrfuncs_zeros"),
    Entry("lib/tests/test_nanfunctions.py", "TestNanFunctions_ArgminArgmax"),
    Entry("lib/tests/test_nanfunctions.py", "TestNanFunctions_NumberTypes", ("test_nanfunc",)),
    Entry("lib/tests/test_shape_base.py", "TestPutAlongAxis", ("test_replace_max",)),
    Entry("lib/tests/test_shape_base.py", "TestTakeAlongAxis", ("test_argequivalent",)),
    Entry(
        "ma/tests/test_core.py",
        "TestMaskedArrayMethods",
        ("test_argmax_argmin", "test_generic_methods"),
    ),
    Entry("ma/tests/test_old_ma.py", "TestMa", ("test_testArrayMethods",)),
    Entry("matrixlib/tests/test_interaction.py", "test_nanfunctions_matrices_general"),
    Entry("matrixlib/tests/test_regression.py", "TestRegression", ("test_matrix_std_argmax",)),
)

TAKEN = [
    entry for entry in ABOUT_THE_FUNCTIONS if np.lib.NumpyVersion(np.__version__) >= entry.since
]

LEFT = [
    # They ask the methods of ndarray and of NumPy's scalars for their signature.
    Entry(
        "_core/tests/test_multiarray.py", "TestTextSignatures", ("test_array_method_signatures",)
    ),
    Entry(
        "_core/tests/test_scalar_methods.py",
        "TestSignature",
        ("test_array_scalar_method_signatures",),
    ),
    # It wants nanargmin to have argmin's keywords. Ours has all but one: it is nan_policy="omit".
    Entry("lib/tests/test_nanfunctions.py", "TestSignatureMatch", ("test_signature_match",)),
    # It tests arcsinh and its like; argmax words the failure.
    Entry("_core/tests/test_umath.py", "TestComplexFunctions", ("test_loss_of_precision",)),
    # It names the functions as the ones that it does not test.
    Entry("matrixlib/tests/test_defmatrix.py", "TestMatrixReturn", ("test_instance_methods",)),
]

# The cases that TAKEN held when it was written, less a margin for other versions of NumPy.
CASES_AT_LEAST = 500


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


def take() -> Iterator[tuple[str, Any]]:
    """Yield NumPy's tests and their names here, such as `TestArgmin_in_core_multiarray`."""
    for file in dict.fromkeys(entry.file for entry in TAKEN):
        path = NUMPY / file
        entries = [entry for entry in TAKEN if entry.file == file]
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        keep(tree, entries)
        module = run_as_module(tree, path)
        place = file.removesuffix(".py").replace("/tests/test", "").strip("_")
        for entry in entries:
            yield f"{entry.name}_in_{place}", getattr(module, entry.name)


TESTS = dict(take())
globals().update(TESTS)


def mentioned_in_numpy() -> Iterator[Entry]:
    """Yield each test of NumPy's that names the functions; one of a class has a method."""
    for path in sorted(NUMPY.rglob("tests/test_*.py")):
        source = path.read_text(encoding="utf-8")
        if not any(name in source for name in NAMES):
            continue
        file = path.relative_to(NUMPY).as_posix()
        for node in ast.parse(source).body:
            for part in node.body if isinstance(node, ast.ClassDef) else [node]:
                if mentions(part):
                    inner = part is not node and isinstance(part, ast.FunctionDef)
                    method = (getattr(part, "name", ""),) if inner else ()
                    yield Entry(file, getattr(node, "name", "the module"), method)


def number_of_cases(test: Any) -> int:
    """Count the cases that pytest makes of a test function or of the tests of a class."""
    marks = getattr(test, "pytestmark", [])
    count = 1
    for mark in marks:
        if mark.name == "parametrize":
            count *= len(mark.args[1])
    if isinstance(test, type):
        count *= sum(number_of_cases(m) for name, m in vars(test).items() if name[:4] == "test")
    return count


def test_every_test_of_numpys_that_names_the_functions_is_taken_or_left_for_a_reason() -> None:
    """A test of NumPy's that mentions the four functions is in one of the two tables."""
    listed = TAKEN + LEFT
    whole = {(entry.file, entry.name) for entry in listed if not entry.methods}
    named = {(entry.file, entry.name) for entry in listed}
    methods = {(entry.file, entry.name, method) for entry in listed for method in entry.methods}
    unknown = [
        entry
        for entry in mentioned_in_numpy()
        if (entry.file, entry.name) not in (whole if entry.methods else named)
        and not any((entry.file, entry.name, method) in methods for method in entry.methods)
    ]
    assert unknown == []


def test_every_entry_gives_tests() -> None:
    """Each class and function in the table stands among this module's tests and has cases."""
    assert len(TESTS) == len(TAKEN)
    assert all(globals()[name] is test for name, test in TESTS.items())
    cases = {name: number_of_cases(test) for name, test in TESTS.items()}
    assert min(cases.values()) > 0
    assert sum(cases.values()) >= CASES_AT_LEAST


def run_source(source: str) -> dict[str, Any]:
    """Run a file of tests with minloc in NumPy's place, and return the names that it defines."""
    return vars(run_as_module(ast.parse("import numpy as np\n" + source), NUMPY / "test_x.py"))


def test_a_test_that_never_uses_minloc_fails() -> None:
    """A test that passes without having used one of minloc's functions is a failure."""
    test = run_source("def test_idle():\n    assert np.min([2, 1]) == 1\n")["test_idle"]
    with pytest.raises(AssertionError, match="has not used minloc"):
        test()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "spelling",
    [
        "np.{}(np.array([1.0]))",
        "np.array([1.0]).{}()",
        "np.float64(1.0).{}()",
        "getattr(np, '{}')([1.0])",
        "getattr(np.array([1.0]), '{}')()",
        "np.ma.array([1.0]).{}()",
    ],
)
def test_every_spelling_reaches_minloc(name: str, spelling: str) -> None:
    """A function, a method of an array and a method of a scalar are all minloc's."""
    function = IN_PLACE[name]
    assert function.function is getattr(minloc, name)
    assert function.function is not getattr(np, name)
    before = function.uses
    assert run_source(f"answer = {spelling.format(name)}")["answer"] == 0
    assert function.uses == before + 1


@pytest.mark.parametrize("name", NAMES)
def test_only_what_numpy_would_answer_is_substituted(name: str) -> None:
    """Other objects keep their own method of the same name."""
    source = f"class Own:\n    {name} = staticmethod(lambda: 'own')\nanswer = Own().{name}()\n"
    before = uses()
    assert run_source(source)["answer"] == "own"
    assert uses() == before
