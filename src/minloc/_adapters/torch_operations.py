"""PyTorch's operations under the names of the array API standard.

PyTorch compares no unsigned integers but uint8, and no float8, on any device. Signed integers of
the same order take the place of the former: those with the highest bit flipped. float16 or float32
takes that of the latter.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from minloc._composed.operations import Operations
from minloc._masks import boolean

#: The signed integers that are as wide as the unsigned ones, and their least.
SIGNED = {
    torch.uint16: (torch.int16, -(1 << 15)),
    torch.uint32: (torch.int32, -(1 << 31)),
    torch.uint64: (torch.int64, -(1 << 63)),
}

#: The integers of so many bytes.
BITS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


class Namespace:
    """PyTorch, with what the standard calls differently or defines otherwise."""

    __name__ = "torch"

    def __getattr__(self, name: str) -> Any:
        return getattr(torch, name)

    @staticmethod
    def astype(x: Any, dtype: Any, copy: bool = True) -> Any:
        """Convert."""
        return x.to(dtype)

    @staticmethod
    def permute_dims(x: Any, axes: tuple[int, ...]) -> Any:
        """Return a view with axes in another order."""
        return x.permute(axes)

    @staticmethod
    def min(x: Any, axis: int, keepdims: bool = False) -> Any:
        """Return the least of each slice, NaN if there is one."""
        return torch.amin(x, axis, keepdims)

    @staticmethod
    def max(x: Any, axis: int, keepdims: bool = False) -> Any:
        """Return the greatest of each slice, NaN if there is one."""
        return torch.amax(x, axis, keepdims)

    @staticmethod
    def any(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
        """Whether an element is true; PyTorch's own takes 40 times as long on a processor."""
        if axis is None:
            return torch.any(x)
        return torch.amax(x.view(torch.uint8), axis, keepdims).view(torch.bool)

    @staticmethod
    def count_nonzero(x: Any, axis: int) -> Any:
        """Count."""
        return torch.count_nonzero(x, axis)

    @staticmethod
    def take_along_axis(x: Any, index: Any, axis: int) -> Any:
        """Gather, also what PyTorch does not gather: the bits of such elements."""
        bits = SIGNED.get(x.dtype, (None,))[0]
        if bits is None and str(x.dtype).startswith("torch.float8"):
            bits = torch.uint8
        if bits is not None:
            return torch.take_along_dim(x.view(bits), index, axis).view(x.dtype)
        if x.dtype is torch.complex32:
            pairs = torch.view_as_real(x)
            parts = [torch.take_along_dim(pairs[..., i], index, axis) for i in (0, 1)]
            return torch.view_as_complex(torch.stack(parts, -1))
        return torch.take_along_dim(x, index, axis)

    @staticmethod
    def cumulative_sum(x: Any, axis: int) -> Any:
        """Return the sums of all elements up to each."""
        return torch.cumsum(x, axis)

    @staticmethod
    def stack(parts: list[Any], axis: int = 0) -> Any:
        """Stack."""
        return torch.stack(parts, axis)

    @staticmethod
    def sort(x: Any, axis: int) -> Any:
        """Return the elements in order."""
        return torch.sort(x, dim=axis).values

    @staticmethod
    def argsort(x: Any, axis: int, descending: bool = False, stable: bool = True) -> Any:
        """Return the indices of the elements in order."""
        return torch.sort(x, dim=axis, descending=descending, stable=stable).indices


