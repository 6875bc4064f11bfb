"""A grid holds, at every point, the last row of that point, whatever the order of visits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset import Column, DataRoot, Dim, TableSpec
from measurand.dataset._read._arrange import _in_order

sizes = st.lists(st.integers(1, 4), min_size=1, max_size=3)


@st.composite
def visits(draw: st.DrawFn) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    """Sizes of a grid, and points in any order: all of them, or some, or some twice."""
    shape = tuple(draw(sizes))
    every = [tuple(int(n) for n in point) for point in np.ndindex(shape)]
    some = draw(st.just(every) | st.permutations(every) | st.lists(st.sampled_from(every), max_size=30))
    return shape, list(some)


@given(visits())
def test_every_point_has_its_last_row(tmp_path_factory, case: tuple[tuple[int, ...], list[tuple[int, ...]]]):
    shape, points = case
    folder = tmp_path_factory.mktemp("grid")
    names = [f"d{axis}" for axis in range(len(shape))]
    columns = [Column(name, setpoint=True) for name in names]
    dims = tuple(Dim(name, size, (name,)) for name, size in zip(names, shape, strict=True))
    run = DataRoot(folder, cache_dir=folder).create_run("grid", [TableSpec("data", (*columns, Column("v")), dims)])
    expected = np.full(shape, np.nan)
    for number, point in enumerate(points):
        run.add("data", {**{name: 10.0 * n for name, n in zip(names, point, strict=True)}, "v": float(number)}, point)
        expected[point] = number
    running = run.dataset.to_xarray()
    run.finish()
    for grid in (running, run.dataset.to_xarray()):
        np.testing.assert_array_equal(grid["v"].transpose(*names), expected)
        for axis, name in enumerate(names):
            visited = {point[axis] for point in points}
            line = [10.0 * n if n in visited else np.nan for n in range(shape[axis])]
            np.testing.assert_array_equal(grid[name], line)
        if np.isnan(expected).any():
            np.testing.assert_array_equal(grid["data_measured"], ~np.isnan(expected))


@given(st.lists(st.integers(-5, 5)), st.sampled_from(["int64", "float64", "datetime64[ns]"]), st.integers(0, 2))
def test_values_are_told_apart_in_the_order_they_came(values: list[int], dtype: str, direction: int):
    """Also where they only rise or only fall, which is seen without sorting them."""
    ordered = [values, sorted(set(values)), sorted(set(values), reverse=True)][direction]
    array = np.array(ordered, "int64").astype(dtype)
    line, places = _in_order(array)
    assert line.tolist() == list(dict.fromkeys(array.tolist()))
    np.testing.assert_array_equal(line[places], array)
