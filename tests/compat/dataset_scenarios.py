"""Measurements as data, and what a dataset says of each: run by the real QCoDeS and by ours, in the same words.

<python of an environment with qcodes> dataset_scenarios.py <folder> <file for the answers>
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import pickle
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Scenario(NamedTuple):
    """One measurement: columns as (name, type, setpoints, basis), results as dicts, and the grid if it is known."""

    columns: list[tuple]
    results: list[dict[str, Any]]
    shapes: dict[str, tuple[int, ...]] | None = None


def num(name, *setpoints, basis=()):
    return (name, "numeric", setpoints, basis)


def arr(name, *setpoints):
    return (name, "array", setpoints, ())


XY = [num("x"), num("y", "x")]
XKW = [num("x"), num("k"), num("w", "x", "k")]
GRID = [{"x": i, "k": j, "w": i + 10 * j} for i in (2, 1, 3) for j in (5, 4)]


def scenarios() -> dict[str, Scenario]:
    """Return them all by name."""
    return {**_single_values(), **_arrays(), **_grids(), **_relations(), **_generated()}


def _single_values() -> dict[str, Scenario]:
    return {
        "whole numbers": Scenario(XY, [{"x": i, "y": 2 * i} for i in range(4)]),
        "floats": Scenario(XY, [{"x": 0.1 * i, "y": 1 - 1.5 * i} for i in range(4)]),
        "nan and inf": Scenario(XY, [{"x": i, "y": v} for i, v in enumerate([1, float("nan"), 3.5, float("inf")])]),
        "numpy scalars": Scenario(XY, [{"x": np.int32(i), "y": np.float64(i) / 3} for i in range(3)]),
        "nan as setpoint": Scenario(XY, [{"x": v, "y": i} for i, v in enumerate([1.0, float("nan"), 2.0])]),
        "0-d, lists and tuples": Scenario(
            XY, [{"x": [1, 2], "y": (3, 4)}, {"x": np.array(5), "y": np.array(1.25)}, {"x": (6,), "y": [7.5]}]
        ),
        "setpoints twice": Scenario(XY, [{"x": v, "y": i} for i, v in enumerate([1, 1, 2])]),
        "complex": Scenario(
            [("x", "complex", (), ()), ("y", "complex", ("x",), ())], [{"x": 1j * i, "y": i - 1j} for i in range(3)]
        ),
        "text": Scenario([num("x"), ("y", "text", ("x",), ())], [{"x": i, "y": "äbc"[: i + 1]} for i in range(3)]),
        "text as setpoint": Scenario(
            [("x", "text", (), ()), num("y", "x")], [{"x": f"t{i}", "y": i} for i in (2, 0, 1)]
        ),
        "nothing": Scenario(XKW, []),
        "one point": Scenario(XKW, [{"x": 1, "k": 2, "w": 3}]),
        "standalone": Scenario([num("a"), num("b")], [{"a": i, "b": 2 * i} for i in range(3)]),
        "standalone, partly": Scenario([num("a"), arr("b")], [{"a": 1}, {"a": 2, "b": np.arange(3)}]),
    }


def _arrays() -> dict[str, Scenario]:
    ks = [num("k"), arr("x"), arr("y", "k", "x")]
    return {
        "array of points": Scenario(XY, [{"x": np.arange(3), "y": np.arange(3) * 0.5 + i} for i in range(2)]),
        "array of points, 2d": Scenario(XY, [{"x": np.arange(4).reshape(2, 2), "y": np.eye(2) + i} for i in range(2)]),
        "one setpoint for an array": Scenario(XY, [{"x": i, "y": np.arange(3) * 0.5} for i in range(2)]),
        "empty arrays of points": Scenario(XY, [{"x": np.array([]), "y": np.array([])}]),
        "complex array of points": Scenario(
            [num("x"), ("y", "complex", ("x",), ())], [{"x": np.arange(2), "y": np.arange(2) * (1 + 2j)}]
        ),
        "array of texts": Scenario(
            [num("x"), ("y", "text", ("x",), ())], [{"x": np.arange(2), "y": np.array(["a", "bcd"])}] * 2
        ),
        "arrays": Scenario(
            [arr("x"), arr("y", "x")], [{"x": np.arange(3), "y": np.arange(3) * 0.5 + i} for i in range(2)]
        ),
        "one array": Scenario([arr("x"), arr("y", "x")], [{"x": np.arange(3), "y": np.arange(3)}]),
        "array and single setpoint": Scenario(
            ks, [{"k": i, "x": np.arange(3), "y": np.arange(3) * i} for i in range(2)]
        ),
        "array and only a single setpoint": Scenario(
            [num("x"), arr("y", "x")], [{"x": i, "y": np.arange(3) + i} for i in range(2)]
        ),
        "arrays, 2d": Scenario(
            [arr("x"), arr("y", "x")],
            [{"x": np.arange(6).reshape(2, 3), "y": np.arange(6.0).reshape(2, 3) + i} for i in range(2)],
        ),
        "small types": Scenario(
            [arr("x"), arr("y", "x")], [{"x": np.arange(3, dtype="int16"), "y": np.ones(3, "float32")}] * 2
        ),
        "two types": Scenario(
            [arr("x"), arr("y", "x")], [{"x": np.arange(3), "y": np.arange(3) * (1 if i else 1j)} for i in range(2)]
        ),
        "single values as arrays": Scenario([arr("x"), arr("y", "x")], [{"x": i, "y": i * 0.5} for i in range(2)]),
        "ragged": Scenario(ks, [{"k": i, "x": np.arange(2 + i), "y": np.arange(2 + i) * 1.5} for i in range(3)]),
        "texts in arrays": Scenario(
            [arr("x"), arr("y", "x")], [{"x": np.arange(2), "y": np.array(["a", "bcd"])} for _ in range(2)]
        ),
        "empty arrays": Scenario([arr("x"), arr("y", "x")], [{"x": np.array([]), "y": np.array([])}]),
    }


def _grids() -> dict[str, Scenario]:
    x_k_a = [num("x"), arr("a"), arr("z", "x", "a")]
    return {
        "grid": Scenario(XKW, GRID),
        "grid with a hole": Scenario(XKW, GRID[:-1]),
        "scattered": Scenario(XKW, [{"x": i, "k": i * i, "w": i} for i in (2, 1, 3)]),
        "point twice": Scenario(XKW, [{"x": 1, "k": 2, "w": i} for i in range(3)]),
        "shaped": Scenario(XKW, GRID, {"w": (3, 2)}),
        "shaped, not full": Scenario(XKW, GRID[:-1], {"w": (3, 2)}),
        "shaped, too full": Scenario(XKW, [*GRID, {"x": 9, "k": 9, "w": 9}], {"w": (3, 2)}),
        "shaped line": Scenario(XY, [{"x": i, "y": i} for i in (3, 1, 2)], {"y": (3,)}),
        "shaped line, not full": Scenario(XY, [{"x": i, "y": i} for i in (3, 1)], {"y": (3,)}),
        "shaped arrays": Scenario(
            x_k_a, [{"x": i, "a": np.arange(3), "z": np.arange(3) + i} for i in range(2)], {"z": (2, 3)}
        ),
        "shaped arrays, not full": Scenario(
            x_k_a, [{"x": i, "a": np.arange(3), "z": np.arange(3.0) + i} for i in range(2)], {"z": (4, 3)}
        ),
        "three dims": Scenario(
            [num("x"), num("k"), num("q"), num("y", "x", "k", "q")],
            [{"x": i, "k": j, "q": m, "y": i * j + m} for i in range(2) for j in range(3) for m in range(2)],
        ),
    }


def _relations() -> dict[str, Scenario]:
    several = [num("x"), num("k"), num("y", "x"), num("z", "x"), num("w", "x", "k")]
    inferred = [num("r"), num("x", basis=("r",)), num("y", "x"), num("yy", basis=("y",))]
    return {
        "several results": Scenario([*XY, num("z", "x")], [{"x": i, "y": i, "z": -i} for i in range(3)]),
        "partial rows": Scenario(
            several, [{"x": 1, "y": 2}, {"x": 2, "z": 3}, {"x": 3, "y": 3, "z": 4}, {"x": 3, "k": 7, "y": 3, "w": 9}]
        ),
        "nested": Scenario(
            [num("x"), num("k"), num("y", "x"), num("w", "x", "k")],
            [r for i in range(3) for r in ({"x": i, "y": i}, *({"x": i, "k": j, "w": i * j} for j in range(2)))],
        ),
        "setpoint alone": Scenario(XY, [{"x": 1}, {"x": 1, "y": 2}]),
        "inferred": Scenario(inferred, [{"x": i, "r": 2 * i, "y": 3 * i, "yy": 4 * i} for i in range(3)]),
    }


def _generated() -> dict[str, Scenario]:
    """Random grids with random values, in random order."""
    rng = np.random.default_rng(7)
    found = {}
    for number in range(6):
        n, m = rng.integers(1, 6, 2).tolist()
        points = [
            {"x": float(i) / 4, "k": float(j) - 2, "w": float(rng.normal()), "v": complex(*rng.normal(size=2))}
            for i in range(n)
            for j in range(m)
        ]
        if number % 2:
            rng.shuffle(points)
        columns = [*XKW, ("v", "complex", ("x", "k"), ())]
        found[f"generated {number}"] = Scenario(columns, points, None if number % 2 else {"w": (n, m), "v": (n, m)})
    return found


def described(array: Any) -> Any:
    """Return an array as plain data that compares."""
    array = np.asarray(array)
    if array.dtype == object and array.size and hasattr(array.reshape(-1)[0], "shape"):
        return ["arrays", [described(one) for one in array]]
    kind = "text" if array.dtype.kind in "UO" else array.dtype.str
    return [kind, array.shape, [str(one) if kind == "text" else rounded(one) for one in array.reshape(-1).tolist()]]


def rounded(number: Any) -> str:
    """Return a number to 13 digits: QCoDeS keeps 15 of those that numpy made."""
    if isinstance(number, complex):
        return f"{rounded(number.real)} {rounded(number.imag)}"
    return f"{number:.13g}"


def frame(table: Any) -> Any:
    """Return a pandas table as plain data."""
    index = [described(table.index.get_level_values(level)) for level in range(table.index.nlevels)]
    names = [str(name) for name in table.index.names]
    return [names, index, {str(name): described(table[name].to_numpy()) for name in table.columns}]


def labelled(whole: Any) -> Any:
    """Return an xarray dataset as plain data."""
    variables = {
        str(name): [
            list(variable.dims),
            described(variable.values),
            {k: described(v) for k, v in variable.attrs.items()},
        ]
        for name, variable in whole.variables.items()
        if name != "multi_index"
    }
    return [dict(whole.sizes), sorted(map(str, whole.coords)), variables, sorted(whole.attrs)]


def answer(question: Any) -> Any:
    """Return what a question gives, or that it raised."""
    try:
        return question()
    except Exception as error:
        return f"raised {type(error).__name__}"


def said_of(dataset: Any, load: Any) -> dict[str, Any]:
    """Return everything that a dataset says."""
    loaded = load(dataset.run_id)

    def data(found: Any) -> Any:
        return {name: {one: described(values) for one, values in tree.items()} for name, tree in found.items()}

    names = list(loaded.paramspecs)
    questions = {
        "data": lambda: data(loaded.get_parameter_data()),
        "cache": lambda: data(loaded.cache.data()),
        "part": lambda: data(loaded.get_parameter_data(start=2, end=3)),
        "each": lambda: {name: data(loaded.get_parameter_data(name)) for name in names},
        "frames": lambda: {name: frame(table) for name, table in loaded.to_pandas_dataframe_dict().items()},
        "frame": lambda: frame(loaded.to_pandas_dataframe()),
        "cached frames": lambda: {n: frame(t) for n, t in loaded.cache.to_pandas_dataframe_dict().items()},
        "xarrays": lambda: {name: labelled(one) for name, one in loaded.to_xarray_dataset_dict().items()},
        "xarray": lambda: labelled(loaded.to_xarray_dataset()),
        "xarray, no multi-index": lambda: labelled(loaded.to_xarray_dataset(use_multi_index="never")),
        "cached xarray": lambda: labelled(loaded.cache.to_xarray_dataset()),
        "number of results": lambda: loaded.number_of_results,
        "columns": lambda: sorted(str(loaded.parameters).split(",")),
        "description": lambda: json.loads(written(loaded.description)),
        "state": lambda: [loaded.completed, loaded.running, loaded.pristine, loaded.started],
        "counted": lambda: [loaded.run_id, loaded.counter, loaded.captured_run_id, loaded.captured_counter],
        "specs": lambda: sorted(map(repr, loaded.paramspecs.values())),
        "dependent": lambda: sorted(map(repr, loaded.dependent_parameters)),
    }
    return {name: answer(question) for name, question in questions.items()}


def written(description: Any) -> str:
    """Return a description as it is stored, its lists in alphabetical order."""
    from qcodes.dataset.descriptions.versioning.serialization import to_json_for_storage

    said = json.loads(to_json_for_storage(description))
    said["interdependencies"]["paramspecs"].sort(key=lambda spec: spec["name"])
    said["interdependencies_"]["standalones"].sort()
    return json.dumps(said, sort_keys=True)


def run(scenario: Scenario, experiment: Any) -> Any:
    """Measure it, as a user does."""
    from qcodes.dataset import Measurement

    measurement = Measurement(exp=experiment, name="scenario")
    for name, kind, setpoints, basis in scenario.columns:
        measurement.register_custom_parameter(
            name, label=f"Label {name}", unit="V", setpoints=setpoints or None, basis=basis or None, paramtype=kind
        )
    if scenario.shapes is not None:
        measurement.set_shapes(scenario.shapes)
    with contextlib.redirect_stdout(io.StringIO()), measurement.run() as datasaver:
        for result in scenario.results:
            datasaver.add_result(*result.items())
    return datasaver.dataset


def observe(folder: Path, measure: Any = run) -> dict[str, Any]:
    """Run all scenarios in a new database; return what their datasets say."""
    from qcodes.dataset import initialise_or_create_database_at, load_by_id, load_or_create_experiment

    initialise_or_create_database_at(folder / "differential.db")
    experiment = load_or_create_experiment("differential", "sample")
    found = {}
    for name, scenario in scenarios().items():
        found[name] = said_of(measure(scenario, experiment), load_by_id)
    return found


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    Path(sys.argv[2]).write_bytes(pickle.dumps(observe(Path(sys.argv[1]))))