class TorchOperations(Operations):
    """Those on one device."""

    def __init__(self, device: Any, *, concrete: bool = True) -> None:
        super().__init__(Namespace(), device, concrete=concrete)
        if concrete and torch.device(device).type == "cpu":
            self.elements_at_once = 1 << 16  # what is made of so many stays in a cache
        self.scatters = True

    def keys(self, x: Any) -> list[Any]:
        """Return the real tensors by which elements are compared."""
        if x.dtype in SIGNED:
            dtype, least = SIGNED[x.dtype]
            return [x.view(dtype) ^ least]
        if str(x.dtype).startswith("torch.float8"):
            return [x.to(torch.float32)]
        return super().keys(x)

    def has_distances(self, x: Any) -> bool:
        """Whether distances can be computed: PyTorch subtracts no float8."""
        return not str(x.dtype).startswith("torch.float8")

    def unsigned(self, key: Any) -> Any:
        """Return the bits of integers as signed ones that are in the order of unsigned ones."""
        return key if key.dtype is torch.uint8 else key ^ torch.iinfo(key.dtype).min

    def own(self, keyword: str, given: Any, a: Any) -> Any:
        """Return an argument that is a tensor; one that is elsewhere is refused."""
        if not isinstance(given, torch.Tensor):
            return None
        if given.device != a.device and given.ndim:
            raise TypeError(
                f"{keyword} is on {given.device}, and a on {a.device}; pass {keyword}.to(a.device)"
            )
        return given.to(a.device)

    def moved(self, keyword: str, plain: Any, a: Any) -> Any:
        """Return an array as a tensor; one with axes is moved to no other device."""
        if plain.ndim and not a.is_cpu:
            raise TypeError(
                f"{keyword} is an array in memory, and a is on {a.device}; pass "
                f"torch.as_tensor({keyword}, device=a.device)"
            )
        return torch.as_tensor(plain, device=a.device)

    def without_nan(self, key: Any, worst: Any) -> Any:
        """Return keys with what is worst in the place of NaN."""
        if self.elements_at_once is None:
            return super().without_nan(key, worst)
        return torch.nan_to_num(key, worst.item(), math.inf, -math.inf)

    def filled(self, key: Any, chosen: Any, worst: Any) -> Any:
        """Return keys with a filler; PyTorch's `where` has a branch on a processor."""
        if self.elements_at_once is None or key.itemsize > 8:
            return super().filled(key, chosen, worst)
        dtype = BITS[key.itemsize]
        filler = worst.view(dtype)
        excluded = (chosen.view(torch.int8) - 1).to(dtype)  # all bits of the excluded ones
        bits = key.view(dtype)
        return (bits ^ filler).bitwise_and_(excluded).bitwise_xor_(bits).view(key.dtype)

    def full(self, shape: tuple[int, ...], value: Any, dtype: Any) -> Any:
        """Return a tensor of one value."""
        made = torch.float64 if str(dtype).startswith("torch.float8") else dtype
        return torch.full(shape, value, dtype=made, device=self.device).to(dtype)

    def top(self, key: Any, k: int, largest: bool) -> tuple[Any, Any]:
        """Return the best `k` along the last axis."""
        found = torch.topk(key, k, -1, largest)
        return found.values, found.indices

    def has_values(self, x: Any) -> bool:
        """Whether a tensor has values that Python can look at."""
        return not torch._C._functorch.is_functorch_wrapped_tensor(x)

    def least_at(self, key: Any, place: Any, size: int) -> Any:
        """Return, for each place, the least of the integers that have it."""
        least = self.full((size,), torch.iinfo(key.dtype).max, key.dtype)
        return least.scatter_reduce(0, place, key, "amin")  # not in place, for torch.func

    def bits(self, key: Any) -> Any:
        """Return the bits of floats."""
        return key.contiguous().view(BITS[key.itemsize])

    def read(self, x: Any) -> Any:
        """Return a tensor as an array, copied to memory if need be."""
        return x.cpu().numpy()

    def mask(self, where: Any, a: Any) -> Any:
        """Return a mask as a tensor; one that is elsewhere is refused."""
        if not isinstance(where, torch.Tensor):
            if not isinstance(where, (bool, list, tuple)) and not a.is_cpu:
                raise TypeError(
                    f"where is a {type(where).__qualname__} in memory, and a is on {a.device}; "
                    f"pass torch.as_tensor(where, device=a.device)"
                )
            return torch.as_tensor(boolean(where), device=a.device)
        if where.dtype is not torch.bool:
            raise TypeError(f"where must be an array of bool, got one of dtype {where.dtype}")
        if where.device != a.device:
            raise TypeError(
                f"where is on {where.device}, and a on {a.device}; pass where.to(a.device)"
            )
        return where
