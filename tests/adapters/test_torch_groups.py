"""Groups of tensors, in memory and by PyTorch's operations, which other devices have."""

from typing import Any

import numpy as np
import pytest

import minloc
from support.answers import FUNCTIONS
from support.other_arrays import by_operations, check, plain, public

torch = pytest.importorskip("torch")

from minloc._adapters.torch_operations import TorchOperations  # noqa: E402

SHAPES = [(7,), (3, 5), (2, 3, 4), (3, 70), (0, 3), (3, 0)]
ask_operations = by_operations(lambda a: TorchOperations(a.device))


def tensor(a: Any) -> Any:
    """Return a tensor of the elements of an array."""
    return torch.from_numpy(np.array(a))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_groups(name: str) -> None:
    """Every function, with every keyword, answers as for the array."""
    check(name, tensor, public, "f4 i4", 10, SHAPES, groups=True)
    dtypes = "f4 f8 e i1 i4 i8 u1 u2 u4 u8 ? c8"
    check(name, tensor, ask_operations, dtypes, 50, SHAPES, groups=True)
    check(name, tensor, ask_operations, "f4 i8 u4", 20, SHAPES, groups=True, distances=True)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_zeros_and_nan_of_either_sign(dtype: str) -> None:
    """0.0 equals -0.0, and a NaN comes first whatever its bits; the limits are numbers."""
    zeros = torch.tensor([0.0, -0.0, -0.0, 0.0], dtype=getattr(torch, dtype))
    words: dict[str, Any] = {"by": [0, 0, 1, 1]}
    for name in "argmin", "argmax", "top_k":
        k = [1] if name == "top_k" else []
        got = ask_operations(name, zeros, *k, **words)
        assert np.ravel(got.indices if k else got).tolist() == [0, 2]
    for end in "argmin", "argmax":
        assert ask_operations(end, zeros, ties="last", **words).tolist() == [1, 3]
    inf = float("inf")
    x = torch.tensor([-inf, float("nan"), inf, -inf, -inf, inf, inf], dtype=zeros.dtype)
    x[1] = -x[1]
    by = [0, 0, 0, 1, 1, 2, 2]
    for name in "argmin", "argmax":
        assert ask_operations(name, x, by=by).tolist() == [1, 3, 5]
    assert ask_operations("argmin", x, by=by, nan_policy="omit").tolist() == [0, 3, 5]
    assert ask_operations("argmax", x, by=by, nan_policy="omit").tolist() == [2, 3, 5]


def test_what_torch_func_traces() -> None:
    """Labels that are known answer for each of its arrays; labels that are not are refused."""
    rng = np.random.default_rng(0)
    a, by = rng.integers(0, 9, (3, 20)).astype("f4"), np.arange(20) % 3
    for name in "argmin", "findmax":
        asked = torch.func.vmap(lambda x, name=name: public(name, x, by=by))(tensor(a))
        assert plain(asked) == plain(public(name, a, axis=1, by=by))
    with pytest.raises(TypeError, match="by is being traced"):
        torch.func.vmap(lambda x, b: minloc.argmin(x, by=b, num_groups=3, default=-1))(
            tensor(a), tensor(np.stack([by] * 3))
        )
    with pytest.raises(TypeError, match=r"a group may have no candidate; pass default=-1"):
        torch.func.vmap(lambda x: minloc.argmin(x, by=by, num_groups=4))(tensor(a))


def test_many_groups_of_many_elements() -> None:
    """As many labels as elements, in any order."""
    rng = np.random.default_rng(1)
    a, by = rng.integers(0, 50, 20_000).astype("i4"), rng.integers(-1, 9_000, 20_000)
    for name in "argmin", "argmax":
        words: dict[str, Any] = {"num_groups": 9_000, "default": -1, "ties": "last"}
        got = ask_operations(name, tensor(a), by=tensor(by), **words)
        assert plain(got) == plain(public(name, a, by=by, **words))
