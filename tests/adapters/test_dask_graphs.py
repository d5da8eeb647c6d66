"""A Dask graph is built without a look at a chunk, says at once what is wrong, and reads once."""

import itertools
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from support.answers import FUNCTIONS
from support.lazy import as_arrays, ask, assert_same, da, dask, ml
from support.raised import slice_of


@pytest.fixture(autouse=True)
def _synchronous() -> Any:
    """Let a failing task fail here; schedulers have tests of their own."""
    with dask.config.set(scheduler="synchronous"):
        yield


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda a: ml.argmin(a, 2),
        lambda a: ml.argmin(a, (0, 0)),
        lambda a: ml.argmin(a, ties="middle"),
        lambda a: ml.argmin(a, nan_policy="maybe"),
        lambda a: ml.argmin(a, dtype=float),
        lambda a: ml.argmin(a, 0, None, 1),
        lambda a: ml.findmin(a, 0, None),
        lambda a: ml.findmin(a, dtype=int),
        lambda a: ml.argmin(a, where=np.ones(3, bool)),
        lambda a: ml.argmin(a, where=np.ones((1, 4, 6), bool)),
        lambda a: ml.argmin(a, where=np.ones((4, 6))),
        lambda a: ml.top_k(a, 7),
        lambda a: ml.top_k(a, -1),
        lambda a: ml.top_k(a, 1.5),
        lambda a: ml.top_k(a),
        lambda a: ml.top_k(a, 2, mode="best"),
        lambda a: ml.argmin(a[:0]),
        lambda a: ml.argmin(a[:0], 0),
        lambda a: ml.top_k(a[:0], 1, axis=0),
        lambda a: ml.argmin(a.astype("V8")),
    ],
)
def test_what_is_wrong_with_a_call_is_said_when_it_is_made(call: Callable[[Any], Any]) -> None:
    """The class and the text of the error for a NumPy array, before anything is computed."""
    a = np.zeros((4, 6))
    with pytest.raises((ValueError, TypeError)) as expected:
        call(a)
    with pytest.raises(expected.type) as raised:
        call(da.from_array(a, chunks=3))
    assert str(raised.value) == str(expected.value)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("name", ["nanargmin", "findmin", "argminmax", "minloc"])
def test_an_error_names_the_slice_of_the_whole_array(name: str, keepdims: bool) -> None:
    """Not of the block in which it was found; the text is that of the call for one array."""
    a = np.arange(8 * 6 * 7.0).reshape(8, 6, 7)
    a[5, :, 6] = np.nan
    words: dict[str, Any] = {"keepdims": keepdims}
    if name != "nanargmin":
        words["nan_policy"] = "omit"
    for policy in ("omit", "raise") if name != "nanargmin" else ("omit",):
        if name != "nanargmin":
            words["nan_policy"] = policy
        with pytest.raises(ValueError, match=r"slice|NaN|sequence") as expected:
            ask(name, a, 1, **words)
        lazy = as_arrays(ask(name, da.from_array(a, chunks=(3, 2, 4)), 1, **words))[0]
        with pytest.raises(ValueError, match=r"slice|NaN|sequence") as raised:
            lazy.compute()
        assert str(raised.value) == str(expected.value)
        assert slice_of(raised) == slice_of(expected)
        assert slice_of(raised) in ((5, 6), (5, 0, 6))


def test_an_error_in_a_block_of_unknown_place_names_the_block() -> None:
    """How far from the beginning it is, nobody has counted."""
    a = np.zeros((6, 4))
    a[4] = np.nan
    x = da.from_array(a, chunks=2)
    lazy = ml.nanargmin(x[x[:, 0] != 1], axis=1)
    with pytest.raises(ValueError, match="All-NaN slice") as raised:
        lazy.compute()
    assert slice_of(raised) == (None,)
    assert "along axis 0 of the result it is number 0 of block 2" in raised.value.__notes__


