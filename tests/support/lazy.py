"""How a lazy answer is asked for, and compared with that for one array."""

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import minloc

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")

ml: Any = minloc  # which promises nothing of arrays that are not NumPy's


def as_arrays(answer: Any) -> tuple[Any, ...]:
    """Return the arrays of an answer, one or several."""
    return answer if isinstance(answer, tuple) else (answer,)


def assert_same(lazy: Any, expected: Any) -> None:
    """Compare a lazy answer, all of it: type, values, dtypes, and what Dask was told of them."""
    assert type(lazy) is type(expected) or isinstance(lazy, da.Array)
    several = dask.compute(*as_arrays(lazy))
    assert len(several) == len(as_arrays(expected))
    for promise, got, want in zip(as_arrays(lazy), several, as_arrays(expected), strict=True):
        assert_array_equal(got, want)
        assert type(got) is type(want)
        assert got.dtype == want.dtype == promise.dtype
        assert promise._meta.ndim == got.ndim
        if not np.isnan(promise.size):
            assert promise.shape == got.shape


def ask(name: str, a: Any, axis: Any, **words: Any) -> Any:
    """Call a function of minloc by its name."""
    positional = (2,) if name == "top_k" else ()
    return getattr(ml, name)(a, *positional, axis=axis, **words)
