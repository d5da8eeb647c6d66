from typing import Any, Literal, SupportsIndex, TypeAlias, TypedDict, TypeVar, overload

import numpy as np
from numpy._globals import _NoValueType
from numpy.typing import ArrayLike, DTypeLike, NDArray

from minloc._results import ArgMinMax, FindResult, TopK

_Out = TypeVar("_Out", bound=NDArray[Any])
_Axis: TypeAlias = SupportsIndex | tuple[SupportsIndex, ...] | None
_NanPolicy: TypeAlias = Literal["propagate", "omit", "raise"]
_Ties: TypeAlias = Literal["first", "last"]

class _BuildInfo(TypedDict):
    version: str
    compiler: str
    isa_built: list[str]
    isa_available: list[str]
    isa_in_use: str

class _Plan(TypedDict):
    leaf: str
    lane: int
    lanes: int
    loops_over_kept: int
    loops_over_reduced: int

@overload
def argmax(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def argmax(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def argmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmax(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmin(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def argmin(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def argmin(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def argmin(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: None = None,
) -> np.intp: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: _Axis = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> Any: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: _Axis,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> _Out: ...
def argminmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> ArgMinMax: ...
def findmax(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
) -> FindResult: ...
def findmin(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
) -> FindResult: ...
def maxloc(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> tuple[Any, ...]: ...
def minloc(
    a: ArrayLike,
    axis: _Axis = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
    ties: _Ties = "first",
    default: SupportsIndex | _NoValueType | None = None,
    dtype: DTypeLike | None = None,
) -> tuple[Any, ...]: ...
def top_k(
    a: ArrayLike,
    k: SupportsIndex,
    /,
    *,
    axis: _Axis = -1,
    mode: Literal["largest", "smallest"] = "largest",
    sorted: bool = True,
    where: ArrayLike | _NoValueType = True,
    nan_policy: _NanPolicy = "propagate",
) -> TopK: ...
def build_info() -> _BuildInfo: ...
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
