"""Stores give the answer of the array in them, whatever their chunks."""

import functools
import math
import sys
import threading
from pathlib import Path
from typing import Any

import dask.array
import hypothesis.strategies as st
import numpy as np
import pytest
import zarr
from hypothesis import given, settings

import minloc
from minloc._adapters import chunk_files, stores
from minloc._streams import grid
from support.answers import FUNCTIONS, NAN_FORMS, called, same
from support.arrays import Array, fill
from support.masks import mask
from support.raised import slice_of
from support.stores import STORES, Plain, as_hdf5, as_map, as_zarr, ask, public

AXES: list[Any] = [None, 0, -1, (0, 2), (2, 1, 0), ()]


@pytest.mark.parametrize("kind", STORES)
@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.usefixtures("small")
def test_a_store_gives_the_answer_of_its_array(tmp_path: Path, kind: str, function: str) -> None:
    """Or its error: every function, over all axes, with ties and NaN on both sides of borders."""
    a = fill("few values", "f4", (7, 6, 10))
    a[2:4, 3:5, 2:9] = np.nan
    store = STORES[kind](tmp_path, a)
    asked = getattr(minloc, function)
    dressed = np.memmap if kind.startswith("map") and function != "top_k" else np.ndarray
    for number, axis in enumerate(AXES):
        words: dict[str, Any] = {"axis": axis}
        k = [3] if function == "top_k" else []
        if not k:
            words["ties"] = ["first", "last"][number % 2]
            words["keepdims"] = number % 4 == 3
        if function not in NAN_FORMS:
            words["nan_policy"] = ["propagate", "omit", "raise"][number % 3]
        for chosen in ("none", "some") if number % 2 else ("none", "along", "few"):
            if chosen != "none":
                words["where"] = mask(chosen, a, axis)
            want = called(functools.partial(asked, a, *k, **words))
            got = called(functools.partial(ask, function, store, *k, **words))
            for x in got if isinstance(got, tuple) else (got,):
                assert type(x) is dressed or not isinstance(x, np.ndarray)
            if isinstance(got, tuple):
                got = type(want)(*map(np.asarray, got)) if hasattr(got, "_fields") else got
            assert same(plain(got), plain(want)), (axis, words)


def plain(answer: Any) -> Any:
    """Return an answer with plain arrays, as which scalars come too."""
    if isinstance(answer, tuple):
        return tuple(np.asarray(x) for x in answer)
    return answer if isinstance(answer, Exception) else np.asarray(answer)


@pytest.mark.parametrize("kind", [kind for kind in STORES if not kind.startswith("map")])
@pytest.mark.usefixtures("small")
def test_public_functions_take_stores(tmp_path: Path, kind: str) -> None:
    """Called like any array."""
    a = np.random.default_rng(0).integers(0, 9, (6, 7, 8))
    store = STORES[kind](tmp_path, a)
    assert public.argmin(store) == minloc.argmin(a)
    assert type(public.argmax(store)) is np.intp
    assert np.array_equal(public.argmax(store, 1, dtype="i4"), minloc.argmax(a, 1, dtype="i4"))
    assert np.array_equal(public.top_k(store, 3).indices, minloc.top_k(a, 3).indices)


@pytest.mark.parametrize("dtype", ["?", "u1", "i8", "f2", ">f8", "D", "M8[s]", "S3"])
@pytest.mark.usefixtures("small")
def test_dtypes(tmp_path: Path, dtype: str) -> None:
    """Elements of any dtype come out as they went in."""
    a = (np.arange(2000) * 7 % 97).astype("i8").astype(dtype).reshape(20, 100)
    for store in (
        Plain(a, (3, 7)),
        as_map(tmp_path, a, layout=np.asarray),
        *([as_zarr(tmp_path, a, chunks=(3, 40), compressors=None)] if dtype != "S3" else []),
        *([as_hdf5(tmp_path, a, chunks=(3, 40))] if dtype != "M8[s]" else []),
    ):
        got, want = ask("findmax", store, axis=0), minloc.findmax(a, axis=0)
        assert np.array_equal(got.indices, want.indices)
        assert np.array_equal(got.values, want.values)
        assert np.asarray(got.values).dtype.newbyteorder("=") == a.dtype.newbyteorder("=")


