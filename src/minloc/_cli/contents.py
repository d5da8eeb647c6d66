"""What is in files, for ``--list``: variables with their axes and units, or columns."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from minloc._cli.errors import RefusalError, printable
from minloc._cli.formats import File
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Table
from minloc._cli.grid import grid


@dataclass(frozen=True)
class Content:
    """A variable or a column.

    Attributes
    ----------
    name : str
        Its name.
    axes : mapping or None
        Of a variable, the axes and their lengths.
    type : str
        The type of the elements; "" if it cannot be read.
    units, about : str
        The unit, and a description; why it cannot be read.
    """

    name: str
    axes: Mapping[str, int] | None
    type: str
    units: str = ""
    about: str = ""


def contents(file: File) -> list[Content]:
    """Return what is in a file."""
    return _of_arrays(file) if isinstance(file, Arrays) else _of_table(file)


def write(files: list[File], form: str) -> None:
    """Print what is in files.

    Parameters
    ----------
    files : list
        The files.
    form : {"table", "json", "csv"}
        How.
    """
    out = sys.stdout
    found = [(file, contents(file)) for file in files]
    if form == "json":
        for file, listed in found:
            for one in listed:
                record: dict[str, Any] = {"file": file.path}
                if one.axes is None:
                    record |= {"column": one.name, "type": one.type}
                else:
                    record |= {
                        "variable": one.name, "axes": dict(one.axes), "type": one.type,
                        "units": one.units, "description": one.about,
                    }  # fmt: skip
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["file", "name", "axes", "type", "units", "description"])
        for file, listed in found:
            for one in listed:
                writer.writerow([file.path, one.name, _shape(one), one.type, one.units, one.about])
        return
    for number, (file, listed) in enumerate(found):
        out.write("\n" if number else "")
        out.write(f"{printable(file.path)}\n\n" if len(found) > 1 else "")
        heads = ["variable", "axes", "type", "units", "description"]
        lines = [[one.name, _shape(one), one.type, one.units, one.about] for one in listed]
        if listed and listed[0].axes is None:
            heads[0] = "column"
        used = [i for i in range(5) if i == 0 or any(line[i] for line in lines)]
        grid([heads[i] for i in used], [[line[i] for line in lines] for i in used], out)


def _of_arrays(file: Arrays) -> list[Content]:
    found = []
    for name in (*file.names, *file.also):
        try:
            variable = file[name]
        except RefusalError as error:
            reason = str(error).removeprefix(f"{file.path}: ")
            found.append(Content(name, {}, "", about=f"cannot be searched: {reason}"))
            continue
        attributes = variable.attributes
        about = attributes.get("long_name", attributes.get("standard_name", ""))
        found.append(
            Content(
                name,
                dict(zip(variable.dims, variable.store.shape, strict=True)),
                _type(variable.store.dtype),
                str(attributes.get("units", "")),
                str(about),
            )
        )
    return found


def _of_table(table: Table) -> list[Content]:
    return [Content(name, None, table.kind(name)) for name in table.names]


def _shape(content: Content) -> str:
    axes = content.axes or {}
    return " × ".join(f"{dim} {length}" for dim, length in axes.items())


def _type(dtype: np.dtype[Any]) -> str:
    return "text" if dtype.kind in "OSUT" else str(dtype.newbyteorder("="))
