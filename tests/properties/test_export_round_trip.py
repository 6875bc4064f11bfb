"""Every format gives back exactly what was exported, for every kind of column, whatever was measured of the grid."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from measurand.dataset import Column, DataRoot, Dataset, Dim, TableSpec, read_export

floats = st.floats(width=64)
# netCDF cannot hold NUL and says so (test_export.py); everything else that can be stored can be exported.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=6).filter(
    lambda name: name not in ("_time", "_index")
)
moments = st.integers(-(2**63) + 1, 2**63 - 1).map(lambda ns: np.datetime64(ns, "ns"))
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "float": floats,
    "int": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "complex": st.complex_numbers(),
    "text": texts,
    "datetime": moments | st.just(np.datetime64("NaT", "ns")),
}
ARRAYS = ["float64", "float32", "int16", "uint64", "bool", "complex64", "complex128", "datetime64[ns]"]
KIND_OF_LETTER = {"f": "float", "i": "int", "u": "int", "b": "bool", "c": "complex", "M": "datetime"}


@dataclass
class Case:
    """Tables, and rows for them: ``(table, index, values)``."""

    tables: list[TableSpec]
    rows: list[tuple[str, tuple[int, ...], dict[str, Any]]]


@st.composite
def columns(draw: st.DrawFn, name: str) -> tuple[Column, st.SearchStrategy[Any]]:
    """A column, and values for it."""
    form = draw(st.sampled_from(["scalar", "array", "ragged"]))
    about: dict[str, Any] = {"unit": draw(texts), "label": draw(texts), "setpoint": draw(st.booleans())}
    if form == "scalar":
        kind = draw(st.sampled_from([*sorted(SCALARS), "enum"]))
        if kind == "enum":
            words = draw(st.lists(texts, min_size=1, max_size=3, unique=True))
            return Column(name, kind, categories=tuple(words), **about), st.sampled_from(words)
        return Column(name, kind, **about), SCALARS[kind]
    dtype = np.dtype(draw(st.sampled_from(ARRAYS)))
    shapes = arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=3)
    shape = draw(shapes)
    elements = moments if dtype.kind == "M" else None
    kind = KIND_OF_LETTER[dtype.kind]
    if form == "array":
        return Column(name, kind, shape=shape, dtype=dtype.name, **about), arrays.arrays(
            dtype, shape, elements=elements
        )
    any_length = arrays.array_shapes(min_dims=len(shape), max_dims=len(shape), min_side=0, max_side=3)
    values = any_length.flatmap(lambda lengths: arrays.arrays(dtype, lengths, elements=elements))
    return Column(name, kind, shape=(None,) * len(shape), dtype=dtype.name, **about), values


@st.composite
def cases(draw: st.DrawFn) -> Case:
    tables, rows = [], []
    for table in draw(st.sampled_from([["data"], ["data", "more"]])):
        sizes = draw(st.lists(st.none() | st.integers(1, 3), max_size=2))
        swept = [Column(f"{table}{axis}", "float", "V", setpoint=True) for axis in range(len(sizes))]
        free = draw(st.lists(names | st.sampled_from(["more0", "data0", "x"]), min_size=1, max_size=3, unique=True))
        drawn = [draw(columns(name)) for name in free]
        drawn = [one for one in drawn if one[0].name not in [column.name for column in swept]] or [
            (Column(f"{table}_v", "float"), floats)
        ]
        dims = tuple(Dim(column.name, size, (column.name,)) for column, size in zip(swept, sizes, strict=True))
        tables.append(TableSpec(table, (*swept, *(column for column, _ in drawn)), dims))
        for _ in range(draw(st.integers(0, 4))):
            index = tuple(draw(st.integers(0, (size or 3) - 1)) for size in sizes)
            values = {column.name: float(n) for column, n in zip(swept, index, strict=True)}
            rows.append((table, index, values | {column.name: draw(value) for column, value in drawn}))
    return Case(tables, rows)


def run_of(case: Case, folder: Path) -> Dataset:
    root = DataRoot(folder / "data", cache_dir=folder / "cache")
    with root.create_run("round trip", case.tables, plan={"sweep": [1]}, snapshot={"dac": {"µ": 1.0}}) as run:
        for table, index, values in case.rows:
            run.add(table, values, index)
    return run.dataset


def check_grid(found: xr.Dataset, run: Dataset) -> None:
    expected = run.to_xarray()
    assert {key: found.attrs[key] for key in expected.attrs} == expected.attrs
    found.attrs = expected.attrs
    xr.testing.assert_identical(found, expected)
    assert {name: value.dtype for name, value in found.variables.items()} == {
        name: value.dtype for name, value in expected.variables.items()
    }


def check_rows(found: dict[str, dict[str, Any]], run: Dataset) -> None:
    assert list(found) == list(run.tables)
    for table, spec in run.tables.items():
        expected = ["_time", *(["_index"] if spec.dims else []), *(column.name for column in spec.columns)]
        assert list(found[table]) == expected
        for name in expected:
            whole = run.numpy(name, table)
            assert (found[table][name].dtype, found[table][name].shape) == (whole.dtype, whole.shape)
            for one, other in zip(found[table][name], whole, strict=True):
                np.testing.assert_array_equal(one, other)
                assert np.asarray(one).dtype == np.asarray(other).dtype


@pytest.mark.parametrize("name", ["netcdf", "zarr", "csv", "parquet", "gnuplot"])
@settings(max_examples=25)
@given(case=cases())
def test_what_is_exported_comes_back(name: str, case: Case):
    """L10, L11: full precision, complex, text, times, arrays of all shapes, what was not measured; of several tables."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        run = run_of(case, Path(folder))
        found = read_export(run.export(name))
        (check_grid if isinstance(found, xr.Dataset) else check_rows)(found, run)
