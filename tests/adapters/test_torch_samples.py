"""PyTorch's own samples for argmin, argmax, amin, amax, min, max and topk, put to minloc.

PyTorch ships what it tests its operators with: tensors of every dtype and shape, and the arguments
of each call. Its answers are values, which must be the same, and indices, which are any of those of
equal elements; of them minloc names the first.
"""

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from support.other_arrays import by_operations, public

torch = pytest.importorskip("torch")

from minloc._adapters.torch_operations import TorchOperations  # noqa: E402

ask_operations: Any = by_operations(lambda a: TorchOperations(a.device))
NAMES = ("argmin", "argmax", "amin", "amax", "min", "max", "topk")


@pytest.fixture(scope="module")
def operators() -> Any:
    """Return the operators that PyTorch has samples for, by their names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from torch.testing._internal.common_methods_invocations import op_db
        except ImportError as error:  # it needs packages that PyTorch does not
            pytest.skip(str(error))
    return [op for op in op_db if op.name in NAMES]


def samples(operators: Any, name: str) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """Yield what PyTorch answers, a tensor and arguments by name, for every dtype."""
    names = {"topk": ("k", "dim", "largest")}.get(name, ("dim", "keepdim"))
    for op in operators:
        if op.name != name:
            continue
        for dtype in sorted(op.supported_dtypes("cpu"), key=str):
            for sample in op.sample_inputs("cpu", dtype):
                if any(isinstance(argument, torch.Tensor) for argument in sample.args):
                    continue  # the lesser elements of two tensors
                words = dict(zip(names, sample.args, strict=False)) | sample.kwargs
                yield op(sample.input, *sample.args, **sample.kwargs), sample.input, words


def same(got: Any, want: Any) -> None:
    """Assert that two tensors have the same dtype, shape and elements, NaN included."""
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    pair = [x.detach().double().numpy() for x in (got, want)]
    np.testing.assert_array_equal(*pair)


@pytest.mark.parametrize("ask", [public, ask_operations])
@pytest.mark.parametrize("name", NAMES)
def test_samples_of_pytorch(name: str, ask: Any, operators: Any) -> None:
    """Values are PyTorch's, and indices those of NumPy, of the first of equal elements."""
    asked = 0
    for want, x, words in samples(operators, name):
        a = x.detach().double().numpy()
        dim, asked = words.get("dim"), asked + 1
        if name == "topk":
            dim, mode = (
                words.get("dim", -1),
                "largest" if words.get("largest", True) else "smallest",
            )
            got = ask("top_k", x if x.ndim else x[None], words["k"], axis=dim, mode=mode)
            keys = np.atleast_1d(-a if mode == "largest" else a)
            first = np.argsort(keys, axis=dim, kind="stable").take(range(words["k"]), dim)
            assert got.indices.reshape(first.shape).tolist() == first.tolist()
            if words.get("sorted", True):
                same(got.values.reshape(want.values.shape), want.values)
            continue
        axis = (tuple(dim) or None) if isinstance(dim, (tuple, list)) else dim
        keepdims = words.get("keepdim", False)
        if name.startswith("arg"):
            got = ask(name, x, axis=axis, keepdims=keepdims)
            first = getattr(np, name)(a, axis, keepdims=keepdims)
            assert (got.dtype, got.tolist()) == (want.dtype, first.tolist())
            continue
        values = want if isinstance(want, torch.Tensor) else want.values
        same(ask(f"find{name[-3:]}", x, axis=axis, keepdims=keepdims).values, values)
    assert asked > 30
