"""What lies beside the elements has labels of its own, which are not ignored."""

from typing import Any

import numpy as np
import pytest

import minloc
from minloc.reference_distances import distances

pd = pytest.importorskip("pandas")
xr = pytest.importorskip("xarray")

VALUES = np.random.default_rng(3).integers(0, 99, (3, 3))


@pytest.fixture
def table() -> Any:
    """Return a table that arguments also fit the wrong way round."""
    return pd.DataFrame(VALUES, index=list("xyz"), columns=list("abc"))


@pytest.mark.parametrize("chunks", [None, {"row": 2, "column": 1}], ids=["numpy", "dask"])
@pytest.mark.parametrize("dress", [lambda a: a, lambda a: a.variable])
def test_a_value_with_names_lies_along_the_dimensions_that_it_names(
    dress: Any, chunks: Any
) -> None:
    """Whatever their order, and without those that are reduced."""
    a = xr.DataArray(VALUES, dims=("row", "column"))
    a = a if chunks is None else a.chunk(chunks)
    for dim, other, axis in ("row", "column", 0), ("column", "row", 1):
        of_slices = np.array([10, 50, 90])
        want = distances(VALUES, np.expand_dims(of_slices, axis)).argmin(axis)
        for target in xr.DataArray(of_slices, dims=other), xr.Variable(other, of_slices):
            for given in target, target.expand_dims(dim), target.expand_dims(dim).T:
                got = minloc.argmin(dress(a), axis=dim, distance_to=given)
                assert np.asarray(got).tolist() == want.tolist()
                top = minloc.top_k(dress(a), 1, axis=axis, mode="smallest", distance_to=given)
                assert np.asarray(top.indices).squeeze(axis).tolist() == want.tolist()
        by = xr.Variable(dim, [1, 0, 0])
        given = xr.Variable(other, of_slices)
        got = minloc.argmin(a, axis=dim, by=by, distance_to=given, num_groups=2)
        rest = distances(VALUES, np.expand_dims(of_slices, axis)).take([1, 2], axis).argmin(axis)
        assert np.asarray(got.isel(group=0)).tolist() == (1 + rest).tolist()
        if chunks is None:
            part = minloc.Partial.of("argmin", a, axis=axis, distance_to=given)
            assert part.finish().tolist() == want.tolist()
            labels = np.array([[0, 1, 1], [0, 0, 1], [1, 0, 1]])
            named = xr.Variable(("column", "row"), labels.T)
            got = minloc.Partial.of("argmin", a, axis=axis, by=named, num_groups=2, default=-1)
            direct = minloc.argmin(VALUES, axis, by=labels, num_groups=2, default=-1)
            assert got.finish().tolist() == direct.tolist()


def test_a_value_with_other_labels_is_refused() -> None:
    """Of xarray, as for a mask."""
    a = xr.DataArray(VALUES, dims=("row", "column"), coords={"row": [1, 2, 3]})
    for bad, match in [
        (xr.DataArray([1, 2, 3], dims="row", coords={"row": [3, 2, 1]}), "align"),
        (xr.Variable("depth", [1, 2, 3]), "distance_to has the dimensions"),
        (xr.Variable("row", [1, 2]), "distance_to has the length 2 along 'row', and a has 3"),
        (xr.Variable("column", [1, 2, 3]), "differs along a reduced axis"),
    ]:
        with pytest.raises(ValueError, match=match):
            minloc.argmin(a, axis="column", distance_to=bad)
    several = xr.Dataset({"v": 3, "w": 4})
    with pytest.raises(TypeError, match="distance_to must be an array, got a Dataset; pass one"):
        minloc.argmin(a, distance_to=several)


def test_a_dataset_of_values_has_one_for_each_variable() -> None:
    """As one of masks has."""
    a = xr.Dataset({"v": ("x", [3, 7, 9]), "w": ("x", [1, 5, 8])})
    got = minloc.argmin(a, dim="x", distance_to=xr.Dataset({"v": 6, "w": 9}))
    assert (int(got.v), int(got.w)) == (1, 2)
    with pytest.raises(ValueError, match="distance_to is a Dataset without the variable 'w'"):
        minloc.argmin(a, dim="x", distance_to=xr.Dataset({"v": 6}))


