"""Asking a call in one of the ways there are, and saying what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

import numpy as np

from fuzzing import groups, lazy_paths, paths, windows
from fuzzing.calls import Call, Rng
from fuzzing.compare import difference
from fuzzing.expected import expected
from fuzzing.paths import Way
from minloc import _core
from support.arrays import Array
from support.bits import same_bits

PATHS: dict[str, Callable[[Call, Array, Array | None, Rng], Iterator[Way]]] = {
    "plain": paths.plain,
    "flush": paths.flushing,
    "distances": paths.distances,
    "groups": groups.groups,
    "windows": windows.windows,
    "containers": paths.containers,
    "maps": paths.maps,
    "partial": paths.partial,
    "stores": lazy_paths.stores,
    "zarr": lazy_paths.zarrs,
    "hdf5": lazy_paths.hdf5,
    "dask": lazy_paths.dasks,
    "xarray": lazy_paths.xarrays,
}
#: Larger memory is not compared before and after.
WATCHED = 1 << 16


class Difference(NamedTuple):
    """What was found."""

    path: str
    #: In which way of that path.
    how: str
    text: str
    got: Any


def check(call: Call, want: Any, path: str, seed: Any) -> tuple[int, Difference | None]:
    """Ask a call in all ways of a path, until one differs from what is wanted.

    Parameters
    ----------
    call : Call
        What is asked.
    want : object
        The answer, or a list of faults.
    path : str
        Of `PATHS`.
    seed : int or sequence of int
        For what the path leaves to chance.

    Returns
    -------
    int, Difference or None
        How many answers were compared, and the difference.
    """
    rng = np.random.default_rng(seed)
    before = _core.build_info()["isa_in_use"]
    _core.use_isa(str(rng.choice(paths.ISAS)))
    a, mask = call.array(), call.mask()
    watched = [x for x in (_root(a), _root(mask)) if x is not None and x.nbytes <= WATCHED]
    copies = [x.copy() for x in watched]
    count = 0
    try:
        with closing(PATHS[path](call, a, mask, rng)) as ways:  # type: ignore[type-var]
            for way in ways:
                got = outcome(way.ask)
                count += 1
                wanted = want if way.instead is None else way.instead
                differs = [difference(got, x, way.place) for x in (wanted, *way.others)]
                if None not in differs:
                    return count, Difference(path, way.how, str(differs[0]), got)
                for now, then in zip(watched, copies, strict=True):
                    if not same_bits(now, then):
                        return count, Difference(
                            path, way.how, "what is only read has changed", got
                        )
    finally:
        _core.use_isa(before)
    return count, None


def outcome(ask: Callable[[], Any]) -> Any:
    """Return an answer, or the exception that was raised."""
    try:
        return ask()
    except Exception as error:
        return error.with_traceback(None)


def _root(a: Array | None) -> Array | None:
    """Return the array in whose memory another lies."""
    while a is not None and isinstance(a.base, np.ndarray):
        a = a.base
    return a


def explain(call: Call, path: str, seed: Any) -> None:
    """Ask a call once more, and print what is wanted and what differs."""
    want = expected(call)
    print("wanted:", want)
    print(check(call, want, path, seed)[1] or "nothing differs")
