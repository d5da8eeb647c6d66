"""Stores and memory maps give the answer of the array in them, and are never whole in memory."""

import ctypes
import functools
import math
import mmap
import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dask.array
import h5py
import hypothesis.strategies as st
import numpy as np
import pytest
import zarr
from arrays import Array, fill
from hypothesis import given, settings
from masks import mask
from raised import slice_of
from test_partial import FUNCTIONS, NAN_FORMS, called, same

import minloc
from minloc import _core
from minloc._adapters import chunk_files, memmap, stores, whole_chunks
from minloc._streams import grid, stream

#: The package, as one that its stubs do not know: they take what NumPy takes.
public: Any = minloc


def ask(function: str, a: Any, *args: Any, **words: Any) -> Any:
    """Return the answer that the door of the package gives, whatever the core would say."""
    return _core.hand_on(function, a, *args, **words)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make boxes of a few elements, so that small arrays have many."""
    monkeypatch.setattr(grid, "BYTES_AT_ONCE", 600)
    monkeypatch.setattr(stores, "BYTES_AT_ONCE", 600)
    monkeypatch.setattr(whole_chunks, "BYTES_AT_ONCE", 600)
    monkeypatch.setattr(chunk_files, "LARGE", 0)
    monkeypatch.setattr(memmap, "LARGE", 0)


class Plain:
    """Anything that has a shape, a dtype and chunks, and gives slices."""

    def __init__(self, a: Array, chunks: tuple[int, ...] | None) -> None:
        self.a, self.chunks = a, chunks
        self.shape, self.dtype = a.shape, a.dtype
        self.met = np.zeros(a.shape, int)
        self.threads: set[str] = set()

    def __getitem__(self, key: Any) -> Array:
        self.met[key] += 1
        self.threads.add(threading.current_thread().name)
        part: Array = self.a[key].copy()
        return part


def as_zarr(path: Path, a: Array, **words: Any) -> Any:
    """Write an array as a Zarr store of version 3."""
    store = zarr.create_array(path / "a.zarr", shape=a.shape, dtype=a.dtype, name="x/y", **words)
    store[...] = a
    return zarr.open_array(path / "a.zarr", path="x/y", mode="r")


def as_hdf5(path: Path, a: Array, **words: Any) -> Any:
    """Write an array as a dataset of an HDF5 file."""
    with h5py.File(path / "a.h5", "w") as file:
        file.create_dataset("x/y", data=a, **words)
    return h5py.File(path / "a.h5", "r")["x/y"]


def as_map(path: Path, a: Array, **words: Any) -> Any:
    """Write an array as a .npy file, and map it."""
    np.save(path / "a.npy", words["layout"](a))
    return np.load(path / "a.npy", mmap_mode="r")


Opened = Callable[[Path, Array], Any]
STORES: dict[str, Opened] = {
    "zarr": lambda path, a: as_zarr(path, a, chunks=(2, 4, 3)),
    "zarr, shards": lambda path, a: as_zarr(path, a, chunks=(2, 4, 3), shards=(4, 4, 6)),
    "zarr, no codec": lambda path, a: as_zarr(path, a, chunks=(3, 4, 5), compressors=None),
    "hdf5, gzip": lambda path, a: as_hdf5(path, a, chunks=(2, 5, 4), compression="gzip"),
    "hdf5, contiguous": lambda path, a: as_hdf5(path, a),
    "plain": lambda path, a: Plain(a, (3, 2, 4)),
    "plain, one chunk": lambda path, a: Plain(a, a.shape),
    "map": lambda path, a: as_map(path, a, layout=np.ascontiguousarray),
    "map, Fortran": lambda path, a: as_map(path, a, layout=np.asfortranarray),
}
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


# --- memory maps ----------------------------------------------------------------------------------


@pytest.fixture
def npy(tmp_path: Path) -> Iterator[Path]:
    """Write a file of random numbers."""
    path = tmp_path / "a.npy"
    np.save(path, np.random.default_rng(4).random((300, 70)))
    yield path
    os.unlink(path)


@pytest.mark.usefixtures("small")
def test_pages_that_are_nowhere_else_are_kept(npy: Path) -> None:
    """What was written to a map of mode "c" stays, and is seen."""
    a = np.load(npy, mmap_mode="c")
    a[123, 45], a[7] = -1, 5
    assert not memmap._may_be_released(a)
    assert ask("argmin", a) == 123 * 70 + 45
    assert ask("argmax", a) == 7 * 70
    assert a[123, 45] == -1
    assert (a[7] == 5).all()


@pytest.mark.usefixtures("small")
@pytest.mark.skipif(sys.platform != "linux", reason="pages are not given back here")
def test_pages_that_are_locked_in_memory_stay_there(npy: Path) -> None:
    """A program that has locked its memory is answered, and keeps its pages."""
    a = np.load(npy, mmap_mode="r")
    pages = (
        ctypes.c_void_p(a.ctypes.data - a.ctypes.data % mmap.PAGESIZE),
        ctypes.c_size_t(a.nbytes),
    )
    libc = ctypes.CDLL(None)
    if libc.mlock(*pages) != 0:
        pytest.skip("this process may not lock memory")
    try:
        assert memmap._may_be_released(a)
        assert ask("argmin", a) == np.argmin(a)
    finally:
        libc.munlock(*pages)


@pytest.mark.usefixtures("small")
def test_what_is_written_to_a_shared_map_stays(npy: Path) -> None:
    """In memory and in the file, flushed or not."""
    a = np.load(npy, mmap_mode="r+")
    a[123, 45] = -1
    assert memmap._may_be_released(a)
    assert ask("argmin", a) == 123 * 70 + 45
    assert a[123, 45] == -1
    assert np.load(npy)[123, 45] == -1


@pytest.mark.usefixtures("small")
def test_views_of_maps(npy: Path) -> None:
    """A part of a map that is one run of memory is read like it, any other as an array."""
    a = np.load(npy, mmap_mode="r")
    for view, released in (
        (a[100:], True), (a[7], True), (a.T, True), (a.view("u8"), True), (a.reshape(-1), True),
        (a[:, 3], False), (a[::2], False), (a[::-1], False),
        (np.load(npy).view(np.memmap), False),
    ):  # fmt: skip
        assert memmap._may_be_released(view) is released
        for axis in None, 0:
            want = minloc.argmin(np.array(view), axis)
            assert np.array_equal(ask("argmin", view, axis), want)
    out = np.zeros(70, int)
    assert ask("argmin", a, 0, out) is out
    assert np.array_equal(out, minloc.argmin(np.array(a), 0))
    assert np.array_equal(ask("argmin", a, axis=0, out=None), out)


# --- memory ---------------------------------------------------------------------------------------

PROGRAM = """
import sys
import numpy as np
import minloc
from minloc import _core

