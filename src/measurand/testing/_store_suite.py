"""What every store of runs must do. Run by our tests for a data root and for memory, and by authors of stores for theirs."""

from __future__ import annotations

import datetime
import math
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measurand.dataset import Column, Dim, Store, TableSpec
from measurand.errors import ColumnNotFound, DatasetError, DefinitionError, RefusedRow, RunBusy, RunNotFound

_MOMENT = datetime.datetime(2026, 11, 20, 18, 23, tzinfo=datetime.UTC)
_KINDS: tuple[tuple[Column, list[Any]], ...] = (
    (Column("float"), [0.1, -1e300, math.inf]),
    (Column("int", "int"), [0, -(2**63), 2**63 - 1]),
    (Column("bool"), [True, False, True]),
    (Column("complex"), [1j, 1 + 2j, -0.5j]),
    (Column("text"), ["", "Grüße", "a\nb"]),
    (Column("enum", "enum", categories=("off", "on")), ["on", "off", "on"]),
    (Column("array", shape=(2, 2)), [[[n, 1.0], [2.0, 3.0]] for n in range(3)]),
    (Column("ragged", shape=(None,)), [[0.5] * n for n in (2, 0, 3)]),
)
_GRID = TableSpec(
    "grid", (Column("x", unit="V", label="Gate", setpoint=True), Column("y", "float")), (Dim("x", 4, ("x",)),)
)


def check_store(make: Callable[[], Store]) -> None:
    """Judge a store of runs: rows of every kind, points, status, events, refusals, and runs found again.

    Args:
        make: Returns a fresh, empty store each time.

    Raises:
        AssertionError: It does not do what `measurand.dataset.Store` promises; the message says what.

    Example:
        >>> from measurand.dataset import MemoryStore
        >>> from measurand.testing import check_store
        >>> check_store(MemoryStore)
    """
    for check in (_kinds, _points, _growth, _ends, _refusals, _facts, _finding, _resuming):
        check(make())


def _kinds(store: Store) -> None:
    spec = TableSpec("data", (*(column for column, _ in _KINDS), Column("time")))
    run = store.create_run("kinds", [spec])
    for n in range(3):
        run.add("data", {**{column.name: values[n] for column, values in _KINDS}, "time": _MOMENT})
    run.flush()
    for when in ("running", "completed"):
        _expect("the status is what it is", run.dataset.status, when)
        for column, values in _KINDS:
            found = [getattr(value, "tolist", lambda value=value: value)() for value in run.dataset.numpy(column.name)]
            _expect(f"values of kind {column.name} come back while {when}", found, values)
        _expect("times come back", str(run.dataset.numpy("time")[0])[:16], "2026-11-20T18:23")
        _expect("rows are numbered", run.dataset.rows(since=2)["float"].tolist(), [math.inf])
        run.finish()


def _points(store: Store) -> None:
    with store.create_run("points", [_GRID]) as run:
        run.store((2,), {"x": 0.2, "y": math.nan})
        run.store((0,), {"x": 0.0, "y": 1.0})
        run.store((0,), {"x": 0.0, "y": 5.0})
        run.store((1,), {"y": 7.0})
    data = run.dataset.to_xarray()
    _expect("a point has its last value", data["y"].values[:2].tolist(), [5.0, 7.0])
    _expect("what was not measured is NaN", [math.isnan(value) for value in data["y"].values[2:]], [True, True])
    measured = next(data[name].values.tolist() for name in data.coords if str(name).endswith("_measured"))
    _expect("not measured is told from NaN", measured, [True, True, True, False])
    _expect("units and labels come along", data["x"].attrs, {"units": "V", "long_name": "Gate"})
    _expect("all rows are kept", run.dataset.numpy("y", "grid")[1:].tolist(), [1.0, 5.0])


def _growth(store: Store) -> None:
    run = store.create_run("growth", [TableSpec("data", (Column("n"),))])
    dataset, add = run.dataset, run.adder("data")
    for n in range(5000):
        add((), (n,))
        if n % 1000 == 7:
            _expect("a dataset grows with its run", dataset.rows(), n + 1)
    run.finish()
    _expect("a follower gets every row", sum(len(new["n"]) for new in dataset.follow()), 5000)
    _expect("rows keep their order", dataset.numpy("n").tolist(), list(range(5000)))


def _ends(store: Store) -> None:
    run = store.create_run("interrupted", [_GRID])
    run.finish("interrupted")
    run.finish("completed")
    _expect("the first end counts", run.dataset.status, "interrupted")
    _refuses("rows after the end", RefusedRow, lambda: run.store((0,), {"x": 0.0, "y": 1.0}))
    try:
        with store.create_run("failed", [_GRID]) as run:
            raise ZeroDivisionError("by zero")
    except ZeroDivisionError:
        pass
    _expect("an error fails the run", run.dataset.status, "failed")
    _expect("and is kept", run.dataset.metadata["error"], "ZeroDivisionError: by zero")


