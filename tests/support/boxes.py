"""Boxes of a few elements: how a small array is read as a large one is, in many."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

import minloc._adapters.chunk_files
import minloc._adapters.memmap
import minloc._adapters.stores
import minloc._adapters.whole_chunks  # noqa: F401  so that all constants are there to be found


@contextlib.contextmanager
def boxes_of(nbytes: int) -> Iterator[None]:
    """Read at most so many bytes at once.

    The only place that knows by which constants of minloc arrays larger than memory are cut.
    """
    values: dict[str, Any] = {"BYTES_AT_ONCE": nbytes, "LARGE": 0}
    modules = [module for name, module in sys.modules.items() if name.startswith("minloc")]
    found = [(m, name, vars(m)[name]) for m in modules for name in values if name in vars(m)]
    if {name for _, name, _ in found} != values.keys():
        raise RuntimeError(f"minloc has no longer all of {', '.join(values)}: see boxes_of")
    for module, name, _ in found:
        setattr(module, name, values[name])
    try:
        yield
    finally:
        for module, name, before in found:
            setattr(module, name, before)
