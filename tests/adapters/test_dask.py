"""Dask arrays get the answers of one array, whatever their chunks and unknown sizes."""

import itertools
from typing import Any

import numpy as np
import pytest

from support.answers import FUNCTIONS
from support.lazy import ask, assert_same, da, dask, ml

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


def arrays_with_ties(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Return numbers that are often equal, and sometimes NaN."""
    a = rng.integers(0, 4, shape).astype(float)
    a[rng.random(shape) < 0.1] = np.nan
    return a


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
    rng = np.random.default_rng([5, *name.encode()])
    shapes = [(6, 5, 7), (5, 7), (7,), (6, 1, 1), (1, 5, 1), ()]
    for chunks, axis in itertools.product(CHUNKS, (None, 1, (2, 0))):
        a = arrays_with_ties(rng, (6, 5, 7))
        x = da.from_array(a, chunks=chunks)
        is_lazy = rng.permutation(len(shapes)) % 2 == 0  # other ones for other functions
        for shape, lazy in zip(shapes, is_lazy, strict=True):
            mask = rng.random(shape) < 0.5
            want = ask(name, a, axis, where=mask, default=-1)
            where = da.from_array(np.asarray(mask), chunks=2) if lazy else mask
            assert_same(ask(name, x, axis, where=where, default=-1), want)


@pytest.mark.parametrize("sizes", [(1,), (1, 0, 0), (0, 1), (0, 0, 1)], ids=repr)
@pytest.mark.parametrize("kept", [False, True])
def test_a_mask_of_length_one_broadcasts_in_any_chunks(sizes: tuple[int, ...], kept: bool) -> None:
    """Some of which are empty; also where the sizes of the array's chunks are not known."""
    a = arrays_with_ties(np.random.default_rng(6), (3, 5))
    mask = da.from_array(np.array([[kept]]), chunks=((1,), sizes))
    for chunks in ((3,), (5,)), ((1, 2), (0, 4, 1)):
        x = da.from_array(a, chunks=chunks)
        unknown = x[da.from_array(np.ones(3, bool), chunks=(chunks[0],))]
        for name, axis in itertools.product(("argmin", "findmax", "argminmax"), (None, 0, 1)):
            want = ask(name, a, axis, where=np.array([[kept]]), default=-1)
            for of_any_size in (x, unknown) if axis != 1 else (x,):
                for where in mask, mask.T:
                    assert_same(ask(name, of_any_size, axis, where=where, default=-1), want)


@pytest.mark.parametrize("shape", [(0,), (0, 0), (0, 3), (3, 0), (17, 64, 3, 257, 0)], ids=repr)
def test_a_mask_without_elements_is_accepted(shape: tuple[int, ...]) -> None:
    """It is put into the chunks of an array that has none either, whatever its own."""
    a = np.empty(shape)
    full = np.empty(shape, bool)
    x = da.from_array(a, chunks=tuple((n // 2, n - n // 2) if n > 1 else (n,) for n in shape))
    for mask in full, full[:1], full[..., :1], da.from_array(full, chunks=5), np.True_:
        plain = np.asarray(mask)
        for axis in (None, *range(len(shape))):
            want = ask("findmin", a, axis, where=plain, default=-1)
            assert_same(ask("findmin", x, axis, where=mask, default=-1), want)
        for axis in (axis for axis, n in enumerate(shape) if n):
            others_are_empty = ask("argmin", a, axis, where=plain)
            assert_same(ask("argmin", x, axis, where=mask), others_are_empty)
        with pytest.raises(ValueError, match="empty sequence"):
            ml.argmin(x, where=mask)


@pytest.mark.parametrize("counts", [(1, 3), (2, 3), (3, 2)], ids=repr)
@pytest.mark.parametrize("shape", [(0,), (4, 0)], ids=repr)
def test_a_mask_without_elements_has_any_number_of_chunks(
    shape: tuple[int, ...], counts: tuple[int, int]
) -> None:
    """Dask leaves those of some such arrays as they are when it rechunks them."""
    a = np.empty(shape)
    chunks = [(*shape[:-1], (0,) * count) for count in counts]
    x = da.from_array(a, chunks=chunks[0])
    mask = da.from_array(a.astype(bool), chunks=chunks[1])
    for axis in None, -1:
        want = ml.argmin(a, axis, default=-1)
        assert_same(ml.argmin(x, axis, where=mask, default=-1), want)


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
