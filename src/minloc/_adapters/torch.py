"""PyTorch's tensors: the core reads those in memory; others are answered by their own operations.

A tensor in memory is an array on the same memory: nothing is copied, and no gradient is recorded.
Answers are tensors again, on the memory of the core's answers. Tensors on other devices, and those
that `torch.func` traces, have the operations of PyTorch alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from minloc import _composed, _core
from minloc._adapters.torch_operations import TorchOperations
from minloc._containers.torch import dtype_refused, kind_refused, memory_of
from minloc._masks import boolean, is_given

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Keywords that may be tensors, or dtypes of PyTorch's.
CONVERTED = frozenset({"where", "out", "dtype", "by", "distance_to"})


def answer(name: str, x: Any, keywords: dict[str, Any]) -> Any:
    """Return the answer of a function about a tensor, as tensors on its device."""
    try:
        array = x.numpy()
    except (TypeError, RuntimeError):  # not a plain tensor in memory, of a dtype that NumPy has
        kind_refused(f"{name}()", x)
        array = memory_of(x)
        if array is None:
            return _by_operations(name, x, keywords)
    out = None
    if keywords:
        keywords = dict(keywords)
        if not CONVERTED.isdisjoint(keywords):
            out = keywords.get("out")
            _convert(name, x, keywords)
    k = (keywords.pop("k"),) if "k" in keywords else ()
    found = getattr(_core, name)(array, *k, **keywords)
    if out is not None:
        return out
    if not isinstance(found, tuple):
        return torch.from_numpy(np.asarray(found))
    parts = [_tensor(part) for part in found]
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def _by_operations(name: str, x: Any, keywords: dict[str, Any]) -> Any:
    """Return the answer in the operations of PyTorch."""
    dtype_refused(f"{name}()", x)
    if keywords.get("out") is not None:
        raise TypeError(
            f"{name}() of a tensor on {x.device} that is answered by PyTorch's operations takes no "
            f"out; copy what it returns, as in out.copy_({name}(a))"
        )
    if "dtype" in keywords:
        keywords = {**keywords, "dtype": _numpy_dtype(keywords["dtype"])}
    # A subclass, or what torch.func passes in, may have no values that Python can look at.
    concrete = type(x) in (torch.Tensor, torch.nn.Parameter)
    concrete = concrete and not torch._C._functorch.is_functorch_wrapped_tensor(x)
    return _composed.answer(name, x, keywords, TorchOperations(x.device, concrete=concrete))


def _convert(name: str, x: Any, keywords: dict[str, Any]) -> None:
    """Replace the tensors among keywords by arrays on their memory."""
    if "dtype" in keywords:
        keywords["dtype"] = _numpy_dtype(keywords["dtype"])
    where, out = keywords.get("where", True), keywords.get("out")
    if is_given(where):
        if isinstance(where, torch.Tensor) and not where.is_cpu:
            raise TypeError(f"where is on {where.device}, and a in memory; pass where.cpu()")
        keywords["where"] = boolean(where)
    for beside in ("by", "distance_to"):
        if isinstance(keywords.get(beside), torch.Tensor):
            keywords[beside] = memory_of(keywords[beside].detach().cpu())
    if isinstance(out, torch.Tensor):
        keywords["out"] = _memory_to_write(name, out)


def _memory_to_write(name: str, out: Any) -> NDArray[Any]:
    """Return the memory of an `out`."""
    computed = out.is_neg() or out.is_conj()  # it would be a copy that is written to
    array = None if computed or out.layout is not torch.strided else memory_of(out)
    if array is None:
        raise TypeError(
            f"{name}() of a tensor in memory needs an out in memory, got one of {out.dtype} on "
            f"{out.device}; copy what it returns, as in out.copy_({name}(a))"
        )
    return array


def _numpy_dtype(dtype: Any) -> Any:
    is_ours = isinstance(dtype, torch.dtype)
    return np.dtype(str(dtype).removeprefix("torch.")) if is_ours else dtype


def _tensor(found: Any) -> Any:
    """Return an array or a scalar of NumPy's as a tensor on its memory."""
    array = np.asarray(found)
    if array.dtype.isbuiltin == 1:
        return torch.from_numpy(array)
    bits = np.int16 if array.dtype.itemsize == 2 else np.uint8
    return torch.from_numpy(array.view(bits)).view(getattr(torch, array.dtype.name))
