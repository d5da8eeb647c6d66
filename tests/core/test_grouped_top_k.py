"""`top_k` of groups: as many as there are elements, slices in more than one piece, and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import minloc
from minloc import _core, _grouped_top_k


def recipe(
    a: NDArray[Any], by: NDArray[Any], groups: int, k: int, largest: bool
) -> NDArray[np.intp]:
    """Return the indices by a sort of all elements, -1 where a group has fewer than k."""
    keys = -a if largest else a  # NaN is last
    order = np.lexsort((np.arange(len(a)), keys, by))
    order = order[by[order] >= 0]
    of = by[order]
    rank = np.arange(len(of)) - np.searchsorted(of, of)
    found = np.full((groups, k), -1)
    found[of[rank < k], rank[rank < k]] = order[rank < k]
    return found


@pytest.mark.parametrize("kind", ["f8", "f4", "i4", "u1", "O"])
@pytest.mark.parametrize("mode", ["smallest", "largest"])
@pytest.mark.parametrize("groups", [3, 5_000])
@pytest.mark.parametrize("rounds", [0, 8])
def test_many_groups(
    monkeypatch: pytest.MonkeyPatch, kind: str, mode: Any, groups: int, rounds: int
) -> None:
    """Ties are in the order of the index, and NaN is last, whatever the number of groups."""
    monkeypatch.setattr(_grouped_top_k, "ROUNDS", rounds)
    rng = np.random.default_rng(groups)
    size = 20_000
    a = rng.integers(0, 50, size).astype(kind)
    if kind[0] == "f":
        a[rng.random(size) < 0.1] = np.nan
    by = rng.integers(-1, groups, size)
    signed = a.astype("i8") if kind == "u1" else a
    want = recipe(signed, by, groups, 4, mode == "largest")
    found = _core.up_to_k(a, 4, mode=mode, by=by, num_groups=groups)
    assert np.array_equal(found.indices, want)
    there = found.indices >= 0
    values, wanted = found.values[there], a[want[there]]
    assert ((values == wanted) | ((values != values) & (wanted != wanted))).all()
    where = rng.random(size) < 0.7
    masked = _core.up_to_k(a, 4, mode=mode, by=by, num_groups=groups, where=where)
    want = recipe(signed, np.where(where, by, -1), groups, 4, mode == "largest")
    assert np.array_equal(masked.indices, want)
    if kind != "O":
        near = _core.up_to_k(a, 4, mode=mode, by=by, num_groups=groups, distance_to=20)
        want = recipe(abs(signed - signed.dtype.type(20)), by, groups, 4, mode == "largest")
        assert np.array_equal(near.indices, want)


@pytest.mark.parametrize("axis", [0, 1, 2, (0, 2), (2, 1)])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("rounds", [0, 8])
def test_slices_in_several_pieces(
    monkeypatch: pytest.MonkeyPatch, axis: int | tuple[int, ...], shared: bool, rounds: int
) -> None:
    """Each slice is answered as it is alone, however many are ranked at once."""
    monkeypatch.setattr(_grouped_top_k, "ELEMENTS", 100)
    monkeypatch.setattr(_grouped_top_k, "ROUNDS", rounds)
    rng = np.random.default_rng(4)
    a = rng.integers(0, 9, (7, 8, 9)) / 1.0
    axes = (axis,) if isinstance(axis, int) else axis
    kept = [i for i in range(3) if i not in axes]
    shape = [a.shape[i] for i in axes]
    if shared:
        by = rng.permutation(np.arange(np.prod(shape)) % 2).reshape(shape)
    else:  # the groups of each slice lie anew
        every = np.arange(a.size).reshape(*[a.shape[i] for i in kept], -1) % 2
        by = rng.permuted(every, axis=-1).reshape([a.shape[i] for i in (*kept, *axes)])
        by = by.transpose(np.argsort([*kept, *axes]))
    target = rng.integers(0, 9, [1 if i in axes else n for i, n in enumerate(a.shape)])
    found = minloc.top_k(a, 2, axis=axis, by=by, distance_to=target)
    place = axis if isinstance(axis, int) else len(kept)
    indices = np.moveaxis(found.indices, (place, place + 1), (-2, -1))
    values = np.moveaxis(found.values, (place, place + 1), (-2, -1))
    lanes = np.moveaxis(a, axes, range(-len(axes), 0)).reshape(*indices.shape[:-2], -1)
    full: NDArray[Any] = by.reshape(-1)
    if not shared:
        full = np.moveaxis(by, axes, range(-len(axes), 0)).reshape(lanes.shape)
    labels = np.broadcast_to(full, lanes.shape)
    near = np.moveaxis(target, axes, range(-len(axes), 0)).reshape(indices.shape[:-2])
    for where in np.ndindex(lanes.shape[:-1]):
        one = recipe(abs(lanes[where] - near[where]), labels[where], 2, 2, True)
        assert np.array_equal(indices[where], one)
        assert np.array_equal(values[where], lanes[where][one])


def test_the_first_group_in_the_result_is_the_error() -> None:
    """A NaN comes before too few candidates of the same group; the others have no say."""
    a = np.array([[1.0, 2.0, np.nan, 4.0], [np.nan, 2.0, 3.0, 4.0]])
    by = [0, 0, 1, 1]
    for axis, index in ((1, (0, 1)), (0, None)):
        labels = by if axis == 1 else [[0, 0, 0, 0], [0, 0, 0, 1]]
        with pytest.raises(ValueError, match=r"top_k\(\) met a NaN") as caught:
            minloc.top_k(a, 1, axis=axis, by=labels, nan_policy="raise")
        assert index is None or caught.value.index == index  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="cannot give k=2 elements of a slice with 1 cand") as few:
        minloc.top_k(a, 2, axis=1, by=by, nan_policy="omit")
    assert few.value.index == (0, 1)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="cannot give k=9 elements of a slice with 2 cand"):
        minloc.top_k(a, 9, axis=1, by=by)
    assert minloc.top_k(a[:0], 9, axis=1, by=by).indices.shape == (0, 2, 9)
    with pytest.raises(ValueError, match="met a NaN"):
        minloc.top_k([np.inf, 1.0], 1, by=[0, 0], distance_to=np.inf, nan_policy="raise")
