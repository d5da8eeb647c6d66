"""The way of the command: open the files, search them, print what was found.

Tables and arrays go different ways in between, `of_tables` and `of_arrays`. A module imports none
that comes before it on the way; docs/design/command.md follows a call.
"""

from __future__ import annotations

from contextlib import ExitStack

from minloc._cli import contents, of_arrays, of_tables
from minloc._cli.errors import RefusalError
from minloc._cli.formats import find
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Table
from minloc._cli.report import write
from minloc._cli.request import Request


def run(request: Request) -> bool:
    """Print the answers, and return whether there is one.

    Raises
    ------
    RefusalError
        If it cannot be done; nothing has been printed then.
    """
    arrays: list[Arrays] = []
    tables: list[Table] = []
    with ExitStack() as opened:
        for path in request.files:
            file = find(path, request.memory, request.spelling)
            opened.callback(file.close)
            if isinstance(file, Arrays):
                arrays.append(file)
            else:
                tables.append(file)
        if request.listing:
            contents.write([*arrays, *tables], request.form)
            return True
        if arrays and tables:
            raise RefusalError(
                f"{arrays[0].path} is an array and {tables[0].path} a table: "
                "they cannot be searched as one"
            )
        if tables:
            return write(of_tables.search(tables, request), request.files, request.form)
        found, along = of_arrays.search(arrays, request)
        return write(found, request.files, request.form, along)
