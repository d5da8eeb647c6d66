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
from minloc._adapters.call import Call
from minloc._composed.operations import Operations
from minloc._masks import boolean, is_given

_ON_ONE_DEVICE = jax.sharding.SingleDeviceSharding


def answer(call: Call) -> Any:
    """Return the answer to a call about an array of JAX's, as arrays of JAX's on its device."""
    name, x, keywords, _ = call
    if "out" in keywords:
        raise TypeError(f"{name}() of a JAX array takes no out: arrays of JAX cannot be changed")
    if isinstance(x, jax.core.Tracer):
        return _composed.answer(call, JaxOperations(concrete=False))
    if not isinstance(x.dtype, np.dtype):
        raise TypeError(
            f"{name}() does not support a JAX array of {x.dtype}, whose elements have no order; "
            f"pass jax.random.key_data(a)"
        )
    where = keywords.get("where", True)
    if isinstance(where, jax.core.Tracer):
        return _composed.answer(call, JaxOperations(concrete=False))
    if not isinstance(x.sharding, _ON_ONE_DEVICE) or x.platform() != "cpu":
        return _composed.answer(call, JaxOperations())
    keywords = dict(keywords)
    if is_given(where):
        keywords["where"] = boolean(where)
    if not name.startswith("find") and name != "top_k":
        keywords.setdefault("dtype", index_dtype())
        check_dtype(keywords["dtype"])
    k = (keywords.pop("k"),) if "k" in keywords else ()
    found = getattr(_core, name)(np.asarray(x), *k, **keywords)
    device = x.sharding if x.committed else None
    if not isinstance(found, tuple):
        return _array(found, device)
    parts = [_array(part, device) for part in found]
    if name in ("findmin", "findmax", "top_k"):
        parts[1] = _array(_narrow(found[1]), device)
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


def index_dtype() -> Any:
    """Return the integers that JAX counts with: those of 64 bits only where it is told to."""
    return np.dtype(np.int64 if jax.config.jax_enable_x64 else np.int32)


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
            f"an index, {np.max(index)}, does not fit {index_dtype()}, the integers that JAX counts "
            f"with unless jax_enable_x64 is set"
        )
    return narrow


def _array(found: Any, device: Any) -> Any:
    found = np.asarray(found)
    return jnp.asarray(found) if device is None else jax.device_put(found, device)


class JaxOperations(Operations):
    """Those of `jax.numpy`."""

    def __init__(self, *, concrete: bool = True) -> None:
        super().__init__(jnp, concrete=concrete)
        self.index_dtype = index_dtype()

    def result_dtype(self, dtype: Any, given: bool) -> Any:
        """Return the dtype of indices in a result."""
        if given:
            check_dtype(dtype)
        return dtype if given else self.index_dtype

    def top(self, key: Any, k: int, largest: bool) -> tuple[Any, Any]:
        """Return the best `k` along the last axis."""
        if largest:
            values, at = lax.top_k(key, k)
            return values, self.integers(at)
        is_float = jnp.issubdtype(key.dtype, jnp.floating)
        values, at = lax.top_k(-key if is_float else ~key, k)
        return -values if is_float else ~values, self.integers(at)

    def read(self, x: Any) -> Any:
        """Return an array as one of NumPy's."""
        return np.asarray(x)