# --- chunks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunks", [None, (1, 1), (3, 4), (10, 30), (2, 100), (99, 99)])
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.usefixtures("small")
def test_every_element_is_read_once(chunks: Any, axis: Any) -> None:
    """Whatever the chunks, and by several threads."""
    a = np.random.default_rng(1).random((40, 50))
    store = Plain(a, chunks)
    assert np.array_equal(public.argmin(store, axis), minloc.argmin(a, axis))
    assert (store.met == 1).all()
    assert threading.main_thread().name not in store.threads


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 70)), min_size=1, max_size=3),
    st.integers(1, 16),
)
@settings(max_examples=200, deadline=None)
def test_boxes_are_whole_chunks_and_cover_the_array(
    axes: list[tuple[int, int]], itemsize: int
) -> None:
    """As large as what is read at once, unless a chunk is larger."""
    shape, chunk = zip(*axes, strict=True)
    before, grid.BYTES_AT_ONCE = grid.BYTES_AT_ONCE, 500
    try:
        box = grid.grouped(shape, chunk, itemsize)
    finally:
        grid.BYTES_AT_ONCE = before
    one = [min(n, c) for n, c in zip(shape, chunk, strict=True)]
    assert all(b == n or b % c == 0 for b, n, c in zip(box, shape, one, strict=True))
    assert math.prod(box) * itemsize <= max(500, math.prod(one) * itemsize)
    met = np.zeros(shape, int)
    for part in grid.boxes(shape, box, range(len(shape))):
        met[part] += 1
    assert (met == 1).all()


@pytest.mark.usefixtures("small")
def test_chunk_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks that lie in files as they are, at the edges too, and those that were never written."""
    monkeypatch.setattr(zarr, "__version__", "3.1.3")
    a = np.random.default_rng(2).random((10, 33))
    store = zarr.create_array(
        tmp_path / "a.zarr", shape=a.shape, chunks=(4, 8), dtype="f8", compressors=None,
        fill_value=0.5,
    )  # fmt: skip
    assert chunk_files.knows(store)
    store[:8] = a[:8]
    assert public.argmin(store) == minloc.argmin(a[:8])
    assert public.argmin(store, axis=1)[8:].tolist() == [0, 0]
    with open(tmp_path / "a.zarr" / "c" / "0" / "1", "r+b") as file:
        file.truncate(100)
    with pytest.raises(ValueError, match=r"shape|size|buffer"):
        public.argmin(store)
    for words in (
        {"compressors": "auto"}, {"dtype": ">f8", "compressors": None},
        {"shards": (8, 16)}, {"zarr_format": 2, "compressors": None},
    ):  # fmt: skip
        other = zarr.create_array(
            tmp_path / "b.zarr", shape=a.shape, chunks=(4, 8), overwrite=True,
            **{"dtype": "f8", **words},
        )  # fmt: skip
        assert not chunk_files.knows(other)
        other[...] = a.astype(other.dtype)
        assert public.argmin(other) == minloc.argmin(a.astype(other.dtype))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("version", "maps"),
    [("3.0.8", False), ("3.1.2", False), ("3.1.3", True), ("3.2", True), ("3.10.1.dev3", True)],
)
def test_files_that_zarr_cuts_are_not_mapped(
    version: str, maps: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chunk's file is mapped only where zarr replaces it whole when the chunk is written."""
    monkeypatch.setattr(zarr, "__version__", version)
    store = as_zarr(
        tmp_path / "a.zarr", np.arange(96.0).reshape(12, 8), chunks=(4, 8), compressors=None
    )
    assert chunk_files.knows(store) == maps
    assert public.argmax(store) == 95


