"""A grid holds, at every point, the last row of that point, whatever the order of visits."""

from __future__ import annotations

import math
from unittest import mock

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from measurand.dataset import Column, DataRoot, Dim, TableSpec
from measurand.dataset._read import _order
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


@st.composite
def columns_in_order(draw: st.DrawFn) -> tuple[tuple[int, ...], int, np.ndarray, np.ndarray]:
    """A shape, an axis, the index of rows in order and a column that only the axis changes; perhaps but for one row."""
    shape = tuple(draw(st.lists(st.integers(1, 7), min_size=1, max_size=4)))
    axis = draw(st.integers(0, len(shape) - 1))
    values = st.sampled_from([0.0, 1.0, -2.5, math.nan])
    line = np.array(draw(st.lists(values, min_size=shape[axis], max_size=shape[axis])))
    index = np.indices(shape).reshape(len(shape), -1).T.astype(np.int32)
    column = line[index[:, axis]]
    odd = draw(st.none() | st.integers(0, len(index) - 1))
    if odd is not None:
        column[odd] = draw(values)
    swapped = draw(st.none() | st.tuples(*[st.integers(0, len(index) - 1)] * 2))
    if swapped is not None:
        index[list(swapped)] = index[list(swapped)[::-1]]
    return shape, axis, index, column


@given(columns_in_order(), st.integers(1, 9))
def test_order_is_seen_whatever_is_read_at_once(case: tuple[tuple[int, ...], int, np.ndarray, np.ndarray], rows: int):
    """Rows in order, and a setpoint of one dim only, are told from all others in blocks as in the whole."""
    shape, axis, index, column = case
    held = {"_index": index, "x": column}

    def read(names, start: int, stop: int):
        return {name: held[name][start:stop] for name in names}

    in_order = bool((index == np.indices(shape).reshape(len(shape), -1).T).all())
    whole = np.moveaxis(column.reshape(shape), axis, -1)
    first = whole[(0,) * (len(shape) - 1)]
    expected = first if np.array_equal(whole, np.broadcast_to(first, whole.shape), equal_nan=True) else None
    with mock.patch.object(_order, "_BLOCK_ROWS", rows):
        assert _order.shape_in_order(read, len(index)) == (shape if in_order else None)
        found = _order.line(read, "x", shape, axis)
    assert (found is None) == (expected is None)
    if expected is not None:
        np.testing.assert_array_equal(found, expected)