def test_a_series_of_values_lies_along_the_axis_that_is_kept(table: Any) -> None:
    """Its labels are those of the table, in their order."""
    of_slices = np.array([10, 50, 90])
    for axis in 0, 1, -1, "index", "columns":
        number = 0 if axis in (0, "index") else 1
        want = distances(VALUES, np.expand_dims(of_slices, number)).argmin(number)
        target = pd.Series(of_slices, table.axes[1 - number])
        assert minloc.argmin(table, axis=axis, distance_to=target).tolist() == want.tolist()
        top = minloc.top_k(table, 1, axis=number, mode="smallest", distance_to=target)
        assert top.indices.to_numpy().squeeze(number).tolist() == want.tolist()
        frame = target.to_frame() if number else target.to_frame().T
        assert minloc.argmin(table, axis=axis, distance_to=frame).tolist() == want.tolist()
        for bad in target[::-1], frame.loc[::-1, ::-1], pd.Series(of_slices):
            with pytest.raises(
                ValueError, match=r"distance_to has the labels .* distance_to\.reind"
            ):
                minloc.argmin(table, axis=axis, distance_to=bad)
        part = minloc.Partial.of("argmin", table, axis=number, distance_to=target)
        assert part.finish().tolist() == want.tolist()
    nullable = table.astype("Int64")
    target = pd.Series([10, 50, 90], table.index, dtype="Int64")
    want = distances(VALUES, [[10], [50], [90]]).argmin(1)
    assert (
        minloc.argmin(nullable, axis=1, distance_to=target.astype("int64")).tolist()
        == want.tolist()
    )


def test_labels_of_groups_are_those_of_the_table(table: Any) -> None:
    """With `num_groups`, in two dimensions, and along the last of several axes."""
    numbers = pd.Series([0, 0, 1], table.index)
    want = minloc.argmin(VALUES, 0, by=[0, 0, 1], num_groups=3, default=-1)
    got = minloc.argmin(table, axis=0, by=numbers, num_groups=3, default=-1)
    assert got.to_numpy().tolist() == want.tolist()
    column = table["a"]
    assert minloc.argmin(column, by=numbers, num_groups=2).tolist() == [
        int(VALUES[:2, 0].argmin()),
        2,
    ]
    every = pd.DataFrame(np.arange(9).reshape(3, 3) % 2, table.index, table.columns)
    want = minloc.argmin(VALUES, 0, by=every.to_numpy())
    assert minloc.argmin(table, axis=0, by=every).to_numpy().tolist() == want.tolist()
    by_column = pd.Series([0, 1, 1], table.columns)
    want = minloc.argmin(VALUES, by=[0, 1, 1])
    for axis in None, (0, 1):
        assert minloc.argmin(table, axis=axis, by=by_column).tolist() == want.tolist()
    for words in [
        {"axis": 0, "by": numbers[::-1], "num_groups": 2},
        {"axis": 0, "by": every.iloc[::-1]},
        {"axis": 0, "by": every.iloc[:, ::-1]},
        {"axis": 1, "by": numbers},
        {"by": numbers},
        {"axis": (0, 1), "by": numbers, "num_groups": 2},
    ]:
        with pytest.raises(ValueError, match=r"by has the labels .* by\.reindex"):
            minloc.argmin(table, **words)
    with pytest.raises(ValueError, match="by has the labels"):
        minloc.argmin(column, by=numbers[::-1], num_groups=2)
    with pytest.raises(ValueError, match="by has the labels"):
        minloc.Partial.of("argmin", column, by=numbers[::-1], num_groups=2)


def test_a_label_that_is_too_large_is_named_beside_missing_ones() -> None:
    """It does not become negative, and so no group's."""
    large, a = 2**63 + 5, np.array([3.0, 1.0, 2.0])
    labels: list[Any] = [
        pd.array([large, None, 0], dtype="UInt64"),
        np.ma.array(np.array([large, 1, 0], np.uint64), mask=[False, True, False]),
    ]
    for by in labels:
        with pytest.raises(ValueError, match=f"by has the label {large}, at index \\(0,\\)"):
            minloc.argmin(a, by=by, num_groups=1)
        with pytest.raises(ValueError, match=f"num_groups is {large + 1}; at most"):
            minloc.argmin(a, by=by)
        by[0] = 1
        assert minloc.argmin(a, by=by).tolist() == [2, 0]
    assert minloc.argmin(a, by=pd.array([0, None, 1], dtype="Int8")).tolist() == [0, 2]
