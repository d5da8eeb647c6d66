"""Memory maps are searched without being copied, and their pages are let go of with care."""

import ctypes
import mmap
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import minloc
from minloc._adapters import memmap
from support.stores import ask

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
