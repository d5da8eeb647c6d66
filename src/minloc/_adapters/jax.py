"""JAX's arrays: the core reads those in memory; others are answered by their own operations.

While a function is traced, by `jit`, `vmap` or `grad`, its arrays have no values yet: the answer is
made of JAX's operations then, and an error that depends on the elements is refused beforehand.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from minloc import _composed, _core
from minloc._composed.operations import Operations
from minloc._masks import boolean, is_given

#: The functions that return indices of NumPy's own choice.
WITHOUT_DTYPE = frozenset({"findmin", "findmax", "top_k"})
Tracer, OnOneDevice = jax.core.Tracer, jax.sharding.SingleDeviceSharding
_INT32, _INT64 = np.dtype(np.int32), np.dtype(np.int64)


def answer(name: str, x: Any, keywords: dict[str, Any]) -> Any:
    """Return the answer of a function about an array of JAX's, as arrays of JAX's on its device."""
    if "out" in keywords:
        raise TypeError(
            f"{name}() of a JAX array takes no out, because JAX's arrays cannot be changed; "
            f"use what it returns"
        )
    where = keywords.get("where", True)
    if (
        isinstance(x, Tracer)
        or isinstance(where, Tracer)
        or isinstance(keywords.get("distance_to"), Tracer)
        or isinstance(keywords.get("by"), Tracer)
    ):
        return _composed.answer(name, x, keywords, JaxOperations(concrete=False))
    if not isinstance(x.dtype, np.dtype):
        raise TypeError(
            f"{name}() does not support a JAX array of {x.dtype}, whose elements have no order; "
            f"pass jax.random.key_data(a)"
        )
    if x.platform() != "cpu" or not isinstance(x.sharding, OnOneDevice):
        return _composed.answer(name, x, keywords, JaxOperations())
    keywords = dict(keywords)
    if is_given(where):
        keywords["where"] = boolean(where)
    if "dtype" in keywords:
        check_dtype(keywords["dtype"])
    elif name not in WITHOUT_DTYPE:
        keywords["dtype"] = index_dtype()
    k = (keywords.pop("k"),) if "k" in keywords else ()
    found: Any = getattr(_core, name)(np.asarray(x), *k, **keywords)
    device = x.sharding if x.committed else None
    if name in WITHOUT_DTYPE:
        found = found._replace(indices=_narrow(found.indices))
    if not isinstance(found, tuple):
        return _arrays((found,), device)[0]
    parts = _arrays(found, device)
    return type(found)(*parts) if hasattr(found, "_fields") else parts


def index_dtype() -> Any:
    """Return the integers that JAX counts with: those of 64 bits only where it is told to."""
    return _INT64 if jax.config.jax_enable_x64 else _INT32


def check_dtype(dtype: Any) -> None:
    """Raise TypeError for a dtype that JAX would replace by a narrower one in silence."""
    wide = np.dtype(dtype)
    if jax.dtypes.canonicalize_dtype(wide) != wide:
        raise TypeError(
            f"JAX makes no arrays of {wide} unless jax_enable_x64 is set; set it, or ask for a "
            f"narrower dtype"
        )


def _narrow(index: Any) -> Any:
    """Return indices in the integers that JAX counts with."""
    narrow = np.asarray(index).astype(index_dtype())
    if (narrow != index).any():
        raise ValueError(
            f"an index, {np.max(index)}, does not fit {index_dtype()}, the integers that JAX "
            f"counts with unless jax_enable_x64 is set"
        )
    return narrow


def _arrays(parts: tuple[Any, ...], device: Any) -> tuple[Any, ...]:
    """Return arrays and scalars of NumPy's as JAX's, on its default device if none is given."""
    if device is None and all(not part.ndim for part in parts):
        return _scalars(*parts)  # type: ignore[no-any-return]
    arrays = [np.asarray(part) for part in parts]
    if device is not None:
        return tuple(jax.device_put(arrays, device))
    return tuple([jnp.asarray(part) for part in arrays])


@jax.jit  # type: ignore[untyped-decorator]
def _scalars(*parts: Any) -> Any:
    """Return scalars: a compiled function takes NumPy's in a fifth of the time of `jnp.asarray`."""
    return parts


class JaxOperations(Operations):
    """Those of `jax.numpy`."""

    def __init__(self, *, concrete: bool = True) -> None:
        super().__init__(jnp, concrete=concrete)
        self.index_dtype = index_dtype()
        self.scatters = True

    def result_dtype(self, dtype: Any, given: bool) -> Any:
        """Return the dtype of indices in a result."""
        if given:
            check_dtype(dtype)
        return dtype if given else self.index_dtype

    def keys(self, x: Any) -> list[Any]:
        """Return the real arrays by which elements are compared; XLA sorts no narrower ones."""
        if x.dtype.isbuiltin == 1:
            return super().keys(x)
        return [x.astype(jnp.float32 if self.kind(x) == "f" else jnp.int32)]

    def has_distances(self, x: Any) -> bool:
        """Whether distances can be computed: not of integers of less than a byte, nor of float8."""
        return bool(x.dtype.isbuiltin == 1 or x.dtype == jnp.bfloat16)

    def float_distances(self, x: Any, target: Any) -> list[Any]:
        """Return distances, rounded explicitly: XLA may leave out those between operations.

        It flushes the subnormals of narrow dtypes, which differences have without rounding.
        """
        info = jnp.finfo(x.dtype)
        if info.bits > 16:
            return super().float_distances(x, target)
        exact = jnp.abs(x.astype(jnp.float32) - target.astype(jnp.float32))
        rounded = lax.reduce_precision(exact, info.nexp, info.nmant)
        return [jnp.where(exact < float(info.tiny), exact, rounded)]

    def top(self, key: Any, k: int, largest: bool) -> tuple[Any, Any]:
        """Return the best `k` along the last axis."""
        if largest:
            values, at = lax.top_k(key, k)
            return values, self.integers(at)
        is_float = jnp.issubdtype(key.dtype, jnp.floating)
        values, at = lax.top_k(-key if is_float else ~key, k)
        return -values if is_float else ~values, self.integers(at)

    def has_values(self, x: Any) -> bool:
        """Whether an array has values that Python can look at."""
        return not isinstance(x, Tracer)

    def least_at(self, key: Any, place: Any, size: int) -> Any:
        """Return, for each place, the least of the integers that have it."""
        least = jnp.full((size,), jnp.iinfo(key.dtype).max, key.dtype)
        return least.at[place].min(key, mode="promise_in_bounds")

    def bits(self, key: Any) -> Any:
        """Return the bits of floats."""
        return lax.bitcast_convert_type(key, jnp.dtype(f"int{key.dtype.itemsize * 8}"))

    def read(self, x: Any) -> Any:
        """Return an array as one of NumPy's."""
        return np.asarray(x)
