"""An expression over columns, such as ``price > 3 and region in ('north', 'east')``.

The text is parsed as Python but never run: a walk over the tree refuses everything except the few
kinds of nodes below, so an expression cannot reach anything else. `truth` evaluates it.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from minloc._cli.errors import RefusalError

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: lambda base, exponent: np.float64(base) ** exponent,
}
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "exp": np.exp,
    "floor": np.floor,
    "isfinite": np.isfinite,
    "isnan": np.isnan,
    "log": np.log,
    "round": np.rint,
    "sqrt": np.sqrt,
}
#: Functions of a value that may be missing, and their result if it is present.
ABOUT_MISSING = {"isnull": False, "notnull": True}

GRAMMAR = (
    "names of columns (`in backticks` if they have spaces), numbers, 'texts', "
    "== != < <= > >=, in, and, or, not, + - * / // % **, "
    + ", ".join(f"{name}()" for name in sorted([*FUNCTIONS, *ABOUT_MISSING]))
)


class ExpressionError(RefusalError):
    """An expression is malformed or cannot be evaluated; a caret shows where."""

    def __init__(self, text: str, at: int, reason: str) -> None:
        line = "".join(character if character.isprintable() else " " for character in text)
        super().__init__(f"--where: {reason}", f"\n  {line}\n  {' ' * at}^")


@dataclass(frozen=True)
class Expression:
    """A condition that is well formed.

    Attributes
    ----------
    text : str
        As the user wrote it.
    names : tuple of str
        The names in it, each once, in order of appearance.
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr
    #: The text that was parsed, in which names in backticks are replaced by underscores.
    _plain: str
    _quoted: Mapping[int, str]

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Return the expression that `text` is.

        Raises
        ------
        ExpressionError
            If it is malformed.

        Examples
        --------
        >>> Expression.parse("1 < price <= 3 and not `sold out`").names
        ('price', 'sold out')
        """
        text = " ".join(text.splitlines())
        quoted: dict[int, str] = {}

        def stand_in(match: re.Match[str]) -> str:
            quoted[match.start()] = match.group(1)
            return "_" * len(match.group())

        plain = re.sub(r"`([^`]+)`(?=(?:[^'\"]|'[^']*'|\"[^\"]*\")*$)", stand_in, text)
        try:
            with warnings.catch_warnings(action="ignore"):
                tree = ast.parse(plain, mode="eval").body
        except SyntaxError as error:
            at = min(max((error.offset or 1) - 1, 0), len(text))
            raise ExpressionError(text, at, f"cannot be read: {error.msg}") from None
        except (ValueError, RecursionError, MemoryError):
            raise ExpressionError(text, 0, "cannot be read") from None
        expression = cls(text, (), tree, plain, quoted)
        try:
            names = dict.fromkeys(expression._check(tree))
        except RecursionError:
            raise ExpressionError(text, 0, "is nested too deeply") from None
        return cls(text, tuple(names), tree, plain, quoted)

    def error(self, reason: str, name: str) -> ExpressionError:
        """Return the error that gives this reason and points at a name in the expression."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name) and self.name_of(node) == name:
                return self.error_at(node, reason)
        return self.error_at(self.tree, reason)

    def error_at(self, node: ast.expr, reason: str) -> ExpressionError:
        return ExpressionError(self.text, self._at(node), reason)

    def _at(self, node: ast.expr) -> int:
        return len(self._plain.encode()[: node.col_offset].decode(errors="ignore"))

    def name_of(self, node: ast.Name) -> str:
        return self._quoted.get(self._at(node), node.id)

    def _check(self, node: ast.expr) -> list[str]:
        """Return the names in a node; raise if the grammar does not allow it."""
        match node:
            case ast.Name():
                return [self.name_of(node)]
            case ast.Constant(value=bool() | float() | str()):
                return []
            case ast.Constant(value=int(number)):
                if not -(2**63) <= number < 2**64:
                    raise self.error_at(node, "the number is larger than 64 bits can hold")
                return []
            case ast.BoolOp(values=parts):
                return [name for part in parts for name in self._check(part)]
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=operand):
                return self._check(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return self._check(left) + self._check(right)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()) | ast.UnaryOp(op=ast.Invert()):
                raise self.error_at(node, "write and, or, not instead of &, |, ~")
            case ast.Compare(left=left, ops=ops, comparators=others):
                names = self._check(left)
                for how, other in zip(ops, others, strict=True):
                    if isinstance(how, ast.In | ast.NotIn):
                        names += self._check_list(other)
                    elif type(how) in COMPARISONS:
                        names += self._check(other)
                    else:
                        raise self.error_at(other, "'is' is not supported; use == or isnull()")
                return names
            case ast.Call(func=ast.Name(id=name), args=[operand], keywords=[]) if (
                name in FUNCTIONS or name in ABOUT_MISSING
            ):
                return self._check(operand)
            case ast.Call():
                called = sorted([*FUNCTIONS, *ABOUT_MISSING])
                raise self.error_at(node, f"only {', '.join(called)} can be called, with one value")
            case ast.Attribute():
                raise self.error_at(
                    node, "a name cannot have a dot; put a column name that has one in `backticks`"
                )
        raise self.error_at(node, f"only these can be used: {GRAMMAR}")

    def _check_list(self, node: ast.expr) -> list[str]:
        if not isinstance(node, ast.List | ast.Tuple | ast.Set) or not node.elts:
            raise self.error_at(node, "'in' needs a list, such as ('a', 'b') or (1, 2)")
        return [name for element in node.elts for name in self._check(element)]
