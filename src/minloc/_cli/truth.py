"""Where a condition holds: the expression of ``--where`` evaluated by NumPy on whole batches.

Missing values (null, fill values) follow SQL's three-valued logic: what is computed from one is
missing, except that ``false and missing`` is false and ``true or missing`` is true, and a condition
that is missing does not hold. NaN is not missing: every comparison with it but ``!=`` is false.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minloc._cli.expression import (
    ABOUT_MISSING,
    ARITHMETIC,
    COMPARISONS,
    FUNCTIONS,
    Expression,
    ExpressionError,
)
from minloc._cli.formats.times import calendar_of, date_in
from minloc._cli.whole_numbers import WideError, comparable, computed

#: What combines conditions.
LOGIC = (np.logical_and, np.logical_or, np.logical_not)
#: The values of a name, and where they are known: None if they are known everywhere.
Known = tuple[Any, "NDArray[np.bool] | None"]


def holds(expression: Expression, columns: Mapping[str, Known]) -> NDArray[np.bool]:
    """Return where the condition holds.

    Parameters
    ----------
    expression : Expression
        The condition.
    columns : mapping
        For each name its values, and where they are known.

    Returns
    -------
    ndarray of bool
        Of the shape to which the columns broadcast.

    Examples
    --------
    >>> import numpy as np
    >>> condition = Expression.parse("1 < price <= 3 and not `sold out`")
    >>> price, sold = np.array([2, 3, 4]), np.array([False, True, False])
    >>> holds(condition, {"price": (price, None), "sold out": (sold, None)})
    array([ True, False, False])
    """
    try:
        with np.errstate(all="ignore"):
            walk = _Walk(expression, columns)
            values, known = walk._value(expression.tree)
    except RecursionError:
        raise ExpressionError(expression.text, 0, "is nested too deeply") from None
    chosen = walk._truth(expression.tree, values)
    shape = np.broadcast_shapes(chosen.shape, *(np.shape(v) for v, _ in columns.values()))
    answer: NDArray[np.bool] = np.broadcast_to(chosen if known is None else chosen & known, shape)
    return answer


class _Walk:
    """An expression and the values of its names."""

    def __init__(self, expression: Expression, columns: Mapping[str, Known]) -> None:
        self._expression, self._columns = expression, columns

    def _truth(self, node: ast.expr, values: Any) -> NDArray[np.bool]:
        array = np.asarray(values)
        if array.dtype == bool:
            return array
        raise self._expression.error_at(node, "not a condition: it is neither true nor false")

    def _value(self, node: ast.expr) -> Known:
        match node:
            case ast.Name():
                return self._columns[self._expression.name_of(node)]
            case ast.Constant(value=value):
                return value, None
            case ast.BoolOp(op=op, values=parts):
                return self._junction(parts, isinstance(op, ast.And))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                values, known = self._value(operand)
                return ~self._truth(operand, values), known
            case ast.UnaryOp(op=op, operand=operand):
                sign = operator.neg if isinstance(op, ast.USub) else operator.pos
                return self._apply(node, sign, self._value(operand))
            case ast.BinOp(left=left, op=op, right=right):
                sides = self._value(left), self._value(right)
                return self._apply(node, ARITHMETIC[type(op)], *sides)
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._chain(node, left, ops, others)
            case ast.Call(func=ast.Name(id=name), args=[operand]):
                argument = self._value(operand)
                if name not in ABOUT_MISSING:
                    return self._apply(node, FUNCTIONS[name], argument)
                there = np.broadcast_to(
                    True if argument[1] is None else argument[1], np.shape(argument[0])
                )
                return there == ABOUT_MISSING[name], None
        raise self._expression.error_at(
            node, "cannot be computed"
        )  # pragma: no cover, _check has refused it

    def _junction(self, parts: list[ast.expr], conjunction: bool) -> Known:
        """Return the conjunction or disjunction of the parts; one part may decide it."""
        result: Any = np.bool(conjunction)
        known: Any = np.bool(True)
        for part in parts:
            values, there = self._value(part)
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
    ) -> Known:
        result: Known = (np.bool(True), None)
        before = self._value(left)
        for how, other in zip(ops, others, strict=True):
            if isinstance(how, ast.In | ast.NotIn):
                assert isinstance(other, ast.List | ast.Tuple | ast.Set)
                answer: Known = (np.bool(False), None)
                for element in other.elts:
                    after = self._value(element)
                    equal = self._apply(element, operator.eq, before, after)
                    answer = self._apply(node, np.logical_or, answer, equal)
                if isinstance(how, ast.NotIn):
                    answer = self._apply(node, np.logical_not, answer)
            else:
                after = self._value(other)
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
        mixed = function in COMPARISONS.values() and len(set(kinds)) > 1
        if mixed and known is not None and not np.any(known):  # of no type where all are missing
            return np.zeros(np.broadcast_shapes(*map(np.shape, values)), bool), known
        if "text" in kinds and (function not in COMPARISONS.values() or len(set(kinds)) > 1):
            raise self._expression.error_at(node, refused)
        if "dates" in kinds and mixed:
            raise self._expression.error_at(node, refused)
        try:
            if set(kinds) <= {"numbers", "conditions"} and function not in LOGIC:
                if function in (operator.floordiv, operator.mod) and _are_whole(values):
                    zero = np.asarray(values[1]) == 0  # no number, so it is missing
                    values[1] = np.where(zero, 1, values[1])
                    known = ~zero if known is None else known & ~zero
                return _of_numbers(function, values, known), known
            return function(*values), known
        except WideError as error:
            raise self._expression.error_at(node, str(error)) from None
        except (TypeError, ValueError, ArithmeticError):
            raise self._expression.error_at(node, refused) from None


def _of_numbers(function: Callable[..., Any], values: list[Any], known: Any) -> Any:
    """Return a function of numbers, exactly."""

    def of(values: list[Any]) -> Any:
        if function in COMPARISONS.values():
            return function(*comparable(values))
        return computed(function, values)

    try:
        return of(values)
    except WideError:  # perhaps because of what stands where a value is missing
        if known is None:
            raise
        return of([value if np.ndim(value) == 0 else np.where(known, value, 0) for value in values])


def _are_whole(values: list[Any]) -> bool:
    return all(np.asarray(value).dtype.kind in "iub" for value in values)


def _alike(values: list[Any]) -> list[Any]:
    """Return the values, with text parsed as dates if others are dates, in their calendar."""
    kinds = [getattr(value, "dtype", np.dtype(bool)).kind for value in values]
    calendar = next(filter(None, map(calendar_of, values)), None)
    if calendar is not None:
        return [_date_in(value, calendar) if isinstance(value, str) else value for value in values]
    if "M" not in kinds:
        return values
    return [_date(value) if isinstance(value, str) else value for value in values]


def _date(text: str) -> Any:
    try:
        return np.datetime64(text)
    except ValueError:
        return text


def _date_in(text: str, calendar: str) -> Any:
    try:
        return np.asarray(date_in(text, calendar), object)
    except ValueError:
        return text


def _kind(value: Any) -> str:
    if calendar_of(value) is not None:
        return "dates"
    kinds = {"U": "text", "O": "text", "T": "text", "S": "text", "M": "dates", "b": "conditions"}
    return kinds.get(np.asarray(value).dtype.kind, "numbers")
