"""The way of the command: open the files, search them, print what was found.

Tables and arrays go different ways in between, `of_tables` and `of_arrays`. A module imports none
that comes before it on the way; docs/design/command.md follows a call. What only some calls need is
imported by those: a table is answered in less time than all modules take to be imported.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Sequence
from contextlib import ExitStack, closing
from typing import cast

from minloc import threads
from minloc._cli.answers import from_first
from minloc._cli.errors import RefusalError, library
from minloc._cli.formats import find
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.folders import files_of
from minloc._cli.formats.keyed import Keyed, keys_of
from minloc._cli.formats.later import Later
from minloc._cli.formats.table import Table
from minloc._cli.found import Found
from minloc._cli.output import writing
from minloc._cli.report import write
from minloc._cli.request import Request
from minloc._cli.sources import source_of


def run(request: Request) -> bool:
    """Print the answers, and return whether there is one.

    Raises
    ------
    RefusalError
        If it cannot be done; nothing has been printed then.
    """
    arrays: list[Arrays] = []
    tables: list[Table] = []
    if request.plot is not None:
        from minloc._cli import picture

        picture.check(request.plot)
    if request.output is not None:
        from minloc._cli import save

        save.check(request.output, request.overwrite)
    with ExitStack() as opened:
        if request.threads is not None:
            opened.enter_context(threads(request.threads))
        paths = [path for named in request.files for path in files_of(named)]
        if request.output is not None:
            save.check_inputs(request.output, paths)
        for path, keys in zip(paths, keys_of(paths), strict=True):
            file = find(path, request.memory, request.spelling)
            if not isinstance(file, Arrays) and len(paths) > 1:
                file = _later(path, file, request)
            opened.callback(file.close)
            if isinstance(file, Arrays):
                arrays.append(file)
            else:
                tables.append(Keyed(file, keys) if keys else file)
        if request.listing:
            from minloc._cli import contents

            contents.write([*arrays, *tables], request.form)
            return True
        if arrays and tables:
            raise RefusalError(
                f"{arrays[0].path} is an array and {tables[0].path} a table: "
                "they cannot be searched as one"
            )
        if tables and request.threads is not None:
            arrow = library("pyarrow", "cli", "to read tables")
            opened.callback(arrow.set_cpu_count, arrow.cpu_count())
            arrow.set_cpu_count(request.threads)
        if tables:
            from minloc._cli import of_tables

            found = of_tables.search(tables, request)
        else:
            from minloc._cli import of_arrays

            found = of_arrays.search(arrays, request)
        return _make(found, request, paths)


def _make(found: Found, request: Request, paths: Sequence[str]) -> bool:
    """Draw, save and print what was found, and return whether anything was.

    If it can be neither drawn nor saved, it is printed before the error is raised: the answer of a
    long search is not lost.
    """
    if (blocks := from_first(found.blocks())) is None:
        return False
    errors = []
    printed = request.output is None
    if request.plot is not None and found.draw is not None:
        try:
            found.draw()
        except Exception as error:
            errors.append(error)
    if request.output is not None:
        from minloc._cli import save

        try:
            save.save(request.output, found, blocks)
        except Exception as error:
            errors.append(error)
            printed, blocks = True, found.blocks()
    if printed:
        with writing():
            write(blocks, paths, request.form, found.slices)
            sys.stdout.flush()
    if errors:
        raise errors[0]
    return True


def _later(path: str, table: Table, request: Request) -> Table:
    """Return a table that is open only while it is read, if it can be opened again."""

    def stamp() -> Hashable:
        with closing(source_of(path)) as source:
            return source.stamp()

    def again() -> Table:
        return cast(Table, find(path, request.memory, request.spelling))

    with closing(source_of(path)) as source:
        return Later(table, again, stamp) if source.again else table
