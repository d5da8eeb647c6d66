"""An expression over columns, such as ``price > 3 and region in ('north', 'east')``.

The text is parsed as Python, and walked: what is not on the short list below is refused, so
nothing of the user's machine can be reached from it. NumPy evaluates it, over whole batches.

A missing value (null, a fill value) is neither here nor there: what is computed from it is missing,
``and`` and ``or`` know it only if the other side does not decide (as in SQL), and an element whose
answer is missing is not chosen. NaN is a number to compare with, for which every comparison but
``!=`` is false.
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
from numpy.typing import NDArray

from minloc._sources.errors import RefusalError

#: The values of a name, and where they are known: None if they are known everywhere.
Known = tuple[Any, "NDArray[np.bool] | None"]

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
#: Of a value that may be missing; the answer never is.
ABOUT_MISSING = {"isnull": False, "notnull": True}

GRAMMAR = (
    "names of columns (`in backticks` if they have spaces), numbers, 'texts', "
    "== != < <= > >=, in, and, or, not, + - * / // % **, "
    + ", ".join(f"{name}()" for name in sorted([*FUNCTIONS, *ABOUT_MISSING]))
)


class ExpressionError(RefusalError):
    """An expression is not one, or cannot be answered; a caret shows where."""

    def __init__(self, text: str, at: int, reason: str) -> None:
        super().__init__(f"--where: {reason}\n  {text}\n  {' ' * at}^")


@dataclass(frozen=True)
class Expression:
    """A condition that was found to be well formed.

    Attributes
    ----------
    text : str
        As the user wrote it.
    names : tuple of str
        The names in it, each once, in the order in which they come.
    """

    text: str
    names: tuple[str, ...]
    _tree: ast.expr
    #: The text with names in backticks replaced by as many other letters, which was parsed.
    _plain: str
    _quoted: Mapping[int, str]

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Return the expression that `text` is.

        Raises
        ------
        ExpressionError
            If it is none.

        Examples
        --------
        >>> import numpy as np
        >>> condition = Expression.parse("1 < price <= 3 and not `sold out`")
        >>> condition.names
        ('price', 'sold out')
        >>> condition({"price": (np.array([2, 3, 4]), None),
        ...            "sold out": (np.array([False, True, False]), None)})
        array([ True, False, False])
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
            raise ExpressionError(text, 0, "is too deep") from None
        return cls(text, tuple(names), tree, plain, quoted)

    def __call__(self, columns: Mapping[str, Known]) -> NDArray[np.bool]:
        """Return where the condition holds.

        Parameters
        ----------
        columns : mapping
            For each name its values, and where they are known.

        Returns
        -------
        ndarray of bool
            Of the shape to which the columns broadcast.
        """
        try:
            with np.errstate(all="ignore"):
                values, known = self._value(self._tree, columns)
        except RecursionError:
            raise ExpressionError(self.text, 0, "is too deep") from None
        chosen = self._truth(self._tree, values)
        shape = np.broadcast_shapes(chosen.shape, *(np.shape(v) for v, _ in columns.values()))
        answer: NDArray[np.bool] = np.broadcast_to(
            chosen if known is None else chosen & known, shape
        )
        return answer

    def error(self, reason: str, name: str) -> ExpressionError:
        """Return the error that says this of a name in the expression."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Name) and self._name(node) == name:
                return self._error(node, reason)
        return self._error(self._tree, reason)

    def _error(self, node: ast.expr, reason: str) -> ExpressionError:
        return ExpressionError(self.text, self._at(node), reason)

    def _at(self, node: ast.expr) -> int:
        return len(self._plain.encode()[: node.col_offset].decode(errors="ignore"))

    def _name(self, node: ast.Name) -> str:
        return self._quoted.get(self._at(node), node.id)

    def _check(self, node: ast.expr) -> list[str]:
        """Return the names in a node, which has to be of the grammar."""
        match node:
            case ast.Name():
                return [self._name(node)]
            case ast.Constant(value=bool() | float() | str()):
                return []
            case ast.Constant(value=int(number)):
                if not -(2**63) <= number < 2**64:
                    raise self._error(node, "the number is larger than 64 bits can hold")
                return []
            case ast.BoolOp(values=parts):
                return [name for part in parts for name in self._check(part)]
            case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.UAdd(), operand=operand):
                return self._check(operand)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return self._check(left) + self._check(right)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()) | ast.UnaryOp(op=ast.Invert()):
                raise self._error(node, "write and, or, not in place of &, |, ~")
            case ast.Compare(left=left, ops=ops, comparators=others):
                names = self._check(left)
                for how, other in zip(ops, others, strict=True):
                    if isinstance(how, ast.In | ast.NotIn):
                        names += self._check_list(other)
                    elif type(how) in COMPARISONS:
                        names += self._check(other)
                    else:
                        raise self._error(other, "'is' cannot be asked; == and isnull() can")
                return names
            case ast.Call(func=ast.Name(id=name), args=[operand], keywords=[]) if (
                name in FUNCTIONS or name in ABOUT_MISSING
            ):
                return self._check(operand)
            case ast.Call():
                called = sorted([*FUNCTIONS, *ABOUT_MISSING])
                raise self._error(node, f"only {', '.join(called)} can be called, with one value")
            case ast.Attribute():
                raise self._error(
                    node, "a name has no dot; put a column's name that has one in `backticks`"
                )
        raise self._error(node, f"only these can be used: {GRAMMAR}")

    def _check_list(self, node: ast.expr) -> list[str]:
        if not isinstance(node, ast.List | ast.Tuple | ast.Set) or not node.elts:
            raise self._error(node, "after 'in' stands a list, such as ('a', 'b') or (1, 2)")
        return [name for element in node.elts for name in self._check(element)]

    def _truth(self, node: ast.expr, values: Any) -> NDArray[np.bool]:
        array = np.asarray(values)
        if array.dtype == bool:
            return array
        raise self._error(node, "this is no condition: it is neither true nor false")

    def _value(self, node: ast.expr, columns: Mapping[str, Known]) -> Known:
        match node:
            case ast.Name():
                return columns[self._name(node)]
            case ast.Constant(value=value):
                return value, None
            case ast.BoolOp(op=op, values=parts):
                return self._junction(parts, isinstance(op, ast.And), columns)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                values, known = self._value(operand, columns)
                return ~self._truth(operand, values), known
            case ast.UnaryOp(op=op, operand=operand):
                sign = operator.neg if isinstance(op, ast.USub) else operator.pos
                return self._apply(node, sign, self._value(operand, columns))
            case ast.BinOp(left=left, op=op, right=right):
                sides = self._value(left, columns), self._value(right, columns)
                return self._apply(node, ARITHMETIC[type(op)], *sides)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._chain(node, left, ops, others, columns)
            case ast.Call(func=ast.Name(id=name), args=[operand]):
                argument = self._value(operand, columns)
                if name not in ABOUT_MISSING:
                    return self._apply(node, FUNCTIONS[name], argument)
                there = np.broadcast_to(
                    True if argument[1] is None else argument[1], np.shape(argument[0])
                )
                return there == ABOUT_MISSING[name], None
        raise self._error(node, "cannot be computed")  # pragma: no cover, _check has refused it

    def _junction(
        self, parts: list[ast.expr], conjunction: bool, columns: Mapping[str, Known]
    ) -> Known:
        """Return the and, or the or, of the parts: one that decides is enough to know it."""
        result: Any = np.bool(conjunction)
        known: Any = np.bool(True)
        for part in parts:
            values, there = self._value(part, columns)
            truth = self._truth(part, values)
            there = np.asarray(True) if there is None else there
            decided = (known & (result != conjunction)) | (there & (truth != conjunction))
            result = result & truth if conjunction else result | truth
            result = np.where(decided, not conjunction, result)
            known = (known & there) | decided
        return result, known

    def _chain(
        self,
        node: ast.expr,
        left: ast.expr,
        ops: list[ast.cmpop],
        others: list[ast.expr],
        columns: Mapping[str, Known],
    ) -> Known:
        result: Known = (np.bool(True), None)
        before = self._value(left, columns)
        for how, other in zip(ops, others, strict=True):
            if isinstance(how, ast.In | ast.NotIn):
                assert isinstance(other, ast.List | ast.Tuple | ast.Set)
                answer: Known = (np.bool(False), None)
                for element in other.elts:
                    after = self._value(element, columns)
                    equal = self._apply(element, operator.eq, before, after)
                    answer = self._apply(node, np.logical_or, answer, equal)
                if isinstance(how, ast.NotIn):
                    answer = self._apply(node, np.logical_not, answer)
            else:
                after = self._value(other, columns)
                answer = self._apply(other, COMPARISONS[type(how)], before, after)
                before = after
            result = self._apply(node, np.logical_and, result, answer)
        return result

    def _apply(self, node: ast.expr, function: Callable[..., Any], *sides: Known) -> Known:
        known: Any = None
        for _, there in sides:
            if there is not None:
                known = there if known is None else known & there
        values = _alike([values for values, _ in sides])
        kinds = [_kind(value) for value in values]
        refused = f"cannot be computed of {' and '.join(kinds)}"
        if "text" in kinds and (function not in COMPARISONS.values() or len(set(kinds)) > 1):
            raise self._error(node, refused)
        try:
            return function(*values), known
        except (TypeError, ValueError, ArithmeticError):
            raise self._error(node, refused) from None


def _alike(values: list[Any]) -> list[Any]:
    """Return the values, a text beside dates read as a date."""
    kinds = [getattr(value, "dtype", np.dtype(bool)).kind for value in values]
    if "M" not in kinds:
        return values
    return [_date(value) if isinstance(value, str) else value for value in values]


def _date(text: str) -> Any:
    try:
        return np.datetime64(text)
    except ValueError:
        return text


def _kind(value: Any) -> str:
    kinds = {"U": "text", "O": "text", "T": "text", "S": "text", "M": "dates", "b": "conditions"}
    return kinds.get(np.asarray(value).dtype.kind, "numbers")
