"""The condition of ``--where``: what it means, and that nothing else can be asked with it."""

from __future__ import annotations

import doctest
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minloc._cli.expression import Expression, ExpressionError
from minloc._cli.truth import holds

ROWS: list[dict[str, Any]] = [
    {"a": a, "b": b, "s": s}
    for a in (None, -1, 0, 2)
    for b in (None, float("nan"), 0.0, 2.5)
    for s in (None, "x", "y")
]
COLUMNS = {
    "a": (
        np.array([row["a"] or 0 for row in ROWS]),
        np.array([row["a"] is not None for row in ROWS]),
    ),
    "b": (
        np.array([row["b"] if row["b"] is not None else 7.0 for row in ROWS]),
        np.array([row["b"] is not None for row in ROWS]),
    ),
    "s": (
        np.array([row["s"] or "" for row in ROWS], object),
        np.array([row["s"] is not None for row in ROWS]),
    ),
}

Tree = tuple[str, Callable[[dict[str, Any]], Any]]


def strict(function: Callable[..., Any], *parts: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of rows that is None wherever a part is."""

    def of(row: dict[str, Any]) -> Any:
        values = [part(row) for part in parts]
        return None if any(value is None for value in values) else function(*values)

    return of


def numbers(rng: np.random.Generator, depth: int) -> Tree:
    """Return a random expression that is a number, and what it means for a row."""
    match rng.integers(5 if depth else 3):
        case 0:
            return "a", lambda row: row["a"]
        case 1:
            return "b", lambda row: row["b"]
        case 2:
            number = float(rng.integers(-2, 3))
            return str(number), lambda row: number
        case 3:
            text, value = numbers(rng, depth - 1)
            return f"abs({text})", strict(abs, value)
        case _:
            sign, function = [("+", operator.add), ("-", operator.sub), ("*", operator.mul)][
                rng.integers(3)
            ]
            (left, x), (right, y) = numbers(rng, depth - 1), numbers(rng, depth - 1)
            return f"({left} {sign} {right})", strict(function, x, y)


def conditions(rng: np.random.Generator, depth: int) -> Tree:
    """Return a random condition, and what it means for a row, with None for "not known"."""
    kind = rng.integers(7 if depth else 4)
    if kind == 0:
        signs = {"<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne}
        sign = list(signs)[rng.integers(4)]
        (left, x), (right, y) = numbers(rng, 2), numbers(rng, 2)
        return f"{left} {sign} {right}", strict(signs[sign], x, y)
    if kind == 1:
        return "s in ('x', 'z')", strict(lambda s: s in ("x", "z"), lambda row: row["s"])
    if kind == 2:
        name = "abs"[rng.integers(2)]
        return f"isnull({name})", lambda row: row[name] is None
    if kind == 3:
        (low, x), (mid, y), (high, z) = numbers(rng, 1), numbers(rng, 1), numbers(rng, 1)

        def between(row: dict[str, Any]) -> Any:
            one, other = strict(operator.le, x, y)(row), strict(operator.lt, y, z)(row)
            return None if one is None or other is None else one and other

        return f"{low} <= {mid} < {high}", between
    if kind == 4:
        text, value = conditions(rng, depth - 1)
        return f"not ({text})", strict(operator.not_, value)
    word = ("and", "or")[kind - 5]
    (left, x), (right, y) = conditions(rng, depth - 1), conditions(rng, depth - 1)

    def junction(row: dict[str, Any]) -> Any:
        sides = x(row), y(row)
        if (word == "or") in [side for side in sides if side is not None]:
            return word == "or"
        return None if None in sides else word == "and"

    return f"({left}) {word} ({right})", junction


@pytest.mark.parametrize("seed", range(300))
def test_conditions_mean_what_they_say(seed: int) -> None:
    """Random conditions agree, row by row, with Python and the three values of SQL."""
    text, value = conditions(np.random.default_rng(seed), 3)
    expression = Expression.parse(text)
    chosen = np.broadcast_to(
        holds(expression, {name: COLUMNS[name] for name in expression.names}), 48
    )
    assert list(chosen) == [value(row) is True for row in ROWS], text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a >", "cannot be read"),
        ("", "cannot be read"),
        ("a = 3", "cannot be read"),
        ("a + 1", "neither true nor false"),
        ("not a", "neither true nor false"),
        ("a and b", "neither true nor false"),
        ("a & b", "write and, or, not"),
        ("~a", "write and, or, not"),
        ("a.real > 3", "a name cannot have a dot"),
        ("a is None", "isnull()"),
        ("s > 3", "of text and numbers"),
        ("s + 'x' == 'xx'", "of text and text"),
        ("a in 3", "needs a list"),
        ("a in ()", "needs a list"),
        ("a > 99999999999999999999", "64 bits"),
        ("sqrt(a, b) > 1", "can be called"),
        ("abs(x=3) > 1", "can be called"),
        ("__import__('os').system('touch sprung') == 0", "can be called"),
        ("open('sprung', 'w') == 0", "can be called"),
        ("().__class__ == 0", "cannot have a dot"),
        ("[x for x in a] == a", "only these"),
        ("(lambda: 1)() == 1", "can be called"),
        ("a[0] > 1", "only these"),
        ("(a := 3) > 1", "only these"),
        ("f'{a}' == '1'", "only these"),
        ("b'1' == s", "only these"),
        ("1j > a", "only these"),
        ("a > 1 if b else b", "only these"),
        ("await a > 1", "only these"),
        ("*a > 1", "cannot be read"),
        ("(" * 500 + "a" + ")" * 500 + " > 1", "cannot be read"),
        ("-" * 5000 + "a > 1", "--where"),
        ("not " * 400 + "a > 1 and " * 300 + "a", "--where"),
        ("a > 1\0", "cannot be read"),
    ],
)
def test_what_is_no_condition_is_refused(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a caret at the place, and without running any of it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExpressionError) as caught:
        holds(Expression.parse(text), COLUMNS)
    assert said in str(caught.value)
    assert str(caught.value).splitlines()[-1].strip() == "^"
    assert not list(tmp_path.iterdir())


def test_the_caret_stands_under_the_place() -> None:
    """Also after letters that are more than a byte, and names in backticks."""
    for text, at in [("größe > 1 and foo(a) > 2", 14), ("`ö a` > 1 and a.b > 2", 14)]:
        with pytest.raises(ExpressionError) as caught:
            Expression.parse(text)
        assert str(caught.value).splitlines()[-1] == " " * (2 + at) + "^"


def test_names_in_backticks() -> None:
    """They may be any text, and a backtick in a text is one."""
    columns = {"unit price": (np.array([1, 5]), None), "s": (np.array(["`", "x"], object), None)}
    expression = Expression.parse("`unit price` < 3 and s == '`'")
    assert expression.names == ("unit price", "s")
    assert list(holds(expression, columns)) == [True, False]


def test_dates_are_compared_with_texts() -> None:
    """As ISO 8601 writes them."""
    days = np.array(["2024-01-01", "2024-03-01", "NaT"], "M8[D]"), None
    assert list(holds(Expression.parse("d >= '2024-02'"), {"d": days})) == [False, True, False]
    assert list(holds(Expression.parse("d in ('2024-01-01',)"), {"d": days})) == [
        True,
        False,
        False,
    ]
    with pytest.raises(ExpressionError, match="dates and text"):
        holds(Expression.parse("d > 'yesterday'"), {"d": days})
    with pytest.raises(ExpressionError, match="dates and numbers"):
        holds(Expression.parse("d > 3"), {"d": days})


def test_large_numbers_are_quick() -> None:
    """A tower of powers is a float, not a number that fills the memory."""
    a = np.array([1, 2]), None
    assert list(holds(Expression.parse("a < 9 ** 9 ** 9 ** 9"), {"a": a})) == [True, True]


@pytest.mark.parametrize(
    "module",
    ["_cli.expression", "_cli.truth", "_cli.points", "_cli.location",
     "_cli.resolve", "_cli.arguments", "_cli.formats.arrays", "_cli.formats.conventions"],
)  # fmt: skip
def test_examples_of_the_command(module: str) -> None:
    """The examples in the command's own docstrings hold."""
    loaded = __import__(f"minloc.{module}", fromlist=["_"])
    result = doctest.testmod(loaded, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted
    assert result.failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("u + u > 300", [False, True]),
        ("u - v < 0", [True, False]),
        ("-u < 0", [True, True]),
        ("u * 2 == 400", [False, True]),
        ("u * 1000 > 100000", [False, True]),
        ("abs(i) == 128", [True, False]),
        ("i - 1 < -128", [True, False]),
        ("i + 0.5 == -127.5", [True, False]),
        ("log(u) > 5.2982", [False, True]),
        ("sqrt(u) == 3", [True, False]),
        ("u // zero >= 0", [False, True]),
        ("u % zero == 0", [False, True]),
        ("not (u % zero == 0)", [False, False]),
        ("t + t == 2", [True, False]),
        ("big + 1 > 0", None),
        ("big * 1.0 > 0", [True, True]),
        ("big - 1 == 18446744073709551613", [False, True]),
        ("big < 18446744073709551615.0", [True, True]),
        ("large == 9007199254740993.0", [False, True]),
        ("large > 9007199254740992.5", [True, False]),
        ("large - 9007199254740992 == 1", [True, False]),
        ("large == f", None),
        ("round(large) == 9007199254740993", [True, False]),
        ("large * large > 0", None),
        ("u in (9, 300)", [True, False]),
    ],
)
def test_integers_neither_wrap_nor_are_rounded(text: str, expected: list[bool] | None) -> None:
    """They are computed in 64 bits; what has more is refused, and so is what cannot be compared."""
    columns = {
        "u": np.array([9, 200], np.uint8), "v": np.array([10, 5], np.uint8),
        "i": np.array([-128, 7], np.int8), "zero": np.array([0, 1], np.int16),
        "t": np.array([True, False]), "f": np.array([2.0**53, 1.0]),
        "big": np.array([2**64 - 1, 2**64 - 2], np.uint64),
        "large": np.array([2**53 + 1, 2**53]),
    }  # fmt: skip
    known = {name: (values, None) for name, values in columns.items()}
    filler = np.array([7, 2**63 - 1]), np.array([True, False])
    assert holds(Expression.parse("x + 1 > 0"), {"x": filler}).tolist() == [True, False]
    if expected is None:
        with pytest.raises(ExpressionError, match=r"64 bits|2\*\*53"):
            holds(Expression.parse(text), known)
    else:
        assert holds(Expression.parse(text), known).tolist() == expected
