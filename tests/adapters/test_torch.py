"""PyTorch's tensors: answers are those of the array on the same memory, as tensors."""

import warnings
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import Partial, reference
from support.answers import FINDS, FUNCTIONS, NAN_FORMS
from support.other_arrays import by_operations, check, outcome, places_of_ties, plain, public

torch = pytest.importorskip("torch")

from minloc._adapters.torch_operations import TorchOperations  # noqa: E402
from minloc._containers.torch import memory_of  # noqa: E402

ask_operations = by_operations(lambda a: TorchOperations(a.device))


def tensor(a: Any) -> Any:
    """Return a tensor of the elements of an array."""
    return torch.from_numpy(np.array(a))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_memory(name: str) -> None:
    """Every function, with every keyword, answers as for the array."""
    check(name, tensor, public)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_operations(name: str) -> None:
    """The operations of PyTorch, which other devices have, answer the same."""
    check(name, tensor, ask_operations, times=60)


@pytest.mark.parametrize("ask", [public, ask_operations])
def test_the_oracle(ask: Any) -> None:
    """Both ways give the answers of the reference, ties and NaN included."""
    rng = np.random.default_rng(1)
    a = rng.integers(0, 4, (4, 40)).astype("f4")
    a[rng.random(a.shape) < 0.1] = np.nan
    where = rng.random(a.shape) < 0.7
    for policy in "propagate", "omit":
        for ties in "first", "last":
            words: dict[str, Any] = {"nan_policy": policy, "ties": ties}
            want = reference.argbest(a, 1, where=where, largest=True, **words)
            got = ask("argmax", tensor(a), axis=1, where=tensor(where), **words)
            assert got.tolist() == want.tolist()
        want = reference.top(a, 9, 1, where=where, nan_policy=policy)
        got = ask("top_k", tensor(a), 9, axis=1, where=tensor(where), nan_policy=policy)
        assert got.indices.tolist() == want.tolist()


@pytest.mark.parametrize("n", [1, 2, 64, 65, 150, 600])
def test_ties_at_the_ends_of_blocks(n: int) -> None:
    """Slices are cut into blocks; the first and the last of equal elements are found in any."""
    for a, first, last in places_of_ties(n):
        x = tensor(a)
        for axis, both in (0, x), (0, x[:, None].expand(n, 2)), (1, torch.stack([x, x])):
            for mask in {}, {"where": torch.ones(1, dtype=torch.bool)}:
                words = {"axis": axis} | mask
                got = ask_operations("argmax", both, **words)
                assert got.flatten().tolist() == [first] * got.numel()
                got = ask_operations("argmax", both, ties="last", **words)
                assert got.flatten().tolist() == [last] * got.numel()


@pytest.mark.parametrize("mode", ["largest", "smallest"])
@pytest.mark.parametrize("k", [1, 5, 99, 100])
def test_top_k_is_stable(mode: str, k: int) -> None:
    """Equal values come in index order, where `torch.topk` takes any of them."""
    a = np.random.default_rng(k).integers(0, 3, (20, 100))
    for some in a, a * 0, np.arange(2000).reshape(20, 100) % 37:
        order = np.argsort(-some if mode == "largest" else some, axis=1, kind="stable")[:, :k]
        for ask in public, ask_operations:
            got = ask("top_k", tensor(some), k, mode=mode)
            assert got.indices.tolist() == order.tolist()
            assert got.values.tolist() == np.take_along_axis(some, order, 1).tolist()


DTYPES = (
    "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 float16 bfloat16 float32 float64 "
    "complex64 complex128 complex32 float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz"
)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", DTYPES.split())
def test_dtypes(dtype: str, name: str) -> None:
    """Every dtype that PyTorch compares, whatever NumPy calls it, in memory and by operations."""
    values: list[list[float]] = [[1, 0, 3, 3, 0], [2, 2, 1, 0, 1]]
    has_nan = "float" in dtype or "complex" in dtype
    if has_nan:
        values[1][2] = float("nan")
    wide = torch.complex128 if "complex" in dtype else torch.float64
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ComplexHalf")
        x = torch.tensor(values, dtype=wide).to(getattr(torch, dtype))
        k = (3,) if name == "top_k" else ()
        policies = [] if name in NAN_FORMS else [{"nan_policy": p} for p in ("omit", "propagate")]
        same = np.array(values, bool if dtype == "bool" else complex if "x" in dtype else float)
        for words in [{}, {"where": torch.tensor([True, True, False, True, True])}, *policies]:
            for ask in public, ask_operations:
                got = ask(name, x, *k, axis=1, **words)
                want = getattr(minloc, name)(same, *k, axis=1, **words)
                if name in FINDS:
                    assert got.values.dtype is x.dtype
                    got = got._replace(values=np.asarray(got.values.to(wide)))
                    want = want._replace(values=np.asarray(want.values, got.values.dtype))
                assert plain(got) == plain(want)


