"""PyTorch: tensors in the memory of the processor, as arrays on that memory.

NumPy has no bfloat16 and no float8. Tensors of those are read by their bits, as the dtypes of
ml_dtypes of the same names, which the core knows; without ml_dtypes, PyTorch's own operations
answer.
"""

from __future__ import annotations

import importlib
import re
import sys
from typing import TYPE_CHECKING, Any

from minloc._containers.classes import name_of_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Dtypes of less than a byte an element, or without a meaning: PyTorch compares none of them.
UNORDERED = re.compile(r"torch\.(u?int[1-7]|float4.*|bits.*)")


def knows(x: object) -> bool:
    """Whether `x` is a tensor."""
    cls = getattr(sys.modules.get("torch"), "Tensor", None)
    return cls is not None and isinstance(x, cls)


def kind_refused(what: str, x: Any) -> None:
    """Raise TypeError if a tensor is of a kind that no operation of PyTorch's compares."""
    torch = sys.modules["torch"]
    masked = getattr(sys.modules.get("torch.masked"), "MaskedTensor", ())
    if x.is_nested:
        kind, why = "nested", "whose slices differ in length; pass its parts, a.unbind()"
    elif x.is_quantized:
        kind, why = "quantized", "pass a.dequantize(), or a.int_repr() for its codes"
    elif isinstance(x, masked):
        kind, why = "masked", "pass a.get_data() with where=a.get_mask()"
    elif x.layout is not torch.strided:
        kind, why = "sparse", "which stores only some elements; pass a.to_dense()"
    elif x.is_meta:
        kind, why = "meta", "which has no elements; pass one on another device"
    else:
        return
    raise TypeError(f"{what} does not support a {kind} tensor, {why}")


def dtype_refused(what: str, x: Any) -> None:
    """Raise TypeError if PyTorch does not compare elements of the dtype of a tensor."""
    if UNORDERED.fullmatch(str(x.dtype)):
        raise TypeError(
            f"{what} does not support a tensor of {x.dtype}, which PyTorch does not compare; "
            f"convert it to another dtype"
        )


def memory_of(x: Any) -> NDArray[Any] | None:
    """Return a tensor as an array on its memory; None if it is elsewhere, or the dtype is.

    A tensor that is the conjugate or the negative of its memory, as ``x.conj().imag`` is, has to be
    computed first.
    """
    torch = sys.modules["torch"]
    if not x.is_cpu or torch._C._functorch.is_functorch_wrapped_tensor(x):
        return None
    try:
        x = x.detach().resolve_conj().resolve_neg()
        name = str(x.dtype).removeprefix("torch.")
        if name == "bfloat16" or name.startswith("float8"):
            dtype = getattr(importlib.import_module("ml_dtypes"), name)
            x = x.view(torch.int16 if name == "bfloat16" else torch.uint8)
            viewed: NDArray[Any] = x.numpy().view(dtype)
            return viewed
        array: NDArray[Any] = x.numpy()
    except (TypeError, RuntimeError, ImportError):
        return None
    return array


def values_of(what: str, x: Any) -> tuple[NDArray[Any], None]:
    """Return the elements of a tensor.

    Raises
    ------
    TypeError
        If they are not in memory, or cannot be compared.
    """
    kind_refused(what, x)
    array = memory_of(x)
    if array is None:
        raise TypeError(
            f"{what} does not support a {name_of_class(x)} of {x.dtype} on {x.device}, which is "
            f"not an array in memory; pass a.cpu(), or another dtype"
        )
    return array, None
