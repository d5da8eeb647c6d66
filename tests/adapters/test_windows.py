"""Windows of other libraries' objects: the oracle's answers, in their own types, with labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy import nan

import minloc
from minloc.reference_windows import moving, running

ml: Any = minloc  # which promises less of arrays that are not NumPy's

#: Keywords of windows of three elements, and which of seven elements these stand at.
WORDS: list[tuple[dict[str, Any], slice]] = [
    ({}, slice(2, 7)),
    ({"center": True}, slice(1, 6)),
    ({"step": 2}, slice(2, 7, 2)),
    ({"partial": True, "min_count": 1}, slice(0, 7)),
    ({"partial": True, "default": -1, "ties": "last"}, slice(0, 7)),
    (
        {"partial": True, "center": True, "min_count": 2, "step": 3, "relative": True},
        slice(0, 7, 3),
    ),
]
A = np.array([4.0, 2.0, 7.0, 2.0, 9.0, 1.0, 1.0])


@pytest.mark.parametrize(("words", "at"), WORDS)
def test_a_series_has_the_labels_where_windows_stand(words: dict[str, Any], at: slice) -> None:
    """As of `rolling`: the last element of each window, or the middle one."""
    pd = pytest.importorskip("pandas")
    days = pd.date_range("2024-03-01", periods=7)
    for series in (
        pd.Series(A, days, name="price"),
        pd.Series(A.astype(int), days, name="price"),
        pd.Series(A, days, name="price", dtype="Float64"),
    ):
        got = ml.moving_argmin(series, 3, **words)
        assert got.index.equals(days[at])
        assert got.name == "price"
        assert got.tolist() == moving(A, 3, **words).tolist()
    found = ml.moving_findmax(pd.Series(A, days), 3, **words)
    want = moving(A, 3, largest=True, **{**words, "relative": False})
    assert found.indices.tolist() == moving(A, 3, largest=True, **words).tolist()
    values = [nan if i < 0 else A[i] for i in want]
    np.testing.assert_array_equal(found.values.to_numpy(), values)
    assert found.values.index.equals(days[at])


def test_missing_elements_of_pandas_are_left_out() -> None:
    """NaN by default, as in all functions of objects of pandas; NA under every policy."""
    pd = pytest.importorskip("pandas")
    gaps = np.where(A == 2, nan, A)
    assert ml.moving_argmin(pd.Series(gaps), 2).tolist() == [0, 2, 2, 4, 5, 5]
    kept = ml.moving_argmin(pd.Series(gaps), 2, nan_policy="propagate")
    assert kept.tolist() == [1, 1, 3, 3, 5, 5]
    nullable = pd.Series([4, None, 7, None, 9], dtype="Int64")
    found = ml.moving_findmin(nullable, 2, nan_policy="propagate", min_count=2, default=-1)
    assert found.indices.tolist() == [-1] * 4
    assert found.values.isna().all()
    assert str(found.values.dtype) == "Int64"
    assert ml.running_argmax(nullable).tolist() == [0, 0, 2, 2, 4]
    words = pd.Series(["pear", None, "fig", "apple"], dtype="string")
    assert ml.moving_argmin(words, 2).tolist() == [0, 2, 3]
    assert ml.moving_findmin(words, 2).values.tolist() == ["pear", "fig", "apple"]
    where = pd.Series([True, False, True, True])
    assert ml.moving_argmin(pd.Series([3, 1, 2, 4]), 2, where=where).tolist() == [0, 2, 2]
    index = ml.moving_findmin(pd.Index([3, 1, 2]), 2)
    assert index.values.tolist() == [1, 1]
    assert index.indices.tolist() == [1, 1]


TABLE = np.array([[4, 2, 7, 1], [3, 3, 5, 8], [6, 1, 1, 0], [2, 9, 4, 4], [5, 5, 5, 5]])


@pytest.mark.parametrize("axis", [0, 1, (0, 1), (1, 0)])
def test_a_data_frame_keeps_rows_and_columns(axis: Any) -> None:
    """Of one dtype, of several, and of dtypes that NumPy does not have."""
    pd = pytest.importorskip("pandas")
    rows = list("vwxyz")
    one = pd.DataFrame(TABLE, rows, list("abcd"))
    mixed = one.astype({"b": "Int64", "c": "int8"})
    window = 2 if isinstance(axis, int) else (2, 3)
    for frame in one, mixed, one.astype("Int64"):
        found = ml.moving_findmin(frame, window, axis)
        want = moving(TABLE, window, axis)
        for part in found:
            assert list(part.index) == rows[-len(want) :]
            assert list(part.columns) == list("abcd")[-want.shape[1] :]
        assert found.indices.to_numpy().tolist() == want.tolist()
        values = minloc.moving_findmin(TABLE, window, axis).values
        assert found.values.to_numpy().astype(int).tolist() == values.tolist()
    run = ml.running_argmin(mixed, "index")
    assert run.to_numpy().tolist() == running(TABLE, 0).tolist()


@pytest.mark.parametrize("axis", [0, 1, (0, 1)])
def test_tables_of_polars_and_pyarrow(axis: Any) -> None:
    """Columns keep their names; null is no candidate."""
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    data = {name: TABLE[:, i].tolist() for i, name in enumerate("abcd")}
    data["b"][2] = None
    where = np.ones(TABLE.shape, bool)
    where[2, 1] = False
    window = 2 if isinstance(axis, int) else (2, 3)
    want = moving(TABLE, window, axis, where=where)
    names = list("abcd")[-want.shape[1] :]
    frame, table = pl.DataFrame(data), pa.table(data)
    found = ml.moving_findmin(frame, window, axis)
    assert found.indices.columns == names
    assert found.indices.to_numpy().tolist() == want.tolist()
    values = ml.moving_findmin(TABLE, window, axis, where=where).values
    assert found.values.to_numpy().tolist() == values.tolist()
    found = ml.moving_findmin(table, window, axis)
    assert found.indices.column_names == names
    assert [*map(list, zip(*found.indices.to_pydict().values(), strict=True))] == want.tolist()
    assert [*map(list, zip(*found.values.to_pydict().values(), strict=True))] == values.tolist()


def test_columns_of_polars_and_pyarrow() -> None:
    """In pieces, of text, with null."""
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    series = pl.Series("x", [4, None, 7, 2, 9])
    got = ml.moving_argmin(series, 2)
    assert isinstance(got, pl.Series)
    assert got.name == "x"
    assert got.to_list() == [0, 2, 3, 3]
    found = ml.moving_findmax(series, 2, min_count=2, default=-9)
    assert found.indices.to_list() == [-9, -9, 2, 4]
    assert found.values.to_list() == [None, None, 7, 9]
    chunked = pa.chunked_array([["pear", None], [], ["fig", "apple", "plum"]])
    assert ml.moving_argmin(chunked, 3, partial=True, min_count=1).to_pylist() == [0, 0, 2, 3, 3]
    assert ml.running_argmin(chunked).to_pylist() == [0, 0, 2, 3, 3]
    relative = ml.moving_findmin(chunked, 2, relative=True)
    assert relative.indices.to_pylist() == [0, 1, 1, 0]
    assert relative.values.to_pylist() == ["pear", "fig", "apple", "apple"]


@pytest.mark.parametrize(("words", "at"), WORDS)
def test_a_data_array_has_the_coordinates_where_windows_stand(
    words: dict[str, Any], at: slice
) -> None:
    """Along a dimension by its name; other coordinates, name and attributes stay."""
    xr = pytest.importorskip("xarray")
    a = np.stack([A, A[::-1], -A])
    x = xr.DataArray(
        a, dims=("site", "day"), name="t", attrs={"units": "K"},
        coords={"site": list("abc"), "day": np.arange(7) * 10, "height": ("site", [1, 2, 3])},
    )  # fmt: skip
    for lies in x, x.T:
        found = ml.moving_findmin(lies, 3, dim="day", **words).indices
        assert found.dims == lies.dims
        assert found.name == "t"
        assert found.day.values.tolist() == (np.arange(7) * 10)[at].tolist()
        assert found.height.values.tolist() == [1, 2, 3]
        got = found.transpose("site", "day").values
        assert got.tolist() == moving(a, 3, 1, **words).tolist()
    assert ml.moving_argmin(x, 3, **words).variable.equals(
        ml.moving_argmin(x.variable, 3, dim="day", **words)
    )


def test_windows_of_xarray() -> None:
    """Several dimensions, datasets, and what is refused."""
    xr = pytest.importorskip("xarray")
    x = xr.DataArray(TABLE, dims=("y", "x"), coords={"y": list("vwxyz")})
    both = ml.moving_argmin(x, (2, 2), dim=("x", "y"))
    assert both.values.tolist() == moving(TABLE, (2, 2), (1, 0)).tolist()
    assert both.y.values.tolist() == list("wxyz")
    data = xr.Dataset({"one": x, "two": -x})
    found = ml.moving_argmax(data, 2, dim="y")
    assert found.two.values.tolist() == moving(TABLE, 2, 0).tolist()
    with pytest.raises(TypeError, match=r"moving_argmin\(\) of a Dataset has no last axis"):
        ml.moving_argmin(data, 2)
    with pytest.raises(ValueError, match="moves along 'x', which the variable 'z' does not have"):
        ml.moving_argmin(data.assign(z=x[:, 0]), 2, dim="x")
    with pytest.raises(TypeError, match=r"2 dimensions has no labels.*pass dim"):
        ml.moving_argmin(x, 2, axis=None)
    assert ml.running_argmin(x[0], axis=None).values.tolist() == [0, 1, 1, 3]


def test_tensors() -> None:
    """Of PyTorch, on the memory of the processor; of JAX, in its own integers."""
    torch = pytest.importorskip("torch")
    t = torch.tensor(TABLE, dtype=torch.float32, requires_grad=True)
    got = ml.moving_argmin(t, 2, 0)
    assert got.dtype is torch.int64
    assert got.tolist() == moving(TABLE, 2, 0).tolist()
    half = ml.moving_findmin(t.to(torch.bfloat16), 2)
    assert half.values.dtype is torch.bfloat16
    assert half.indices.tolist() == moving(TABLE, 2).tolist()
    assert ml.running_argmax(t, where=t > 2, default=-1).tolist() == (
        running(TABLE, largest=True, where=TABLE > 2, default=-1).tolist()
    )
    with pytest.raises(TypeError, match=r"moving_argmin\(\) does not support a meta tensor"):
        ml.moving_argmin(t.to("meta"), 2)


def test_arrays_of_jax() -> None:
    """In memory."""
    jax = pytest.importorskip("jax")
    x = jax.numpy.asarray(TABLE, dtype="float32")
    found = ml.moving_findmin(x, 2, 0)
    assert isinstance(found.indices, jax.Array)
    assert found.indices.tolist() == moving(TABLE, 2, 0).tolist()


def test_a_table_needs_an_axis() -> None:
    """Whose `rolling` moves along rows, where the last axis is that of the columns."""
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for table in pd.DataFrame(TABLE), pl.DataFrame(TABLE):
        for words in {}, {"axis": None}:
            with pytest.raises(TypeError, match=r"moving_argmin\(\) of a table needs an axis: 0"):
                ml.moving_argmin(table, 2, **words)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_column_has_one_axis(library: str) -> None:
    """Another one is out of bounds, as of an array; its own may be named from either end."""
    make = getattr(pytest.importorskip(library), "array" if library == "pyarrow" else "Series")
    for column in make([4.0, 2.0, 7.0]), make([4, 2, 7]), make([4, None, 7]):
        for name, words in ("moving_argmin", {"window": 1}), ("running_argmax", {}):
            words = {**words, "default": -1}
            same = [list(getattr(ml, name)(column, axis=axis, **words)) for axis in (0, -1, None)]
            assert same[0] == same[1] == same[2]
            for axis in 1, -2:
                with pytest.raises(np.exceptions.AxisError, match="out of bounds for array of"):
                    getattr(ml, name)(column, axis=axis, **words)


def test_errors_name_the_callers_function_and_the_window() -> None:
    """Along rows and columns, although columns are asked one by one."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2, 3], "b": pd.array([1, None, None], dtype="Int64")})
    with pytest.raises(ValueError, match=r"moving_findmin\(\) met a window") as info:
        ml.moving_findmin(frame, 2, 0, min_count=2)
    assert info.value.index == (0, 1)  # type: ignore[attr-defined]
    later = pd.DataFrame({"a": pd.array([1, 2, None], dtype="Int64"), "b": frame["b"]})
    with pytest.raises(ValueError, match="All-NaN slice") as info:
        ml.moving_argmin(later, 1, 0)
    assert info.value.index == (1, 1)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="window must be at least 1, got 0"):
        ml.moving_argmin(pd.Series([1.0]), 0)


