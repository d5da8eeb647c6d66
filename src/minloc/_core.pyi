from typing import Any, Literal, SupportsIndex, TypedDict, TypeVar, overload

import numpy as np
from numpy._globals import _NoValueType
from numpy.typing import ArrayLike, NDArray

_Out = TypeVar("_Out", bound=NDArray[Any])

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
) -> np.intp: ...
@overload
def argmax(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> Any: ...
@overload
def argmax(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def argmax(
    a: ArrayLike,
    axis: SupportsIndex | None,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def argmin(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> np.intp: ...
@overload
def argmin(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> Any: ...
@overload
def argmin(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def argmin(
    a: ArrayLike,
    axis: SupportsIndex | None,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> np.intp: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> Any: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def nanargmax(
    a: ArrayLike,
    axis: SupportsIndex | None,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: None = None,
    out: None = None,
    *,
    keepdims: Literal[False] | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> np.intp: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    out: None = None,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> Any: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: SupportsIndex | None = None,
    *,
    out: _Out,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
@overload
def nanargmin(
    a: ArrayLike,
    axis: SupportsIndex | None,
    out: _Out,
    *,
    keepdims: bool | _NoValueType = False,
    where: ArrayLike | _NoValueType = True,
) -> _Out: ...
def build_info() -> _BuildInfo: ...
def masked(
    name: str,
    a: NDArray[Any],
    mask: NDArray[np.bool],
    axis: SupportsIndex | None,
    out: NDArray[Any] | None,
    keepdims: bool | _NoValueType,
    /,
) -> Any: ...
def plan_of(
    a: NDArray[Any], axis: SupportsIndex | None, mask: NDArray[np.bool] | None, /
) -> _Plan: ...
def read_pass(a: NDArray[Any], /) -> int: ...
def get_num_threads() -> int: ...
def set_num_threads(n: SupportsIndex, /) -> None: ...
def set_num_threads_here(n: SupportsIndex, /) -> int: ...
def use_isa(name: str, /) -> None: ...
