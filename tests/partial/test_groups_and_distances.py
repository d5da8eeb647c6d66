"""Groups and distances at every scale: parts, Dask and stores answer as one call does."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

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
