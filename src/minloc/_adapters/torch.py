"""PyTorch's tensors: the core reads those in memory; others are answered by their own operations.

A tensor in memory is an array on the same memory: nothing is copied, and the gradient of the answer
is not recorded. Answers are tensors again, on the memory of the core's answers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from minloc import _composed, _core
from minloc._adapters.call import Call
from minloc._adapters.torch_operations import TorchOperations
from minloc._containers.torch import REFUSED, kind_refused, memory_of
from minloc._masks import boolean, is_given

_from_numpy = torch.from_numpy


def answer(call: Call) -> Any:
    """Return the answer to a call about a tensor, as tensors on its device."""
    name, x, keywords, _ = call
    try:
        array = x.numpy()
    except (TypeError, RuntimeError):  # not a plain tensor in memory
        refused = kind_refused(x)
        if refused:
            raise TypeError(
                f"{name}() does not support a {refused} tensor, {REFUSED[refused]}"
            ) from None
        array = memory_of(x)
    out = None
    if not keywords.keys().isdisjoint(_CONVERTED):
        keywords = dict(keywords)
        if isinstance(keywords.get("dtype"), torch.dtype):
            keywords["dtype"] = _numpy_dtype(keywords["dtype"])
        out = keywords.get("out")
        if array is not None:
            _convert(name, x, keywords)
    if array is None:
        if out is not None:
            raise TypeError(
                f"{name}() of a tensor that the core cannot read takes no out; copy what it "
                f"returns, as in out.copy_({name}(a))"
            )
        plain = type(x) is torch.Tensor or type(x) is torch.nn.Parameter
        traced = not plain or torch._C._functorch.is_functorch_wrapped_tensor(x)
        return _composed.answer(
            call._replace(keywords=keywords), TorchOperations(x, concrete=not traced)
        )
    if "k" in keywords:
        k = keywords.pop("k") if keywords is not call.keywords else None
        if k is None:
            keywords = dict(keywords)
            k = keywords.pop("k")
        found = _core.top_k(array, k, **keywords)
    else:
        found = getattr(_core, name)(array, **keywords)
    if out is not None:
        return out
    if not isinstance(found, tuple):
        return _from_numpy(np.asarray(found))
    parts = [_tensor(part) for part in found]
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


_CONVERTED = frozenset({"where", "out", "dtype"})


def _convert(name: str, x: Any, keywords: dict[str, Any]) -> None:
    """Replace the tensors among keywords by arrays on their memory."""
    where, out = keywords.get("where", True), keywords.get("out")
    if is_given(where):
        if isinstance(where, torch.Tensor) and not where.is_cpu:
            raise TypeError(f"where is on {where.device} and a in memory; pass where.cpu()")
        keywords["where"] = boolean(where)
    if out is None or type(out) is np.ndarray:
        return
    if not isinstance(out, torch.Tensor):
        raise TypeError("output must be an array")
    array = memory_of(out) if out.is_cpu and not kind_refused(out) else None
    if array is None or out.is_neg():
        raise TypeError(
            f"{name}() of a tensor in memory needs an out in memory, got one of {out.dtype} on "
            f"{out.device}; copy what it returns, as in out.copy_({name}(a))"
        )
    keywords["out"] = array


def _numpy_dtype(dtype: Any) -> Any:
    return np.dtype(str(dtype).removeprefix("torch."))


def _tensor(found: Any) -> Any:
    """Return an array or a scalar of NumPy's as a tensor on its memory."""
    array = np.asarray(found)
    if array.dtype.kind != "V":
        return _from_numpy(array)
    bits = np.int16 if array.dtype.itemsize == 2 else np.uint8
    return _from_numpy(array.view(bits)).view(getattr(torch, array.dtype.name))
