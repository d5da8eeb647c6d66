"""A cluster of worker processes gives the answers of one array, also when one of them is killed."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import minloc
from support.raised import slice_of

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")
da = pytest.importorskip("dask.array")

ml: Any = minloc  # which promises nothing of arrays that are not NumPy's


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Start three worker processes, which are started again when they die."""
    settings = {
        "distributed.scheduler.allowed-failures": 10,
        "distributed.comm.timeouts.connect": "60s",
        "distributed.admin.log-length": 0,
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def test_workers_give_the_answer_of_one_array(client: Any) -> None:
    """Partials travel between processes, and ties are settled as on one array."""
    a = np.random.default_rng(1).integers(0, 30, (60, 50)).astype(float)
    a[7, 9] = np.nan
    x = da.from_array(a, chunks=((7, 30, 23), 11))
    lazy: list[Any] = []
    expected: list[Any] = []
    for axis in None, 0, 1, (1, 0):
        for words in {}, {"nan_policy": "omit", "ties": "last"}, {"where": a > 4}:
            lazy += [*ml.argminmax(x, axis, **words), *ml.findmin(x, axis, **words)]
            expected += [*ml.argminmax(a, axis, **words), *ml.findmin(a, axis, **words)]
    lazy += [*ml.top_k(x, 3, axis=0), *ml.minloc(x)]
    expected += [*ml.top_k(a, 3, axis=0), *ml.minloc(a)]
    for got, want in zip(client.gather(client.compute(lazy)), expected, strict=True):
        assert_array_equal(got, want)


def test_workers_count_chunks_of_unknown_sizes(client: Any) -> None:
    """Sizes travel with the partials, from whichever worker they are on."""
    a = np.random.default_rng(2).integers(0, 1000, 5000)
    x = da.from_array(a, chunks=170)
    got = client.compute(ml.argmax(x[x % 7 < 3], ties="last")).result()
    assert got == ml.argmax(a[a % 7 < 3], ties="last")


def test_an_error_of_a_worker_names_the_slice(client: Any) -> None:
    """What is wrong with a slice is raised where the answer is asked for."""
    a = np.zeros((9, 4))
    a[7] = np.nan
    lazy = ml.nanargmin(da.from_array(a, chunks=2), axis=1)
    with pytest.raises(ValueError, match="All-NaN slice encountered") as raised:
        client.compute(lazy).result()
    assert slice_of(raised) == (7,)


def test_a_worker_that_is_killed_changes_no_answer(client: Any, tmp_path: Path) -> None:
    """Its partials are lost and made again on others, in another order."""
    rng = np.random.default_rng(3)
    a = rng.integers(0, 5, (24, 40))

    def slow(chunk: Any, block_id: Any = None) -> Any:
        (tmp_path / f"{block_id[0]}-{block_id[1]}-{os.getpid()}").touch()
        time.sleep(0.15)
        return chunk

    x = da.from_array(a, chunks=(4, 4)).map_blocks(slow, dtype=a.dtype)
    futures = client.compute([ml.argmin(x, ties="last"), *ml.findmax(x, 0)])
    deadline = time.monotonic() + 60
    while len(seen := list(tmp_path.iterdir())) < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    victim = int(seen[0].name.split("-")[-1])
    assert not all(future.done() for future in futures)
    os.kill(victim, signal.SIGKILL)
    last, values, first = client.gather(futures)
    assert last == ml.argmin(a, ties="last")
    assert_array_equal(values, a.max(0))
    assert_array_equal(first, a.argmax(0))
    runs = [path.name.rsplit("-", 1) for path in tmp_path.iterdir()]
    assert len({chunk for chunk, _ in runs}) == 60
    assert len(runs) > 60  # what the dead worker had done, others have done again
    assert len({pid for _, pid in runs}) >= 3