def test_what_no_adapter_knows_is_refused() -> None:
    """By the name of its class."""
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(TypeError, match=r"moving_argmin\(\).*csr"):
        ml.moving_argmin(sparse.csr_matrix(TABLE), 2)

    class Quantity(np.ndarray):
        """An array that answers NumPy's functions itself."""

        def __array_function__(self, *args: Any) -> Any:
            raise AssertionError("NumPy has no such function")

    with pytest.raises(TypeError, match=r"moving_argmin\(\) does not support .*Quantity"):
        ml.moving_argmin(A.view(Quantity), 2)


@pytest.mark.parametrize("kind", ["numpy", "pandas", "Int64", "polars", "pyarrow"])
def test_an_axis_that_a_column_has_not_is_refused(kind: str) -> None:
    """As of the array, whose only axis has other names as well."""
    library = pytest.importorskip("pandas" if kind == "Int64" else kind)
    column: Any = A
    if kind in ("pandas", "polars"):
        column = library.Series(A)
    elif kind == "Int64":
        column = library.Series(A.astype(int), dtype="Int64")
    elif kind == "pyarrow":
        column = library.chunked_array([A[:3], A[3:]])
    asked = [
        lambda a, **words: ml.moving_argmin(a, 2, **words),
        lambda a, **words: ml.moving_findmax(a, 2, **words)[1],
        ml.running_argmax,
    ]
    for ask in asked:
        want = ask(A, axis=0).tolist()
        for axis in 0, -1, (0,), (-1,), None:
            assert np.asarray(ask(column, axis=axis)).tolist() == want
        for bad in 1, -2, (1,):
            with pytest.raises(np.exceptions.AxisError, match="out of bounds"):
                ask(column, axis=bad)
        for wrong in [(0, 0), ()]:
            with pytest.raises(ValueError, match="axis"):
                ask(column, axis=wrong)
        with pytest.raises(TypeError, match="integer"):
            ask(column, axis=1.5)
