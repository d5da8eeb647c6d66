"""PyTorch: tensors in the memory of the processor, as arrays on that memory.

NumPy has no bfloat16 and no float8. Tensors of those are views of their bits, and the dtypes are
those of ml_dtypes, which have the same names; the core knows them.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

from minloc._containers.classes import name_of_class

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: What no operation of PyTorch's compares, and what to pass instead.
REFUSED = {
    "sparse": "whose elements that are zero are not stored; pass a.to_dense()",
    "quantized": "whose elements are codes; pass a.dequantize(), or a.int_repr() for the codes",
    "nested": "whose slices have different lengths; pass its parts, as a.unbind() gives them",
    "meta": "which has no elements",
    "masked": "whose mask is of its own kind; pass a.get_data() with where=a.get_mask()",
}


def knows(x: object) -> bool:
    """Whether `x` is a tensor."""
    cls = getattr(sys.modules.get("torch"), "Tensor", None)
    return cls is not None and isinstance(x, cls)


def kind_refused(x: Any) -> str | None:
    """Return which of the kinds that cannot be answered a tensor is of; None if of none."""
    torch = sys.modules["torch"]
    if x.is_nested:
        return "nested"
    if x.is_quantized:
        return "quantized"
    masked = sys.modules.get("torch.masked")
    if masked is not None and isinstance(x, masked.MaskedTensor):
        return "masked"
    if x.layout is not torch.strided:
        return "sparse"
    return "meta" if x.is_meta else None


def memory_of(x: Any) -> NDArray[Any] | None:
    """Return a tensor as an array on its memory; None if it is not in memory, or has none.

    A tensor that is the conjugate or the negative of its memory, as ``x.conj().imag`` is, has to be
    computed first.
    """
    torch = sys.modules["torch"]
    if not x.is_cpu or torch._C._functorch.is_functorch_wrapped_tensor(x):
        return None
    x = x.detach().resolve_conj().resolve_neg()
    try:
        return _as_array(x)
    except (TypeError, RuntimeError):  # a subclass without memory of its own, a dtype of neither
        return None


def values_of(what: str, x: Any) -> tuple[NDArray[Any], None]:
    """Return the elements of a tensor.

    Raises
    ------
    TypeError
        If they are not in memory, or are none that can be compared.
    """
    refused = kind_refused(x)
    array = None if refused else memory_of(x)
    if array is not None:
        return array, None
    if refused:
        raise TypeError(f"{what} does not support a {refused} tensor, {REFUSED[refused]}")
    raise TypeError(
        f"{what} does not support a {name_of_class(x)} of {x.dtype} on {x.device}, which is not in "
        f"memory as an array; copy it there by a.cpu(), or convert its dtype"
    )


def _as_array(x: Any) -> NDArray[Any]:
    torch = sys.modules["torch"]
    name = str(x.dtype).removeprefix("torch.")
    if name == "bfloat16" or name.startswith("float8"):
        try:
            dtype = getattr(importlib.import_module("ml_dtypes"), name)
        except ImportError:
            raise TypeError(f"an array of {name} needs ml_dtypes") from None
        bits = torch.int16 if name == "bfloat16" else torch.uint8
        viewed: NDArray[Any] = x.view(bits).numpy().view(dtype)
        return viewed
    array: np.ndarray[Any, Any] = x.numpy()
    return array
