"""Groups and distances at every scale: parts, Dask and stores answer as one call does."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from minloc import Partial
from support.answers import called, same
from support.boxes import boxes_of
from support.labelled import WAYS, ask_anything, plainly


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(20))
def test_every_way_gives_the_answer_of_one_call(way: str, seed: int) -> None:
    """All functions and keywords; where several slices are wrong, any of them may be named."""
    for number in range(10 * seed, 10 * seed + 10):
        asked = ask_anything(number)
        want = called(functools.partial(plainly, asked, number))
        with boxes_of(32):
            got = called(functools.partial(WAYS[way], asked, number))
        if isinstance(want, Exception) and asked.name == "top_k":
            assert type(got) is type(want), asked  # too few candidates here, a NaN there
        elif isinstance(want, Exception):
            assert (type(got), str(got)) == (type(want), str(want)), asked
        else:
            assert same(got, want), (asked, got, want)


def test_an_error_names_the_group_in_the_place_of_the_axis() -> None:
    """The first one in the order of the result, as that of one call."""
    a, by = np.array([[1.0, 2.0], [3.0, np.nan]]), np.array([1, 0])
    words: dict[str, Any] = {"axis": 0, "by": by, "num_groups": 3}
    with pytest.raises(ValueError, match="empty sequence") as raised:
        Partial.of("argmin", a, **words).finish()
    with pytest.raises(ValueError, match="empty sequence") as one_call:
        minloc.argmin(a, **words)
    assert raised.value.index == one_call.value.index == (2, 0)  # type: ignore[attr-defined]


def test_parts_are_about_the_same_groups_and_the_same_distances() -> None:
    """Parts of answers to different questions are not merged."""
    one = Partial.of("argmin", [1, 2], by=[0, 1], num_groups=2)
    for other in [
        Partial.of("argmin", [1, 2], by=[0, 1], num_groups=3, offset=2),
        Partial.of("argmin", [1, 2], offset=2),
    ]:
        with pytest.raises(ValueError, match="different questions"):
            one.merge(other)
    near = Partial.of("argmin", [1, 2], distance_to=5)
    for other in [
        Partial.of("argmin", [1, 2], offset=2),
        Partial.of("argmin", [1, 2], offset=2, distance_to=6),
    ]:
        with pytest.raises(ValueError, match="different questions"):
            near.merge(other)


def test_the_number_of_groups_belongs_to_the_labels() -> None:
    """One chunk does not know the labels of the others."""
    with pytest.raises(TypeError, match="takes num_groups with by"):
        Partial.of("argmin", [1, 2], by=[0, 1])
    with pytest.raises(TypeError, match="num_groups is given without by"):
        Partial.of("argmin", [1, 2], num_groups=2)
    with pytest.raises(ValueError, match="at least 0"):
        Partial.of("argmin", [1, 2], by=[0, 1], num_groups=-1)


def test_a_part_of_groups_is_shown_as_its_array() -> None:
    """The axis of the groups is the package's own affair."""
    part = Partial.of("argmin", [3, 1, 2], by=[0, 1, 1], num_groups=2, shape=5)
    assert (
        repr(part) == "Partial(argmin, num_groups=2; 3 elements, [0:3] of an array of shape (5,))"
    )
    with pytest.raises(
        ValueError, match=r"3 elements were seen of an array of shape \(5,\), which has 5"
    ):
        part.finish()


def test_labels_that_are_not_in_memory_need_their_number() -> None:
    """Nothing is computed to find the largest."""
    da = pytest.importorskip("dask.array")
    x, by = da.arange(6, chunks=2), da.from_array(np.array([0, 1, 0, 1, 2, 2]), chunks=3)
    with pytest.raises(TypeError, match="num_groups is needed"):
        minloc.argmax(x, by=by)
    assert minloc.argmax(x, by=by, num_groups=3).compute().tolist() == [2, 3, 5]
    assert minloc.argmax(x, by=np.array([0, 1, 0, 1, 2, 2])).compute().tolist() == [2, 3, 5]


@pytest.mark.parametrize(
    ("by", "error", "text"),
    [
        (np.array([0.5, 1.0]), TypeError, "by must be an array of integers"),
        (np.array([0, 1, 0]), ValueError, "by has 3 labels, but axis 1 of a has size 2"),
        (np.array([0, 5]), ValueError, "label 5"),
    ],
)
@pytest.mark.parametrize("way", ["one chunk", "dask", "store"])
def test_labels_that_do_not_fit_are_refused(way: str, by: Any, error: Any, text: str) -> None:
    """With the text of one call, or one like it."""
    a, keywords = np.array([[3, 1], [2, 4]]), {"axis": 1, "num_groups": 2}
    asked = ask_anything(0)._replace(
        name="argmin", a=a, args=(), keywords=keywords, beside={"by": by}
    )
    ways = WAYS | {"one chunk": lambda *_: Partial.of("argmin", a, by=by, **keywords)}
    with pytest.raises(error, match=text), boxes_of(32):
        ways[way](asked, 0)