def _refusals(store: Store) -> None:
    run = store.create_run("refusals", [_GRID])
    run.store((0,), {"x": 0.0, "y": 1.0})
    _refuses("a wrong type", RefusedRow, lambda: run.store((1,), {"x": 0.1, "y": "text"}))
    _refuses("an unknown name", RefusedRow, lambda: run.store((1,), {"z": 0.1}))
    _refuses("a wrong index", RefusedRow, lambda: run.store((1, 2), {"x": 0.1, "y": 1.0}))
    _refuses("an unknown table", RefusedRow, lambda: run.adder("nothing"))
    _refuses("an index that is none", RefusedRow, lambda: run.store(1, {"x": 0.1, "y": 1.0}))  # type: ignore[arg-type]  # that is asked
    run.finish()
    _expect("what was refused left no trace", run.dataset.numpy("y").tolist(), [1.0])
    _refuses("an unknown column", ColumnNotFound, lambda: run.dataset.numpy("z"))
    _refuses("a second table of one name", DefinitionError, lambda: store.create_run("twins", [_GRID, _GRID]))


def _facts(store: Store) -> None:
    run = store.create_run(
        "facts", [_GRID], plan={"sweep": [1, 2]}, snapshot={"dac": 0.5}, sample="dot 7", metadata={"gain": 1e6}
    )
    run.event({"event": "note", "text": "refilled helium"})
    _refuses("an end by whoever notes it", DatasetError, lambda: run.event({"event": "end", "status": "completed"}))
    run.finish()
    seen = run.dataset
    _expect("name and plan", (seen.name, seen.plan), ("facts", {"sweep": [1, 2]}))
    _expect("the snapshot", seen.snapshot, {"dac": 0.5})
    _expect("sample and metadata", (seen.metadata["sample"], seen.metadata["gain"]), ("dot 7", 1e6))
    _expect("events, in order", [event["event"] for event in seen.events], ["note", "end"])
    with tempfile.TemporaryDirectory() as folder:
        exported = seen.export("csv", folder)
        _expect("an export to a place of one's own", (exported.parent, exported.suffix), (Path(folder), ".csv"))
    seen.tag("good")
    _expect("what is said afterwards", run.dataset.tags, ("good",))


def _finding(store: Store) -> None:
    first, second = (store.create_run(name, [_GRID]) for name in ("first", "second"))
    first.finish()
    second.finish()
    _expect("runs are numbered", (first.number, second.number), (1, 2))
    _expect("the last run", store.load("last").name, "second")
    _expect("a run by number", store.load(1).name, "first")
    _expect("a run by its id", store.load(first.id[:12]).name, "first")
    _expect("a run by its name", store.load("second").number, 2)
    _expect("a run by its number as text", store.load("1").name, "first")
    third = store.create_run("first", [_GRID], tags=("good",))
    _expect("tags from the start", third.dataset.tags, ("good",))
    third.finish()
    _expect("the last run of a name", store.load("first").number, 3)
    _refuses("a run that is none", RunNotFound, lambda: store.load(99))


def _resuming(store: Store) -> None:
    spec = TableSpec("data", tuple(column for column, _ in _KINDS))
    run = store.create_run("resumed", [spec, _GRID])
    held = run.dataset
    for n in range(3):
        _refuses("to reopen a run that is written", RunBusy, lambda: store.reopen(held.number))
        run.add("data", {column.name: values[n] for column, values in _KINDS})
        run.store((n,), {"x": n / 10, "y": float(n)})
        run.finish("interrupted" if n % 2 else "failed", "a reason")
        _expect("a run ends again and again", held.status, "interrupted" if n % 2 else "failed")
        run = store.reopen(run.id)
        _expect("a resumed run is running", (held.status, run.dataset.status), ("running", "running"))
        _expect("its writer knows the rows that are there", run.rows, 2 * (n + 1))
    run.finish()
    for dataset in (held, store.load(held.number)):
        for column, values in _KINDS:
            found = [getattr(value, "tolist", lambda value=value: value)() for value in dataset.numpy(column.name)]
            _expect(f"values of kind {column.name} come back from all parts", found, values)
        _expect("all parts are one grid", dataset.to_xarray()["y"].values[:3].tolist(), [0.0, 1.0, 2.0])
        _expect("all parts are one Arrow table", dataset.to_arrow("grid")["y"].to_pylist(), [0.0, 1.0, 2.0])
        _expect("a follower gets the rows of all parts", sum(len(new["y"]) for new in dataset.follow("grid")), 3)
        _expect("the last end counts", (dataset.status, dataset.metadata["error"]), ("completed", None))
    _refuses("to reopen a completed run", DatasetError, lambda: store.reopen(held.number))
    _refuses("to reopen a run that is none", RunNotFound, lambda: store.reopen(99))


def _refuses(what: str, error: Any, call: Callable[[], object]) -> None:
    try:
        call()
    except error:
        return
    raise AssertionError(f"A store promises to refuse {what}, and it was accepted.")


def _expect(promise: str, found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(
            f"A store promises: {promise}. Expected {repr(expected)[:200]}, found {repr(found)[:200]}."
        )
