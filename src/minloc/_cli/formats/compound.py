"""HDF5's compound types: a data set of records, as a table whose columns are the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from minloc._cli.errors import library, reading
from minloc._cli.formats.columns import columns_of
from minloc._cli.formats.hdf5_filters import check_filters
from minloc._cli.formats.table import Batch, WithSchema
from minloc._cli.sources.source import Source


class Compound(WithSchema):
    """A data set of records with one axis.

    Parameters
    ----------
    data : h5py.Dataset
        The data set.
    source : Source
        Its file.
    memory : int
        About how many bytes may be held at once.
    close : callable
        Closes the file.
    """

    def __init__(self, data: Any, source: Source, memory: int, close: Callable[[], None]) -> None:
        import h5py

        self._pa = library("pyarrow", "cli", "to read tables in HDF5")
        self.path, self._data, self._source, self.close = source.path, data, source, close
        check_filters(self.path, data.name.lstrip("/"), data, h5py)
        self.names = columns(data, h5py)
        self._schema = self._pa.schema([(name, self._type(name)) for name in self.names])
        self.size = data.shape[0] * data.dtype.itemsize
        self._length = max(min(memory // 16 // data.dtype.itemsize, 1 << 16), 256)

    def batches(self, names: Sequence[str]) -> Iterator[Batch]:
        for start in range(0, self._data.shape[0], self._length):
            stop = min(start + self._length, self._data.shape[0])
            yield Batch(self._read(names, slice(start, stop)), None)
            self._position = stop * self._data.dtype.itemsize
        self._source.check()

    def rows(self, numbers: Sequence[int], lines: Sequence[bytes] | None) -> dict[str, Any]:
        found = []
        for row in numbers:
            read = self._read(self.names, slice(row, row + 1))
            found.append(self._pa.RecordBatch.from_pydict(read, schema=self._schema))
        self._source.check()
        return columns_of(found)

    def _read(self, names: Sequence[str], rows: slice) -> dict[str, Any]:
        with reading(self.path, f"cannot be read in '{self._data.name}'"):
            read = self._data.fields(list(names))[rows]
            return {name: self._column(name, read[name]) for name in names}

    def _column(self, name: str, values: Any) -> Any:
        if values.dtype.kind in "SO":
            values = [
                one.decode(errors="replace") if isinstance(one, bytes) else one for one in values
            ]
            return self._pa.array(values, self._pa.string())
        native = np.ascontiguousarray(values.astype(values.dtype.newbyteorder("=")))
        return self._pa.array(native, self._type(name), from_pandas=False)

    def _type(self, name: str) -> Any:
        dtype = self._data.dtype[name]
        if dtype.kind in "SO":
            return self._pa.string()
        return self._pa.from_numpy_dtype(dtype.newbyteorder("="))


def columns(data: Any, h5py: Any) -> tuple[str, ...]:
    """Return the fields that have an order, none if the data set is not a table."""
    if data.dtype.names is None or data.ndim != 1:
        return ()
    return tuple(
        name
        for name in data.dtype.names
        if not (dtype := data.dtype[name]).shape
        and (dtype.kind in "biufS" or h5py.check_string_dtype(dtype) is not None)
    )