def test_parts_of_one_slice_are_measured_from_one_value() -> None:
    """Rows that are measured from different values are not merged, whatever their number."""
    a = np.arange(12.0).reshape(4, 3)

    def row(i: int, value: Any, **words: Any) -> Partial:
        words |= {"offset": (i, 0), "shape": a.shape, "axis": 0, "distance_to": value}
        return Partial.of("argmin", a[i : i + 1], **words)

    same_values = [row(i, [[1.0, nan, 9.0]], default=-1) for i in range(4)]
    got = same_values[2].merge(*same_values[:2], same_values[3]).finish()
    assert got.tolist() == minloc.argmin(a, axis=0, distance_to=[1.0, nan, 9.0]).tolist()
    others = [row(i, [[1.0, 2.0, 9.0 + (i == 2)]]) for i in range(4)]
    for parts in others, others[::-1]:
        with pytest.raises(ValueError, match="about distances to different values"):
            parts[0].merge(*parts[1:])
    with pytest.raises(ValueError, match=r"shape \(4, 1\) differs along a reduced axis of a"):
        Partial.of("argmin", a, axis=0, distance_to=np.ones((4, 1)))


@pytest.mark.parametrize("words", [{}, {"by": np.array([0, 1, 0]), "num_groups": 2}])
@pytest.mark.parametrize("name", ["argmin", "argminmax", "top_k"])
def test_what_lies_in_the_gaps_of_merged_parts(name: str, words: dict[str, Any]) -> None:
    """A region round chunks that are apart knows no value for the slices between them."""
    rng = np.random.default_rng(7)
    a, values = rng.integers(0, 100, (3, 5)), rng.integers(0, 100, (1, 5))
    asked: dict[str, Any] = {"axis": 0, **words}
    asked |= {"k": 1} if name == "top_k" else {"default": -1}
    by = np.broadcast_to(np.reshape(words.get("by", 0), (-1, 1)), a.shape)
    cells = []
    for i, j in np.ndindex(*a.shape):
        box = slice(i, i + 1), slice(j, j + 1)
        more = {"by": by[box]} if words else {}
        given = {**asked, **more, "distance_to": values[:, box[1]]}
        cells.append(Partial.of(name, a[box], offset=(i, j), shape=a.shape, **given))
    k = [asked.pop("k")] if name == "top_k" else []
    want = called(lambda: getattr(minloc, name)(a, *k, distance_to=values, **asked))
    for _ in range(60):
        parts = [cells[i] for i in rng.permutation(len(cells))]
        while len(parts) > 1:
            count = int(rng.integers(2, 5))
            parts = [*parts[count:], parts[0].merge(*parts[1:count])]
            parts = [parts[i] for i in rng.permutation(len(parts))]
        got = called(parts[0].finish)
        assert same(got, want), (got, want)


@pytest.mark.parametrize("chunk", [1, 2, 4])
@pytest.mark.parametrize("words", [{}, {"by": np.array([0, 1, 1, 0]), "num_groups": 2}])
def test_a_value_that_differs_along_the_reduced_axis(chunk: int, words: dict[str, Any]) -> None:
    """It is refused before any work, with the message of one call, however the array is cut."""
    da = pytest.importorskip("dask.array")
    from fuzzing.lazy_paths import Store

    ml: Any = minloc
    a = np.arange(12.0).reshape(4, 3)
    bad = np.arange(4.0)[:, np.newaxis]
    for name in "argmin", "findmax", "argminmax", "minloc", "top_k":
        k = [1] if name == "top_k" else []
        with pytest.raises(ValueError, match="differs along a reduced axis") as plain:
            getattr(ml, name)(a, *k, axis=0, distance_to=bad, **words)
        lazy = da.from_array(a, chunks=(chunk, 2))
        targets = [bad, da.from_array(bad, chunks=(chunk, 1))]
        ways = [(lazy, target) for target in targets] + [(Store(a, (chunk, 2)), bad)]
        with boxes_of(32):
            for x, target in ways:
                with pytest.raises(ValueError, match="differs along") as error:
                    getattr(ml, name)(x, *k, axis=0, distance_to=target, **words)
                assert str(error.value) == str(plain.value)
                with pytest.raises(ValueError, match=r"shape \(2,\) cannot be broadcast to the sh"):
                    getattr(ml, name)(x, *k, axis=1, distance_to=[1.0, 2.0])
