"""Windows over chunks, of Dask, stores and memory maps: the oracle's answers for the whole."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from minloc.reference_windows import moving, running
from support.boxes import boxes_of

ml: Any = minloc  # which promises less of arrays that are not NumPy's
RNG = np.random.default_rng(7)
#: Few values, so that ties lie on both sides of every border.
A = RNG.integers(0, 4, (3, 23)).astype(float)
GAPS = np.where(RNG.random(A.shape) < 0.3, nan, A)
HOLES = RNG.random(A.shape) < 0.6

WORDS: list[dict[str, Any]] = [
    {},
    {"ties": "last", "step": 3},
    {"center": True, "step": 2, "dtype": "int32"},
    {"partial": True, "min_count": 1, "relative": True},
    {"partial": True, "center": True, "min_count": 2, "default": -7, "step": 5},
    {"partial": True, "default": -1, "relative": True, "ties": "last"},
    {"nan_policy": "omit", "default": -1},
    {"nan_policy": "omit", "partial": True, "center": True, "default": -1, "min_count": 1},
]


class Store:
    """The least that is a store."""

    def __init__(self, a: Any, chunks: tuple[int, ...] | None) -> None:
        self.a, self.shape, self.dtype, self.chunks = a, a.shape, a.dtype, chunks
        self.most = 0

    def __getitem__(self, key: Any) -> Any:
        part = np.array(self.a[key])
        self.most = max(self.most, part.nbytes)
        return part


def lazily(a: Any, chunks: Any) -> Any:
    """Return a Dask array with chunks of so many elements."""
    return pytest.importorskip("dask.array").from_array(a, chunks=chunks)


def computed(found: Any) -> Any:
    """Compute with threads, which end in any order."""
    return found.compute(scheduler="threads", num_workers=2)


#: Axes and windows, which are asked in chunks of so many elements.
CUT: list[Any] = [(1, 4, 2), (1, 4, 7), (1, 60, 5), (0, 2, 2), ((0, 1), (2, 5), 7)]


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("where", [None, HOLES])
def test_windows_across_the_chunks_of_dask(words: dict[str, Any], where: Any) -> None:
    """Short and long windows, short and long chunks, ties and NaN on both sides of each border."""
    a = A if where is None else GAPS
    if where is not None:
        words = {"default": -1, **words, "where": where}
    for axis, window, chunks in CUT:
        words_here = {**words}
        if where is not None and chunks == 7:
            words_here["where"] = lazily(where, 3)
        x = lazily(a, chunks)
        got = ml.moving_argmin(x, window, axis, **words_here)
        dtype = words.get("dtype", np.intp)
        want = moving(a, window, axis, **{k: v for k, v in words.items() if k != "dtype"})
        assert got.shape == want.shape
        assert got.dtype == dtype
        found = computed(got)
        assert found.dtype == dtype
        assert found.tolist() == want.tolist(), (axis, window, chunks)


@pytest.mark.parametrize("ties", ["first", "last"])
@pytest.mark.parametrize("nan_policy", ["propagate", "omit"])
def test_running_answers_across_the_chunks_of_dask(ties: str, nan_policy: str) -> None:
    """The best so far goes from chunk to chunk."""
    a = GAPS
    for axis, chunks, where in itertools.product((0, 1), (2, 7), (None, np.arange(23) > 9)):
        words: dict[str, Any] = {"ties": ties, "nan_policy": nan_policy, "default": -1}
        if where is not None:
            words["where"] = where
        got = computed(ml.running_argmax(lazily(a, chunks), axis, **words))
        assert got.tolist() == running(a, axis, largest=True, **words).tolist()


def test_dask_gives_values_lines_and_errors() -> None:
    """Elements beside indices, arrays flattened, and the place of a bad window in the whole."""
    x = lazily(GAPS, 5)
    found = ml.moving_findmax(x, 4, nan_policy="omit", default=-1)
    want = minloc.moving_findmax(GAPS, 4, nan_policy="omit", default=-1)
    np.testing.assert_array_equal(computed(found.values), want.values)
    assert computed(found.indices).tolist() == want.indices.tolist()
    flat = ml.moving_argmin(x, 6, None, where=lazily(HOLES, 4), default=-1)
    assert computed(flat).tolist() == moving(GAPS, 6, None, where=HOLES, default=-1).tolist()
    line = np.arange(20.0)
    line[13] = nan
    with pytest.raises(ValueError, match="NaN") as info:
        computed(ml.moving_argmin(lazily(line, 6), 2, nan_policy="raise"))
    assert info.value.index == (12,)  # type: ignore[attr-defined]
    line[12:15] = nan
    with pytest.raises(ValueError, match="All-NaN") as info:
        computed(ml.moving_argmin(lazily(line, 6), 3, nan_policy="omit"))
    assert info.value.index == (12,)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="All-NaN") as info:
        computed(ml.running_argmin(lazily(line[12:], 2), nan_policy="omit"))
    assert info.value.index in [(0,), (1,), (2,)]  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=r"running_argmin\(\) met a NaN") as info:
        computed(ml.running_argmin(lazily(line, 6), nan_policy="raise"))
    assert info.value.index[0] >= 12  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="window must be at least 1"):
        ml.moving_argmin(x, 0)
    with pytest.raises(ValueError, match=r"unknown sizes.*compute_chunk_sizes"):
        ml.moving_argmin(x[0][x[0] > 1], 2)
    assert ml.moving_argmin(x, 24).shape == (3, 0)


@pytest.mark.parametrize("dtype", [">f8", ">i2", ">c16", ">M8[D]"])
def test_elements_keep_their_byte_order(dtype: str) -> None:
    """Where chunks are joined, too, as their Dask array says that they do."""
    a = A[0].astype("i8").astype(dtype)
    for chunks in (23,), (9, 14):
        x = lazily(a, (chunks,))
        for words in {}, {"partial": True, "min_count": 1, "center": True}:
            got, want = ml.moving_findmin(x, 6, **words), ml.moving_findmin(a, 6, **words)
            values = computed(got.values)
            assert got.values.dtype.str == values.dtype.str == want.values.dtype.str == dtype
            assert values.tolist() == want.values.tolist()
            assert computed(got.indices).tolist() == want.indices.tolist()


def test_a_window_reads_only_the_part_of_a_neighbour() -> None:
    """No chunk is asked as a whole but the one where windows stand."""
    from minloc._adapters.dask_windows import merged

    assert merged((4, 4, 4), 3) == (4, 4, 4)
    assert merged((2, 2, 2, 2, 1), 3) == (4, 5)
    assert merged((5,), 9) == (5,)
    assert sum(merged((1, 0, 3, 0, 1), 2)) == 5
    graph = dict(ml.moving_argmin(lazily(np.arange(30.0), 10), 3).__dask_graph__())
    parts = [key for key in graph if isinstance(key, tuple) and "part" in key[0]]
    assert len(parts) == 2


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("chunks", [None, (1, 4), (2, 9)])
def test_windows_of_stores(words: dict[str, Any], chunks: Any) -> None:
    """Read in boxes that overlap, of an element or of several chunks."""
    plain = {k: v for k, v in words.items() if k != "dtype"}
    masked = {"default": -1, **plain, "where": HOLES}
    along: list[Any] = [(1, 4), (1, 60), (0, 2), ((1, 0), (5, 2))]
    for axis, window in along:
        want = moving(A, window, axis, largest=True, **plain).tolist()
        of_some = moving(GAPS, window, axis, largest=True, **masked).tolist()
        for limit in 8, 100:
            with boxes_of(limit):
                got = ml.moving_argmax(Store(A, chunks), window, axis, **words)
                there = ml.moving_argmax(Store(GAPS, chunks), window, axis, **masked)
            assert got.tolist() == want
            assert there.tolist() == of_some


def test_running_answers_of_stores() -> None:
    """In order along the axis, whatever lies beside it."""
    for a, axis, ties, limit in itertools.product((A, GAPS), (0, 1), ("first", "last"), (8, 100)):
        words: dict[str, Any] = {"ties": ties, "nan_policy": "omit", "default": -1}
        for where in {}, {"where": HOLES}:
            with boxes_of(limit):
                got = ml.running_argmin(Store(a, (2, 5)), axis, **words, **where)
            assert got.tolist() == running(a, axis, **words, **where).tolist()


def test_stores_are_read_in_pieces() -> None:
    """Values, errors, and no more at once than a few boxes."""
    a = np.arange(5000.0)[::-1].copy()
    store = Store(a, (10,))
    with boxes_of(800):
        found = ml.moving_findmin(store, 5)
        assert store.most <= 2 * 800
        assert found.indices.tolist() == list(range(4, 5000))
        assert found.values.tolist() == a[4:].tolist()
        a[3000] = nan
        with pytest.raises(ValueError, match="NaN") as info:
            ml.moving_argmin(store, 5, nan_policy="raise")
        assert info.value.index == (2996,)  # type: ignore[attr-defined]
        with pytest.raises(TypeError, match="read in pieces needs an axis"):
            ml.moving_argmin(Store(np.ones((9, 90)), (1, 4)), 2, None)
        done: list[int] = []
        ml.moving_argmin(store, 5, progress=lambda at, of: done.append(at))
        assert done[-1] == a.nbytes


@pytest.mark.parametrize("library", ["zarr", "h5py"])
def test_real_stores(library: str, tmp_path: Path) -> None:
    """Zarr and HDF5, larger than what is read at once."""
    module = pytest.importorskip(library)
    a = RNG.integers(0, 9, (20, 3000)).astype("f4")
    if library == "zarr":
        store = module.create_array(str(tmp_path / "a.zarr"), shape=a.shape, dtype="f4",
                                    chunks=(4, 500), compressors=None)  # fmt: skip
        store[...] = a
    else:
        store = module.File(tmp_path / "a.h5", "w").create_dataset("a", data=a, chunks=(4, 500))
    with boxes_of(1 << 14):
        got = ml.moving_argmin(store, 700, partial=True, min_count=1)
        run = ml.running_argmin(store, 0, ties="last")
    assert (got == minloc.moving_argmin(a, 700, partial=True, min_count=1)).all()
    assert (run == minloc.running_argmin(a, 0, ties="last")).all()


def test_memory_maps(tmp_path: Path) -> None:
    """Large ones are read in windows of the file, and the class stays."""
    mapped = np.memmap(tmp_path / "map", "f8", "w+", shape=A.shape)
    mapped[...] = A
    for axis in 0, 1, None:
        want = moving(A, 2, axis).tolist()
        for limit in 16, 1 << 20:
            with boxes_of(limit):
                got = minloc._core.hand_on("moving_argmin", mapped, 2, axis)
            assert got.tolist() == want
            assert type(got) is np.memmap
