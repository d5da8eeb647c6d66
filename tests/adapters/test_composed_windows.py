"""Windows by a library's own operations, which other devices have: the answers of the core."""

from typing import Any

import numpy as np
import pytest

import minloc as ml
from support.other_arrays import by_operations, plain, public
from support.other_windows import FUNCTIONS, check

minloc: Any = ml


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_array_api(name: str) -> None:
    """From nothing but what the standard has, with every keyword."""
    strict = pytest.importorskip("array_api_strict")
    check(name, strict.asarray, public, "f4 f8 i4 u1 ? c8 u8", 60)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_torch(name: str) -> None:
    """The operations of PyTorch, also under `torch.func`."""
    torch = pytest.importorskip("torch")
    from minloc._adapters.torch_operations import TorchOperations

    def tensor(a: Any) -> Any:
        return torch.from_numpy(np.array(a))

    ask = by_operations(lambda a: TorchOperations(a.device))
    check(name, tensor, ask, "f4 e i1 i8 u1 u2 u8 ? c8", 80)
    a = np.random.default_rng(0).integers(0, 5, (3, 20)).astype("f4")
    words = {"window": 4} if name.startswith("moving") else {}
    mapped = torch.func.vmap(lambda x: getattr(minloc, name)(x, **words))(tensor(a))
    assert plain(mapped) == plain(getattr(minloc, name)(a, **words))


def test_jit() -> None:
    """A compiled function answers what the core does; what could be an error is refused."""
    jax = pytest.importorskip("jax")
    a = np.random.default_rng(0).integers(0, 5, (3, 20)).astype("f4")
    a[0, 3] = np.nan
    calls: list[tuple[str, dict[str, Any]]] = [
        ("moving_argmin", {"window": 5, "axis": 0, "partial": True, "min_count": 1}),
        ("moving_findmax", {"window": 4, "center": True, "ties": "last", "step": 2}),
        ("running_argmax", {"nan_policy": "omit", "default": -1}),
        ("moving_argmin", {"window": 3, "where": a > 1, "default": -1, "relative": True}),
        (
            "moving_findmin",
            {"window": (4, 2), "axis": (1, 0), "ties": "last", "partial": True}
            | {"min_count": 1, "relative": True},
        ),
    ]
    for name, words in calls:
        asked = jax.jit(lambda x, name=name, words=words: getattr(minloc, name)(x, **words))
        assert plain(asked(jax.numpy.asarray(a))) == plain(getattr(minloc, name)(a, **words))
    for words in {"window": 3, "partial": True}, {"window": 3, "nan_policy": "omit"}:
        with pytest.raises(TypeError, match=r"window may have too few candidates; pass default=-1"):
            jax.jit(lambda x, words=words: minloc.moving_argmin(x, **words))(jax.numpy.asarray(a))


def test_windows_that_cannot_be_asked() -> None:
    """They are refused as of an array of NumPy's."""
    strict = pytest.importorskip("array_api_strict")
    with pytest.raises(ValueError, match="window must be at least 1, got 0"):
        minloc.moving_argmin(strict.asarray([1, 2]), 0)
    with pytest.raises(ValueError, match=r"where of shape \(3,\) cannot be broadcast"):
        minloc.moving_argmin(strict.asarray([1, 2]), 1, where=strict.asarray([True] * 3))
