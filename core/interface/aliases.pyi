# The types that signatures are made of.

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import (
    Any,
    Literal,
    NoReturn,
    Protocol,
    SupportsIndex,
    TypeAlias,
    TypedDict,
    TypeVar,
    overload,
)

import numpy as np
from numpy._globals import _NoValueType
from numpy.typing import ArrayLike, DTypeLike, NDArray

from minloc._results import ArgMinMax, FindResult, TopK

# What is certainly answered by a NumPy scalar. Dask arrays and tensors are array_like too, but are
# answered by their own types.
_Plain: TypeAlias = NDArray[Any] | np.generic | complex | bytes | str | Sequence[_Plain]

# A Zarr array, an HDF5 dataset: what is read chunk by chunk.
class _Store(Protocol):
    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> Any: ...
    @property
    def chunks(self) -> tuple[int, ...] | None: ...
    def __getitem__(self, key: Any, /) -> Any: ...

# A DataArray, a Dataset: answered by their own types. Objects of pandas seem to have any attribute,
# but no special method.
class _Labelled(Protocol):
    @property
    def dims(self) -> Any: ...
    @property
    def coords(self) -> Any: ...
    def __dask_graph__(self) -> Any: ...

_X = TypeVar("_X", bound=_Labelled)

# A Series, a DataFrame or an Index of pandas; a column of polars or pyarrow.
class _HasNA(Protocol):
    def isna(self) -> Any: ...

class _HasNull(Protocol):
    @property
    def null_count(self) -> Any: ...

_Column: TypeAlias = _HasNA | _HasNull
_S_co = TypeVar("_S_co", covariant=True)
_V_co = TypeVar("_V_co", covariant=True)

# A DataFrame of pandas, whose answers along an axis are what its own methods return: elements what
# `sum` does, a Series of anything, and indices what `nunique` does, a Series of int.
class _Frame(Protocol[_V_co, _S_co]):
    @property
    def columns(self) -> Any: ...
    def sum(self, *args: Any, **kwargs: Any) -> _V_co: ...
    def nunique(self, *args: Any, **kwargs: Any) -> _S_co: ...

# A Series of pandas, whose k best are what its own `head` and `argsort` return.
class _Series(Protocol[_V_co, _S_co]):
    def isna(self) -> Any: ...
    def head(self, n: int = ..., /) -> _V_co: ...
    def argsort(self, *args: Any, **kwargs: Any) -> _S_co: ...

# A Series or a DataFrame of polars.
class _Polars(Protocol):
    def estimated_size(self, *args: Any, **kwargs: Any) -> Any: ...

_P = TypeVar("_P", bound=_Polars)

# A tensor of PyTorch, an array of JAX: told from NumPy's arrays by what those do not have.
class _Tensor(Protocol):
    @property
    def requires_grad(self) -> bool: ...

class _JaxArray(Protocol):
    @property
    def is_fully_addressable(self) -> bool: ...

_Own = TypeVar("_Own", bound=_Tensor | _JaxArray)
_Container: TypeAlias = np.memmap[Any, Any] | _Store | _Labelled | _Column
_Out = TypeVar("_Out", bound=NDArray[Any])
_Axis: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | None
_AxisOrName: TypeAlias = _Axis | str | tuple[SupportsIndex | str, ...]
_Dim: TypeAlias = Hashable | Iterable[Hashable] | None
_Mask: TypeAlias = ArrayLike | _NoValueType
_MaskOrStore: TypeAlias = _Mask | _Store | _Labelled | _Column
_Default: TypeAlias = SupportsIndex | _NoValueType | None
_KeepDims: TypeAlias = bool | _NoValueType
_Progress: TypeAlias = bool | Callable[[int, int], object] | None
_NanPolicy: TypeAlias = Literal["propagate", "omit", "raise"]
_Ties: TypeAlias = Literal["first", "last"]

# What read_call returns: axes, rank_axis, k, ends, keepdims, nan_policy, ties, default, dtype.
_Read: TypeAlias = tuple[
    tuple[int, ...], int, int, tuple[str, ...], bool, str, str, int | None, np.dtype[Any]
]
# What best returns for each end: indices, elements, found.
_Best: TypeAlias = tuple[tuple[NDArray[np.intp], NDArray[Any], NDArray[np.bool] | None], ...]

class _BuildInfo(TypedDict):
    version: str
    compiler: str
    isa_built: list[str]
    isa_available: list[str]
    isa_in_use: str

class _Plan(TypedDict):
    leaf: str
    slice: int
    slices: int
    loops_over_kept: int
    loops_over_reduced: int

