"""JAX's arrays: those in memory are read by the core, the others answered by JAX's operations."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minloc
from minloc import Partial
from support.answers import FUNCTIONS
from support.other_arrays import by_operations, check, outcome, plain, public

jax = pytest.importorskip("jax")

import jax.numpy as jnp  # noqa: E402

from minloc._adapters.jax import JaxOperations  # noqa: E402

ask_operations = by_operations(lambda a: JaxOperations())


def array(a: Any) -> Any:
    """Return an array of JAX's of the same elements."""
    return jnp.asarray(a)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_memory(name: str) -> None:
    """Every function, with every keyword, answers as for NumPy's array."""
    check(name, array, public, "f4 i4 u1 ? c8 e", times=12)


@pytest.fixture(scope="module")
def a() -> Any:
    """Return slices with ties and NaN."""
    a = np.random.default_rng(3).integers(0, 6, (4, 300)).astype("f4")
    a[0, [7, 9]] = np.nan
    a[2] = np.nan
    return a


CALLS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("argmin", (), {"axis": 1}),
    ("argmax", (), {"axis": 0, "ties": "last"}),
    ("argminmax", (), {"axis": 1, "nan_policy": "omit", "default": -1, "ties": "last"}),
    ("findmin", (), {"axis": 1, "nan_policy": "omit", "default": -1}),
    ("maxloc", (), {}),
    ("argmin", (), {"axis": 1, "where": np.arange(300) % 3 == 1, "default": -1}),
    ("top_k", (9,), {}),
    ("top_k", (3,), {"axis": 0, "mode": "smallest"}),
    ("argmax", (), {"axis": 1, "distance_to": 2.5, "ties": "last"}),
    ("findmin", (), {"distance_to": 3, "nan_policy": "omit", "default": -1}),
    ("top_k", (5,), {"distance_to": 1}),
    ("argmin", (), {"axis": 1, "by": np.arange(300) % 4}),
    ("findmax", (), {"by": np.arange(1200).reshape(4, 300) // 7 % 5 - 1, "ties": "last"}),
    ("top_k", (2,), {"axis": 0, "by": [0, 1, 0, 1], "mode": "smallest"}),
    ("maxloc", (), {"axis": 0, "by": [0, -1, 2, 0], "default": -1, "nan_policy": "omit"}),
]


@pytest.mark.parametrize(("name", "k", "words"), CALLS)
def test_jit(name: str, k: Any, words: Any, a: Any) -> None:
    """A compiled function answers what the core does, with concrete masks and traced ones."""
    want = plain(getattr(minloc, name)(a, *k, **words))
    assert plain(jax.jit(lambda x: getattr(minloc, name)(x, *k, **words))(array(a))) == want
    if "where" in words:
        mask = array(words["where"])
        rest = {key: value for key, value in words.items() if key != "where"}
        ask = jax.jit(lambda m: getattr(minloc, name)(array(a), where=m, **rest))
        assert plain(ask(mask)) == want


@pytest.mark.parametrize("dtype", ["int8", "uint32", "bool", "float16", "bfloat16"])
def test_distances_under_jit(dtype: str) -> None:
    """They are exact, or rounded to the dtype, however XLA joins operations; to a traced value."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, 256, (40, 90)).astype("u1").view("i1") / (7 if "f" in dtype else 1)
    x = jnp.asarray(drawn).astype(dtype)
    for name, value in ("argmin", x[0, 0]), ("argmax", x[:, :1]):
        want = plain(public(name, x, 1, distance_to=value))
        ask = jax.jit(lambda x, v, name=name: public(name, x, 1, distance_to=v))
        assert plain(ask(x, value)) == want
    value_alone = jax.jit(lambda v: minloc.argmax(x, 1, distance_to=v))
    assert plain(value_alone(value)) == want


def test_distances_of_subnormal_numbers_under_jit() -> None:
    """They are exact, and not flushed to zero."""
    tiny = jnp.asarray([3e-7, 1e-7, 5e-7], jnp.float16)
    nearest = jax.jit(lambda x: minloc.argmin(x, distance_to=4e-7))(tiny)
    assert nearest == minloc.argmin(np.asarray(tiny), distance_to=4e-7)


def test_vmap_and_grad(a: Any) -> None:
    """`vmap` maps, and `grad` goes through the values that are found."""
    x = array(a)
    assert plain(jax.jit(jax.vmap(minloc.argmin))(x)) == plain(minloc.argmin(a, 1))

    def loss(v: Any) -> Any:
        return minloc.findmin(v).values ** 2 + 3 * minloc.top_k(v, 2).values.sum()

    assert jax.jit(jax.grad(loss))(array([3.0, 2, 5])).tolist() == [3, 4, 3]


def test_errors_that_depend_on_elements_are_refused_while_tracing(a: Any) -> None:
    """What could be an error of the elements is a TypeError that says what would work."""
    calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
        ("nanargmin", (), {}),
        ("argmin", (), {"where": np.ones(300, bool)}),
        ("argmin", (), {"nan_policy": "raise", "default": -1}),
        ("top_k", (2,), {"nan_policy": "omit"}),
        ("top_k", (2,), {"nan_policy": "raise"}),
    ]
    for name, k, words in calls:
        function = jax.jit(lambda x, name=name, k=k, words=words: public(name, x, *k, **words))
        error, text, *_ = outcome(function, array(a))
        assert error is TypeError
        assert "being traced cannot raise" in text
        assert "pass" in text or "replace" in text
    with pytest.raises(TypeError, match=r"by is being traced.*such as an array of NumPy's"):
        jax.jit(lambda by: minloc.argmin(array(a), 1, by=by, num_groups=2, default=-1))(
            np.zeros(300, int)
        )
    two: dict[str, Any] = {"axis": 0, "by": [0, 1, 1, 1], "num_groups": 2}
    for name, k, words in ("argmin", (), two | {"num_groups": 3}), ("top_k", (2,), two):
        with pytest.raises(TypeError, match="a group may have"):
            jax.jit(lambda x, n=name, k=k, w=words: public(n, x, *k, **w))(array(a))
    findmin = jax.jit(lambda x: minloc.findmin(x, where=x > 0, default=-1))
    with pytest.raises(TypeError, match="no value of an integer"):
        findmin(array([1, 2]))
    with pytest.raises(ValueError, match="k=4 elements of a slice with 3 candidates"):
        jax.jit(lambda x: minloc.top_k(x, 4))(jnp.zeros(3))


@pytest.mark.parametrize("dtype", ["bfloat16", "float8_e4m3fn", "int4"])
def test_dtypes_that_numpy_does_not_have(dtype: str) -> None:
    """They have JAX's order, in memory and by operations."""
    x = jnp.asarray([[1, 3, 0, 3], [2, 2, -1, 2]], dtype=dtype)

    def asked(x: Any) -> Any:
        return minloc.findmax(x, 1), minloc.argmin(x, 1, ties="last"), minloc.top_k(x, 3)

    for ask in asked, jax.jit(asked):
        largest, smallest, top = ask(x)
        assert largest.indices.tolist() == [1, 0]
        assert largest.values.dtype == x.dtype
        assert largest.values.astype(jnp.float32).tolist() == [3, 2]
        assert smallest.tolist() == [2, 2]
        assert top.indices.tolist() == [[1, 3, 0], [0, 1, 3]]


def test_no_copy() -> None:
    """The core reads the memory of the array."""
    for dtype in "float32", "bfloat16", "bool":
        x = jnp.zeros((50, 60), dtype)
        assert np.asarray(x).ctypes.data == x.unsafe_buffer_pointer()


def test_results() -> None:
    """They are JAX's, on the device of the array, of the integers that JAX counts with."""
    x = jnp.asarray([[3.0, 1], [2, 4]])
    calls: list[dict[str, Any]] = [{}, {"axis": 0}, {"axis": 1, "keepdims": True}]
    for words in calls:
        got = minloc.argmin(x, **words)
        assert isinstance(got, jax.Array)
        assert got.dtype == np.int32
    assert all(part.dtype == np.int32 for part in minloc.minloc(x))
    assert minloc.findmin(x).indices.dtype == minloc.top_k(x, 1).indices.dtype == np.int32
    assert minloc.argmin(x, dtype=np.int8).dtype == np.int8
    there = jax.device_put(x, jax.devices("cpu")[0])
    assert minloc.argmin(there).committed
    assert not minloc.argmin(x).committed
    with pytest.raises(TypeError, match="jax_enable_x64"):
        minloc.argmin(x, dtype=np.int64)
    with pytest.raises(TypeError, match="jax_enable_x64"):
        jax.jit(lambda x: minloc.argmin(x, dtype=np.int64))(x)
    with pytest.raises(TypeError, match="takes no out"):
        minloc.argmin(x, out=np.zeros((), int))


@pytest.fixture
def wide() -> Iterator[None]:
    """Let JAX have 64 bits."""
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", False)


@pytest.mark.usefixtures("wide")
def test_wide_integers() -> None:
    """Where JAX has 64 bits, indices have them."""
    x = jnp.asarray(np.array([3, 1, 2**60]))
    for ask in public, ask_operations:
        assert ask("argmax", x).dtype == np.int64
        assert ask("argmax", x) == 2
        assert ask("findmax", x).indices.dtype == np.int64
        assert ask("argmin", x, dtype=np.dtype("i8")).dtype == np.int64


def test_indices_beyond_the_integers_are_refused() -> None:
    """By their number, before anything is computed: an abstract array is enough."""
    long = jax.ShapeDtypeStruct((2**31 + 2,), np.int8)
    with pytest.raises(ValueError, match=r"int32.*jax\.numpy counts with"):
        jax.eval_shape(minloc.argmin, long)
    wide = jax.ShapeDtypeStruct((2, 2**31 + 2), np.int8)
    assert jax.eval_shape(lambda x: minloc.argmin(x, 0), wide).dtype == np.int32
    with pytest.raises(ValueError, match="int32"):
        minloc.argmin(jnp.zeros((2, 2)), 0, default=2**40)
    with pytest.raises(ValueError, match="does not fit int32"):
        minloc.findmin(jnp.zeros((2, 2)), 0, where=False, default=2**40)


def test_keys_have_no_order() -> None:
    """Keys of random numbers are refused by name."""
    with pytest.raises(TypeError, match=r"argmin\(\) does not support a JAX array of key"):
        minloc.argmin(jax.random.key(0))


def test_masks_and_chunks() -> None:
    """An array of JAX's is a mask, and a chunk of a Partial."""
    where = jnp.asarray([True, False, True])
    for x in np.array([3.0, 1, 2]), jnp.asarray([3.0, 1, 2]):
        assert minloc.argmin(x, where=where) == 2
        assert minloc.argmin(x, where=np.asarray(where)) == 2
        assert Partial.of("argmin", x, where=where).finish() == 2
    with pytest.raises(TypeError, match="where must be an array of bool"):
        minloc.argmin(jnp.zeros(3), where=jnp.ones(3))


def test_operations_of_concrete_arrays(a: Any) -> None:
    """Another device has them: they look at values, as in an error about a slice."""
    x = array(a)
    words = {"axis": 1, "nan_policy": "omit"}
    assert outcome(ask_operations, "argmin", x, **words) == outcome(minloc.argmin, a, **words)
