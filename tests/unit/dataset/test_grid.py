"""From rows to labelled arrays."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pytest

from measurand.dataset import Column, DataRoot, Dim, TableSpec

X = Column("x", unit="V", label="Gate", setpoint=True)
Y = Column("y", unit="T", setpoint=True)
GRID = (Dim("x", 3, ("x",)), Dim("y", 4, ("y",)))
CURRENT = Column("i", unit="A", label="Current")


def stored(root: DataRoot, specs: list[TableSpec], rows: list[tuple[str, tuple[int, ...], dict]]):
    run = root.create_run("grid", specs, sample="dot")
    for table, index, values in rows:
        run.add(table, values, index)
    run.finish()
    return run.dataset.to_xarray()


def points(order) -> list[tuple[str, tuple[int, ...], dict]]:
    return [("data", (a, b), {"x": a / 10, "y": b, "i": 10.0 * a + b}) for a, b in order]


FULL = [(a, b) for a in range(3) for b in range(4)]
EXPECTED = 10.0 * np.arange(3)[:, None] + np.arange(4)


@pytest.mark.parametrize("order", [FULL, FULL[::-1], FULL + FULL[:5]], ids=["in order", "backwards", "some twice"])
def test_a_complete_grid_is_the_same_however_it_was_visited(root: DataRoot, order):
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT), GRID)], points(order))
    assert dict(grid.sizes) == {"x": 3, "y": 4}
    np.testing.assert_array_equal(grid["i"], EXPECTED)
    assert grid["i"].dims == ("x", "y")
    assert grid["x"].values.tolist() == [0, 0.1, 0.2]
    assert grid["y"].values.tolist() == [0, 1, 2, 3]
    assert "data_measured" not in grid.coords
    assert grid["i"].sel(x=0.1, y=2) == 12


@pytest.mark.parametrize("compression", [None, "zstd"])
@pytest.mark.parametrize("drift", [0.0, 1e-9], ids=["setpoints agree", "one differs at the end"])
def test_a_large_grid_is_the_same_while_it_is_measured_and_afterwards(tmp_path, compression: str | None, drift: float):
    """It is longer than what is read at once, and partly in a tail while it is measured."""
    root = DataRoot(tmp_path / "data", cache_dir=tmp_path / "cache")
    spec = TableSpec("data", (X, Y, CURRENT), (Dim("x", 300, ("x",)), Dim("y", None, ("y",))))
    run = root.create_run("large", [spec], compression=compression)
    add = run.adder("data")
    for a in range(300):
        for b in range(300):
            add((a, b), (a / 10, float(b) + (drift if a == b == 299 else 0.0), 1000.0 * a + b))
    running = run.dataset.to_xarray()
    run.finish()
    for grid in (running, run.dataset.to_xarray()):
        np.testing.assert_array_equal(grid["i"], 1000.0 * np.arange(300)[:, None] + np.arange(300))
        assert grid["x"].values.tolist() == [a / 10 for a in range(300)]
        assert grid["y"].dims == (("x", "y") if drift else ("y",))
        assert grid["y"].values.reshape(-1)[-1] == 299.0 + drift
        assert "data_measured" not in grid.coords


def test_names_units_and_labels_come_along(root: DataRoot):
    """L17."""
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT), GRID)], points(FULL))
    assert grid["i"].attrs == {"units": "A", "long_name": "Current"}
    assert grid["x"].attrs == {"units": "V", "long_name": "Gate"}
    assert grid["y"].attrs == {"units": "T", "long_name": "y"}
    about = grid.attrs
    assert (about["name"], about["number"], about["status"], about["sample"]) == ("grid", 1, "completed", "dot")
    assert set(about) == {"name", "number", "id", "status", "started", "sample"}


def test_what_was_not_measured_is_told_from_measured_nan(root: DataRoot):
    """L10."""
    rows = points(FULL[:6])
    rows[5][2]["i"] = math.nan
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT), GRID)], rows)
    assert grid["i"].shape == (3, 4)
    assert np.isnan(grid["i"].values.reshape(-1)[5:]).all()
    assert grid["data_measured"].values.reshape(-1).tolist() == [True] * 6 + [False] * 6
    assert grid["x"].values[:2].tolist() == [0, 0.1]
    assert np.isnan(grid["x"].values[2])
    assert grid["y"].values.tolist() == [0, 1, 2, 3]


def test_sizes_that_were_not_declared_are_those_that_were_reached(root: DataRoot):
    spec = TableSpec("data", (X, Y, CURRENT), (Dim("x", None, ("x",)), Dim("y", None, ("y",))))
    grid = stored(root, [spec], points(FULL[:6]))
    assert dict(grid.sizes) == {"x": 2, "y": 4}


def test_a_point_measured_again_has_its_last_value(root: DataRoot):
    rows = [*points(FULL), ("data", (1, 1), {"x": 0.1, "y": 1, "i": -5.0})]
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT), GRID)], rows)
    assert grid["i"].values[1, 1] == -5


def test_an_axis_may_visit_a_value_twice(root: DataRoot):
    """Hysteresis: up and down again."""
    way = [0.0, 1.0, 2.0, 1.0, 0.0]
    spec = TableSpec("data", (X, CURRENT), (Dim("x", 5, ("x",)),))
    grid = stored(root, [spec], [("data", (n,), {"x": value, "i": float(n)}) for n, value in enumerate(way)])
    assert grid["x"].values.tolist() == way
    assert grid["i"].values.tolist() == [0, 1, 2, 3, 4]


def test_a_setpoint_that_the_other_dims_change_has_their_dims_too(root: DataRoot):
    rows = [("data", (a, b), {"x": a / 10, "y": b + a, "i": 0.0}) for a, b in FULL]
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT), GRID)], rows)
    assert grid["y"].dims == ("x", "y")
    np.testing.assert_array_equal(grid["y"], np.arange(4) + np.arange(3)[:, None])


def test_quantities_swept_together_are_coordinates_of_one_dim(root: DataRoot):
    spec = TableSpec("data", (X, Y, CURRENT), (Dim("x", 2, ("x", "y")),))
    grid = stored(root, [spec], [("data", (n,), {"x": n, "y": -n, "i": 1.0}) for n in range(2)])
    assert grid["y"].dims == ("x",)
    assert grid["y"].values.tolist() == [0, -1]
    spec = TableSpec("data", (X, Y, CURRENT), (Dim("both", 2, ("x", "y")),))
    grid = stored(root, [spec], [("data", (n,), {"x": n, "y": -n, "i": 1.0}) for n in range(2)])
    assert (grid["x"].dims, grid["y"].dims) == (("both",), ("both",))


def test_tables_share_their_dims(root: DataRoot):
    """K03: something measured once per outer point, beside the inner loop."""
    outer = TableSpec("outer", (X, Column("T", unit="K")), GRID[:1])
    rows = [*points(FULL[:8]), *(("outer", (a,), {"x": a / 10, "T": 4.0 + a}) for a in range(3))]
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT), GRID), outer], rows)
    assert grid["T"].dims == ("x",)
    assert grid["T"].values.tolist() == [4, 5, 6]
    assert grid["x"].values.tolist() == [0, 0.1, 0.2]  # the outer table went further
    assert dict(grid.sizes) == {"x": 3, "y": 4}


def test_tables_with_repeated_values_are_not_aligned_by_value(root: DataRoot):
    specs = [TableSpec(name, (X, Column(name)), (Dim("x", 3, ("x",)),)) for name in ("a", "b")]
    way = [1.0, 1.0, 0.0]
    rows = [(name, (n,), {"x": way[n], name: float(n)}) for n in range(3) for name in ("a", "b")]
    grid = stored(root, specs, rows)
    assert grid["a"].values.tolist() == grid["b"].values.tolist() == [0, 1, 2]


def test_the_same_name_in_two_tables_does_not_clash(root: DataRoot):
    specs = [TableSpec("a", (CURRENT,), (Dim("n", 2),)), TableSpec("b", (CURRENT,), (Dim("m", 3),))]
    rows = [("a", (n,), {"i": 1.0}) for n in range(2)] + [("b", (n,), {"i": 2.0}) for n in range(3)]
    grid = stored(root, specs, rows)
    assert grid["i"].dims == ("n",)
    assert grid["i_b"].dims == ("m",)


@pytest.mark.parametrize("swept", [{"x": 1.0}, {"x": np.arange(4.0)}], ids=["a value", "an axis of arrays"])
def test_a_setpoint_keeps_its_name_beside_a_reading_of_the_same_name(root: DataRoot, swept: dict[str, Any]):
    """Whichever table comes first."""
    value = swept["x"]
    shape = np.shape(value)
    traces = TableSpec("traces", (Column("x", shape=shape, setpoint=True), Column("t", shape=shape)), ())
    checks = TableSpec("checks", (Column("x"),), (Dim("n", 2),))
    rows = [("checks", (n,), {"x": 5.0}) for n in range(2)] + [
        ("traces", (), {"x": value, "t": value}) for _ in range(2)
    ]
    for specs in ([traces, checks], [checks, traces]):
        grid = stored(root, specs, rows)
        assert grid["x_checks"].values.tolist() == [5, 5]
        assert "x" in grid.coords
        assert grid["x"].values.max() == np.max(value)


KINDS = {
    "int": (Column("v", "int"), 7, "int64", "float64"),
    "bool": (Column("v"), True, "bool", "float64"),
    "complex": (Column("v"), 1j, "complex128", "complex128"),
    "datetime": (Column("v"), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "datetime64[ns]", "datetime64[ns]"),
    "text": (Column("v"), "a", "object", "object"),
    "float32": (Column("v", shape=(2,), dtype="float32"), [1, 2], "float32", "float32"),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_kind_changes_only_where_something_is_missing(root: DataRoot, case: str):
    column, value, whole, partial = KINDS[case]
    spec = TableSpec("data", (column,), (Dim("n", 2),))
    rows = [("data", (n,), {"v": value}) for n in range(2)]
    assert stored(root, [spec], rows)["v"].dtype == whole
    grid = stored(root, [spec], rows[:1])
    assert grid["v"].dtype == partial
    assert grid["v"].isnull().any(dim=set(grid["v"].dims) - {"n"}).values.tolist() == [False, True]


def test_arrays_add_dims_named_by_their_setpoints(root: DataRoot):
    """K09."""
    frequency = Column("f", unit="Hz", shape=(5,), setpoint=True)
    spec = TableSpec("data", (X, frequency, Column("s", shape=(5,)), Column("m", shape=(5, 2))), GRID[:1])
    axis = np.linspace(1, 2, 5)
    rows = [("data", (n,), {"x": n, "f": axis, "s": axis * n, "m": np.ones((5, 2))}) for n in range(3)]
    grid = stored(root, [spec], rows)
    assert grid["s"].dims == ("x", "f")
    assert grid["m"].dims == ("x", "f", "m_dim1")
    np.testing.assert_array_equal(grid["f"], axis)
    assert grid["f"].attrs["units"] == "Hz"
    np.testing.assert_array_equal(grid["s"], axis * np.arange(3)[:, None])


def test_an_image_has_an_axis_per_setpoint(root: DataRoot):
    """A camera: one image per point of two swept axes, along the two axes of its own."""
    side = [Column(name, unit="m", shape=(size,), setpoint=True) for name, size in (("height", 2), ("width", 3))]
    spec = TableSpec("data", (X, Y, *side, Column("image", unit="counts", shape=(2, 3))), GRID)
    rows = [
        ("data", (i, j), {"x": i, "y": j, "height": [0, 1], "width": [0, 1, 2], "image": np.full((2, 3), 10 * i + j)})
        for i in range(2) for j in range(3)
    ]  # fmt: skip
    grid = stored(root, [spec], rows)
    assert grid["image"].dims == ("x", "y", "height", "width")
    assert grid["image"].sel(x=1, y=2, height=1, width=2) == 12
    assert (grid["width"].dims, grid["width"].attrs["units"]) == (("width",), "m")


def test_images_of_varying_sizes_are_filled_up(root: DataRoot):
    spec = TableSpec("data", (X, Column("image", shape=(None, None))), (Dim("x", 2, ("x",)),))
    grid = stored(root, [spec], [("data", (n,), {"x": n, "image": np.ones((n + 1, 2 - n))}) for n in range(2)])
    assert grid["image"].shape == (2, 2, 2)
    assert grid["image"].isnull().sum(("image_dim0", "image_dim1")).values.tolist() == [2, 2]


def test_setpoints_of_setpoints_are_coordinates_of_what_was_measured(root: DataRoot):
    """The inner axis begins elsewhere at every point of the outer one: it has the dims of both, and so has the result."""
    columns = (Column("outer", shape=(2,), setpoint=True), Column("inner", shape=(2, 3), setpoint=True))
    spec = TableSpec("data", (X, *columns, Column("v", shape=(2, 3))), GRID[:1])
    inner = np.array([[0, 1, 2], [10, 11, 12]])
    rows = [("data", (n,), {"x": n, "outer": [0, 10], "inner": inner, "v": inner * n}) for n in range(3)]
    grid = stored(root, [spec], rows)
    assert grid["v"].dims == ("x", *grid["inner"].dims)
    assert grid["outer"].dims == grid["inner"].dims[:1]
    np.testing.assert_array_equal(grid["inner"], inner)
    np.testing.assert_array_equal(grid["v"], inner * np.arange(3)[:, None, None])


def test_setpoints_of_one_length_are_coordinates_of_one_axis(root: DataRoot):
    """Unless something measured has that length twice."""
    lines = [Column(name, shape=(3,), setpoint=True) for name in ("time", "f")]
    row = {"x": 0, "time": [0, 1, 2], "f": [5, 6, 7], "s": [1, 2, 3]}
    grid = stored(root, [TableSpec("data", (X, *lines, Column("s", shape=(3,))), GRID[:1])], [("data", (0,), row)])
    assert grid["s"].dims == ("x", "time")
    assert (grid["f"].dims, grid["f"].values.tolist()) == (("time",), [5, 6, 7])
    row["s"] = np.ones((3, 3))
    grid = stored(root, [TableSpec("data", (X, *lines, Column("s", shape=(3, 3))), GRID[:1])], [("data", (0,), row)])
    assert grid["s"].dims == ("x", "time", "f")
    assert grid["f"].dims == ("f",)


def test_an_array_axis_that_changes_keeps_every_row(root: DataRoot):
    spec = TableSpec("data", (X, Column("f", shape=(2,), setpoint=True), Column("s", shape=(2,))), GRID[:1])
    rows = [("data", (n,), {"x": n, "f": [n, n + 1], "s": [0, 0]}) for n in range(3)]
    grid = stored(root, [spec], rows)
    assert grid["f"].dims == ("x", "f")
    assert grid["f"].values.tolist() == [[0, 1], [1, 2], [2, 3]]


def test_arrays_of_varying_lengths_are_filled_up(root: DataRoot):
    spec = TableSpec("data", (X, Column("r", shape=(None,))), GRID[:1])
    grid = stored(root, [spec], [("data", (n,), {"x": n, "r": np.arange(n + 1.0)}) for n in range(3)])
    np.testing.assert_array_equal(grid["r"], [[0, np.nan, np.nan], [0, 1, np.nan], [0, 1, 2]])


def test_axes_of_equal_names_and_different_lengths_are_told_apart(root: DataRoot):
    specs = [
        TableSpec(name, (Column("f", shape=(size,), setpoint=True), Column(name, shape=(size,))), (Dim("n", 1),))
        for name, size in (("a", 2), ("b", 3))
    ]
    rows = [(name, (0,), {"f": np.arange(size), name: np.ones(size)}) for name, size in (("a", 2), ("b", 3))]
    grid = stored(root, specs, rows)
    assert grid["a"].dims == ("n", "f")
    assert grid["b"].dims == ("n", "f_b")


@pytest.mark.parametrize("x", [[0, 1, 0], [0, 1, 1]], ids=["up and down", "twice"])
def test_plain_rows_whose_points_come_again_have_the_dim_row(root: DataRoot, x: list[int]):
    """Revisited points keep all rows: a grid would show one of them."""
    grid = stored(root, [TableSpec("data", (X, CURRENT))], [("data", (), {"x": n, "i": -n}) for n in x])
    assert grid["i"].dims == ("row",)
    assert grid["x"].dims == ("row",)
    assert "x" in grid.coords


def loose(points) -> list[tuple[str, tuple[int, ...], dict]]:
    return [("data", (), {"x": x, "y": y, "i": 10.0 * x + y}) for x, y in points]


@pytest.mark.parametrize("columns", [(X, CURRENT), (CURRENT, X)])
def test_plain_rows_over_one_setpoint_are_a_line(root: DataRoot, columns: tuple[Column, ...]):
    rows = [("data", (), {"x": x, "i": -x}) for x in (3.0, 1.0, 2.0)]
    grid = stored(root, [TableSpec("data", columns)], rows)
    assert grid["i"].dims == ("x",)
    assert grid["x"].values.tolist() == [3, 1, 2]


def test_repeated_setpoints_of_plain_rows_are_a_grid(root: DataRoot):
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT))], loose((x, y) for x in (2, 1, 0) for y in range(4)))
    assert grid["i"].dims == ("x", "y")
    assert grid["x"].values.tolist() == [2, 1, 0]
    np.testing.assert_array_equal(grid["i"], 10.0 * np.array([2, 1, 0])[:, None] + np.arange(4))
    assert "data_measured" not in grid.coords


def test_a_grid_of_plain_rows_that_was_interrupted_says_what_is_missing(root: DataRoot):
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT))], loose([(0, 0), (0, 1), (0, 2), (1, 0)]))
    assert grid["i"].shape == (2, 3)
    assert grid["data_measured"].values.tolist() == [[True] * 3, [True, False, False]]


@pytest.mark.parametrize(
    "points", [[(0, 0), (1, 1), (2, 2)], [(0.1, 5), (0.2, 6), (0.3, 7), (0.4, 8)], [(0, 0), (0, 1), (1, 0), (0, 0)]]
)
def test_scattered_rows_are_a_list_of_points(root: DataRoot, points):
    grid = stored(root, [TableSpec("data", (X, Y, CURRENT))], loose(points))
    assert grid["i"].dims == ("row",)
    assert grid["x"].values.tolist() == [x for x, _ in points]
    assert grid["y"].dims == ("row",)


def test_two_tables_of_plain_rows_share_an_axis_only_if_it_is_the_same(root: DataRoot):
    specs = [TableSpec(name, (X, Column(name))) for name in "abc"]
    rows = [(name, (), {"x": x + 5 * (name == "c"), name: x}) for name in "abc" for x in range(3)]
    grid = stored(root, specs, rows)
    assert (grid["a"].dims, grid["b"].dims) == (("x",), ("x",))
    assert grid["c"].dims == ("row",)
    assert grid["x_c"].values.tolist() == [5, 6, 7]


def test_plain_rows_of_two_tables_keep_apart(root: DataRoot):
    specs = [TableSpec("a", (X, CURRENT)), TableSpec("b", (Y, Column("row")))]
    rows = [
        ("a", (), {"x": 1, "i": 2}),
        ("a", (), {"x": 1, "i": 3}),
        *(("b", (), {"y": 0, "row": n}) for n in range(3)),
    ]
    grid = stored(root, specs, rows)
    assert dict(grid.sizes) == {"a_row": 2, "b_row": 3}
    assert grid["row"].dims == ("b_row",)


def test_a_column_called_like_a_dim_does_not_become_its_coordinate(root: DataRoot):
    spec = TableSpec("data", (Column("row"),))
    grid = stored(root, [spec], [("data", (), {"row": 5.0})])
    assert grid["row_data"].values.tolist() == [5.0]


def test_a_run_in_progress_has_a_grid(root: DataRoot):
    run = root.create_run("live", [TableSpec("data", (X, Y, CURRENT), GRID)])
    assert run.dataset.to_xarray()["i"].isnull().all()
    run.add("data", {"x": 0, "y": 0, "i": 1.0}, (0, 0))
    assert run.dataset.to_xarray()["i"].values[0, 0] == 1
    assert run.dataset.to_xarray().attrs["status"] == "running"
    run.finish()


def test_a_frame_is_indexed_by_the_setpoints(root: DataRoot):
    pandas = pytest.importorskip("pandas")
    stored(root, [TableSpec("data", (X, Y, CURRENT), GRID)], points(FULL))
    frame = root.load("last").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.index.names == ["x", "y"]
    assert frame.loc[(0.1, 2), "i"] == 12
    assert len(frame) == 12


def test_frames_of_several_tables_come_by_name(root: DataRoot):
    pytest.importorskip("pandas")
    specs = [TableSpec("a", (CURRENT,)), TableSpec("b", (Column("t", shape=None), Column("s")))]
    stored(root, specs, [("a", (), {"i": 1.0}), ("b", (), {"t": [1.0, 2.0], "s": "text"})])
    frames = root.load("last").to_pandas()
    assert list(frames) == ["a", "b"]
    assert frames["b"]["t"][0].tolist() == [1, 2]
    assert frames["b"]["s"][0] == "text"


def test_a_dim_called_row_is_not_that_of_rows_without_dims(root: DataRoot):
    image = TableSpec("image", (Column("z"),), (Dim("row", 2), Dim("column", 3)))
    loose = TableSpec("notes", (Column("t"),))
    rows = [("image", (a, b), {"z": float(3 * a + b)}) for a in range(2) for b in range(3)]
    grid = stored(root, [image, loose], [*rows, *[("notes", (), {"t": float(n)}) for n in range(5)]])
    np.testing.assert_array_equal(grid["z"], [[0, 1, 2], [3, 4, 5]])
    assert grid["z"].dims == ("row", "column")
    assert grid["t"].dims == ("notes_row",)
    assert grid["t"].values.tolist() == [0, 1, 2, 3, 4]


def test_a_column_keeps_a_name_that_we_would_give(root: DataRoot):
    """Which points were measured, and the second of two columns of one name, find other names."""
    spec = TableSpec("data", (X, Column("data_measured")), (Dim("x", 3, ("x",)),))
    grid = stored(root, [spec], [("data", (0,), {"x": 0.0, "data_measured": 5.0})])
    assert grid["data_measured"].values[0] == 5
    assert grid["data_measured_2"].values.tolist() == [True, False, False]

    tables = [TableSpec("a", (Column("i"),)), TableSpec("b", (Column("i", "int"), Column("i_b")))]
    grid = stored(root, tables, [("a", (), {"i": 1.0}), ("b", (), {"i": 2, "i_b": 3.0})])
    assert {name: grid[name].values.tolist() for name in grid} == {"i": [1], "i_b_2": [2], "i_b": [3]}