def peak():  # as ru_maxrss, which would begin with that of the parent
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) >> 10 for line in status if line.startswith("VmHWM"))

kind, path = sys.argv[1:]
if kind == "zarr":
    import zarr
    a = zarr.open(path, mode="r")
elif kind == "hdf5":
    import h5py
    a = h5py.File(path)["x"]
else:
    a = np.load(path, mmap_mode="r")
small = np.zeros((5, 5), "f4")
minloc.argmin(small), minloc.Partial.of("argmin", small).finish()
a[:1, :1]
before = peak()
for axis in None, 0, 1:
    answer = _core.hand_on("argmin", a, axis)
    print(answer if axis is None else np.flatnonzero(answer == (12345, 6789)[axis]).tolist())
print(a.size * a.dtype.itemsize >> 20, peak() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/status")
@pytest.mark.parametrize("kind", ["zarr", "hdf5", "npy"])
def test_memory_is_bounded(tmp_path: Path, kind: str) -> None:
    """A store of 512 MB, compressed where that is possible, is answered in a quarter of that."""
    shape, chunk = (16384, 8192), (1024, 1024)
    path = str(tmp_path / f"a.{kind}")
    a: Any
    if kind == "zarr":
        a = zarr.create_array(path, shape=shape, chunks=chunk, dtype="f4")
    elif kind == "hdf5":
        file = h5py.File(path, "w")
        a = file.create_dataset("x", shape, "f4", chunks=chunk, compression="lzf")
    else:
        a = np.lib.format.open_memmap(path, "w+", "f4", shape)
    rows = np.tile(np.arange(1, 1025, dtype="f4"), (1024, 8))
    for i in range(0, shape[0], 1024):
        part = rows.copy()
        if i <= 12345 < i + 1024:
            part[12345 - i, 6789] = -1
        a[i : i + 1024] = part
    if kind == "hdf5":
        file.close()
    del a
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), kind, path],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    whole, column, row, sizes = done.stdout.splitlines()
    assert int(whole) == 12345 * shape[1] + 6789
    assert eval(column) == [6789]
    assert eval(row) == [12345]
    size, peak = map(int, sizes.split())
    assert size == 512
    assert peak < 130, f"{peak} MB more than before"


def test_at_most_a_few_boxes_are_in_memory() -> None:
    """Chunks that are large are read one or two at a time."""
    alive, most, lock = 0, 0, threading.Lock()

    class Counted(np.ndarray[Any, Any]):
        def __del__(self) -> None:
            nonlocal alive
            with lock:
                alive -= 1

    class Large(Plain):
        def __getitem__(self, key: Any) -> Array:
            nonlocal alive, most
            part = np.broadcast_to(self.a[:1, :1], [s.stop - s.start for s in key])
            counted = part.view(Counted)
            with lock:
                alive += 1
                most = max(most, alive)
            return counted

    def answer(megabytes: int) -> int:
        nonlocal most
        most = 0
        rows = megabytes << 7
        a = np.broadcast_to(np.zeros(1), (20 * rows, 1024))
        assert stream("argmin", whole_chunks.WholeChunks(Large(a, (rows, 1024))), {}).finish() == 0
        return most

    assert answer(20) <= 3
    assert answer(70) == 1


def test_the_functions_themselves_take_maps_and_progress(tmp_path: Path) -> None:
    """A large map is let go of behind the search, a plain array has no progress."""
    path = tmp_path / "large.npy"
    np.save(path, np.arange(9_000_000)[::-1])
    done: list[tuple[int, int]] = []
    words: Any = {"progress": lambda *told: done.append(told)}
    assert minloc.argmin(np.load(path, mmap_mode="r"), **words) == 8_999_999
    assert done[-1] == (72_000_000, 72_000_000)
    with pytest.raises(TypeError, match="unexpected keyword argument 'progress'"):
        minloc.argmin(np.zeros(3), **words)