# --- laziness -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("axis", [None, 0, 1], ids=repr)
def test_each_chunk_is_read_once_and_none_before_it_is_computed(name: str, axis: Any) -> None:
    """Building the graph reads nothing; all arrays of an answer share one look at each chunk."""
    reads: list[tuple[int, ...]] = []

    def read(block_id: tuple[int, ...]) -> Any:
        reads.append(block_id)
        return np.full((2, 3), sum(block_id), float)

    x = da.map_blocks(read, chunks=((2,) * 5, (3,) * 4), dtype=float, meta=np.empty((0, 0)))
    lazy = as_arrays(ask(name, x, axis))
    assert reads == []
    dask.compute(*lazy)
    assert sorted(reads) == list(itertools.product(range(5), range(4)))


def test_the_chunk_and_its_question_are_one_task() -> None:
    """No chunk waits for its question: what makes a chunk asks it."""
    x = da.map_blocks(lambda: np.ones((2, 2)), chunks=((2,) * 4, (2,) * 4), dtype=float) + 1
    (optimized,) = dask.optimize(ml.argmin(x))
    assert len(optimized.__dask_graph__()) <= 16 + 4 + 1 + 1  # the answer may have two names
    assert optimized.compute() == 0


def test_the_same_question_has_the_same_name() -> None:
    """So that it is computed once; another one has another."""
    a = np.arange(20.0)
    x = da.from_array(a, chunks=5, name="x")
    assert ml.argmin(x).name == ml.argmin(x).name
    assert ml.top_k(x, 2)[0].name == ml.top_k(x, 2)[0].name
    names = {
        ml.argmin(x).name,
        ml.argmax(x).name,
        ml.argmin(x, ties="last").name,
        ml.argmin(x, where=a > 1).name,
        ml.argmin(x, where=a > 2).name,
        ml.argmin(x, keepdims=True).name,
        ml.top_k(x, 2)[0].name,
        ml.top_k(x, 3)[0].name,
        ml.top_k(x, 3)[1].name,
    }
    assert len(names) == 9


def test_lazy_answers_pickle() -> None:
    """The graph goes to other processes."""
    x = da.from_array(np.array([3, 1, 2, 1]), chunks=2)
    again = pickle.loads(pickle.dumps(ml.argmin(x, ties="last")))
    assert again.compute() == 3


def test_a_scheduler_sees_how_large_a_partial_is() -> None:
    """It moves what is small, so a partial of many slices must not pass for a small one."""
    sizeof = pytest.importorskip("dask.sizeof").sizeof
    one = ml.Partial.of("findmin", np.zeros((2, 1000)), axis=0)
    assert 9_000 <= sizeof(one) < 10_000
    assert sizeof(one.merge(ml.Partial.of("findmin", np.zeros((2, 1000)), axis=0))) < 10_000


def test_threads_agree_with_one_thread() -> None:
    """The order in which chunks are done changes nothing."""
    a = np.random.default_rng(17).integers(0, 50, (300, 300))
    x = da.from_array(a, chunks=(23, 41))
    with dask.config.set(scheduler="threads"):
        for axis in None, 0, 1:
            assert_same(ml.argmin(x, axis), ml.argmin(a, axis))
            assert_same(ml.top_k(x, 3, axis=axis), ml.top_k(a, 3, axis=axis))


def test_out_becomes_the_answer_as_with_dasks_reductions() -> None:
    """A Dask array as `out` is changed to be the answer; anything else is refused."""
    x = da.from_array(np.array([[3, 1], [0, 2]]), chunks=1)
    out = da.zeros(2, dtype=np.intp, chunks=1)
    assert ml.argmin(x, 0, out) is out
    assert_array_equal(out.compute(), [1, 0])
    with pytest.raises(TypeError, match="out must be a Dask array"):
        ml.argmin(x, 0, out=np.zeros(2, np.intp))
    with pytest.raises(ValueError, match="shape"):
        ml.argmin(x, 0, out=da.zeros(3, dtype=np.intp))


def test_no_warning_is_given() -> None:
    """All warnings are errors here, and a lazy answer in a larger graph gives none."""
    x = da.random.default_rng(0).random((50, 50), chunks=20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (ml.argmin(x, 0) + ml.argmax(x, 0)).sum().compute() > 0