def test_what_is_no_store() -> None:
    """Arrays of other libraries have their own ways."""
    a = np.zeros((4, 6))
    assert stores.knows(Plain(a, (2, 3)))
    assert stores.knows(Plain(a, None))
    chunked: Any = dask.array
    assert not stores.knows(chunked.from_array(a, (2, 3)))
    assert not stores.knows(chunked.from_array(a[0, 0]))
    assert not stores.knows(a)
    assert not stores.knows(a[0, 0])
    assert not stores.knows([1, 2])
    plain = Plain(a, (2, 3))
    plain.chunks = ((2, 2), (3, 3))  # type: ignore[assignment]
    assert not stores.knows(plain)
    assert np.array_equal(public.argmin(Plain(a[:0], (1, 6)), 1), [])
    assert public.argmin(Plain(np.array(3.0), ())) == 0


# --- masks, errors, progress ----------------------------------------------------------------------


@pytest.mark.usefixtures("small")
def test_a_mask_may_be_a_store() -> None:
    """It is read box by box, and broadcasts."""
    a = np.random.default_rng(3).random((40, 50))
    for where in a > 0.4, a[0] > 0.4, a[:, :1] > 0.4, np.False_ | (a[:1, :1] > -1):
        store = Plain(where, where.shape)
        want = minloc.argmin(a, axis=1, where=where, default=-1)
        for chosen in store, where, where.tolist():
            got = public.argmin(Plain(a, (3, 50)), axis=1, where=chosen, default=-1)
            assert np.array_equal(got, want)
        assert (store.met >= 1).all()


@pytest.mark.usefixtures("small")
def test_refusals() -> None:
    """With the function's own words, and before anything is read."""
    a = np.zeros((40, 50))
    store = Plain(a, (3, 50))
    for error, match, args, words in (
        (TypeError, "takes no out; copy", (), {"out": np.empty((), int)}),
        (TypeError, "takes no out; copy", (None, np.empty((), int)), {}),
        (ValueError, "ties must be", (), {"ties": "both"}),
        (np.exceptions.AxisError, "axis 2 is out of bounds", (2,), {}),
        (TypeError, "array of bool", (), {"where": a}),
        (ValueError, r"where of shape \(3,\) cannot be broadcast", (), {"where": a[0, :3] == 0}),
    ):  # fmt: skip
        with pytest.raises(error, match=match):
            ask("argmin", store, *args, **words)
    assert not store.met.any()
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        ask("top_k", store)
    with pytest.raises(ValueError, match="dtype int8 cannot hold the largest possible index 1999"):
        ask("argmin", store, dtype="i1")
    a[7, 8] = np.nan
    with pytest.raises(ValueError, match="met a NaN") as raised:
        ask("argmin", store, axis=1, nan_policy="raise")
    assert slice_of(raised) == (7,)


@pytest.mark.usefixtures("small")
def test_an_error_of_reading_comes_out() -> None:
    """As it is, and reading stops."""

    class Broken(Plain):
        def __getitem__(self, key: Any) -> Array:
            if len(self.threads) and self.met.sum() > 300:
                raise OSError("the disk is gone")
            return super().__getitem__(key)

    store = Broken(np.zeros((100, 100)), (1, 100))
    with pytest.raises(OSError, match="the disk is gone"):
        public.argmin(store)
    assert store.met.sum() < 2000


@pytest.mark.usefixtures("small")
def test_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar of tqdm on stderr in bytes, or a function that is told."""
    a = np.zeros((40, 50))
    store = Plain(a, (3, 50))
    assert ask("argmin", store, progress=True) == 0
    shown = capsys.readouterr()
    assert "argmin: 100%" in shown.err
    assert "15.6k/15.6k" in shown.err
    assert shown.out == ""
    told: list[tuple[int, int]] = []
    ask("argmin", store, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (a.nbytes, a.nbytes)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert len(told) > 5
    ask("argmin", store, progress=False)
    assert capsys.readouterr().err == ""
    with pytest.raises(TypeError, match="progress must be True, False, or a function"):
        ask("argmin", store, progress="yes")
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"tqdm.*pip install minloc\[progress\]"):
        ask("argmin", store, progress=True)
