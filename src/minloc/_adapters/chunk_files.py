"""Uncompressed Zarr stores on a local disk: each chunk is a file, laid out as it is in memory.

There is nothing to decode, so the files are mapped instead of copied. From version 3.1.3 on, zarr
replaces the file of a chunk when it writes the chunk, so what is mapped does not change. Older
versions truncate the file and write to it again, which ends a process that reads a map of it with
SIGBUS; their files are not mapped. Anything else, such as a chunk that was never written, goes
through zarr.
"""

from __future__ import annotations

import math
import mmap
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minloc._adapters.whole_chunks import WholeChunks
from minloc._streams.grid import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Smaller chunks cost less if zarr reads many of them at once.
LARGE = 1 << 18


def knows(store: Any) -> bool:
    """Whether `store` is such an array of zarr, with chunks that are not small."""
    zarr = sys.modules.get("zarr")
    if zarr is None or type(store) is not getattr(zarr, "Array", None):
        return False
    if not _replaces_files(zarr.__version__):
        return False
    metadata = store.metadata
    if metadata.zarr_format != 3 or type(store.store) is not zarr.storage.LocalStore:
        return False
    dtype = np.dtype(store.dtype)
    codec = metadata.codecs[0]
    return (
        len(metadata.codecs) == 1
        and type(codec) is zarr.codecs.BytesCodec
        and _byte_order(codec) in (None, sys.byteorder)
        and dtype.isnative
        and dtype.kind in "biufc"
        and store.shards is None
        and math.prod(store.chunks) * dtype.itemsize >= LARGE
    )


def _byte_order(codec: Any) -> str | None:
    """Return the byte order of a codec as the array's metadata spell it, whatever zarr keeps."""
    order: str | None = codec.to_dict().get("configuration", {}).get("endian")
    return order


def _replaces_files(version: str) -> bool:
    """Whether zarr of this version writes a chunk to a new file that replaces the old one."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3]) >= (3, 1, 3)


class ChunkFiles(WholeChunks):
    """Such a store as a source of boxes, each a chunk."""

    def __init__(self, store: Any) -> None:
        super().__init__(store)
        self.chunk = tuple(store.chunks)
        self.folder = Path(store.store.root) / store.path
        self.key_of = store.metadata.encode_chunk_key

    def box(self, kept: tuple[int, ...], whole: bool) -> tuple[int, ...]:
        """Return the shape of a chunk: several would have to be copied to be one."""
        return self.chunk

    def read(self, box: Box) -> NDArray[Any]:
        """Return the elements of a chunk."""
        key = self.key_of(tuple([s.start // n for s, n in zip(box, self.chunk, strict=True)]))
        size = math.prod(self.chunk)
        try:
            with open(self.folder / key, "rb", buffering=0) as file:
                if os.fstat(file.fileno()).st_size != size * self.dtype.itemsize:
                    return super().read(box)  # and let zarr say what is wrong
                pages = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:  # it was never written: its elements are the fill value
            return super().read(box)
        chunk = np.frombuffer(pages, self.dtype).reshape(self.chunk)
        return chunk[tuple([slice(s.stop - s.start) for s in box])]
