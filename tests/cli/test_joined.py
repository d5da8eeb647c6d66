"""The arrays of several files as one: what was read before is never taken for what is read now."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from minloc._cli.cluster import _opened
from minloc._cli.expression import Expression
from minloc._cli.formats.arrays import Arrays, Variable
from minloc._cli.formats.missing import Missing
from minloc._cli.joined import Joined
from minloc._cli.mask import Mask
from support.command import Run

WHOLE = (slice(0, 4),)


class Store:
    """A store of one number."""

    shape, dtype, chunks = (4,), np.dtype(float), (4,)

    def __init__(self, number: float) -> None:
        self.number = number
        self.times = 0

    def __getitem__(self, key: Any) -> Any:
        self.times += 1
        return np.full(4, self.number, float)[key]


def joined_of(store: Any) -> Joined:
    """Return a store as the array of a file."""
    variable = Variable("v", store, ("x",))
    return Joined([Arrays("file", ("v",), lambda name: variable)], [variable], 1 << 20)


def test_a_new_store_at_an_old_address_is_read() -> None:
    """Python gives memory out again, and with it the identity of an object that has gone."""
    addresses = set()
    for number in range(20):
        store = Store(number)
        addresses.add(id(store))
        assert joined_of(store).read(WHOLE).tolist() == [number] * 4
        del store
    assert len(addresses) < 20


def test_values_and_mask_are_read_once() -> None:
    """For which the last region that was read is kept."""
    store = Store(7)
    joined = joined_of(store)
    mask = Mask(joined, Expression.parse("v > 3"))
    assert mask[WHOLE].all()
    assert joined.read(WHOLE).tolist() == [7.0] * 4
    assert store.times == 1


def test_workers_open_files_again_for_every_run(tmp_path: Path) -> None:
    """A file that was replaced since the last run is another."""
    for run, number in ("first", 3.0), ("second", 5.0):
        (tmp_path / "a.h5").unlink(missing_ok=True)
        with h5py.File(tmp_path / "a.h5", "w") as file:
            file["v"] = np.full(4, number)
        for _ in range(2):
            joined, _ = _opened(run, (str(tmp_path / "a.h5"),), ("v",), None, 1 << 20, 1 << 20)
            assert joined.read(WHOLE).tolist() == [number] * 4
    _opened.cache_clear()


def test_what_is_missing_is_found_out_once(
    run: Run, climate: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each variable that a condition names, not for each box of it."""
    made = []
    find_out = Missing.of

    def of(attributes: Any, dtype: Any) -> Any:
        made.append(dtype)
        return find_out(attributes, dtype)

    monkeypatch.setattr(Missing, "of", of)
    words = ["-w", "lat > 0 and lon < 180", "--memory", "1MB"]
    np.save("large.npy", np.zeros((300, 1000)))
    assert run("large.npy", "-w", "value < 1 and axis0 > 3", "--memory", "1MB").status == 0
    assert len(made) == 2  # of the array, and of the array in the condition
    made.clear()
    assert run("one.nc", *words).status == 0
    assert len(made) == 3
