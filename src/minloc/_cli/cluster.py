"""The search of the joined array on a Dask cluster: one task a box, and a tree of merges.

Tasks carry the names of the files instead of their contents. Each worker opens the files itself and
returns a `Partial`.
"""

from __future__ import annotations

import logging
import os
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from minloc import Partial
from minloc._cli.aim import as_floats, is_between
from minloc._cli.array_groups import ArrayGroups
from minloc._cli.errors import RefusalError, library
from minloc._cli.expression import Expression
from minloc._cli.extremes import Extremes
from minloc._cli.formats import find
from minloc._cli.formats.arrays import Arrays
from minloc._cli.formats.table import Spelling
from minloc._cli.joined import Joined
from minloc._cli.mask import Mask
from minloc._cli.sources.remote import is_address
from minloc._streams.grid import Box, boxes

#: How many partial answers a task merges.
FAN_IN = 16
#: How schedulers of other processes are reached.
SCHEMES = ("tcp", "tls", "ws", "wss")


def partial_on(
    address: str,
    joined: Joined,
    mask: Mask,
    axes: tuple[int, ...],
    extremes: Extremes,
    memory: int,
    groups: ArrayGroups | None = None,
) -> Partial:
    """Return the answer for the whole array, found by the workers of the scheduler at `address`.

    Raises
    ------
    RefusalError
        If no scheduler answers there.
    """
    dask = library("dask", "dask", "for --scheduler")
    distributed = library("distributed", "dask", "for --scheduler")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        _check(address)
        client = distributed.Client(address, timeout=10, set_as_default=False)
    except Exception as error:  # of all kinds, for addresses that make no sense
        reason = " ".join(str(error).split())
        raise RefusalError(f"--scheduler: {address}: no Dask scheduler answers: {reason}") from None
    search = dask.delayed(_of_box, pure=False)
    merge = dask.delayed(_merged, pure=False)
    with client:
        opened = (
            uuid.uuid4().hex,
            tuple(
                file.path if is_address(file.path) else os.path.abspath(file.path)
                for file in joined.files
            ),
            tuple(part.name for part in joined.parts),
            None if mask.condition is None else mask.condition.text,
            memory,
            joined.limit,
        )
        parts: list[Any] = [
            search(
                opened,
                box,
                extremes,
                words(axes, groups),
                None if groups is None else groups.of_box(box),
            )
            for box in boxes(joined.shape, joined.box((), False), joined.order(()))
        ]
        while len(parts) > 1:
            parts = [merge(parts[i : i + FAN_IN]) for i in range(0, len(parts), FAN_IN)]
        try:
            total: Partial = client.compute(parts[0]).result()
        except RefusalError:
            raise
        except Exception as error:  # a worker that died, a library that it lacks
            reason = f"{type(error).__name__}: {' '.join(str(error).split())}"
            raise RefusalError(f"--scheduler: {address}: the search failed: {reason}") from None
        return total


def words(axes: tuple[int, ...], groups: ArrayGroups | None) -> dict[str, Any]:
    """Return the keywords about axes and groups; groups take the place of a single axis."""
    if groups is None:
        return {"axis": axes}
    return {"axis": axes[0] if len(axes) == 1 else axes, "num_groups": groups.size}


def _check(address: str) -> None:
    """Raise ValueError if no scheduler can have this address.

    A client that was given one would wait for itself when the process exits.
    """
    from distributed import Security
    from distributed.comm import parse_address, parse_host_port

    scheme, place = parse_address(address)
    if scheme not in SCHEMES:
        raise ValueError(f"the address has to begin with one of {', '.join(SCHEMES)}")
    _, port = parse_host_port(place)
    if not 0 < port < 1 << 16:
        raise ValueError(f"there is no port {port}")
    if scheme in ("tls", "wss") and not Security().get_connection_args("client").get("ssl_context"):
        raise ValueError("Dask's configuration has no certificates, under distributed.comm.tls")


def _of_box(
    opened: tuple[Any, ...], box: Box, extremes: Extremes, words: dict[str, Any], by: Any
) -> Partial:
    joined, mask = _opened(*opened)
    name, keywords = extremes.call()
    if mask.needed:
        keywords["where"] = mask[box]
    start = tuple(s.start for s in box)
    values = joined.read(box)
    if is_between(extremes, joined.dtype):
        values = as_floats(joined.files[0].path, values)
    return Partial.of(name, values, offset=start, shape=joined.shape, by=by, **words, **keywords)


def _merged(parts: Sequence[Partial]) -> Partial:
    return parts[0].merge(*parts[1:])


@lru_cache(maxsize=4)
def _opened(
    run: str,
    paths: tuple[str, ...],
    names: tuple[str, ...],
    condition: str | None,
    memory: int,
    limit: int,
) -> tuple[Joined, Mask]:
    """Return the array and its mask, opened on a worker.

    Once for each run of the command, which `run` identifies: files may be replaced between runs.
    """
    files = []
    for path in paths:
        file = find(path, memory, Spelling())
        assert isinstance(file, Arrays)
        files.append(file)
    variables = [file[name] for file, name in zip(files, names, strict=True)]
    joined = Joined(files, variables, limit)
    return joined, Mask(joined, None if condition is None else Expression.parse(condition))
