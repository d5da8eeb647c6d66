"""Dask arrays get the answers of one array: lazily, and with one look at each chunk."""

import itertools
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import minloc

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")

ml: Any = minloc  # which promises nothing of arrays that are not NumPy's
FUNCTIONS = (
    "argmin",
    "argmax",
    "nanargmin",
    "nanargmax",
    "findmin",
    "findmax",
    "argminmax",
    "minloc",
    "maxloc",
    "top_k",
)
CHUNKS: list[Any] = [
    ((3, 1, 2), (4, 1), (2, 5)),
    ((6,), (1, 1, 3), (7,)),
    ((1,) * 6, (5,), (3, 3, 1)),
    ((2, 0, 4), (2, 3), (7, 0)),
]


@pytest.fixture(autouse=True)
def _synchronous() -> Any:
    """Let a failing task fail here; schedulers have tests of their own."""
    with dask.config.set(scheduler="synchronous"):
        yield


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


def arrays_with_ties(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return numbers that are often equal, and sometimes NaN."""
    a = rng.integers(0, 4, shape).astype(float)
    a[rng.random(shape) < 0.1] = np.nan
    return a


def ask(name: str, a: Any, axis: Any, **words: Any) -> Any:
    """Call a function of minloc by its name."""
    positional = (2,) if name == "top_k" else ()
    return getattr(ml, name)(a, *positional, axis=axis, **words)


# --- the answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (2, 0), (2, 0, 1), ()], ids=repr)
def test_a_dask_array_gets_the_answer_of_one_array(name: str, axis: Any) -> None:
    """Whatever the chunks, uneven, of one or of none: ties, NaN and types are those of NumPy's."""
    if name == "top_k" and axis == ():
        axis = (1,)
    rng = np.random.default_rng(len(repr(axis)))
    for number, chunks in enumerate(CHUNKS):
        a = arrays_with_ties(rng, (6, 5, 7))
        x = da.from_array(a, chunks=chunks)
        for policy in "propagate", "omit":
            ties, keepdims = ("first", "last")[number // 2], bool(rng.integers(2))
            words: dict[str, Any] = {"nan_policy": policy}
            if name.startswith("nan"):
                words = {"default": -1}
            elif name != "top_k":
                words["default"] = -7
            if name != "top_k":
                words |= {"keepdims": keepdims, "ties": ties}
            else:
                words["mode"] = "smallest" if keepdims else "largest"
            if name == "top_k" and policy == "omit" and axis in (0, 1, -1, (1,)):
                a = np.where(np.isnan(a), 5.0, a)
                x = da.from_array(a, chunks=chunks)
            assert_same(ask(name, x, axis, **words), ask(name, a, axis, **words))


@pytest.mark.parametrize("name", ["argmin", "nanargmax", "findmax", "argminmax", "maxloc"])
def test_masks_in_any_chunks_that_broadcast_select_the_candidates(name: str) -> None:
    """`where` is NumPy's or Dask's, whole or not, in its own chunks; the array keeps its own."""
    rng = np.random.default_rng(5)
    for chunks, axis in itertools.product(CHUNKS, (None, 1, (2, 0))):
        a = arrays_with_ties(rng, (6, 5, 7))
        x = da.from_array(a, chunks=chunks)
        for shape in (6, 5, 7), (5, 7), (7,), (6, 1, 1), (1, 5, 1), ():
            mask = rng.random(shape) < 0.5
            want = ask(name, a, axis, where=mask, default=-1)
            assert_same(ask(name, x, axis, where=mask, default=-1), want)
            lazy = da.from_array(np.asarray(mask), chunks=2)
            assert_same(ask(name, x, axis, where=lazy, default=-1), want)


def test_a_mask_in_other_chunks_leaves_the_arrays_chunks() -> None:
    """No task for the array's chunks is added but one for each."""
    x = da.zeros((8, 8), chunks=(4, 8))
    mask = da.ones((8, 8), chunks=(8, 2), dtype=bool)
    graph = ml.argmin(x, where=mask).__dask_graph__()
    parts = [key for key in graph if isinstance(key, tuple) and key[0].startswith("argmin-part")]
    assert sorted(key[1:] for key in parts) == [(0, 0), (1, 0)]


@pytest.mark.parametrize(
    "dtype", ["i1", "u8", "?", "f2", ">f8", "c16", "M8[s]", "m8[ns]", "S3", "U2", "O"]
)
def test_every_dtype_gets_the_answer_of_one_array(dtype: str) -> None:
    """Numbers, dates, strings and objects; a value comes back in its dtype."""
    a = np.random.default_rng(7).integers(0, 9, (9, 8)).astype(dtype)
    x = da.from_array(a, chunks=((2, 7), (3, 3, 2)))
    for axis in None, 0, 1:
        assert_same(ml.argmax(x, axis), ml.argmax(a, axis))
    assert_same(ml.findmin(x, 0), ml.findmin(a, 0))


def test_zero_and_one_axis_are_arrays_too() -> None:
    """A 0-d array has one element, which is the answer."""
    assert_same(ml.argmin(da.from_array(np.array(3.0))), ml.argmin(np.array(3.0)))
    assert_same(ml.findmax(da.from_array(np.array(3.0))), ml.findmax(np.array(3.0)))


def test_a_masked_chunk_has_no_candidate_under_its_mask() -> None:
    """Chunks that are masked arrays are answered as one masked array is."""
    a = np.ma.masked_less(np.arange(12.0).reshape(3, 4), 5)
    x = da.from_array(a, chunks=(2, 2))
    assert ml.argmin(x).compute() == 5
    assert_same(ml.argmin(x, 0), ml.argmin(a, 0))


def test_the_index_has_the_dtype_that_is_asked_for() -> None:
    """`dtype` is the result's, and the meta's; one that is too small is refused at once."""
    a = np.arange(400.0).reshape(20, 20) % 7
    x = da.from_array(a, chunks=6)
    assert_same(ml.argmin(x, 0, dtype="u1"), ml.argmin(a, 0, dtype="u1"))
    with pytest.raises(ValueError, match="int8 cannot hold the largest possible index 399"):
        ml.argmin(x, dtype="i1")


def test_dask_own_answers_that_differ_are_wrong() -> None:
    """Dask's argmin breaks ties by chunk order, and its nanargmin meets NaN in a chunk."""
    a = np.array([[1, 1, 0], [0, 1, 1]])
    assert ml.argmin(da.from_array(a, chunks=2)).compute() == np.argmin(a) == 2
    b = np.array([np.nan, np.nan, np.inf, np.nan])
    assert ml.nanargmin(da.from_array(b, chunks=2)).compute() == 2


@pytest.mark.parametrize("split_every", [2, 3, 16])
def test_the_tree_of_merges_is_as_wide_as_dask_is_told(split_every: int) -> None:
    """`split_every` of Dask's configuration sets the tree, and changes no answer."""
    a = np.random.default_rng(3).integers(0, 3, 100)
    x = da.from_array(a, chunks=5)
    with dask.config.set(split_every=split_every):
        lazy = ml.argmax(x, ties="last")
    merges = [key for key in lazy.__dask_graph__() if "merge" in str(key[0])]
    assert len(merges) == {2: 10 + 5 + 2 + 1, 3: 7 + 2, 16: 2}[split_every]
    assert_same(lazy, ml.argmax(a, ties="last"))


# --- sizes that nobody knows ----------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_chunks_of_unknown_sizes_have_their_offsets_at_the_end(name: str) -> None:
    """A selection's chunks are of any size, some of none; the index is that into the selection."""
    a = np.random.default_rng(11).integers(0, 40, 100).astype(float)
    a[20:30] = 0
    x = da.from_array(a, chunks=10)
    assert_same(ask(name, x[x > 6], 0), ask(name, a[a > 6], 0))
    if name != "top_k":
        assert_same(ask(name, x[x > 6], None), ask(name, a[a > 6], None))


@pytest.mark.parametrize("axis", [None, 0, 1, (1, 0)], ids=repr)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_sizes_may_be_unknown_along_kept_and_reduced_axes(name: str, axis: Any) -> None:
    """Rows and columns are selected: what is kept and what is reduced are both of unknown sizes."""
    rng = np.random.default_rng(13)
    a = rng.integers(0, 5, (12, 15)).astype(float)
    rows, columns = rng.random(12) < 0.5, rng.random(15) < 0.6
    rows[3:6] = False
    x = da.from_array(a, chunks=(3, (4, 1, 10)))
    y = x[da.from_array(rows, chunks=3)][:, da.from_array(columns, chunks=((4, 1, 10),))]
    assert np.isnan(y.shape).all()
    b = a[rows][:, columns]
    words = {} if name == "top_k" else {"ties": "last"}
    assert_same(ask(name, y, axis, **words), ask(name, b, axis, **words))
    if name != "top_k":
        want = ask(name, b, axis, where=b > 1, default=-1)
        assert_same(ask(name, y, axis, where=y > 1, default=-1), want)


def test_errors_about_unknown_sizes_come_at_the_end() -> None:
    """Whether a selection is empty, or has k elements, is known when it has been made."""
    x = da.arange(10, chunks=3)
    nothing = ml.argmin(x[x > 99])
    with pytest.raises(ValueError, match="attempt to get argmin of an empty sequence"):
        nothing.compute()
    assert ml.argmin(x[x > 99], default=-1).compute() == -1
    with pytest.raises(ValueError, match="cannot give k=5"):
        ml.top_k(x[x > 7], 5)[0].compute()
    with pytest.raises(ValueError, match="not all sizes are known"):
        ml.argmin(x[x > 3], where=np.ones(6, bool))


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
        with pytest.raises(ValueError, match=r"5, (0, )?6\)") as expected:
            ask(name, a, 1, **words)
        lazy = as_arrays(ask(name, da.from_array(a, chunks=(3, 2, 4)), 1, **words))[0]
        with pytest.raises(ValueError, match="index") as raised:
            lazy.compute()
        assert str(raised.value) == str(expected.value)


def test_an_error_in_a_block_of_unknown_place_names_the_block() -> None:
    """How far from the beginning it is, nobody has counted."""
    a = np.zeros((6, 4))
    a[4] = np.nan
    x = da.from_array(a, chunks=2)
    lazy = ml.nanargmin(x[x[:, 0] != 1], axis=1)
    with pytest.raises(ValueError, match=r"at index \(0 of block 2,\) of the result"):
        lazy.compute()


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
    assert 16_000 <= sizeof(one) < 17_000
    assert sizeof(one.merge(ml.Partial.of("findmin", np.zeros((2, 1000)), axis=0))) < 17_000


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
