"""What `--output` makes of the answers: a table, or with `--axis` a map; the suffix says which.

A table of an array has the columns of `--csv`; that of a table has the rows that were found, with
all of their columns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from minloc._cli import netcdf, target
from minloc._cli.answers import Answers, Block, in_order
from minloc._cli.column import Column
from minloc._cli.errors import RefusalError, library
from minloc._cli.found import Found
from minloc._cli.joined import Joined
from minloc._cli.records import Name, as_csv, columns, header, json_lines

#: The suffixes of tables, and of maps.
TABLES = (".csv", ".json", ".jsonl", ".parquet")
MAPS = (".npy", ".nc", ".zarr")
#: A folder with one of these is a Zarr store.
STORES = ("zarr.json", ".zarray", ".zgroup")


def check(path: str, overwrite: bool) -> None:
    """Raise RefusalError if nothing can be written there, before anything is searched."""
    target.check("--output", path, (*TABLES, *MAPS))
    suffix = target.suffix_of(path)
    if os.path.lexists(path):
        if not overwrite:
            raise RefusalError(f"--output: {path}: it exists: --overwrite replaces it")
        if os.path.isdir(path) and not (suffix == ".zarr" and _is_store(path)):
            raise RefusalError(f"--output: {path}: it is a folder, which is never replaced")
        if suffix == ".zarr" and not os.path.isdir(path):
            raise RefusalError(f"--output: {path}: it is a file, and a Zarr store is a folder")
    if suffix == ".parquet":
        library("pyarrow.parquet", "cli", "to write Parquet")
    if suffix in (".nc", ".zarr"):
        netcdf.check(suffix)


def check_inputs(path: str, inputs: Sequence[str]) -> None:
    """Raise RefusalError if the file is one of those that are searched."""
    for one in inputs:
        if os.path.exists(path) and os.path.exists(one) and os.path.samefile(one, path):
            raise RefusalError(f"--output: {path}: it is one of the files to search")


def check_map(path: str, joined: Joined | None = None, axes: Sequence[int] | None = None) -> None:
    """Raise RefusalError if the suffix is that of a map which cannot be made, before the search.

    `joined` is None for a table, and `axes` without --axis.
    """
    suffix = target.suffix_of(path)
    if suffix not in MAPS:
        return
    if joined is None or axes is None:
        raise RefusalError(
            f"--output: {path}: {suffix} is for the map of answers that --axis or --by makes of an "
            f"array; without, the suffix has to be one of {', '.join(TABLES)}"
        )
    if suffix != ".npy":
        netcdf.check_map(joined, axes, suffix)


def save(path: str, found: Found, blocks: Iterable[Block]) -> None:
    """Write the answers.

    Parameters
    ----------
    path : str
        The file, which is replaced.
    found : Found
        What was found.
    blocks : iterable of Block
        Its answers.

    Raises
    ------
    RefusalError
        If it cannot be written.
    """
    suffix = target.suffix_of(path)
    with target.replacing("--output", path) as new:
        if suffix in WRITERS:
            WRITERS[suffix](new, blocks)
            return
        assert found.map is not None
        if suffix == ".npy":
            np.save(new, found.map().index())
        else:
            netcdf.write(new, found.map())


def _csv(path: str, blocks: Iterable[Block]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as file:
        as_csv(blocks, file, only_rows=True)


def _json(path: str, blocks: Iterable[Block]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        before = "[\n"
        for line in _objects(blocks):
            file.write(before + line.rstrip("\n"))
            before = ",\n"
        file.write("\n]\n")


def _json_lines(path: str, blocks: Iterable[Block]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(_objects(blocks))


def _objects(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from in_order(block, (json_lines(one, only_rows=True) for one in block))


def _parquet(path: str, blocks: Iterable[Block]) -> None:
    """Write columns of their types; what Arrow has no type for, as text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = []
    for block in blocks:
        names = header(block, only_rows=True)
        parts = [_table(one, names, pa) for one in block]
        order = np.argsort(np.concatenate([one.at for one in block]))
        tables.append(pa.concat_tables(parts, promote_options="permissive").take(pa.array(order)))
    pq.write_table(pa.concat_tables(tables, promote_options="permissive"), path)


def _table(some: Answers, names: Sequence[Name], pa: Any) -> Any:
    there = columns(some, only_rows=True)
    count = len(some.at)
    made = {}
    for name in names:
        column = there.get(name)
        if isinstance(column, Column):
            made[name[1]] = column.arrow(pa)
        else:
            made[name[1]] = pa.nulls(count) if column is None else pa.array([column] * count)
    return pa.table(made)


#: What writes a table, by suffix.
WRITERS: dict[str, Callable[[str, Iterable[Block]], None]] = {
    ".csv": _csv, ".json": _json, ".jsonl": _json_lines, ".parquet": _parquet
}  # fmt: skip


def _is_store(path: str) -> bool:
    """Whether a folder is a Zarr store."""
    return any(os.path.exists(os.path.join(path, name)) for name in STORES)
