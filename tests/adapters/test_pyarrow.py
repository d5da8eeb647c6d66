"""pyarrow: results are its own, chunks are never put together, and null is never a candidate."""

import tracemalloc
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from support.columns import ARROW, as_ranks, drawn
from support.containers import public

#: The types that `pyarrow.compute.min_max` has no order for.
WITHOUT = (
    "dictionary",
    "ordered dictionary",
    "ordered dictionary, chunks",
    *("halffloat", "duration", "string_view", "binary_view", "decimal32"),
)


@pytest.mark.parametrize("name", [name for name in ARROW if name not in WITHOUT])
def test_the_elements_are_those_of_min_max(name: str) -> None:
    """What pyarrow itself finds, without a place."""
    for seed in range(4):
        ranks, present = drawn((6,), len(ARROW[name].elements), seed)
        x = ARROW[name].column(as_ranks(ranks, present))
        ends = pc.min_max(x)
        assert public.findmin(x).values == x[int(public.argmin(x))] == ends["min"]
        assert public.findmax(x).values == x[int(public.argmax(x))] == ends["max"]


@pytest.mark.parametrize("form", ["table", "batch"])
def test_results_are_of_pyarrow(form: str) -> None:
    """A table of one row for the columns, an array for the rows, a scalar for an element."""
    data = {"a": [3, None, 1], "b": [2.5, 1.0, None]}
    x = pa.table(data) if form == "table" else pa.RecordBatch.from_pydict(data)
    of = type(x)
    assert public.argmin(x, axis=0).equals(of.from_pydict({"a": [2], "b": [1]}))
    assert public.argmin(x, axis=1).equals(pa.array([1, 1, 0]))
    assert type(public.argmin(x)) is np.intp
    found = public.findmin(x, axis=0)
    assert found.values.equals(of.from_pydict({"a": [1], "b": [1.0]}))
    assert found.indices.schema.names == ["a", "b"]
    assert public.findmin(x, axis=1).values.to_pylist() == [2.5, 1.0, 1.0]
    assert public.findmin(x).values.equals(pa.scalar(1.0))
    best = public.top_k(x, 2, axis=0, mode="smallest")
    assert best.values.equals(of.from_pydict({"a": [1, 3], "b": [1.0, 2.5]}))
    kept = public.argmin(x, axis=1, keepdims=True)
    assert kept.equals(of.from_pydict({"0": [1, 1, 0]}))
    assert public.minloc(x, axis=0)[0].equals(public.argmin(x, axis=0))
    missing = public.findmin(x, axis=0, where=[[True, False]] * 3, default=-1)
    assert missing.values.to_pydict() == {"a": [1], "b": [None]}
    assert missing.indices.to_pydict() == {"a": [2], "b": [-1]}
    assert public.argmin(x, axis=0, dtype=np.int8).schema.types == [pa.int8()] * 2


def test_chunks_are_one_array() -> None:
    """Ties between chunks, masks across them, and chunks without elements."""
    x = pa.chunked_array([[3, 1], [], [None, 1, 5], [5]], pa.int64())
    assert public.argmin(x) == 1
    assert public.argmin(x, ties="last") == 3
    assert public.argmax(x, ties="last") == 5
    assert public.argmin(x, where=[True, False, True, False, True, True]) == 0
    assert public.top_k(x, 3).indices.to_pylist() == [4, 5, 0]
    assert public.minloc(x, keepdims=True)[0].to_pylist() == [1]
    assert public.findmin(pa.chunked_array([], pa.int8()), default=-1).indices == -1
    with pytest.raises(ValueError, match=r"where of shape \(2,\) cannot be broadcast"):
        public.argmin(x, where=[True, False])
    nan = pa.chunked_array([[1.0, None], [float("nan")]])
    assert public.argmax(nan) == 2
    assert public.argmax(nan, nan_policy="omit") == 0
    with pytest.raises(ValueError, match="met a NaN"):
        public.argmax(nan, nan_policy="raise")


def test_dictionaries_that_differ_have_no_common_order() -> None:
    """Chunks of ordered dictionaries are compared by their numbers, which must mean the same."""
    one = pa.DictionaryArray.from_arrays([0, 1], ["b", "a"], ordered=True)
    other = pa.DictionaryArray.from_arrays([0, 1], ["c", "a"], ordered=True)
    assert public.argmin(pa.chunked_array([one, one[1:]])) == 0
    with pytest.raises(TypeError, match=r"argmin\(\) does not support chunks .* differ"):
        public.argmin(pa.chunked_array([one, other]))


@pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.timestamp("us")], ids=str)
def test_the_data_is_not_copied(kind: Any) -> None:
    """Numbers and times are read in their buffers, beside nulls too; only the mask is made."""
    one = pa.array(np.arange(500_000), kind)
    holes = pc.if_else(pa.array(np.arange(500_000) % 7 != 0), one, pa.scalar(None, kind))
    x = pa.chunked_array([one, holes])
    public.argmin(x)
    before, most = pa.total_allocated_bytes(), pa.default_memory_pool().max_memory()
    tracemalloc.start()
    try:
        assert public.argmin(x) == 0
        assert public.findmax(x).indices == 499_999
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2_000_000
    assert pa.total_allocated_bytes() == before
    assert pa.default_memory_pool().max_memory() <= most


def test_a_null_in_a_dictionary_is_missing() -> None:
    """Also in an ordered one, whose indices are compared; one with a value twice has no order."""
    indices = pa.array([2, 0, None, 1, 2], pa.int8())
    for ordered in False, True:
        made = pa.DictionaryArray.from_arrays(indices, [None, "b", "c"], ordered=ordered)
        assert public.argmin(made) == 3
        assert public.findmax(made.slice(1)).indices == 3
        assert public.argmin(made.slice(1, 2), default=-1) == -1
    twice = pa.DictionaryArray.from_arrays(indices, ["b", "c", "b"], ordered=True)
    with pytest.raises(TypeError, match="that has a value more than once"):
        public.argmin(twice)
