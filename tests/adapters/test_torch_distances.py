"""Distances of the elements of tensors, by the core and by PyTorch's operations."""

from typing import Any

import numpy as np
import pytest

from support.answers import FUNCTIONS
from support.other_arrays import by_operations, check, public

torch = pytest.importorskip("torch")

from minloc._adapters.torch_operations import TorchOperations  # noqa: E402

ask_operations = by_operations(lambda a: TorchOperations(a.device))


def tensor(a: Any) -> Any:
    """Return a tensor of the elements of an array."""
    return torch.from_numpy(np.array(a))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_distances(name: str) -> None:
    """Distances to a value, or to one for each slice, are exact for integers and never overflow."""
    check(name, tensor, public, "f4 i1 u8 ? c8 e", times=20, distances=True)
    check(name, tensor, ask_operations, "f4 f8 i1 i4 i8 u1 u2 u4 u8 ? e", distances=True)


def test_distances_of_dtypes_that_numpy_does_not_have() -> None:
    """They are rounded to bfloat16 by PyTorch's operations, as by the core; others are refused."""
    x = torch.randn((5, 300)).bfloat16()
    for value in 0.3, x[0, 0], x[:, :1]:
        for name in "argmin", "argmax":
            want = public(name, x, 1, distance_to=value)
            assert ask_operations(name, x, axis=1, distance_to=value).tolist() == want.tolist()
    for dtype in torch.float8_e5m2, torch.complex64:
        with pytest.raises(TypeError, match=r"knows no distances of torch\..*; pass them as"):
            ask_operations("argmin", x.to(dtype), distance_to=1.0)


def test_what_distances_are_from_is_checked() -> None:
    """Its dtype, its value, and its shape, as for NumPy's arrays."""
    x = torch.tensor([[1, 2, 3], [4, 5, 6]], dtype=torch.int8)
    for value, error, text in (
        (300, ValueError, "distance_to 300 is not a value of the dtype torch.int8 of a"),
        (torch.tensor(1.5), TypeError, "distance_to of dtype torch.float32 cannot be cast safely"),
        (torch.ones((2, 3), dtype=torch.int8), ValueError, "differs along a reduced axis"),
        (torch.ones(5, dtype=torch.int8), ValueError, r"cannot be broadcast to the shape \(2, 3\)"),
    ):
        with pytest.raises(error, match=text):
            ask_operations("argmin", x, axis=1, distance_to=value)
    with pytest.raises(ValueError, match=r"1e\+39 is not a value of the dtype torch.bfloat16"):
        ask_operations("argmin", x.bfloat16(), distance_to=1e39)
