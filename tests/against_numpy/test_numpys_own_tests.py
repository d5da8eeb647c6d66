"""NumPy's own tests of argmin, argmax, nanargmin and nanargmax, with minloc in NumPy's place.

The tests are read from the NumPy that is installed. `TAKEN` names every test of NumPy's that is
about the four functions; `LEFT` names the others that mention them, with the reason why they say
nothing about minloc. What `support.numpys_tests` makes of a file is put among this module's names,
where pytest finds the tests with their parametrisation and marks.

Nothing can pass for want of a test: a name in `TAKEN` that NumPy lacks is an error when this
module is imported, and a test that mentions the functions and is in neither table fails the census.
"""

import ast
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minloc
from support.numpys_tests import IN_PLACE, NAMES, NUMPY, Entry, keep, mentions, run_as_module, uses

pytestmark = pytest.mark.filterwarnings(
    # NumPy's own run ignores this one as well.
    "ignore:the matrix subclass is not:PendingDeprecationWarning",
)


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
