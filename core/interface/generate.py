"""Generate what Python and C++ say of the builtins from one description of them.

Each builtin is described once, in the files beside this one: its signature, and its docstring in
numpydoc's form. Two files are made of that:

    python core/interface/generate.py stub src/minloc/_core.pyi   # by hand, after a change
    python core/interface/generate.py header docstrings.hpp       # by the build, in its own tree

The stub is what type checkers and editors read, and is committed. The header holds the docstrings
that `help` shows, each under the signature that `inspect` reads.

A line ``{name}`` of a docstring stands for the block of that name in ``shared.txt``, and
``{parameters}`` for the blocks of all parameters of the function, in their order.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
# Functions that are described without types: their overloads are made below.
OVERLOADED = ("index.pyi", "values.pyi", "coordinates.pyi")
# Functions about windows, whose answers are as many as elements, in the type of what was asked.
WINDOWS = ("moving.pyi",)
# Functions that stand in the stub as they stand here.
TYPED = ("threads.pyi", "inner.pyi")

# --- docstrings -----------------------------------------------------------------------------------


class Function(NamedTuple):
    """A builtin: its definition, the text of that, and its docstring in full."""

    node: ast.FunctionDef
    source: str
    doc: str

    @property
    def signature(self) -> str:
        """The signature without types, on one line."""
        node = ast.parse(ast.unparse(self.node)).body[0]
        assert isinstance(node, ast.FunctionDef)
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        return f"{node.name}({ast.unparse(node.args)})"


def read(name: str) -> str:
    """Return the text of a file beside this one."""
    return (HERE / name).read_text("utf-8")


def shared_blocks() -> dict[str, str]:
    """Return the texts that docstrings have in common, by their names."""
    _, *parts = re.split(r"^\[(\w+)\]\n", read("shared.txt"), flags=re.MULTILINE)
    return {name: text.strip("\n") for name, text in zip(parts[::2], parts[1::2], strict=True)}


def filled(doc: str, blocks: dict[str, str]) -> str:
    """Return a docstring with blocks in the place of their names."""
    return re.sub(r"^\{(\w+)\}$", lambda name: blocks[name[1]], doc, flags=re.MULTILINE)


def functions(names: tuple[str, ...]) -> Iterator[Function]:
    """Yield the functions that some files describe."""
    shared = shared_blocks()
    for name in names:
        text = read(name)
        for node in ast.parse(text).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            doc, source = ast.get_docstring(node), ast.get_source_segment(text, node)
            assert doc is not None, f"{node.name} has no docstring"
            assert source is not None
            arguments = [*node.args.args, *node.args.kwonlyargs]
            parameters = "\n".join(shared.get(argument.arg, "") for argument in arguments)
            yield Function(node, source, filled(doc, shared | {"parameters": parameters}))


def header() -> str:
    """Return the C++ header: a constant for each docstring, with the signature in front."""
    constants = []
    for function in functions((*OVERLOADED, *WINDOWS, *TYPED)):
        text = f"{function.signature}\n--\n\n{function.doc}"
        assert len(text) < 1 << 16, "C++ promises no longer literals"
        assert ')doc"' not in text
        constants.append(f'constexpr char {function.node.name}[] = R"doc({text})doc";\n')
    return (
        "// What `help` and `inspect` say of the builtins: from core/interface/generate.py.\n"
        "#pragma once\n\nnamespace minloc::docstrings {\n\n"
        + "\n".join(constants)
        + "\n}  // namespace minloc::docstrings\n"
    )


# --- the stub -------------------------------------------------------------------------------------

# The types of parameters: of an array in memory, of what is certainly answered by a scalar, and of
# what an adapter answers.
ARRAY = {
    "a": "ArrayLike",
    "k": "SupportsIndex",
    "axis": "_Axis",
    "out": "None",
    "keepdims": "_KeepDims",
    "where": "_Mask",
    "nan_policy": "_NanPolicy",
    "ties": "_Ties",
    "default": "_Default",
    "dtype": "DTypeLike | None",
    "mode": 'Literal["largest", "smallest"]',
    "sorted": "bool",
    "by": "ArrayLike | None",
    "num_groups": "SupportsIndex | None",
    "distance_to": "ArrayLike | None",
    "window": "SupportsIndex | Sequence[SupportsIndex]",
    "step": "SupportsIndex | Sequence[SupportsIndex]",
    "partial": "bool",
    "center": "bool",
    "min_count": "SupportsIndex | None",
    "relative": "bool",
}
PLAIN = ARRAY | {
    "a": "_Plain",
    "axis": "None",
    "keepdims": "Literal[False] | _NoValueType",
    "dtype": "None",
    "by": "None",
    "num_groups": "None",
}
CONTAINER = ARRAY | {
    "a": "_Container",
    "axis": "_AxisOrName",
    "where": "_MaskOrStore",
    "progress": "_Progress",
}
OWN = ARRAY | {"a": "_Own", "out": "_Own | None", "where": "Any", "dtype": "Any"}
WITH_OUT = ARRAY | {"out": "_Out"}
LABELLED = CONTAINER | {"a": "_X", "dim": "_Dim"}
COLUMN = PLAIN | {"a": "_Column", "where": "_MaskOrStore"}
FRAME = COLUMN | {"a": "_Frame[_V_co, _S_co]", "axis": "SupportsIndex | str"}
ONE_AXIS = ARRAY | {"axis": "SupportsIndex", "where": "_MaskOrStore"}
# What a function returns, of the types of elements and of indices.
ANSWERS = {
    "np.intp": "{1}",
    "FindResult": "FindResult[{0}, {1}]",
    "ArgMinMax": "ArgMinMax[{1}]",
    "tuple[Any, ...]": "tuple[{1}, ...]",
    "TopK": "TopK[{0}, {1}]",
}
TABLE = ARRAY | {
    "a": "_Column | _Frame[Any, Any]",
    "axis": "_AxisOrName",
    "where": "_MaskOrStore",
}


def overload(
    function: Function,
    types: dict[str, str],
    returns: str,
    *,
    required: tuple[str, ...] = (),
    by_keyword: tuple[str, ...] = (),
) -> str:
    """Return one overload; some of its parameters have no default, or are taken by keyword only."""
    arguments = function.node.args
    by_position = [*arguments.posonlyargs, *arguments.args]
    without = [None] * (len(by_position) - len(arguments.defaults))
    defaults = dict(zip(by_position, [*without, *arguments.defaults], strict=True))
    defaults |= dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))

    def typed(argument: ast.arg) -> str:
        default = defaults[argument]
        text = f"{argument.arg}: {types[argument.arg]}"
        if default is None or argument.arg in required:
            return text
        value = ast.unparse(default).replace("'", '"')
        return f"{text} = {value}"

    positional = [a for a in arguments.args if a.arg not in by_keyword]
    keywords = [a for a in arguments.args if a.arg in by_keyword] + arguments.kwonlyargs
    parameters = [
        *map(typed, arguments.posonlyargs),
        *(["/"] if arguments.posonlyargs else []),
        *map(typed, positional),
        "*",
        *map(typed, keywords),
        *(["progress: _Progress = None"] if "progress" in types else []),
        *(["dim: _Dim = ..."] if "dim" in types else []),
    ]
    lines = "".join(f"    {parameter},\n" for parameter in parameters)
    return f"@overload\ndef {function.node.name}(\n{lines}) -> {returns}:"


def overloads(function: Function) -> list[str]:
    """Return the overloads of a function, the narrowest first."""
    assert function.node.returns is not None
    returns = ast.unparse(function.node.returns)
    if returns == "NDArray[Any]":
        each = {"_Own": OWN, "_X": LABELLED, "Any": TABLE}
        tables = [overload(function, types, own) for own, types in each.items()]
        return [*tables, overload(function, ARRAY, returns), overload(function, CONTAINER, "Any")]
    plainly = "Any" if returns == "np.intp" else returns

    def one(types: dict[str, str], values: str, indices: str, **given: tuple[str, ...]) -> str:
        return overload(function, types, ANSWERS[returns].format(values, indices), **given)

    own, labelled = one(OWN, "_Own", "_Own"), one(LABELLED, "_X", "_X")
    others = [overload(function, types, plainly) for types in (ARRAY, CONTAINER)]
    if returns == "TopK":
        in_memory = ARRAY | {"a": "_Plain"}
        series = ONE_AXIS | {"a": "_Series[_V_co, _S_co]"}
        return [
            one(in_memory, "NDArray[Any]", "NDArray[np.intp]"),
            *(
                own,
                labelled,
                one(ONE_AXIS | {"a": "_P"}, "_P", "_P"),
                one(series, "_V_co", "_S_co"),
            ),
            *others,
        ]
    if any(argument.arg == "window" for argument in function.node.args.args):
        return [own, labelled, *others]
    narrow = [own, labelled, one(FRAME, "_V_co", "_S_co", required=("axis",))]
    if all(argument.arg != "out" for argument in function.node.args.args):
        # A tuple with numpy.intp in it would, to mypy, never equal one of int, such as (3, 1).
        return [*narrow, *others]
    return [
        overload(function, PLAIN, returns),
        *narrow,
        overload(function, COLUMN, returns),
        others[0],
        overload(function, WITH_OUT, "_Out", required=("out",), by_keyword=("out",)),
        overload(function, WITH_OUT, "_Out", required=("axis", "out")),
        others[1],
    ]


def stub() -> str:
    """Return the stub. The first overload has the docstring; editors show it for the others too."""
    parts = ["# Generated by core/interface/generate.py: change what it reads, and run it.\n"]
    parts.append(read("aliases.pyi"))
    for function in functions((*OVERLOADED, *WINDOWS)):
        first, *others = overloads(function)
        doc = textwrap.indent(f'"""{function.doc}\n"""', "    ")
        parts.append(f"{first}\n{doc}\n\n")
        parts += [f"{other} ...\n" for other in others]
    parts += [f"{function.source}\n\n" for function in functions(TYPED)]
    return "".join(parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    [what, path] = sys.argv[1:]
    Path(path).write_text({"stub": stub, "header": header}[what](), "utf-8")