def test_unsigned_integers_above_the_signed_ones() -> None:
    """They are larger than all others, also where PyTorch compares no such integers."""
    for dtype in "u1", "u2", "u4", "u8":
        most = np.iinfo(dtype).max
        x = tensor(np.array([1, most, most - 1, 0, most // 2 + 1], dtype))
        for ask in public, ask_operations:
            assert ask("argmax", x) == 1
            assert ask("argmin", x) == 3
            assert ask("top_k", x, 5).indices.tolist() == [1, 2, 4, 0, 3]
            assert ask("argmax", x, where=tensor([True, False, True, True, True])) == 2


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float8_e5m2", "uint16", "bool"])
def test_no_copy(dtype: str) -> None:
    """The core reads the memory of the tensor, whatever its strides, also under autograd."""
    x = torch.zeros((4, 6)).to(getattr(torch, dtype))
    for view in x, x[::2, 1:], x.T, x[0], x[0, 0], x.expand(2, 4, 6), torch.nn.Parameter(
        x, requires_grad=x.is_floating_point()
    ):  # fmt: skip
        array = memory_of(view)
        assert array is not None
        assert array.ctypes.data == view.data_ptr()
        assert array.shape == tuple(view.shape)
        assert array.strides == tuple(n * x.element_size() for n in view.stride())


def test_views_that_are_computed() -> None:
    """Conjugates and negatives are flags of a tensor, not of its memory."""
    x = torch.tensor([1 + 2j, 1 - 3j, 1 + 3j])
    for ask in public, ask_operations:
        assert ask("argmin", x) == 1
        assert ask("argmin", x.conj()) == 2
        assert ask("findmin", x.conj()).values == x[2].conj()
        assert x.conj().imag.is_neg()
        assert ask("argmin", x.conj().imag) == 2
    x = torch.tensor([3.0, 1, 2], requires_grad=True)
    found = minloc.findmin(x)
    assert not found.values.requires_grad
    assert (found.values, found.indices) == (1, 1)


def test_results_are_tensors() -> None:
    """Of int64, or of the dtype asked for, as PyTorch's or NumPy's."""
    x = torch.tensor([[3.0, 1], [2, 4]])
    calls: list[dict[str, Any]] = [{}, {"axis": 0}, {"axis": 1, "keepdims": True}]
    for words in calls:
        got = minloc.argmin(x, **words)
        assert type(got) is torch.Tensor
        assert got.dtype is torch.int64
    for dtype in torch.int16, np.int16, "i2":
        assert minloc.argmin(x, 0, dtype=dtype).dtype is torch.int16
        assert ask_operations("argmin", x, axis=0, dtype=np.dtype("i2")).dtype is torch.int16
    assert [type(part) for part in minloc.minloc(x)] == [torch.Tensor] * 2
    assert type(minloc.argminmax(x)) is minloc.ArgMinMax
    assert type(minloc.top_k(x, 1)) is minloc.TopK
    with pytest.raises(ValueError, match="int8"):
        minloc.argmin(torch.zeros(300), dtype=torch.int8)


def test_out() -> None:
    """A tensor in memory is written to and returned; what cannot be written to is refused."""
    x = torch.tensor([[3.0, 1], [2, 4]])
    out = torch.zeros(2, dtype=torch.int64)
    assert minloc.argmin(x, 1, out) is out
    assert out.tolist() == [1, 0]
    array = np.zeros(2, np.int64)
    assert minloc.argmax(x, 1, out=array) is array
    assert array.tolist() == [0, 1]
    for bad in torch.zeros(3, dtype=torch.int64), torch.zeros(2):
        with pytest.raises((ValueError, TypeError)):
            minloc.argmin(x, 1, out=bad)
    with pytest.raises(TypeError, match=r"out in memory.* on meta; .*out\.copy_\(argmin\(a\)\)"):
        minloc.argmin(x, 1, out=torch.zeros(2, dtype=torch.int64, device="meta"))
    with pytest.raises(TypeError, match=r"output must be an array"):
        public("argmin", x, 1, out=[0, 0])
    with pytest.raises(TypeError, match=r"operations of torch takes no out; .*out\[\.\.\.\]"):
        ask_operations("argmin", x, axis=1, out=out)


def test_masks() -> None:
    """Of tensors and arrays, for tensors and arrays; one of another device is refused."""
    x, where = torch.tensor([3.0, 1, 2]), [True, False, True]
    for mask in torch.tensor(where), np.array(where), where:
        assert minloc.argmin(x, where=mask) == 2
        assert minloc.argmin(x.numpy(), where=mask) == 2
        assert minloc.argmin([3.0, 1, 2], where=mask) == 2
        assert ask_operations("argmin", x, where=mask) == 2
    for ask in public, ask_operations:
        with pytest.raises(TypeError, match="where must be an array of bool"):
            ask("argmin", x, where=torch.ones(3))
        with pytest.raises(ValueError, match=r"where of shape \(2,\) cannot be broadcast"):
            ask("argmin", x, where=torch.ones(2, dtype=torch.bool))
        with pytest.raises(TypeError, match="where is on meta"):
            ask("argmin", x, where=torch.ones(3, dtype=torch.bool, device="meta"))


def refused_tensors() -> dict[str, Any]:
    """Return tensors that cannot be answered, by the word that names them."""
    x = torch.eye(3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some kinds are announced to change
        return {
            "a sparse tensor": x.to_sparse(),
            "a sparse tensor, which": x.to_sparse_csr(),
            "a quantized tensor": torch.quantize_per_tensor(x, 0.1, 0, torch.quint8),
            "a nested tensor": torch.nested.nested_tensor([x[0], x[1, :2]]),
            "a meta tensor": x.to("meta"),
            "a masked tensor": torch.masked.masked_tensor(x, x > 0),
            "a tensor of torch.uint4": torch.zeros(3, dtype=torch.uint4),
        }


def test_kinds_that_are_refused() -> None:
    """By every function, and in a Partial and as a mask, with a name and what would work."""
    for kind, x in refused_tensors().items():
        for name in FUNCTIONS:
            k = (1,) if name == "top_k" else ()
            error, text, *_ = outcome(public, name, x, *k)
            assert error is TypeError, kind
            assert text.startswith(f"{name}() does not support {kind}")
            assert "pass" in text or "convert" in text
        with pytest.raises(TypeError, match="Partial does not support a"):
            Partial.of("argmin", x)
        with pytest.raises(TypeError, match="where does not support a"):
            minloc.argmin(np.zeros(3), where=x)


def test_partial() -> None:
    """A tensor is a chunk like any other."""
    x = torch.arange(10).to(torch.bfloat16).requires_grad_()
    part = Partial.of("argmax", x).merge(Partial.of("argmax", x.detach() + 1, offset=10))
    assert part.finish() == 19


def test_transforms() -> None:
    """Under `torch.func.vmap` the answer is made of operations that can be mapped."""
    a = np.random.default_rng(0).integers(0, 5, (4, 3, 300)).astype("f4")
    a[0, 0, 7] = np.nan
    x = tensor(a)
    got = torch.func.vmap(lambda row: minloc.argmin(row, 1))(x)
    assert got.tolist() == minloc.argmin(a, 2).tolist()
    top = torch.func.vmap(lambda row: minloc.top_k(row, 7))(x)
    assert top.indices.tolist() == minloc.top_k(a, 7).indices.tolist()
    words: dict[str, Any] = {"nan_policy": "omit", "default": -1, "ties": "last"}
    got = torch.func.vmap(lambda row: minloc.argmax(row, 0, **words))(x)
    assert got.tolist() == minloc.argmax(a, 1, **words).tolist()
    with pytest.raises(TypeError, match=r"being traced.*default=-1"):
        torch.func.vmap(lambda row: minloc.nanargmin(row))(x)


def test_without_ml_dtypes(monkeypatch: pytest.MonkeyPatch) -> None:
    """bfloat16 is answered by PyTorch's own operations."""
    monkeypatch.setitem(__import__("sys").modules, "ml_dtypes", None)
    x = torch.tensor([3.0, 1, 1, float("nan")]).bfloat16()
    assert memory_of(x) is None
    assert minloc.argmin(x, ties="last", nan_policy="omit") == 2
    assert minloc.argmin(x) == 3


def test_keywords_that_only_memory_has() -> None:
    """What a function does not have is refused on both ways."""
    x = torch.zeros(3)
    for ask in public, ask_operations:
        with pytest.raises(TypeError, match="unexpected keyword"):
            ask("argmin", x, frobnicate=1)
        with pytest.raises(TypeError, match="progress"):
            ask("argmin", x, progress=True)
        with pytest.raises(IndexError, match="axis 3"):
            ask("argmin", x, axis=3)
