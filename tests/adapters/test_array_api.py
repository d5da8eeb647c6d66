"""Arrays of libraries that follow the array API standard, as array-api-strict does, exactly."""

import sys
from typing import Any

import numpy as np
import pytest

import minloc
from support.answers import FUNCTIONS
from support.other_arrays import check, outcome, public

strict = pytest.importorskip("array_api_strict")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function(name: str) -> None:
    """With every keyword, from nothing but what the standard has."""
    check(name, strict.asarray, public, "f4 f8 i4 u1 ? c8 u8", times=60)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_distances(name: str) -> None:
    """Distances to a value, or to one for each slice, from nothing but what the standard has."""
    check(name, strict.asarray, public, "f4 f8 i1 i8 u1 u8 ?", distances=True)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_groups(name: str) -> None:
    """An answer for each group, with every keyword, from nothing but what the standard has."""
    shapes = [(7,), (3, 5), (2, 3, 4), (3, 70), (0, 3), (3, 0)]
    check(name, strict.asarray, public, "f4 f8 i4 u1 ? c8 u8", 50, shapes, groups=True)


def test_labels_and_values_that_are_refused() -> None:
    """As by the core: labels that are no groups, or do not fit; a NaN, in the first group."""
    x = strict.asarray([[3.0, np.nan, 2], [np.nan, 1, 4]])
    for by in [0, 1, 5], [0, 1], [0.5, 1, 2], np.array([0, 1, 2**63], "u8"):
        words: dict[str, Any] = {"axis": 1, "num_groups": 3}
        for given in by, strict.asarray(by):
            want = outcome(minloc.argmin, np.asarray(x), by=np.asarray(by), **words)
            assert outcome(minloc.argmin, x, by=given, **words) == want
    words = {"nan_policy": "raise", "by": [1, 0, 0]}
    for axis in 1, (1,):
        want = outcome(minloc.argmin, np.asarray(x), axis=axis, **words)
        assert outcome(minloc.argmin, x, axis=axis, **words) == want
    assert outcome(minloc.top_k, x, 1, **words) == outcome(minloc.top_k, np.asarray(x), 1, **words)
    with pytest.raises(TypeError, match="num_groups is given without by"):
        minloc.argmin(x, num_groups=2)


def test_results() -> None:
    """They are of the library, of the dtype asked for."""
    x = strict.asarray([[3.0, 1], [2, 4]])
    for answer in minloc.argmin(x), minloc.argmin(x, 0), *minloc.minloc(x), *minloc.top_k(x, 1):
        assert type(answer) is type(x)
    assert minloc.argmin(x).dtype == strict.int64
    assert minloc.argmin(x, dtype=np.uint8).dtype == strict.uint8
    with pytest.raises(TypeError, match=r"operations of array_api_strict takes no out; copy what"):
        minloc.argmin(x, out=np.zeros((), int))


def test_masks() -> None:
    """Of the library, of NumPy's or a list; what is not boolean is refused."""
    x = strict.asarray([3.0, 1, 2])
    for where in (
        strict.asarray([True, False, True]),
        np.array([True, False, True]),
        [1 > 0, 0 > 1, 1 > 0],
    ):
        assert minloc.argmin(x, where=where) == 2
    for bad in strict.asarray([1, 0, 1]), np.array([1, 0, 1]), [1, 0, 1]:
        with pytest.raises(TypeError, match="where must be an array of bool, got one of dtype"):
            minloc.argmin(x, where=bad)
    with pytest.raises(ValueError, match=r"where of shape \(2,\) cannot be broadcast"):
        minloc.argmin(x, where=strict.asarray([True, False]))


class Unfinished:
    """CuPy's array as it was before it followed the standard."""

    def __array_function__(self, *args: Any) -> Any:
        raise AssertionError("it is not NumPy that answers")


def test_cupy_before_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known by its class, and needs array-api-compat, which a message names."""
    module = type(sys)("cupy")
    module.ndarray = Unfinished  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cupy", module)
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    for name in FUNCTIONS:
        k = (1,) if name == "top_k" else ()
        error, text, *_ = outcome(public, name, Unfinished(), *k)
        assert error is TypeError
        assert f"{name}() of a " in text
        assert "pip install 'minloc[array-api]'" in text


def test_sparse_arrays_stay_with_numpys_protocol() -> None:
    """They have a namespace, but their elements are not all stored."""
    sparse = pytest.importorskip("sparse")
    x = sparse.COO.from_numpy(np.array([[3, 0, -1]]))
    assert hasattr(x, "__array_namespace__")
    for name in set(FUNCTIONS) - {"argmin", "argmax", "nanargmin", "nanargmax"}:
        error, text, *_ = outcome(public, name, x, *([1] if name == "top_k" else []))
        assert error is TypeError
        assert f"{name}() does not support sparse" in text
