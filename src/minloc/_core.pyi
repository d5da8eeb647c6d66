from collections.abc import Callable, Hashable, Sequence
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

# An xarray.DataArray.
class _Labelled(Protocol):
    @property
    def dims(self) -> tuple[Hashable, ...]: ...
    @property
    def coords(self) -> Any: ...

_Container: TypeAlias = np.memmap[Any, Any] | _Store | _Labelled
_Out = TypeVar("_Out", bound=NDArray[Any])
_Axis: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | None
_AxisOrName: TypeAlias = _Axis | str | tuple[SupportsIndex | str, ...]
_Mask: TypeAlias = ArrayLike | _NoValueType
_MaskOrStore: TypeAlias = _Mask | _Store | _Labelled
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

@overload
def argmax(
    a: _Plain,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def argmax(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def argmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmax(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmax(
    a: _Container,
    axis: _AxisOrName = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> Any: ...
@overload
def argmin(
    a: _Plain,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def argmin(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def argmin(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmin(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmin(
    a: _Container,
    axis: _AxisOrName = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> Any: ...
@overload
def nanargmax(
    a: _Plain,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmax(
    a: _Container,
    axis: _AxisOrName = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> Any: ...
@overload
def nanargmin(
    a: _Plain,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmin(
    a: _Container,
    axis: _AxisOrName = None,
    out: None = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> Any: ...
@overload
def argminmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> ArgMinMax: ...
@overload
def argminmax(
    a: _Container,
    axis: _AxisOrName = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> ArgMinMax: ...
@overload
def findmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
) -> FindResult: ...
@overload
def findmax(
    a: _Container,
    axis: _AxisOrName = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    progress: _Progress = None,
) -> FindResult: ...
@overload
def findmin(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
) -> FindResult: ...
@overload
def findmin(
    a: _Container,
    axis: _AxisOrName = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    progress: _Progress = None,
) -> FindResult: ...
@overload
def maxloc(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> tuple[Any, ...]: ...
@overload
def maxloc(
    a: _Container,
    axis: _AxisOrName = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> tuple[Any, ...]: ...
@overload
def minloc(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: _KeepDims = False,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
) -> tuple[Any, ...]: ...
@overload
def minloc(
    a: _Container,
    axis: _AxisOrName = None,
    *,
    keepdims: _KeepDims = False,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: _Default = None,
    dtype: DTypeLike | None = None,
    progress: _Progress = None,
) -> tuple[Any, ...]: ...
@overload
def top_k(
    a: ArrayLike,
    k: SupportsIndex,
    /,
    *,
    axis: _Axis = -1,
    mode: Literal["largest", "smallest"] = "largest",
    sorted: bool = True,
    where: _Mask = True,
    nan_policy: _NanPolicy = "propagate",
) -> TopK: ...
@overload
def top_k(
    a: _Container,
    k: SupportsIndex,
    /,
    *,
    axis: _AxisOrName = -1,
    mode: Literal["largest", "smallest"] = "largest",
    sorted: bool = True,
    where: _MaskOrStore = True,
    nan_policy: _NanPolicy = "propagate",
    progress: _Progress = None,
) -> TopK: ...
def build_info() -> _BuildInfo: ...
def add_part(
    name: str,
    so_far: tuple[NDArray[Any], ...],
    starts: tuple[int, ...],
    lengths: tuple[int, ...],
    a: NDArray[Any],
    axis: tuple[int, ...],
    /,
    **kwargs: Any,
) -> None: ...
def first_part(
    name: str,
    answers: tuple[NDArray[Any], ...],
    a: NDArray[Any],
    axis: tuple[int, ...],
    /,
    **kwargs: Any,
) -> None: ...
def merge_parts(
    name: str,
    answers: tuple[NDArray[Any], ...],
    parts: tuple[tuple[NDArray[Any], NDArray[Any], int], ...],
    in_order: bool,
    /,
    **kwargs: Any,
) -> None: ...
def read_call(name: str, ndim: int, keywords: dict[str, Any], /) -> _Read: ...
def check_index(
    largest: int, shape: tuple[Any, ...], dtype: np.dtype[Any], default: int | None, /
) -> None: ...
def check_array(a: NDArray[Any], where: NDArray[np.bool] | None, /) -> None: ...
def raise_nan(name: str, index: tuple[int, ...], /) -> NoReturn: ...
def best(name: str, a: NDArray[Any], axis: tuple[int, ...], /, **kwargs: Any) -> _Best: ...
def first_nan(
    a: NDArray[Any], axis: tuple[int, ...], where: NDArray[np.bool] | None, /
) -> tuple[int, ...] | None: ...
def hand_on(name: str, /, *args: Any, **kwargs: Any) -> Any: ...
def has_kernels(dtype: np.dtype[Any], /) -> bool: ...
def masked(name: str, mask: NDArray[np.bool], /, *args: Any, **kwargs: Any) -> Any: ...
def up_to_k(a: NDArray[Any], k: SupportsIndex, /, **kwargs: Any) -> TopK: ...
def nan_of(dtype: np.dtype[Any], /) -> Any: ...
def set_place(error: Exception, index: tuple[int | None, ...], /) -> None: ...
def plan_of(
    a: NDArray[Any], axis: SupportsIndex | None, mask: NDArray[np.bool] | None, /
) -> _Plan: ...
def read_pass(a: NDArray[Any], /) -> int: ...
def get_num_threads() -> int: ...
def set_num_threads(n: SupportsIndex, /) -> None: ...
def set_num_threads_here(n: SupportsIndex, /) -> int: ...
def use_isa(name: str, /) -> None: ...
