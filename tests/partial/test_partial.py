"""Parts of an array, merged in any way, give the answer that one call gives for the whole."""

import pickle
import random
from typing import Any

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import ml_dtypes
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.dtypes import StringDType

import minloc
from minloc import Partial
from minloc.reference import argbest
from support.answers import FINDS, FUNCTIONS, NAN_FORMS, called, same
from support.arrays import DTYPES, FILLS, LAYOUTS, Array, fill
from support.drawn import arrays
from support.masks import MASKS, mask
from support.parts import chunks, merged

#: Dtypes that bring their own comparison.
OWN = ["S2", "U3", "O", "T", "T nan", "float8_e4m3fn"]


def compare(
    function: str, a: Array, cuts: list[list[int]], rng: random.Random, words: dict[str, Any]
) -> None:
    """Hold the answer from parts to that of one call."""
    where = words.pop("where", True)
    asked = getattr(minloc, function)
    k = [words.pop("k")] if "k" in words else []
    want = called(lambda: asked(a, *k, where=where, **words))

    def in_parts() -> Any:
        known: Any = tuple(n if rng.random() < 0.7 else None for n in a.shape)
        if rng.random() < 0.3:
            known = None
        parts = [
            Partial.of(rng.choice([asked, function]), chunk, *k, where=chosen, offset=offset,
                       shape=known, **words)
            for chunk, chosen, offset in chunks(a, where, cuts)
        ]  # fmt: skip
        if rng.random() < 0.3:
            parts = pickle.loads(pickle.dumps(parts))
        return merged(parts, rng).finish()

    got = called(in_parts)
    assert same(got, want), (function, a, cuts, k, where, words, got, want)


def filled(kind: str, dtype: str, shape: tuple[int, ...]) -> Array:
    """Return an array of one of `DTYPES` or `OWN`."""
    if dtype in DTYPES:
        return fill(kind, dtype, shape)
    if dtype == "float8_e4m3fn":
        return fill(kind, "f4", shape).astype(ml_dtypes.float8_e4m3fn)
    a = np.asarray(fill(kind, "i4", shape) % 100)
    if dtype in ("S2", "U3"):
        return a.astype(dtype)
    if dtype == "O":
        return a.astype(object)
    null = dtype == "T nan"
    strings = a.astype(StringDType(na_object=np.nan) if null else StringDType())
    if null:
        strings[a % 7 == 1] = np.nan
    return strings


def some_axis(ndim: int, rng: random.Random) -> Any:
    """Return None, an axis, or several in any order."""
    kind = rng.randrange(3)
    if kind == 0 or ndim == 0:
        return None
    if kind == 1:
        return rng.randrange(-ndim, ndim)
    return tuple(rng.sample(range(ndim), rng.randint(0, ndim)))


def some_words(function: str, a: Array, axis: Any, rng: random.Random) -> dict[str, Any]:
    """Return keywords for a call, a mask among them."""
    words: dict[str, Any] = {"axis": axis}
    if function not in NAN_FORMS:
        words["nan_policy"] = rng.choice(["propagate", "omit", "raise"])
    if function == "top_k":
        words["k"] = rng.choice([0, 1, 1, 2, 3, 5, 9])
        words["mode"] = rng.choice(["largest", "smallest"])
    else:
        words["ties"] = rng.choice(["first", "last"])
        if rng.random() < 0.3:
            words["keepdims"] = rng.random() < 0.7
        if function not in FINDS and rng.random() < 0.2:
            words["dtype"] = rng.choice(["i1", "u1", "i4", ">i8", "u8"])
        if rng.random() < 0.5 and words.get("dtype", "i")[0] != "u":
            words["default"] = rng.choice([-1, -1, 7])
    kinds = [*MASKS] if a.dtype.char in "?bBhHiIlqefdgFDGmM" and a.size else ["none", "some", "few"]
    if a.ndim and rng.random() < 0.5:
        kind = rng.choice(kinds)
        if kind not in ("none", "smallest", "largest") or np.any(a == a):
            words["where"] = True if kind == "none" else mask(kind, a, axis)
    return words


def some_cuts(shape: tuple[int, ...], rng: random.Random) -> list[list[int]]:
    """Return where to cut each axis; chunks may be empty."""
    return [[rng.randint(0, n) for _ in range(rng.choice([0, 0, 1, 2]))] for n in shape]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_parts_give_the_answer_of_one_call(function: str) -> None:
    """Any array, cut and merged in any way, with any keywords: one answer, or one error."""
    rng = random.Random(function)
    for number in range(500):
        shape = tuple(rng.choice([0, 1, 2, 3, 4, 5, 7]) if rng.random() < 0.9 else 11
                      for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4])))  # fmt: skip
        dtype = rng.choice(DTYPES if number % 4 else OWN)
        kind = rng.choice([kind for kind in FILLS if 0 not in shape or "nan" not in kind])
        a = filled(kind, dtype, shape)
        if a.ndim and dtype in DTYPES and dtype != "bfloat16" and a.dtype.itemsize > 1:
            a = LAYOUTS[rng.choice([*LAYOUTS])](a)
        axis = some_axis(a.ndim, rng)
        words = some_words(function, a, axis, rng)
        if dtype in OWN and function == "top_k" and words["nan_policy"] == "raise":
            del words["nan_policy"]  # which of two errors is raised is settled slice by slice
        compare(function, a, some_cuts(shape, rng), rng, words)


@given(arrays(), st.randoms(use_true_random=False), st.sampled_from(FUNCTIONS), st.data())
@settings(max_examples=300, deadline=None)
def test_parts_of_drawn_arrays(
    a: Array, rng: random.Random, function: str, data: st.DataObject
) -> None:
    """The same for arrays and cuts that are drawn, and shrink."""
    words = some_words(function, a, some_axis(a.ndim, rng), rng)
    cuts = [data.draw(st.lists(st.integers(0, n), max_size=2)) for n in a.shape]
    compare(function, a, cuts, rng, words)


@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(max_dims=3, max_side=5),
        elements=st.sampled_from([0.0, -0.0, 1.0, np.nan, np.inf]),
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=100, deadline=None)
def test_parts_give_the_answer_of_the_oracle(a: Array, rng: random.Random) -> None:
    """Held to the plain oracle, not to the core: NaN, ties, and several axes."""
    axis, ties = some_axis(a.ndim, rng), rng.choice(["first", "last"])
    parts = [
        Partial.of("argmin", chunk, axis, offset=offset, ties=ties)
        for chunk, _, offset in chunks(a, True, some_cuts(a.shape, rng))
    ]
    assert np.array_equal(merged(parts, rng).finish(), argbest(a, axis, ties=ties))
