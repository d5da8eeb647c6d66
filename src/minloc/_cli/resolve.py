"""What the names in a request mean: a column of tables, a variable of array files, axes of it.

A name that is left out means the only thing that it can mean; if there are several, they are
listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from minloc._cli.errors import OrderlessError, RefusalError, UnreadableError
from minloc._cli.expression import Expression
from minloc._cli.formats import roles
from minloc._cli.formats.arrays import Arrays, Variable
from minloc._cli.formats.table import Table


def columns(
    tables: Sequence[Table], name: str | None, condition: Expression | None, by: str | None = None
) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """Return for each table the column to search, all that have to be read, and those of `by`.

    Parameters
    ----------
    tables : sequence of Table
        The tables, all of which must have the columns.
    name : str or None
        The column, or its number from 0; None for the only one of numbers in the first table.
    condition : Expression or None
        A condition, whose names are columns too.
    by : str or None
        A column, or several separated by commas, whose values make groups.

    Raises
    ------
    RefusalError
        If there is no such column, or if there are several.
    """
    keys = [] if by is None else _keys(tables[0], by)
    column = name if name is not None else _only_numbers(tables[0], keys)
    searched, needed, grouped = [], [], []
    for table in tables:
        names = [_among(table.path, table.names, column, numbers=True)]
        searched.append(names[0])
        for other in () if condition is None else condition.names:
            assert condition is not None
            try:
                names.append(_among(table.path, table.names, other))
            except UnreadableError:
                raise
            except RefusalError as error:
                raise condition.error(str(error), other) from None
        try:
            grouped.append([_among(table.path, table.names, key) for key in keys])
        except UnreadableError:
            raise
        except RefusalError as error:
            raise RefusalError(f"--by: {error}") from None
        needed.append(list(dict.fromkeys([*names, *grouped[-1]])))
        if names[0] != searched[0]:
            raise UnreadableError(
                table.path,
                f"has the name '{names[0]}' for column {column}, and {tables[0].path} "
                f"'{searched[0]}': choose it by its name",
            )
    return searched, needed, grouped


def _keys(table: Table, by: str) -> list[str]:
    """Return the names in ``--by``; a column may have a comma in its name."""
    names = [by] if by in table.names else [word.strip() for word in by.split(",")]
    if len(set(names)) < len(names):
        raise RefusalError(f"--by: '{by}' names a column twice")
    return names


def _only_numbers(table: Table, but: Sequence[str]) -> str:
    numeric = [name for name in table.numeric() if name not in but]
    if len(numeric) == 1:
        return numeric[0]
    which = "has no column of numbers" if not numeric else "has several columns of numbers"
    raise RefusalError(
        f"{table.path}: {which}; choose one with --column, or see --list: "
        f"{listed(numeric or table.names)}"
    )


def _among(path: str, names: Sequence[str], name: str, numbers: bool = False) -> str:
    """Return the name of the column that has this name, or else this number.

    Raises
    ------
    RefusalError
        If not; the message lists the columns.
    """
    if names.count(name) == 1:
        return name
    if name in names:
        raise UnreadableError(path, f"has {names.count(name)} columns named '{name}'")
    same = [each for each in names if re.fullmatch(re.escape(name) + r"#\d+", each)]
    if same:
        raise UnreadableError(
            path, f"has {len(same)} columns named '{name}'; they can be called {listed(same)}"
        )
    if numbers and name.isdecimal() and int(name) < len(names):
        if names.count(found := names[int(name)]) > 1:  # which no library reads one of
            raise UnreadableError(path, f"has {names.count(found)} columns named '{found}'")
        return found
    raise RefusalError(f"{path}: there is no column '{name}'; there are: {listed(names)}")


def variables(
    files: Sequence[Arrays], name: str | None, axes: str | None
) -> tuple[list[Variable], tuple[int, ...]]:
    """Return the variable to search, of each file, and the axes to reduce.

    Parameters
    ----------
    files : sequence of Arrays
        The files, all of which must have the variable.
    name : str or None
        The variable; None for the only one in the first file that does not label an axis.
    axes : str or None
        Names or numbers of axes, separated by commas, such as ``"time,-1"``; None for all axes.

    Raises
    ------
    RefusalError
        If there is no such variable or axis, or if there are several that could be meant.
    """
    first = _variable(files[0], name)
    found = [first, *(_variable(file, first.name) for file in files[1:])]
    if axes is None:
        return found, tuple(range(len(first.dims)))
    return found, _axes(first.dims, files[0].path, axes)


def _variable(file: Arrays, name: str | None) -> Variable:
    if name is not None:
        if name in file.names or name in file.also:
            return file[name]
        there = listed([*file.names, *file.also])
        raise RefusalError(f"{file.path}: there is no variable '{name}'; there are: {there}")
    if len(file) == 1:
        return file[file.names[0]]
    found, refused = {}, []
    for each in file.names:
        try:
            found[each] = file[each]
        except OrderlessError as error:
            refused.append(error)
        except RefusalError as error:
            raise RefusalError(
                f"{error}; choose a variable with --var, or see --list: {listed(file.names)}"
            ) from (error)
    if not found:
        raise refused[0]
    data = roles.data(found, file.attributes)
    numbers = roles.of_numbers(data)
    for only in data, numbers:
        if len(only) == 1:
            return only[0]
    described = [f"{v.name} {_shape(v)}" for v in data or found.values()]
    raise RefusalError(
        f"{file.path}: has several variables; choose one with --var, or see --list: "
        f"{listed(described)}"
    )


def _axes(dims: Sequence[str], path: str, text: str) -> tuple[int, ...]:
    found = []
    for word in text.split(","):
        if word in dims:
            found.append(dims.index(word))
            continue
        try:
            axis = int(word)
        except ValueError:
            axis = len(dims)
        if not -len(dims) <= axis < len(dims):
            raise RefusalError(
                f"--axis: {path} has no axis '{word}'; there are: "
                + (", ".join(f"{i} ({dim})" for i, dim in enumerate(dims)) or "none")
            )
        found.append(axis % len(dims))
    if len(set(found)) < len(found):
        raise RefusalError(f"--axis: '{text}' names an axis twice")
    return tuple(found)


def _shape(variable: Variable) -> str:
    lengths = " × ".join(map(str, variable.store.shape))
    return f"({lengths})" if lengths else "(a single element)"


def listed(names: Sequence[str]) -> str:
    """Return names as a list to read, cut if it is long.

    Examples
    --------
    >>> listed(["id", "price"])
    'id, price'
    """
    more = len(names) - 30
    return ", ".join(names[:30]) + (f", and {more} more" if more > 0 else "")
