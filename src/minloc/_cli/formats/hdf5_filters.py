"""Filters of HDF5 data sets: those that h5py lacks are taken from hdf5plugin, or named."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any

from minloc._cli.errors import UnreadableError

#: Filters of hdf5plugin by their registered numbers.
PLUGINS = {
    307: "bzip2", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle", 32013: "zfp", 32015: "zstd",
    32017: "sz", 32018: "fcidecomp", 32024: "sz3", 32026: "blosc2", 32028: "sperr",
}  # fmt: skip


def check_filters(path: str, name: str, data: Any, h5py: Any) -> None:
    """Raise UnreadableError, naming the filter, if a data set needs one that is not there."""
    properties = data.id.get_create_plist()
    for i in range(properties.get_nfilters()):
        code, _, _, label = properties.get_filter(i)
        if h5py.h5z.filter_avail(code):
            continue
        if code in PLUGINS:
            with suppress(ImportError):
                import_module("hdf5plugin")  # importing it registers its filters
            if h5py.h5z.filter_avail(code):
                continue
        known = PLUGINS.get(code) or label.decode(errors="replace") or "unknown"
        way = "pip install hdf5plugin" if code in PLUGINS else "h5repack -f NONE can remove it"
        raise UnreadableError(
            path, f"has '{name}' compressed by the filter {known} ({code}), which is missing: {way}"
        )
